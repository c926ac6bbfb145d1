import ClusterCore

/// Which traffic goes over which ports.
extension TopologyRule {
    static let trafficRules: [TopologyRule] = [
        TopologyRule(
            "network.traffic", "each kind of traffic has ports",
            reason: "Traffic that nobody planned takes the ports of other traffic.",
            remedy: "write in carries what each group of adapters is for",
            parameters: [Parameter("kinds", "the kinds of traffic")]
        ) { judgement in
            let kinds = try judgement.needed.list("kinds")
            try judgement.forTemplates { judgement, use in
                for name in kinds {
                    guard let traffic = Traffic(rawValue: name) else { continue }
                    judgement.tell(
                        use.subject, "kinds", required: "ports for \(name)", use.adapters(carrying: traffic),
                        evidence: [use.evidence],
                        words: { $0.isEmpty ? "none" : $0.map(\.name).joined(separator: ", ") },
                        { !$0.isEmpty })
                }
            }
        },
        rate(
            "network.management", .management, "management has the bandwidth that it needs",
            reason: "Updates and the link to the cloud go over it."),
        rate(
            "network.storage", .storage, "storage has the bandwidth that it needs",
            reason: "Every write goes to other nodes before it is done."),
        rate(
            "network.storage_advised", .storage, "storage has the bandwidth that is advised",
            reason: "Flash fills more than 10 Gbit/s, and repairs take the less time the more there is."),
        rate(
            "network.compute", .compute, "virtual machines have the bandwidth that they need",
            reason: "Tenants and live migration share it."),
        TopologyRule(
            "network.cluster", "heartbeats have ports of their own",
            reason: "A heartbeat that waits behind other traffic makes a healthy node look dead.",
            remedy: "give the cluster's traffic a group of adapters of its own"
        ) { judgement in
            try judgement.forTemplates { judgement, use in
                guard use.cluster.nodes.count > 1 else { return }
                let adapters = use.adapters(carrying: .cluster)
                // Where nothing carries it, another rule says so.
                guard adapters?.isEmpty != true else { return }
                judgement.tell(
                    use.subject, required: "adapters that carry nothing else", adapters, evidence: [use.evidence],
                    words: { adapters in
                        let shared = adapters.filter { $0.carries?.count ?? 0 > 1 }.map(\.name)
                        return shared.isEmpty ? "dedicated" : "shared on \(shared.joined(separator: ", "))"
                    }, { $0.allSatisfy { $0.carries == [.cluster] } })
            }
        },
        TopologyRule(
            "network.converged", "only small clusters have all traffic on the same ports",
            reason: "Everything shares one pair of ports, and nothing can be added later.",
            remedy: "give storage adapters of its own",
            parameters: [Parameter("nodes_maximum", "the largest cluster that may")]
        ) { judgement in
            let most = try judgement.needed.count("nodes_maximum")
            try judgement.forTemplates { judgement, use in
                let option = NetworkOption(of: use.hardware)
                judgement.tell(
                    use.subject, "nodes_maximum", required: "separate storage from \(most + 1) nodes on", option,
                    evidence: [use.evidence], words: { "\($0.rawValue), \(use.cluster.nodes.count) nodes" },
                    { $0 != .fullyConverged || use.cluster.nodes.count <= most })
            }
        },
        TopologyRule(
            "network.storage_dedicated", "storage has ports that carry nothing else",
            reason: "What crosses between zones must not wait behind virtual machines.",
            remedy: "give storage a group of adapters of its own"
        ) { judgement in
            try judgement.forTemplates { judgement, use in
                judgement.tell(
                    use.subject, required: "adapters that carry storage alone", use.adapters(carrying: .storage),
                    evidence: [use.evidence],
                    words: { adapters in
                        let shared = adapters.filter { $0.carries != [.storage] }.map(\.name)
                        return shared.isEmpty ? "dedicated" : "shared on \(shared.joined(separator: ", "))"
                    }, { !$0.isEmpty && $0.allSatisfy { $0.carries == [.storage] } })
            }
        },
        TopologyRule(
            "network.vlans", "traffic is told apart by VLANs",
            reason: "Storage in the network of management can be reached by all that can reach management.",
            remedy: "give each kind of traffic VLANs of its own; with RoCE none of storage's is 0"
        ) { judgement in
            try judgement.forClusters { judgement, cluster in
                // Where no port carries storage, it needs no VLAN.
                let uses = judgement.facts.templateUses.filter { $0.cluster.name == cluster.name }
                if uses.allSatisfy({ $0.adapters(carrying: .storage)?.isEmpty == true }) { return }
                let vlans = cluster.design.network?.vlans
                let storage = Set(vlans?[Traffic.storage.rawValue] ?? [])
                let others = Set((vlans ?? [:]).filter { $0.key != Traffic.storage.rawValue }.flatMap(\.value))
                let shared = storage.intersection(others).sorted()
                // Frames without a VLAN have no priority, which RoCE needs and iWARP does not.
                let needsTag = judgement.facts.usesRoCE(cluster)
                let most = ModelRange.usableVLAN.upperBound
                let least = needsTag == true ? ModelRange.usableVLAN.lowerBound : 0
                let outside = storage.filter { !(least...most).contains($0) }.sorted()
                let isKnown = !storage.isEmpty && !others.isEmpty && !(needsTag == nil && storage.contains(0))
                let isBroken = !shared.isEmpty || !outside.isEmpty
                let words =
                    shared.isEmpty ? "VLAN \(outside.first ?? 0)" : "VLAN \(shared[0]) carries other traffic too"
                judgement.tell(
                    cluster.identifier, required: "VLANs of storage's own, \(least) to \(most)",
                    measured: isBroken ? words : isKnown ? "of its own" : nil,
                    met: isBroken ? false : isKnown ? true : nil)
            }
        },
        TopologyRule(
            "network.teaming", "ports are teamed in a way that is supported",
            reason: "Teams that need the switch's help are not supported with storage and virtual switches.",
            remedy: "use switch-embedded teaming, or none",
            parameters: [Parameter("ways", "the ways that are supported")]
        ) { judgement in
            let ways = try judgement.needed.list("ways")
            try judgement.forClusters { judgement, cluster in
                judgement.tell(
                    cluster.identifier, "ways", required: "one of \(ways.joined(separator: ", "))",
                    cluster.design.network?.teaming, words: { $0.rawValue }, { ways.contains($0.rawValue) })
            }
        },
        TopologyRule(
            "network.live_migrations", "a node runs as many live migrations at once as it may",
            reason: "They share the bandwidth: each takes the longer the more there are.",
            remedy: "write live_migrations within the range, or leave it out for the usual one",
            parameters: [
                Parameter("usual", "how many, where the model does not say"),
                Parameter("minimum", "the fewest"), Parameter("maximum", "the most"),
            ]
        ) { judgement in
            let usual = try judgement.needed.count("usual")
            let least = try judgement.needed.count("minimum")
            let most = try judgement.needed.count("maximum")
            try judgement.forClusters { judgement, cluster in
                judgement.tell(
                    cluster.identifier, "maximum", required: "\(least) to \(most) at once",
                    cluster.design.network?.liveMigrations ?? usual, words: { "\($0)" },
                    { $0 >= least && $0 <= most })
            }
        },
        TopologyRule(
            "network.team_size", "a switch-embedded team has no more ports than it may",
            reason: "A virtual switch that is given more adapters cannot be made.",
            remedy: "use fewer, faster ports, or a second group of adapters with a virtual switch of its own",
            parameters: [Parameter("maximum", "the most ports of a team")]
        ) { judgement in
            let most = try judgement.needed.count("maximum")
            try judgement.forTemplates { judgement, use in
                guard let adapters = use.hardware.adapters else {
                    return judgement.tellUnknown(use.subject, required: judgement.title)
                }
                let teaming = use.cluster.design.network?.teaming
                for adapter in adapters {
                    let isSmall = adapter.ports.map { $0 <= most }
                    // Ports that carry storage or heartbeats alone stand outside of virtual switches.
                    let isTeamed: Bool? =
                        switch (teaming, adapter.carries.map { !Set($0).isDisjoint(with: [.management, .compute]) }) {
                        case (nil, true?), (nil, nil), (.switchEmbedded?, nil): nil
                        case (.switchEmbedded?, true?): true
                        default: false
                        }
                    let met: Bool? =
                        isSmall == true || isTeamed == false ? true : isSmall == false && isTeamed == true ? false : nil
                    judgement.tell(
                        use.subject.appending("adapter", adapter.name), "maximum",
                        required: "at most \(most) ports in a team",
                        measured: met == nil ? nil : adapter.ports.map { "\($0)" } ?? "not teamed", met: met,
                        evidence: [use.evidence])
                }
            }
        },
    ]

