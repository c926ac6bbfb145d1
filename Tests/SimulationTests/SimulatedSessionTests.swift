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
}
