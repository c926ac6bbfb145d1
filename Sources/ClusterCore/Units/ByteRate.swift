/// A number of bytes a second, exact: the speed of a disk or of a payload.
///
/// See ``BitRate`` for links. In JSON it is a whole number of bytes a second; a text such as `"3 GB/s"` is read too.
public struct ByteRate: Sendable, Hashable, Comparable {
    /// The number of bytes a second.
    public let bytesPerSecond: UInt64

    public init(bytesPerSecond: UInt64) { self.bytesPerSecond = bytesPerSecond }

    /// No bytes.
    public static let zero = ByteRate(bytesPerSecond: 0)

    public static func < (left: ByteRate, right: ByteRate) -> Bool { left.bytesPerSecond < right.bytesPerSecond }
}

extension ByteRate: CustomStringConvertible {
    /// Reads a byte rate: `3 GB/s`, `512 MiB/s`, `4096 B/s`.
    public init(parsing text: String) throws(UnitError) {
        bytesPerSecond = try ByteRate.units.read(text).magnitude
    }

    /// The exact rate: as ``ByteCount/description`` says it where that needs no plain bytes (`4 MiB/s`), else with at
    /// most three decimals (`12.5 GB/s`). Reads back as the same value.
    public var description: String {
        let whole = ByteCount(bytes: bytesPerSecond).description
        return whole.hasSuffix(" B") ? UnitTable.exactText(bytesPerSecond, scales: ByteRate.scales) : "\(whole)/s"
    }

    private static let scales: [(unit: String, worth: UInt64)] = [
        ("TB/s", 1_000_000_000_000), ("GB/s", 1_000_000_000), ("MB/s", 1_000_000), ("kB/s", 1000), ("B/s", 1),
    ]

    static let units = UnitTable(
        .byteRate, smallest: "bytes a second",
        spellings: scales + [
            ("EB/s", 1_000_000_000_000_000_000), ("PB/s", 1_000_000_000_000_000), ("EiB/s", 1 << 60),
            ("PiB/s", 1 << 50), ("TiB/s", 1 << 40), ("GiB/s", 1 << 30), ("MiB/s", 1 << 20), ("KiB/s", 1 << 10),
        ],
        ambiguous: [
            "T": ["TB/s", "Tbit/s"], "G": ["GB/s", "Gbit/s"], "M": ["MB/s", "Mbit/s"], "k": ["kB/s", "kbit/s"],
            "K": ["kB/s", "kbit/s"], "KB/s": ["kB/s", "KiB/s"],
        ],
        offered: "B/s, kB/s, MB/s, GB/s, TB/s, KiB/s, MiB/s, GiB/s, TiB/s", example: "3GB/s")
}

extension ByteRate {
    /// The sum, or an error where it is too large to hold.
    public func adding(_ other: ByteRate) throws(UnitError) -> ByteRate {
        ByteRate(
            bytesPerSecond: try bytesPerSecond.checkedSum(other.bytesPerSecond, .byteRate) { "\(self) + \(other)" })
    }

    /// The difference, or an error where it is below zero.
    public func subtracting(_ other: ByteRate) throws(UnitError) -> ByteRate {
        ByteRate(
            bytesPerSecond: try bytesPerSecond.checkedDifference(other.bytesPerSecond, .byteRate) {
                "\(self) - \(other)"
            })
    }

    /// The product, or an error where it is too large to hold.
    public func multiplied(by factor: UInt64) throws(UnitError) -> ByteRate {
        ByteRate(
            bytesPerSecond: try bytesPerSecond.checkedScale(factor, 1, .exact, .byteRate) { "\(self) * \(factor)" })
    }
}
