import ClusterCore

/// Processors and memory.
extension TopologyRule {
    static let processorRules: [TopologyRule] = [
        features(
            "node.virtualization", "processors are 64-bit x86 and can virtualize",
            reason: "The hypervisor needs VT-x or AMD-V.",
            remedy: "choose processors with VT-x or AMD-V, and switch it on"),
        features(
            "node.slat", "processors translate addresses in a second level",
            reason:
                "Without EPT or NPT every change of a guest's page tables ends in the hypervisor, which refuses to run.",
            remedy: "choose processors with EPT or NPT"),
        features(
            "node.security_features", "processors keep devices and data pages in bounds",
            reason:
                "I/O virtualization keeps devices to their guests' memory, and pages without code stop a class of attacks.",
            remedy: "choose processors with VT-d or AMD-Vi and XD or NX, and switch them on"),
        TopologyRule(
            "node.cores", "a node has cores enough",
            reason: "The host itself, storage and the guests share the cores.",
            remedy: "choose processors with more cores, or fewer where the class has a limit",
            parameters: [
                Parameter("minimum", "the fewest cores", otherwise: "not asked"),
                Parameter("production_minimum", "the fewest in production", otherwise: "the fewest cores hold"),
                Parameter("maximum", "the most cores of the class", otherwise: "not asked"),
            ]
        ) { judgement in
            try judgement.requireOne(of: "minimum", "production_minimum", "maximum")
            let plain = try judgement.count("minimum")
            let production = try judgement.count("production_minimum")
            let most = try judgement.count("maximum")
            let isProduction = judgement.installation.production != false
            let least = (isProduction ? production : nil) ?? plain
            try judgement.forTemplates { judgement, use in
                let range = [least.map { "at least \($0)" }, most.map { "at most \($0)" }].compactMap(\.self)
                judgement.tell(
                    use.subject, isProduction && production != nil ? "production_minimum" : "minimum",
                    required: "\(range.joined(separator: " and ")) cores", use.hardware.processor?.allCores,
                    evidence: [use.evidence], words: { "\($0)" }, { $0 >= least ?? 0 && $0 <= most ?? .max })
            }
        },
        TopologyRule(
            "node.logical_processors", "a node has no more logical processors than the hypervisor takes",
            reason: "What a processor has more is left idle, or the node does not start.",
            remedy: "choose processors with fewer cores, or run one thread a core (processor: {threads: 1})",
            parameters: [
                Parameter("maximum", "the most logical processors of a node"),
                Parameter("threads_maximum", "the most threads of a core, where the model does not say"),
            ]
        ) { judgement in
            let most = try judgement.needed.count("maximum")
            let threads = try judgement.needed.count("threads_maximum")
            try judgement.forTemplates { judgement, use in
                let cores = use.hardware.processor?.allCores
                let own = use.hardware.processor?.threads
                let least = cores.map { $0.multipliedReportingOverflow(by: own ?? 1) }.map { $1 ? .max : $0 }
                let greatest = cores.map { $0.multipliedReportingOverflow(by: own ?? threads) }.map { $1 ? .max : $0 }
                let isOver = least.map { $0 > most }
                let isWithin = greatest.map { $0 <= most }
                let met: Bool? = isOver == true ? false : isWithin == true ? true : nil
                judgement.tell(
                    use.subject, "maximum", required: "at most \(most) logical processors",
                    measured: met == nil ? nil : (met == true ? greatest : least).map { "\($0)" }, met: met,
                    evidence: [use.evidence])
            }
        },
        TopologyRule(
            "node.processor_family", "processors are of a family that is validated",
            reason: "Hardware is validated with these families.", remedy: "choose one of these families",
            parameters: [Parameter("families", "the families")]
        ) { judgement in
            let families = try judgement.needed.list("families")
            try judgement.forTemplates { judgement, use in
                judgement.tell(
                    use.subject, "families", required: "one of \(families.joined(separator: ", "))",
                    use.hardware.processor?.family, evidence: [use.evidence], words: { $0 },
                    { VendorName.isOne($0, of: families) })
            }
        },
        memory(
            "node.memory", "a node has memory enough",
            reason: "Below the least, the system, storage and updates leave nothing to guests.",
            remedy: "fit more memory modules, or fewer where the class has a limit"),
        memory(
            "node.memory_advised", "a node has as much memory as is advised",
            reason: "Memory is what runs out first: it is not shared like cores are.",
            remedy: "plan for more memory: all nodes but one must hold every virtual machine"),
        TopologyRule(
            "node.gpu_memory", "the graphics processors of a node have no more memory than is supported",
            reason: "What is beyond it is not tested.",
            remedy: "use fewer or smaller graphics processors in a node",
            parameters: [Parameter("maximum", "the most memory of all of them together")]
        ) { judgement in
            let most = try judgement.needed.bytes("maximum")
            try judgement.forTemplates { judgement, use in
                // A node needs none: where the model names none, there is nothing to ask.
                guard let size = use.hardware.gpuMemory else { return }
                judgement.tell(
                    use.subject, "maximum", required: "at most \(most.decimalText) of graphics memory",
                    measured: "\(size.decimalText)", met: size <= most, evidence: [use.evidence])
            }
        },
        TopologyRule(
            "node.ecc", "memory corrects errors",
            reason: "A flipped bit in memory is written to every copy of the data.", remedy: "fit ECC memory"
        ) { judgement in
            try judgement.forTemplates { judgement, use in
                judgement.tell(
                    use.subject, required: "ECC memory", use.hardware.memory?.ecc, evidence: [use.evidence],
                    words: { $0 ? "ECC" : "not ECC" }, { $0 })
            }
        },
    ]

