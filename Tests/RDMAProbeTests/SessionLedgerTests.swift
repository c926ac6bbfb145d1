import ClusterCore
import TestSupport
import Testing

@testable import RDMAProbe
import Threads

/// Who is let in: 16 sessions, 4 a peer, 8 that have said nothing yet.
@Suite struct `The ledger of sessions` {
    private func address(_ text: String) throws -> IPAddress { try IPAddress(parsing: text) }

    /// Lets a peer in and makes it a session.
    private func open(_ ledger: SessionLedger<Int>, _ peer: IPAddress) throws {
        try #require(ledger.admit(peer) == nil)
        _ = try ledger.beginSession().get()
    }

    @Test func `the 17th session is declined with the limit, and taken once one has left`() throws {
        let ledger = SessionLedger<Int>(limit: 16, perPeer: 4)
        for number in 0..<16 { try open(ledger, try address("10.0.0.\(number / 4)")) }
        #expect(ledger.openCount == 16)
        #expect(ledger.admit(try address("10.0.0.9")) == 16)
        #expect(ledger.openCount == 16)
        ledger.leave(try address("10.0.0.1"), wasSession: true)
        try open(ledger, try address("10.0.0.9"))
        #expect(ledger.admit(try address("10.0.0.8")) == 16)
    }

    @Test func `the 5th session of one peer is declined with its limit, another peer's is taken`() throws {
        let ledger = SessionLedger<Int>(limit: 16, perPeer: 4)
        let peer = try address("10.0.0.1")
        for _ in 0..<4 { try open(ledger, peer) }
        #expect(ledger.admit(peer) == 4)
        #expect(ledger.admit(try address("10.0.0.2")) == nil)
        ledger.leave(peer, wasSession: true)
        #expect(ledger.admit(peer) == nil)
    }

