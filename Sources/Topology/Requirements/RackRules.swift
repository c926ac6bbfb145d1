public import ClusterCore

/// Racks and sites.
extension TopologyRule {
    static let rackRules: [TopologyRule] = [
        TopologyRule(
            "rack.space", "everything fits the rack, and nothing sits where something else does",
            reason: "A plan that puts two devices in one place, or one beyond the rack, cannot be built.",
            remedy: "give each device units of its own within the rack, or use a second rack"
        ) { judgement in
            try judgement.forRacks { judgement, rack in
                let subject = ComponentIdentifier(rawValue: "rack:\(rack.name)")
                let devices = RackContent(rack, judgement.installation)
                let words = "all devices within \(rack.units.map { "\($0)" } ?? "the rack's") units, each in its own"
                let isKnown = rack.units != nil && devices.isKnown && judgement.facts.knowsRacks
                let problem = devices.problem(units: rack.units ?? .max)
                judgement.tell(
                    subject, required: words,
                    measured: problem ?? (isKnown ? "\(devices.height) of \(rack.units ?? 0) units" : nil),
                    met: problem != nil ? false : isKnown ? true : nil)
            }
        },
        TopologyRule(
            "rack.standard_height", "a rack is no taller than a standard one",
            reason: "A standard rack of 42 units suffices for most clusters.",
            remedy: "use a rack of 42 units, or check that door, ceiling and floor bear a taller one",
            parameters: [Parameter("units_maximum", "the tallest rack")]
        ) { judgement in
            let tallest = try judgement.needed.count("units_maximum")
            try judgement.forRacks { judgement, rack in
                judgement.tell(
                    ComponentIdentifier(rawValue: "rack:\(rack.name)"), "units_maximum",
                    required: "a rack of at most \(tallest) units", rack.units, words: { "\($0)" }, { $0 <= tallest })
            }
        },
        TopologyRule(
            "rack.node_height", "nodes are as tall as is usual",
            reason: "Taller nodes fill a rack before the cluster is as large as it may be.",
            remedy: "check the height, or plan racks for it",
            parameters: [Parameter("minimum", "the lowest node"), Parameter("maximum", "the tallest node")]
        ) { judgement in
            let least = try judgement.needed.count("minimum")
            let most = try judgement.needed.count("maximum")
            try judgement.forTemplates { judgement, use in
                judgement.tell(
                    use.subject, "maximum", required: "\(least) to \(most) units", use.hardware.height,
                    evidence: [use.evidence], words: { "\($0)" }, { $0 >= least && $0 <= most })
            }
        },
        TopologyRule(
            "rack.growth", "a rack keeps room for a further node",
            reason: "A cluster grows by nodes, and a node in another rack needs other cables.",
            remedy: "keep units free and write them down as reserved_units",
            parameters: [Parameter("units_minimum", "the fewest units kept free")]
        ) { judgement in
            let least = try judgement.needed.count("units_minimum")
            try judgement.forRacks { judgement, rack in
                let content = RackContent(rack, judgement.installation)
                guard content.holdsNodes || !judgement.facts.knowsRacks else { return }
                let free = rack.units.map { $0 - content.height }
                let met: Bool?
                switch (rack.reservedUnits, free) {
                case (let reserved?, let free?):
                    let isRoomy = reserved >= least && free >= reserved
                    met = isRoomy && !(content.isKnown && judgement.facts.knowsRacks) ? nil : isRoomy
                case (let reserved?, nil): met = reserved >= least ? nil : false
                default: met = nil
                }
                judgement.tell(
                    ComponentIdentifier(rawValue: "rack:\(rack.name)"), "units_minimum",
                    required: "at least \(least) units kept free",
                    measured: met == nil ? nil : "\(rack.reservedUnits ?? 0) reserved of \(free ?? 0) free", met: met)
            }
        },
        TopologyRule(
            "rack.airflow", "everything in a rack moves air the same way",
            reason: "A device that blows the other way takes in what its neighbours heated.",
            remedy: "order the device with the other direction of air, or turn it round"
        ) { judgement in
            try judgement.forRacks { judgement, rack in
                let flows = RackContent(rack, judgement.installation).devices.map { ($0.name, $0.airflow) }
                let wanted = rack.airflow ?? flows.lazy.compactMap(\.1).first
                let wrong = flows.first { $0.1 != nil && $0.1 != wanted }
                let isKnown =
                    rack.airflow != nil && flows.allSatisfy { $0.1 != nil } && judgement.facts.knowsRacks
                judgement.tell(
                    ComponentIdentifier(rawValue: "rack:\(rack.name)"), required: wanted?.rawValue ?? "one direction",
                    measured: wrong.map { "\($0.0): \($0.1?.rawValue ?? "")" } ?? (isKnown ? "all alike" : nil),
                    met: wrong != nil ? false : isKnown ? true : nil)
            }
        },
        TopologyRule(
            "rack.cables", "cables leave the air its way",
            reason: "Cables behind a node hold its hot air back.", remedy: "lead cables beside the rails"
        ) { judgement in
            try judgement.forRacks { judgement, rack in
                judgement.tell(
                    ComponentIdentifier(rawValue: "rack:\(rack.name)"), required: "cables beside the airflow",
                    rack.cablesLeaveAirflow, words: { $0 ? "they do" : "they do not" }, { $0 })
            }
        },
    ]

