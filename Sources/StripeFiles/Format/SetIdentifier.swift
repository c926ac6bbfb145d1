import StorageMath

/// What ties the shards of one file together: 128 bits that follow from the striping and the content.
///
/// The same file striped the same way has the same identifier, so such shards can stand in for each other; and after a
/// repair or a decoding it shows that the content is what was striped. It tells accidents apart, not an attacker.
public struct SetIdentifier: Sendable, Hashable {
    /// The first half, as a number.
    public let high: UInt64
    /// The second half.
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads 32 hexadecimal digits; `nil` of anything else.
    public init?(_ digits: String) {
        let text = Array(digits)
        guard text.count == 32, text.allSatisfy({ $0.isASCII && $0.isHexDigit }),
            let high = UInt64(String(text[..<16]), radix: 16), let low = UInt64(String(text[16...]), radix: 16)
        else { return nil }
        self.init(high: high, low: low)
    }
}

extension SetIdentifier: CustomStringConvertible {
    /// 32 hexadecimal digits.
    public var description: String { SetIdentifier.digits(high) + SetIdentifier.digits(low) }

    private static func digits(_ half: UInt64) -> String {
        let text = String(half, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }
}

/// Calculates a set's identifier from the checksums of the data units, in the order of the file.
struct SetDigest: Sendable {
    private var high: UInt64 = 0x6a09_e667_f3bc_c908
    private var low: UInt64 = 0xbb67_ae85_84ca_a73b

    init(_ striping: Striping) {
        absorb(UInt64(ShardHeader.number(of: striping.layout)))
        absorb(UInt64(ShardHeader.number(of: striping.convention)))
        for count in [
            striping.layout.data, striping.layout.localParities, striping.layout.globalParities, striping.unit,
        ] { absorb(UInt64(count)) }
    }

    /// Takes in the checksum of the next data unit.
    mutating func absorb(checksum: UInt32) { absorb(UInt64(checksum)) }

    /// The identifier of a file of so many bytes.
    func identifier(length: Int) -> SetIdentifier {
        var last = self
        last.absorb(UInt64(length))
        return SetIdentifier(high: last.high, low: last.low)
    }

    /// Each half is a permutation for any word, so two contents that differ in one unit's checksum never agree.
    private mutating func absorb(_ word: UInt64) {
        high = SetDigest.mixed(high ^ word)
        low = SetDigest.mixed(low &+ word &* 0x9e37_79b9_7f4a_7c15)
    }

    /// The finalizer of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA
    /// 2014), a permutation of 64 bits; beside it a constant, so that zero does not stay zero.
    private static func mixed(_ word: UInt64) -> UInt64 {
        var mixed = word &+ 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
