import ClusterCore

/// Power, from the feeds to the supplies.
extension TopologyRule {
    static let powerRules: [TopologyRule] = [
        TopologyRule(
            "power.draw", "a node draws what is typical",
            reason: "What draws more needs other breakers, batteries and coolers.",
            remedy: "check the figures, and plan power and cooling for them",
            parameters: [
                Parameter("typical_minimum", "the least that a node draws typically"),
                Parameter("typical_maximum", "the most that a node draws typically"),
                Parameter("most_minimum", "what a node may draw at most: that and more is planned for"),
            ]
        ) { judgement in
            let least = try judgement.needed.watts("typical_minimum")
            let most = try judgement.needed.watts("typical_maximum")
            let peak = try judgement.needed.watts("most_minimum")
            try judgement.forTemplates { judgement, use in
                let draw = use.hardware.draw
                judgement.tell(
                    use.subject, draw?.typical.map { $0 < least } == true ? "typical_minimum" : "typical_maximum",
                    required: "\(least) to \(most) typically", draw?.typical, evidence: [use.evidence],
                    words: { "\($0)" }, { $0 >= least && $0 <= most })
                judgement.tell(
                    use.subject, "most_minimum", required: "planned for \(peak) or more at most", draw?.most,
                    evidence: [use.evidence], words: { "\($0)" }, { $0 >= peak })
            }
        },
        TopologyRule(
            "power.cluster", "a cluster of the usual size is planned with the usual power",
            reason: "The range is what breakers, batteries and coolers are planned for; in use less is drawn.",
            remedy: "check what nodes and switches draw at most, and plan power and cooling for it",
            parameters: [
                Parameter("nodes", "the size of a cluster of which the range is said"),
                Parameter("minimum", "the least that its nodes and switches draw together at most"),
                Parameter("maximum", "the most"),
            ]
        ) { judgement in
            let size = try judgement.needed.count("nodes")
            let (least, most) = (try judgement.needed.watts("minimum"), try judgement.needed.watts("maximum"))
            try judgement.forClusters { judgement, cluster in
                guard cluster.nodes.count == size else { return }
                let draw = try judgement.facts.mostDrawn(by: cluster)
                judgement.tell(
                    cluster.identifier, draw.map { $0 > most } == true ? "maximum" : "minimum",
                    required: "\(least) to \(most) for nodes and switches", draw, words: { "\($0)" },
                    { $0 >= least && $0 <= most })
            }
        },
        TopologyRule(
            "power.capacity", "each UPS and PDU carries all that hangs on it, also when the other side is off",
            reason:
                "When one feed fails, the supplies on the other carry everything: a breaker that trips then takes the "
                + "rest along.",
            remedy: "use a larger unit, or spread devices over more of them"
        ) { judgement in
            let load = PowerLoad(judgement.facts)
            let isKnown = judgement.facts.knowsPower
            if judgement.installation.pdus.isEmpty { judgement.tellUnknown(required: judgement.title) }
            for (kind, units) in [("ups", judgement.installation.ups), ("pdu", judgement.installation.pdus)] {
                for unit in units {
                    let subject = ComponentIdentifier(rawValue: "\(kind):\(unit.name)")
                    let draw = try load.worst(at: unit.name)
                    guard let capacity = unit.capacity else {
                        judgement.tell(
                            subject, required: draw.map { "at least \($0)" } ?? "what its devices draw", measured: nil,
                            met: nil)
                        continue
                    }
                    let isOver = draw.map { $0 > capacity }
                    let met = isOver == true ? false : isKnown ? isOver.map { !$0 } : nil
                    judgement.tell(
                        subject, required: "at most \(capacity)",
                        measured: met == nil ? nil : draw.map { "\($0) at worst" }, met: met)
                }
            }
        },
        TopologyRule(
            "power.redundancy", "no single feed, UPS, PDU or power supply takes a device down",
            reason: "Each of them fails or is switched off for work some day.",
            remedy: "plug the supplies of a device into PDUs on different feeds"
        ) { judgement in
            for (subject, device) in poweredDevices(judgement.facts) {
                let cords = judgement.facts.cords[device] ?? []
                let chains = cords.map { judgement.facts.chain(from: $0.pdu) }
                let isKnown = !cords.isEmpty && chains.allSatisfy { !$0.contains(nil) }
                let shared = chains.dropFirst().reduce(Set((chains.first ?? []).compactMap(\.self))) {
                    $0.intersection($1.compactMap(\.self))
                }
                let words =
                    cords.count == 1
                    ? "one supply" : "all \(cords.count) supplies hang on \(shared.sorted().joined(separator: ", "))"
                let isSingle = !cords.isEmpty && (cords.count == 1 || !shared.isEmpty)
                judgement.tell(
                    subject, required: "power from two feeds",
                    measured: isSingle ? words : isKnown ? "from two feeds" : nil,
                    met: isSingle ? false : isKnown ? true : nil)
            }
        },
        TopologyRule(
            "power.ups", "nodes and switches hang on an uninterruptible supply",
            reason: "A cluster that loses power at once may lose what it had not written, and its switches go first.",
            remedy: "put a UPS between the feed and at least one PDU of each device"
        ) { judgement in
            for (subject, device) in poweredDevices(judgement.facts) {
                let cords = judgement.facts.cords[device] ?? []
                let chains = cords.map { judgement.facts.chain(from: $0.pdu) }
                let isHeld = chains.contains { $0.contains { $0.map(judgement.facts.upsNames.contains) ?? false } }
                let isKnown = !cords.isEmpty && chains.allSatisfy { !$0.contains(nil) }
                judgement.tell(
                    subject, required: "a UPS before one supply at least",
                    measured: isHeld ? "there" : isKnown ? "none" : nil, met: isHeld ? true : isKnown ? false : nil)
            }
        },
        TopologyRule(
            "power.runtime", "a UPS lasts until the cluster is shut down in order",
            reason: "That is what the battery is for.", remedy: "use a larger battery, or shut down faster"
        ) { judgement in
            if judgement.installation.ups.isEmpty { judgement.tellUnknown(required: judgement.title) }
            let knowsPower = judgement.facts.knowsPower
            for unit in judgement.installation.ups {
                let longest = clusters(behind: unit.name, judgement.facts).map(\.design.shutdown)
                let needed = longest.compactMap(\.self).max()
                let isKnown = knowsPower && longest.allSatisfy { $0 != nil }
                guard !longest.isEmpty || !knowsPower else { continue }
                let isShort = needed.flatMap { needed in unit.runtime.map { $0 < needed } } ?? false
                judgement.tell(
                    ComponentIdentifier(rawValue: "ups:\(unit.name)"),
                    required: needed.map { "at least \($0.unitText)" } ?? "the time of a shutdown",
                    measured: isKnown || isShort ? unit.runtime?.unitText : nil,
                    met: isShort ? false : isKnown && unit.runtime != nil ? true : nil)
            }
        },
        TopologyRule(
            "power.monitoring", "PDUs tell what they carry",
            reason: "Otherwise nobody knows whether one side can carry both.", remedy: "use PDUs with monitoring"
        ) { judgement in
            if judgement.installation.pdus.isEmpty { judgement.tellUnknown(required: judgement.title) }
            for unit in judgement.installation.pdus {
                judgement.tell(
                    ComponentIdentifier(rawValue: "pdu:\(unit.name)"), required: "monitoring", unit.monitored,
                    words: { $0 ? "monitored" : "not monitored" }, { $0 })
            }
        },
    ]