    static let siteRules: [TopologyRule] = [
        TopologyRule(
            "site.temperature", "the air is as warm as hardware may have it",
            reason: "Outside the range drives age and processors slow down.", remedy: "cool or heat the room",
            parameters: [Parameter("lowest", "the coldest"), Parameter("highest", "the warmest")]
        ) { judgement in
            let (low, high) = (try judgement.needed.celsius("lowest"), try judgement.needed.celsius("highest"))
            try judgement.forSites { judgement, site in
                let isKnown = site.ambient?.lowest != nil && site.ambient?.highest != nil
                let isCold = site.ambient?.lowest.map { $0 < low } ?? false
                let isHot = site.ambient?.highest.map { $0 > high } ?? false
                let range =
                    "\(site.ambient?.lowest.map { "\($0)" } ?? "?") to "
                    + "\(site.ambient?.highest.map { "\($0)" } ?? "?")"
                judgement.tell(
                    site.identifier, "highest", required: "\(low) to \(high)",
                    measured: isKnown || isCold || isHot ? range : nil,
                    met: isCold || isHot ? false : isKnown ? true : nil)
            }
        },
        TopologyRule(
            "site.aisles", "hot and cold air have aisles of their own",
            reason: "Air that was heated once must not be taken in again.", remedy: "stand racks front to front"
        ) { judgement in
            try judgement.forSites { judgement, site in
                judgement.tell(
                    site.identifier, required: "separate hot and cold aisles", site.separateAisles,
                    words: { $0 ? "separate" : "mixed" }, { $0 })
            }
        },
        TopologyRule(
            "site.monitoring", "temperature and humidity are watched",
            reason: "A failed cooler is noticed before hardware is.",
            remedy: "fit sensors, and write what they measure",
            parameters: [Parameter("climate", "what is measured")]
        ) { judgement in
            let wanted = try judgement.needed.list("climate")
            try judgement.forSites { judgement, site in
                judgement.tell(
                    site.identifier, "climate", required: wanted.joined(separator: ", "), site.monitors,
                    words: { $0.isEmpty ? "nothing" : $0.map(\.rawValue).joined(separator: ", ") },
                    { found in wanted.allSatisfy { name in found.contains { $0.rawValue == name } } })
            }
        },
        TopologyRule(
            "site.links", "a site has the links that its clusters need",
            reason: "Users come over the organization's network, administrators over one of their own, and a connected "
                + "cluster is managed over the Internet.",
            remedy: "lay the link, or choose the disconnected mode where there is no Internet"
        ) { judgement in
            try judgement.forSites { judgement, site in
                let clusters = judgement.installation.clusters.filter { cluster in
                    // Where a cluster is not known to be, it may be here.
                    let sites = judgement.installation.sites(of: cluster)
                    return sites.isEmpty || sites.contains { $0.name == site.name }
                }
                let isPlaced = clusters.allSatisfy { !judgement.installation.sites(of: $0).isEmpty }
                var wanted: [(String, Bool?)] = [
                    ("the organization's network", site.links?.corporate),
                    ("an out-of-band management network", site.links?.outOfBand),
                ]
                if isPlaced, clusters.contains(where: { $0.design.controlPlane?.mode == .connected }) {
                    wanted.append(("the Internet", site.links?.internet))
                } else if clusters.contains(where: { $0.design.controlPlane?.mode != .disconnected }) {
                    // Whether it is needed is not known.
                    wanted.append(
                        ("the Internet, if a cluster is connected", site.links?.internet == true ? true : nil))
                }
                for (name, value) in wanted {
                    judgement.tell(
                        site.identifier, required: name, value, words: { $0 ? "there" : "not there" }, { $0 })
                }
            }
        },
        wan("site.wan", "the link to the cloud is wide enough", remedy: "order more bandwidth"),
        wan("site.wan_advised", "the link to the cloud is as wide as is advised", remedy: "plan for more bandwidth"),
        roundTrip(
            "site.region_round_trip", "the cloud's region is near enough",
            reason: "Beyond it management degrades: operations time out.", remedy: "choose a nearer region"),
        roundTrip(
            "site.region_round_trip_advised", "the cloud's region is as near as is advised",
            reason: "Management answers the slower the farther the region is.", remedy: "consider a nearer region"),
    ]

