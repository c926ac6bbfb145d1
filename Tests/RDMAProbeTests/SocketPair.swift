#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import Testing

@testable import RDMAProbe
import Threads

/// Two connected stream sockets: one end for the code under test, the other for the test.
final class SocketPair: Sendable {
    /// Given to a `ControlConnection`, which closes it.
    let near: CInt
    /// The test's own end.
    let far: CInt
    private let isFarOpen = Guarded(true)

    init() throws {
        var ends: [CInt] = [-1, -1]
        try #require(socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &ends) == 0)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        near = ends[0]
        far = ends[1]
    }

    deinit { closeFar() }

    func closeFar() {
        isFarOpen.withLock { isOpen in
            if isOpen { close(far) }
            isOpen = false
        }
    }

    /// Writes all of it, waiting where the buffer is full.
    /// - Returns: whether the other end took it.
    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
        var place = 0
        while place < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(far, $0.baseAddress.map { $0 + place }, $0.count - place, CInt(MSG_NOSIGNAL))
            }
            if count <= 0 && errno != EINTR { return false }
            place += max(0, count)
        }
        return true
    }

    /// Reads until the other end is closed; at most a mebibyte.
    func readAll(within time: Duration = .seconds(20)) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        let deadline = Deadline.after(time)
        while bytes.count < 1 << 20, FileDescriptor.wait([far], until: deadline)[0] {
            let count = chunk.withUnsafeMutableBytes { recv(far, $0.baseAddress, $0.count, 0) }
            if count <= 0 { break }
            bytes += chunk.prefix(count)
        }
        return bytes
    }
}

/// What an action took, on the clock of the code under test.
func elapsed(_ body: () throws -> Void) rethrows -> Duration {
    let start = MonotonicClock.now()
    try body()
    return .nanoseconds(Int64(MonotonicClock.now() - start))
}

/// Longer than any wait with a short deadline can take on a machine under load; a wait that does not end takes for ever.
let patience = Duration.seconds(30)
