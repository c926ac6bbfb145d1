import ClusterCore

/// What sits near to what.
extension PlacementRule {
    static let nearness: [PlacementRule] = [
        PlacementRule(
            "host.storage_locality", "ports that carry storage are near to the processors that serve them",
            reason: """
                What a far adapter moves crosses the link between sockets twice, and waits there behind everything else that \
                does: latency rises, and it varies.
                """,
            remedy: "move the adapter to a slot of the node whose processors serve storage, or serve it by near ones",
            parameters: [
                Parameter("processors", "the processors that serve storage, as a list; without, all that may be used")
            ]
        ) { judgement in
            var serving = judgement.servingProcessors
            if judgement.has("processors") {
                let text = try judgement.profile.text(judgement.rule.rule, "processors")
                guard let set = NumberSet(list: text) else {
                    judgement.tell(
                        judgement.host.identifier, required: "processors as a list such as 0-7,16-23", measured: nil,
                        met: nil,
                        remedy:
                            "write the parameter processors of the rule as such a list; it is \"\(text.prefix(64))\"")
                    return
                }
                serving = .known(set, .derived("the profile's figure"))
            }
            try judgement.forPorts { judgement, port in
                let required = "on a node with processors that serve it"
                let evidence = [
                    judgement.evidence("node of \(port.name)", port.numaNode),
                    judgement.evidence("processors that serve", serving),
                ]
                if judgement.hasOneNode == true {
                    judgement.tell(port.subject, required: required, measured: "one node", met: true)
                    return
                }
                guard let number = port.numaNode.value, let serving = serving.value,
                    let near = judgement.node(number)?.cpus.value
                else {
                    judgement.tell(port.subject, required: required, measured: nil, met: nil, evidence: evidence)
                    return
                }
                let own = near.intersection(serving)
                let words = near.isEmpty ? "which has no processor" : "whose processors are \(near.listText)"
                judgement.tell(
                    port.subject, required: required,
                    measured: own.isEmpty
                        ? "on node \(number), \(words)" : "on node \(number), served by \(own.listText)",
                    met: !own.isEmpty, evidence: evidence)
            }
        },
        PlacementRule(
            "host.interrupts", "interrupts of ports that carry storage are served by near processors",
            reason: """
                A far processor fetches every completion and every packet's head over the link between sockets, and throws out \
                of its cache what it will need next.
                """,
            remedy: """
                write near processors to smp_affinity_list of these interrupts, or keep irqbalance from moving them \
                (--banirq, or a policy by node)
                """,
            parameters: [
                Parameter(
                    "far_share_maximum",
                    "the share of a port's interrupts that may be served by far ones: of those that fired, where counts are known"
                )
            ]
        ) { judgement in
            let most = try judgement.fraction("far_share_maximum")
            try judgement.forPorts { judgement, port in
                let required = "at most \(most.percentText) of its interrupts on far processors"
                if judgement.hasOneNode == true {
                    judgement.tell(port.subject, required: required, measured: "one node", met: true)
                    return
                }
                guard let near = judgement.node(port.numaNode.value)?.cpus.value, let address = port.function.value
                else {
                    judgement.tell(
                        port.subject, required: required, measured: nil, met: nil,
                        evidence: [
                            judgement.evidence("node of \(port.name)", port.numaNode),
                            judgement.evidence("function of \(port.name)", port.function),
                        ])
                    return
                }
                judgement.tellInterrupts(port, address, near, most, required)
            }
        },
        PlacementRule(
            "host.memory_nodes", "each node with processors has memory, and about as much as the others",
            reason: """
                Processors of a node without memory of its own fetch everything from others; where one has much less, what runs \
                there spills over. Slots that were left empty or a module that failed look like this.
                """,
            remedy: "fit modules in the same way at each socket; see the firmware's log for modules that it took out",
            parameters: [
                Parameter("share_minimum", "the least memory of a node, as a share of what the node with most has")
            ]
        ) { judgement in
            let least = try judgement.fraction("share_minimum")
            guard let nodes = judgement.host.numaNodes.value else {
                judgement.tell(
                    judgement.host.identifier, required: "memory on each node", measured: nil, met: nil,
                    evidence: [judgement.evidence("nodes", judgement.host.numaNodes.map { "\($0.count)" })])
                return
            }
            let inUse = nodes.filter { $0.isOnline.value != false && $0.isWithoutCPUs != true }
            let most = inUse.compactMap { $0.memory.value }.max() ?? .zero
            let isComplete = inUse.allSatisfy { $0.memory.value != nil }
            for node in inUse {
                let subject = judgement.host.identifier.appending("node", "\(node.number)")
                let required = "memory, at least \(least.percentText) of what the node with most has"
                let evidence = [
                    judgement.evidence("memory", node.memory.map { "\($0.binaryText)" }),
                    judgement.evidence("processors", node.cpus),
                ]
                guard let memory = node.memory.value, node.isWithoutCPUs == false else {
                    judgement.tell(subject, required: required, measured: nil, met: nil, evidence: evidence)
                    continue
                }
                let isEnough = memory > .zero && PlacementRule.isShare(memory.bytes, of: most.bytes, least)
                // Where another node's memory is not known, this one may be the smaller by far.
                judgement.tell(
                    subject, required: required, measured: "\(memory.binaryText)",
                    met: isEnough ? (isComplete ? true : nil) : false, evidence: evidence)
            }
        },
    ]

