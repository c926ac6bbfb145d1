import ClusterCore
import RDMAModel
import RDMAProbe
import TestSupport
import Testing

@Suite struct `Embedding RDMAProbe` {
    /// What the example prints is looked at by nobody here.
    private func print(_: Any...) {}

    /// Nothing serves on this host's port, so the verdict is that none can be given; with RDMA or without, and in no time.
    @Test func `the example of the first page compiles, runs and ends with a verdict`() async throws {
        let host = "127.0.0.1"
        // snippet
        let plan = ProbePlan(operations: [.write, .read], sizesBytes: [4096, 65536], count: 20_000)
        let report = try await Probe.run(ProbeOptions(host: host, plan: plan)) { progress in
            if case .measuring(let cell, _, _, let samples, _) = progress { print(cell, samples) }
        }
        for cell in report.latency {
            let median = cell.p50.map { Duration.nanoseconds(Int64(clamping: $0)).unitText } ?? "unknown"
            print("\(cell.operation) of \(cell.sizeBytes) bytes: median \(median), \(cell.lost) lost")
        }
        let remedies = report.findings.compactMap(\.remedy)
        print(report.verdict.outcome, report.verdict.reasons, remedies)
        // end of snippet
        #expect(report.verdict.outcome == .undetermined)
        #expect(report.verdict.profile == "architecture")
        #expect(!report.verdict.reasons.isEmpty)
        #expect(!report.findings.isEmpty)
        #expect(report.latency.isEmpty)
        #expect(report.plan == plan)
    }

    @Test func `the first page shows the example that is tested`() { assertSnippet(module: "RDMAProbe") }
}
