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
    /// Where bytes arrive, so that a look for a message allocates nothing.
    private var chunk = [UInt8](repeating: 0, count: 4096)
    /// A sign of life, which is sent while operations are timed: made beforehand, not at its first use.
    private let ping = ControlFrame(kind: ControlMessage.ping.kind, payload: []).encoded()

    /// How many messages may wait at once. Ends take turns, so an honest one has two or three under way, or one for each
    /// second in which the other was held up; one that never stops talking would keep its reader from looking at the
    /// clock.
    static let rowLimit = 1024

    private let cancellation: Cancellation

    /// Takes over a connected socket.
    init(adopting descriptor: CInt, cancellation: Cancellation) {
        self.descriptor = descriptor
        self.cancellation = cancellation
        Socket.prepareStream(descriptor)
    }

    deinit { Socket.close(descriptor) }

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

    /// Sends `ping`, and allocates nothing unless the far end does not take it.
    func sendPing(until deadline: Deadline) throws(Failure) { try send(bytes: ping, until: deadline) }

    func send(bytes: [UInt8], until deadline: Deadline) throws(Failure) {
        // Whoever is asked may answer, however fast.
        messagesInARow = 0
        var sent = 0
        while sent < bytes.count {
            let moved = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Socket.send(descriptor, UnsafeRawBufferPointer(rebasing: buffer[sent...]))
            }
            switch moved {
            case .bytes(let count) where count > 0: sent += count
            case .failed(EINTR): continue
            case .failed(EAGAIN):
                do {
                    let ready = try FileDescriptor.wait(
                        [descriptor], for: .writable, until: deadline, cancellation: cancellation)
                    if !ready[0] { throw Failure.deadline }
                } catch let failure as Failure { throw failure } catch { throw .interrupted }
            default: throw .closed
            }
        }
    }

    // MARK: Receiving

    /// Takes the next message that has arrived whole, or `nil` where none has. Never waits.
    func poll() throws(Failure) -> ControlMessage? {
        while true {
            let wanted = min(decoder.wanted, chunk.count)
            let moved = unsafe chunk.withUnsafeMutableBytes {
                unsafe Socket.receive(descriptor, into: UnsafeMutableRawBufferPointer(rebasing: $0.prefix(wanted)))
            }
            let count: Int
            switch moved {
            case .bytes(let moved) where moved > 0: count = moved
            case .failed(EINTR): continue
            case .failed(EAGAIN):
                messagesInARow = 0
                return nil
            default: throw .closed
            }
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
    var localAddress: SocketAddress? { Socket.localAddress(of: descriptor) }
    var peerAddress: SocketAddress? { Socket.peerAddress(of: descriptor) }

    /// Says that nothing more will be sent and reads what still comes, so that the last message is not lost to a reset.
    func finishSending(until deadline: Deadline) {
        Socket.finishSending(descriptor)
        var chunk = [UInt8](repeating: 0, count: 4096)
        var total = 0
        while total < 262_144, FileDescriptor.wait([descriptor], until: deadline)[0] {
            let moved = unsafe chunk.withUnsafeMutableBytes { unsafe Socket.receive(descriptor, into: $0) }
            guard case .bytes(let count) = moved, count > 0 else { return }
            total += count
        }
    }
}
