import ClusterCore

/// Which switches nodes are cabled to, and what a lost one leaves.
extension TopologyRule {
    static let cablingRules: [TopologyRule] = [
        TopologyRule(
            "network.top_of_rack", "every node is cabled to two top-of-rack switches",
            reason: "One switch fails or is updated some day, and the cluster must go on.",
            remedy: "add a second top-of-rack switch and spread the ports of each group of adapters over both",
            parameters: [
                Parameter("switches_minimum", "the fewest switches of a node"),
                Parameter("nodes_minimum", "clusters of so many nodes and more", otherwise: "every cluster"),
            ]
        ) { judgement in
            let least = try judgement.needed.count("switches_minimum")
            let from = try judgement.count("nodes_minimum")
            try judgement.forClusters { judgement, cluster in
                if let from, cluster.nodes.count < from { return }
                guard judgement.installation.describesCabling else {
                    return judgement.tell(
                        cluster.identifier, "switches_minimum", required: "\(least) switches for every node",
                        measured: nil, met: nil)
                }
                for node in cluster.nodes {
                    let names = Set(
                        (judgement.facts.links[node.name] ?? []).flatMap { [$0.from.device, $0.to.device] })
                    let found = names.filter { judgement.facts.switches[$0]?.hardware.role == .topOfRack }
                    let isKnown = node.hardware.adapters?.allSatisfy { $0.ports != nil } == true
                    let met = found.count >= least ? true : isKnown ? false : nil
                    judgement.tell(
                        node.identifier, "switches_minimum", required: "\(least) top-of-rack switches",
                        measured: met == nil ? nil : found.isEmpty ? "none" : found.sorted().joined(separator: ", "),
                        met: met)
                }
            }
        },
        TopologyRule(
            "network.management_switch", "every management controller is cabled to a switch of its own network",
            reason: "What manages the switches must not depend on them.",
            remedy: "cable the management controllers to a switch of the role management"
        ) { judgement in
            try judgement.forClusters { judgement, cluster in
                guard judgement.installation.describesCabling else {
                    return judgement.tell(
                        cluster.identifier, required: "a management switch", measured: nil, met: nil)
                }
                for node in cluster.nodes where node.hardware.bmc != "none" {
                    let ends = judgement.facts.ends(of: node.name, group: "bmc").map(\.far.device)
                    let isManaged = ends.contains { judgement.facts.switches[$0]?.hardware.role == .management }
                    judgement.tell(
                        node.identifier, required: "a cable from bmc to a management switch",
                        measured: ends.isEmpty ? "no cable" : ends.sorted().joined(separator: ", "), met: isManaged)
                }
            }
        },
        TopologyRule(
            "network.redundancy", "no single switch, card or port cuts a node off from a kind of traffic",
            reason: "Each of them fails some day.",
            remedy: "spread the ports of this traffic over two cards and two switches",
            parameters: [Parameter("cards", "whether a card counts as one thing that fails")]
        ) { judgement in
            let countsCards = try judgement.needed.flag("cards")
            try judgement.forTemplates { judgement, use in
                guard use.cluster.nodes.count > 1 else { return }
                let adapters = use.hardware.adapters
                guard judgement.installation.describesCabling, let adapters, adapters.allSatisfy({ $0.carries != nil })
                else { return judgement.tellUnknown(use.subject, required: judgement.title) }
                for traffic in Traffic.allCases {
                    let carrying = adapters.filter { $0.carries(traffic) == true }
                    guard !carrying.isEmpty else { continue }
                    for node in use.nodes {
                        tellLoss(of: traffic, over: carrying, to: node, countsCards, &judgement)
                    }
                }
            }
        },
        TopologyRule(
            "switch.ports", "a switch has a port for every cable, and the port that a cable names",
            reason: "A plan with more cables than ports, or with a port that is not there, cannot be built.",
            remedy: "use a switch with more ports, fewer ports a node, or the number of a port that is there"
        ) { judgement in
            if judgement.installation.switches.isEmpty { judgement.tellUnknown(required: judgement.title) }
            let knowsCables = judgement.facts.knowsCables
            for item in judgement.installation.switches {
                let links = judgement.facts.links[item.name] ?? []
                // Cables may skip ports: the highest that one names must be there.
                let highest = links.compactMap { Int(($0.from.device == item.name ? $0.from : $0.to).port) }.max() ?? 0
                let needed = max(links.count, highest)
                let isEnough = item.hardware.ports.map { $0 >= needed }
                let met = isEnough == true && !knowsCables ? nil : isEnough
                judgement.tell(
                    item.identifier,
                    required: highest > links.count
                        ? "port \(highest), which a cable names" : "at least \(needed) ports",
                    measured: met == nil ? nil : item.hardware.ports.map { "\($0) ports" }, met: met)
            }
        },
        TopologyRule(
            "network.link_rate", "the far end of a cable is as fast as the port at this end",
            reason: "A link runs at what both ends can do: a slower switch takes from an adapter what was planned.",
            remedy: "use a switch with ports as fast as the adapters', or write the rate that the link will have"
        ) { judgement in
            try judgement.forTemplates { judgement, use in
                guard judgement.installation.describesCabling, let adapters = use.hardware.adapters else {
                    return judgement.tellUnknown(use.subject, required: judgement.title)
                }
                for adapter in adapters where adapter.ports != 0 {
                    let far = use.nodes.flatMap { judgement.facts.ends(of: $0.name, group: adapter.name).map(\.far) }
                    let rates = far.map { (name: $0.device, rate: judgement.facts.rate(of: $0)) }
                    let slow = adapter.rate.flatMap { own in
                        rates.filter { $0.rate.map { $0 < own } ?? false }.min { $0.name < $1.name }
                    }
                    let isKnown = adapter.rate != nil && !far.isEmpty && rates.allSatisfy { $0.rate != nil }
                    judgement.tell(
                        use.subject.appending("adapter", adapter.name),
                        required: "\(adapter.rate.map { "\($0.decimalText)" } ?? "the rate of the port") at both ends",
                        measured: slow.map { "\($0.name): \($0.rate.map { "\($0.decimalText)" } ?? "")" }
                            ?? (isKnown ? "at both" : nil),
                        met: slow != nil ? false : isKnown ? true : nil, evidence: [use.evidence])
                }
            }
        },
        TopologyRule(
            "network.switchless", "storage without a switch reaches every other node twice",
            reason: "Each node needs a path of its own to each other one, and a second where it fails.",
            remedy: "use a storage switch, or two ports for each other node",
            parameters: [
                Parameter("nodes_maximum", "the largest cluster that may do without a storage switch"),
                Parameter("links", "cables between two nodes"),
            ]
        ) { judgement in
            let most = try judgement.needed.count("nodes_maximum")
            let each = try judgement.needed.count("links")
            try judgement.forClusters { judgement, cluster in
                let groups = Set(
                    cluster.design.nodes.flatMap { ($0.cabling ?? [:]).filter { $0.value == .mesh }.map(\.key) })
                for group in groups.sorted() {
                    let needed = SwitchlessStorage.ports(nodes: cluster.nodes.count, links: each)
                    judgement.tell(
                        cluster.identifier, "nodes_maximum", required: "at most \(most) nodes without a storage switch",
                        measured: "\(cluster.nodes.count)", met: cluster.nodes.count <= most)
                    for node in cluster.nodes {
                        guard node.hardware.adapters?.first(where: { $0.name == group })?.ports != nil else {
                            judgement.tell(
                                node.identifier, "links",
                                required: "\(needed) storage ports, \(each) to each other node",
                                measured: nil, met: nil)
                            continue
                        }
                        let peers = Dictionary(
                            grouping: judgement.facts.ends(of: node.name, group: group), by: \.far.device)
                        let isReached = cluster.nodes.allSatisfy {
                            $0.name == node.name || peers[$0.name]?.count ?? 0 >= each
                        }
                        judgement.tell(
                            node.identifier, "links", required: "\(needed) storage ports, \(each) to each other node",
                            measured: "\(peers.values.reduce(0) { $0 + $1.count }) cables to \(peers.count) nodes",
                            met: isReached)
                    }
                }
            }
        },
    ]

