#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Questions to the kernel over a netlink socket. Nothing here changes anything: only requests that read are sent.
enum NetlinkSocket {
    /// The kernel answers from memory; what takes longer than this does not come.
    static let patience: time_t = 2
    /// No answer that is wanted here is longer.
    static let answerLimit = 16 << 20

    /// Sends one request and takes the bytes of the whole answer, as they came.
    /// - Parameters:
    ///   - family: the netlink family: 20 is RDMA.
    ///   - type: the message's type.
    ///   - dumps: whether all entries are asked for; else one message is the answer.
    ///   - attributes: what follows the header.
    static func ask(
        family: CInt, type: UInt16, dumps: Bool, attributes: [UInt8]
    ) throws(NetlinkError) -> [UInt8] {
        let descriptor = socket(AF_NETLINK, CInt(SOCK_RAW.rawValue) | CInt(SOCK_CLOEXEC.rawValue), family)
        guard descriptor >= 0 else { throw .call("socket", code: errno) }
        defer { close(descriptor) }
        var limit = timeval(tv_sec: patience, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        guard unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size) == 0 else {
            throw .call("setsockopt", code: errno)
        }
        let request = NetlinkSocket.request(type: type, dumps: dumps, attributes: attributes)
        guard unsafe send(descriptor, request, request.count, 0) == request.count else {
            throw .call("send", code: errno)
        }
        var answer: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe recv(descriptor, &chunk, chunk.count, 0)
            if count < 0 {
                if errno == EINTR { continue }
                throw .call("recv", code: errno)
            }
            // A datagram of this size may have been cut.
            guard count < chunk.count, answer.count + count <= answerLimit else {
                throw .tooMany(limit: answerLimit)
            }
            let datagram = Array(chunk.prefix(count))
            answer += datagram
            if count == 0 || !dumps || isLast(datagram) { return answer }
        }
    }

    /// `struct nlmsghdr` with `NLM_F_REQUEST`, and `NLM_F_DUMP` where all entries are wanted.
    static func request(type: UInt16, dumps: Bool, attributes: [UInt8]) -> [UInt8] {
        let flags: UInt16 = dumps ? 0x301 : 0x001
        return bytes(UInt32(16 + attributes.count)) + bytes(type) + bytes(flags) + bytes(UInt32(1)) + bytes(UInt32(0))
            + attributes
    }

    /// An attribute of 32 bits.
    static func attribute(_ type: UInt16, _ value: UInt32) -> [UInt8] { bytes(UInt16(8)) + bytes(type) + bytes(value) }

    /// An attribute that is a text.
    static func attribute(_ type: UInt16, _ text: String) -> [UInt8] {
        let value = Array(text.utf8) + [0]
        let padding = [UInt8](repeating: 0, count: (4 - value.count % 4) % 4)
        return bytes(UInt16(4 + value.count)) + bytes(type) + value + padding
    }

    private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
        unsafe withUnsafeBytes(of: value.littleEndian) { unsafe [UInt8]($0) }
    }

    /// Whether a datagram holds the message that ends a dump. What is no message ends it as well: the reader says why.
    static func isLast(_ datagram: [UInt8]) -> Bool {
        var offset = 0
        while datagram.count - offset >= 16 {
            let length = Int(datagram[offset]) | Int(datagram[offset + 1]) << 8 | Int(datagram[offset + 2]) << 16
            let type = UInt16(datagram[offset + 4]) | UInt16(datagram[offset + 5]) << 8
            if type == NetlinkMessage.done || type == NetlinkMessage.error || length < 16 { return true }
            offset += (length + 3) & ~3
        }
        return false
    }
}
