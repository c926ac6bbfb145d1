import StorageMath

/// Where the units of a file of some length lie: stripe by stripe in the file, unit by unit in each shard.
///
/// All stripes but the last are full. Where the last holds fewer than *k* units of data, its units are shorter: what is
/// left divided by *k*, rounded up, the end filled with zeros.
public struct StripeGeometry: Sendable, Hashable {
    /// How the file lies over the shards.
    public let striping: Striping
    /// Bytes of the file.
    public let length: Int
    /// Stripes whose units are full.
    public let fullStripes: Int
    /// Bytes of each unit of the last stripe; 0 where all are full.
    public let tail: Int

    /// Bytes that a file may have: 64 PiB.
    public static let lengthLimit = 1 << 56

    /// - Parameter length: 0 to ``lengthLimit``; what is beyond counts as the nearer of them.
    public init(_ striping: Striping, length: Int) {
        self.striping = striping
        self.length = min(max(length, 0), StripeGeometry.lengthLimit)
        let data = striping.layout.data
        let stripe = data * striping.unit
        fullStripes = self.length / stripe
        tail = (self.length % stripe + data - 1) / data
    }

    /// All stripes, as many as a shard has units.
    public var stripes: Int { fullStripes + (tail > 0 ? 1 : 0) }

    /// Bytes of each unit of a stripe.
    public func unitLength(of stripe: Int) -> Int { stripe < fullStripes ? striping.unit : tail }

    /// Bytes of each shard's file.
    public var shardBytes: Int {
        ShardHeader.byteCount + fullStripes * (striping.unit + UnitChecksum.byteCount)
            + (tail > 0 ? tail + UnitChecksum.byteCount : 0)
    }

    /// Where the unit of a stripe begins in a shard's file.
    public func offset(of stripe: Int) -> Int {
        ShardHeader.byteCount + stripe * (striping.unit + UnitChecksum.byteCount)
    }

    /// The bytes of the file that a stripe holds.
    public func fileBytes(of stripe: Int) -> Range<Int> {
        let start = stripe * striping.layout.data * striping.unit
        return start..<min(start + striping.layout.data * striping.unit, length)
    }

    /// The bytes of the file that stripes hold.
    func fileBytes(of stripes: Range<Int>) -> Range<Int> {
        let stripe = striping.layout.data * striping.unit
        return min(stripes.lowerBound * stripe, length)..<min(stripes.upperBound * stripe, length)
    }
}
