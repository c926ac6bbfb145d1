import RDMAModel
import TestSupport
import Testing

/// Mean, deviation and extremes on known vectors. NIST's Statistical Reference Datasets certify the sample standard
/// deviation (divisor n − 1); their decimals are scaled to whole numbers here.
@Suite struct SampleStatisticsTests {
    /// NumAcc1: 10000001, 10000003, 10000002.
    static let numAcc1: [UInt64] = [10_000_001, 10_000_003, 10_000_002]

    /// NumAcc2 to NumAcc4: a first value and 1000 values that alternate around it by 0.1, times ten.
    static func numAcc(_ centre: UInt64) -> [UInt64] {
        [centre] + (0..<500).flatMap { _ in [centre - 1, centre + 1] }
    }

    @Test func `NIST NumAcc1 has mean 10000002 and standard deviation 1`() {
        let statistics = SampleStatistics(of: Self.numAcc1)
        #expect(statistics.mean == 10_000_002)
        #expect(statistics.standardDeviation == 1)
    }

    @Test(arguments: [12, 10_000_002, 100_000_002] as [UInt64])
    func `NIST NumAcc2 to NumAcc4 have standard deviation 0.1, however large the mean`(centre: UInt64) {
        let statistics = SampleStatistics(of: Self.numAcc(centre))
        #expect(statistics.count == 1001)
        #expect(statistics.mean == Double(centre))
        #expect(statistics.standardDeviation == 1)
    }

    @Test func `deviations below a microsecond are kept, where perftest's whole microseconds give 0`() {
        // Distances of 0.4 µs from the mean: 400 · √(n/(n−1)) with n = 2 · 5000.
        let samples = (0..<5000).flatMap { _ in [2_000_000, 2_000_800] as [UInt64] }
        let deviation = SampleStatistics(of: samples).standardDeviation ?? 0
        #expect(abs(deviation - 400.020_003) < 1e-5)
    }

    @Test func `the largest sample is the maximum, where perftest's report drops it`() {
        let statistics = SampleStatistics(of: [5, 900, 7, 6])
        #expect(statistics.maximum == 900)
        #expect(statistics.minimum == 5)
    }

    @Test func `the sample deviation has the divisor n - 1`() {
        // 2, 4, 4, 4, 5, 5, 7, 9: squared distances from the mean 5 sum to 32.
        let deviation = SampleStatistics(of: [2, 4, 4, 4, 5, 5, 7, 9]).standardDeviation ?? 0
        #expect(abs(deviation * deviation - 32.0 / 7) < 1e-12)
    }

    @Test func `what too few samples do not tell is not known`() {
        #expect(SampleStatistics(of: []).mean == nil)
        #expect(SampleStatistics(of: []).minimum == nil)
        #expect(SampleStatistics(of: []).maximum == nil)
        #expect(SampleStatistics(of: [3]).standardDeviation == nil)
        #expect(SampleStatistics(of: [3]).mean == 3)
        #expect(RunningMoments().mean == nil)
        #expect(RunningMoments().minimum == nil)
        #expect(RunningMoments([3]).standardDeviation == nil)
        #expect(RunningMoments([3, 3]).standardDeviation == 0)
    }

    @Test func `a sum above 64 bits does not trap and keeps the mean`() {
        #expect(SampleStatistics(of: [.max, .max]).mean == Double(UInt64.max))
    }

    @Test func `running moments of NIST NumAcc4 are those of the two passes`() {
        let running = RunningMoments(Self.numAcc(100_000_002))
        #expect(abs((running.mean ?? 0) - 100_000_002) < 1e-6)
        #expect(abs((running.standardDeviation ?? 0) - 1) < 1e-9)
    }

    @Test func `running moments equal the reference on random samples, whole and joined from parts`() {
        var random = SeededRandom(seed: 7)
        for _ in 0..<100 {
            let samples = (0..<Int.random(in: 2...500, using: &random)).map { _ in
                UInt64.random(in: 0...UInt64(1) << Int.random(in: 0...40, using: &random), using: &random)
            }
            let reference = SampleStatistics(of: samples)
            let cut = Int.random(in: 0...samples.count, using: &random)
            var joined = RunningMoments(samples[..<cut])
            joined.merge(RunningMoments(samples[cut...]))
            for moments in [RunningMoments(samples), joined] {
                #expect(moments.count == reference.count)
                #expect(moments.minimum == reference.minimum)
                #expect(moments.maximum == reference.maximum)
                #expect(close(moments.mean, reference.mean))
                #expect(close(moments.standardDeviation, reference.standardDeviation))
            }
        }
    }

    private func close(_ a: Double?, _ b: Double?) -> Bool {
        guard let a, let b else { return a == nil && b == nil }
        return abs(a - b) <= 1e-9 * max(abs(a), abs(b), 1)
    }
}
