import ClusterCore
import RDMAModel
import Testing

/// An operation that has a size of its own.
@Suite struct CompareAndSwapTests {
    private let plan = ProbePlan(operations: [.write, .compareAndSwap], pattern: .echo, sizesBytes: [64, 4096])

    @Test func `it is one cell of eight bytes whatever the sizes, and has no echo`() {
        #expect(
            plan.cells.map { "\($0.operation.rawValue) \($0.sizeBytes) \($0.pattern)" } == [
                "write 64 echo", "write 4096 echo", "compare_and_swap 8 request",
            ])
        #expect(ProbePlan().operations == [.send, .write, .read], "it is measured only where it is asked for")
    }

    private func verdict(swap: UInt64?, by operations: [String]?, sizes: [String] = ["4KiB"]) throws -> Verdict {
        var parameters: [String: ParameterValue] = [
            "percentile": .text("p50"), "sizes": .list(sizes), "required_below": .duration(.milliseconds(1)),
        ]
        if let operations { parameters["operations"] = .list(operations) }
        let profile = RuleProfile(
            name: "p", version: "1",
            rules: ["rdma.latency": RuleSettings(parameters: parameters, severity: .critical, mode: .enforce)])
        let cells = plan.cells.compactMap { cell -> LatencyCell? in
            let latency = cell.operation == .compareAndSwap ? swap : 1000
            return latency.map { LatencyCell(cell: cell, lost: 0, samples: [UInt64](repeating: $0, count: 20)) }
        }
        return try judge(
            ProbeEvidence(plan: plan, cells: cells, ending: .finished, softwareRDMA: false, subject: "host:h1"),
            by: profile
        ).verdict
    }

    @Test func `a profile that names it judges it at its own size, and one that names sizes alone does not`() throws {
        #expect(try verdict(swap: 2_000_000, by: ["write", "compare_and_swap"]).outcome == .unfit)
        #expect(try verdict(swap: 999_999, by: ["write", "compare_and_swap"]).outcome == .acceptable)
        #expect(try verdict(swap: nil, by: ["write", "compare_and_swap"]).outcome == .undetermined)
        #expect(try verdict(swap: 2_000_000, by: ["write"]).outcome == .acceptable)
        #expect(try verdict(swap: 2_000_000, by: nil).outcome == .acceptable)
        #expect(try verdict(swap: 2_000_000, by: nil, sizes: ["8", "4KiB"]).outcome == .unfit)
    }
}
