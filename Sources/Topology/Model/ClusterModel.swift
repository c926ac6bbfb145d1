/// Clusters with everything they stand on, as a person writes them down: templates, counts and patterns.
///
/// ``installation(limits:)`` writes the patterns out: every node, port, cable and power cord by itself. What is `nil` is
/// not known; it is never taken for zero, for "no" or for "as it should be".
public struct ClusterModel: Sendable, Hashable, Codable {
    /// What the whole is called.
    public var name: String
    /// The profile of requirements that it was written for, such as `architecture`.
    public var profile: String?
    /// Whether workloads depend on it.
    public var production: Bool?
    public var sites: [Site]?
    public var racks: [Rack]?
    public var power: Power?
    public var switches: [SwitchGroup]?
    /// Nodes that are alike, by a name of one's own.
    public var templates: [String: NodeTemplate]
    public var clusters: [Cluster]
    /// Cables that no pattern of a node group lays, such as those between switches.
    public var cables: [Cable]?

    /// A model of clusters; what is left out is not known.
    public init(name: String, templates: [String: NodeTemplate], clusters: [Cluster]) {
        self.name = name
        self.templates = templates
        self.clusters = clusters
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name, profile, production, sites, racks, power, switches, templates, clusters, cables
    }
}

extension ClusterModel {
    /// What a model may hold at most: far above what any profile supports, so that a slip cannot take all memory.
    public struct Limits: Sendable, Hashable {
        /// Nodes of all clusters.
        public var nodes = 4096
        /// Sites, racks, switches, feeds, UPS and PDUs, each; templates too.
        public var equipment = 4096
        /// Cables and power cords of everything, each.
        public var connections = 262_144
        /// Ports of one node or switch.
        public var ports = 1024
        /// Clusters.
        public var clusters = 256
        /// Bytes of a name.
        public var nameBytes = 64

        public init() {}
    }
}
