import RDMAModel

/// Latencies as they are measured, in memory that does not grow with the run.
///
/// The histogram keeps three significant digits (an error of at most 0.1 %, upwards) and is exact below 2048 ns; the
/// smallest and the largest sample, the mean and the deviation are exact whatever their size.
struct LatencyRecorder: ~Copyable {
    private let histogram = LatencyHistogram()
    private(set) var moments = RunningMoments()

    /// The largest value that the histogram tells apart, a little over an hour; larger samples count as this one, and
    /// the maximum still says what they were.
    static let ceiling = LatencyHistogram.ceiling

    /// Takes in one sample in nanoseconds. Allocates nothing.
    @inline(__always)
    mutating func record(_ nanoseconds: UInt64) {
        moments.add(nanoseconds)
        histogram.add(nanoseconds)
    }

    /// Every occupied bin, its upper edge included in it.
    var bins: [HistogramBin] {
        guard let minimum = moments.minimum, let maximum = moments.maximum else { return [] }
        var bins: [HistogramBin] = []
        histogram.forEach(in: minimum...maximum) { bins.append(HistogramBin(upToNanoseconds: $0, count: $1)) }
        return bins
    }

    /// The cell as a report has it: percentiles from the full histogram, then the histogram in few enough bins to be
    /// carried in a document.
    func cell(_ cell: ProbePlan.Cell, lost: UInt64) -> LatencyCell {
        var result = LatencyCell(cell: cell, lost: lost, moments: moments, bins: bins)
        result.histogram = LatencyRecorder.coarse(result.histogram)
        return result
    }

    /// Merges bins into those of a scale with eight steps from each power of two to the next, so that a step is at most
    /// an eighth of its value.
    static func coarse(_ bins: [HistogramBin]) -> [HistogramBin] {
        var result: [HistogramBin] = []
        for bin in bins {
            let edge = coarseEdge(bin.upToNanoseconds)
            if let last = result.last, last.upToNanoseconds == edge {
                result[result.count - 1].count += bin.count
            } else {
                result.append(HistogramBin(upToNanoseconds: edge, count: bin.count))
            }
        }
        return result
    }

    /// The upper edge of the step that a value belongs to.
    private static func coarseEdge(_ value: UInt64) -> UInt64 {
        guard value >= 16 else { return value }
        let shift = UInt64(60 - value.leadingZeroBitCount)
        return value | ((1 << shift) - 1)
    }
}
