import RDMAModel

extension ControlMessage {
    /// Where an end takes datagrams, and what it takes.
    struct DatagramPort: Sendable, Hashable, Codable {
        var queuePair: UInt32
        /// What a datagram must carry to arrive; drawn for the session.
        var key: UInt32
        /// 16 bytes.
        var gid: [UInt8]
        /// The port's number in its InfiniBand subnet; 0 on Ethernet.
        var lid: UInt16
        /// With what each message of the session begins; the client draws it.
        var mark: UInt64
    }

    /// The next messages.
    struct Datagrams: Sendable, Hashable, Codable {
        var sizeBytes: UInt64
        /// The number of the first; one with a lower number belongs to what was before.
        var first: UInt64
    }

    /// What became of them at the far program.
    struct DatagramsDone: Sendable, Hashable, Codable {
        var arrivals: Arrivals
    }
}
