public import ClusterCore

/// The drives of a cluster as one storage pool.
public struct Pool: Sendable, Hashable {
    /// The servers in order. In a rack-aware cluster the first half is one rack and the second half the other.
    public let servers: [ServerDrives]
    /// What the cluster's form allows: servers, racks, media, drives.
    public let shape: ClusterShape
    /// How much of the pool is kept unallocated for repairs.
    public let reserve: ReserveRule

    /// The pool of some servers.
    /// - Parameters:
    ///   - servers: 1 to 16.
    ///   - racks: 1 or 2; two racks hold the same number of servers.
    ///   - media: what the layout of parity goes by; `nil` takes hybrid where a capacity drive is a hard disk.
    ///   - reserve: how the reserve is counted.
    public init(
        servers: [ServerDrives], racks: Int = 1, media: ClusterShape.Media? = nil, reserve: ReserveRule = .normal
    ) throws(StorageMathError) {
        let hasDisks = servers.contains { $0.capacity.contains { $0.kind == .hdd } }
        shape = try ClusterShape(
            servers: servers.count, racks: racks, media: media ?? (hasDisks ? .hybrid : .allFlash),
            capacityDrivesPerServer: Pool.parityDrives(servers))
        if reserve == .delimited {
            try StorageMathError.require(
                servers.count, in: DelimitedAllocation.clusterRange, "servers of a cluster with delimited volumes",
                remedy: "keep the normal reserve: smaller clusters have no delimited volumes")
        }
        self.servers = servers
        self.reserve = reserve
    }

    /// A pool of equal servers.
    public init(
        servers count: Int, of drives: ServerDrives, racks: Int = 1, media: ClusterShape.Media? = nil,
        reserve: ReserveRule = .normal
    ) throws(StorageMathError) {
        // Looked at first: a billion servers must not be made before they are refused.
        try StorageMathError.require(
            count, in: ClusterShape.serverRange, "servers", remedy: "a cluster has 1 to 16 servers (AL-1)")
        try self.init(
            servers: Array(repeating: drives, count: count), racks: racks, media: media, reserve: reserve)
    }

    /// The drives of the server with the fewest that nested parity can use: the hard disks where a server has them beside
    /// others (Microsoft, nested-resiliency, 2018: with three kinds of drives the parity is on hard disks alone).
    private static func parityDrives(_ servers: [ServerDrives]) -> Int {
        servers.map { server in
            let disks = server.capacity.filter { $0.kind == .hdd }.reduce(0) { $0 + $1.count }
            return disks == 0 ? server.capacityCount : disks
        }.min() ?? 0
    }

    /// The servers of each rack; one list in a cluster that is not rack-aware.
    var racks: [[ServerDrives]] {
        guard shape.racks == 2 else { return [servers] }
        let half = servers.count / 2
        return [Array(servers.prefix(half)), Array(servers.dropFirst(half))]
    }

    /// The bytes of all capacity drives; cache drives do not count.
    public var rawBytes: ByteCount { ByteCount(bytes: servers.reduce(0) { $0 + $1.capacityBytes.bytes }) }

    /// All drives, those of the cache included.
    public var driveCount: Int { servers.reduce(0) { $0 + $1.capacityCount + $1.cacheCount } }

    /// What volumes may take: all but the reserve; nothing where the reserve is more than there is.
    public var availableBytes: ByteCount {
        ByteCount(bytes: rawBytes.bytes - min(rawBytes.bytes, reserveBytes.bytes))
    }
}
