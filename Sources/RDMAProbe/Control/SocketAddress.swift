#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
public import ClusterCore

/// An IP address with a port and, for a link-local address, the number of its interface.
public struct SocketAddress: Sendable, Hashable {
    public var address: IPAddress
    public var port: UInt16
    /// The interface of a link-local address; 0 otherwise.
    public var scope: UInt32

    public init(address: IPAddress, port: UInt16, scope: UInt32 = 0) {
        self.address = address
        self.port = port
        self.scope = scope
    }
}

extension SocketAddress: CustomStringConvertible {
    public var description: String { address.isIPv4 ? "\(address):\(port)" : "[\(address)]:\(port)" }
}

extension SocketAddress {
    /// The bytes of `sockaddr_in` or `sockaddr_in6`.
    var bytes: [UInt8] {
        if address.isIPv4 {
            var raw = sockaddr_in()
            raw.sin_family = sa_family_t(AF_INET)
            raw.sin_port = port.bigEndian
            unsafe withUnsafeMutableBytes(of: &raw.sin_addr) { unsafe $0.copyBytes(from: address.bytes) }
            return unsafe withUnsafeBytes(of: raw) { unsafe [UInt8]($0) }
        }
        var raw = sockaddr_in6()
        raw.sin6_family = sa_family_t(AF_INET6)
        raw.sin6_port = port.bigEndian
        raw.sin6_scope_id = scope
        unsafe withUnsafeMutableBytes(of: &raw.sin6_addr) { unsafe $0.copyBytes(from: address.bytes) }
        return unsafe withUnsafeBytes(of: raw) { unsafe [UInt8]($0) }
    }

    /// Reads the bytes of `sockaddr_in` or `sockaddr_in6`; IPv4 within IPv6 becomes IPv4.
    init?(bytes: [UInt8]) {
        guard bytes.count >= 16 else { return nil }
        let family = CInt(UInt16(bytes[0]) | UInt16(bytes[1]) << 8)
        let port = UInt16(bytes[2]) << 8 | UInt16(bytes[3])
        if family == AF_INET, let address = IPAddress(bytes: Array(bytes[4..<8])) {
            self.init(address: address, port: port)
        } else if family == AF_INET6, bytes.count >= 28, let address = IPAddress(bytes: Array(bytes[8..<24])) {
            let scope = bytes[24..<28].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            self.init(address: address.unmapped, port: port, scope: address.isLinkLocal ? scope : 0)
        } else {
            return nil
        }
    }
}

// MARK: Names

extension SocketAddress {
    /// Finds the addresses of a host by its name or address; a link-local address takes its interface behind `%`.
    /// - Returns: the addresses in the resolver's order, or its words where there are none.
    static func resolve(_ host: String, port: UInt16) -> Result<[SocketAddress], ResolverError> {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        var first: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, String(port), &hints, &first)
        guard code == 0 else {
            return .failure(ResolverError(words: unsafe gai_strerror(code).map { unsafe String(cString: $0) } ?? ""))
        }
        defer { unsafe freeaddrinfo(first) }
        var result: [SocketAddress] = []
        var next = unsafe first
        while let entry = unsafe next, result.count < 64 {
            if let pointer = unsafe entry.pointee.ai_addr {
                let bytes = unsafe [UInt8](
                    UnsafeRawBufferPointer(start: pointer, count: Int(entry.pointee.ai_addrlen)))
                if let address = SocketAddress(bytes: bytes), !result.contains(address) { result.append(address) }
            }
            unsafe next = entry.pointee.ai_next
        }
        return .success(result)
    }

    struct ResolverError: Error { let words: String }
}
