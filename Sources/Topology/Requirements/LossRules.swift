import ClusterCore

/// RDMA and the lossless network under it.
extension TopologyRule {
    static let lossRules: [TopologyRule] = [
        TopologyRule(
            "network.transport", "storage uses a transport that is supported",
            reason: "Others are neither validated nor supported.", remedy: "choose one of these transports",
            parameters: [Parameter("transports", "the transports")]
        ) { judgement in
            let known = try judgement.needed.list("transports")
            try judgement.forTemplates { judgement, use in
                guard let adapters = use.adapters(carrying: .storage) else {
                    return judgement.tellUnknown(use.subject, required: judgement.title)
                }
                for adapter in adapters {
                    judgement.tell(
                        use.subject.appending("adapter", adapter.name), "transports",
                        required: "one of \(known.joined(separator: ", "))", adapter.rdma, evidence: [use.evidence],
                        words: { $0.rawValue }, { $0 == RDMATransport.none || known.contains($0.rawValue) })
                }
            }
        },
        TopologyRule(
            "network.rdma_vendor", "adapters do RDMA in a way that their vendor offers",
            reason: "An adapter that does RoCE alone never does iWARP: such a plan has links that nobody can buy.",
            remedy: "choose the transport that the vendor offers, or another vendor",
            parameters: [
                Parameter("iwarp", "vendors whose adapters do iWARP"),
                Parameter("roce_v2", "vendors whose adapters do RoCE v2"),
            ]
        ) { judgement in
            var offers: [RDMATransport: [String]] = [:]
            for transport in [RDMATransport.iwarp, .roceV2] {
                offers[transport] = try judgement.needed.list(transport.rawValue)
            }
            let known = offers.values.flatMap(\.self)
            try judgement.forTemplates { judgement, use in
                guard let adapters = use.hardware.adapters else {
                    return judgement.tellUnknown(use.subject, required: judgement.title)
                }
                for adapter in adapters where adapter.rdma != RDMATransport.none {
                    let makers = adapter.rdma.map { offers[$0] ?? known } ?? []
                    // Of other vendors, and of other transports, other rules speak.
                    let met: Bool? = adapter.vendor.flatMap { vendor in
                        guard VendorName.isOne(vendor, of: known) else { return true }
                        return adapter.rdma == nil ? nil : VendorName.isOne(vendor, of: makers)
                    }
                    judgement.tell(
                        use.subject.appending("adapter", adapter.name), adapter.rdma?.rawValue,
                        required: "\(adapter.rdma?.rawValue ?? "RDMA") by one of \(makers.joined(separator: ", "))",
                        measured: met == nil ? nil : adapter.vendor, met: met, evidence: [use.evidence])
                }
            }
        },
        TopologyRule(
            "network.one_transport", "storage of all nodes uses one transport",
            reason: "iWARP and RoCE do not talk to each other.", remedy: "use one transport on all nodes"
        ) { judgement in
            try judgement.forClusters { judgement, cluster in
                let uses = judgement.facts.templateUses.filter { $0.cluster.name == cluster.name }
                let lists = uses.map { $0.adapters(carrying: .storage) }
                let adapters = lists.flatMap { $0 ?? [] }
                // A group of which nobody says what it carries may carry storage, too.
                let others = uses.flatMap { $0.hardware.adapters ?? [] }.filter { $0.carries == nil }
                let isKnown =
                    !lists.contains(nil) && adapters.allSatisfy { $0.rdma != nil }
                    && others.allSatisfy { $0.rdma == RDMATransport.none }
                let found = Set(adapters.compactMap(\.rdma)).subtracting([.none]).map(\.rawValue).sorted()
                judgement.tell(
                    cluster.identifier, required: "one transport",
                    measured: found.count > 1 || isKnown
                        ? found.isEmpty ? "none" : found.joined(separator: " and ") : nil,
                    met: found.count > 1 ? false : isKnown ? true : nil)
            }
        },
        TopologyRule(
            "network.dcb", "RoCE has a lossless class with bandwidth of its own on every node",
            reason: "RoCE stops and starts again where a packet is lost.",
            remedy: "enable priority flow control for one priority on every storage port, and reserve bandwidth for it",
            parameters: [
                Parameter("priorities", "priorities that may be lossless", otherwise: "any one"),
                Parameter("reservation_minimum", "the least share that is reserved", otherwise: "any share"),
            ]
        ) { judgement in
            let priorities = try judgement.list("priorities")
            let least = try judgement.fraction("reservation_minimum")
            try judgement.forTemplates { judgement, use in
                guard let adapters = use.adapters(carrying: .storage), adapters.allSatisfy({ $0.rdma != nil }) else {
                    return judgement.tellUnknown(use.subject, required: judgement.title)
                }
                for adapter in adapters where adapter.rdma == .roceV2 {
                    let dcb = adapter.dcb
                    let wrong =
                        priorities.flatMap { allowed in dcb?.pfcPriority.map { !allowed.contains("\($0)") } } ?? false
                    let small = least.flatMap { least in dcb?.reservation.map { $0 < least } } ?? false
                    let isKnown = dcb?.pfcPriority != nil && dcb?.reservation != nil
                    let words =
                        "priority \(dcb?.pfcPriority.map { "\($0)" } ?? "?"), "
                        + "\(dcb?.reservation.map { "\($0.percentText)" } ?? "?") reserved"
                    judgement.tell(
                        use.subject.appending("adapter", adapter.name), wrong ? "priorities" : "reservation_minimum",
                        required:
                            "flow control for \(priorities.map { "priority \($0.joined(separator: " or "))" } ?? "one priority")"
                            + (least.map { ", at least \($0.percentText) reserved" } ?? ""),
                        measured: wrong || small || isKnown ? words : nil,
                        met: wrong || small ? false : isKnown ? true : nil,
                        evidence: [use.evidence])
                }
            }
        },
    ]

