import ClusterCore
import RDMAModel
import TestSupport
import Testing

/// Flows that were planned and of which nothing is known.
@Suite struct `Flows that were not measured` {
    private func report(
        _ directions: [FlowDirection], _ change: (inout [BandwidthCell]) -> Void = { _ in }
    ) throws -> ProbeReport {
        var report = try SampleReports.full()
        let plan = BandwidthPlan(operations: [.write, .read], directions: directions)
        report.plan.bandwidth = plan
        let figures = FlowFigures(
            bytes: 65536, messages: 1, durationNanoseconds: 1_000_000_000, lowestSecondBytes: nil,
            longestStallNanoseconds: 1)
        var cells = plan.cells.flatMap { cell in
            (cell.direction == .bothWays ? [BandwidthCell.PostingEnd.host, .peer] : [.host]).map {
                BandwidthCell(
                    cell: cell, postedBy: $0, queuePairs: 1, figures: figures, cpuShare: .init(host: nil, peer: nil))
            }
        }
        change(&cells)
        report.bandwidth = cells
        return report
    }

    @Test func `where every flow has its rate, or none was planned, nothing is told`() throws {
        #expect(try report([.oneWay, .bothWays]).unmeasuredFlowFindings.isEmpty)
        var none = try report([.oneWay])
        (none.plan.bandwidth, none.bandwidth) = (nil, nil)
        #expect(none.unmeasuredFlowFindings.isEmpty)
    }

    @Test func `each flow that is absent or has no rate is named, in one finding that decides nothing`() throws {
        let finding = try #require(
            try report([.oneWay, .bothWays]) { cells in
                cells.removeAll { $0.operation == .write && $0.postedBy == .peer }
                cells[cells.count - 1].meanBitsPerSecond = nil
            }.unmeasuredFlowFindings.first)
        #expect(finding.rule == "rdma.bandwidth" && finding.severity == .warning && finding.measured == nil)
        #expect(
            finding.evidence.map(\.source)
                == ["write", "read"].map { "\($0) 64 KiB flow both ways, posted by the peer" })
        var nothing = try report([.oneWay])
        nothing.bandwidth = []
        #expect(nothing.unmeasuredFlowFindings.first?.evidence.count == 2)
    }
}
