public import ClusterCore

/// Where an end measured: whether its threads and memory were held to the NUMA node of the device.
public struct PlacementAccount: Sendable, Hashable, Codable {
    /// The device's NUMA node; `nil` where it is not known, or there is only one.
    @Explicit public var numaNode: Int?
    /// The processors that the measuring thread could run on, as the kernel lists them: `8-15`.
    @Explicit public var processors: String?
    /// Whether the thread and its memory were held to the node.
    public var pinned: Bool
    /// Why they were not; `nil` where they were.
    @Explicit public var reason: String?

    private enum CodingKeys: String, CodingKey {
        case pinned, reason
        case numaNode = "numa_node"
        case processors = "cpus"
    }

    public init(numaNode: Int?, processors: String?, pinned: Bool, reason: String?) {
        self.numaNode = numaNode
        self.processors = processors
        self.pinned = pinned
        self.reason = reason
    }
}
