/// The statistics of a set of samples that are all at hand: the plain reference for what is computed while samples
/// come and go (``RunningMoments``, histograms).
///
/// Goals, in this order: every figure is exactly what its name says; nothing is left out (no first sample, no largest
/// one); plain to read. Speed is no goal.
///
/// - Percentiles are nearest-rank (``Percentile``), on whole numbers.
/// - The standard deviation is that of a sample (divisor *n* − 1), because the samples stand for the path, not for
///   themselves. It is computed in two passes: the mean first, then the squared distances from it. The textbook form
///   Σx² − (Σx)²/n loses all digits where the deviation is small beside the mean.
public struct SampleStatistics: Sendable, Hashable {
    /// The samples in ascending order.
    public let sorted: [UInt64]

    /// - Complexity: O(*n* log *n*).
    public init(of samples: [UInt64]) { sorted = samples.sorted() }

    /// The number of samples.
    public var count: UInt64 { UInt64(sorted.count) }
    /// The smallest sample; `nil` without samples.
    public var minimum: UInt64? { sorted.first }
    /// The largest sample; `nil` without samples.
    public var maximum: UInt64? { sorted.last }

    /// The arithmetic mean; `nil` without samples.
    public var mean: Double? {
        guard !sorted.isEmpty else { return nil }
        // Whole numbers are added in 128 bits, so the sum is exact for any number of samples.
        let sum = sorted.reduce(UInt128(0)) { $0 + UInt128($1) }
        let (quotient, remainder) = sum.quotientAndRemainder(dividingBy: UInt128(sorted.count))
        return Double(quotient) + Double(remainder) / Double(sorted.count)
    }

    /// The sample standard deviation (divisor *n* − 1); `nil` with fewer than two samples.
    public var standardDeviation: Double? {
        guard sorted.count > 1, let mean else { return nil }
        let squares = sorted.reduce(0.0) { sum, sample in
            let distance = Double(sample) - mean
            return sum + distance * distance
        }
        return (squares / Double(sorted.count - 1)).squareRoot()
    }

    /// The sample at a percentile's rank, however few samples there are; `nil` without samples.
    public func nearestRank(_ percentile: Percentile) -> UInt64? {
        percentile.rank(ofSamples: count).map { sorted[Int($0) - 1] }
    }

    /// The percentile, or `nil` where there are too few samples to carry it (``Percentile/samplesNeeded``).
    public func percentile(_ percentile: Percentile) -> UInt64? {
        percentile.isCarried(bySamples: count) ? nearestRank(percentile) : nil
    }
}
