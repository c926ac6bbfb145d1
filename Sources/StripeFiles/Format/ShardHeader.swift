public import StorageMath

/// The first 64 bytes of a shard: what it is a shard of.
///
/// Little endian; `Docs/ShardFormat.md` has the table. The last four bytes are the CRC-32C of those before, so a header
/// that was damaged is never taken at its word.
public struct ShardHeader: Sendable, Hashable {
    /// How the file lies over its shards.
    public let striping: Striping
    /// Which shard this is, from 0: data, local parities, global parities.
    public let index: Int
    /// Bytes of the file.
    public let length: Int
    /// The same in all shards of a file.
    public let set: SetIdentifier

    /// Bytes that a header takes.
    public static let byteCount = 64
    /// The version that is written, and the only one that is read.
    public static let version: UInt16 = 1
    /// The first eight bytes. The first is no ASCII and line ends follow, so that no text begins so and a transfer that
    /// converts text is found out.
    public static let magic: [UInt8] = [0x89, 0x53, 0x48, 0x52, 0x44, 0x0d, 0x0a, 0x1a]

    /// A header; the index is one of the code's.
    public init(striping: Striping, index: Int, length: Int, set: SetIdentifier) throws(StorageMathError) {
        guard (0..<striping.layout.symbols).contains(index) else {
            throw StorageMathError(
                "index of a shard of \(striping.layout)", "\(index)", bound: "0 to \(striping.layout.symbols - 1)",
                remedy: "shards count from 0")
        }
        guard (0...StripeGeometry.lengthLimit).contains(length) else {
            throw StorageMathError(
                "bytes of a striped file", "\(length)", bound: "0 to \(StripeGeometry.lengthLimit)",
                remedy: "stripe parts of it")
        }
        self.striping = striping
        self.index = index
        self.length = length
        self.set = set
    }

    /// Where everything lies.
    public var geometry: StripeGeometry { StripeGeometry(striping, length: length) }

    private static let conventions: [(number: UInt8, convention: CodeConvention)] = [
        (1, .vandermondePowers), (2, .cauchy1), (3, .backblaze), (4, .zfec), (5, .jerasure), (6, .raidZ), (7, .par1),
    ]

    /// The number that stands for a convention; 0 for one without a name, which no striping has.
    static func number(of convention: CodeConvention) -> UInt8 {
        conventions.first { $0.convention == convention }?.number ?? 0
    }

    static func convention(numbered number: UInt8) -> CodeConvention? {
        conventions.first { $0.number == number }?.convention
    }

    /// The number that stands for the kind of code: 1 Reed-Solomon, 2 local reconstruction.
    static func number(of layout: ErasureLayout) -> UInt8 { layout.localParities == 0 ? 1 : 2 }
}
