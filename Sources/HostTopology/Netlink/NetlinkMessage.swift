/// A message of Linux's netlink protocol, taken from bytes that are trusted in nothing: each length is checked against
/// what is there before it is used.
public struct NetlinkMessage: Sendable, Hashable {
    /// What kind of message it is.
    public var type: UInt16
    /// What follows the header.
    public var payload: [UInt8]

    /// `NLMSG_ERROR` and `NLMSG_DONE`.
    static let error: UInt16 = 2
    static let done: UInt16 = 3

    /// More messages than any host's devices make.
    static let limit = 65_536

    /// Takes messages apart: `struct nlmsghdr` and payload, one after another, each beginning at a multiple of 4.
    ///
    /// Ends at `NLMSG_DONE`; empty messages of the kind `NLMSG_NOOP` are left out.
    /// - Throws: ``NetlinkError`` for bytes that are no messages, and for an error that the kernel reports, in a message of
    ///   its own or at the end of a dump.
    public static func messages(in bytes: [UInt8]) throws(NetlinkError) -> [NetlinkMessage] {
        var messages: [NetlinkMessage] = []
        var offset = 0
        while offset < bytes.count {
            guard bytes.count - offset >= 16 else {
                throw .truncated(at: offset, needed: 16, found: bytes.count - offset)
            }
            let length = Int(bytes.hostUInt32(at: offset))
            guard length >= 16 else { throw .length(at: offset, found: length, least: 16) }
            guard length <= bytes.count - offset else {
                throw .truncated(at: offset, needed: length, found: bytes.count - offset)
            }
            let type = bytes.hostUInt16(at: offset + 4)
            let payload = Array(bytes[(offset + 16)..<(offset + length)])
            switch type {
            case NetlinkMessage.done:
                // It says how the dump ended: one that failed half way ends with an error here, and what came before it
                // is not all that there is.
                let code = payload.count >= 4 ? Int32(bitPattern: payload.hostUInt32(at: 0)) : 0
                if code < 0 { throw .refused(code: code == .min ? .max : -code) }
                return messages
            case NetlinkMessage.error:
                guard payload.count >= 4 else { throw .truncated(at: offset + 16, needed: 4, found: payload.count) }
                let code = Int32(bitPattern: payload.hostUInt32(at: 0))
                // 0 is an acknowledgement.
                if code != 0 { throw .refused(code: code == .min ? .max : abs(code)) }
            case 1: break
            default:
                guard messages.count < NetlinkMessage.limit else { throw .tooMany(limit: NetlinkMessage.limit) }
                messages.append(NetlinkMessage(type: type, payload: payload))
            }
            // The last message may end without padding.
            offset += (length + 3) & ~3
        }
        return messages
    }

    /// The attributes of the payload.
    public func attributes() throws(NetlinkError) -> NetlinkAttributes { try NetlinkAttributes(payload, depth: 0) }
}

/// What is wrong with bytes that should be netlink messages.
public enum NetlinkError: Error, Sendable, Hashable {
    /// At this byte more is announced than there is.
    case truncated(at: Int, needed: Int, found: Int)
    /// At this byte a length is too small to hold its own header.
    case length(at: Int, found: Int, least: Int)
    /// An attribute has another size than its kind has, in bytes.
    case size(attribute: UInt16, expected: Int, found: Int)
    /// A text without its end, or that is not UTF-8.
    case text(attribute: UInt16)
    /// Attributes within attributes, deeper than any message has.
    case tooDeep(limit: Int)
    /// More than any host has.
    case tooMany(limit: Int)
    /// The answer lacks the message that ends it: there may be more than it holds.
    case unfinished
    /// The kernel says no, with this errno value.
    case refused(code: Int32)
    /// A call failed, with this errno value.
    case call(String, code: Int32)
    /// There is no answer to be had: the tree was captured without.
    case notCaptured
}

extension NetlinkError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .truncated(let at, let needed, let found):
            "byte \(at) announces \(needed) bytes and \(found) are there"
        case .length(let at, let found, let least): "byte \(at) gives a length of \(found), at least \(least) is needed"
        case .size(let attribute, let expected, let found):
            "attribute \(attribute) has \(found) bytes, \(expected) are its size"
        case .text(let attribute): "attribute \(attribute) is no text with an end"
        case .tooDeep(let limit): "attributes nest deeper than \(limit)"
        case .tooMany(let limit): "more than \(limit) entries"
        case .unfinished: "the answer ends before its last message"
        case .refused(let code): "the kernel answered with errno \(code)"
        case .call(let call, let code): "\(call) failed with errno \(code)"
        case .notCaptured: "the tree was captured without it"
        }
    }
}

