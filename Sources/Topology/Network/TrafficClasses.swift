public import ClusterCore

/// What may be chosen of the classes of data centre bridging; the defaults are Network ATC's (network-atc, 2024-11-13).
public struct TrafficClassChoice: Sendable, Hashable {
    /// The priority of RDMA: 3 or 4 (Microsoft, host-network-requirements, 2025-08-25).
    public var storagePriority: Int
    /// The priority of the cluster's heartbeat: 5, 6 or 7 (Microsoft, deploy-via-portal).
    public var clusterPriority: Int
    /// What is reserved for RDMA, in percent.
    public var storagePercent: Int

    /// A choice; 3, 7 and 50 % unless said.
    public init(storagePriority: Int = 3, clusterPriority: Int = 7, storagePercent: Int = 50) {
        self.storagePriority = storagePriority
        self.clusterPriority = clusterPriority
        self.storagePercent = storagePercent
    }
}

/// The three classes of data centre bridging, the same on every host and every switch port (AL-53, AL-135).
public struct TrafficClasses: Sendable, Hashable {
    /// Everything else, the cluster's heartbeat, and RDMA.
    public let classes: [TrafficClass]

    /// A class of traffic.
    public struct TrafficClass: Sendable, Hashable {
        /// What it carries.
        public let kind: Kind
        /// The priority in the VLAN header (IEEE 802.1Q): 0 to 7.
        public let priority: Int
        /// What is reserved for it when the link is full (IEEE 802.1Qaz), in percent.
        public let percent: Int
        /// Whether priority flow control keeps it from loss (IEEE 802.1Qbb).
        public let isLossless: Bool
    }

    /// What a class carries.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        case other, storage, cluster
    }

    /// The classes for ports of a speed: the heartbeat has 2 % up to 10 Gbit/s and 1 % above, RDMA its share, the rest is for
    /// everything else.
    /// - Throws: where a priority is not among those that may be chosen, or nothing is left for the rest.
    public init(_ choice: TrafficClassChoice = TrafficClassChoice(), rate: BitRate) throws(TopologyError) {
        try TopologyError.require(
            choice.storagePriority, in: 3...4, "priority of storage", remedy: "use 3, the default")
        try TopologyError.require(
            choice.clusterPriority, in: 5...7, "priority of the cluster", remedy: "use 7, the default")
        let cluster = TrafficClasses.clusterPercent(rate)
        try TopologyError.require(
            choice.storagePercent, in: 1...(99 - cluster), "share of storage in percent",
            remedy: "use 50, the default, and leave something for all other traffic")
        classes = [
            TrafficClass(
                kind: .other, priority: 0, percent: 100 - cluster - choice.storagePercent, isLossless: false),
            TrafficClass(
                kind: .storage, priority: choice.storagePriority, percent: choice.storagePercent, isLossless: true),
            TrafficClass(kind: .cluster, priority: choice.clusterPriority, percent: cluster, isLossless: false),
        ]
    }

    /// What is reserved for the heartbeat on ports of a speed, in percent.
    public static func clusterPercent(_ rate: BitRate) -> Int { rate.bitsPerSecond <= 10_000_000_000 ? 2 : 1 }

    /// The class of a kind.
    public subscript(kind: Kind) -> TrafficClass {
        switch kind {
        case .other: classes[0]
        case .storage: classes[1]
        case .cluster: classes[2]
        }
    }
}
