#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import ClusterCore
import RDMAModel
import TestSupport
import Testing
import Verbs

@testable import RDMAProbe
import Threads

/// A server's session with a client that the test plays, up to where an RDMA device is needed: nothing that a client sends
/// gets it further than a line of refusal, and no client holds it longer than its deadline.
@Suite struct `A server's session with a hostile client` {
    /// One session on its own thread.
    private final class Running: Sendable {
        let pair: SocketPair
        let ledger: SessionLedger<ConnectionEvent>
        let cancellation = Cancellation()
        private let log = EventLog()
        private let ended = Handover<Bool>()

        init(
            helloTime: Duration = .seconds(3600), configuration: ServerConfiguration = ServerConfiguration(),
            ledger: SessionLedger<ConnectionEvent> = SessionLedger(limit: 16, perPeer: 4)
        ) throws {
            pair = try SocketPair()
            self.ledger = ledger
            let peer = try IPAddress(parsing: "10.0.0.9")
            try #require(ledger.admit(peer) == nil)
            let session = ServerSession(
                control: ControlConnection(adopting: pair.near, cancellation: cancellation), peer: peer, ledger: ledger,
                configuration: configuration, cancellation: cancellation, helloTime: helloTime,
                tell: { [log] in log.add($0) })
            nonisolated(unsafe) let handedOver = session
            let ended = ended
            Worker.start {
                handedOver.run()
                ended.give(true)
            }
        }

        /// Waits until the session has ended by itself.
        func end() -> Bool { FileDescriptor.wait([ended.fileDescriptor], until: .after(patience)) == [true] }

        var told: [ServerEvent] { log.all }

        /// The refusal that the client reads, if that is all it reads.
        func refusal() throws -> ControlMessage.RefusalNotice? {
            // A client that has nothing more to say, so that the server need not wait whether it has.
            shutdown(pair.far, CInt(SHUT_WR))
            let (frames, wanted) = try `Control frames`.decode(pair.readAll()) { _ in 4096 }
            guard frames.count == 1, wanted == ControlFrame.headerLength,
                case .refusal(let notice) = try ControlMessage(frames[0])
            else { return nil }
            return notice
        }

        func say(_ message: ControlMessage) throws { pair.write(try message.frame().encoded()) }
    }

    private func hello(_ plan: ProbePlan = ProbePlan(), source: String = "10.0.0.9") -> ControlMessage {
        .hello(.init(toolVersion: "0.1.0", plan: plan, rdmaSource: source))
    }

    // MARK: S1: nothing, or a little at a time

    @Test func `S1 a client that says nothing is let go at the deadline for hello`() throws {
        let session = try Running(helloTime: .milliseconds(100))
        #expect(session.end())
        #expect(session.told == [.refused(peer: "10.0.0.9", reason: "the client said nothing in time")])
        #expect(session.ledger.openCount == 0)
        #expect(session.pair.readAll().isEmpty)
    }

    @Test func `S1 a client that trickles is let go at the same deadline`() throws {
        let session = try Running(helloTime: .milliseconds(200))
        let pair = session.pair
        let bytes = try hello().frame().encoded()
        Worker.start {
            for byte in bytes {
                guard pair.write([byte]) else { return }
                usleep(10_000)
            }
        }
        #expect(session.end())
        #expect(session.told == [.refused(peer: "10.0.0.9", reason: "the client said nothing in time")])
        #expect(session.ledger.openCount == 0)
    }

    @Test func `S1 a client that goes away without a word leaves nothing behind`() throws {
        for said in [[], Array(try hello().frame().encoded().prefix(30))] {
            let session = try Running()
            session.pair.write(said)
            session.pair.closeFar()
            #expect(session.end())
            #expect(session.told == [.refused(peer: "10.0.0.9", reason: "the client went away")])
            #expect(session.ledger.openCount == 0)
        }
    }

    @Test func `a server that is stopped ends a session that waits`() throws {
        let session = try Running()
        session.cancellation.cancel()
        #expect(session.end())
        #expect(session.told == [.refused(peer: "10.0.0.9", reason: "the server is stopped")])
        #expect(session.ledger.openCount == 0)
    }

