#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import RDMAModel
import TestSupport
import Testing

@testable import RDMAProbe

/// Messages over a socket: every wait ends, whatever the far end does.
@Suite struct `The control connection` {
    private let pair: SocketPair
    private let cancellation = Cancellation()
    private let control: ControlConnection

    init() throws {
        pair = try SocketPair()
        control = ControlConnection(adopting: pair.near, cancellation: cancellation)
    }

    /// How a receive or send ended, in a word.
    private func outcome(_ body: () throws(ControlConnection.Failure) -> Void) -> String {
        do throws(ControlConnection.Failure) {
            try body()
            return "done"
        } catch {
            switch error {
            case .closed: return "closed"
            case .deadline: return "deadline"
            case .interrupted: return "interrupted"
            case .protocolViolation(let words): return words
            case .version(let version): return "version \(version)"
            }
        }
    }

    private func receive(_ time: Duration) -> String {
        outcome { () throws(ControlConnection.Failure) in _ = try control.receive(until: .after(time)) }
    }

    private static let long = ControlMessage.account(
        EndAccount(name: "node", events: (0..<600).map { "event \($0) " + String(repeating: "x", count: 80) }))

    // MARK: What arrives

    @Test func `messages that arrived together are taken one by one, then there is none`() throws {
        pair.write(try [ControlMessage.ping, .ready, .done].flatMap { try $0.frame().encoded() })
        #expect(try control.poll() == .ping)
        #expect(try control.poll() == .ready)
        #expect(try control.poll() == .done)
        #expect(try control.poll() == nil)
        #expect(try control.poll() == nil)
    }

