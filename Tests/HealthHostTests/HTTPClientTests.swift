import HealthHost
import TestSupport
import Testing

@Suite struct `Documents posted over HTTP` {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

    private func outcome(
        _ answers: [String], timeout: Duration = .seconds(5), attempts: Int = 3
    ) throws -> (HTTPFailure?, [Receiver.Request]) {
        let receiver = try Receiver(answers: answers)
        defer { receiver.close() }
        let client = HTTPClient(timeout: timeout, attempts: attempts, pause: .milliseconds(1))
        let address = try HTTPAddress("http://127.0.0.1:\(receiver.port)/hook?x=1")
        do throws(HTTPFailure) {
            try client.post(Array("{}".utf8), to: address)
            return (nil, receiver.posted)
        } catch { return (error, receiver.posted) }
    }

    @Test func `what is posted arrives whole, once`() throws {
        let (failure, requests) = try outcome([Self.ok])
        #expect(failure == nil)
        #expect(requests.count == 1)
        let request = try #require(requests.first)
        #expect(request.body == Array("{}".utf8))
        #expect(request.head.hasPrefix("POST /hook?x=1 HTTP/1.1\r\n"))
        #expect(request.head.contains("\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"))
    }

    @Test func `a receiver that fails for the moment is tried again, at most as often as was asked for`() throws {
        let busy = "HTTP/1.1 503 Busy\r\nContent-Length: 5\r\n\r\nlater"
        let (failure, requests) = try outcome([busy, busy, Self.ok])
        #expect(failure == nil)
        #expect(requests.count == 3)
        let (lasting, more) = try outcome([busy], attempts: 2)
        #expect(lasting == .refused(status: 503, words: "later"))
        #expect(more.count == 2)
    }

    @Test func `what the receiver refuses for good is not sent again`() throws {
        let (failure, requests) = try outcome([
            "HTTP/1.1 400 Bad\r\nContent-Length: 12\r\n\r\nno\u{1B}[31m way", Self.ok,
        ])
        #expect(failure == .refused(status: 400, words: "no?[31m way"))
        #expect(requests.count == 1)
    }

    @Test func `a redirection is told and not followed`() throws {
        let other = try Receiver()
        defer { other.close() }
        let (failure, requests) = try outcome([
            "HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:\(other.port)/\r\nContent-Length: 0\r\n\r\n"
        ])
        #expect(failure == .redirected(status: 307, to: "http://127.0.0.1:\(other.port)/"))
        #expect(requests.count == 1)
        #expect(other.posted.isEmpty)
    }

    @Test func `a receiver that never answers costs the time that was allowed and no more`() throws {
        let (failure, requests) = try outcome([""], timeout: .milliseconds(100), attempts: 2)
        #expect(failure == .late(waitingFor: "an answer"))
        #expect(requests.count == 2)
    }

    @Test(arguments: [
        "SSH-2.0-OpenSSH\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 99 Low\r\n\r\n", "HTTP/1.1 200", "HTTP/1.1 abc\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: \(String(repeating: "y", count: 20_000))",
    ])
    func `what is no answer of HTTP is told as such`(answer: String) throws {
        let (failure, _) = try outcome([answer])
        guard case .garbled = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    @Test func `early hints are passed over`() throws {
        let (failure, _) = try outcome(
            ["HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"], attempts: 1)
        #expect(failure == .refused(status: 500, words: ""))
    }

    @Test func `nobody listens`() throws {
        let receiver = try Receiver()
        receiver.close()
        let address = try HTTPAddress("http://localhost:1/")
        let client = HTTPClient(timeout: .seconds(2), attempts: 1)
        do throws(HTTPFailure) {
            try client.post([], to: address)
            Issue.record("somebody listens on port 1")
        } catch {
            guard case .system(let call, _, _) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(call == "connect")
        }
    }

    @Test func `addresses that cannot be sent to are refused by name`() {
        let cases = [
            ("https://host/", "TLS is not spoken here"), ("ftp://host/", "write http://host:port/path"),
            ("http://user:secret@host/", "credentials"), ("http://", "name a host"), ("http://host:0/", "port"),
            ("http://host:99999/", "port"), ("http://ho st/", "ASCII"), ("http://host/\r\nX: y", "ASCII"),
            ("http://[::1/", "bracket"), ("http://host/#x", "fragment"), ("host:9093", "write http://host:port/path"),
            ("http://\(String(repeating: "a", count: 3000))/", "at most"),
        ]
        for (text, words) in cases {
            do throws(HTTPFailure) {
                _ = try HTTPAddress(text)
                Issue.record("taken: \(text)")
            } catch { #expect("\(error)".contains(words), "\(text): \(error)") }
        }
    }

    @Test func `addresses are read`() throws {
        let address = try HTTPAddress("http://[::1]:9093/alertmanager?x")
        #expect(address.host == "::1" && address.port == 9093 && address.path == "/alertmanager?x")
        #expect(try HTTPAddress("HTTP://host").description == "http://host/")
    }
}
