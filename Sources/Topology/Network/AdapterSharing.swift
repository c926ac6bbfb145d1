/// How a host's adapters are shared among management, compute and storage: the architecture's three options and the fourth
/// that Network ATC knows.
public enum AdapterSharing: String, Sendable, Hashable, Codable, CaseIterable {
    /// One team of two carries everything; for small deployments (AL-45).
    case fullyConverged = "fully_converged"
    /// Storage has adapters of its own, management and compute share two; the usual one (AL-46).
    case storageIsolated = "storage_isolated"
    /// Each has adapters of its own (AL-47).
    case fullySeparated = "fully_separated"
    /// Management has adapters of its own, compute and storage share two (Microsoft,
    /// cloud-deployment-network-considerations, 2025-02-14).
    case managementIsolated = "management_isolated"
}

/// What an intent's adapters carry.
public enum TrafficRole: String, Sendable, Hashable, Codable, CaseIterable {
    case management, compute, storage
}

extension AdapterSharing {
    /// The roles that share adapters, in the order of the host's adapters.
    public var groups: [Set<TrafficRole>] {
        switch self {
        case .fullyConverged: [[.management, .compute, .storage]]
        case .storageIsolated: [[.management, .compute], [.storage]]
        case .fullySeparated: [[.management], [.compute], [.storage]]
        case .managementIsolated: [[.management], [.compute, .storage]]
        }
    }

    /// Ports of a host, with two for each group: 2, 4 or 6 (AL-48).
    public var portsPerNode: Int { groups.count * 2 }

    /// Whether storage has adapters that carry nothing else, without which there is no switchless storage.
    public var isolatesStorage: Bool { groups.contains([.storage]) }
}

/// The kinds of RDMA.
public enum RDMAProtocol: String, Sendable, Hashable, Codable, CaseIterable {
    /// Over TCP; needs no lossless Ethernet (AL-50).
    case iwarp
    /// Over UDP; needs lossless Ethernet (AL-51, AL-53).
    case roce
    /// Its own fabric; the architecture names it, Microsoft does not support it (AL-52).
    case infiniband

    /// Whether data centre bridging is required, and not only allowed.
    public var requiresDCB: Bool { self == .roce }
}

/// The largest frame of an adapter as its driver's setting counts it, with the 14 bytes of the Ethernet header (Microsoft,
/// deploy-via-portal).
public enum JumboPacket: Int, Sendable, Hashable, Codable, CaseIterable {
    case standard = 1514
    case medium = 4088
    case large = 9014

    /// The same as Linux counts it, without the header.
    public var mtu: Int { rawValue - 14 }
}
