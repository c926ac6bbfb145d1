import ClusterCore

/// Ports that carry storage by themselves.
extension PlacementRule {
    static let ports: [PlacementRule] = [
        PlacementRule(
            "host.slot_bandwidth", "a slot carries what the ports of its card do",
            reason: """
                A card in a slot with too few lanes, or one that came up slower than it can, never reaches the speed of its \
                ports, and no counter of the network shows why. The same holds of a bridge above it, which several cards may \
                share.
                """,
            remedy: "move the card to a slot with more lanes, or carry storage over fewer of its ports",
            parameters: [
                Parameter(
                    "share_minimum", "what the slot carries, as a share of the ports of the card that carry storage")
            ]
        ) { judgement in
            let least = try judgement.fraction("share_minimum")
            guard !judgement.storage.isEmpty else { return judgement.tellNoPorts() }
            var cards: [(name: String, ports: [StoragePort])] = []
            for port in judgement.storage {
                let card = PlacementPlaces.card(of: port, judgement.host).value ?? port.name
                if let index = cards.firstIndex(where: { $0.name == card }) {
                    cards[index].ports.append(port)
                } else {
                    cards.append((card, [port]))
                }
            }
            for card in cards { judgement.tellBandwidth(card.ports, least) }
            judgement.tellSharedBridges(cards.map(\.ports), least)
        },
        PlacementRule(
            "host.rdma", "ports that carry storage do RDMA",
            reason: "It moves data without the processor and below a millisecond.",
            remedy: "choose adapters with RDMA for storage, load their RDMA driver, and see that the link is up"
        ) { judgement in
            try judgement.forPorts { judgement, port in
                let required = "an RDMA device whose port is active"
                guard let devices = port.rdmaDevices.value else {
                    judgement.tell(
                        port.subject, required: required, measured: nil, met: nil,
                        evidence: [judgement.evidence("RDMA devices", port.rdmaDevices.map { "\($0.count)" })])
                    return
                }
                let ports = devices.flatMap { device in
                    device.ports.elements.filter {
                        port.interface == nil || ($0.interface.value ?? port.name) == port.name
                    }
                }
                let states = ports.map(\.state)
                let isActive = states.contains { $0.value == 4 }
                let isKnown = states.allSatisfy { $0.value != nil } && devices.allSatisfy { $0.ports.value != nil }
                let evidence =
                    devices.map { Evidence(source: "RDMA device", value: $0.name) }
                    + states.map { judgement.evidence("state", $0) }
                judgement.tell(
                    port.subject, required: required,
                    measured: devices.isEmpty
                        ? "no RDMA device" : isActive ? "active" : isKnown ? "no active port" : nil,
                    met: isActive ? true : devices.isEmpty || isKnown ? false : nil, evidence: evidence)
            }
        },
        PlacementRule(
            "host.storage_mtu", "ports that carry storage take large packets",
            reason: "Fewer, larger packets leave more of the processor and of the link to data.",
            remedy: "set the MTU of the interface, and of every switch port on the way, to the same",
            parameters: [Parameter("minimum", "the least MTU of an Ethernet interface, in bytes")]
        ) { judgement in
            let least = try judgement.count("minimum")
            try judgement.forPorts { judgement, port in
                // InfiniBand has packets of its own size below IP.
                guard port.interface?.hardwareType.value != 32, let interface = port.interface else { return }
                judgement.tell(
                    port.subject, required: "an MTU of at least \(least)",
                    measured: interface.mtu.value.map { "\($0.bytes)" },
                    met: interface.mtu.value.map { $0.bytes >= UInt64(max(0, least)) },
                    evidence: [judgement.evidence("MTU", interface.mtu.map { "\($0.bytes)" })])
            }
        },
    ]
}

extension PlacementJudgement {
    /// What ports carry together, and whether every one of them tells its speed.
    private func load(of ports: [StoragePort]) -> (sum: UInt64, isComplete: Bool) {
        let speeds = ports.compactMap { $0.speed.value?.bitsPerSecond }
        let (sum, overflow) = speeds.reduce((UInt64(0), false)) { total, next in
            let (sum, overflow) = total.0.addingReportingOverflow(next)
            return (sum, total.1 || overflow)
        }
        return (sum, speeds.count == ports.count && !overflow)
    }

