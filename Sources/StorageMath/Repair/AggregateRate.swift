public import ClusterCore

/// Drives or links that work side by side: how many, and how fast each is.
public struct AggregateRate: Sendable, Hashable {
    /// How many there are.
    public let count: Int
    /// What each moves, in payload.
    public let rate: ByteRate

    /// Drives that are read or written together: 1 to 416, the most that a pool has.
    /// - Throws: where the count is out of bounds, or the rate is zero.
    public static func drives(_ count: Int, at rate: ByteRate) throws(StorageMathError) -> AggregateRate {
        try StorageMathError.require(
            count, in: ClusterShape.driveRange, "drives side by side", remedy: "a pool holds 1 to 416 drives")
        return try AggregateRate(count, rate, "rate of a drive")
    }

    /// Links that receive together: 1 to 256, all servers' together.
    ///
    /// Eight bits a byte: what framing adds on the wire is not taken off.
    /// - Throws: where the count is out of bounds, or the rate is below a byte a second.
    public static func links(_ count: Int, at rate: BitRate) throws(StorageMathError) -> AggregateRate {
        try StorageMathError.require(
            count, in: 1...256, "links side by side", remedy: "16 servers have up to 16 storage ports each")
        // Towards zero an eighth always exists.
        return try AggregateRate(count, ByteRate(bytesPerSecond: rate.bitsPerSecond / 8), "rate of a link")
    }

    private init(_ count: Int, _ rate: ByteRate, _ quantity: String) throws(StorageMathError) {
        guard rate > .zero else {
            throw StorageMathError(
                quantity, "\(rate)", bound: "above 0 B/s", remedy: "write what was measured or what the vendor says")
        }
        self.count = count
        self.rate = rate
    }

    /// What all of them move together when only these shares of it are given, in whole bytes a second, rounded down.
    func total(_ shares: Fraction...) throws(UnitError) -> ByteRate {
        var bytes = ByteCount(bytes: try rate.multiplied(by: UInt64(count)).bytesPerSecond)
        for share in shares { bytes = try bytes.multiplied(by: share, rounding: .down) }
        return ByteRate(bytesPerSecond: bytes.bytes)
    }
}
