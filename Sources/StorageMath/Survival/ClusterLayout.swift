/// The servers of a cluster with their capacity drives, its racks and its witness: what can fail.
public struct ClusterLayout: Sendable, Hashable {
    /// Capacity drives of each server, server 1 first.
    public let drives: [Int]
    /// 1, or 2 in a rack-aware cluster, where the first half of the servers is in rack 1.
    public let racks: Int
    /// What the capacity drives are.
    public let media: ClusterShape.Media
    /// Whether the cluster quorum has a witness (a share or a cloud account; a disk witness is not supported with
    /// Storage Spaces Direct: Microsoft, quorum, 2024-02).
    public let hasWitness: Bool
    /// What decides which resiliency types may be used: the server with the fewest drives counts.
    public let shape: ClusterShape

    /// A cluster; an error where it has no or more than 16 servers, a server without drives, more than 416 drives in
    /// all, or racks that are not equal.
    public init(
        drives: [Int], racks: Int = 1, media: ClusterShape.Media = .allFlash, hasWitness: Bool
    ) throws(StorageMathError) {
        var total = 0
        for (server, count) in drives.prefix(ClusterShape.serverRange.upperBound).enumerated() {
            try StorageMathError.require(
                count, in: ClusterShape.driveRange, "drives of server \(server + 1)",
                remedy: "a pool holds at most 416 drives, and a server of it at least one")
            total += count
        }
        shape = try ClusterShape(
            servers: drives.count, racks: racks, media: media, capacityDrivesPerServer: drives.min() ?? 1)
        try StorageMathError.require(
            total, in: ClusterShape.driveRange, "drives of the cluster", remedy: "a pool holds at most 416 drives")
        self.drives = drives
        self.racks = racks
        self.media = media
        self.hasWitness = hasWitness
    }

    /// A cluster of equal servers.
    public init(
        servers: Int, drivesEach: Int, racks: Int = 1, media: ClusterShape.Media = .allFlash, hasWitness: Bool
    ) throws(StorageMathError) {
        try StorageMathError.require(
            servers, in: ClusterShape.serverRange, "servers", remedy: "a cluster has 1 to 16 servers (AL-1)")
        try self.init(
            drives: Array(repeating: drivesEach, count: servers), racks: racks, media: media, hasWitness: hasWitness)
    }

    /// The numbers of the servers, from 1.
    public var servers: ClosedRange<Int> { 1...drives.count }

    /// All capacity drives.
    public var driveCount: Int { drives.reduce(0, +) }

    /// The rack of a server, from 1.
    func rack(of server: Int) -> Int { 1 + (server - 1) / (drives.count / racks) }

    /// The servers of a rack.
    func servers(inRack rack: Int) -> ClosedRange<Int> {
        let each = drives.count / racks
        return (rack - 1) * each + 1...rack * each
    }
}