    private static func rate(
        _ rule: RuleID, _ traffic: Traffic, _ title: String, reason: String
    ) -> TopologyRule {
        TopologyRule(
            rule, title, reason: reason, remedy: "use faster ports for \(traffic.rawValue)",
            parameters: [
                Parameter("rate_minimum", "what each port carries at least"),
                Parameter("nodes_minimum", "in clusters of so many nodes and more", otherwise: "in every cluster"),
            ]
        ) { judgement in
            let least = try judgement.needed.rate("rate_minimum")
            let from = try judgement.count("nodes_minimum")
            try judgement.forTemplates { judgement, use in
                if let from, use.cluster.nodes.count < from { return }
                guard let adapters = use.adapters(carrying: traffic) else {
                    return judgement.tellUnknown(use.subject, required: "at least \(least.decimalText) a port")
                }
                // Where nothing carries it, another rule says so.
                for adapter in adapters {
                    judgement.tell(
                        use.subject.appending("adapter", adapter.name), "rate_minimum",
                        required: "at least \(least.decimalText) a port", adapter.rate, evidence: [use.evidence],
                        words: { "\($0.decimalText)" }, { $0 >= least })
                }
            }
        }
    }
}

/// How traffic is laid on ports (AL-45, AL-46, AL-47).
public enum NetworkOption: String, Sendable, Hashable, Codable, CaseIterable {
    /// All traffic on the same ports.
    case fullyConverged = "fully_converged"
    /// Storage on ports of its own, the rest together.
    case storageIsolated = "storage_isolated"
    /// Management, storage and compute each on ports of their own.
    case fullySeparated = "fully_separated"
    /// Some other way.
    case other

