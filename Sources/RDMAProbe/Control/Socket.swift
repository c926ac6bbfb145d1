#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import ClusterCore

/// The calls on TCP sockets that the control connection is made of. None blocks.
enum Socket {
    /// A descriptor, or the errno value of the call that gave none.
    enum Opened: Sendable, Hashable {
        case descriptor(CInt)
        case failed(CInt)
    }

    /// How many bytes were moved, or an errno value: `EAGAIN` where it would have to wait.
    enum Moved: Sendable, Hashable {
        case bytes(Int)
        case failed(CInt)
    }

    /// A socket of the family.
    static func open(isIPv4: Bool) -> Opened {
        if let outside = CurrentOutside.replaced { return outside.openSocket(isIPv4: isIPv4) }
        let descriptor = socket(isIPv4 ? AF_INET : AF_INET6, CInt(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return .failed(errno) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        return .descriptor(descriptor)
    }

    static func close(_ descriptor: CInt) {
        if let outside = CurrentOutside.replaced { return outside.close(descriptor) }
        _ = Glibc.close(descriptor)
    }

    // MARK: Both ends

    /// - Returns: 0, or an errno value.
    static func bind(_ descriptor: CInt, to address: SocketAddress) -> CInt {
        if let outside = CurrentOutside.replaced { return outside.bind(descriptor, to: address) }
        return unsafe withSocketAddress(address) { unsafe Glibc.bind(descriptor, $0, $1) } == 0 ? 0 : errno
    }

    /// - Returns: 0, or an errno value; `EINPROGRESS` where the socket becomes writable when it is known.
    static func connect(_ descriptor: CInt, to address: SocketAddress) -> CInt {
        if let outside = CurrentOutside.replaced { return outside.connect(descriptor, to: address) }
        return unsafe withSocketAddress(address) { unsafe Glibc.connect(descriptor, $0, $1) } == 0 ? 0 : errno
    }

    /// How a connect ended: 0, or an errno value.
    static func pendingError(of descriptor: CInt) -> CInt {
        if let outside = CurrentOutside.replaced { return outside.pendingError(of: descriptor) }
        var outcome: CInt = 0
        var length = socklen_t(MemoryLayout<CInt>.size)
        unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &outcome, &length)
        return outcome
    }

    /// Makes a bound socket a listener.
    /// - Returns: 0, or an errno value.
    static func listen(_ descriptor: CInt) -> CInt {
        if let outside = CurrentOutside.replaced { return outside.listen(descriptor) }
        return Glibc.listen(descriptor, 64) == 0 ? 0 : errno
    }

    /// Lets a listener have its address also while an old connection of it fades, and keeps IPv6 to itself.
    static func prepareListener(_ descriptor: CInt, isIPv4: Bool) {
        guard CurrentOutside.replaced == nil else { return }
        setOption(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
        if !isIPv4 { setOption(descriptor, CInt(IPPROTO_IPV6), IPV6_V6ONLY, 1) }
    }

    static func accept(on listener: CInt) -> Opened {
        if let outside = CurrentOutside.replaced { return outside.accept(on: listener) }
        let descriptor = Glibc.accept(listener, nil, nil)
        guard descriptor >= 0 else { return .failed(errno) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return .descriptor(descriptor)
    }

    // MARK: Streams

    /// Makes a stream one that neither blocks nor collects small messages, and that notices a peer's host that vanished.
    static func prepareStream(_ descriptor: CInt) {
        guard CurrentOutside.replaced == nil else { return }
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        setOption(descriptor, CInt(IPPROTO_TCP), CInt(TCP_NODELAY), 1)
        // A host that vanished without a word is noticed by the kernel, while the program measures.
        setOption(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1)
        setOption(descriptor, CInt(IPPROTO_TCP), CInt(TCP_KEEPIDLE), 2)
        setOption(descriptor, CInt(IPPROTO_TCP), CInt(TCP_KEEPINTVL), 1)
        setOption(descriptor, CInt(IPPROTO_TCP), CInt(TCP_KEEPCNT), 5)
        setOption(descriptor, CInt(IPPROTO_TCP), CInt(TCP_USER_TIMEOUT), 7000)
    }

    private static func setOption(_ descriptor: CInt, _ level: CInt, _ name: CInt, _ value: CInt) {
        var value = value
        unsafe setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<CInt>.size))
    }

    static func send(_ descriptor: CInt, _ bytes: UnsafeRawBufferPointer) -> Moved {
        if let outside = CurrentOutside.replaced { return unsafe outside.send(descriptor, bytes) }
        let count = unsafe Glibc.send(descriptor, bytes.baseAddress, bytes.count, CInt(MSG_NOSIGNAL))
        return count >= 0 ? .bytes(count) : .failed(errno)
    }

    /// `.bytes(0)` is the end of the stream.
    static func receive(_ descriptor: CInt, into bytes: UnsafeMutableRawBufferPointer) -> Moved {
        if let outside = CurrentOutside.replaced { return unsafe outside.receive(descriptor, into: bytes) }
        let count = unsafe recv(descriptor, bytes.baseAddress, bytes.count, 0)
        return count >= 0 ? .bytes(count) : .failed(errno)
    }

    /// Says that nothing more will be sent.
    static func finishSending(_ descriptor: CInt) {
        if let outside = CurrentOutside.replaced { return outside.finishSending(descriptor) }
        _ = shutdown(descriptor, CInt(SHUT_WR))
    }

    // MARK: Addresses

    static func localAddress(of descriptor: CInt) -> SocketAddress? {
        if let outside = CurrentOutside.replaced { return outside.localAddress(of: descriptor) }
        return unsafe name(descriptor) { unsafe getsockname($0, $1, $2) }
    }

    static func peerAddress(of descriptor: CInt) -> SocketAddress? {
        if let outside = CurrentOutside.replaced { return outside.peerAddress(of: descriptor) }
        return unsafe name(descriptor) { unsafe getpeername($0, $1, $2) }
    }

    /// The address from which the route to a peer leads, or `nil` where there is none. Sends nothing.
    static func routeSource(to peer: SocketAddress) -> SocketAddress? {
        if let outside = CurrentOutside.replaced { return outside.routeSource(to: peer) }
        let descriptor = socket(peer.address.isIPv4 ? AF_INET : AF_INET6, CInt(SOCK_DGRAM.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { _ = Glibc.close(descriptor) }
        guard unsafe withSocketAddress(peer, { unsafe Glibc.connect(descriptor, $0, $1) }) == 0 else { return nil }
        return localAddress(of: descriptor)
    }

    private static func withSocketAddress(
        _ address: SocketAddress, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
    ) -> CInt {
        unsafe address.bytes.withUnsafeBytes { buffer in
            guard let start = buffer.baseAddress else { return -1 }
            return unsafe body(start.assumingMemoryBound(to: sockaddr.self), socklen_t(buffer.count))
        }
    }

    private static func name(
        _ descriptor: CInt,
        _ call: (CInt, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> CInt
    ) -> SocketAddress? {
        var bytes = [UInt8](repeating: 0, count: 128)
        var length = socklen_t(bytes.count)
        let code = unsafe bytes.withUnsafeMutableBytes { buffer -> CInt in
            guard let start = buffer.baseAddress else { return -1 }
            return unsafe call(descriptor, start.assumingMemoryBound(to: sockaddr.self), &length)
        }
        return code == 0 ? SocketAddress(bytes: Array(bytes.prefix(Int(length)))) : nil
    }
}