    @Test func `connections that have said nothing count for their peer`() throws {
        let ledger = SessionLedger<Int>(limit: 16, perPeer: 4)
        let peer = try address("10.0.0.1")
        for _ in 0..<4 { #expect(ledger.admit(peer) == nil) }
        #expect(ledger.admit(peer) == 4)
        ledger.leave(peer, wasSession: false)
        #expect(ledger.admit(peer) == nil)
    }

    @Test func `the 9th connection that has said nothing is declined, whoever it is from`() throws {
        let ledger = SessionLedger<Int>(limit: 16, perPeer: 4)
        for number in 1...8 { #expect(ledger.admit(try address("10.0.0.\(number)")) == nil) }
        #expect(ledger.admit(try address("10.0.0.9")) == SessionLedger<Int>.strangersLimit)
        #expect(SessionLedger<Int>.strangersLimit == 8)
        // One of them says hello: there is room for another stranger.
        #expect(try ledger.beginSession().get() == 1)
        #expect(ledger.admit(try address("10.0.0.9")) == nil)
    }

    @Test func `a stranger that says hello when the last session was taken is declined then`() throws {
        let ledger = SessionLedger<Int>(limit: 1, perPeer: 4)
        let (first, second) = (try address("10.0.0.1"), try address("10.0.0.2"))
        #expect(ledger.admit(first) == nil)
        #expect(ledger.admit(second) == nil)
        #expect(try ledger.beginSession().get() == 1)
        let late = ledger.beginSession()
        #expect(throws: SessionLedger<Int>.LimitReached.self) { try late.get() }
        ledger.leave(second, wasSession: false)
        ledger.leave(first, wasSession: true)
        #expect(ledger.openCount == 0)
    }

    @Test func `sessions are numbered from 1, and no number comes twice`() throws {
        let ledger = SessionLedger<Int>(limit: 2, perPeer: 2)
        let peer = try address("10.0.0.1")
        for number in 1...20 {
            try #require(ledger.admit(peer) == nil)
            #expect(try ledger.beginSession().get() == UInt64(number))
            ledger.leave(peer, wasSession: true)
        }
        #expect(ledger.openCount == 0)
    }

    @Test func `IPv4 within IPv6 is the same peer as IPv4`() throws {
        let ledger = SessionLedger<Int>(limit: 16, perPeer: 4)
        let (plain, mapped) = (try address("10.0.0.1"), try address("::ffff:10.0.0.1"))
        for number in 0..<4 { try open(ledger, number % 2 == 0 ? plain : mapped) }
        #expect(ledger.admit(plain) == 4)
        #expect(ledger.admit(mapped) == 4)
        ledger.leave(mapped, wasSession: true)
        ledger.leave(mapped, wasSession: true)
        ledger.leave(mapped, wasSession: true)
        ledger.leave(plain, wasSession: true)
        #expect(ledger.openCount == 0)
        for _ in 0..<4 { #expect(ledger.admit(plain) == nil) }
    }

    // MARK: Tokens

    @Test func `a token hands its request over once`() throws {
        let ledger = SessionLedger<Int>(limit: 16, perPeer: 4)
        let (token, source) = (SessionToken(), try address("10.0.0.1"))
        let request = ledger.expect(token, from: source)
        #expect(request.take() == nil)
        #expect(ledger.deliver(7, token: token, from: source))
        #expect(!ledger.deliver(8, token: token, from: source))
        #expect(request.take() == 7)
        #expect(request.take() == nil)
    }

    @Test func `a token from another address is refused, and still good from its own`() throws {
        let ledger = SessionLedger<Int>(limit: 16, perPeer: 4)
        let (token, source) = (SessionToken(), try address("10.0.0.1"))
        let request = ledger.expect(token, from: source)
        for other in ["10.0.0.2", "::1", "::10.0.0.1", "fe80::1"] {
            #expect(!ledger.deliver(1, token: token, from: try address(other)), "\(other)")
        }
        #expect(request.take() == nil)
        #expect(ledger.deliver(2, token: token, from: source))
    }

    @Test(arguments: [("10.0.0.1", "::ffff:10.0.0.1"), ("::ffff:10.0.0.1", "10.0.0.1"), ("fd00::1", "fd00:0::1")])
    func `an address counts in every form`(expected: String, shown: String) throws {
        let ledger = SessionLedger<Int>(limit: 16, perPeer: 4)
        let token = SessionToken()
        let request = ledger.expect(token, from: try address(expected))
        #expect(ledger.deliver(1, token: token, from: try address(shown)))
        #expect(request.take() == 1)
    }

    @Test func `a token that nobody waits for, that was taken back or whose time is over is refused`() throws {
        let ledger = SessionLedger<Int>(limit: 16, perPeer: 4)
        let (token, source) = (SessionToken(), try address("10.0.0.1"))
        #expect(!ledger.deliver(1, token: token, from: source))
        let forgotten = ledger.expect(token, from: source)
        ledger.forget(token)
        #expect(!ledger.deliver(1, token: token, from: source))
        #expect(forgotten.take() == nil)
        let expired = ledger.expect(token, from: source, for: .zero)
        #expect(!ledger.deliver(1, token: token, from: source))
        #expect(expired.take() == nil)
    }

    @Test func `each of many tokens finds its own session`() throws {
        let ledger = SessionLedger<Int>(limit: 16, perPeer: 4)
        let source = try address("10.0.0.1")
        let tokens = (0..<64).map { _ in SessionToken() }
        let requests = tokens.map { ledger.expect($0, from: source) }
        for (number, token) in tokens.enumerated().reversed() {
            #expect(ledger.deliver(number, token: token, from: source))
        }
        #expect(requests.map { $0.take() } == Array(0..<64))
    }

    // MARK: From many threads at once

    @Test func `threads that come and go at once never pass a limit and leave no count behind`() throws {
        let ledger = SessionLedger<Int>(limit: 5, perPeer: 3)
        let peers = try (1...4).map { try address("10.0.0.\($0)") }
        let counts = Guarded<(sessions: Int, byPeer: [IPAddress: Int], worst: Int, worstPeer: Int)>((0, [:], 0, 0))
        let done = (0..<8).map { _ in Handover<Bool>() }
        for (thread, handover) in done.enumerated() {
            Worker.start {
                var random = SeededRandom(seed: UInt64(thread))
                for _ in 0..<1500 {
                    let peer = peers[Int(random.next() % 4)]
                    guard ledger.admit(peer) == nil else { continue }
                    // What is counted here is counted there before, and still there after.
                    counts.withLock {
                        $0.byPeer[peer, default: 0] += 1
                        $0.worstPeer = max($0.worstPeer, $0.byPeer[peer, default: 0])
                    }
                    let isSession = if case .success = ledger.beginSession() { true } else { false }
                    if isSession {
                        counts.withLock {
                            $0.sessions += 1
                            $0.worst = max($0.worst, $0.sessions)
                        }
                    }
                    if isSession { counts.withLock { $0.sessions -= 1 } }
                    counts.withLock { $0.byPeer[peer, default: 0] -= 1 }
                    ledger.leave(peer, wasSession: isSession)
                }
                handover.give(true)
            }
        }
        for handover in done {
            #expect(FileDescriptor.wait([handover.fileDescriptor], until: .after(patience)) == [true])
        }
        #expect(counts.withLock { $0.worst } <= 5)
        #expect(counts.withLock { $0.worstPeer } <= 3)
        #expect(ledger.openCount == 0)
        for _ in 0..<3 { try open(ledger, peers[0]) }
        #expect(ledger.admit(peers[0]) == 3)
    }

    @Test func `of many threads that show one token, one gets in`() throws {
        let source = try address("10.0.0.1")
        for _ in 0..<50 {
            let ledger = SessionLedger<Int>(limit: 16, perPeer: 4)
            let token = SessionToken()
            let request = ledger.expect(token, from: source)
            let taken = Guarded<[Int]>([])
            let done = (0..<4).map { _ in Handover<Bool>() }
            for (thread, handover) in done.enumerated() {
                Worker.start {
                    if ledger.deliver(thread, token: token, from: source) { taken.withLock { $0.append(thread) } }
                    handover.give(true)
                }
            }
            for handover in done {
                #expect(FileDescriptor.wait([handover.fileDescriptor], until: .after(patience)) == [true])
            }
            let winners = taken.withLock { $0 }
            #expect(winners.count == 1)
            #expect(request.take() == winners.first)
        }
    }
}
