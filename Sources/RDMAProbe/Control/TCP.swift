#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import ClusterCore
import RDMAModel

/// How a control connection comes about.
enum TCP {
    private static func makeSocket(for address: SocketAddress) throws(CallFailed) -> CInt {
        switch Socket.open(isIPv4: address.address.isIPv4) {
        case .descriptor(let descriptor): return descriptor
        case .failed(let code): throw CallFailed(call: "socket", code: code)
        }
    }

    /// Connects to a peer.
    /// - Throws: the errno value of the call that failed, or `ETIMEDOUT` when the deadline is over.
    static func connect(
        to peer: SocketAddress, from source: SocketAddress?, until deadline: Deadline, cancellation: Cancellation
    ) throws -> CInt {
        let descriptor = try makeSocket(for: peer)
        var keep = false
        defer { if !keep { Socket.close(descriptor) } }
        if let source {
            let code = Socket.bind(descriptor, to: source)
            if code != 0 { throw CallFailed(call: "bind", code: code) }
        }
        let code = Socket.connect(descriptor, to: peer)
        if code != 0 {
            guard code == EINPROGRESS else { throw CallFailed(call: "connect", code: code) }
            let ready = try FileDescriptor.wait(
                [descriptor], for: .writable, until: deadline, cancellation: cancellation)
            guard ready[0] else { throw CallFailed(call: "connect", code: ETIMEDOUT) }
            let outcome = Socket.pendingError(of: descriptor)
            if outcome != 0 { throw CallFailed(call: "connect", code: outcome) }
        }
        keep = true
        return descriptor
    }

    /// The address from which the route to a peer leads, or `nil` where there is none. Sends nothing.
    static func routeSource(to peer: SocketAddress) -> SocketAddress? {
        guard var source = Socket.routeSource(to: peer) else { return nil }
        source.port = 0
        return source
    }

    /// Listens on an address.
    static func listen(on address: SocketAddress) throws -> CInt {
        let descriptor = try makeSocket(for: address)
        var keep = false
        defer { if !keep { Socket.close(descriptor) } }
        Socket.prepareListener(descriptor, isIPv4: address.address.isIPv4)
        let bound = Socket.bind(descriptor, to: address)
        if bound != 0 { throw CallFailed(call: "bind", code: bound) }
        let listening = Socket.listen(descriptor)
        if listening != 0 { throw CallFailed(call: "listen", code: listening) }
        keep = true
        return descriptor
    }

    /// Takes a connection that waits, or `nil` where none does.
    static func accept(on listener: CInt) -> CInt? {
        switch Socket.accept(on: listener) {
        case .descriptor(let descriptor): return descriptor
        case .failed(let code):
            // The connection stays in the queue and wakes its listener at once again: give sessions the time to end.
            if [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(code) { Worker.pause(for: .milliseconds(50)) }
            return nil
        }
    }
}

/// A system call that failed.
struct CallFailed: Error, Sendable, Hashable {
    let call: String
    let code: CInt

    /// The cause in a report.
    var cause: ProbeFailure.Cause { .errno(call: call, code: ErrorNumber(rawValue: code)) }
}
