/// Between which values a percentile of the path lies, by the samples alone: a confidence interval without an assumption
/// about the distribution.
///
/// The number of *n* samples below the fraction *q* of a distribution is binomial, whatever the distribution. So the
/// samples of ranks *l* and *u* enclose it with a confidence of at least P(*l* ≤ B < *u*), B being binomial(*n*, *q*);
/// *l* is the largest and *u* the smallest rank that leave at most half of the remainder on either side.
///
/// It speaks of samples that are independent. Those of one run are taken one after another and are not wholly so, and
/// two runs differ by more than one run shows.
///
/// Source: H. A. David, H. N. Nagaraja, "Order Statistics", 3rd edition, Wiley 2003, section 7.1.
public struct PercentileInterval: Sendable, Hashable, Codable {
    public var percentile: Percentile
    /// The lower end in nanoseconds: the upper edge of the histogram's bin that holds the lower rank.
    public var low: UInt64
    /// The upper end in nanoseconds, likewise.
    public var high: UInt64

    private enum CodingKeys: String, CodingKey {
        case percentile
        case low = "low_ns"
        case high = "high_ns"
    }

    /// How often such an interval holds what it speaks of.
    public static let confidence = 0.99

    public init(percentile: Percentile, low: UInt64, high: UInt64) {
        self.percentile = percentile
        self.low = low
        self.high = high
    }

    /// The interval from a histogram; `nil` where the samples do not carry the percentile or are too few for a rank on
    /// either side.
    /// - Parameter bins: the bins with their counts, from the smallest values to the largest.
    public init?(of percentile: Percentile, rankedBins bins: [HistogramBin]) {
        self.init(of: percentile, RankedBins(bins))
    }

    init?(of percentile: Percentile, _ ranked: RankedBins?) {
        guard let ranked, percentile.isCarried(bySamples: ranked.total),
            let ranks = percentile.intervalRanks(ofSamples: ranked.total), let low = ranked.edge(ofRank: ranks.low),
            let high = ranked.edge(ofRank: ranks.high)
        else { return nil }
        self.init(percentile: percentile, low: low, high: high)
    }
}

extension Percentile {
    /// So many samples are counted exactly; of more, the interval of this many is taken, which is wider.
    private static let exactSamples: UInt64 = 10_000_000

    /// The ranks, counted from one, whose samples enclose the percentile with the confidence of
    /// ``PercentileInterval/confidence``; `nil` where there are too few samples for a rank on either side.
    /// - Complexity: O(√*n*), and no more than for ten million samples.
    public func intervalRanks(
        ofSamples count: UInt64, confidence: Double = PercentileInterval.confidence
    ) -> (low: UInt64, high: UInt64)? {
        guard count > 0, confidence > 0, confidence < 1 else { return nil }
        let few = min(count, Percentile.exactSamples)
        guard let ranks = exactRanks(Int(few), tail: (1 - confidence) / 2) else { return nil }
        guard few < count else { return (UInt64(ranks.low), UInt64(ranks.high)) }
        // The same shares of all samples, rounded outwards; the quotients are below `count`, so they fit.
        let low = few.dividingFullWidth(count.multipliedFullWidth(by: UInt64(ranks.low)))
        let high = few.dividingFullWidth(count.multipliedFullWidth(by: UInt64(ranks.high)))
        return (max(low.quotient, 1), min(high.quotient + (high.remainder > 0 ? 1 : 0), count))
    }

    private func exactRanks(_ n: Int, tail: Double) -> (low: Int, high: Int)? {
        let q = Double(numerator) / Double(denominator)
        // The weights of the binomial distribution beside its mode's, as far as they count, smallest number first.
        let mode = min(Int(Double(n + 1) * q), n)
        let negligible = 1e-20
        var below: [Double] = []
        var weight = 1.0
        var k = mode
        while k > 0 {
            weight *= Double(k) / Double(n - k + 1) * (1 - q) / q
            guard weight > negligible else { break }
            below.append(weight)
            k -= 1
        }
        let first = mode - below.count
        var weights = Array(below.reversed()) + [1.0]
        weight = 1
        k = mode
        while k < n {
            weight *= Double(n - k) / Double(k + 1) * q / (1 - q)
            guard weight > negligible else { break }
            weights.append(weight)
            k += 1
        }
        let total = weights.reduce(0, +)
        // P(B ≤ l − 1) ≤ tail for the largest l, P(B ≥ u) ≤ tail for the smallest u.
        var low = first
        var sum = 0.0
        for weight in weights {
            sum += weight
            guard sum <= tail * total else { break }
            low += 1
        }
        var high = first + weights.count
        sum = 0
        for weight in weights.reversed() {
            sum += weight
            guard sum <= tail * total else { break }
            high -= 1
        }
        guard low >= 1, high <= n else { return nil }
        return (low, high)
    }
}