    private static func features(_ rule: RuleID, _ title: String, reason: String, remedy: String) -> TopologyRule {
        TopologyRule(
            rule, title, reason: reason, remedy: remedy,
            parameters: [Parameter("features", "what the processor must be able to do")]
        ) { judgement in
            let wanted = try judgement.needed.list("features")
            try judgement.forTemplates { judgement, use in
                let found = use.hardware.processor?.features?.map(\.rawValue)
                let untold = use.hardware.processor?.untoldFeatures.map(\.rawValue) ?? []
                let absent = found.map { found in wanted.filter { !found.contains($0) } }
                let missing = absent?.filter { !untold.contains($0) } ?? []
                let words = missing.isEmpty ? "all of them" : "without \(missing.joined(separator: ", "))"
                let met: Bool? = missing.isEmpty ? (absent?.isEmpty == true ? true : nil) : false
                judgement.tell(
                    use.subject, "features", required: wanted.joined(separator: ", "),
                    measured: met == nil ? nil : words,
                    met: met, evidence: [use.evidence])
            }
        }
    }

    private static func memory(_ rule: RuleID, _ title: String, reason: String, remedy: String) -> TopologyRule {
        TopologyRule(
            rule, title, reason: reason, remedy: remedy,
            parameters: [
                Parameter("minimum", "the least memory of a node", otherwise: "not asked"),
                Parameter("production_minimum", "the least in production", otherwise: "the least memory holds"),
                Parameter("maximum", "the most memory of a node", otherwise: "not asked"),
            ]
        ) { judgement in
            try judgement.requireOne(of: "minimum", "production_minimum", "maximum")
            let plain = try judgement.bytes("minimum")
            let production = try judgement.bytes("production_minimum")
            let most = try judgement.bytes("maximum")
            let isProduction = judgement.installation.production != false
            let least = (isProduction ? production : nil) ?? plain
            try judgement.forTemplates { judgement, use in
                let range = [
                    least.map { "at least \($0.decimalText)" }, most.map { "at most \($0.decimalText)" },
                ].compactMap(\.self)
                judgement.tell(
                    use.subject, isProduction && production != nil ? "production_minimum" : "minimum",
                    required: "\(range.joined(separator: " and ")) of memory", use.hardware.memory?.size,
                    evidence: [use.evidence], words: { "\($0.decimalText)" },
                    { $0 >= least ?? .zero && $0 <= most ?? ByteCount(bytes: .max) })
            }
        }
    }
}