    /// While it serves, a session looks around many times a second.
    @Test func `S1 a look around ends a session whose time is over, and one whose client fell silent`() throws {
        let past = Deadline(nanoseconds: 0)
        for (helloTime, silenceEnds, isOver) in [
            (Duration.zero, Deadline.after(.seconds(3600)), true), (.seconds(3600), past, true),
            (.seconds(3600), .after(.seconds(3600)), false),
        ] {
            let pair = try SocketPair()
            let cancellation = Cancellation()
            let session = ServerSession(
                control: ControlConnection(adopting: pair.near, cancellation: cancellation),
                peer: try IPAddress(parsing: "10.0.0.9"), ledger: SessionLedger(limit: 16, perPeer: 4),
                configuration: ServerConfiguration(), cancellation: cancellation, helloTime: helloTime, tell: { _ in })
            var silenceEnds = silenceEnds
            var ended = false
            do { _ = try session.lookAround(&silenceEnds) { _ in nil } } catch ControlConnection.Failure.deadline {
                ended = true
            }
            #expect(ended == isOver)
        }
    }

    // MARK: S2: lies

    @Test(arguments: [0, 2, 256, .max] as [UInt16])
    func `S2 another version gets one line that names ours`(version: UInt16) throws {
        let session = try Running()
        session.pair.write(try hello().frame().encoded(version: version))
        let notice = try #require(try session.refusal())
        #expect(notice == .init(reason: .version, words: "this server speaks version 1 of the protocol", number: 1))
        #expect(session.end())
        #expect(session.told == [.refused(peer: "10.0.0.9", reason: "this server speaks version 1 of the protocol")])
        #expect(session.ledger.openCount == 0)
    }

    @Test func `S2 random bytes get one line that names our version, and never more`() throws {
        for seed in 0..<40 {
            var random = SeededRandom(seed: UInt64(seed))
            let bytes = (0..<1 + Int(random.next() % 3000)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            if bytes.starts(with: Array("RDPC".utf8.prefix(bytes.count))) { continue }
            let session = try Running()
            session.pair.write(bytes)
            let notice = try #require(try session.refusal(), "seed \(seed)")
            #expect(
                notice
                    == .init(
                        reason: .other,
                        words:
                            "what arrives is not the protocol of rdmaprobe; this server speaks version 1 of the protocol",
                        number: nil), "seed \(seed)")
            #expect(session.end())
            #expect(session.ledger.openCount == 0)
        }
    }

    @Test(arguments: [65_525, .max] as [UInt32])
    func `S2 a length beyond the limit is refused without waiting for what it announces`(length: UInt32) throws {
        let session = try Running()
        session.pair.write(`Control frames`.header(kind: 1, length: length))
        let notice = try #require(try session.refusal())
        #expect(notice.words.hasPrefix("a message announces \(length) bytes, more than 64 KiB"))
        #expect(session.end())
    }

    @Test func `S2 a hello that nests without end, or is none, is refused`() throws {
        for text in [String(repeating: "[", count: 60_000), "", "{}", "null", String(repeating: "x", count: 65_524)] {
            let session = try Running()
            session.pair.write(`Control frames`.header(kind: 1, length: UInt32(text.utf8.count)) + Array(text.utf8))
            let notice = try #require(try session.refusal())
            #expect(notice.words.hasPrefix("a message of kind 1 that cannot be read"))
            #expect(session.end())
            #expect(session.ledger.openCount == 0)
        }
    }