    /// The option of a node, or `nil` where it is not known what its adapters carry. Heartbeats may go anywhere.
    public init?(of node: NodeTemplate) {
        guard let adapters = node.adapters, adapters.allSatisfy({ $0.carries != nil }) else { return nil }
        func groups(_ traffic: Traffic) -> Set<String> {
            Set(adapters.filter { $0.carries(traffic) == true }.map(\.name))
        }
        let (management, storage, compute) = (groups(.management), groups(.storage), groups(.compute))
        guard !management.isEmpty, !storage.isEmpty, !compute.isEmpty else {
            self = .other
            return
        }
        let isStorageApart = storage.isDisjoint(with: management) && storage.isDisjoint(with: compute)
        switch (isStorageApart, management.isDisjoint(with: compute)) {
        case (true, true): self = .fullySeparated
        case (true, false): self = management == compute ? .storageIsolated : .other
        default: self = management == storage && storage == compute ? .fullyConverged : .other
        }
    }

    /// Ports of a node, as the option is described: pairs (AL-48). `nil` for another way.
    public var portsPerNode: Int? {
        switch self {
        case .fullyConverged: 2
        case .storageIsolated: 4
        case .fullySeparated: 6
        case .other: nil
        }
    }

    /// Ports of each of two top-of-rack switches for so many nodes (AL-48).
    public func portsPerSwitch(nodes: Int) -> Int? { portsPerNode.map { $0 / 2 * max(0, nodes) } }
}