    /// Whether a part is more than a share of the whole, exactly.
    static func isMore(_ part: UInt64, of whole: UInt64, than share: Fraction) -> Bool {
        guard share.numerator >= 0 else { return true }
        let left = part.multipliedFullWidth(by: UInt64(share.denominator))
        let right = whole.multipliedFullWidth(by: UInt64(share.numerator))
        return left.high != right.high ? left.high > right.high : left.low > right.low
    }

    /// Whether a part is at least a share of the whole, exactly.
    static func isShare(_ part: UInt64, of whole: UInt64, _ share: Fraction) -> Bool {
        guard share.numerator > 0 else { return true }
        let left = part.multipliedFullWidth(by: UInt64(share.denominator))
        let right = whole.multipliedFullWidth(by: UInt64(share.numerator))
        return left.high != right.high ? left.high > right.high : left.low >= right.low
    }
}

extension PlacementJudgement {
    /// The processors that may be used: those that run and are not kept from the reader.
    var servingProcessors: Observed<NumberSet> {
        guard let allowed = host.cpus.allowed.value else { return host.cpus.online }
        return host.cpus.online.map { $0.intersection(allowed) }
    }

    mutating func tellInterrupts(
        _ port: StoragePort, _ address: String, _ near: NumberSet, _ most: Fraction, _ required: String
    ) {
        let fact =
            interrupts.byFunction[address] ?? .unknown(.notRead, .file("sys/bus/pci/devices/\(address)/msi_irqs"))
        let all = fact.elements
        guard !all.isEmpty else {
            tell(
                port.subject, required: required, measured: nil, met: nil,
                evidence: [evidence("interrupts", fact.map { "\($0.count)" })])
            return
        }
        let far = all.filter { $0.cpus.value.map { !$0.isSubset(of: near) } ?? false }
        let counts = all.compactMap(\.count.value)
        let isCounted = counts.count == all.count
        // An interrupt that never fires costs nothing wherever it would be served.
        func weight(_ interrupts: [HostInterrupts.Interrupt]) -> UInt64 {
            guard isCounted else { return UInt64(interrupts.count) }
            return interrupts.compactMap(\.count.value).reduce(0) { sum, next in
                let (value, overflow) = sum.addingReportingOverflow(next)
                return overflow ? .max : value
            }
        }
        let untold = all.filter { $0.cpus.value == nil && $0.count.value != 0 }.count
        let (farWeight, allWeight) = (weight(far), weight(all))
        let isBroken = PlacementRule.isMore(farWeight, of: allWeight, than: most)
        let fired = isCounted ? ", \(farWeight) of \(allWeight) times that they fired" : ""
        let shown = far.sorted { ($0.count.value ?? 0) > ($1.count.value ?? 0) }.prefix(8).flatMap { interrupt in
            [
                evidence("interrupt \(interrupt.number)", interrupt.cpus),
                evidence("interrupt \(interrupt.number) fired", interrupt.count),
            ]
        }
        tell(
            port.subject, required: required,
            measured: isBroken || untold == 0 ? "\(far.count) of \(all.count) on far processors\(fired)" : nil,
            met: isBroken ? false : untold == 0 ? true : nil,
            evidence: [Evidence(source: "near processors", value: near.listText)] + shown
                + (untold > 0 ? [Evidence(source: "interrupts of which nothing is told", value: "\(untold)")] : []))
    }
}
