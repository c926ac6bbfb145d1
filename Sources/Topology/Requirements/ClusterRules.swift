public import ClusterCore

/// How many nodes there are, how alike they are, and what lets the cluster stand.
extension TopologyRule {
    static let clusterRules: [TopologyRule] = [
        TopologyRule(
            "cluster.nodes", "a cluster has as many nodes as its kind may have",
            reason:
                "Beyond the limit a cluster is not supported; more nodes are several clusters under one management.",
            remedy: "change the number of nodes; beyond the limit make several clusters",
            parameters: [
                Parameter("minimum", "the fewest nodes"), Parameter("maximum", "the most nodes"),
                Parameter("even", "whether their number must be even"),
            ]
        ) { judgement in
            let (least, most) = (try judgement.count("minimum"), try judgement.count("maximum"))
            let isEven = try judgement.flag("even")
            try judgement.forClusters { judgement, cluster in
                let count = cluster.nodes.count
                let isWithin = count >= least ?? 0 && count <= most ?? .max && (!isEven || count.isMultiple(of: 2))
                let range =
                    "\(least ?? 1) to \(most.map { "\($0)" } ?? "any number of") nodes\(isEven ? ", an even number" : "")"
                judgement.tell(
                    cluster.identifier, count < least ?? 0 ? "minimum" : "maximum", required: range,
                    measured: "\(count)", met: isWithin)
            }
        },
        TopologyRule(
            "cluster.production_nodes", "a cluster in production has several nodes",
            reason: "One node has no other that could take over: what fails stands still until it is repaired.",
            remedy: "add a node, or say production: false where standing still is acceptable",
            parameters: [Parameter("minimum", "the fewest nodes in production")]
        ) { judgement in
            let least = try judgement.count("minimum") ?? 1
            try judgement.forClusters { judgement, cluster in
                guard cluster.nodes.count < least else { return }
                let isProduction = judgement.installation.production
                judgement.tell(
                    cluster.identifier, "minimum", required: "at least \(least) nodes in production",
                    measured: isProduction.map { "\(cluster.nodes.count), \($0 ? "" : "not ")in production" },
                    met: isProduction.map { !$0 })
            }
        },
        TopologyRule(
            "cluster.alike", "the nodes of a cluster are alike",
            reason: "The slowest node holds the others back, and what one has more than the others is stranded.",
            remedy: "use nodes of one model with the same processors, memory, drives and adapters",
            parameters: [Parameter("parts", "what must be the same in all nodes")]
        ) { judgement in
            let parts = try judgement.list("parts") ?? []
            try judgement.forClusters { judgement, cluster in
                let uses = judgement.facts.templateUses.filter { $0.cluster.name == cluster.name }
                guard let first = uses.first else { return }
                for part in parts {
                    let known = uses.filter { describe($0.hardware, part) != nil }
                    let one = known.first ?? first
                    let other = known.first { describe($0.hardware, part) != describe(one.hardware, part) }
                    // Nodes of one template are alike, whatever they are made of.
                    let isOpen = uses.count > 1 && known.count < uses.count
                    judgement.tell(
                        cluster.identifier, "parts", required: "the same \(part) in all nodes",
                        measured: other.map { "\(one.name) and \($0.name) differ" } ?? (isOpen ? nil : "the same"),
                        met: other != nil ? false : isOpen ? nil : true)
                }
            }
        },
        witness(
            "cluster.witness", "a cluster of two nodes has a witness that may vote",
            reason:
                "Without a third vote the half that lives on cannot know that it may, so one failed node stops both."),
        witness(
            "cluster.witness_advised", "a cluster of few nodes has a witness",
            reason:
                "With a witness four nodes outlive two that fail at once, and three two that fail one after the other."),
        TopologyRule(
            "cluster.stretched", "a cluster over two sites is supported, and the sites are near",
            reason: "Each write waits for the other site, so the round trip is part of every latency.",
            remedy: "use two clusters with replication between them, or a rack-aware cluster in one place",
            parameters: [
                Parameter("supported", "whether one cluster may span sites"),
                Parameter("round_trip_maximum", "the longest round trip between the sites"),
            ]
        ) { judgement in
            let isSupported = try judgement.flag("supported")
            let longest = try judgement.duration("round_trip_maximum")
            try judgement.forClusters { judgement, cluster in
                let sites = judgement.installation.sites(of: cluster)
                let isStretched = cluster.design.kind == .stretched || sites.count > 1
                let isKnown = cluster.design.kind != nil || sites.count == 1
                guard isStretched || !isKnown else { return }
                guard isStretched else {
                    return judgement.tell(
                        cluster.identifier, "supported", required: "one site, or a known kind of cluster",
                        measured: nil, met: nil)
                }
                guard isSupported else {
                    return judgement.tell(
                        cluster.identifier, "supported", required: "one site", measured: "stretched", met: false)
                }
                guard let longest else { return }
                judgement.tell(
                    cluster.identifier, "round_trip_maximum",
                    required: "a round trip between sites below \(longest.unitText)",
                    cluster.design.network?.zoneRoundTrip, words: \.unitText, { $0 < longest })
            }
        },
        TopologyRule(
            "cluster.zones", "a rack-aware cluster has two equal zones",
            reason: "Each zone holds a copy of all data and must carry the load of both.",
            remedy: "name a zone for each group of nodes, with as many nodes in each",
            parameters: [
                Parameter("zones", "how many zones"), Parameter("per_zone_maximum", "the most nodes of one zone"),
            ]
        ) { judgement in
            let zones = try judgement.count("zones") ?? 2
            let most = try judgement.count("per_zone_maximum") ?? .max
            try judgement.forClusters { judgement, cluster in
                let named = cluster.nodes.compactMap(\.zone)
                let isKnown = named.count == cluster.nodes.count
                let sizes = Dictionary(grouping: named) { $0 }.sorted { $0.key < $1.key }.map {
                    ($0.key, $0.value.count)
                }
                let isSound =
                    sizes.count == zones && Set(sizes.map(\.1)).count == 1 && sizes.allSatisfy { $0.1 <= most }
                judgement.tell(
                    cluster.identifier, "per_zone_maximum",
                    required: "\(zones) zones of as many nodes each, at most \(most)",
                    measured: isKnown ? sizes.map { "\($0.0): \($0.1)" }.joined(separator: ", ") : nil,
                    met: isKnown ? isSound : nil)
            }
        },
        TopologyRule(
            "cluster.zone_round_trip", "the zones of a rack-aware cluster are near",
            reason: "Each write waits for the other zone.",
            remedy: "shorten the way between the rooms",
            parameters: [Parameter("maximum", "the longest round trip between the zones")]
        ) { judgement in
            guard let longest = try judgement.duration("maximum") else { return }
            try judgement.forClusters { judgement, cluster in
                guard cluster.design.kind ?? .rackAware == .rackAware else { return }
                judgement.tell(
                    cluster.identifier, "maximum", required: "a round trip of at most \(longest.unitText)",
                    cluster.design.network?.zoneRoundTrip, words: \.unitText, { $0 <= longest })
            }
        },
        TopologyRule(
            "cluster.zone_bandwidth", "the link between zones carries what the nodes of one zone can send",
            reason: "A narrower link makes every write wait, and a rebuild across it takes longer.",
            remedy: "add links between the rooms: one for each storage port of a node of one zone",
            parameters: [Parameter("share", "of what the storage ports of one zone carry")]
        ) { judgement in
            let share = try judgement.fraction("share") ?? Fraction(1)
            try judgement.forClusters { judgement, cluster in
                guard cluster.design.kind ?? .rackAware == .rackAware else { return }
                guard let needed = try ZoneBandwidth.needed(by: cluster)?.multiplied(by: share, rounding: .up) else {
                    return judgement.tell(
                        cluster.identifier, "share", required: "the bandwidth of one zone's storage ports",
                        measured: nil, met: nil)
                }
                judgement.tell(
                    cluster.identifier, "share", required: "at least \(needed.decimalText) between the zones",
                    cluster.design.network?.zoneBandwidth, words: { "\($0.decimalText)" }, { $0 >= needed })
            }
        },
    ]