/// The attributes of a message or of another attribute.
public struct NetlinkAttributes: Sendable {
    private let list: [(type: UInt16, value: [UInt8])]
    private let depth: Int

    /// No message that is read here nests deeper than 3.
    static let depthLimit = 8
    static let limit = 65_536

    init(_ bytes: [UInt8], depth: Int) throws(NetlinkError) {
        guard depth < NetlinkAttributes.depthLimit else { throw .tooDeep(limit: NetlinkAttributes.depthLimit) }
        self.depth = depth
        var list: [(type: UInt16, value: [UInt8])] = []
        var offset = 0
        while offset < bytes.count {
            guard bytes.count - offset >= 4 else {
                throw .truncated(at: offset, needed: 4, found: bytes.count - offset)
            }
            let length = Int(bytes.hostUInt16(at: offset))
            guard length >= 4 else { throw .length(at: offset, found: length, least: 4) }
            guard length <= bytes.count - offset else {
                throw .truncated(at: offset, needed: length, found: bytes.count - offset)
            }
            guard list.count < NetlinkAttributes.limit else { throw .tooMany(limit: NetlinkAttributes.limit) }
            // The two highest bits say "nested" and "network order".
            list.append((bytes.hostUInt16(at: offset + 2) & 0x3fff, Array(bytes[(offset + 4)..<(offset + length)])))
            offset += (length + 3) & ~3
        }
        self.list = list
    }

    /// The bytes of the first attribute of a type; `nil` where there is none.
    public func bytes(_ type: UInt16) -> [UInt8]? { list.first { $0.type == type }?.value }

    /// A number of 8 bits.
    public func uint8(_ type: UInt16) throws(NetlinkError) -> UInt8? { try sized(type, 1).map { $0[0] } }

    /// A number of 32 bits in the host's byte order.
    public func uint32(_ type: UInt16) throws(NetlinkError) -> UInt32? {
        try sized(type, 4).map { $0.hostUInt32(at: 0) }
    }

    /// A number of 64 bits in the host's byte order.
    public func uint64(_ type: UInt16) throws(NetlinkError) -> UInt64? {
        try sized(type, 8).map { bytes in
            UInt64(bytes.hostUInt32(at: 0)) | UInt64(bytes.hostUInt32(at: 4)) << 32
        }
    }

    /// A text that ends with a zero byte.
    public func text(_ type: UInt16) throws(NetlinkError) -> String? {
        guard let bytes = bytes(type) else { return nil }
        guard bytes.count <= 4096, let end = bytes.firstIndex(of: 0),
            let text = String(validating: bytes[..<end], as: UTF8.self)
        else { throw .text(attribute: type) }
        return text
    }

    /// The attributes within the first attribute of a type; `nil` where there is none.
    public func nested(_ type: UInt16) throws(NetlinkError) -> NetlinkAttributes? {
        guard let bytes = bytes(type) else { return nil }
        return try NetlinkAttributes(bytes, depth: depth + 1)
    }

    /// The attributes within each attribute of a type.
    public func all(_ type: UInt16) throws(NetlinkError) -> [NetlinkAttributes] {
        var found: [NetlinkAttributes] = []
        for attribute in list where attribute.type == type {
            found.append(try NetlinkAttributes(attribute.value, depth: depth + 1))
        }
        return found
    }

    private func sized(_ type: UInt16, _ size: Int) throws(NetlinkError) -> [UInt8]? {
        guard let bytes = bytes(type) else { return nil }
        guard bytes.count == size else { throw .size(attribute: type, expected: size, found: bytes.count) }
        return bytes
    }
}

extension [UInt8] {
    // Netlink is in the byte order of the host that speaks it. Only little-endian hosts are supported, so that a
    // capture reads the same wherever it is looked at.
    fileprivate func hostUInt16(at offset: Int) -> UInt16 { UInt16(self[offset]) | UInt16(self[offset + 1]) << 8 }

    fileprivate func hostUInt32(at offset: Int) -> UInt32 {
        UInt32(hostUInt16(at: offset)) | UInt32(hostUInt16(at: offset + 2)) << 16
    }
}