    /// Nodes and switches, with their names in findings.
    private static func poweredDevices(_ facts: InstallationFacts) -> [(ComponentIdentifier, String)] {
        facts.installation.nodes.map { ($0.identifier, $0.name) }
            + facts.installation.switches.map { ($0.identifier, $0.name) }
    }

    /// The clusters with a node behind a unit of power.
    private static func clusters(behind unit: String, _ facts: InstallationFacts) -> [InstalledCluster] {
        let names = Set(
            facts.installation.cords.filter { facts.chain(from: $0.pdu).contains(unit) }.map(\.device))
        return facts.installation.clusters.filter { cluster in cluster.nodes.contains { names.contains($0.name) } }
    }
}

extension InstallationFacts {
    /// What the nodes of a cluster and the switches that they are cabled to draw together at most; `nil` where that is not
    /// known of one, or where cables may lead to more.
    func mostDrawn(by cluster: InstalledCluster) throws(UnitError) -> Watts? {
        guard installation.describesCabling, knowsCables else { return nil }
        let names = Set(cluster.nodes.flatMap { links[$0.name] ?? [] }.flatMap { [$0.from.device, $0.to.device] })
        let draws =
            cluster.nodes.map { $0.hardware.draw?.most }
            + names.sorted().compactMap { switches[$0] }.map { $0.hardware.draw?.most }
        var sum = Watts.zero
        for draw in draws {
            guard let draw else { return nil }
            sum = try sum.adding(draw)
        }
        return sum
    }
}

/// What hangs on each unit of power.
struct PowerLoad {
    private var devices: [String: Set<String>] = [:]
    private let draws: [String: Watts?]

    init(_ facts: InstallationFacts) {
        var draws: [String: Watts?] = [:]
        for node in facts.installation.nodes { draws[node.name] = .some(node.hardware.draw?.most) }
        for item in facts.installation.switches { draws[item.name] = .some(item.hardware.draw?.most) }
        self.draws = draws
        for cord in facts.installation.cords {
            for unit in facts.chain(from: cord.pdu) {
                if let unit { devices[unit, default: []].insert(cord.device) }
            }
        }
    }

    /// The most that all devices draw that have a supply behind a unit, when that is the only side that is left; `nil`
    /// where a device's draw is not known.
    func worst(at unit: String) throws(UnitError) -> Watts? {
        var sum = Watts.zero
        for device in (devices[unit] ?? []).sorted() {
            guard let draw = draws[device] ?? nil else { return nil }
            sum = try sum.adding(draw)
        }
        return sum
    }
}
