extension LatencyCell {
    /// A cell from its samples' moments and their histogram.
    ///
    /// Percentiles are the upper edges of the bins that hold their ranks, kept between the smallest and the largest
    /// sample; a percentile that the samples cannot carry is `nil`.
    /// - Parameters:
    ///   - cell: what was measured.
    ///   - lost: operations that had not completed by their deadline or completed in error while the peer was alive.
    ///     Operations that were under way when the peer went away or the run was interrupted are not lost.
    ///   - moments: the samples' count, extremes, mean and deviation.
    ///   - bins: the samples' histogram, from the smallest values to the largest; empty bins may be left in.
    /// - Precondition: the bins hold as many samples as the moments.
    public init(
        cell: ProbePlan.Cell, lost: UInt64, moments: RunningMoments, bins: [HistogramBin]
    ) {
        let occupied = bins.contains { $0.count == 0 } ? bins.filter { $0.count > 0 } : bins
        let ranked = RankedBins(occupied)
        precondition(ranked?.total == moments.count, "the histogram and the moments must hold the same samples")
        func percentile(_ percentile: Percentile) -> UInt64? {
            guard percentile.isCarried(bySamples: moments.count), let rank = percentile.rank(ofSamples: moments.count),
                let edge = ranked?.edge(ofRank: rank), let minimum = moments.minimum, let maximum = moments.maximum
            else { return nil }
            return min(max(edge, minimum), maximum)
        }
        self.init(
            operation: cell.operation, pattern: cell.pattern, sizeBytes: cell.sizeBytes, load: cell.load,
            samples: moments.count, lost: lost, minimum: moments.minimum, p50: percentile(.p50),
            p90: percentile(.p90), p99: percentile(.p99), p999: percentile(.p999), p9999: percentile(.p9999),
            maximum: moments.maximum, mean: moments.mean, standardDeviation: moments.standardDeviation,
            histogram: occupied,
            intervals: Percentile.reported.compactMap { PercentileInterval(of: $0, ranked) })
    }

    /// A cell from samples that are all at hand: the plain reference, each value its own bin.
    /// - Parameters:
    ///   - cell: what was measured.
    ///   - lost: as in the other initializer.
    ///   - samples: the samples in nanoseconds, in any order.
    public init(cell: ProbePlan.Cell, lost: UInt64, samples: [UInt64]) {
        let statistics = SampleStatistics(of: samples)
        var bins: [HistogramBin] = []
        for sample in statistics.sorted {
            if bins.last?.upToNanoseconds == sample {
                bins[bins.count - 1].count += 1
            } else {
                bins.append(HistogramBin(upToNanoseconds: sample, count: 1))
            }
        }
        self.init(
            operation: cell.operation, pattern: cell.pattern, sizeBytes: cell.sizeBytes, load: cell.load,
            samples: statistics.count, lost: lost, minimum: statistics.minimum, p50: statistics.percentile(.p50),
            p90: statistics.percentile(.p90), p99: statistics.percentile(.p99), p999: statistics.percentile(.p999),
            p9999: statistics.percentile(.p9999), maximum: statistics.maximum, mean: statistics.mean,
            standardDeviation: statistics.standardDeviation, histogram: bins,
            intervals: Percentile.reported.compactMap { PercentileInterval(of: $0, rankedBins: bins) })
    }

    /// The operation, size and load of this cell.
    public var cell: ProbePlan.Cell {
        ProbePlan.Cell(operation: operation, pattern: pattern, sizeBytes: sizeBytes, load: load)
    }

    /// The cell's value of a percentile that reports have; `nil` where it is not known, and for any other percentile.
    public func value(of percentile: Percentile) -> UInt64? {
        switch percentile {
        case .p50: p50
        case .p90: p90
        case .p99: p99
        case .p999: p999
        case .p9999: p9999
        default: nil
        }
    }
}
