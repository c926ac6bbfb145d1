public import ClusterCore
public import StorageMath

/// A network planned from a demand: intents, networks, classes, bandwidths and ports.
public struct NetworkPlan: Sendable, Hashable {
    /// What it was planned for.
    public let demand: NetworkDemand
    /// What each host's adapters are for.
    public let intents: [NetworkIntent]
    /// The networks of storage; none for one host.
    public let storageNetworks: [StorageNetwork]
    /// Storage ports of a host.
    public let storagePortsPerNode: Int
    /// The classes of data centre bridging, the same everywhere; `nil` where there is no RDMA.
    public let classes: TrafficClasses?
    /// How the storage team's bandwidth is shared; `nil` where storage lies outside of the hosts.
    public let bandwidth: HostBandwidth?
    /// Ports that each top-of-rack switch gives to hosts.
    public let portsPerTor: Int
    /// Ports that the management switch gives to the hosts' service processors (AL-27).
    public let managementSwitchPorts: Int
    /// What the links between the two rooms of a rack-aware cluster must carry, else `nil`.
    public let roomBandwidth: BitRate?

    /// The hosts that a plan may have.
    public static let nodes = 1...16
    /// The hosts that it may have where storage lies outside of them (Microsoft, system-requirements-disaggregated, 2026-04-09).
    public static let nodesWithoutStorage = 1...64

    /// Plans a network.
    /// - Throws: ``TopologyError`` where the demand contradicts itself or is beyond what a source allows; ClusterCore's
    ///   `UnitError` where a bandwidth is beyond what can be held.
    public init(_ demand: NetworkDemand) throws {
        self.demand = demand
        let isOutside = demand.storagePath == .outside
        let range = isOutside ? NetworkPlan.nodesWithoutStorage : NetworkPlan.nodes
        try TopologyError.require(
            demand.nodes, in: range, "hosts", remedy: "plan a cluster of 1 to \(range.upperBound) hosts")
        try TopologyError.require(
            demand.standalonePorts, in: 0...16, "ports of a host in no intent", remedy: "count the ports of one host")
        try TopologyError.require(
            demand.hostsPerRack ?? demand.nodes, in: 1...demand.nodes, "hosts of a rack",
            remedy: "count the hosts of the fullest rack")
        try TopologyError.require(demand.zones, in: 1...2, "zones", remedy: "write 2 for a rack-aware cluster, else 1")
        try TopologyError.require(
            demand.torSwitches, in: 1...2, "top-of-rack switches of a zone", remedy: "write 2, or 1 for a small cluster"
        )
        for (ports, role) in [(demand.managementPorts, "management"), (demand.computePorts, "compute")] {
            try TopologyError.require(
                ports, in: 1...8, "\(role) ports of a host", remedy: "a team has at most eight adapters")
        }
        try NetworkPlan.checkZones(demand)
        storagePortsPerNode = try NetworkPlan.storagePorts(demand)
        let vlans = try NetworkPlan.vlans(demand, count: storagePortsPerNode)
        intents = NetworkIntent.intents(demand, storagePorts: storagePortsPerNode)
        if demand.nodes == 1 || isOutside {
            storageNetworks = []
        } else if case .switchless(let links) = demand.storagePath {
            storageNetworks = try StorageNetwork.switchless(nodes: demand.nodes, linksPerPair: links, vlans: vlans)
        } else {
            storageNetworks = try StorageNetwork.switched(
                nodes: demand.nodes, ports: storagePortsPerNode, vlans: vlans)
        }
        classes =
            isOutside
            ? nil : try demand.rdma.map { _ in try TrafficClasses(demand.classes, rate: demand.storageRate) }
        bandwidth =
            isOutside ? nil : try HostBandwidth(adapters: min(storagePortsPerNode, 16), of: demand.storageRate)
        let isSwitchless = if case .switchless = demand.storagePath { true } else { false }
        let switchedPorts =
            intents.filter { !(isSwitchless && $0.roles == [.storage]) }.map(\.adapters.count).reduce(
                0, +) + demand.standalonePorts
        let hosts = demand.hostsPerRack ?? demand.nodes / demand.zones
        // With an odd number of ports the first switch has one more.
        portsPerTor = hosts * ((switchedPorts + demand.torSwitches - 1) / demand.torSwitches)
        managementSwitchPorts = demand.nodes
        roomBandwidth =
            demand.zones == 2
            ? try SiteLinks.rackAwareBandwidth(
                machinesPerZone: hosts, ports: storagePortsPerNode, rate: demand.storageRate) : nil
    }

