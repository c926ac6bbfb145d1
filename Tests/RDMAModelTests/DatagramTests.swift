import ClusterCore
import Foundation
import RDMAModel
import TestSupport
import Testing

/// What is counted of unreliable datagrams, and what a profile asks of them.
@Suite struct DatagramTests {
    // MARK: Arrivals

    /// Against a plain account that remembers every number.
    @Test func `arrivals are counted as by an account that forgets nothing, as long as none is 64 behind`() {
        forRandom(200) { random in
            var arrivals = Arrivals()
            var seen: Set<UInt64> = []
            var (duplicated, reordered) = (UInt64(0), UInt64(0))
            var highest: UInt64?
            for _ in 0..<300 {
                let top = highest ?? random.next() % 1000
                let number = random.next() % 3 == 0 ? top + random.next() % 90 : top - min(top, random.next() % 64)
                arrivals.add(number)
                if !seen.insert(number).inserted {
                    duplicated += 1
                } else if let highest, number < highest {
                    reordered += 1
                }
                highest = max(highest ?? 0, number)
            }
            return arrivals.distinct == UInt64(seen.count) && arrivals.duplicated == duplicated
                && arrivals.reordered == reordered
        }
    }

    @Test func `extreme numbers are counted`() {
        var arrivals = Arrivals()
        for number in [0, .max, 0, .max, .max - 63, .max - 64] as [UInt64] { arrivals.add(number) }
        // What lies further back than the window counts as new.
        #expect(arrivals.distinct == 5 && arrivals.duplicated == 1 && arrivals.reordered == 3)
    }

    // MARK: Cells

    private func cell(sent: UInt64, answered: Int, far: Arrivals? = Arrivals()) -> DatagramCell {
        DatagramCell(
            sizeBytes: 64, sent: sent, late: 0,
            samples: LatencyCell(
                cell: .init(operation: .send, pattern: .request, sizeBytes: 64), lost: 0,
                samples: [UInt64](repeating: 1000, count: answered)), near: Arrivals(), far: far)
    }

    @Test func `a cell is read back from its document, and without the far end's account that is unknown`() throws {
        let silent = cell(sent: 20, answered: 19, far: nil)
        #expect(silent.lost == 1 && silent.lossShare == 0.05)
        #expect(silent.lostThere == nil && silent.duplicated == nil && silent.reordered == nil)
        for cell in [silent, cell(sent: 0, answered: 0), cell(sent: 20, answered: 20)] {
            let data = try JSONEncoder().encode(cell)
            #expect(try JSONDecoder().decode(DatagramCell.self, from: data) == cell)
        }
        #expect(cell(sent: 0, answered: 0).lossShare == nil)
    }

    @Test func `a message that arrived twice there stands for no other`() {
        var far = Arrivals()
        for number in [0, 0, 0, 2] as [UInt64] { far.add(number) }
        let twice = cell(sent: 4, answered: 2, far: far)
        #expect(twice.lost == 2 && twice.lostThere == 2 && twice.duplicated == 2 && twice.reordered == 0)
    }

    // MARK: Verdicts

    private func verdict(
        _ cells: [DatagramCell], allowing share: Fraction = .zero, mode: RuleMode = .enforce,
        ending: ProbeEvidence.Ending = .finished
    ) throws -> Judgement {
        var evidence = evidence(1000)
        evidence.plan.datagrams = DatagramPlan(sizesBytes: [64])
        evidence.datagrams = cells
        evidence.ending = ending
        let profile = RuleProfile(
            name: "p", version: "1", extends: "architecture",
            rules: [
                "rdma.datagram_loss": RuleSettings(
                    parameters: ["at_most": .fraction(share)], severity: .critical, mode: mode)
            ])
        return try judge(evidence, by: profile)
    }

    @Test func `a share at its limit is met, and one above it is unfit, compared exactly`() throws {
        let third = try Fraction(1, over: 3)
        #expect(try verdict([cell(sent: 3, answered: 2)], allowing: third).verdict.outcome == .optimal)
        #expect(try verdict([cell(sent: 3, answered: 1)], allowing: third).verdict.outcome == .unfit)
        #expect(try verdict([cell(sent: 1000, answered: 666)], allowing: third).verdict.outcome == .unfit)
        let broken = try verdict([cell(sent: 1000, answered: 999)])
        #expect(broken.verdict.outcome == .unfit)
        #expect(broken.verdict.reasons[0] == "1 of 1000 datagrams of 64 B were lost; at most 0 may be.")
        #expect(broken.findings.contains { $0.rule == "rdma.datagram_loss" && $0.severity == .critical })
        #expect(try verdict([cell(sent: 1000, answered: 1000)]).verdict.reasons.contains("No datagram was lost."))
    }

    @Test func `a planned size that was not measured leaves the verdict open, and an audit decides nothing`() throws {
        #expect(try verdict([]).verdict.outcome == .undetermined)
        #expect(try verdict([cell(sent: 0, answered: 0)]).verdict.outcome == .undetermined)
        let audit = try verdict([cell(sent: 10, answered: 1)], mode: .audit)
        #expect(audit.verdict.outcome == .optimal)
        #expect(audit.findings.contains { $0.rule == "rdma.datagram_loss" })
    }

    /// Latency is reported only, and losses are left out: what remains decides, and says so.
    @Test func `where datagrams alone decide, they do`() throws {
        var evidence = evidence(1000)
        evidence.plan.datagrams = DatagramPlan(sizesBytes: [64])
        let profile = RuleProfile(
            name: "p", version: "1", extends: "architecture",
            rules: ["rdma.latency": RuleSettings(mode: .audit), "rdma.loss": RuleSettings(mode: .off)])
        for (answered, outcome, reason) in [
            (1000, Verdict.Outcome.acceptable, "No datagram was lost."),
            (999, .unfit, "1 of 1000 datagrams of 64 B were lost; at most 0 may be."),
            (0, .undetermined, "Not measured: datagrams of 64 B."),
        ] {
            evidence.datagrams = answered == 0 ? [] : [cell(sent: 1000, answered: answered)]
            let verdict = try judge(evidence, by: profile).verdict
            #expect(verdict.outcome == outcome && verdict.reasons == [reason], "\(verdict.reasons)")
        }
    }

    @Test func `a share above one and a misspelt parameter are refused`() throws {
        for parameters in [["at_most": ParameterValue.fraction(Fraction(2))], ["atmost": .fraction(.zero)]] {
            let profile = RuleProfile(
                name: "p", version: "1", extends: "architecture",
                rules: ["rdma.datagram_loss": RuleSettings(parameters: parameters)])
            #expect(throws: ProfileError.self) { try LatencyRequirement(profile) }
        }
    }
}