    /// Takes away each switch, card and port in turn and looks what is left.
    private static func tellLoss(
        of traffic: Traffic, over adapters: [AdapterGroup], to node: ClusterNode, _ countsCards: Bool,
        _ judgement: inout RuleJudgement
    ) {
        var paths: [(port: String, card: String?, far: String)] = []
        var isCardKnown = true
        for adapter in adapters {
            for end in judgement.facts.ends(of: node.name, group: adapter.name) {
                let number = Int(end.port.port.split(separator: ".").last ?? "") ?? 1
                let card = adapter.cards.map { "\(adapter.name) card \((number - 1) % max(1, $0) + 1)" }
                if card == nil { isCardKnown = false }
                paths.append((end.port.port, card, end.far.device))
            }
        }
        var lost: [String] = []
        if paths.count == 1 { lost.append("port \(paths[0].port)") }
        if Set(paths.map(\.far)).count == 1, let far = paths.first?.far, judgement.facts.switches[far] != nil {
            lost.append("switch \(far)")
        }
        let cards = Set(paths.map { $0.card ?? "" })
        if countsCards, isCardKnown, cards.count == 1, let card = cards.first { lost.append(card) }
        let hasUnknownPorts = paths.isEmpty && adapters.contains { $0.ports == nil }
        let isBroken = !hasUnknownPorts && (paths.isEmpty || !lost.isEmpty)
        let isUnknown = hasUnknownPorts || (!isBroken && countsCards && !isCardKnown)
        judgement.tell(
            node.identifier, required: "\(traffic.rawValue) traffic goes on when one part fails",
            measured: isUnknown
                ? nil
                : paths.isEmpty
                    ? "no cable carries it"
                    : lost.isEmpty ? "it does" : "it hangs on \(lost.joined(separator: " and on "))",
            met: isBroken ? false : isUnknown ? nil : true)
    }
}

/// Storage between nodes without a switch.
public enum SwitchlessStorage {
    /// The storage ports of each node: as many links as there are to each of the others (Microsoft,
    /// four-node-switchless-two-switches-two-links).
    public static func ports(nodes: Int, links: Int = 2) -> Int { max(0, nodes - 1) * max(0, links) }

    /// The networks: one for each link between two nodes.
    public static func subnets(nodes: Int, links: Int = 2) -> Int { max(0, nodes * (nodes - 1) / 2) * max(0, links) }
}
