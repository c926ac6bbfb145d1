import Foundation
import Synchronization
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A small HTTP server of a test: keeps what is posted, serves one text, answers as it is told.
public final class Receiver: Sendable {
    public struct Request: Sendable {
        public var head: String
        public var body: [UInt8]
    }

    public let port: UInt16
    private let listener: CInt
    private let requests = Mutex<[Request]>([])
    private let answers: Mutex<[String]>
    private let served = Mutex("")

    /// - Parameter answers: what is answered in turn, the last one from then on; an empty one is never answered.
    public init(answers: [String] = ["HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]) throws {
        self.answers = Mutex(answers)
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, address, &length) == 0
            }
        }
        try #require(isBound, "no port")
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                Thread.detachNewThread { self.answer(connection) }
            }
        }
    }

    public func close() { shutdown(listener, Int32(SHUT_RDWR)) }

    /// What a GET is answered with, as text of an exposition.
    public func serve(_ text: String) { served.withLock { $0 = text } }

    public var posted: [Request] { requests.withLock { $0 } }

    /// Waits until something holds, with a deadline.
    public static func wait(_ seconds: Double, until isTrue: () -> Bool) -> Bool {
        let end = Date().addingTimeInterval(seconds)
        while Date() < end {
            if isTrue() { return true }
            usleep(20_000)
        }
        return isTrue()
    }

    private func answer(_ connection: CInt) {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.range(of: "\r\n\r\n") {
                let head = String(text[..<end.lowerBound])
                let line = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
                let wanted = line.flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) } ?? 0
                let start = head.utf8.count + 4
                if bytes.count - start >= wanted {
                    finish(connection, head, Array(bytes[start...]))
                    return
                }
            }
            let count = recv(connection, &chunk, chunk.count, 0)
            guard count > 0 else { break }
            bytes += chunk.prefix(count)
        }
        Glibc.close(connection)
    }

    private func finish(_ connection: CInt, _ head: String, _ body: [UInt8]) {
        let answer: String
        if head.hasPrefix("GET") {
            let text = served.withLock { $0 }
            answer =
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: \(text.utf8.count)\r\nConnection: close\r\n\r\n\(text)"
        } else {
            requests.withLock { $0.append(Request(head: head, body: body)) }
            answer = answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
        }
        // An empty answer leaves the other side waiting; the kernel closes with the process.
        if answer.isEmpty { return }
        _ = Array(answer.utf8).withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        Glibc.close(connection)
    }
}
