#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import ClusterCore
import RDMAModel

/// Sockets of the control connection.
enum TCP {
    private static func makeSocket(for address: SocketAddress) -> CInt {
        let descriptor = socket(address.address.isIPv4 ? AF_INET : AF_INET6, CInt(SOCK_STREAM.rawValue), 0)
        if descriptor >= 0 {
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        }
        return descriptor
    }

    private static func withSocketAddress(
        _ address: SocketAddress, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
    ) -> CInt {
        unsafe address.bytes.withUnsafeBytes { buffer in
            guard let start = buffer.baseAddress else { return -1 }
            return unsafe body(start.assumingMemoryBound(to: sockaddr.self), socklen_t(buffer.count))
        }
    }

    /// Connects to a peer.
    /// - Throws: the errno value of the call that failed, or `ETIMEDOUT` when the deadline is over.
    static func connect(
        to peer: SocketAddress, from source: SocketAddress?, until deadline: Deadline, cancellation: Cancellation
    ) throws -> CInt {
        let descriptor = makeSocket(for: peer)
        guard descriptor >= 0 else { throw CallFailed(call: "socket", code: errno) }
        var keep = false
        defer { if !keep { close(descriptor) } }
        if let source {
            let code = unsafe withSocketAddress(source) { unsafe bind(descriptor, $0, $1) }
            if code != 0 { throw CallFailed(call: "bind", code: errno) }
        }
        let code = unsafe withSocketAddress(peer) { unsafe Glibc.connect(descriptor, $0, $1) }
        if code != 0 {
            guard errno == EINPROGRESS else { throw CallFailed(call: "connect", code: errno) }
            let ready = try FileDescriptor.wait(
                [descriptor], for: .writable, until: deadline, cancellation: cancellation)
            guard ready[0] else { throw CallFailed(call: "connect", code: ETIMEDOUT) }
            var outcome: CInt = 0
            var length = socklen_t(MemoryLayout<CInt>.size)
            unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &outcome, &length)
            if outcome != 0 { throw CallFailed(call: "connect", code: outcome) }
        }
        keep = true
        return descriptor
    }

    /// The address from which the route to a peer leads, or `nil` where there is none. Sends nothing.
    static func routeSource(to peer: SocketAddress) -> SocketAddress? {
        let descriptor = socket(peer.address.isIPv4 ? AF_INET : AF_INET6, CInt(SOCK_DGRAM.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard unsafe withSocketAddress(peer, { unsafe Glibc.connect(descriptor, $0, $1) }) == 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: 128)
        var length = socklen_t(bytes.count)
        let code = unsafe bytes.withUnsafeMutableBytes { buffer -> CInt in
            guard let start = buffer.baseAddress else { return -1 }
            return unsafe getsockname(descriptor, start.assumingMemoryBound(to: sockaddr.self), &length)
        }
        guard code == 0, var source = SocketAddress(bytes: Array(bytes.prefix(Int(length)))) else { return nil }
        source.port = 0
        return source
    }

    /// Listens on an address.
    static func listen(on address: SocketAddress) throws -> CInt {
        let descriptor = makeSocket(for: address)
        guard descriptor >= 0 else { throw CallFailed(call: "socket", code: errno) }
        var keep = false
        defer { if !keep { close(descriptor) } }
        var one: CInt = 1
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<CInt>.size))
        if !address.address.isIPv4 {
            unsafe setsockopt(descriptor, CInt(IPPROTO_IPV6), IPV6_V6ONLY, &one, socklen_t(MemoryLayout<CInt>.size))
        }
        if unsafe withSocketAddress(address, { unsafe bind(descriptor, $0, $1) }) != 0 {
            throw CallFailed(call: "bind", code: errno)
        }
        if Glibc.listen(descriptor, 64) != 0 { throw CallFailed(call: "listen", code: errno) }
        keep = true
        return descriptor
    }

    /// Takes a connection that waits, or `nil` where none does.
    static func accept(on listener: CInt) -> CInt? {
        let descriptor = Glibc.accept(listener, nil, nil)
        guard descriptor >= 0 else {
            // The connection stays in the queue and wakes its listener at once again: give sessions the time to end.
            if [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) { usleep(50_000) }
            return nil
        }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return descriptor
    }
}

/// A system call that failed.
struct CallFailed: Error, Sendable, Hashable {
    let call: String
    let code: CInt

    /// The cause in a report.
    var cause: ProbeFailure.Cause { .errno(call: call, code: ErrorNumber(rawValue: code)) }
}
