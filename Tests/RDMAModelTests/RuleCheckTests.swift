import ClusterCore
import RDMAModel
import Testing

/// What was asked and how the answer was, beside the verdict that follows from it.
@Suite struct RuleCheckTests {
    private func outcomes(_ judgement: Judgement, _ rule: RuleID) -> [RuleCheck.Outcome] {
        judgement.checks.filter { $0.rule == rule }.map(\.outcome)
    }

    @Test func `AL-42 each judged cell has a check of its latency and each planned cell one of its losses`() throws {
        let judgement = try judge(evidence(60_000), by: ProbeProfile.architecture)
        #expect(outcomes(judgement, "rdma.latency") == Array(repeating: .met, count: 6))
        #expect(outcomes(judgement, "rdma.loss") == Array(repeating: .met, count: 12))
        #expect(outcomes(judgement, "rdma.connection") == [.met])
        #expect(judgement.checks.count == 19)
        #expect(judgement.checks.first?.cell == nil)
    }

    @Test func `what is broken is not met, in its own cell alone`() throws {
        let run = evidence(60_000).changing(.write, 4096) { $0.lost = 2 }
            .replacing(.read, 65536, samples: Array(repeating: 1_000_000, count: 10_000))
        let judgement = try judge(run, by: ProbeProfile.architecture)
        let broken = judgement.checks.filter { $0.outcome == .notMet }
        #expect(broken.map(\.rule) == ["rdma.loss", "rdma.latency"])
        #expect(broken.map(\.cell?.operation) == [.write, .read])
        #expect(broken.map(\.cell?.sizeBytes) == [4096, 65536])
        #expect(judgement.checks.count == 19)
        #expect(judgement.verdict.reasons.contains(broken[0].reason))
    }

    @Test func `a cell that is missing is undetermined by every rule that asks for it`() throws {
        let judgement = try judge(evidence(60_000).removing(.send, 4096), by: ProbeProfile.architecture)
        let open = judgement.checks.filter { $0.outcome == .undetermined }
        #expect(open.map(\.rule) == ["rdma.latency", "rdma.loss"])
        #expect(open.allSatisfy { $0.cell?.sizeBytes == 4096 && $0.cell?.operation == .send })
    }

    @Test func `too few samples leave the latency open and the losses met`() throws {
        let judgement = try judge(evidence(60_000, samples: 50), by: ProbeProfile.architecture)
        #expect(outcomes(judgement, "rdma.latency") == Array(repeating: .undetermined, count: 6))
        #expect(outcomes(judgement, "rdma.loss") == Array(repeating: .met, count: 12))
    }

    @Test func `an exempted figure is met and its check names the exemption`() throws {
        var profile = ProbeProfile.architecture
        profile.exemptions = [
            Exemption(
                rule: "rdma.loss", subject: "host:h1", owner: "storage", reason: "cable ordered",
                expires: try CalendarDate(parsing: "2026-12-31"))
        ]
        let judgement = try judge(
            evidence(60_000).changing(.send, 64) { $0.lost = 1 }, by: profile,
            on: try CalendarDate(parsing: "2026-12-01"))
        let check = judgement.checks.first {
            $0.rule == "rdma.loss" && $0.cell?.sizeBytes == 64 && $0.cell?.operation == .send
        }
        #expect(check?.outcome == .met)
        #expect(check?.reason.contains("cable ordered") == true)
        #expect(outcomes(judgement, "rdma.loss").count == 12)
    }

    @Test(arguments: Shortfall.allCases.filter { [.controlConnection, .rdmaConnection].contains($0) })
    func `a run that never connected has one check, under the rule of what failed`(row: Shortfall) throws {
        let step: ProbeFailure.Step = row == .controlConnection ? .control : .connect
        var run = evidence(1)
        run.cells = []
        run.ending = .failed(ProbeFailure(step, .deadline(afterNanoseconds: 5_000_000_000)))
        let whole = try judge(run, by: ProbeProfile.architecture).checks.filter { $0.cell == nil }
        #expect(whole.map(\.rule) == [row.rule])
        #expect(whole.map(\.outcome) == [row.outcome == .unfit ? .notMet : .undetermined])
    }

    @Test func `the checks agree with the verdict, whatever is taken away`() throws {
        let whole = evidence(60_000)
        for index in whole.cells.indices {
            for change in 0..<3 {
                var run = whole
                switch change {
                case 0: run.cells.remove(at: index)
                case 1: run.cells[index].p999 = nil
                default: run.cells[index].lost = 1
                }
                let judgement = try judge(run, by: ProbeProfile.architecture)
                let outcomes = Set(judgement.checks.map(\.outcome))
                let expected: Set<Verdict.Outcome> =
                    outcomes.contains(.notMet)
                    ? [.unfit] : outcomes.contains(.undetermined) ? [.undetermined] : [.optimal, .acceptable]
                #expect(expected.contains(judgement.verdict.outcome))
            }
        }
    }
}
