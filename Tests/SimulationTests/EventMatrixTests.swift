import CVerbs
import ClusterCore
import RDMAModel
import TestSupport
import Testing

@testable import RDMAProbe

/// Every status of a completion and every event of the connection manager, wherever it can come.
@Suite struct `R3 every status and event in every state` {
    private let trees = try? HostTrees()

    @Test(arguments: Operation.allCases, [false, true])
    func `each status of a completion is named, counts its operation as lost and makes the path unfit`(
        operation: Operation, isIWARP: Bool
    ) throws {
        let trees = try #require(trees)
        for status in CompletionStatus.known where status != .success {
            var scenario = Scenario(seed: 11, plan: Scenario.shortPlan([operation]))
            scenario.isIWARP = isIWARP
            if operation == .compareAndSwap, isIWARP { continue }
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

    // MARK: What an adapter tells unasked

    @Test(arguments: Fault.End.allCases, [false, true])
    func `each asynchronous event at each step of either end keeps every promise`(
        end: Fault.End, isIWARP: Bool
    ) throws {
        let trees = try #require(trees)
        var plain = Scenario(seed: 13, plan: Scenario.shortPlan([.send, .write]))
        plain.isIWARP = isIWARP
        let calls = try #require(plain.run(trees).calls[end])
        for type in AsyncEventType.known {
            for call in stride(from: 1, through: calls, by: max(1, calls / 24)) {
                var scenario = plain
                scenario.faults = [.asyncEvent(end, kind: UInt32(type.rawValue), atCall: call)]
                let outcome = scenario.run(trees)
                #expect(Invariants.broken(in: outcome) == [], "\(type) at call \(call)")
                // What only tells something changes nothing.
                if !type.endsSession {
                    #expect(outcome.report?.verdict.outcome == .acceptable, "\(type) at call \(call)")
                }
            }
        }
    }

    /// In the middle of the cells both ends have a queue pair, and nothing is over yet.
    @Test(arguments: Fault.End.allCases, [false, true])
    func `in the middle of a measurement each asynchronous event is told, and only what ends a queue ends the run`(
        end: Fault.End, isIWARP: Bool
    ) throws {
        let trees = try #require(trees)
        var plain = Scenario(seed: 14, plan: Scenario.shortPlan([.send, .write]))
        plain.isIWARP = isIWARP
        let calls = try #require(plain.run(trees).calls[end])
        for type in AsyncEventType.known {
            var scenario = plain
            scenario.faults = [.asyncEvent(end, kind: UInt32(type.rawValue), atCall: calls * 6 / 10)]
            let outcome = scenario.run(trees)
            let report = try #require(outcome.report)
            let account = try #require(end == .client ? report.host : report.peer)
            #expect(account.asyncEvents.map(\.type) == [type], "\(type): \(account.events)")
            #expect(report.verdict.outcome == (type.endsSession ? .unfit : .acceptable), "\(type)")
            let isFound = report.findings.contains { finding in
                finding.evidence.contains {
                    $0.source == "ibv_get_async_event" && $0.value?.contains(type.name) == true
                }
            }
            #expect(isFound == (type.endsSession || type == .portError), "\(type): \(report.findings)")
            #expect(Invariants.broken(in: outcome) == [], "\(type)")
        }
    }

    @Test func `a port that comes back is a flap, and one that does not is down at the end`() throws {
        let trees = try #require(trees)
        var plain = Scenario(seed: 15, plan: Scenario.shortPlan([.write]))
        let calls = try #require(plain.run(trees).calls[.client])
        let down = Fault.asyncEvent(
            .client, kind: UInt32(AsyncEventType.portError.rawValue), atCall: calls * 6 / 10)
        let up = Fault.asyncEvent(.client, kind: UInt32(AsyncEventType.portActive.rawValue), atCall: calls * 7 / 10)
        for (faults, words) in [
            ([down, up], "the port went down once and came back"),
            ([down, up, down, up], "the port went down 2 times and came back"),
            ([down], "the port went down and was down at the end"), ([up], nil),
        ] as [([Fault], String?)] {
            plain.faults = faults
            let outcome = plain.run(trees)
            let report = try #require(outcome.report)
            let found = report.findings.filter { $0.rule == AsyncEvent.rule }
            #expect(found.map(\.measured) == (words.map { [.text($0)] } ?? []))
            #expect(found.allSatisfy { $0.severity == .warning && $0.remedy != nil })
            #expect(report.verdict.outcome == .acceptable)
            #expect(outcome.violations == [] && outcome.held == [])
        }
    }

    /// Both sessions of a selftest, or of a server, read the one queue that the device has in a process.
    @Test func `an event about the queue pair of another session of the process is not taken from it`() throws {
        let trees = try #require(trees)
        var plain = Scenario(seed: 16, plan: Scenario.shortPlan([.write]))
        plain.clients = 2
        let calls = try #require(plain.run(trees).calls[.server])
        for call in stride(from: calls / 4, through: calls * 3 / 4, by: max(1, calls / 24)) {
            var scenario = plain
            scenario.faults = [
                .asyncEvent(.server, kind: UInt32(AsyncEventType.queuePairFatal.rawValue), atCall: call)
            ]
            let outcome = scenario.run(trees)
            #expect(outcome.violations == [] && outcome.held == [] && outcome.stuck == nil)
            let peers = [outcome.report, outcome.secondReport].compactMap { $0?.peer?.asyncEvents }
            #expect(peers.flatMap(\.self).count <= 1, "told to both at call \(call)")
            let ended = [outcome.report, outcome.secondReport].map { $0?.verdict.outcome }
            #expect(ended.count { $0 == .unfit } <= 1, "\(ended) at call \(call)")
        }
    }
}
