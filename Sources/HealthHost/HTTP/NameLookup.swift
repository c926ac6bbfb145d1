#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import Threads

/// An address that a socket can connect to.
struct SocketAddress: Sendable {
    let family: CInt
    let bytes: [UInt8]
}

/// Looks a host's name up, for no longer than one is willing to wait.
///
/// The resolver of the C library cannot be stopped, so it works on a thread of its own that outlives an impatient caller
/// and then ends by the resolver's own limits. While it does, ``isBusy`` is true and nobody starts another one.
final class NameLookup: Sendable {
    private struct State {
        var isBusy = false
    }

    private let state = Guarded(State())

    /// Whether an earlier look-up has not come back yet.
    var isBusy: Bool { state.withLock { $0.isBusy } }

    /// - Throws: ``HTTPFailure``: no address, or none in time.
    func addresses(of host: String, port: UInt16, by deadline: Deadline) throws(HTTPFailure) -> [SocketAddress] {
        if let numeric = try? NameLookup.resolve(host, port, AI_NUMERICHOST) { return numeric }
        let isFree = state.withLock { state in
            defer { state.isBusy = true }
            return !state.isBusy
        }
        guard isFree else { throw .late(waitingFor: "the resolver, which still looks for an earlier name") }
        var ends: [CInt] = [0, 0]
        guard unsafe socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            let code = errno
            state.withLock { $0.isBusy = false }
            throw HTTPFailure(call: "socketpair", code: code)
        }
        let (reading, writing) = (ends[0], ends[1])
        defer { close(reading) }
        let found = Guarded<Result<[SocketAddress], HTTPFailure>?>(nil)
        let thread = SystemThread(isAwaited: false) { [self] in
            let result = Result { () throws(HTTPFailure) in try NameLookup.resolve(host, port, 0) }
            found.withLock { $0 = result }
            state.withLock { $0.isBusy = false }
            close(writing)
        }
        guard thread != nil else {
            close(writing)
            state.withLock { $0.isBusy = false }
            throw HTTPFailure(call: "pthread_create", code: EAGAIN)
        }
        // The other end closes when the resolver has come back.
        guard deadline.wait(for: POLLIN, of: reading), let result = found.withLock({ $0 }) else {
            throw .late(waitingFor: "the address of \(host)")
        }
        return try result.get()
    }

    private static func resolve(_ host: String, _ port: UInt16, _ flags: CInt) throws(HTTPFailure) -> [SocketAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = flags | AI_NUMERICSERV
        var first: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, "\(port)", &hints, &first)
        guard code == 0 else {
            throw .unresolved(host: host, words: unsafe String(cString: gai_strerror(code)))
        }
        defer { unsafe freeaddrinfo(first) }
        var addresses: [SocketAddress] = []
        var entry = unsafe first
        while let one = unsafe entry, addresses.count < 16 {
            if let address = unsafe one.pointee.ai_addr {
                let bytes = unsafe Array(UnsafeRawBufferPointer(start: address, count: Int(one.pointee.ai_addrlen)))
                addresses.append(SocketAddress(family: unsafe one.pointee.ai_family, bytes: bytes))
            }
            unsafe entry = one.pointee.ai_next
        }
        guard !addresses.isEmpty else { throw .unresolved(host: host, words: "no address") }
        return addresses
    }
}

extension HTTPFailure {
    init(call: String, code: CInt) {
        let words = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
        self = .system(call: call, code: code, words: words)
    }
}
