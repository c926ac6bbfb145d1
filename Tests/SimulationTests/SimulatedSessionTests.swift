import ClusterCore
import RDMAModel
import TestSupport
import Testing

@testable import RDMAProbe

/// Both ends of a session, whole, over simulated adapters, network and time.
@Suite struct `A simulated session` {
    let trees = try? HostTrees()

    private func run(_ scenario: Scenario) throws -> Outcome { scenario.run(try #require(trees)) }

    @Test(arguments: [false, true])
    func `without a fault every cell is measured, and both ends say so`(isIWARP: Bool) throws {
        var scenario = Scenario(seed: 1)
        scenario.isIWARP = isIWARP
        let outcome = try run(scenario)
        #expect(outcome.stuck == nil)
        #expect(outcome.serverError == nil)
        #expect(outcome.violations == [])
        #expect(outcome.held == [])
        let report = try #require(outcome.report)
        #expect(report.verdict.outcome == .acceptable, "\(report.verdict.reasons) \(report.findings)")
        #expect(report.latency.map(\.samples) == [20, 20, 20])
        #expect(report.peer?.device?.name == "far0")
        #expect(report.host.device?.name == "near0")
        #expect(report.host.device?.transport == (isIWARP ? .iWARP : .roceV2))
        #expect(
            outcome.told == [
                .began(peer: "10.9.0.1", number: 1, cells: 3), .ended(peer: "10.9.0.1", number: 1, problem: nil),
            ])
    }

    /// 256 markers from 1 to 255 and again 1: the last of the first cell is the first of the second.
    @Test(arguments: [CompletionWait.event, .poll])
    func `what an earlier cell left in memory is not taken for the echo of a write`(wait: CompletionWait) throws {
        var scenario = Scenario(seed: 1, plan: Scenario.shortPlan([.write], pattern: .echo, sizes: [64, 64]))
        scenario.plan.count = 256
        scenario.wait = wait
        scenario.faults = [.slow(nanoseconds: 50_000)]
        let report = try #require(try run(scenario).report)
        #expect(report.latency.map(\.samples) == [256, 256])
        // A packet there and one back, each of which takes so long.
        for cell in report.latency { #expect(try #require(cell.minimum) > 50_000, "\(cell.minimum ?? 0)") }
    }

    /// The client's operations of a cell have request 2, as has the first message.
    @Test func `warm-up is done before each cell and none of it is a sample`() throws {
        var scenario = Scenario(seed: 1, plan: Scenario.shortPlan([.write, .read]))
        scenario.plan.warmup = 7
        let outcome = try run(scenario)
        let report = try #require(outcome.report)
        #expect(report.latency.map(\.samples) == [20, 20])
        let posts = outcome.record.entries.filter {
            $0.process == outcome.client && !$0.isReceive && $0.request == 2
        }
        #expect(posts.count == 1 + 2 * (7 + 20))
        for (index, cell) in report.latency.enumerated() {
            // What was posted last of each cell: a sample runs from before the post until after the completion.
            let own = posts.dropFirst(1 + index * 27 + 7).prefix(20).map { $0.completed - $0.posted }
            #expect(try #require(cell.minimum) >= #require(own.min()))
            #expect(try #require(cell.maximum) >= #require(own.max()))
        }
    }

    /// The adapter gives up after 1.6 s, three times 0.54 s; the run need not wait for that.
    @Test func `an operation is lost once its own time is over, before the adapter gives up`() throws {
        var scenario = Scenario(seed: 1, plan: Scenario.shortPlan([.write]))
        scenario.plan.operationTimeoutNanoseconds = 1_000_000_000
        scenario.plan.count = 100_000
        scenario.faults = [.deadPath(from: 20_000_000, lasting: 600_000_000_000)]
        let report = try #require(try run(scenario).report)
        #expect(report.verdict.outcome == .unfit)
        #expect(report.latency.map(\.lost) == [1])
        #expect(report.verdict.reasons.contains { $0.contains("within 1 s") }, "\(report.verdict.reasons)")
    }

    /// Its sessions would else go on without it.
    @Test func `a server that is stopped ends its sessions, and the client says that the far end went away`() throws {
        let plain = Scenario(seed: 1)
        let calls = try #require(try run(plain).calls[.server])
        for part in 5..<10 {
            var scenario = plain
            scenario.faults = [.cancel(.server, atCall: calls * part / 10)]
            let report = try #require(try run(scenario).report)
            #expect(report.verdict.outcome == .undetermined, "\(part): \(report.verdict.reasons)")
            #expect(report.latency.allSatisfy { $0.lost == 0 }, "\(part)")
        }
    }

    @Test func `a run that the user stops says so, whatever it had measured`() throws {
        let plain = Scenario(seed: 1)
        let calls = try #require(try run(plain).calls[.client])
        for part in 1..<10 {
            var scenario = plain
            scenario.faults = [.cancel(.client, atCall: calls * part / 10)]
            let report = try #require(try run(scenario).report)
            #expect(report.verdict.outcome == .undetermined, "\(part): \(report.verdict.reasons)")
            #expect(report.findings.contains { $0.rule == "rdma.interrupted" }, "\(part): \(report.findings)")
        }
    }
}
