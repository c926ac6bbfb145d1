import RDMAModel
import TestSupport
import Testing

/// The rank rule, the bins' use of it, and the number of samples that carry a percentile.
@Suite struct PercentileTests {
    @Test(arguments: [(5, 15), (30, 20), (40, 20), (50, 35), (99, 50)] as [(UInt64, UInt64)])
    func `nearest rank of 15 20 35 40 50 as in the literature's example`(percent: UInt64, expected: UInt64) throws {
        let percentile = try #require(Percentile(numerator: percent, denominator: 100))
        #expect(SampleStatistics(of: [50, 15, 40, 20, 35]).nearestRank(percentile) == expected)
    }

    @Test(arguments: [(25, 7), (50, 8), (75, 15)] as [(UInt64, UInt64)])
    func `nearest rank of 3 6 7 8 8 10 13 15 16 20 as in the literature's example`(percent: UInt64, expected: UInt64)
        throws
    {
        let percentile = try #require(Percentile(numerator: percent, denominator: 100))
        #expect(SampleStatistics(of: [3, 6, 7, 8, 8, 10, 13, 15, 16, 20]).nearestRank(percentile) == expected)
    }

    @Test func `p99 of 1 to 1000 is 990, not 991 as perftest's zero-based index of ceil(0.99 n) gives`() {
        #expect(SampleStatistics(of: Array(1...1000)).percentile(.p99) == 990)
        #expect(SampleStatistics(of: Array(1...10_000)).percentile(.p999) == 9990)
    }

    @Test func `a rank on a whole number is not rounded up, though 0.07 times 100 is above 7 in binary`() throws {
        // The trap: Double(100) * 0.07 == 7.000000000000001, whose ceiling is 8.
        #expect((100.0 * 0.07).rounded(.up) == 8)
        #expect(try #require(Percentile(numerator: 7, denominator: 100)).rank(ofSamples: 100) == 7)
    }

    @Test func `a rank is the smallest whole number not below q times n, for every n up to 3000`() {
        for percentile in Percentile.reported {
            for count in UInt64(1)...3000 {
                let rank = percentile.rank(ofSamples: count) ?? 0
                #expect(rank * percentile.denominator >= percentile.numerator * count)
                #expect((rank - 1) * percentile.denominator < percentile.numerator * count)
            }
        }
    }

    @Test func `ranks do not overflow at the largest count`() {
        #expect(Percentile.p50.rank(ofSamples: .max) == 1 << 63)
        // ⌈0.99 · (2⁶⁴ − 1)⌉, computed with arbitrary precision elsewhere.
        #expect(Percentile.p99.rank(ofSamples: .max) == 18_262_276_632_972_456_099)
    }

    @Test func `without samples there is no rank`() {
        #expect(Percentile.p50.rank(ofSamples: 0) == nil)
        #expect(SampleStatistics(of: []).percentile(.p50) == nil)
        #expect(SampleStatistics(of: []).nearestRank(.p50) == nil)
    }

    @Test(
        arguments: [
            (Percentile.p50, 20), (.p90, 100), (.p99, 1000), (.p999, 10_000), (.p9999, 100_000),
        ] as [(Percentile, UInt64)])
    func `ten samples above it carry a percentile: 10/(1-q) of them`(percentile: Percentile, samples: UInt64) {
        #expect(percentile.samplesNeeded == samples)
        #expect(percentile.isCarried(bySamples: samples))
        #expect(!percentile.isCarried(bySamples: samples - 1))
        #expect(SampleStatistics(of: Array(repeating: 7, count: Int(samples))).percentile(percentile) == 7)
        #expect(SampleStatistics(of: Array(repeating: 7, count: Int(samples) - 1)).percentile(percentile) == nil)
    }

    @Test func `where 10/(1-q) is no whole number the next one is needed`() throws {
        // 10 / (1 − 0.97) = 333.3
        #expect(try #require(Percentile(numerator: 97, denominator: 100)).samplesNeeded == 334)
    }

    @Test func `bins give the upper edge of the bin that holds the rank`() {
        let bins = [
            HistogramBin(upToNanoseconds: 10, count: 50), HistogramBin(upToNanoseconds: 20, count: 0),
            HistogramBin(upToNanoseconds: 30, count: 49), HistogramBin(upToNanoseconds: 40, count: 1),
        ]
        #expect(Percentile.p50.value(rankedBins: bins) == 10)
        #expect(Percentile.p99.value(rankedBins: bins) == 30)
        #expect(Percentile.p999.value(rankedBins: bins) == 40)
        #expect(Percentile.p50.value(rankedBins: [HistogramBin]()) == nil)
    }

    @Test func `bins of one value each give the same percentiles as the sorted samples`() throws {
        var random = SeededRandom(seed: 42)
        for _ in 0..<200 {
            let samples = (0..<Int.random(in: 1...400, using: &random)).map { _ in
                UInt64.random(in: 0...50, using: &random)
            }
            let bins = (UInt64(0)...50).map { value in
                HistogramBin(upToNanoseconds: value, count: UInt64(samples.count { $0 == value }))
            }
            let denominator = UInt64.random(in: 2...1000, using: &random)
            let percentile = try #require(
                Percentile(
                    numerator: UInt64.random(in: 1..<denominator, using: &random), denominator: denominator))
            #expect(percentile.value(rankedBins: bins) == SampleStatistics(of: samples).nearestRank(percentile))
        }
    }

    @Test func `counts whose sum overflows give no percentile instead of a trap`() {
        let bins = [HistogramBin(upToNanoseconds: 1, count: .max), HistogramBin(upToNanoseconds: 2, count: 1)]
        #expect(Percentile.p50.value(rankedBins: bins) == nil)
    }

    @Test(arguments: ["p50", "p90", "p99", "p99.9", "p99.99", "p0.5", "p33.3333", "p7", "p0.000001"])
    func `names read back`(name: String) throws {
        #expect(try #require(Percentile(name: name)).name == name)
    }

    @Test(arguments: [
        "", "p", "p0", "p100", "p-1", "99,9", "p99.", "p.9", "p99.9999999", "p1e1", "pp50", "p 50", "p٥٠", "p050",
    ])
    func `what is no percentile is refused`(name: String) {
        #expect(Percentile(name: name) == nil)
    }

    @Test func `a fraction without a short decimal keeps its name as a fraction`() throws {
        #expect(try #require(Percentile(numerator: 2, denominator: 6)).name == "p(1/3)")
        #expect(Percentile(numerator: 0, denominator: 2) == nil)
        #expect(Percentile(numerator: 2, denominator: 2) == nil)
        #expect(Percentile(numerator: 1, denominator: 0) == nil)
    }

    @Test func `equal fractions are one percentile, and percentiles are ordered`() {
        #expect(Percentile(numerator: 50, denominator: 100) == .p50)
        #expect(Percentile.reported == Percentile.reported.sorted())
        #expect(Percentile.p999 < .p9999)
    }
}
