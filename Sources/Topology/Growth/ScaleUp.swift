/// More of something in the nodes that there are, and what that interrupts.
public enum ScaleUp: String, Sendable, Hashable, Codable, CaseIterable {
    /// Processors with more cores (AL-122).
    case processors
    /// More memory modules (AL-123).
    case memory
    /// More data drives (AL-124).
    case drives
    /// Faster network adapters (AL-125).
    case adapters

    /// What a change interrupts.
    public enum Interruption: String, Sendable, Hashable, Codable, CaseIterable {
        /// Nothing: it is added while the node runs.
        case none
        /// One node after another is shut down, the others carry the load.
        case nodeByNode = "node_by_node"
        /// Each node is without network for a moment.
        case briefOutage = "brief_outage"
    }

    /// What it interrupts.
    public var interruption: Interruption {
        switch self {
        case .processors, .memory: .nodeByNode
        case .drives: .none
        case .adapters: .briefOutage
        }
    }

    /// What has to be looked at before.
    public var caution: String {
        switch self {
        case .processors: "the node must be shut down; more cores want more memory, so check that it still fits"
        case .memory: "look at how much is in use first; one node after another must be drained"
        case .drives: "drives are added while the node runs and data is spread anew; all nodes get the same"
        case .adapters: "each node is without network for a moment; switches and cables must carry the new rate"
        }
    }

    /// Rates of ports in the order in which adapters are replaced, in Gbit/s (AL-125).
    public static let adapterRates = [10, 25, 40, 100]
}

/// The steps by which a node comes into a cluster, in their order (AL-126).
public enum ScaleOutStep: String, Sendable, Hashable, Codable, CaseIterable {
    case prepareHardware = "prepare_hardware"
    case joinDomain = "join_domain"
    case installSystem = "install_system"
    case addNode = "add_node"
    case rebalance

    /// What is done.
    public var instruction: String {
        switch self {
        case .prepareHardware: "prepare a node of validated hardware, the same as the others"
        case .joinDomain: "join it to the domain"
        case .installSystem: "install the system"
        case .addNode: "add it with Add-ClusterNode; Azure Local has an orchestrated way in its place"
        case .rebalance: "wait until the cluster has spread data and machines anew"
        }
    }
}
