public import ClusterCore

/// Drives of one kind and one size in a server.
public struct DriveGroup: Sendable, Hashable {
    /// What the drives are.
    public let kind: DriveKind
    /// How many there are: 1 to 416.
    public let count: Int
    /// The size of each: 1 byte to 1 PB.
    public let size: ByteCount

    /// The drives; an error where there is none, where they are more than a pool may hold, or where the size is none.
    public init(_ kind: DriveKind = .ssd, count: Int, size: ByteCount) throws(StorageMathError) {
        try StorageMathError.require(
            count, in: ClusterShape.driveRange, "drives", remedy: "a pool holds at most 416 drives")
        guard size > .zero, size <= DriveGroup.largestDrive else {
            throw StorageMathError(
                "size of a drive", size.description, bound: "1 B to \(DriveGroup.largestDrive)",
                remedy: "write the size of one drive, as in 16x2TB")
        }
        self.kind = kind
        self.count = count
        self.size = size
    }

    /// Far above any drive that is sold, so that a slip of the unit is noticed and sums stay exact.
    public static let largestDrive = ByteCount(bytes: 1_000_000_000_000_000)

    /// The bytes of all drives.
    public var total: ByteCount {
        // At most 416 PB, which fits.
        ByteCount(bytes: UInt64(count) * size.bytes)
    }
}

/// What a drive is.
public enum DriveKind: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    case nvme, ssd, hdd

    public static func < (left: DriveKind, right: DriveKind) -> Bool { left.rawValue < right.rawValue }
}

/// The drives of a server.
public struct ServerDrives: Sendable, Hashable {
    /// The drives that hold data, one group or more.
    public let capacity: [DriveGroup]
    /// The drives that cache for them; they never count as capacity (Microsoft, cache, 2023).
    public let cache: [DriveGroup]

    /// The drives; an error where none holds data or where there are more than a pool may hold.
    public init(capacity: [DriveGroup], cache: [DriveGroup] = []) throws(StorageMathError) {
        guard !capacity.isEmpty else {
            throw StorageMathError(
                "capacity drives of a server", "0", bound: "1 or more", remedy: "name drives, as in 16x2TB")
        }
        let range = ClusterShape.driveRange
        var count = 0
        // Stops at the bound, so that no list is long enough to overflow.
        for group in capacity + cache {
            count += group.count
            try StorageMathError.require(
                count, in: range, "drives of a server", remedy: "a pool holds at most \(range.upperBound) drives")
        }
        self.capacity = capacity
        self.cache = cache
    }

    /// The bytes of the capacity drives.
    public var capacityBytes: ByteCount { ByteCount(bytes: capacity.reduce(0) { $0 + $1.total.bytes }) }
    /// The bytes of the cache drives.
    public var cacheBytes: ByteCount { ByteCount(bytes: cache.reduce(0) { $0 + $1.total.bytes }) }
    /// How many drives hold data.
    public var capacityCount: Int { capacity.reduce(0) { $0 + $1.count } }
    /// How many drives cache.
    public var cacheCount: Int { cache.reduce(0) { $0 + $1.count } }

    /// The sizes of the capacity drives, each drive for itself.
    var driveSizes: [ByteCount] { capacity.flatMap { Array(repeating: $0.size, count: $0.count) } }
}
