public import ClusterCore

/// A model with its patterns written out: each node, switch, cable and power cord by itself.
public struct Installation: Sendable, Hashable, Codable {
    public var name: String
    public var profile: String?
    public var production: Bool?
    public var sites: [Site]
    public var racks: [Rack]
    public var feeds: [String]
    public var ups: [PowerUnit]
    public var pdus: [PowerUnit]
    public var switches: [NetworkSwitch]
    public var clusters: [InstalledCluster]
    public var cables: [Link]
    public var cords: [PowerCord]
    /// Whether cabling is described at all: without, no cable is known, which is not "no cable".
    public var describesCabling: Bool { !cables.isEmpty }

    enum CodingKeys: String, CodingKey {
        case name, profile, production, sites, racks, feeds, ups, pdus, switches, clusters, cables, cords
    }
}

/// A switch.
public struct NetworkSwitch: Sendable, Hashable, Codable {
    public var name: String
    /// The lowest unit that it takes.
    public var unit: Int?
    /// What it has in common with those that are alike.
    public var hardware: SwitchGroup

    /// Its name in findings: `switch:tor1`.
    public var identifier: ComponentIdentifier { ComponentIdentifier(rawValue: "switch:\(name)") }
}

/// A cluster with its nodes.
public struct InstalledCluster: Sendable, Hashable, Codable {
    public var name: String
    public var nodes: [ClusterNode]
    /// What was written of the cluster as a whole.
    public var design: Cluster

    /// Its name in findings: `cluster:c1`.
    public var identifier: ComponentIdentifier { ComponentIdentifier(rawValue: "cluster:\(name)") }
}

/// A node.
public struct ClusterNode: Sendable, Hashable, Codable {
    public var name: String
    public var cluster: String
    public var template: String
    public var rack: String?
    /// The lowest unit that it takes.
    public var unit: Int?
    public var zone: String?
    public var hardware: NodeTemplate

    /// Its name in findings: `cluster:c1/node:n1`.
    public var identifier: ComponentIdentifier { ComponentIdentifier(rawValue: "cluster:\(cluster)/node:\(name)") }
}

/// A port of a device.
public struct PortAddress: Sendable, Hashable, Codable {
    public var device: String
    /// `storage.1` and `bmc` of a node, a number of a switch.
    public var port: String

    public init(device: String, port: String) {
        self.device = device
        self.port = port
    }

    /// The group of adapters of a node's port: `storage` of `storage.1`.
    public var group: Substring { port.prefix { $0 != "." } }
}

/// A cable as it is laid.
public struct Link: Sendable, Hashable, Codable {
    public var from: PortAddress
    public var to: PortAddress

    public init(from: PortAddress, to: PortAddress) {
        self.from = from
        self.to = to
    }

    /// Whether it ends at a device.
    public func touches(_ device: String) -> Bool { from.device == device || to.device == device }
}

/// A power cord: a supply of a device in an outlet of a PDU.
public struct PowerCord: Sendable, Hashable, Codable {
    public var device: String
    /// The supply, from 1.
    public var supply: Int
    public var pdu: String
}

extension Installation {
    /// Every node of every cluster.
    public var nodes: [ClusterNode] { clusters.flatMap(\.nodes) }

    /// The cluster that a node belongs to.
    public func cluster(of node: ClusterNode) -> InstalledCluster? { clusters.first { $0.name == node.cluster } }

    /// The site of a rack, where both are known.
    public func site(ofRack name: String?) -> Site? {
        guard let name, let rack = racks.first(where: { $0.name == name }) else { return nil }
        return sites.first { $0.name == rack.site }
    }

    /// How many nodes of a cluster each site has: by the zones that nodes name, else by their racks' sites. `nil` where that
    /// is not known of every node.
    func siteSizes(of cluster: InstalledCluster) -> [Int]? {
        let zones = cluster.nodes.compactMap(\.zone)
        let places =
            zones.count == cluster.nodes.count
            ? zones : cluster.nodes.compactMap { site(ofRack: $0.rack)?.name }
        guard places.count == cluster.nodes.count else { return nil }
        return Dictionary(grouping: places) { $0 }.values.map(\.count).sorted()
    }

    /// The sites that a cluster's nodes stand at; empty where that is not known.
    public func sites(of cluster: InstalledCluster) -> [Site] {
        let names = Set(cluster.nodes.compactMap(\.rack))
        let sites = Set(racks.filter { names.contains($0.name) }.compactMap(\.site))
        return self.sites.filter { sites.contains($0.name) }
    }
}
