public import ClusterCore

/// Network ports of a node that are alike and serve the same.
public struct AdapterGroup: Sendable, Hashable, Codable {
    /// By what cabling calls it: `storage`.
    public var name: String
    /// Ports of all its cards.
    public var ports: Int?
    /// Cards that the ports are spread over; ports of one card fail together.
    public var cards: Int?
    /// What each port carries.
    public var rate: BitRate?
    /// How it does RDMA; `none` where it does not.
    public var rdma: RDMATransport?
    public var vendor: String?
    public var model: String?
    /// The kinds of traffic that go over it.
    public var carries: [Traffic]?
    /// Lossless Ethernet on these ports, as RoCE needs it.
    public var dcb: DataCenterBridging?
    /// The largest frame.
    public var mtu: Int?

    public init(name: String) { self.name = name }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name, ports, cards, rate, rdma, vendor, model, carries, dcb, mtu
    }

    /// Whether it carries a kind of traffic, or `nil` where nobody said what it carries.
    public func carries(_ traffic: Traffic) -> Bool? { carries.map { $0.contains(traffic) } }
}

/// The kinds of traffic of a cluster.
public enum Traffic: String, Sendable, Hashable, Codable, CaseIterable {
    /// Administration, monitoring, the link to the cloud.
    case management
    /// SMB between nodes: storage and replication.
    case storage
    /// Virtual machines and live migration.
    case compute
    /// Heartbeats and cluster shared volumes.
    case cluster
}

/// How an adapter does RDMA.
public enum RDMATransport: String, Sendable, Hashable, Codable, CaseIterable {
    case iwarp
    case roceV2 = "roce_v2"
    case infiniband
    case none
}

/// Data center bridging on ports of a node.
public struct DataCenterBridging: Sendable, Hashable, Codable {
    /// The priority that is lossless and carries RDMA.
    public var pfcPriority: Int?
    /// The share that is reserved for RDMA.
    public var reservation: Fraction?

    public init(pfcPriority: Int? = nil, reservation: Fraction? = nil) {
        self.pfcPriority = pfcPriority
        self.reservation = reservation
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case pfcPriority = "pfc_priority"
        case reservation
    }
}