    @Test func `S2 a first message that is not hello is refused`() throws {
        for message in `Control messages`.all where message.name != "hello" {
            let session = try Running()
            try session.say(message)
            let notice = try #require(try session.refusal(), "\(message.name)")
            #expect(
                notice == .init(reason: .other, words: "the first message must be hello", number: nil),
                "\(message.name)")
            #expect(session.end())
            #expect(session.ledger.openCount == 0)
        }
    }

    @Test(arguments: [
        (ProbePlan(operations: []), "a plan has 1 to 16 operations"),
        (ProbePlan(operations: [Operation](repeating: .send, count: 17)), "a plan has 1 to 16 operations"),
        (ProbePlan(sizesBytes: []), "a plan has 1 to 64 sizes"),
        (ProbePlan(sizesBytes: [UInt64](repeating: 1, count: 65)), "a plan has 1 to 64 sizes"),
        (ProbePlan(sizesBytes: [64, 0]), "a size is 1 to 16777216 bytes on this server"),
        (ProbePlan(sizesBytes: [16_777_217]), "a size is 1 to 16777216 bytes on this server"),
        (ProbePlan(sizesBytes: [.max]), "a size is 1 to 16777216 bytes on this server"),
        (ProbePlan(operationTimeoutNanoseconds: 600_000_000_001), "an operation is waited for at most 10 minutes"),
        (ProbePlan(operationTimeoutNanoseconds: .max), "an operation is waited for at most 10 minutes"),
        (ProbePlan(verifiedMessages: 0), "1 to 10000 messages of a cell are compared"),
        (ProbePlan(verifiedMessages: .max), "1 to 10000 messages of a cell are compared"),
        (ProbePlan(bandwidth: BandwidthPlan(operations: [])), "a plan has 1 to 3 operations of bandwidth"),
        (
            ProbePlan(bandwidth: BandwidthPlan(operations: [Operation](repeating: .read, count: 4))),
            "a plan has 1 to 3 operations of bandwidth"
        ),
        (
            ProbePlan(bandwidth: BandwidthPlan(operations: [.read], directions: [])),
            "a plan has 1 or 2 directions of bandwidth"
        ),
        (
            ProbePlan(bandwidth: BandwidthPlan(operations: [.read], sizesBytes: [])),
            "a plan has 1 to 64 sizes of bandwidth"
        ),
        (
            ProbePlan(bandwidth: BandwidthPlan(operations: [.read], sizesBytes: [64, 0])),
            "a message of a flow has 1 to 16777216 bytes on this server"
        ),
        (
            ProbePlan(bandwidth: BandwidthPlan(operations: [.read], sizesBytes: [.max])),
            "a message of a flow has 1 to 16777216 bytes on this server"
        ),
        (
            ProbePlan(load: LoadPlan(sizeBytes: 16_777_217)),
            "a message of a flow has 1 to 16777216 bytes on this server"
        ),
        (ProbePlan(bandwidth: BandwidthPlan(operations: [.read], queuePairs: 0)), "a flow has 1 to 32 queue pairs"),
        (ProbePlan(bandwidth: BandwidthPlan(operations: [.read], queuePairs: .max)), "a flow has 1 to 32 queue pairs"),
        (ProbePlan(load: LoadPlan(queuePairs: 33)), "a flow has 1 to 32 queue pairs"),
        (ProbePlan(load: LoadPlan(queuePairs: .min)), "a flow has 1 to 32 queue pairs"),
        (ProbePlan(load: LoadPlan(kind: .idle)), "a load that is idle is none"),
        (
            // 12 cells of 10.5 s, 45 s, a queue pair of 2 s, and a flow of a day, twice 5 s and 10 s.
            ProbePlan(
                bandwidth: BandwidthPlan(operations: [.read], durationNanoseconds: 86_400_000_000_000)),
            "the plan may take 86593s; a session takes at most 1d"
        ),
        // 12 cells of 2 h, 12 minutes and 5 s, and 45 s.
        (
            ProbePlan(cellDurationNanoseconds: 7_200_000_000_000),
            "the plan may take 95145s; a session takes at most 1d"
        ),
    ])
    func `S2 a plan beyond a limit is refused with the limit`(plan: ProbePlan, words: String) throws {
        let session = try Running()
        try session.say(hello(plan))
        let notice = try #require(try session.refusal())
        #expect(notice == .init(reason: .plan, words: words, number: nil))
        #expect(session.end())
        #expect(session.told == [.refused(peer: "10.0.0.9", reason: words)])
        #expect(session.ledger.openCount == 0)
    }

    @Test func `S6 a plan whose payloads and flows take more memory than a session has is refused`() throws {
        // Two slots, a write and a read window of 16 MiB, 64 bytes, and twice 16 MiB for flows.
        let session = try Running()
        try session.say(
            hello(
                ProbePlan(
                    sizesBytes: [16_777_216],
                    bandwidth: BandwidthPlan(operations: [.read], sizesBytes: [16_777_216]))))
        let notice = try #require(try session.refusal())
        #expect(notice.reason == .plan)
        #expect(notice.words == "the plan needs 100663360 bytes of memory; a session gets 67108928 on this server")
        #expect(session.end())
    }

    @Test func `S2 a plan of the longest cells is refused, whatever its numbers are`() throws {
        let session = try Running()
        try session.say(hello(ProbePlan(count: .max, cellDurationNanoseconds: .max, warmup: .max)))
        let notice = try #require(try session.refusal())
        #expect(notice.reason == .plan)
        #expect(notice.words.hasSuffix("; a session takes at most 1d"))
        #expect(session.end())
    }

    @Test func `the limits are those of the configuration`() throws {
        let configuration = ServerConfiguration(largestBytes: 4096, longestSession: .seconds(60))
        for (plan, words) in [
            (ProbePlan(sizesBytes: [4097]), "a size is 1 to 4096 bytes on this server"),
            (ProbePlan(sizesBytes: [64]), "the plan may take 76500ms; a session takes at most 1m"),
        ] {
            let session = try Running(configuration: configuration)
            try session.say(hello(plan))
            #expect(try session.refusal()?.words == words)
            #expect(session.end())
        }
        // A configuration without a limit still has one, so that no sum of payloads overflows.
        let boundless = ServerConfiguration(largestBytes: .max, longestSession: .seconds(Int64.max))
        for (plan, words) in [
            (ProbePlan(sizesBytes: [.max]), "a size is 1 to 1099511627776 bytes on this server"),
            (ProbePlan(operations: []), "a plan has 1 to 16 operations"),
        ] {
            let session = try Running(configuration: boundless)
            try session.say(hello(plan))
            #expect(try session.refusal()?.words == words)
            #expect(session.end())
        }
    }

    @Test(arguments: ["", "node1", "10.0.0", "fe80::1%eth0", "10.0.0.9\n"])
    func `S2 a hello whose RDMA address is none is refused`(source: String) throws {
        let session = try Running()
        try session.say(hello(source: source))
        let notice = try #require(try session.refusal())
        #expect(notice == .init(reason: .other, words: "hello has no usable RDMA address", number: nil))
        #expect(session.end())
        #expect(session.ledger.openCount == 0)
    }

    // MARK: S6: more than there is

    @Test func `S6 a hello when the last session was taken gets the limit`() throws {
        let ledger = SessionLedger<ConnectionEvent>(limit: 1, perPeer: 4)
        let session = try Running(ledger: ledger)
        try #require(ledger.admit(try IPAddress(parsing: "10.0.0.1")) == nil)
        _ = try ledger.beginSession().get()
        try session.say(hello())
        let notice = try #require(try session.refusal())
        #expect(notice == .init(reason: .busy, words: "busy: the limit of 1 sessions is reached", number: 1))
        #expect(session.end())
        #expect(ledger.openCount == 1)
    }

    @Test func `S6 a thousand clients that break off leave no count behind`() throws {
        let ledger = SessionLedger<ConnectionEvent>(limit: 16, perPeer: 4)
        for turn in 0..<1000 {
            let session = try Running(ledger: ledger)
            if turn % 2 == 0 { session.pair.write([0x52, 0x44]) }
            session.pair.closeFar()
            #expect(session.end())
        }
        #expect(ledger.openCount == 0)
    }

    /// Half of the streams are a good hello with a few bytes changed: the ends of all of them are a refusal, a line, or silence.
    @Test func `S2 300 mutated streams end in at most one refusal and leave nothing behind`() throws {
        let ledger = SessionLedger<ConnectionEvent>(limit: 16, perPeer: 4)
        for seed in 0..<300 {
            var random = SeededRandom(seed: UInt64(seed))
            var bytes = try hello().frame().encoded()
            for _ in 0..<(1 + random.next() % 4) {
                let place = Int(random.next() % UInt64(bytes.count))
                switch random.next() % 3 {
                case 0: bytes[place] = random.edgy()
                case 1: bytes.remove(at: place)
                default: bytes.removeLast(bytes.count - place)
                }
                if bytes.isEmpty { break }
            }
            let session = try Running(ledger: ledger)
            session.pair.write(bytes)
            shutdown(session.pair.far, CInt(SHUT_WR))
            let (frames, wanted) = try `Control frames`.decode(session.pair.readAll()) { _ in 4096 }
            #expect(frames.count <= 1 && wanted == ControlFrame.headerLength, "seed \(seed)")
            #expect(session.end(), "seed \(seed)")
            #expect(ledger.openCount == 0, "seed \(seed)")
        }
    }
}

