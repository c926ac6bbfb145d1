/// What a probe is going to measure over unreliable datagrams: messages that nobody repeats, one at a time, each
/// answered by the far program.
public struct DatagramPlan: Sendable, Hashable, Codable {
    /// Message sizes in bytes, in the order in which they are measured; a message is one packet.
    public var sizesBytes: [UInt64]
    /// A message whose answer has not come after this time is lost.
    public var timeoutNanoseconds: UInt64

    private enum CodingKeys: String, CodingKey {
        case sizesBytes = "sizes_bytes"
        case timeoutNanoseconds = "timeout_ns"
    }

    public init(sizesBytes: [UInt64], timeoutNanoseconds: UInt64 = 500_000_000) {
        self.sizesBytes = sizesBytes
        self.timeoutNanoseconds = timeoutNanoseconds
    }

    /// The smallest message: the mark of the session and the message's number.
    public static let smallestBytes: UInt64 = 16
}