    static let switchRules: [TopologyRule] = [
        trafficSwitch(
            "switch.line_rate", "a storage switch runs all ports at their rate at once",
            reason: "In a repair all nodes send at once.", remedy: "use a switch that is not oversubscribed",
            parameters: [Parameter("rate_minimum", "what each port carries at least")]
        ) { judgement, item in
            let least = try judgement.needed.rate("rate_minimum")
            let isSlow = item.hardware.rate.map { $0 < least } ?? false
            let isBlocked = item.hardware.lineRate == false
            let isKnown = item.hardware.rate != nil && item.hardware.lineRate != nil
            judgement.tell(
                item.identifier, "rate_minimum", required: "line rate at \(least.decimalText) a port or more",
                measured: isSlow || isBlocked || isKnown
                    ? "\(item.hardware.rate.map { "\($0.decimalText)" } ?? "?")\(isBlocked ? ", oversubscribed" : "")"
                    : nil,
                met: isSlow || isBlocked ? false : isKnown ? true : nil)
        },
        trafficSwitch(
            "switch.latency", "a storage switch is quick",
            reason: "A write crosses it twice before it is done.", remedy: "use a cut-through switch for storage",
            parameters: [Parameter("maximum", "latencies are below it")]
        ) { judgement, item in
            let longest = try judgement.needed.duration("maximum")
            judgement.tell(
                item.identifier, "maximum", required: "below \(longest.unitText)", item.hardware.latency,
                words: \.unitText, { $0 < longest })
        },
        trafficSwitch(
            "switch.lossless", "a storage switch can do what the transport of storage needs",
            reason: "RoCE needs flow control and reserved bandwidth on every port of the way.",
            remedy: "use a switch with PFC and ETS, or iWARP, which needs neither"
        ) { judgement, item in
            let transports = judgement.facts.storageTransports(at: item.name)
            var wanted: [SwitchGroup.Capability] = transports.isDisjoint(with: [.iwarp, .roceV2]) ? [] : [.rdma]
            if transports.contains(.roceV2) { wanted += [.pfc, .ets] }
            if transports.isDisjoint(with: [.roceV2]), judgement.facts.hasUnknownTransport(at: item.name) {
                return judgement.tellUnknown(item.identifier, required: judgement.title)
            }
            guard !wanted.isEmpty else { return }
            tellCapabilities(wanted, of: item, &judgement)
        },
        trafficSwitch(
            "switch.mtu", "a storage switch takes jumbo frames",
            reason: "Large frames cost fewer interrupts, and a frame that one switch refuses is lost.",
            remedy: "set the largest frame on every port of the storage network",
            parameters: [Parameter("minimum", "the largest frame, in bytes, is at least")]
        ) { judgement, item in
            let least = try judgement.needed.count("minimum")
            judgement.tell(
                item.identifier, "minimum", required: "frames of at least \(least) bytes", item.hardware.mtu,
                words: { "\($0)" }, { $0 >= least })
        },
        trafficSwitch(
            "switch.dhcp_relay", "a switch that carries management relays requests for addresses",
            reason: "Machines that ask for an address by broadcast are heard beyond their network by a relay alone.",
            remedy: "use a switch that relays DHCP, and write dhcp_relay among its capabilities", carrying: .management
        ) { judgement, item in
            tellCapabilities([.dhcpRelay], of: item, &judgement)
        },
        TopologyRule(
            "switch.management", "switches for management and compute have layers, VLANs and link aggregation",
            reason: "Networks are told apart by VLANs, and switches are joined by aggregated links.",
            remedy: "use switches of the enterprise class",
            parameters: [Parameter("capabilities", "what they can do")]
        ) { judgement in
            let wanted = try judgement.needed.list("capabilities").compactMap(SwitchGroup.Capability.init)
            if judgement.installation.switches.isEmpty { judgement.tellUnknown(required: judgement.title) }
            for item in judgement.installation.switches where item.hardware.role != .interRack {
                tellCapabilities(wanted, of: item, &judgement)
            }
        },
        TopologyRule(
            "switch.vendor", "storage switches are of a vendor that is validated",
            reason: "Others are not tested with RDMA storage.",
            remedy: "choose a vendor of the list, or add yours to a profile",
            parameters: [Parameter("vendors", "the vendors")]
        ) { judgement in
            let known = try judgement.needed.list("vendors")
            if judgement.installation.switches.isEmpty { judgement.tellUnknown(required: judgement.title) }
            for item in judgement.installation.switches where item.hardware.role == .topOfRack {
                judgement.tell(
                    item.identifier, "vendors", required: "one of \(known.joined(separator: ", "))",
                    item.hardware.vendor, words: { $0 }, { VendorName.isOne($0, of: known) })
            }
        },
    ]