/// A client at the server's door over real TCP.
@Suite struct `A server's session over TCP` {
    /// `cannotPrepare` stands for every host whose loopback address is no RDMA one, which is any host but one made so on purpose.
    @Test(.disabled(if: RDMAAddress.isLoopbackRDMA, "127.0.0.1 is an RDMA address of this host"))
    func `a client of a host without RDMA on this address is told that the device cannot be prepared`() throws {
        let loopback = try IPAddress(parsing: "127.0.0.1")
        let listener = try TCP.listen(on: SocketAddress(address: loopback, port: 0))
        defer { close(listener) }
        let cancellation = Cancellation()
        let port = try #require(SocketAddress.bound(to: listener)).port
        let client = ControlConnection(
            adopting: try TCP.connect(
                to: SocketAddress(address: loopback, port: port), from: nil, until: .after(patience),
                cancellation: cancellation),
            cancellation: cancellation)
        #expect(FileDescriptor.wait([listener], until: .after(patience)) == [true])
        let accepted = ControlConnection(adopting: try #require(TCP.accept(on: listener)), cancellation: cancellation)
        #expect(accepted.peerAddress == client.localAddress)
        #expect(accepted.localAddress == client.peerAddress)
        let ledger = SessionLedger<ConnectionEvent>(limit: 16, perPeer: 4)
        try #require(ledger.admit(loopback) == nil)
        let ended = Handover<Bool>()
        nonisolated(unsafe) let session = ServerSession(
            control: accepted, peer: loopback, ledger: ledger, configuration: ServerConfiguration(),
            cancellation: cancellation,
            tell: { _ in })
        Worker.start {
            session.run()
            ended.give(true)
        }
        try client.send(
            .hello(.init(toolVersion: "0.1.0", plan: ProbePlan(), rdmaSource: "127.0.0.1")), until: .after(patience))
        guard case .refusal(let notice) = try client.receive(until: .after(patience)) else {
            Issue.record("no refusal")
            return
        }
        #expect(notice.reason == .cannotPrepare)
        #expect(!notice.words.isEmpty)
        #expect(!notice.words.contains("\n"))
        client.finishSending(until: .after(.zero))
        #expect(FileDescriptor.wait([ended.fileDescriptor], until: .after(patience)) == [true])
        #expect(ledger.openCount == 0)
    }
}

extension RDMAAddress {
    /// Whether the connection manager takes an RDMA device for 127.0.0.1.
    static var isLoopbackRDMA: Bool {
        IPAddress(bytes: [127, 0, 0, 1]).map { (try? AddressBinding(SocketAddress(address: $0, port: 0))) != nil }
            ?? false
    }
}

extension SocketAddress {
    /// The address that a listening socket is bound to.
    static func bound(to descriptor: CInt) -> SocketAddress? {
        var bytes = [UInt8](repeating: 0, count: 128)
        var length = socklen_t(bytes.count)
        let code = bytes.withUnsafeMutableBytes { buffer -> CInt in
            guard let start = buffer.baseAddress else { return -1 }
            return getsockname(descriptor, start.assumingMemoryBound(to: sockaddr.self), &length)
        }
        return code == 0 ? SocketAddress(bytes: Array(bytes.prefix(Int(length)))) : nil
    }
}

/// What a server told, from whatever thread.
private final class EventLog: Sendable {
    private let events = Guarded<[ServerEvent]>([])

    func add(_ event: ServerEvent) { events.withLock { $0.append(event) } }

    var all: [ServerEvent] { events.withLock { $0 } }
}
