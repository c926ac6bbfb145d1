/// A number of bytes, exact, from zero to 16 EiB − 1 byte.
///
/// ```swift
/// let drive = try ByteCount(parsing: "2TB")
/// drive.bytes       // 2_000_000_000_000
/// "\(drive)"        // "2 TB", exact
/// drive.humanText   // "2 TB (1.82 TiB)", rounded
/// ```
///
/// Decimal units (kB, MB, GB, TB, PB, EB) are powers of 1000 and binary units (KiB, MiB, GiB, TiB, PiB, EiB) powers
/// of 1024, as in IEC 80000-13. In JSON it is a whole number of bytes; a text such as `"64KiB"` is read too.
public struct ByteCount: Sendable, Hashable, Comparable {
    /// The number of bytes.
    public let bytes: UInt64

    public init(bytes: UInt64) { self.bytes = bytes }

    /// No bytes.
    public static let zero = ByteCount(bytes: 0)

    public static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }
}
