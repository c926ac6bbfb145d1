import RDMAModel
import TestSupport
import Testing

/// Cells built from samples and from a histogram.
@Suite struct LatencyCellTests {
    static let cell = ProbePlan.Cell(operation: .send, pattern: .request, sizeBytes: 4096)

    @Test func `a cell of 1000 samples has p50, p90 and p99, and not p99.9`() {
        let cell = LatencyCell(cell: Self.cell, lost: 2, samples: Array((1...1000).reversed()))
        #expect(cell.samples == 1000)
        #expect(cell.lost == 2)
        #expect([cell.minimum, cell.p50, cell.p90, cell.p99, cell.maximum] == [1, 500, 900, 990, 1000])
        #expect(cell.p999 == nil)
        #expect(cell.p9999 == nil)
        #expect(cell.mean == 500.5)
    }

    @Test func `a cell from one-value bins and moments equals the cell from its samples`() {
        var random = SeededRandom(seed: 11)
        for count in [1, 19, 20, 99, 100, 999, 1000, 10_000] {
            let samples = (0..<count).map { _ in UInt64.random(in: 100...130, using: &random) }
            let bins = (UInt64(90)...140).map { value in
                HistogramBin(upToNanoseconds: value, count: UInt64(samples.count { $0 == value }))
            }
            var built = LatencyCell(cell: Self.cell, lost: 0, moments: RunningMoments(samples), bins: bins)
            let reference = LatencyCell(cell: Self.cell, lost: 0, samples: samples)
            #expect(abs((built.mean ?? 0) - (reference.mean ?? 0)) < 1e-9)
            #expect(abs((built.standardDeviation ?? 0) - (reference.standardDeviation ?? 0)) < 1e-9)
            built.mean = reference.mean
            built.standardDeviation = reference.standardDeviation
            #expect(built == reference)
        }
    }

    @Test func `a percentile of a wide bin stays between the smallest and the largest sample`() {
        let samples = Array(repeating: UInt64(1000), count: 100)
        let cell = LatencyCell(
            cell: Self.cell, lost: 0, moments: RunningMoments(samples),
            bins: [HistogramBin(upToNanoseconds: 1023, count: 100)])
        #expect(cell.p90 == 1000)
        #expect(cell.maximum == 1000)
    }

    @Test func `a cell without samples knows no figure`() {
        let cell = LatencyCell(cell: Self.cell, lost: 5, samples: [])
        #expect(cell.lost == 5)
        #expect(cell.histogram.isEmpty)
        #expect([cell.minimum, cell.p50, cell.maximum].allSatisfy { $0 == nil })
        #expect(cell.mean == nil)
    }

    @Test func `values of percentiles that no report has are not known`() throws {
        let cell = LatencyCell(cell: Self.cell, lost: 0, samples: Array(1...1000))
        #expect(cell.value(of: .p99) == 990)
        #expect(cell.value(of: try #require(Percentile(numerator: 75, denominator: 100))) == nil)
    }
}
