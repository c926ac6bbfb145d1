/// How one list of endpoints differs from another.
public struct EndpointDifference: Sendable, Hashable {
    /// In the new list alone.
    public let added: [String]
    /// In the old list alone.
    public let removed: [String]
    /// In both, and not the same.
    public let changed: [Change]

    /// Something in both lists that is not the same.
    public struct Change: Sendable, Hashable {
        /// What both call it.
        public let name: String
        /// What it was, in the fields that differ: `host eastus.login.microsoft.com`.
        public let from: [String]
        /// What it is now, in the same order.
        public let to: [String]
    }

    /// Whether the lists are the same.
    public var isEmpty: Bool { added.isEmpty && removed.isEmpty && changed.isEmpty }

    /// What changes from one list of required endpoints to another, region to region or source to source.
    ///
    /// Rows are the same row where they agree in template, path and port: `eus.his.arc.azure.com` of one region becomes
    /// `weu.his.arc.azure.com` of another.
    public init(from old: [Endpoint], to new: [Endpoint]) {
        self.init(
            old.map { (name: $0.name, address: $0.address, fields: $0.fields) },
            new.map { (name: $0.name, address: $0.address, fields: $0.fields) })
    }

    /// What changes from one allow-list to another: hosts that come and go, and hosts whose ports change.
    public init(from old: AllowList, to new: AllowList) { self.init(old.rows, new.rows) }

    private typealias Row = (name: String, address: String, fields: [String])

    private init(_ old: [Row], _ new: [Row]) {
        let before = Dictionary(old.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let after = Dictionary(new.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        added = Self.once(new.filter { before[$0.name] == nil }.map(\.address))
        removed = Self.once(old.filter { after[$0.name] == nil }.map(\.address))
        var changes: [Change] = []
        for name in Self.once(old.map(\.name)) {
            guard let was = before[name]?.fields, let isNow = after[name]?.fields, was != isNow else { continue }
            let differing = was.indices.filter { $0 >= isNow.count || was[$0] != isNow[$0] }
            changes.append(
                Change(
                    name: name, from: differing.map { was[$0] },
                    to: differing.map { $0 < isNow.count ? isNow[$0] : "" }))
        }
        changed = changes
    }

    /// The texts, each where it stands first.
    private static func once(_ texts: [String]) -> [String] {
        var seen: Set<String> = []
        return texts.filter { seen.insert($0).inserted }
    }
}

extension Endpoint {
    /// What makes two rows the same row.
    fileprivate var name: String { "\(template):\(port)" }

    fileprivate var fields: [String] {
        [
            "host \(hostText)",
            "needed to \(EndpointPhase.allCases.filter(phases.contains).map(\.rawValue).joined(separator: ", "))",
            "Arc gateway \(gateway.words)", "for \(feature.rawValue)",
        ]
    }
}

extension GatewaySupport {
    /// The support in a few words, for tables.
    public var words: String {
        switch self {
        case .no: "no"
        case .registrationRequired: "no, registration"
        case .since(let release): "since \(release)"
        case .notRequiredSince(let release): "not needed since \(release)"
        case .unknown: "not known"
        }
    }
}

extension AllowList {
    /// A row for each host and path, with all its ports.
    fileprivate var rows: [(name: String, address: String, fields: [String])] {
        var ports: [String: [String]] = [:]
        var order: [String] = []
        for entry in entries {
            let name = entry.host.description + (entry.path.map { "/\($0)" } ?? "")
            if ports[name] == nil { order.append(name) }
            ports[name, default: []] += entry.openings.map(\.words)
        }
        return order.map { name in
            (name: name, address: name, fields: ["ports " + Set(ports[name] ?? []).sorted().joined(separator: ", ")])
        }
    }
}