    /// A rule of every switch that carries storage, or another kind of traffic.
    private static func trafficSwitch(
        _ rule: RuleID, _ title: String, reason: String, remedy: String, parameters: [Parameter] = [],
        carrying traffic: Traffic = .storage,
        _ body: @escaping @Sendable (inout RuleJudgement, NetworkSwitch) throws -> Void
    ) -> TopologyRule {
        TopologyRule(rule, title, reason: reason, remedy: remedy, parameters: parameters) { judgement in
            if !judgement.installation.describesCabling { judgement.tellUnknown(required: title) }
            for item in judgement.installation.switches {
                switch judgement.facts.carries(traffic, item.name) {
                case true?: try body(&judgement, item)
                case false? where item.hardware.role != .topOfRack || judgement.facts.knowsPorts: continue
                case false?: judgement.tellUnknown(item.identifier, required: title)
                case nil: judgement.tellUnknown(item.identifier, required: title)
                }
            }
        }
    }

    private static func tellCapabilities(
        _ wanted: [SwitchGroup.Capability], of item: NetworkSwitch, _ judgement: inout RuleJudgement
    ) {
        judgement.tell(
            item.identifier, required: wanted.map(\.rawValue).joined(separator: ", "), item.hardware.capabilities,
            words: { found in
                let missing = wanted.filter { !found.contains($0) }.map(\.rawValue)
                return missing.isEmpty ? "all of them" : "without \(missing.joined(separator: ", "))"
            }, { found in wanted.allSatisfy(found.contains) })
    }
}