    private static func witness(_ rule: RuleID, _ title: String, reason: String) -> TopologyRule {
        TopologyRule(
            rule, title, reason: reason, remedy: "add a cloud or file share witness",
            parameters: [
                Parameter("nodes_minimum", "the smallest cluster that is asked for one"),
                Parameter("nodes_maximum", "the largest cluster that is asked for one"),
                Parameter("refused", "kinds of witnesses that are not supported"),
            ]
        ) { judgement in
            let least = try judgement.count("nodes_minimum") ?? 2
            let most = try judgement.count("nodes_maximum") ?? .max
            let refused = try judgement.list("refused") ?? []
            try judgement.forClusters { judgement, cluster in
                guard (least...max(least, most)).contains(cluster.nodes.count) else { return }
                judgement.tell(
                    cluster.identifier, "nodes_maximum",
                    required: "a witness\(refused.isEmpty ? "" : " other than \(refused.joined(separator: ", "))")",
                    cluster.design.witness?.kind, words: { $0.rawValue },
                    { $0 != .none && !refused.contains($0.rawValue) })
            }
        }
    }

    /// A part of a node, in a form that can be compared; `nil` where it is not known.
    private static func describe(_ node: NodeTemplate, _ part: String) -> AnyHashable? {
        switch part {
        case "model": node.vendor.flatMap { vendor in node.model.map { AnyHashable([vendor, $0]) } }
        case "processor": node.processor.map { AnyHashable($0) }
        case "memory": node.memory.map { AnyHashable($0) }
        case "drives": node.drives.map { AnyHashable($0) }
        case "adapters": node.adapters.map { AnyHashable($0) }
        default: AnyHashable("")
        }
    }
}

/// What storage between two zones of a rack-aware cluster needs.
public enum ZoneBandwidth {
    /// Nodes of the largest zone × storage ports of a node × rate of a port, or `nil` where one of them is not known
    /// (Microsoft, rack-aware-cluster-requirements, 2025-10).
    public static func needed(by cluster: InstalledCluster) throws(UnitError) -> BitRate? {
        var zones: [String: BitRate] = [:]
        for node in cluster.nodes {
            guard let zone = node.zone, let adapters = node.hardware.adapters else { return nil }
            for adapter in adapters where adapter.carries(.storage) != false {
                guard adapter.carries != nil, let ports = adapter.ports, let rate = adapter.rate else { return nil }
                zones[zone] = try (zones[zone] ?? .zero).adding(rate.multiplied(by: UInt64(max(0, ports))))
            }
        }
        return zones.values.max()
    }
}
