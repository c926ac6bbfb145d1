import ClusterCore
import RDMAModel
import TestSupport
import Testing

@testable import RDMAProbe

/// Bandwidth and latency under load between both ends, whole, over simulated adapters, network and time.
@Suite struct `Simulated flows` {
    let trees = try? HostTrees()

    /// Runs on adapters that take half a millisecond for a message unless a scenario says otherwise: every message is
    /// simulated, so a flow must not have too many.
    private func run(_ scenario: Scenario) throws -> Outcome {
        var scenario = scenario
        let isSlowed = scenario.faults.contains { if case .slow = $0 { true } else { false } }
        if !isSlowed { scenario.faults.append(.slow(nanoseconds: 500_000)) }
        return scenario.run(try #require(trees))
    }

    /// A plan with flows of twenty milliseconds.
    private static func plan(
        _ operations: [Operation] = [.send, .write, .read], _ directions: [FlowDirection] = [.oneWay, .bothWays],
        sizes: [UInt64] = [65_536], queuePairs: Int = 1, load: Bool = false, milliseconds: UInt64 = 20
    ) -> ProbePlan {
        var plan = Scenario.shortPlan([.read])
        if load { plan.load = LoadPlan(sizeBytes: 65_536, queuePairs: queuePairs) }
        if !operations.isEmpty {
            plan.bandwidth = BandwidthPlan(
                operations: operations, directions: directions, sizesBytes: sizes, queuePairs: queuePairs,
                durationNanoseconds: milliseconds * 1_000_000)
        }
        return plan
    }

    private func expectClean(_ outcome: Outcome, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(outcome.stuck == nil, sourceLocation: sourceLocation)
        #expect(outcome.serverError == nil, sourceLocation: sourceLocation)
        #expect(outcome.violations == [], sourceLocation: sourceLocation)
        #expect(outcome.held == [], sourceLocation: sourceLocation)
    }

    @Test(arguments: [false, true], [CompletionWait.event, .poll])
    func `every flow is measured, over one queue pair and several`(isIWARP: Bool, wait: CompletionWait) throws {
        for queuePairs in [1, 3] {
            var scenario = Scenario(seed: UInt64(queuePairs), plan: Self.plan(queuePairs: queuePairs))
            scenario.isIWARP = isIWARP
            scenario.wait = wait
            let outcome = try run(scenario)
            expectClean(outcome)
            let report = try #require(outcome.report)
            #expect(report.verdict.outcome == .acceptable, "\(report.verdict.reasons)")
            let bandwidth = try #require(report.bandwidth)
            #expect(
                bandwidth.map { "\($0.operation) \($0.direction) \($0.postedBy)" }
                    == ["send", "write", "read"].flatMap {
                        ["\($0) oneWay host", "\($0) bothWays host", "\($0) bothWays peer"]
                    })
            for flow in bandwidth {
                #expect(flow.messages > 0 && flow.queuePairs == queuePairs)
                // Posted for 20 ms, and what was under way then still arrived.
                #expect(flow.durationNanoseconds > 10_000_000)
                #expect(
                    try #require(flow.meanBitsPerSecond) == flow.messages * 65_536 * 8_000_000_000
                        / flow.durationNanoseconds)
                #expect(flow.lowestSecondBitsPerSecond == nil, "there was no whole second")
            }
            #expect(outcome.told.last == .ended(peer: "10.9.0.1", number: 1, problem: nil))
        }
    }

    /// The world records every operation that an adapter did; none of them may have found no receive.
    @Test(arguments: [false, true])
    func `a send never finds no receive, whatever the window`(isIWARP: Bool) throws {
        for (index, size) in ([1, 64, 65_536, 1_048_576] as [UInt64]).enumerated() {
            var scenario = Scenario(
                seed: UInt64(index), plan: Self.plan([.send], sizes: [size], queuePairs: 1 + index, milliseconds: 5))
            scenario.isIWARP = isIWARP
            let outcome = try run(scenario)
            expectClean(outcome)
            #expect(outcome.report?.bandwidth?.count == 3)
            #expect(outcome.report?.host.events.contains { $0.contains("DISCONNECTED") } == false)
        }
    }

    /// The world records what each adapter did. A post of a flow is told by its request's highest byte, 16.
    @Test(arguments: [RDMAModel.Operation.write, .read])
    func `both ways, each row has what the adapter of its own end did`(operation: RDMAModel.Operation) throws {
        var differs = false
        for seed in UInt64(1)...4 {
            // Two messages under way and some sixty in all, so that chance makes the ends' counts differ.
            var scenario = Scenario(seed: seed, plan: Self.plan([operation], [.bothWays], sizes: [1_048_576]))
            scenario.plan.bandwidth?.durationNanoseconds = 100_000
            scenario.faults = [.slow(nanoseconds: 1000)]
            let outcome = try run(scenario)
            expectClean(outcome)
            let posts = outcome.record.entries.filter { $0.request >> 56 == 0x10 && !$0.isReceive && $0.status == 0 }
            let (near, far) = (
                posts.count { $0.process == outcome.client }, posts.count { $0.process != outcome.client }
            )
            let rows = try #require(outcome.report?.bandwidth)
            #expect(rows.map(\.postedBy) == [.host, .peer])
            #expect(rows.map(\.messages) == [UInt64(near), UInt64(far)], "seed \(seed)")
            if near != far { differs = true }
        }
        #expect(differs, "rows that are mixed up would not show")
    }

    /// The far program alone knows what arrived of a send.
    @Test func `of sends what counts is what arrived there, to the message`() throws {
        for seed in UInt64(1)...4 {
            let outcome = try run(Scenario(seed: seed, plan: Self.plan([.send], [.oneWay], sizes: [64])))
            expectClean(outcome)
            // A receive of a flow is told by its request's highest byte, 18.
            let arrived = outcome.record.entries.count {
                $0.process != outcome.client && $0.isReceive && $0.request >> 56 == 0x12 && $0.status == 0
            }
            let messages = try #require(outcome.report?.bandwidth?.first).messages
            #expect(messages == UInt64(arrived), "seed \(seed)")
        }
    }

    /// The idle cell is the first twenty operations or so, and the load's window is filled before the cell under it begins.
    @Test(arguments: [30, 40, 50, 60])
    func `a load whose operation fails ends the run at once, by the name of its failure`(operation: Int) throws {
        var scenario = Scenario(seed: 3, plan: Self.plan([], load: true))
        scenario.faults = [.slow(nanoseconds: 500_000), .completion(status: 5, operation: operation)]
        let outcome = try run(scenario)
        expectClean(outcome)
        let report = try #require(outcome.report)
        #expect(report.verdict.outcome == .unfit)
        let words = CompletionStatus(rawValue: 5).description
        #expect(report.findings.contains { $0.evidence.contains { $0.value == words } }, "\(report.verdict.reasons)")
    }

    @Test(arguments: [false, true])
    func `a longer flow has whole seconds, and the lowest is no more than the mean allows`(isIWARP: Bool) throws {
        var scenario = Scenario(seed: 5, plan: Self.plan([.write], [.oneWay], sizes: [65_536], milliseconds: 2000))
        scenario.isIWARP = isIWARP
        // A few hundred messages a second.
        scenario.faults = [.slow(nanoseconds: 50_000_000)]
        let outcome = try run(scenario)
        expectClean(outcome)
        let flow = try #require(outcome.report?.bandwidth?.first)
        let lowest = try #require(flow.lowestSecondBitsPerSecond)
        #expect(lowest > 0 && 2 * lowest <= flow.messages * flow.sizeBytes * 8)
    }

    @Test(arguments: [false, true])
    func `every cell is measured again under load, on another queue pair`(isIWARP: Bool) throws {
        var scenario = Scenario(seed: 2, plan: Self.plan([], queuePairs: 2, load: true))
        scenario.isIWARP = isIWARP
        let outcome = try run(scenario)
        expectClean(outcome)
        let report = try #require(outcome.report)
        #expect(report.verdict.outcome == .acceptable, "\(report.verdict.reasons)")
        #expect(report.latency.map(\.load) == [.idle, .writeFlow])
        #expect(report.latency.map(\.samples) == [20, 20])
        #expect(report.findings.contains { $0.rule == "rdma.load" && $0.measured != nil })
        #expect(report.bandwidth == nil)
    }

    @Test(arguments: [Fault.End.client, .server])
    func `whoever is stopped in a flow, the other end comes to its end and nothing is left`(end: Fault.End) throws {
        let whole = try run(Scenario(seed: 3, plan: Self.plan([.send, .write], [.bothWays], load: true)))
        let calls = try #require(whole.calls[end])
        // The flows are the greater part of all calls.
        for part in 3..<10 {
            for losesPower in [false, true] {
                var scenario = Scenario(seed: 3, plan: Self.plan([.send, .write], [.bothWays], load: true))
                scenario.faults = [
                    .crash(end, atCall: calls * part / 10, losesPower: losesPower, restartsAfter: nil)
                ]
                let outcome = try run(scenario)
                expectClean(outcome)
                if end == .server {
                    let report = try #require(outcome.report)
                    #expect([.undetermined, .unfit].contains(report.verdict.outcome))
                }
            }
            var scenario = Scenario(seed: 3, plan: Self.plan([.send, .write], [.bothWays], load: true))
            scenario.faults = [.cancel(end, atCall: calls * part / 10)]
            expectClean(try run(scenario))
        }
    }

    @Test func `a path that dies during a flow is unfit, and a lost control connection leaves it open`() throws {
        let plan = Self.plan([.write], [.oneWay], milliseconds: 2000)
        var dead = Scenario(seed: 4, plan: plan)
        dead.faults = [.slow(nanoseconds: 10_000_000), .deadPath(from: 1_000_000_000, lasting: 600_000_000_000)]
        let lost = try run(dead)
        expectClean(lost)
        #expect(lost.report?.verdict.outcome == .unfit, "\(lost.report?.verdict.reasons ?? [])")
        #expect(lost.report?.bandwidth?.first.map { $0.messages > 0 } == true, "what had arrived is told")
        var reset = Scenario(seed: 4, plan: plan)
        reset.faults = [.reset(at: 100_000_000)]
        let open = try run(reset)
        expectClean(open)
        #expect(open.report?.verdict.outcome == .undetermined, "\(open.report?.verdict.reasons ?? [])")
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `with packets lost and chopped messages every run still ends`(seed: UInt64) throws {
        var scenario = Scenario(
            seed: seed, plan: Self.plan([.send, .read], queuePairs: 2, load: seed % 2 == 0, milliseconds: 5))
        scenario.isIWARP = seed % 3 == 0
        scenario.wait = seed % 5 == 0 ? .poll : .event
        scenario.isChopped = seed % 4 == 0
        scenario.faults = [.packetLoss(perThousand: seed)]
        expectClean(try run(scenario))
    }
}
