#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Posts documents by plain HTTP/1.1, one connection a request, never waiting longer than it was told.
///
/// A redirection is not followed, a receiver that fails for the moment is tried again a few times, and what a receiver
/// sends is read only as far as a message shows it.
public struct HTTPClient: Sendable {
    /// How long one request may take, name look-up included.
    public let timeout: Duration
    /// How often it is tried.
    public let attempts: Int
    /// The pause after the first failure; it doubles after each further one.
    public let pause: Duration

    private let lookup = NameLookup()

    /// - Parameters:
    ///   - timeout: how long one attempt may take; at most a day.
    ///   - attempts: how often it is tried; at least once and at most ten times.
    ///   - pause: before the second attempt; doubled before each further one, at most to a minute.
    public init(timeout: Duration = .seconds(10), attempts: Int = 3, pause: Duration = .milliseconds(500)) {
        self.timeout = timeout
        self.attempts = min(max(attempts, 1), 10)
        self.pause = max(pause, .zero)
    }

    /// The most bytes of an answer that are read behind its head.
    static let bodyLimit = 4096

    /// Posts a document and waits until the receiver has taken it.
    /// - Throws: ``HTTPFailure`` of the last attempt.
    public func post(_ body: [UInt8], to address: HTTPAddress, contentType: String = "application/json")
        throws(HTTPFailure)
    {
        var pause = pause
        var failure = HTTPFailure.late(waitingFor: "nothing")
        for attempt in 1...attempts {
            do throws(HTTPFailure) {
                return try exchange(body, address, contentType, Deadline(after: timeout))
            } catch {
                failure = error
                guard failure.isTransient, attempt < attempts else { break }
                Deadline(after: pause).sleep(pause)
                pause = min(pause * 2, .seconds(60))
            }
        }
        throw failure
    }

    private func exchange(
        _ body: [UInt8], _ address: HTTPAddress, _ contentType: String, _ deadline: Deadline
    ) throws(HTTPFailure) {
        let descriptor = try connection(to: address, by: deadline)
        defer { close(descriptor) }
        let head =
            "POST \(address.path) HTTP/1.1\r\nHost: \(address.authority)\r\nContent-Type: \(contentType)\r\n"
            + "Content-Length: \(body.count)\r\nAccept: */*\r\nUser-Agent: clustermodel\r\nConnection: close\r\n\r\n"
        // A receiver may answer and close before it has taken all: its words say more than the broken pipe.
        let unsent: HTTPFailure?
        do throws(HTTPFailure) {
            try send(Array(head.utf8) + body, to: descriptor, by: deadline)
            unsent = nil
        } catch { unsent = error }
        let (answer, words): (HTTPAnswer, String)
        do throws(HTTPFailure) { (answer, words) = try receive(from: descriptor, by: deadline) } catch {
            throw unsent ?? error
        }
        switch answer.status {
        case 200...299: return
        case 300...399: throw .redirected(status: answer.status, to: answer.location ?? "nowhere")
        default: throw .refused(status: answer.status, words: words)
        }
    }

    /// Connects to the first of a host's addresses that takes it.
    private func connection(to address: HTTPAddress, by deadline: Deadline) throws(HTTPFailure) -> CInt {
        var failure = HTTPFailure.unresolved(host: address.host, words: "no address")
        for target in try lookup.addresses(of: address.host, port: address.port, by: deadline) {
            let flags = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
            let descriptor = socket(target.family, flags, 0)
            guard descriptor >= 0 else {
                failure = HTTPFailure(call: "socket", code: errno)
                continue
            }
            let code = HTTPClient.connect(descriptor, target, deadline)
            if code == 0 { return descriptor }
            close(descriptor)
            guard code != ETIMEDOUT || !deadline.isOver else { throw .late(waitingFor: "a connection to \(address)") }
            failure = HTTPFailure(call: "connect", code: code)
        }
        throw failure
    }

    /// - Returns: 0 or an errno value; ETIMEDOUT when the time was up.
    private static func connect(_ descriptor: CInt, _ target: SocketAddress, _ deadline: Deadline) -> CInt {
        let result = unsafe target.bytes.withUnsafeBytes { buffer -> CInt in
            guard let start = buffer.baseAddress else { return -1 }
            return unsafe Glibc.connect(
                descriptor, start.assumingMemoryBound(to: sockaddr.self), socklen_t(buffer.count))
        }
        if result == 0 { return 0 }
        guard errno == EINPROGRESS || errno == EINTR else { return errno }
        guard deadline.wait(for: POLLOUT, of: descriptor) else { return ETIMEDOUT }
        var code: CInt = 0
        var size = socklen_t(MemoryLayout<CInt>.size)
        guard unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size) == 0 else { return errno }
        return code
    }

    private func send(_ bytes: [UInt8], to descriptor: CInt, by deadline: Deadline) throws(HTTPFailure) {
        var sent = 0
        while sent < bytes.count {
            guard deadline.wait(for: POLLOUT, of: descriptor) else { throw .late(waitingFor: "the receiver to read") }
            let count = unsafe bytes.withUnsafeBytes { buffer -> Int in
                guard let start = buffer.baseAddress else { return 0 }
                return unsafe Glibc.send(descriptor, start + sent, buffer.count - sent, CInt(MSG_NOSIGNAL))
            }
            if count >= 0 {
                sent += count
            } else if errno != EAGAIN, errno != EINTR {
                throw HTTPFailure(call: "send", code: errno)
            }
        }
    }

    private func receive(from descriptor: CInt, by deadline: Deadline) throws(HTTPFailure) -> (HTTPAnswer, String) {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        var answer: HTTPAnswer?
        while true {
            if let answer {
                let wanted = min(answer.length ?? HTTPClient.bodyLimit, HTTPClient.bodyLimit)
                if bytes.count - answer.bodyStart >= wanted { break }
            }
            guard deadline.wait(for: POLLIN, of: descriptor) else {
                // The status says what happened to the document, whatever is missing behind it.
                if answer != nil { break }
                throw .late(waitingFor: "an answer")
            }
            let count = unsafe chunk.withUnsafeMutableBytes { buffer in
                unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0)
            }
            if count < 0, errno == EAGAIN || errno == EINTR { continue }
            if count <= 0 {
                if answer != nil { break }
                if count < 0 { throw HTTPFailure(call: "recv", code: errno) }
                throw .garbled("it closed the connection \(bytes.isEmpty ? "without an answer" : "within its head")")
            }
            bytes += chunk.prefix(count)
            if answer == nil { answer = try HTTPAnswer(bytes) }
        }
        guard let answer else { throw .garbled("no answer") }
        // The lengths between chunks would stand among the words.
        let body = answer.isChunked ? [] : Array(bytes[answer.bodyStart...].prefix(200))
        return (answer, printable(String(decoding: body, as: UTF8.self).split { $0.isNewline }.joined(separator: " ")))
    }
}
