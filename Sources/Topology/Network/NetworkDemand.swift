public import ClusterCore

/// What a network is planned for: a small value into which a cluster's model turns.
public struct NetworkDemand: Sendable, Hashable {
    /// Hosts: 1 to 16, or 64 where storage lies outside of them.
    public var nodes: Int
    /// How adapters are shared.
    public var option: AdapterSharing
    /// How storage traffic goes from host to host.
    public var storagePath: StoragePath
    /// The kind of RDMA, or `nil` for none.
    public var rdma: RDMAProtocol?
    /// The speed of a port that carries storage.
    public var storageRate: BitRate
    /// The speed of a port that carries compute and no storage.
    public var computeRate: BitRate
    /// The speed of a port that carries management alone.
    public var managementRate: BitRate
    /// Switched storage ports of a host: 1 to 8.
    public var storagePorts: Int
    /// Ports of a host that carry management and no storage, where there are such: 1 to 8. They carry compute too where
    /// both share adapters.
    public var managementPorts: Int
    /// Ports of a host that carry compute and neither storage nor management, where there are such: 1 to 8.
    public var computePorts: Int
    /// Top-of-rack switches of a zone.
    public var torSwitches: Int
    /// 1, or 2 for a rack-aware cluster.
    public var zones: Int
    /// Ports of a host that lead to the top-of-rack switches and are in no intent: those of the cluster's own networks and of
    /// the paths to storage outside of the hosts.
    public var standalonePorts: Int
    /// The most hosts that share a pair of top-of-rack switches; `nil` for all of a zone.
    public var hostsPerRack: Int?
    /// The classes of data centre bridging, as far as they are not the defaults.
    public var classes: TrafficClassChoice
    /// VLANs of the storage networks in their order, or `nil` for the defaults from 711 on. Without switches one is for all
    /// cables, or, between two hosts, one for each cable.
    public var storageVLANs: [Int]?
    /// The VLAN of management, or `nil` where it is not tagged.
    public var managementVLAN: Int?
    /// The frames of storage.
    public var jumbo: JumboPacket

    /// A demand with the usual answers to what is not given: isolated storage of two 25 GbE ports over two switches.
    public init(
        nodes: Int, option: AdapterSharing = .storageIsolated, storagePath: StoragePath = .switched,
        rdma: RDMAProtocol? = .roce, storageRate: BitRate = NetworkDemand.gigabits(25),
        computeRate: BitRate = NetworkDemand.gigabits(10), managementRate: BitRate = NetworkDemand.gigabits(1),
        storagePorts: Int = 2, managementPorts: Int = 2, computePorts: Int = 2, torSwitches: Int = 2, zones: Int = 1,
        standalonePorts: Int = 0, hostsPerRack: Int? = nil,
        classes: TrafficClassChoice = TrafficClassChoice(),
        storageVLANs: [Int]? = nil, managementVLAN: Int? = nil, jumbo: JumboPacket = .large
    ) {
        self.nodes = nodes
        self.option = option
        self.storagePath = storagePath
        self.rdma = rdma
        self.storageRate = storageRate
        self.computeRate = computeRate
        self.managementRate = managementRate
        self.storagePorts = storagePorts
        self.managementPorts = managementPorts
        self.computePorts = computePorts
        self.torSwitches = torSwitches
        self.zones = zones
        self.standalonePorts = standalonePorts
        self.hostsPerRack = hostsPerRack
        self.classes = classes
        self.storageVLANs = storageVLANs
        self.managementVLAN = managementVLAN
        self.jumbo = jumbo
    }

    /// How storage traffic goes from host to host.
    public enum StoragePath: Sendable, Hashable {
        /// Over the top-of-rack switches.
        case switched
        /// Over cables from host to host, one or two for each pair.
        case switchless(linksPerPair: Int)
        /// Not at all: storage lies outside of the hosts, whose paths to it are planned by its maker's guide.
        case outside
    }

    /// A number of Gbit a second.
    public static func gigabits(_ count: UInt32) -> BitRate { BitRate(bitsPerSecond: UInt64(count) * 1_000_000_000) }
}
