import ClusterCore
import RDMAModel
import Testing

/// Latency under load counts as latency of an idle path does.
@Suite struct LoadVerdictTests {
    /// Every cell twice: idle at one latency, under load at another.
    private func evidence(idle: UInt64, loaded: UInt64) -> ProbeEvidence {
        let plan = ProbePlan(sizesBytes: [4096, 65536], load: LoadPlan())
        return ProbeEvidence(
            plan: plan,
            cells: plan.cells.map { cell in
                LatencyCell(
                    cell: cell, lost: 0,
                    samples: [UInt64](repeating: cell.load == .idle ? idle : loaded, count: 10_000))
            },
            ending: .finished, softwareRDMA: false, subject: "host:h1")
    }

    @Test func `a plan with a load has every cell idle first, and then under load`() {
        let plan = ProbePlan(operations: [.write, .read], sizesBytes: [64, 4096], load: LoadPlan())
        #expect(plan.cells.map(\.load) == [.idle, .idle, .idle, .idle, .writeFlow, .writeFlow, .writeFlow, .writeFlow])
        #expect(plan.cells.map(\.operation) == [.write, .write, .read, .read, .write, .write, .read, .read])
        #expect(ProbePlan(operations: [.write, .read], sizesBytes: [64, 4096]).cells == Array(plan.cells.prefix(4)))
    }

    @Test func `AL-42 a path that is optimal idle and too slow under load is unfit, and the cell under load decides`()
        throws
    {
        let judgement = try judge(evidence(idle: 100_000, loaded: 1_000_000), by: ProbeProfile.architecture)
        #expect(judgement.verdict.outcome == .unfit)
        #expect(judgement.verdict.deciding?.load == .writeFlow)
        #expect(judgement.verdict.reasons[0].contains("under load"))
        #expect(judgement.findings[0].subject.rawValue.hasSuffix("/load:write_flow"))
    }

    @Test func `AL-42 a path that is acceptable under load is not optimal because it is so when idle`() throws {
        #expect(
            try judge(evidence(idle: 100_000, loaded: 500_000), by: ProbeProfile.architecture).verdict.outcome
                == .acceptable)
        #expect(
            try judge(evidence(idle: 100_000, loaded: 499_999), by: ProbeProfile.architecture).verdict.outcome
                == .optimal)
    }

    @Test func `a planned cell under load that was not measured leaves the verdict open`() throws {
        var evidence = evidence(idle: 100_000, loaded: 100_000)
        evidence.cells.removeAll { $0.operation == .write && $0.sizeBytes == 4096 && $0.load == .writeFlow }
        let verdict = try judge(evidence, by: ProbeProfile.architecture).verdict
        #expect(verdict.outcome == .undetermined)
        #expect(verdict.reasons == ["Not measured: write 4 KiB under load."])
    }
}
