public import ClusterCore

/// How much cache a server should begin with, and how its drives are bound to each other.
public enum CacheSizing {
    /// The share of capacity that the cache should begin with: 10 % with hard disks, 5 % all-flash (Microsoft,
    /// choose-drives: 16 TB of disks go with 1.6 TB, 28.8 TB of flash with about 1.5 TB).
    public static func share(_ media: ClusterShape.Media) -> Fraction {
        media == .hybrid ? .ratio(1, 10) : .ratio(1, 20)
    }

    /// The cache that a server's capacity asks for, rounded up to whole bytes.
    public static func cache(
        for capacity: ByteCount, _ media: ClusterShape.Media
    ) throws(UnitError) -> ByteCount {
        try capacity.multiplied(by: share(media), rounding: .up)
    }

    /// Capacity drives for each cache drive, exact: 4 for 16 on 4; 9/4 is uneven, and cache drives then serve unlike
    /// numbers.
    /// - Parameters:
    ///   - capacityDrives: 1 to 416.
    ///   - cacheDrives: 1 to 416.
    public static func driveRatio(capacityDrives: Int, cacheDrives: Int) throws(StorageMathError) -> Fraction {
        for (count, name) in [(capacityDrives, "capacity drives"), (cacheDrives, "cache drives")] {
            try StorageMathError.require(
                count, in: ClusterShape.driveRange, name, remedy: "a pool holds at most 416 drives")
        }
        return .ratio(Int32(capacityDrives), Int32(cacheDrives))
    }

    /// What a cache does: it keeps writes everywhere, and reads too in front of hard disks (Microsoft, cache).
    public static func cachesReads(_ media: ClusterShape.Media) -> Bool { media == .hybrid }
}
