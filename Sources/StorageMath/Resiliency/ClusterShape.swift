/// What holds a volume's data: where its copies or its code's symbols may lie, which decides the layout of parity.
public struct ClusterShape: Sendable, Hashable {
    /// The servers, 1 to 16: each is a fault domain.
    public let servers: Int
    /// The racks over which the servers are spread evenly: 1, or 2 in a rack-aware cluster (two zones, at most 4 servers
    /// each; Microsoft, rack-aware-cluster-requirements, 2026-02).
    public let racks: Int
    /// What the capacity drives are.
    public let media: Media
    /// Capacity drives of the server that has the fewest; nested parity depends on it.
    public let capacityDrivesPerServer: Int

    /// What the drives of a cluster are.
    public enum Media: String, Sendable, Hashable, Codable, CaseIterable {
        /// Hard disks behind solid-state cache.
        case hybrid
        /// Solid-state drives only.
        case allFlash = "all_flash"
    }

    public init(
        servers: Int, racks: Int = 1, media: Media = .allFlash, capacityDrivesPerServer: Int = 4
    ) throws(StorageMathError) {
        try StorageMathError.require(
            servers, in: ClusterShape.serverRange, "servers", remedy: "a cluster has 1 to 16 servers (AL-1)")
        try StorageMathError.require(
            racks, in: 1...2, "racks", remedy: "a cluster is in one place, or rack-aware over two")
        guard racks == 1 || (servers % 2 == 0 && servers <= 8) else {
            throw StorageMathError(
                "servers of a rack-aware cluster", "\(servers)", bound: "2, 4, 6 or 8",
                remedy: "both racks hold the same number of servers, at most 4")
        }
        try StorageMathError.require(
            capacityDrivesPerServer, in: ClusterShape.driveRange, "capacity drives of a server",
            remedy: "a pool holds at most 416 drives")
        self.servers = servers
        self.racks = racks
        self.media = media
        self.capacityDrivesPerServer = capacityDrivesPerServer
    }

    /// AL-1.
    public static let serverRange = 1...16
    /// 416 is the most that a pool may have (Microsoft, Storage Spaces Direct at 416 drives, techcommunity 425959).
    public static let driveRange = 1...416
}
