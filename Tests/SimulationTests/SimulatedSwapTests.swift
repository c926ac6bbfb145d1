import ClusterCore
import RDMAModel
import TestSupport
import Testing

@testable import RDMAProbe

/// Compare and swap, where the adapters have it and where they do not.
@Suite struct `A simulated compare and swap` {
    let trees = try? HostTrees()

    private func run(
        _ operations: [RDMAModel.Operation], isIWARP: Bool = false, without: Fault.End? = nil, faults: [Fault] = [],
        load: Bool = false
    ) throws -> Outcome {
        var scenario = Scenario(seed: 1, plan: Scenario.shortPlan(operations, sizes: [64, 100]))
        scenario.isIWARP = isIWARP
        scenario.withoutAtomics = without
        scenario.faults = faults
        if load { scenario.plan.load = LoadPlan() }
        return scenario.run(try #require(trees))
    }

    private func expectClean(_ outcome: Outcome, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(outcome.violations == [] && outcome.held == [] && outcome.stuck == nil, sourceLocation: sourceLocation)
    }

    @Test func `it is measured at eight bytes once, beside the sizes of the others, and swaps what it says`() throws {
        let outcome = try run([.write, .compareAndSwap])
        expectClean(outcome)
        let report = try #require(outcome.report)
        #expect(report.verdict.outcome == .acceptable, "\(report.verdict.reasons)")
        #expect(
            report.latency.map { "\($0.operation) \($0.sizeBytes)" } == ["write 64", "write 100", "compareAndSwap 8"])
        #expect(report.latency.map(\.samples) == [20, 20, 20])
        #expect(outcome.told.last == .ended(peer: "10.9.0.1", number: 1, problem: nil))
    }

    /// Under load the same eight bytes are swapped on.
    @Test func `under load it goes on from what it swapped before`() throws {
        let outcome = try run([.compareAndSwap], faults: [.slow(nanoseconds: 500_000)], load: true)
        expectClean(outcome)
        #expect(outcome.report?.latency.map(\.load) == [.idle, .writeFlow])
        #expect(outcome.report?.latency.map(\.samples) == [20, 20])
    }

    @Test func `what comes back changed, and what is put there changed, is not accepted`() throws {
        for (end, words) in [(Fault.End.client, "where 0x"), (.server, "where 0x")] {
            for first in [1, 7, 20] {
                let outcome = try run(
                    [.compareAndSwap],
                    faults: [.corruption(end, byte: 3, fromPayload: first + (end == .client ? 1 : 0))])
                expectClean(outcome)
                let report = try #require(outcome.report)
                #expect(report.verdict.outcome == .unfit, "\(end) \(first): \(report.verdict.reasons)")
                #expect(report.verdict.reasons[0].contains("compare_and_swap: the far memory held 0x"))
                #expect(report.verdict.reasons[0].contains(words))
            }
        }
    }

    @Test func `over iWARP, and on adapters without it, the answer is that the device does not offer it`() throws {
        for (isIWARP, without, device) in [
            (true, nil, "near0"), (false, .client, "near0"), (false, .server, "far0"),
        ] as [(Bool, Fault.End?, String)] {
            let outcome = try run([.send, .compareAndSwap], isIWARP: isIWARP, without: without)
            expectClean(outcome)
            let report = try #require(outcome.report)
            #expect(report.verdict.outcome == .undetermined)
            let words = try #require(report.verdict.reasons.first)
            #expect(
                words.contains("compare_and_swap is not offered by this device") && words.contains(device), "\(words)")
            #expect(report.findings.contains { $0.remedy?.contains("leave it out of --operations") == true })
            #expect(report.latency.isEmpty)
        }
    }
}