    /// A rack-aware cluster has 2, 4, 6 or 8 hosts, one intent for storage alone, and switches between them (Microsoft,
    /// rack-aware-cluster-requirements, 2025-10).
    private static func checkZones(_ demand: NetworkDemand) throws(TopologyError) {
        guard demand.zones == 2 else { return }
        guard demand.nodes % 2 == 0, demand.nodes <= 8 else {
            throw TopologyError(
                "hosts of a rack-aware cluster", "\(demand.nodes)", bound: "2, 4, 6 or 8",
                remedy: "put as many hosts in each of the two zones, at most four")
        }
        guard demand.option.isolatesStorage, demand.storagePath == .switched else {
            throw TopologyError(
                "storage of a rack-aware cluster", demand.option.rawValue, bound: "isolated and switched",
                remedy: "give storage adapters of its own, over switches")
        }
    }

    /// How many storage ports a host has: as many as switched, or one for each cable.
    private static func storagePorts(_ demand: NetworkDemand) throws(TopologyError) -> Int {
        if demand.storagePath == .outside { return 0 }
        guard case .switchless(let links) = demand.storagePath else {
            try TopologyError.require(
                demand.storagePorts, in: 1...8, "storage ports of a host", remedy: "a team has at most eight adapters")
            return demand.storagePorts
        }
        try TopologyError.require(
            links, in: 1...2, "cables for each pair of hosts", remedy: "write 2 for a redundant mesh")
        guard (2...4).contains(demand.nodes) else {
            throw TopologyError(
                "hosts of a cluster without storage switches", "\(demand.nodes)", bound: "2 to 4",
                remedy: "connect storage over switches")
        }
        guard demand.option.isolatesStorage else {
            throw TopologyError(
                "adapters of storage without switches", demand.option.rawValue, bound: "storage's own",
                remedy: "choose storage_isolated or fully_separated")
        }
        return links * (demand.nodes - 1)
    }

    private static func vlans(_ demand: NetworkDemand, count: Int) throws(TopologyError) -> [Int] {
        if let vlan = demand.managementVLAN {
            try TopologyError.require(
                vlan, in: ModelRange.usableVLAN, "VLAN of management", remedy: "leave it out where it is not tagged")
        }
        if demand.storagePath == .outside { return [] }
        // Without switches one VLAN serves all cables; between two hosts adapter and cable have the same number.
        var wanted = demand.storagePath == .switched ? count : 1
        if demand.nodes == 2, demand.storageVLANs?.count == count { wanted = count }
        guard let given = demand.storageVLANs else {
            return try (1...wanted).map { adapter throws(TopologyError) in
                try StorageNetwork.defaultVLAN(adapter: adapter)
            }
        }
        guard given.count == wanted else {
            throw TopologyError(
                "VLANs of storage", given.map(String.init).joined(separator: ", "), bound: "\(wanted) of them",
                remedy: "write one for each storage adapter; without switches one for all")
        }
        let least = demand.rdma == .roce ? 1 : 0
        for (index, vlan) in given.enumerated() {
            try TopologyError.require(
                vlan, in: least...ModelRange.usableVLAN.upperBound, "VLAN of storage adapter \(index + 1)",
                remedy: least == 1 ? "RoCE needs a tag for its priority; use \(711 + index)" : "use \(711 + index)")
            guard vlan == 0 || !given[..<index].contains(vlan), vlan != demand.managementVLAN else {
                throw TopologyError(
                    "VLAN of storage adapter \(index + 1)", "\(vlan)", bound: "one that nothing else uses",
                    remedy: "give each storage adapter a VLAN of its own, such as \(711 + index)")
            }
        }
        return given
    }

    /// All cables that no switch ends: host to host.
    public var cables: [StorageNetwork] {
        if case .switchless = demand.storagePath { storageNetworks } else { [] }
    }

    /// The storage ports of a host, each with its network.
    public func storagePorts(of node: Int) -> [(network: StorageNetwork, port: StorageNetwork.Port)] {
        storageNetworks.flatMap { network in
            network.ports.filter { $0.node == node }.map { (network: network, port: $0) }
        }.sorted { $0.port.adapter < $1.port.adapter }
    }
}
