/// A number of bits a second, exact: the speed of a link.
///
/// A link is sold in bits and a disk in bytes; ``ByteRate`` is the other one, and only an explicit conversion leads
/// from one to the other. In JSON it is a whole number of bits a second; a text such as `"25GbE"` is read too.
public struct BitRate: Sendable, Hashable, Comparable {
    /// The number of bits a second.
    public let bitsPerSecond: UInt64

    public init(bitsPerSecond: UInt64) { self.bitsPerSecond = bitsPerSecond }

    /// No bits.
    public static let zero = BitRate(bitsPerSecond: 0)

    public static func < (left: BitRate, right: BitRate) -> Bool { left.bitsPerSecond < right.bitsPerSecond }
}

extension BitRate: CustomStringConvertible {
    /// Reads a bit rate: `10 Gbps`, `10Gbit/s`, `100 Mb/s`, `25GbE`. Prefixes are powers of 1000, as in every
    /// standard of networking.
    public init(parsing text: String) throws(UnitError) {
        bitsPerSecond = try BitRate.units.read(text).magnitude
    }

    /// The exact rate in the largest unit in which it has at most three decimals: `10 Gbit/s`, `2.5 Gbit/s`. Reads back
    /// as the same value.
    public var description: String { UnitTable.exactText(bitsPerSecond, scales: BitRate.scales) }

    private static let scales: [(unit: String, worth: UInt64)] = [
        ("Tbit/s", 1_000_000_000_000), ("Gbit/s", 1_000_000_000), ("Mbit/s", 1_000_000), ("kbit/s", 1000), ("bit/s", 1),
    ]

    static let units = UnitTable(
        .bitRate, smallest: "bit/s",
        spellings: scales + [
            ("Tbps", 1_000_000_000_000), ("Gbps", 1_000_000_000), ("Mbps", 1_000_000), ("kbps", 1000), ("bps", 1),
            ("Tb/s", 1_000_000_000_000), ("Gb/s", 1_000_000_000), ("Mb/s", 1_000_000), ("kb/s", 1000), ("b/s", 1),
            ("GbE", 1_000_000_000),
        ],
        ambiguous: [
            "T": ["Tbit/s", "TB/s"], "G": ["Gbit/s", "GB/s"], "M": ["Mbit/s", "MB/s"], "k": ["kbit/s", "kB/s"],
            "K": ["kbit/s", "kB/s"],
        ],
        offered: "bit/s, kbit/s, Mbit/s, Gbit/s, Tbit/s, bps, kbps, Mbps, Gbps, Tbps, GbE", example: "10Gbit/s")
}

extension BitRate {
    /// The sum, or an error where it is too large to hold.
    public func adding(_ other: BitRate) throws(UnitError) -> BitRate {
        BitRate(bitsPerSecond: try bitsPerSecond.checkedSum(other.bitsPerSecond, .bitRate) { "\(self) + \(other)" })
    }

    /// The difference, or an error where it is below zero.
    public func subtracting(_ other: BitRate) throws(UnitError) -> BitRate {
        BitRate(
            bitsPerSecond: try bitsPerSecond.checkedDifference(other.bitsPerSecond, .bitRate) { "\(self) - \(other)" })
    }

    /// The product, or an error where it is too large to hold.
    public func multiplied(by factor: UInt64) throws(UnitError) -> BitRate {
        BitRate(bitsPerSecond: try bitsPerSecond.checkedScale(factor, 1, .exact, .bitRate) { "\(self) * \(factor)" })
    }

    /// The product with a fraction, as in "half of the link"; an error where it is below zero, too large to hold, or
    /// not whole and `rounding` is `exact`.
    public func multiplied(by factor: Fraction, rounding: Rounding) throws(UnitError) -> BitRate {
        let calculation = { "\(self) * \(factor)" }
        guard factor.numerator >= 0 else {
            throw UnitError(calculation(), .bitRate, .negative, remedy: "multiply by zero or more")
        }
        return BitRate(
            bitsPerSecond: try bitsPerSecond.checkedScale(
                factor.numerator.magnitude, factor.denominator.magnitude, rounding, .bitRate, calculation))
    }
}
