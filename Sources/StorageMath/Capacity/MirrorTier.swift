public import ClusterCore

/// The mirror in front of parity: how large it should be for what is written each day.
public struct MirrorTier: Sendable, Hashable {
    /// The least and the most that is advised.
    public let size: ClosedRange<ByteCount>

    /// The size for a day's writes: 1.5 to 2 times as much (Microsoft, plan-volumes: 100 GB a day, 150 to 200 GB of mirror).
    public init(writtenDaily: ByteCount) throws(UnitError) {
        let least = try writtenDaily.multiplied(by: .ratio(3, 2), rounding: .up)
        size = try least...writtenDaily.multiplied(by: UInt64(2))
    }

    /// What writes come down to once the mirror is full and parity takes them at once: a tenth (Microsoft, plan-volumes: 400
    /// MB/s fall to 40).
    public static func throughputWhenFull(of rate: ByteRate) -> ByteRate {
        ByteRate(bytesPerSecond: rate.bytesPerSecond / 10)
    }
}
