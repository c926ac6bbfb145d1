/// Messages of one operation at one size of which every byte was compared, at the end where they arrived.
public struct VerifiedCell: Sendable, Hashable, Codable {
    public var operation: Operation
    public var sizeBytes: UInt64
    /// Messages that arrived as they were sent.
    public var messages: UInt64

    private enum CodingKeys: String, CodingKey {
        case operation, messages
        case sizeBytes = "size_bytes"
    }

    public init(operation: Operation, sizeBytes: UInt64, messages: UInt64) {
        self.operation = operation
        self.sizeBytes = sizeBytes
        self.messages = messages
    }
}
