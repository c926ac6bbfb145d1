#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import RDMAModel

/// One end of a control connection: messages over TCP, every wait with a deadline.
///
/// Belongs to one thread at a time.
final class ControlConnection {
    let descriptor: CInt
    private var decoder = ControlFrameDecoder()
    private var messagesInARow = 0

    /// How many messages may wait at once. Ends take turns, so an honest one has two or three under way, or one for each
    /// second in which the other was held up; one that never stops talking would keep its reader from looking at the
    /// clock.
    static let rowLimit = 1024

    private let cancellation: Cancellation

    /// Takes over a connected socket.
    init(adopting descriptor: CInt, cancellation: Cancellation) {
        self.descriptor = descriptor
        self.cancellation = cancellation
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        setOption(CInt(IPPROTO_TCP), CInt(TCP_NODELAY), 1)
        // A host that vanished without a word is noticed by the kernel, while the program measures.
        setOption(SOL_SOCKET, SO_KEEPALIVE, 1)
        setOption(CInt(IPPROTO_TCP), CInt(TCP_KEEPIDLE), 2)
        setOption(CInt(IPPROTO_TCP), CInt(TCP_KEEPINTVL), 1)
        setOption(CInt(IPPROTO_TCP), CInt(TCP_KEEPCNT), 5)
        setOption(CInt(IPPROTO_TCP), CInt(TCP_USER_TIMEOUT), 7000)
    }

    deinit { close(descriptor) }

    private func setOption(_ level: CInt, _ name: CInt, _ value: CInt) {
        var value = value
        unsafe setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<CInt>.size))
    }

    /// What can go wrong here.
    enum Failure: Error {
        /// The far end closed or reset the connection, or the network reports it gone.
        case closed
        case deadline
        case interrupted
        case protocolViolation(String)
        case version(UInt16)

        /// The cause in a report.
        var cause: ProbeFailure.Cause? {
            switch self {
            case .closed: .peerClosed
            case .deadline: nil
            case .interrupted: nil
            case .protocolViolation(let words): .protocolViolation(words)
            case .version(let theirs):
                .refused(.version(ours: UInt64(ControlFrame.version), theirs: UInt64(theirs)))
            }
        }
    }

    // MARK: Sending

    /// Sends a message whole.
    func send(_ message: ControlMessage, until deadline: Deadline) throws(Failure) {
        guard let frame = try? message.frame() else {
            throw .protocolViolation("the message \(message.name) is too long to send")
        }
        try send(bytes: frame.encoded(), until: deadline)
    }

    func send(bytes: [UInt8], until deadline: Deadline) throws(Failure) {
        // Whoever is asked may answer, however fast.
        messagesInARow = 0
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer -> Int in
                guard let start = buffer.baseAddress else { return 0 }
                return unsafe Glibc.send(descriptor, start + sent, buffer.count - sent, CInt(MSG_NOSIGNAL))
            }
            if count > 0 {
                sent += count
            } else if errno == EAGAIN {
                do {
                    let ready = try FileDescriptor.wait(
                        [descriptor], for: .writable, until: deadline, cancellation: cancellation)
                    if !ready[0] { throw Failure.deadline }
                } catch let failure as Failure { throw failure } catch { throw .interrupted }
            } else if errno != EINTR {
                throw .closed
            }
        }
    }

    // MARK: Receiving

    /// Takes the next message that has arrived whole, or `nil` where none has. Never waits.
    func poll() throws(Failure) -> ControlMessage? {
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let wanted = min(decoder.wanted, chunk.count)
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, wanted, 0) }
            if count < 0 {
                if errno == EINTR { continue }
                if errno == EAGAIN {
                    messagesInARow = 0
                    return nil
                }
                throw .closed
            }
            if count == 0 { throw .closed }
            let frame: ControlFrame?
            do {
                frame = try decoder.feed(chunk.prefix(count))
            } catch {
                switch error {
                case .notTheProtocol: throw .protocolViolation("what arrives is not the protocol of rdmaprobe")
                case .version(let version): throw .version(version)
                case .tooLong(let length):
                    throw .protocolViolation("a message announces \(length) bytes, more than 64 KiB")
                }
            }
            guard let frame else { continue }
            messagesInARow += 1
            guard messagesInARow <= ControlConnection.rowLimit else {
                throw .protocolViolation("more messages at once than the protocol has a use for")
            }
            do {
                return try ControlMessage(frame)
            } catch {
                throw .protocolViolation("a message of kind \(error.kind) that cannot be read")
            }
        }
    }

    /// Waits for the next message.
    func receive(until deadline: Deadline) throws(Failure) -> ControlMessage {
        while true {
            if let message = try poll() { return message }
            do {
                let ready = try FileDescriptor.wait([descriptor], until: deadline, cancellation: cancellation)
                if !ready[0] { throw Failure.deadline }
            } catch let failure as Failure { throw failure } catch { throw .interrupted }
        }
    }

    // MARK: Ends

    /// The addresses of both ends.
    var localAddress: SocketAddress? { unsafe name { unsafe getsockname($0, $1, $2) } }
    var peerAddress: SocketAddress? { unsafe name { unsafe getpeername($0, $1, $2) } }

    private func name(
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

    /// Says that nothing more will be sent and reads what still comes, so that the last message is not lost to a reset.
    func finishSending(until deadline: Deadline) {
        shutdown(descriptor, CInt(SHUT_WR))
        var chunk = [UInt8](repeating: 0, count: 4096)
        var total = 0
        while total < 262_144, FileDescriptor.wait([descriptor], until: deadline)[0] {
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
            if count <= 0 { return }
            total += count
        }
    }
}
