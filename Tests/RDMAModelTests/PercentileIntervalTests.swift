import RDMAModel
import TestSupport
import Testing

@Suite struct PercentileIntervalTests {
    /// The table of ranks for the median at 95 %: the lower rank, whose mirror is the upper one. W. J. Dixon and
    /// F. J. Massey, "Introduction to Statistical Analysis", table of confidence intervals for the median.
    @Test(arguments: [(6, 1), (10, 2), (15, 4), (20, 6), (25, 8), (30, 10), (40, 14), (50, 18), (100, 40)])
    func `the ranks for a median are those of the published table`(count: Int, low: Int) throws {
        let ranks = try #require(Percentile.p50.intervalRanks(ofSamples: UInt64(count), confidence: 0.95))
        #expect(ranks.low == UInt64(low))
        #expect(ranks.high == UInt64(count + 1 - low))
    }

    @Test func `too few samples have no rank on either side`() {
        #expect(Percentile.p50.intervalRanks(ofSamples: 5, confidence: 0.95) == nil)
        #expect(Percentile.p999.intervalRanks(ofSamples: 1000) == nil)
        #expect(Percentile.p50.intervalRanks(ofSamples: 0) == nil)
    }

    /// P(B = k) by multiplication in whole numbers as far as they go: the plain reference.
    private func binomial(_ n: Int, _ k: Int, _ q: Double) -> Double {
        var value = 1.0
        for index in 0..<k { value *= Double(n - index) / Double(index + 1) * q }
        for _ in 0..<(n - k) { value *= 1 - q }
        return value
    }

    @Test(arguments: [.p50, .p90, .p99] as [Percentile])
    func `the ranks are the closest that leave at most half of one percent on either side`(percentile: Percentile) {
        let q = Double(percentile.numerator) / Double(percentile.denominator)
        for n in [20, 60, 100, 300, 600] {
            let terms = (0...n).map { binomial(n, $0, q) }
            func below(_ rank: Int) -> Double { terms.prefix(max(rank, 0)).reduce(0, +) }
            let low = (1...n).last { below($0) <= 0.005 }
            let high = (1...n).first { terms.suffix(n + 1 - $0).reduce(0, +) <= 0.005 }
            let ranks = percentile.intervalRanks(ofSamples: UInt64(n))
            guard let low, let high else {
                #expect(ranks == nil)
                continue
            }
            #expect(ranks?.low == UInt64(low), "n \(n)")
            #expect(ranks?.high == UInt64(high), "n \(n)")
        }
    }

    @Test(arguments: Percentile.reported)
    func `more samples make a narrower interval about the percentile's own rank, up to the largest number`(
        percentile: Percentile
    ) throws {
        var last = 2.0
        for count in [200_000, 1_000_000, 10_000_000, 1 << 40, UInt64.max] {
            let ranks = try #require(percentile.intervalRanks(ofSamples: count))
            let own = try #require(percentile.rank(ofSamples: count))
            #expect(ranks.low <= own && own <= ranks.high && ranks.high <= count)
            let width = Double(ranks.high - ranks.low) / Double(count)
            #expect(width <= last * 1.001)
            last = width
        }
    }

    @Test func `an interval holds the percentile in at least 99 of 100 runs of any distribution`() {
        forRandom(3) { random in
            var held = 0
            for _ in 0..<400 {
                // Values are their own shares of 1 000 000, so the median of the distribution is 500 000.
                let samples = (0..<200).map { _ in random.next() % 1_000_000 }.sorted()
                let bins = samples.map { HistogramBin(upToNanoseconds: $0, count: 1) }
                let interval = try #require(PercentileInterval(of: .p50, rankedBins: bins))
                if interval.low <= 500_000, 500_000 <= interval.high { held += 1 }
            }
            // 400 runs at 99 %: fewer than 380 happens by chance once in a hundred million.
            return held >= 380
        }
    }

    @Test func `an interval is of values that are in the histogram, and none where the percentile is not carried`() {
        let bins = [HistogramBin(upToNanoseconds: 100, count: 500), HistogramBin(upToNanoseconds: 200, count: 500)]
        let interval = PercentileInterval(of: .p50, rankedBins: bins)
        #expect(interval == PercentileInterval(percentile: .p50, low: 100, high: 200))
        #expect(PercentileInterval(of: .p999, rankedBins: bins) == nil)
        #expect(PercentileInterval(of: .p50, rankedBins: []) == nil)
        let full = [HistogramBin(upToNanoseconds: 1, count: .max), HistogramBin(upToNanoseconds: 2, count: 1)]
        #expect(PercentileInterval(of: .p50, rankedBins: full) == nil)
    }
}