    private static func rate(_ device: ObservedHost.PCIDevice?) -> BitRate? {
        PCILink.rate(megatransfers: device?.speed.value, lanes: device?.width.value)
    }

    private func speeds(of ports: [StoragePort]) -> [Evidence] {
        ports.map { evidence("speed of \($0.name)", $0.speed.map { "\($0.decimalText)" }) }
    }

    mutating func tellBandwidth(_ ports: [StoragePort], _ least: Fraction) {
        guard let first = ports.first else { return }
        let way = PlacementPlaces.way(of: first, host)
        let device = way.last
        let subject = first.function.value.map { host.identifier.appending("pci", $0) } ?? first.subject
        let (sum, isComplete) = load(of: ports)
        let best = PCILink.rate(megatransfers: device?.maximumSpeed.value, lanes: device?.maximumWidth.value)
        let all = "\(BitRate(bitsPerSecond: sum).decimalText)"
        var facts = speeds(of: ports)
        if let device {
            facts += [evidence("megatransfers a second", device.speed), evidence("lanes", device.width)]
            facts += [evidence("at most", device.maximumSpeed), evidence("lanes at most", device.maximumWidth)]
        } else {
            facts.append(evidence("function", first.function))
        }
        let required = "at least \(least.percentText) of what its ports carry"
        guard let own = PlacementJudgement.rate(device) else {
            return tell(subject, required: required, measured: nil, met: nil, evidence: facts)
        }
        var (link, through) = (own, "")
        for bridge in way.dropLast() {
            guard let rate = PlacementJudgement.rate(bridge), rate < link else { continue }
            (link, through) = (rate, " through bridge \(bridge.address)")
            facts.append(evidence("lanes of bridge \(bridge.address)", bridge.width))
        }
        let isEnough = PlacementRule.isShare(link.bitsPerSecond, of: sum, least)
        var remedy: String?
        if !isEnough, through.isEmpty, let best, PlacementRule.isShare(best.bitsPerSecond, of: sum, least) {
            remedy =
                "the card can do more than the link does: seat it anew, or move it to a slot that is as wide and as fast"
        }
        tell(
            subject, required: required,
            measured: isEnough && !isComplete ? nil : "\(link.decimalText)\(through) for \(all)",
            met: isEnough ? (isComplete ? true : nil) : false, evidence: facts, remedy: remedy)
    }

    /// Tells of bridges that several cards are behind, of which the link is known: of each group of ports the narrowest.
    mutating func tellSharedBridges(_ cards: [[StoragePort]], _ least: Fraction) {
        var behind: [String: Set<Int>] = [:]
        for (card, ports) in cards.enumerated() {
            for bridge in ports.first.map({ PlacementPlaces.way(of: $0, host).dropLast() }) ?? [] {
                behind[bridge.address, default: []].insert(card)
            }
        }
        var narrowest: [Set<Int>: (address: String, link: BitRate)] = [:]
        for (address, members) in behind.sorted(by: { $0.key < $1.key }) where members.count > 1 {
            let bridge = host.pciDevices.elements.first { $0.address == address }
            guard let link = PlacementJudgement.rate(bridge) else { continue }
            if let known = narrowest[members], known.link <= link { continue }
            narrowest[members] = (address, link)
        }
        for (members, bridge) in narrowest.sorted(by: { $0.value.address < $1.value.address }) {
            let ports = members.sorted().flatMap { cards[$0] }
            let (sum, isComplete) = load(of: ports)
            let isEnough = PlacementRule.isShare(bridge.link.bitsPerSecond, of: sum, least)
            tell(
                host.identifier.appending("pci", bridge.address),
                required: "at least \(least.percentText) of what the ports behind it carry",
                measured: isEnough && !isComplete
                    ? nil : "\(bridge.link.decimalText) for \(BitRate(bitsPerSecond: sum).decimalText)",
                met: isEnough ? (isComplete ? true : nil) : false, evidence: speeds(of: ports),
                remedy: "move one of the cards to a slot behind another root port")
        }
    }
}
