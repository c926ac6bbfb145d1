/// A number of bytes, exact.
public struct ByteCount: Sendable, Hashable, Comparable {
    /// The number of bytes.
    public let bytes: UInt64

    public init(bytes: UInt64) { self.bytes = bytes }

    public static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }
}
