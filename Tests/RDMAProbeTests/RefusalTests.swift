import ClusterCore
import HostTopology
import RDMAModel
import Testing

@testable import RDMAProbe

/// What the client makes of a server's no.
@Suite struct `Refusals` {
    @Test func `each reason becomes the one that a report knows`() {
        func refusal(_ reason: ControlMessage.RefusalNotice.Reason, _ words: String, _ number: UInt64? = nil)
            -> ProbeFailure.Refusal
        {
            ControlMessage.RefusalNotice(reason: reason, words: words, number: number).refusal
        }
        #expect(refusal(.busy, "busy", 16) == .busy(limit: 16))
        #expect(refusal(.busy, "busy") == .busy(limit: 0))
        #expect(refusal(.version, "v", 7) == .version(ours: 1, theirs: 7))
        #expect(refusal(.cannotPrepare, "no memory") == .cannotPrepare("no memory"))
        #expect(refusal(.plan, "a size") == .plan("a size"))
        #expect(refusal(.unsupported, "no atomics") == .unsupported("no atomics"))
        #expect(refusal(.other, "words") == .other("words"))
        if case .notAllowed = refusal(.notAllowed, "10.0.0.9") {
        } else {
            Issue.record("not allowed is told as something else")
        }
    }
}

/// The last question, asked also by a run that was stopped.
@Suite struct `Farewell` {
    private let pair: SocketPair
    private let cancellation = Cancellation()
    private let control: ControlConnection
    private let account = EndAccount(name: "far", events: ["RDMA_CM_EVENT_ESTABLISHED"])

    init() throws {
        pair = try SocketPair()
        control = ControlConnection(adopting: pair.near, cancellation: cancellation)
    }

    private func say(_ messages: [ControlMessage]) throws {
        pair.write(try messages.flatMap { try $0.frame().encoded() })
    }

    @Test func `the account is taken, also when the run was cancelled, and past what else was under way`() throws {
        cancellation.cancel()
        try say([.pong, .done, .account(account)])
        #expect(ControlFarewell(control).account(until: .after(patience)) == account)
        control.finishSending(until: .after(.zero))
        #expect(pair.readAll() == (try ControlMessage.finish.frame().encoded()))
    }

    @Test func `a far end that has failed gives its account with that`() throws {
        try say([.failed(.init(step: .measurement, words: "w", account: account))])
        #expect(ControlFarewell(control).account(until: .after(patience)) == account)
    }

    @Test func `a far end that says nothing, closes or talks nonsense gives none, and holds nobody up`() throws {
        let time = elapsed { #expect(ControlFarewell(control).account(until: .after(.milliseconds(80))) == nil) }
        #expect(time >= .milliseconds(80))
        #expect(time < patience)
        pair.write(Array("GET / HTTP/1.1".utf8))
        #expect(ControlFarewell(control).account(until: .after(patience)) == nil)
        pair.closeFar()
        #expect(ControlFarewell(control).account(until: .after(patience)) == nil)
    }
}

@Suite struct `Starting a server` {
    private func error(_ configuration: ServerConfiguration) -> ServerError? {
        do throws(ServerError) {
            _ = try ProbeServer(configuration)
            return nil
        } catch { return error }
    }

    @Test(arguments: [0, .max] as [UInt16]) func `a port without a next one is refused`(port: UInt16) {
        #expect(error(ServerConfiguration(port: port)) == .port(port))
    }

    @Test(arguments: ["0.0.0.0", "::"]) func `the wildcard address is refused unless everyone is meant`(text: String)
        throws
    {
        let address = try IPAddress(parsing: text)
        #expect(error(ServerConfiguration(listen: [address])) == .wildcardWithoutAny(address))
    }

    @Test func `an address that no RDMA device has is refused with those that there are`() throws {
        let address = try IPAddress(parsing: "192.0.2.77")
        let found = RDMAAddress.all().map(\.interface.address)
        #expect(error(ServerConfiguration(listen: [address])) == .notAnRDMAAddress(address, found: found))
    }

    @Test(.disabled(if: `A run without a peer`.hasRDMA, "this host has an RDMA device"))
    func `a host without RDMA has nothing to serve on`() {
        #expect(error(ServerConfiguration()) == .noRDMAAddress)
        #expect(RDMAAddress.all().isEmpty)
    }
}