    private static func wan(_ rule: RuleID, _ title: String, remedy: String) -> TopologyRule {
        TopologyRule(
            rule, title, reason: "Management, monitoring, updates and backups share it.", remedy: remedy,
            parameters: [Parameter("minimum", "what it carries for each cluster")]
        ) { judgement in
            let least = try judgement.needed.rate("minimum")
            try forConnectedSites(&judgement) { judgement, site, clusters, isKnown in
                let needed = try least.multiplied(by: UInt64(clusters))
                let isEnough = site.links?.wan.map { $0 >= needed }
                let met = isEnough == false && !isKnown ? nil : isEnough
                judgement.tell(
                    site.identifier, "minimum", required: "at least \(needed.decimalText) to the cloud",
                    measured: met == nil ? nil : site.links?.wan.map { "\($0.decimalText)" }, met: met)
            }
        }
    }

    private static func roundTrip(_ rule: RuleID, _ title: String, reason: String, remedy: String) -> TopologyRule {
        TopologyRule(
            rule, title, reason: reason, remedy: remedy,
            parameters: [Parameter("maximum", "round trips are below it")]
        ) { judgement in
            let longest = try judgement.needed.duration("maximum")
            try forConnectedSites(&judgement) { judgement, site, _, isKnown in
                let isNear = site.links?.regionRoundTrip.map { $0 < longest }
                let met = isNear == false && !isKnown ? nil : isNear
                judgement.tell(
                    site.identifier, "maximum", required: "a round trip below \(longest.unitText)",
                    measured: met == nil ? nil : site.links?.regionRoundTrip?.unitText, met: met)
            }
        }
    }

    /// The sites with clusters that are connected, or of which that is not known, and how many of those each has.
    private static func forConnectedSites(
        _ judgement: inout RuleJudgement, _ body: (inout RuleJudgement, Site, Int, Bool) throws -> Void
    ) throws {
        try judgement.forSites { judgement, site in
            let clusters = judgement.installation.clusters.filter { cluster in
                let sites = judgement.installation.sites(of: cluster)
                return cluster.design.controlPlane?.mode != .disconnected
                    && (sites.isEmpty || sites.contains { $0.name == site.name })
            }
            guard !clusters.isEmpty else { return }
            let isKnown = clusters.allSatisfy {
                $0.design.controlPlane != nil && !judgement.installation.sites(of: $0).isEmpty
            }
            try body(&judgement, site, clusters.count, isKnown)
        }
    }
}

extension Site {
    /// Its name in findings: `site:main`.
    public var identifier: ComponentIdentifier { ComponentIdentifier(rawValue: "site:\(name)") }
}

/// What stands in a rack.
struct RackContent {
    struct Device {
        let name: String
        let unit: Int?
        let height: Int?
        let airflow: Airflow?
    }

    let devices: [Device]
    let holdsNodes: Bool

    init(_ rack: Rack, _ installation: Installation) {
        let nodes = installation.nodes.filter { $0.rack == rack.name }
        let switches = installation.switches.filter { $0.hardware.rack == rack.name }
        holdsNodes = !nodes.isEmpty
        devices =
            nodes.map {
                Device(name: $0.name, unit: $0.unit, height: $0.hardware.height, airflow: $0.hardware.airflow)
            }
            + switches.map {
                Device(name: $0.name, unit: $0.unit, height: $0.hardware.height, airflow: $0.hardware.airflow)
            }
    }

    /// The units of all devices whose height is known.
    var height: Int { devices.reduce(0) { $0 + ($1.height ?? 0) } }

    /// Whether every device has its place.
    var isKnown: Bool { devices.allSatisfy { $0.unit != nil && $0.height != nil } }

    /// The first device that does not fit, in words.
    func problem(units: Int) -> String? {
        if height > units { return "\(height) units of devices" }
        var owner: [Int: String] = [:]
        for device in devices {
            guard let unit = device.unit, let height = device.height else { continue }
            for place in unit..<(unit + height) {
                if place > units { return "\(device.name) reaches unit \(place)" }
                if let other = owner.updateValue(device.name, forKey: place) {
                    return "\(other) and \(device.name) share unit \(place)"
                }
            }
        }
        return nil
    }
}
