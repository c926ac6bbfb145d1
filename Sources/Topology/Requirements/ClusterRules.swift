import ClusterCore

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
                Parameter("even", "whether their number must be even", otherwise: "any number may be"),
            ]
        ) { judgement in
            let (least, most) = (try judgement.needed.count("minimum"), try judgement.needed.count("maximum"))
            let isEven = try judgement.flag("even")
            try judgement.forClusters { judgement, cluster in
                let count = cluster.nodes.count
                let isWithin = count >= least && count <= most && (!isEven || count.isMultiple(of: 2))
                judgement.tell(
                    cluster.identifier, count < least ? "minimum" : "maximum",
                    required: "\(least) to \(most) nodes\(isEven ? ", an even number" : "")", measured: "\(count)",
                    met: isWithin)
            }
        },
        TopologyRule(
            "cluster.production_nodes", "a cluster in production has several nodes",
            reason: "One node has no other that could take over: what fails stands still until it is repaired.",
            remedy: "add a node, or say production: false where standing still is acceptable",
            parameters: [Parameter("minimum", "the fewest nodes in production")]
        ) { judgement in
            let least = try judgement.needed.count("minimum")
            try judgement.forClusters { judgement, cluster in
                guard cluster.nodes.count < least else { return }
                let isProduction = judgement.installation.production
                judgement.tell(
                    cluster.identifier, "minimum", required: "at least \(least) nodes in production",
                    measured: isProduction.map { "\(cluster.nodes.count), \($0 ? "" : "not ")in production" },
                    met: isProduction.map { !$0 })
            }
        },
        alike("cluster.alike", "the nodes of a cluster are alike"),
        alike("cluster.alike_advised", "the nodes of a cluster are alike where that is advised"),
        witness(
            "cluster.witness", "a cluster of two nodes has a witness that may vote",
            reason:
                "Without a third vote the half that lives on cannot know that it may, so one failed node stops both."),
        witness(
            "cluster.witness_advised", "a cluster of few nodes has a witness",
            reason:
                "With a witness four nodes outlive two that fail at once, and three two that fail one after the other."),
        TopologyRule(
            "cluster.witness_kind", "a witness is of a kind that is supported",
            reason: "A disk as witness would have to be shared by all nodes, which drives inside of nodes are not.",
            remedy: "use a file share or, in a connected cluster, the cloud as witness",
            parameters: [Parameter("refused", "kinds of witnesses that are not supported")]
        ) { judgement in
            let refused = try judgement.needed.list("refused")
            try judgement.forClusters { judgement, cluster in
                judgement.tell(
                    cluster.identifier, "refused", required: "a witness other than \(refused.joined(separator: ", "))",
                    cluster.design.witness?.kind, words: { $0.rawValue }, { !refused.contains($0.rawValue) })
            }
        },
        TopologyRule(
            "cluster.kind", "a cluster is of the kind that the profile is for",
            reason: "Each kind has requirements of its own: held to those of another, one may pass that cannot be.",
            remedy: "check it by the profile of its kind: write profile: rackAware, lowCapacity or disaggregated, or "
                + "write the kind that it is",
            parameters: [Parameter("kinds", "the kinds of clusters that the profile is for")]
        ) { judgement in
            let kinds = try judgement.needed.list("kinds")
            try judgement.forClusters { judgement, cluster in
                judgement.tell(
                    cluster.identifier, "kinds", required: "a cluster of kind \(kinds.joined(separator: " or "))",
                    cluster.design.kind, words: { $0.rawValue }, { kinds.contains($0.rawValue) })
            }
        },
        TopologyRule(
            "cluster.racks", "a cluster stands in as many racks as its kind may, with no more nodes in each",
            reason: "Nodes of a cluster share their switches at the top of the rack, and a rack that fails takes its "
                + "nodes along.",
            remedy: "move nodes to fewer racks, spread them over more, or choose a kind of cluster that may span racks",
            parameters: [
                Parameter("maximum", "the most racks"),
                Parameter("per_rack_maximum", "the most nodes of one rack", otherwise: "not asked"),
                Parameter(
                    "nodes_maximum", "nodes that all racks share: that many by racks are the most of one",
                    otherwise: "not asked"),
            ]
        ) { judgement in
            let most = try judgement.needed.count("maximum")
            let perRack = try judgement.count("per_rack_maximum")
            let shared = try judgement.count("nodes_maximum")
            try judgement.forClusters { judgement, cluster in
                let racks = Dictionary(grouping: cluster.nodes.compactMap(\.rack)) { $0 }.mapValues(\.count)
                let isKnown = cluster.nodes.allSatisfy { $0.rack != nil }
                let share = shared.map { $0 / max(1, racks.count) }
                let cap = [perRack, share].compactMap(\.self).min() ?? .max
                let fullest = racks.max { ($0.value, $1.key) < ($1.value, $0.key) }
                let isBroken = racks.count > most || (fullest?.value ?? 0) > cap
                let words =
                    racks.count <= most && isBroken
                    ? "\(fullest?.value ?? 0) in \(fullest?.key ?? "")"
                    : "\(racks.count): \(racks.keys.sorted().prefix(16).joined(separator: ", "))"
                judgement.tell(
                    cluster.identifier, racks.count > most ? "maximum" : "per_rack_maximum",
                    required: "at most \(most) rack\(most == 1 ? "" : "s")"
                        + (cap == .max ? "" : ", at most \(cap) nodes in each"),
                    measured: isBroken || isKnown ? words : nil, met: isBroken ? false : isKnown ? true : nil)
            }
        },
        TopologyRule(
            "cluster.stretched", "a cluster over two sites is supported, and the sites are near",
            reason: "Each write waits for the other site, so the round trip is part of every latency.",
            remedy: "use two clusters with replication between them, or a rack-aware cluster in one place",
            parameters: [
                Parameter("supported", "whether one cluster may span sites"),
                Parameter("round_trip_maximum", "the longest round trip between the sites"),
                Parameter("nodes_minimum", "the fewest nodes of one that does"),
                Parameter("nodes_maximum", "the most nodes of one that does"),
                Parameter("equal_sites", "whether each site has as many nodes"),
            ]
        ) { judgement in
            let isSupported = try judgement.needed.flag("supported")
            // What is not supported has no figures.
            let figures = judgement.needed
            let longest = isSupported ? try figures.duration("round_trip_maximum") : nil
            let range = isSupported ? (try figures.count("nodes_minimum"), try figures.count("nodes_maximum")) : nil
            let isEqual = isSupported ? try figures.flag("equal_sites") : false
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
                guard let (least, most) = range, let longest else {
                    return judgement.tell(
                        cluster.identifier, "supported", required: "one site", measured: "stretched", met: false)
                }
                judgement.tell(
                    cluster.identifier, cluster.nodes.count < least ? "nodes_minimum" : "nodes_maximum",
                    required: "\(least) to \(most) nodes", measured: "\(cluster.nodes.count)",
                    met: (least...max(least, most)).contains(cluster.nodes.count))
                if isEqual {
                    let sizes = judgement.installation.siteSizes(of: cluster)
                    judgement.tell(
                        cluster.identifier, "equal_sites", required: "two sites of as many nodes", sizes,
                        words: { $0.map { "\($0)" }.joined(separator: " and ") },
                        { $0.count == 2 && $0[0] == $0[1] })
                }
                judgement.tell(
                    cluster.identifier, "round_trip_maximum",
                    required: "a round trip between sites below \(longest.unitText)",
                    cluster.design.network?.zoneRoundTrip, words: \.unitText, { $0 < longest })
            }
        },
    ]

    private static func alike(_ rule: RuleID, _ title: String) -> TopologyRule {
        TopologyRule(
            rule, title,
            reason: "The slowest node holds the others back, and what one has more than the others is stranded.",
            remedy: "use nodes of one model with the same processors, memory, drives and adapters",
            parameters: [Parameter("parts", "what must be the same in all nodes")]
        ) { judgement in
            let parts = try judgement.needed.list("parts")
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
                        met: other != nil ? false : isOpen ? nil : true, part: part)
                }
            }
        }
    }

    private static func witness(_ rule: RuleID, _ title: String, reason: String) -> TopologyRule {
        TopologyRule(
            rule, title, reason: reason, remedy: "add a cloud or file share witness",
            parameters: [
                Parameter("nodes_minimum", "the smallest cluster that is asked for one"),
                Parameter("nodes_maximum", "the largest cluster that is asked for one"),
            ]
        ) { judgement in
            let least = try judgement.needed.count("nodes_minimum")
            let most = try judgement.needed.count("nodes_maximum")
            try judgement.forClusters { judgement, cluster in
                guard (least...max(least, most)).contains(cluster.nodes.count) else { return }
                judgement.tell(
                    cluster.identifier, "nodes_maximum", required: "a witness", cluster.design.witness?.kind,
                    words: { $0.rawValue }, { $0 != .none })
            }
        }
    }

    /// A part of a node, in a form that can be compared; `nil` where it is not known.
    private static func describe(_ node: NodeTemplate, _ part: String) -> AnyHashable? {
        switch part {
        case "model": node.vendor.flatMap { vendor in node.model.map { AnyHashable([vendor, $0]) } }
        case "processor": node.processor.map { AnyHashable($0) }
        case "memory": node.memory.map { AnyHashable($0) }
        // Of drives whose kind nobody wrote it is not known whether they are alike.
        case "drives": node.drives.flatMap { $0.isKindKnown ? AnyHashable($0) : nil }
        case "adapters": node.adapters.map { AnyHashable($0) }
        default: AnyHashable("")
        }
    }
}
