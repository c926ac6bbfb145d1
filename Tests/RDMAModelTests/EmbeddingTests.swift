import ClusterCore
import RDMAModel
import TestSupport
import Testing

@Suite struct `Embedding RDMAModel` {
    @Test func `the example of the first page compiles and judges writes as acceptable`() throws {
        // snippet
        let plan = ProbePlan(operations: [.write], sizesBytes: [4096])
        let samples = (0..<10_000).map { 120_000 + UInt64($0) * 45 }  // nanoseconds, as somebody measured them
        let cells = plan.cells.map { LatencyCell(cell: $0, lost: 0, samples: samples) }
        let settings = RuleSettings(parameters: ["operations": .list(["write"]), "sizes": .list(["4KiB"])])
        let profile = RuleProfile(
            name: "writes", version: "1", extends: "architecture", rules: ["rdma.latency": settings])
        let evidence = ProbeEvidence(plan: plan, cells: cells, ending: .finished, softwareRDMA: false)
        let judgement = try judge(evidence, by: profile)
        let status = ExitStatus(judgement.verdict.outcome).rawValue
        // end of snippet
        // The 9990th sample is 120 000 + 9989 · 45 ns = 569 505 ns: below 1 ms, not below 0.5 ms.
        #expect(judgement.verdict.outcome == .acceptable)
        #expect(judgement.verdict.reasons.first?.contains("0.569505 ms") == true)
        #expect(status == 0)
    }

    @Test func `the first page shows the example that is tested`() { assertSnippet(module: "RDMAModel") }
}
