import RDMAModel
import TestSupport
import Testing

@testable import RDMAProbe

/// An end that lies in one message, whichever it is, after all was agreed and RDMA connected: the other end comes to its
/// end in time, holds nothing, and believes no figure that it did not measure.
@Suite struct `A hostile peer` {
    private let trees = try? HostTrees()

    /// Every kind of message of a session is in it.
    private static func plan(_ pattern: Pattern) -> ProbePlan {
        var plan = Scenario.shortPlan(pattern: pattern)
        plan.verifiedMessages = 1
        plan.load = LoadPlan(sizeBytes: 64, queuePairs: 1)
        plan.bandwidth = BandwidthPlan(
            operations: [.send, .read], directions: [.bothWays], sizesBytes: [64], queuePairs: 1,
            durationNanoseconds: 1_000_000)
        return plan
    }

    private func run(_ forgery: Forgery, seed: UInt64) throws -> Outcome {
        var scenario = Scenario(seed: seed, plan: Self.plan(seed % 2 == 0 ? .request : .echo))
        scenario.isIWARP = seed % 4 < 2
        scenario.forgery = forgery
        // Every message of a flow is simulated, so that there must not be too many.
        scenario.faults = [.slow(nanoseconds: 500_000)]
        return scenario.run(try #require(trees))
    }

    @Test(arguments: ["client", "server"])
    func `S2 S8 a lie in any message of either end is survived by the other`(liar: String) throws {
        var message = 1
        var lies = 0
        while true {
            var wasMet = false
            for turn in 0..<(environment("LAB_SOAK") == nil ? 2 : 50) {
                let seed = UInt64(message * 1000 + turn)
                let forgery = Forgery(by: liar, message: message, seed: seed)
                let outcome = try run(forgery, seed: seed)
                guard let sent = forgery.sent else { continue }
                wasMet = true
                lies += 1
                let words = Comment(
                    rawValue: "message \(message), seed \(seed): \(String(decoding: sent, as: UTF8.self))")
                #expect(outcome.stuck == nil, words)
                #expect(outcome.violations == [], words)
                #expect(outcome.held == [], words)
                #expect(outcome.serverError == nil, words)
                let report = try #require(outcome.report, words)
                #expect(outcome.clientNanoseconds <= outcome.scenario.plan.budget.nanosecondsClamped, words)
                let succeeded = outcome.record.entries.filter {
                    $0.process == outcome.client && !$0.isReceive && $0.status == 0
                }
                #expect(report.latency.reduce(0) { $0 + $1.samples } <= succeeded.count, words)
                guard [.optimal, .acceptable].contains(report.verdict.outcome) else { continue }
                #expect(report.latency.count == outcome.scenario.plan.cells.count, words)
                #expect(report.latency.allSatisfy { $0.samples == 20 && $0.lost == 0 }, words)
            }
            guard wasMet else { break }
            message += 1
        }
        // A session that ends at the door would show nothing.
        #expect(message > 20 && lies > 40, "\(message) messages, \(lies) lies")
    }

    /// RDMA itself did all that it was asked: the path is neither unfit nor has it lost anything.
    @Test(arguments: [false, true])
    func `S2 a message of the server that nobody can read shows nothing about the path`(isPolling: Bool) throws {
        var message = 1
        while true {
            let forgery = Forgery(by: "server", message: message) { _ in ControlFrame(kind: 99, payload: []).encoded() }
            var scenario = Scenario(seed: UInt64(message), plan: Self.plan(.request))
            scenario.plan.datagrams = DatagramPlan(sizesBytes: [64], timeoutNanoseconds: 50_000_000)
            scenario.wait = isPolling ? .poll : .event
            scenario.forgery = forgery
            // Slow, since every message of a flow is simulated, and well within the profile's limit.
            scenario.faults = [.slow(nanoseconds: 100_000)]
            let outcome = scenario.run(try #require(trees))
            guard forgery.sent != nil else { break }
            let report = try #require(outcome.report)
            let words = Comment(rawValue: "message \(message): \(report.verdict.reasons)")
            #expect(outcome.stuck == nil && outcome.violations == [] && outcome.held == [], words)
            #expect(report.verdict.outcome != .unfit, words)
            #expect(report.latency.allSatisfy { $0.lost == 0 }, words)
            #expect(report.datagrams?.allSatisfy { $0.lost == 0 } != false, words)
            message += 1
        }
        #expect(message > 20, "\(message) messages")
    }

    /// The server's program alone sees what arrives of a send, so that its word is all there is of it.
    @Test(arguments: ["\"messages\":", "\"bytes\":"])
    func `S8 a server that counts more of a flow than was posted is not believed`(key: String) throws {
        var message = 1
        var lies = 0
        while true {
            var wasDone = false
            let forgery = Forgery(by: "server", message: message) { honest in
                guard let done = try? ControlMessage.flow(honest), done.received != nil else { return honest }
                wasDone = true
                // One digit more in front: ten times and more of what it was.
                return ControlFrame(
                    kind: UInt16(honest[7]),
                    payload: Array(
                        String(decoding: honest[ControlFrame.headerLength...], as: UTF8.self)
                            .replacing(key, with: key + "9").utf8)
                ).encoded()
            }
            var scenario = Scenario(seed: 1, plan: Self.plan(.request))
            scenario.plan.bandwidth?.directions = [.oneWay]
            scenario.forgery = forgery
            // Slow, since every message of a flow is simulated, and well within the profile's limit.
            scenario.faults = [.slow(nanoseconds: 100_000)]
            let outcome = scenario.run(try #require(trees))
            guard forgery.sent != nil else { break }
            message += 1
            guard wasDone else { continue }
            lies += 1
            let report = try #require(outcome.report)
            #expect(report.verdict.outcome == .undetermined, "\(report.verdict.reasons)")
            let reasons = report.verdict.reasons
            #expect(reasons.contains { $0.contains("are counted there of") }, "\(reasons)")
            #expect(report.bandwidth?.contains { $0.operation == .send } == false)
            #expect(outcome.stuck == nil && outcome.violations == [] && outcome.held == [])
        }
        #expect(lies > 0)
    }

    @Test(arguments: [false, true])
    func `S3 a connection request with another token gets no queue pair and no memory`(isIWARP: Bool) throws {
        var scenario = Scenario(seed: 1)
        scenario.isIWARP = isIWARP
        // The client shows what the welcome, the server's first message, said: a digit of the token is another one.
        scenario.forgery = Forgery(by: "server", message: 1) { welcome in
            var changed = welcome
            let key = Array("\"token\":\"".utf8)
            if let place = changed.indices.first(where: { changed[$0...].starts(with: key) }) {
                let digit = place + key.count
                changed[digit] = changed[digit] == UInt8(ascii: "0") ? UInt8(ascii: "1") : UInt8(ascii: "0")
            }
            return changed
        }
        let outcome = scenario.run(try #require(trees))
        #expect(outcome.stuck == nil && outcome.violations == [] && outcome.held == [])
        #expect(outcome.told.contains(.strangeRequest(peer: "10.9.0.1")), "\(outcome.told)")
        let reached = try #require(outcome.reached[.server])
        #expect(reached[.reject] == 1 && reached[.createQueuePair] == nil && reached[.accept] == nil, "\(reached)")
        #expect(outcome.report?.verdict.outcome != .acceptable && outcome.report?.latency.isEmpty == true)
    }

    @Test(arguments: [false, true])
    func `S7 a server makes no connection of its own, whatever the plan`(isIWARP: Bool) throws {
        var scenario = Scenario(seed: 1, plan: Self.plan(.request))
        scenario.isIWARP = isIWARP
        scenario.faults = [.slow(nanoseconds: 500_000)]
        let outcome = scenario.run(try #require(trees))
        #expect(outcome.report?.latency.count == scenario.plan.cells.count)
        #expect(outcome.report?.bandwidth?.isEmpty == false)
        let reached = try #require(outcome.reached[.server])
        #expect((reached[.accept] ?? 0) > 1)
        for site in [CallSite.connect, .resolveAddress, .resolveRoute] { #expect(reached[site] == nil, "\(site)") }
    }
}

extension ControlMessage {
    /// What a frame says of a flow that is over; `nil` where it says something else.
    fileprivate static func flow(_ bytes: [UInt8]) throws -> FlowDone? {
        let frame = ControlFrame(kind: UInt16(bytes[7]), payload: Array(bytes[ControlFrame.headerLength...]))
        guard case .flowDone(let done) = try ControlMessage(frame) else { return nil }
        return done
    }
}
