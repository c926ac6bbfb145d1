/// How many addresses a cluster takes, network by network (Microsoft, three-node-ip-requirements, 2024-10-17).
///
/// The page counts three hosts. Its parts, each for a host or for the cluster, give its totals of 14, 15 and 26, and one more
/// with a vendor's machine; where the page's own subtotals differ from its parts (14 and 6 with SDN, where the parts are 12
/// and 8), the parts count here.
public struct AddressCount: Sendable, Hashable {
    /// One for each host in each storage network.
    public let storage: Int
    /// Hosts, cluster, resource bridge, updates and what the services take.
    public let management: Int
    /// Provider addresses of virtual networks.
    public let provider: Int

    /// All of them.
    public var total: Int { storage + management + provider }

    /// What runs on the network beside the cluster.
    public enum Services: String, Sendable, Hashable, Codable, CaseIterable {
        case none
        /// Microsegmentation and quality of service: the network controller's interface.
        case microsegmentation
        /// Software-defined networking: also its machines, and provider addresses.
        case sdn
    }

    /// Counts the addresses.
    /// - Throws: where there are not 1 to 64 hosts, as many as a cluster with storage outside of them has, or 0 to 8 storage
    ///   networks.
    public init(
        nodes: Int, storageNetworks: Int = 2, services: Services = .none, hasVendorMachine: Bool = false
    ) throws(TopologyError) {
        try TopologyError.require(
            nodes, in: NetworkPlan.nodesWithoutStorage, "hosts", remedy: "count the hosts of one cluster")
        try TopologyError.require(storageNetworks, in: 0...8, "storage networks", remedy: "count those over switches")
        storage = nodes * storageNetworks
        // Hosts, failover cluster, three of the resource bridge, the update role.
        var management = nodes + 1 + 3 + 1
        if services != .none { management += 1 }
        // Network controller, load balancer, gateway.
        if services == .sdn { management += 3 }
        if hasVendorMachine { management += 1 }
        self.management = management
        provider = services == .sdn ? 2 * nodes + 2 : 0
    }
}
