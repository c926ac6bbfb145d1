public import ClusterCore

/// A cluster: its nodes, what lets it stand, and what runs on it.
public struct Cluster: Sendable, Hashable, Codable {
    public var name: String
    public var kind: Kind?
    public var nodes: [NodeGroup]
    public var witness: Witness?
    public var network: ClusterNetwork?
    public var workloads: [HostedWorkload]?
    /// What of a node is not for workloads.
    public var hostMemory: ByteCount?
    /// How long it takes to shut down in order.
    public var shutdown: Duration?
    public var controlPlane: ControlPlane?
    public var updates: UpdateStrategy?
    public var backups: [Backup]?

    public init(name: String, nodes: [NodeGroup]) {
        self.name = name
        self.nodes = nodes
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name, kind, nodes, witness, network, workloads
        case hostMemory = "host_memory"
        case shutdown
        case controlPlane = "control_plane"
        case updates, backups
    }

    /// How a cluster is built.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// Compute and storage in the same nodes, in one place.
        case hyperconverged
        /// Two equal zones, each with a copy of the data.
        case rackAware = "rack_aware"
        /// Storage outside the nodes.
        case disaggregated
        /// Small nodes for little load.
        case lowCapacity = "low_capacity"
        /// One cluster over two sites.
        case stretched
    }
}

/// Nodes that are alike, in one rack.
public struct NodeGroup: Sendable, Hashable, Codable {
    public var template: String
    /// Their names; or `count` of them, called `prefix` with a number.
    public var names: [String]?
    public var count: Int?
    public var prefix: String?
    public var rack: String?
    /// The lowest unit of the first one; the others sit above it, one after another.
    public var unit: Int?
    /// The zone in a rack-aware cluster, or the site in a stretched one.
    public var zone: String?
    /// For each group of adapters, and for `bmc`, the switches that its ports go to in turn; or `mesh`, from each node to
    /// each other one.
    public var cabling: [String: Cabling]?
    /// The PDUs that power supplies go to in turn.
    public var supplies: [String]?

    public init(template: String, names: [String]) {
        self.template = template
        self.names = names
    }

    /// Nodes with numbers from 1 in their names.
    public init(template: String, count: Int, prefix: String) {
        self.template = template
        self.count = count
        self.prefix = prefix
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case template, names, count, prefix, rack, unit, zone, cabling, supplies
    }
}

/// Where the ports of a group of adapters go.
public enum Cabling: Sendable, Hashable, Codable {
    /// To these switches in turn.
    case switches([String])
    /// From each node of the cluster to each other one, without a switch.
    case mesh

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let word = try? container.decode(String.self) {
            guard word == "mesh" else {
                throw DecodingError.dataCorruptedError(
                    in: container,
                    debugDescription:
                        "\"\(word.prefix(64))\" is neither mesh nor a list of switches; write [\(word.prefix(64))]")
            }
            self = .mesh
        } else {
            self = .switches(try container.decode([String].self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .switches(let names): try container.encode(names)
        case .mesh: try container.encode("mesh")
        }
    }
}

/// What casts the vote that decides between halves.
public struct Witness: Sendable, Hashable, Codable {
    public var kind: Kind
    /// Where it is, if not in the cloud.
    public var site: String?

    public init(kind: Kind, site: String? = nil) {
        self.kind = kind
        self.site = site
    }

    enum CodingKeys: String, CodingKey, CaseIterable { case kind, site }

    /// What a witness is.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        case cloud
        case fileShare = "file_share"
        case disk, none
    }
}

/// What holds for a cluster's network as a whole.
public struct ClusterNetwork: Sendable, Hashable, Codable {
    /// How ports are teamed on a node.
    public var teaming: Teaming?
    /// The VLANs of each kind of traffic; 0 is none.
    public var vlans: [String: [Int]]?
    /// The round trip between the two zones or sites.
    public var zoneRoundTrip: Duration?
    /// What carries storage between the zones, in all.
    public var zoneBandwidth: BitRate?
    /// Live migrations that a node runs at once.
    public var liveMigrations: Int?

    public init() {}

    enum CodingKeys: String, CodingKey, CaseIterable {
        case teaming, vlans
        case zoneRoundTrip = "zone_round_trip"
        case zoneBandwidth = "zone_bandwidth"
        case liveMigrations = "live_migrations"
    }

    /// How ports of a node work as one.
    public enum Teaming: String, Sendable, Hashable, Codable, CaseIterable {
        /// Switch-embedded teaming, which asks nothing of the switch.
        case switchEmbedded = "switch_embedded"
        /// Link aggregation with the switch.
        case lacp
        case none
    }
}

/// Virtual machines that are alike.
public struct HostedWorkload: Sendable, Hashable, Codable {
    public var name: String
    public var count: Int?
    /// Virtual processors of each.
    public var processors: Int?
    /// Memory of each; with dynamic memory, the most.
    public var memory: ByteCount?
    /// The least memory of each, where it is dynamic.
    public var leastMemory: ByteCount?
    /// Virtual disks of each at its SCSI controllers; left out where there are but a few.
    public var disks: Int?
    public var affinity: Affinity?
    /// The generation of the virtual hardware, 1 or 2.
    public var generation: Int?

    public init(name: String) { self.name = name }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name, count, processors, memory
        case leastMemory = "least_memory"
        case disks, affinity, generation
    }

    /// Where the machines of a group stand relative to each other.
    public enum Affinity: String, Sendable, Hashable, Codable, CaseIterable {
        case sameNode = "same_node"
        case sameZone = "same_zone"
        case differentNodes = "different_nodes"
        case differentZones = "different_zones"
        case none
    }
}
