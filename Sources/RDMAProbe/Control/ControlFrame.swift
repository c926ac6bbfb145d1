/// One message on the control connection: a header of 12 bytes and a payload.
///
/// | bytes | what |
/// |---|---|
/// | 0–3 | `RDPC` |
/// | 4–5 | version of the protocol, big endian |
/// | 6–7 | kind of the message, big endian |
/// | 8–11 | length of the payload, big endian, at most 65 524 |
///
/// The header is judged before anything is reserved for the payload, and the version before the rest of the header, so
/// that two versions can still tell each other why they part.
struct ControlFrame: Sendable, Hashable {
    var kind: UInt16
    var payload: [UInt8]

    static let magic: [UInt8] = Array("RDPC".utf8)
    /// The version that this program speaks.
    static let version: UInt16 = 1
    static let headerLength = 12
    /// The longest payload: a frame is at most 64 KiB.
    static let payloadLimit = 65_536 - headerLength

    /// The frame's bytes.
    /// - Precondition: the payload is within its limit.
    func encoded(version: UInt16 = ControlFrame.version) -> [UInt8] {
        precondition(payload.count <= ControlFrame.payloadLimit, "a control payload is at most 65524 bytes")
        let length = UInt32(payload.count)
        var bytes = ControlFrame.magic
        bytes += [UInt8(version >> 8), UInt8(version & 0xff), UInt8(kind >> 8), UInt8(kind & 0xff)]
        bytes += [UInt8(length >> 24), UInt8(length >> 16 & 0xff), UInt8(length >> 8 & 0xff), UInt8(length & 0xff)]
        return bytes + payload
    }
}

/// Why bytes are no frame.
enum ControlFrameError: Error, Sendable, Hashable {
    /// They do not begin as a frame does.
    case notTheProtocol
    /// A frame of another version.
    case version(UInt16)
    /// A payload longer than the limit.
    case tooLong(UInt32)
}

/// Cuts a stream of bytes into frames. Holds at most one frame.
struct ControlFrameDecoder: Sendable {
    private var buffer: [UInt8] = []

    /// How many bytes to feed at most, so that the buffer stays within one frame.
    var wanted: Int {
        guard buffer.count >= ControlFrame.headerLength else { return ControlFrame.headerLength - buffer.count }
        return ControlFrame.headerLength + payloadLength - buffer.count
    }

    private var payloadLength: Int {
        Int(UInt32(buffer[8]) << 24 | UInt32(buffer[9]) << 16 | UInt32(buffer[10]) << 8 | UInt32(buffer[11]))
    }

    /// Takes in bytes, at most as many as are wanted, and returns the frame that they complete. A frame without a payload
    /// allocates nothing once there was one before it: no slice may hold the buffer when it is emptied.
    mutating func feed(_ bytes: some Collection<UInt8>) throws(ControlFrameError) -> ControlFrame? {
        buffer.append(contentsOf: bytes.prefix(wanted))
        for index in 0..<min(buffer.count, ControlFrame.magic.count) where buffer[index] != ControlFrame.magic[index] {
            throw .notTheProtocol
        }
        if buffer.count >= 6 {
            let version = UInt16(buffer[4]) << 8 | UInt16(buffer[5])
            guard version == ControlFrame.version else { throw .version(version) }
        }
        guard buffer.count >= ControlFrame.headerLength else { return nil }
        let length = payloadLength
        guard length <= ControlFrame.payloadLimit else { throw .tooLong(UInt32(clamping: length)) }
        guard buffer.count == ControlFrame.headerLength + length else { return nil }
        let kind = UInt16(buffer[6]) << 8 | UInt16(buffer[7])
        let payload = length == 0 ? [] : Array(buffer[ControlFrame.headerLength...])
        buffer.removeAll(keepingCapacity: true)
        return ControlFrame(kind: kind, payload: payload)
    }
}
