public import ClusterCore

/// The two zones of a rack-aware cluster: where they stand, and what joins them.
extension TopologyRule {
    static let zoneRules: [TopologyRule] = [
        TopologyRule(
            "cluster.zones", "a rack-aware cluster has two equal zones",
            reason: "Each zone holds a copy of all data and must carry the load of both.",
            remedy: "name a zone for each group of nodes, with as many nodes in each",
            parameters: [
                Parameter("zones", "how many zones"), Parameter("per_zone_maximum", "the most nodes of one zone"),
            ]
        ) { judgement in
            let zones = try judgement.needed.count("zones")
            let most = try judgement.needed.count("per_zone_maximum")
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
            let longest = try judgement.needed.duration("maximum")
            try judgement.forRackAware { judgement, cluster in
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
            let share = try judgement.needed.fraction("share")
            try judgement.forRackAware { judgement, cluster in
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
        TopologyRule(
            "cluster.zone_places", "each zone of a rack-aware cluster stands in racks of its own, in one place",
            reason: "Zones that share a rack fail together, and what was to outlive a rack does not.",
            remedy: "put the nodes of each zone into one rack, or into racks of one room, and none of another zone"
        ) { judgement in
            try judgement.forRackAware { judgement, cluster in
                let places = ZonePlaces(of: cluster, judgement.facts)
                judgement.tell(
                    cluster.identifier, required: "a rack or a room for each zone", measured: places.words,
                    met: places.areApart)
            }
        },
        TopologyRule(
            "cluster.zone_links", "as many cables join the zones as one zone has storage ports",
            reason: "What the storage ports of one zone write goes to the other at once: fewer cables make it wait.",
            remedy: "join storage switches of a zone with the other zone's, one cable for each storage port of a zone"
        ) { judgement in
            try judgement.forRackAware { judgement, cluster in
                let links = ZoneLinks(of: cluster, judgement.facts)
                judgement.tell(
                    cluster.identifier, required: links.required, measured: links.measured, met: links.areEnough)
            }
        },
    ]
}

extension RuleJudgement {
    /// Goes through the clusters that are rack-aware, and those of which nobody says what they are.
    fileprivate mutating func forRackAware(
        _ body: (inout RuleJudgement, InstalledCluster) throws -> Void
    ) throws {
        try forClusters { judgement, cluster in
            if cluster.design.kind == nil || cluster.design.kind == .rackAware { try body(&judgement, cluster) }
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

/// Where the nodes of each zone stand.
private struct ZonePlaces {
    /// Whether each zone has racks of its own, in one room where there are several; `nil` where that is not known.
    let areApart: Bool?
    /// What stands against it, or how it is; `nil` where that is not known.
    let words: String?

    init(of cluster: InstalledCluster, _ facts: InstallationFacts) {
        let placed = cluster.nodes.compactMap { node in
            node.zone.flatMap { zone in node.rack.map { (zone: zone, rack: $0) } }
        }
        let zones = Dictionary(grouping: placed, by: \.zone).mapValues { Set($0.map(\.rack)).sorted() }
        let owners = Dictionary(grouping: placed, by: \.rack).mapValues { Set($0.map(\.zone)).sorted() }
        let shared = owners.sorted { $0.key < $1.key }.first { $0.value.count > 1 }
        if let shared {
            areApart = false
            words = "\(shared.value.joined(separator: " and ")) share \(shared.key)"
            return
        }
        var isKnown = placed.count == cluster.nodes.count
        for (zone, racks) in zones.sorted(by: { $0.key < $1.key }) where racks.count > 1 {
            let rooms = racks.map { facts.rack($0)?.room }
            let known = Set(rooms.compactMap(\.self)).sorted()
            if known.count > 1 {
                areApart = false
                words = "\(zone) is spread over rooms: \(known.joined(separator: ", "))"
                return
            }
            if rooms.contains(nil) { isKnown = false }
        }
        areApart = isKnown ? true : nil
        words =
            isKnown
            ? zones.sorted { $0.key < $1.key }.map { "\($0.key) in \($0.value.joined(separator: ", "))" }
                .joined(separator: "; ") : nil
    }
}

/// The cables that carry storage from zone to zone.
struct ZoneLinks {
    /// What is asked, in words.
    let required: String
    /// What there is, in words; `nil` where that is not known.
    let measured: String?
    /// Whether that is enough; `nil` where that is not known.
    let areEnough: Bool?

    init(of cluster: InstalledCluster, _ facts: InstallationFacts) {
        var ports: [String: Int] = [:]
        var zonesOfSwitch: [String: Set<String>] = [:]
        var isKnown = facts.installation.describesCabling
        for node in cluster.nodes {
            guard let zone = node.zone, let adapters = node.hardware.adapters,
                adapters.allSatisfy({ $0.carries != nil })
            else {
                isKnown = false
                continue
            }
            for adapter in adapters where adapter.carries(.storage) == true {
                guard let own = adapter.ports else {
                    isKnown = false
                    continue
                }
                ports[zone, default: 0] += own
                for end in facts.ends(of: node.name, group: adapter.name) where facts.switches[end.far.device] != nil {
                    zonesOfSwitch[end.far.device, default: []].insert(zone)
                }
            }
        }
        let needed = ports.values.max() ?? 0
        required = "\(isKnown ? "\(needed)" : "as many") cables from zone to zone, one for each storage port of a zone"
        guard isKnown, ports.count > 1 else {
            measured = nil
            areEnough = nil
            return
        }
        if zonesOfSwitch.values.allSatisfy({ $0.count == ports.count }), !zonesOfSwitch.isEmpty {
            // Nodes that are cabled to the switches of both zones need no cable between those.
            let racks = zonesOfSwitch.keys.map { facts.switches[$0]?.hardware.rack }
            let alone = ports.keys.sorted().first { zone in
                let own = Set(cluster.nodes.filter { $0.zone == zone }.compactMap(\.rack))
                return !racks.contains { $0.map(own.contains) ?? false }
            }
            let isOpen = racks.contains(nil) || cluster.nodes.contains { $0.rack == nil }
            areEnough = alone == nil ? true : isOpen ? nil : false
            measured =
                alone == nil
                ? "every node is cabled to the switches of both zones"
                : isOpen ? nil : "no storage switch at \(alone ?? "")"
            return
        }
        // There are two zones at least, and the one with the fewest cables decides.
        let found = ports.keys.sorted().map { zone -> (zone: String, cables: Int) in
            let own = Set(zonesOfSwitch.filter { $0.value == [zone] }.keys)
            let cables = own.reduce(0) { sum, name in
                sum
                    + (facts.links[name] ?? []).count { link in
                        let far = link.from.device == name ? link.to.device : link.from.device
                        guard let other = facts.switches[far], !own.contains(far) else { return false }
                        return other.hardware.role == .interRack || zonesOfSwitch[far]?.contains { $0 != zone } == true
                    }
            }
            return (zone, cables)
        }
        let fewest = found.min { $0.cables < $1.cables }
        areEnough = fewest.map { $0.cables >= needed }
        measured = fewest.map { "\($0.cables) from \($0.zone)" }
    }
}
