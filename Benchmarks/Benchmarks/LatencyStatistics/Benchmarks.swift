import Benchmark
import Histogram
import Measuring
import RDMAModel

/// From single samples to a report's row: in fixed memory as the probe does it, and beside it the plain way that keeps
/// every sample and sorts.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .house
    let cell = ProbePlan.Cell(operation: .write, pattern: .request, sizeBytes: 4096)

    for count in [1_000, 100_000] {
        let samples = Samples(count: count, seed: 1).values

        Benchmark("\(count) samples, moments and a histogram") { benchmark in
            var histogram = Histogram<UInt32>(
                highestTrackableValue: 60_000_000_000, numberOfSignificantValueDigits: .three)
            benchmark.startMeasurement()
            var moments = RunningMoments()
            for sample in samples {
                moments.add(sample)
                histogram.record(sample)
            }
            let bins = histogram.recordedValues().map {
                HistogramBin(upToNanoseconds: $0.value, count: UInt64($0.count))
            }
            blackHole(LatencyCell(cell: cell, lost: 0, moments: moments, bins: bins))
        }

        Benchmark("\(count) samples, kept and sorted") { benchmark in
            benchmark.startMeasurement()
            var kept: [UInt64] = []
            for sample in samples { kept.append(sample) }
            blackHole(LatencyCell(cell: cell, lost: 0, samples: kept))
        }
    }
}
