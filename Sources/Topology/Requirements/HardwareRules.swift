import ClusterCore

/// Firmware, trust, supplies, adapters and vendors.
extension TopologyRule {
    static let hardwareRules: [TopologyRule] = [
        TopologyRule(
            "node.uefi", "a node boots by UEFI of a version",
            reason: "Secure Boot as it is needed came with UEFI 2.3.1 errata C.", remedy: "update the firmware",
            parameters: [Parameter("minimum", "the oldest version")]
        ) { judgement in
            let least = try judgement.needed.text("minimum")
            try judgement.forTemplates { judgement, use in
                judgement.tell(
                    use.subject, "minimum", required: "UEFI \(least) or newer", use.hardware.firmware?.uefi,
                    evidence: [use.evidence], words: { $0 }, { FirmwareVersion($0) >= FirmwareVersion(least) })
            }
        },
        TopologyRule(
            "node.secure_boot", "Secure Boot is on",
            reason: "It keeps code that nobody signed from running before the system does.",
            remedy: "switch Secure Boot on in the firmware"
        ) { judgement in
            try judgement.forTemplates { judgement, use in
                judgement.tell(
                    use.subject, required: "Secure Boot on", use.hardware.firmware?.secureBoot,
                    evidence: [use.evidence], words: { $0 ? "on" : "off" }, { $0 })
            }
        },
        TopologyRule(
            "node.tpm", "a node has a trusted platform module",
            reason: "It keeps the keys of encrypted volumes and attests what was booted.",
            remedy: "fit the module and switch it on",
            parameters: [Parameter("version", "the version of the module")]
        ) { judgement in
            let version = try judgement.needed.text("version")
            try judgement.forTemplates { judgement, use in
                judgement.tell(
                    use.subject, "version", required: "TPM \(version)", use.hardware.tpm, evidence: [use.evidence],
                    words: { $0 }, { $0 != "none" && FirmwareVersion($0) >= FirmwareVersion(version) })
            }
        },
        TopologyRule(
            "node.power_supplies", "a node has a power supply to spare",
            reason: "Supplies fail, and one feed may be switched off for work on it.",
            remedy: "fit a second power supply",
            parameters: [Parameter("minimum", "the fewest supplies")]
        ) { judgement in
            let least = try judgement.needed.count("minimum")
            try judgement.forTemplates { judgement, use in
                judgement.tell(
                    use.subject, "minimum", required: "at least \(least) power supplies", use.hardware.supplies,
                    evidence: [use.evidence], words: { "\($0)" }, { $0 >= least })
            }
        },
        TopologyRule(
            "node.bmc", "a node has a management controller",
            reason: "A node that does not boot can only be reached through it.", remedy: "choose nodes with a BMC"
        ) { judgement in
            try judgement.forTemplates { judgement, use in
                judgement.tell(
                    use.subject, required: "a management controller", use.hardware.bmc, evidence: [use.evidence],
                    words: { $0 }, { $0 != "none" })
            }
        },
        TopologyRule(
            "node.vendor", "nodes are of a vendor of validated hardware",
            reason: "Others have no validated solution.",
            remedy: "choose a vendor of the lists, or add yours to a profile",
            parameters: [
                Parameter("tier_1", "makers of whole product lines"), Parameter("tier_2", "makers of single systems"),
            ]
        ) { judgement in
            let (first, second) = (try judgement.needed.list("tier_1"), try judgement.needed.list("tier_2"))
            try judgement.forTemplates { judgement, use in
                judgement.tell(
                    use.subject, "tier_1",
                    required: "one of \(first.joined(separator: ", ")) (tier 1), or of "
                        + "\(second.joined(separator: ", ")) (tier 2)",
                    use.hardware.vendor, evidence: [use.evidence], words: { $0 },
                    { VendorName.isOne($0, of: first + second) })
            }
        },
        TopologyRule(
            "node.validated", "the vendor's catalogue lists the node",
            reason: "Support may be given only for hardware of the catalogue.",
            remedy: "look the model up in the catalogue of validated hardware, and choose one that is there"
        ) { judgement in
            try judgement.forTemplates { judgement, use in
                judgement.tell(
                    use.subject, required: "a model of the catalogue", use.hardware.validated, evidence: [use.evidence],
                    words: { $0 ? "listed" : "not listed" }, { $0 })
            }
        },
        TopologyRule(
            "node.adapters", "a node has network ports enough",
            reason: "One port is a single point of failure, and slow ones hold storage back.",
            remedy: "fit more or faster adapters",
            parameters: [
                Parameter("ports_minimum", "the fewest ports"), Parameter("rate_minimum", "of at least this rate each"),
            ]
        ) { judgement in
            let least = try judgement.needed.count("ports_minimum")
            let rate = try judgement.needed.rate("rate_minimum")
            try judgement.forTemplates { judgement, use in
                let adapters = use.hardware.adapters
                let isKnown = adapters?.allSatisfy { $0.ports != nil && $0.rate != nil } == true
                let fast = (adapters ?? []).filter { $0.rate ?? .zero >= rate }.reduce(0) { $0 + max(0, $1.ports ?? 0) }
                judgement.tell(
                    use.subject, "rate_minimum", required: "at least \(least) ports of \(rate.decimalText)",
                    measured: isKnown || fast >= least ? "\(fast)" : nil,
                    met: fast >= least ? true : isKnown ? false : nil,
                    evidence: [use.evidence])
            }
        },
        TopologyRule(
            "node.rdma", "adapters that carry storage do RDMA",
            reason: "It moves data without the processor, below a millisecond, and at the full rate of the port.",
            remedy: "choose adapters with iWARP or RoCE v2 for storage",
            parameters: [Parameter("nodes_minimum", "from this many nodes on", otherwise: "every cluster")]
        ) { judgement in
            let least = try judgement.count("nodes_minimum")
            try judgement.forTemplates { judgement, use in
                if let least, use.cluster.nodes.count < least { return }
                let storage = use.adapters(carrying: .storage)
                let isKnown = storage?.allSatisfy { $0.rdma != nil } == true && storage?.isEmpty == false
                let without = storage?.filter { $0.rdma == RDMATransport.none }.map(\.name) ?? []
                judgement.tell(
                    use.subject, "nodes_minimum", required: "RDMA on every adapter that carries storage",
                    measured: !without.isEmpty ? "none on \(without.joined(separator: ", "))" : isKnown ? "all" : nil,
                    met: !without.isEmpty ? false : isKnown ? true : nil, evidence: [use.evidence])
            }
        },
        TopologyRule(
            "node.adapter_vendor", "network adapters are of a vendor that is validated",
            reason: "Drivers and firmware of others are not tested with RDMA storage.",
            remedy: "choose a vendor of the list, or add yours to a profile",
            parameters: [Parameter("vendors", "the vendors")]
        ) { judgement in
            let known = try judgement.needed.list("vendors")
            try judgement.forTemplates { judgement, use in
                guard let adapters = use.hardware.adapters else {
                    return judgement.tellUnknown(use.subject, required: judgement.title)
                }
                for adapter in adapters where adapter.rdma != RDMATransport.none {
                    judgement.tell(
                        use.subject, "vendors", required: "one of \(known.joined(separator: ", "))", adapter.vendor,
                        evidence: [use.evidence], words: { $0 }, { VendorName.isOne($0, of: known) })
                }
            }
        },
    ]
}

