import RDMAModel

extension ControlMessage {
    /// About one message whose every byte is compared: to prepare for it, or that it was sent.
    struct Verify: Sendable, Hashable, Codable {
        var operation: Operation
        var sizeBytes: UInt64
        /// What the message is made from; for a compare and swap what was swapped last.
        var seed: UInt64
        var number: UInt64
        /// Whether the message was sent, so that it can be compared; before that it is prepared for.
        var isArrived: Bool
    }

    /// What the server found.
    struct Verified: Sendable, Hashable, Codable {
        /// How the message differs, in one line; `nil` where it does not, or was only prepared for.
        var difference: String?
    }
}