    @Test func `a far end that never stops talking is told from one that has something to say`() throws {
        let ping = try ControlMessage.ping.frame().encoded()
        let limit = ControlConnection.rowLimit
        for _ in 0..<3 {
            pair.write([[UInt8]](repeating: ping, count: limit).flatMap(\.self))
            for _ in 0..<limit { #expect(try control.poll() == .ping) }
            #expect(try control.poll() == nil)
        }
        pair.write([[UInt8]](repeating: ping, count: limit + 1).flatMap(\.self))
        for _ in 0..<limit { #expect(try control.receive(until: .after(patience)) == .ping) }
        #expect(receive(patience) == "more messages at once than the protocol has a use for")
    }

    /// As on one processor, where the far end runs whenever this one has asked.
    @Test func `answers that are always there already are no flood`() throws {
        for _ in 0..<3 * ControlConnection.rowLimit {
            try control.send(.ping, until: .after(patience))
            var asked = [UInt8](repeating: 0, count: ControlFrame.headerLength)
            #expect(recv(pair.far, &asked, asked.count, CInt(MSG_WAITALL)) == asked.count)
            pair.write(try ControlMessage.pong.frame().encoded())
            #expect(try control.receive(until: .after(patience)) == .pong)
        }
    }

    @Test func `a long message that comes in pieces is one message`() throws {
        let bytes = try Self.long.frame().encoded()
        #expect(bytes.count > 50_000)
        let pair = pair
        Worker.start {
            var random = SeededRandom(seed: 3)
            var place = 0
            while place < bytes.count {
                let count = min(Int(random.next() % 3000) + 1, bytes.count - place)
                pair.write(Array(bytes[place..<place + count]))
                place += count
                if random.next() % 4 == 0 { usleep(500) }
            }
            pair.write((try? ControlMessage.pong.frame().encoded()) ?? [])
        }
        #expect(try control.receive(until: .after(patience)) == Self.long)
        #expect(try control.receive(until: .after(patience)) == .pong)
    }

    @Test func `silence ends at the deadline`() {
        let time = elapsed { #expect(receive(.milliseconds(80)) == "deadline") }
        #expect(time >= .milliseconds(80))
        #expect(time < patience)
    }

    @Test func `a far end that trickles does not put the deadline off`() throws {
        let bytes = try Self.long.frame().encoded()
        let pair = pair
        let stop = Cancellation()
        Worker.start {
            for byte in bytes {
                if stop.isCancelled || !pair.write([byte]) { return }
                usleep(5000)
            }
        }
        let time = elapsed { #expect(receive(.milliseconds(150)) == "deadline") }
        stop.cancel()
        #expect(time >= .milliseconds(150))
        #expect(time < patience)
    }

    @Test func `a far end that closes is told, before a message and in the middle of one`() throws {
        for length in [0, 1, 6, 11, 12, 40] {
            let pair = try SocketPair()
            let control = ControlConnection(adopting: pair.near, cancellation: cancellation)
            pair.write(Array(try Self.long.frame().encoded().prefix(length)))
            pair.closeFar()
            let ended = outcome { () throws(ControlConnection.Failure) in
                _ = try control.receive(until: .after(patience))
            }
            #expect(ended == "closed", "after \(length) bytes")
        }
    }

    @Test func `what was said before closing is still read`() throws {
        pair.write(try ControlMessage.ping.frame().encoded())
        pair.closeFar()
        #expect(try control.receive(until: .after(patience)) == .ping)
        #expect(receive(patience) == "closed")
    }

    @Test func `a request to stop wakes the wait at once`() {
        let cancellation = cancellation
        Worker.start {
            usleep(50_000)
            cancellation.cancel()
        }
        let time = elapsed { #expect(receive(.seconds(3600)) == "interrupted") }
        #expect(time < patience)
        #expect(receive(.seconds(3600)) == "interrupted")
    }

    @Test func `what is not the protocol is told in words, and the version by its number`() throws {
        for (bytes, expected) in [
            (Array("GET / HTTP/1.1\r\n".utf8), "what arrives is not the protocol of rdmaprobe"),
            (`Control frames`.header(version: 2), "version 2"),
            (`Control frames`.header(version: 0), "version 0"),
            (`Control frames`.header(length: 65_525), "a message announces 65525 bytes, more than 64 KiB"),
            (`Control frames`.header(length: .max), "a message announces 4294967295 bytes, more than 64 KiB"),
            (`Control frames`.header(kind: 99), "a message of kind 99 that cannot be read"),
            (`Control frames`.header(kind: 1, length: 2) + Array("{}".utf8), "a message of kind 1 that cannot be read"),
        ] {
            let pair = try SocketPair()
            let control = ControlConnection(adopting: pair.near, cancellation: cancellation)
            pair.write(bytes)
            let ended = outcome { () throws(ControlConnection.Failure) in
                _ = try control.receive(until: .after(patience))
            }
            #expect(ended == expected)
        }
    }

    @Test func `failures have the causes that a report needs`() {
        #expect(ControlConnection.Failure.closed.cause == .peerClosed)
        #expect(ControlConnection.Failure.deadline.cause == nil)
        #expect(ControlConnection.Failure.interrupted.cause == nil)
        #expect(ControlConnection.Failure.protocolViolation("w").cause == .protocolViolation("w"))
        #expect(ControlConnection.Failure.version(2).cause == .refused(.version(ours: 1, theirs: 2)))
    }

    // MARK: What is sent

    @Test func `a message is sent as its frame`() throws {
        try control.send(Self.long, until: .after(patience))
        control.finishSending(until: .after(.zero))
        let (frames, _) = try `Control frames`.decode(pair.readAll()) { _ in 4096 }
        #expect(try frames.map { try ControlMessage($0) } == [Self.long])
    }

    @Test func `more than the buffers hold waits for the reader and arrives whole`() throws {
        let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let pair = pair
        let read = Handover<[UInt8]>()
        Worker.start {
            usleep(20_000)
            read.give(pair.readAll())
        }
        try control.send(bytes: bytes, until: .after(patience))
        control.finishSending(until: .after(.zero))
        #expect(FileDescriptor.wait([read.fileDescriptor], until: .after(patience)) == [true])
        #expect(read.take() == bytes)
    }

    @Test func `a far end that does not read ends the send at its deadline`() {
        let bytes = [UInt8](repeating: 0, count: 8_000_000)
        let time = elapsed {
            let ended = outcome { () throws(ControlConnection.Failure) in
                try control.send(bytes: bytes, until: .after(.milliseconds(120)))
            }
            #expect(ended == "deadline")
        }
        #expect(time >= .milliseconds(120))
        #expect(time < patience)
    }

    @Test func `a request to stop ends a send that waits`() {
        let cancellation = cancellation
        Worker.start {
            usleep(50_000)
            cancellation.cancel()
        }
        let time = elapsed {
            let ended = outcome { () throws(ControlConnection.Failure) in
                try control.send(bytes: [UInt8](repeating: 0, count: 8_000_000), until: .after(.seconds(3600)))
            }
            #expect(ended == "interrupted")
        }
        #expect(time < patience)
    }

    @Test func `sending to a far end that has closed is told, and no signal ends the program`() {
        pair.closeFar()
        let ended = outcome { () throws(ControlConnection.Failure) in
            for _ in 0..<100 { try control.send(.ping, until: .after(patience)) }
        }
        #expect(ended == "closed")
    }

    @Test func `a message too long for a frame is not sent`() {
        let message = ControlMessage.refusal(
            .init(reason: .other, words: String(repeating: "x", count: 70_000), number: nil))
        let ended = outcome { () throws(ControlConnection.Failure) in try control.send(message, until: .after(patience))
        }
        #expect(ended == "the message refusal is too long to send")
    }

    // MARK: The end

    @Test func `the last words reach a far end that reads late, and waiting for its end has a deadline`() throws {
        try control.send(.finish, until: .after(patience))
        let time = elapsed { control.finishSending(until: .after(.milliseconds(80))) }
        #expect(time >= .milliseconds(80))
        #expect(time < patience)
        #expect(pair.readAll() == (try ControlMessage.finish.frame().encoded()))
    }

    @Test func `a far end that keeps on sending does not hold the end up`() {
        let pair = pair
        let stop = Cancellation()
        Worker.start { while !stop.isCancelled, pair.write([UInt8](repeating: 1, count: 512)) { usleep(1000) } }
        let time = elapsed { control.finishSending(until: .after(.milliseconds(100))) }
        stop.cancel()
        pair.closeFar()
        #expect(time < patience)
    }

    @Test func `a far end that closes lets go at once`() {
        pair.closeFar()
        let time = elapsed { control.finishSending(until: .after(.seconds(3600))) }
        #expect(time < patience)
    }

    @Test func `the socket is closed when the connection goes`() throws {
        let pair = try SocketPair()
        var control: ControlConnection? = ControlConnection(adopting: pair.near, cancellation: cancellation)
        #expect(control?.descriptor == pair.near)
        control = nil
        #expect(pair.readAll().isEmpty)
        #expect(!pair.write([1]))
    }

    @Test func `a socket without an IP address has none`() {
        #expect(control.localAddress == nil)
        #expect(control.peerAddress == nil)
    }
}
