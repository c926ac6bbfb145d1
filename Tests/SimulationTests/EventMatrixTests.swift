import CVerbs
import ClusterCore
import RDMAModel
import TestSupport
import Testing

@testable import RDMAProbe

/// Every status of a completion and every event of the connection manager, wherever it can come.
@Suite struct `R3 every status and event in every state` {
    private let trees = try? HostTrees()

    @Test(arguments: [Operation.send, .write, .read], [false, true])
    func `each status of a completion is named, counts its operation as lost and makes the path unfit`(
        operation: Operation, isIWARP: Bool
    ) throws {
        let trees = try #require(trees)
        for status in CompletionStatus.known where status != .success {
            var scenario = Scenario(seed: 11, plan: Scenario.shortPlan([operation]))
            scenario.isIWARP = isIWARP
            // The first message is the first operation, so this is one of the cell. Over iWARP a write is followed by the
            // read that confirms it, and the write itself has completed when it has left: there the read fails.
            let number = isIWARP && operation == .write ? 7 : 6
            scenario.faults = [.completion(status: status.rawValue, operation: number)]
            let outcome = scenario.run(trees)
            #expect(Invariants.broken(in: outcome) == [], "\(status)")
            let report = try #require(outcome.report, "\(status)")
            #expect(report.verdict.outcome == .unfit, "\(status)")
            #expect(report.latency.map(\.lost) == [1], "\(status)")
            let evidence = report.findings.flatMap(\.evidence)
            #expect(
                evidence.contains { $0.source == "ibv_poll_cq" && $0.value == status.description },
                "\(status): \(report.verdict.reasons)")
        }
    }

    @Test(arguments: Fault.End.allCases, [false, true])
    func `each event of the connection manager at each step of either end keeps every promise`(
        end: Fault.End, isIWARP: Bool
    ) throws {
        let trees = try #require(trees)
        var plain = Scenario(seed: 12, plan: Scenario.shortPlan([.send, .write]))
        plain.isIWARP = isIWARP
        let calls = try #require(plain.run(trees).calls[end])
        for event in CMEvent.known {
            for call in stride(from: 1, through: calls, by: max(1, calls / 24)) {
                for status in [0, -110] as [Int32] {
                    var scenario = plain
                    scenario.faults = [
                        .event(end, kind: UInt32(event.rawValue), status: status, atCall: call)
                    ]
                    #expect(
                        Invariants.broken(in: scenario.run(trees)) == [], "\(event) (\(status)) at call \(call)")
                }
            }
        }
    }
}