/// A vendor by whatever of its names is written.
enum VendorName {
    /// Whether a name begins with the words of one of the list, in small or capital letters: `NVIDIA Mellanox` is `NVIDIA`,
    /// `NVIDIAs` is not.
    static func isOne(_ name: String, of known: [String]) -> Bool {
        known.contains { vendor in
            let name = name.lowercased()
            guard name.hasPrefix(vendor.lowercased()) else { return false }
            return name.dropFirst(vendor.lowercased().count).first.map { !$0.isLetter && !$0.isNumber } ?? true
        }
    }
}

/// A version of firmware, part by part: numbers by their value, then letters. `2.3.1c` is after `2.3.1`.
struct FirmwareVersion: Comparable {
    private let parts: [(number: Int, letters: String)]

    init(_ text: String) {
        parts = text.split(separator: ".", maxSplits: 8).map { part in
            let digits = part.prefix { ("0"..."9").contains($0) }
            return (Int(digits) ?? -1, part.dropFirst(digits.count).lowercased())
        }
    }

    static func == (left: FirmwareVersion, right: FirmwareVersion) -> Bool { !(left < right) && !(right < left) }

    static func < (left: FirmwareVersion, right: FirmwareVersion) -> Bool {
        for index in 0..<max(left.parts.count, right.parts.count) {
            let one = index < left.parts.count ? left.parts[index] : (0, "")
            let other = index < right.parts.count ? right.parts[index] : (0, "")
            if one != other { return one < other }
        }
        return false
    }
}
