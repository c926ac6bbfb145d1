import ClusterCore
import RDMAModel
import TestSupport
import Testing

@testable import RDMAProbe

/// Unreliable datagrams between both ends, over a network that drops, doubles and delays them.
@Suite struct `Simulated datagrams` {
    let trees = try? HostTrees()

    private func scenario(
        _ seed: UInt64 = 1, sizes: [UInt64] = [64, 1000], count: UInt64 = 200, faults: [Fault] = []
    ) -> Scenario {
        var scenario = Scenario(seed: seed, plan: Scenario.shortPlan([.read]))
        scenario.plan.count = count
        scenario.plan.datagrams = DatagramPlan(sizesBytes: sizes, timeoutNanoseconds: 5_000_000)
        scenario.faults = faults
        return scenario
    }

    private func run(_ scenario: Scenario) throws -> Outcome {
        let outcome = scenario.run(try #require(trees))
        #expect(outcome.violations == [] && outcome.held == [] && outcome.stuck == nil, "\(scenario.faults)")
        return outcome
    }

    @Test(arguments: [CompletionWait.event, .poll])
    func `without a fault every message is answered, and both ends say so`(wait: CompletionWait) throws {
        var scenario = self.scenario()
        scenario.wait = wait
        let report = try #require(try run(scenario).report)
        let cells = try #require(report.datagrams)
        #expect(report.verdict.outcome == .acceptable, "\(report.verdict.reasons)")
        #expect(cells.map(\.sizeBytes) == [64, 1000])
        for cell in cells {
            #expect(cell.sent == 200 && cell.answered == 200 && cell.lost == 0 && cell.lossShare == 0)
            #expect(cell.lostThere == 0 && cell.late == 0 && cell.duplicated == 0 && cell.reordered == 0)
            // A message and its answer take 100 to 400 ns each.
            #expect(try #require(cell.minimum) >= 200)
            #expect(try #require(cell.p50) >= #require(cell.minimum))
        }
    }

    /// The network counts what it drops: of each message that is lost, the message or its answer.
    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `what is said to be lost is what the network dropped, each way`(seed: UInt64) throws {
        // The first operations are those of the reliable connection, which repeats what is lost.
        let outcome = try run(self.scenario(seed, sizes: [64], faults: [.packetLoss(perThousand: 50)]))
        let report = try #require(outcome.report)
        let cell = try #require(report.datagrams?.first)
        let client = try #require(outcome.client)
        let there = outcome.record.datagramsDropped[client, default: 0]
        let back = outcome.record.datagramsDropped.filter { $0.key != client }.values.reduce(0, +)
        #expect(cell.sent == 200 && outcome.record.datagramsSent[client] == 200)
        #expect(cell.lost == UInt64(there + back))
        #expect(cell.lostThere == UInt64(there))
        #expect(cell.late == 0 && cell.duplicated == 0 && cell.answered == 200 - cell.lost)
    }

    @Test func `what arrives twice or late is counted as such, and a late answer is lost`() throws {
        let twice = try run(self.scenario(faults: [.datagrams(.init(twicePerThousand: 300))]))
        for cell in try #require(twice.report?.datagrams) {
            #expect(cell.lost == 0 && cell.late == 0 && cell.reordered == 0)
            #expect(try #require(cell.duplicated) > 20)
        }
        let late = try run(
            scenario(faults: [.datagrams(.init(latePerThousand: 100, lateness: 7_000_000))]))
        for cell in try #require(late.report?.datagrams) {
            #expect(cell.lost > 5 && cell.late > 0 && cell.late <= cell.lost)
            // What is late arrives; but for the last message, of which nobody waits for more than the 5 ms of its answer.
            #expect(try #require(cell.lostThere) <= 1)
            #expect(try #require(cell.reordered) > 0)
            // No sample is longer than the time that an answer has.
            #expect(try #require(cell.maximum) < 5_000_000)
        }
    }

    /// Every answer comes during the message after its own, so that the first counted message meets one to the warm-up.
    @Test func `an answer to a message of the warm-up is of no account`() throws {
        var scenario = self.scenario(
            sizes: [64], count: 50, faults: [.datagrams(.init(latePerThousand: 1000, lateness: 7_000_000))])
        scenario.plan.warmup = 5
        let cell = try #require(try run(scenario).report?.datagrams?.first)
        #expect(cell.sent == 50 && cell.lost == 50 && cell.answered == 0)
        // Nobody waits for the last one's.
        #expect(cell.late > 0 && cell.late <= 49)
    }

    @Test func `strangers who know number and key are neither answered nor counted`() throws {
        let plain = self.scenario(sizes: [64])
        let calls = try #require(try run(plain).calls[.server])
        for end in Fault.End.allCases {
            var scenario = plain
            scenario.faults = (6..<10).map { .forgedDatagrams(end, atCall: calls * $0 / 10) }
            let outcome = try run(scenario)
            let cell = try #require(outcome.report?.datagrams?.first)
            #expect(cell.answered == 200 && cell.lostThere == 0 && cell.duplicated == 0 && cell.reordered == 0)
            let server = outcome.record.datagramsSent.filter { $0.key != outcome.client }.values.reduce(0, +)
            #expect(server == 200, "an answer a message")
        }
    }

    @Test func `over iWARP, and where a datagram is longer than a packet, the answer is that the device has none`()
        throws
    {
        var iwarp = self.scenario()
        iwarp.isIWARP = true
        for (scenario, words) in [
            (iwarp, "datagrams are not offered by this device: iWARP has none"),
            (self.scenario(sizes: [64, 8192]), "one is a packet, and the RDMA MTU is 4096"),
        ] {
            let report = try #require(try run(scenario).report)
            #expect(report.verdict.outcome == .undetermined)
            #expect(report.verdict.reasons[0].contains(words), "\(report.verdict.reasons)")
            #expect(report.findings.contains { $0.remedy?.contains("--datagrams") == true })
            #expect(report.datagrams == [])
        }
    }

    @Test(arguments: [Fault.End.client, .server])
    func `whoever is stopped amid datagrams, the other end comes to its end and nothing is left`(end: Fault.End) throws
    {
        let plain = self.scenario(sizes: [64])
        let calls = try #require(try run(plain).calls[end])
        for part in 4..<10 {
            for losesPower in [false, true] {
                var scenario = plain
                scenario.faults = [.crash(end, atCall: calls * part / 10, losesPower: losesPower, restartsAfter: nil)]
                let outcome = try run(scenario)
                if end == .server {
                    let report = try #require(outcome.report)
                    #expect([.undetermined, .unfit].contains(report.verdict.outcome))
                    expectNoLoss(report, "\(scenario.faults)")
                }
            }
            var scenario = plain
            scenario.faults = [.cancel(end, atCall: calls * part / 10)]
            let report = try #require(try run(scenario).report)
            #expect(report.verdict.outcome == .undetermined, "\(part): \(report.verdict.reasons)")
            expectNoLoss(report, "\(scenario.faults)")
        }
    }

    /// The network lost nothing: what was under way when the run ended, or the far end was gone, is not known.
    private func expectNoLoss(_ report: ProbeReport, _ words: String) {
        for cell in report.datagrams ?? [] {
            #expect(cell.lost == 0 && cell.sent == cell.answered && cell.late == 0, "\(words)")
        }
    }

    @Test func `a path that dies loses every message, and a lost control connection leaves it open`() throws {
        // The path dies at one time after another, so that some are amid the messages.
        var losses = 0
        for start in 1...20 as ClosedRange<UInt64> {
            var dead = self.scenario(sizes: [64], count: 50)
            dead.faults = [
                .slow(nanoseconds: 1_000_000), .deadPath(from: start * 20_000_000, lasting: 600_000_000_000),
            ]
            let report = try #require(try run(dead).report)
            guard let cell = report.datagrams?.first, cell.lost > 0 else { continue }
            losses += 1
            #expect(cell.answered + cell.lost == cell.sent)
        }
        #expect(losses > 0)
        var reset = self.scenario(sizes: [64], count: 5000)
        reset.faults = [.slow(nanoseconds: 100_000), .reset(at: 300_000_000)]
        let open = try #require(try run(reset).report)
        #expect(open.verdict.outcome == .undetermined, "\(open.verdict.reasons)")
    }
}
