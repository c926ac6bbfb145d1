import RDMAModel
import TestSupport
import Testing

@testable import RDMAProbe

/// What is kept of samples that are not kept, against the plain reference that keeps them all.
@Suite struct `The latency recorder` {
    static let cell = ProbePlan.Cell(operation: .send, pattern: .request, sizeBytes: 4096)

    /// Samples of one of several kinds: what a network gives, and what only a test gives.
    static func samples(_ random: inout SeededRandom, count: Int) -> [UInt64] {
        func unit(_ random: inout SeededRandom) -> Double { Double(random.next() >> 11) / 0x1p53 }
        let kind = random.next() % 8
        let scale = UInt64(1) << (random.next() % 41)
        return (0..<count).map { _ in
            switch kind {
            case 0: random.next() % 2048
            case 1: random.next() % (scale + 1)
            // A long tail.
            case 2: UInt64(min(Double(scale) / (unit(&random) + 1e-9), 4e12))
            // Every order of magnitude.
            case 3: UInt64(truncatingIfNeeded: random.next()) >> (22 + random.next() % 42)
            // A fast path and a slow one.
            case 4: random.next() % 10 == 0 ? 2_000_000 + random.next() % 500_000 : 4000 + random.next() % 300
            case 5: scale
            // The edges of bins.
            case 6: (UInt64(1) << (random.next() % 42)) &- 1 &+ random.next() % 3
            default: scale + random.next() % 3
            }
        }
    }

    private static func recorder(of samples: [UInt64]) -> LatencyRecorder {
        var recorder = LatencyRecorder()
        for sample in samples { recorder.record(sample) }
        return recorder
    }

    @Test func `a percentile is never below the exact one and at most a thousandth above; below 2048 ns it is exact`() {
        let percentiles =
            [Percentile.p50, .p90, .p99, .p999, .p9999]
            + (1...19).compactMap { Percentile(numerator: $0, denominator: 20) }
        forRandom(64) { random in
            let samples = Self.samples(&random, count: 1 + Int(random.next() % 3000))
            let reference = SampleStatistics(of: samples)
            let bins = Self.recorder(of: samples).bins
            return percentiles.allSatisfy { percentile in
                guard let exact = reference.nearestRank(percentile), let told = percentile.value(rankedBins: bins)
                else { return false }
                return told >= exact && Double(told) <= Double(exact) * 1.001 && (exact >= 2048 || told == exact)
            }
        }
    }

    @Test
    func
        `a cell's percentiles lie between the smallest and the largest sample, and are told where the samples carry them`()
    {
        forRandom(64) { random in
            let samples = Self.samples(&random, count: 1 + Int(random.next() % 3000))
            let reference = SampleStatistics(of: samples)
            let cell = Self.recorder(of: samples).cell(Self.cell, lost: 3)
            return Percentile.reported.allSatisfy { percentile in
                guard let exact = reference.percentile(percentile) else { return cell.value(of: percentile) == nil }
                guard let told = cell.value(of: percentile), let largest = reference.maximum else { return false }
                return told >= exact && told <= largest && Double(told) <= Double(exact) * 1.001
            }
        }
    }

    @Test func `the smallest and the largest sample and their number are exact, whatever their size`() {
        forRandom(64) { random in
            var samples = Self.samples(&random, count: Int(random.next() % 500))
            // Far above what the histogram tells apart.
            if random.next() % 3 == 0 { samples.append(random.next()) }
            let reference = SampleStatistics(of: samples)
            let cell = Self.recorder(of: samples).cell(Self.cell, lost: 0)
            return cell.samples == reference.count && cell.minimum == reference.minimum
                && cell.maximum == reference.maximum
        }
    }

    /// Welford's recurrence is within n·κ·u of the exact variance, κ² = 1 + mean²/variance, u = 2⁻⁵³ (Chan, Golub and LeVeque,
    /// "Algorithms for Computing the Sample Variance", The American Statistician 37(3), 1983, table 1); the mean is within n·u.
    /// The exact variance comes from whole numbers of 128 bits.
    @Test func `mean and deviation are within the bound of their method from exact integer arithmetic`() {
        forRandom(64) { random in
            let samples = Self.samples(&random, count: 2 + Int(random.next() % 3000))
            let count = UInt128(samples.count)
            let sum = samples.reduce(UInt128(0)) { $0 + UInt128($1) }
            let squares = samples.reduce(UInt128(0)) { $0 + UInt128($1) * UInt128($1) }
            let mean = Double(sum) / Double(count)
            let variance = Double(count * squares - sum * sum) / Double(count * (count - 1))
            let cell = Self.recorder(of: samples).cell(Self.cell, lost: 0)
            guard let toldMean = cell.mean, let toldDeviation = cell.standardDeviation else { return false }
            let rounding = Double(samples.count) * 0x1p-52
            guard abs(toldMean - mean) <= mean * rounding + 0x1p-40 else { return false }
            guard variance > 0 else { return toldDeviation <= mean * rounding }
            let condition = (1 + mean * mean / variance).squareRoot()
            return abs(toldDeviation * toldDeviation - variance) <= variance * (rounding * condition + 0x1p-40)
        }
    }

    @Test func `the figures equal those of the plain reference where it keeps every sample`() {
        forRandom(20) { random in
            // Below 2048 ns each value has a bin of its own.
            let samples = (0..<2000).map { _ in random.next() % 2048 }
            let reference = LatencyCell(cell: Self.cell, lost: 1, samples: samples)
            let cell = Self.recorder(of: samples).cell(Self.cell, lost: 1)
            return cell.p50 == reference.p50 && cell.p90 == reference.p90 && cell.p99 == reference.p99
                && cell.p999 == nil
                && cell.minimum == reference.minimum && cell.maximum == reference.maximum && cell.samples == 2000
                && cell.lost == 1
                && cell.operation == .send && cell.sizeBytes == 4096 && cell.load == .idle
        }
    }

    @Test func `without samples nothing is known, and that is no zero`() {
        let cell = LatencyRecorder().cell(Self.cell, lost: 2)
        #expect(
            cell
                == LatencyCell(
                    operation: .send, pattern: .request, sizeBytes: 4096, load: .idle, samples: 0, lost: 2,
                    intervals: []))
    }

    // MARK: The histogram

    @Test func `bins are in order and hold every sample once`() {
        forRandom(64) { random in
            let samples = Self.samples(&random, count: Int(random.next() % 3000))
            let bins = Self.recorder(of: samples).bins
            var place = 0
            let sorted = samples.sorted()
            for bin in bins {
                // The next samples are those of this bin: no one above its edge, all of them after the bin before.
                let end = place + Int(bin.count)
                guard bin.count > 0, end <= sorted.count, sorted[end - 1] <= bin.upToNanoseconds else { return false }
                if end < sorted.count, sorted[end] <= bin.upToNanoseconds { return false }
                place = end
            }
            return place == sorted.count
                && zip(bins, bins.dropFirst()).allSatisfy { $0.upToNanoseconds < $1.upToNanoseconds }
        }
    }

    @Test func `the coarse histogram keeps every count and the order, in steps of at most an eighth`() {
        forRandom(64) { random in
            let samples = Self.samples(&random, count: 1 + Int(random.next() % 3000)).sorted()
            let fine = Self.recorder(of: samples).bins
            let coarse = Self.recorder(of: samples).cell(Self.cell, lost: 0).histogram
            guard coarse == LatencyRecorder.coarse(fine), coarse.reduce(0, { $0 + $1.count }) == UInt64(samples.count)
            else { return false }
            guard zip(coarse, coarse.dropFirst()).allSatisfy({ $0.upToNanoseconds < $1.upToNanoseconds }) else {
                return false
            }
            var place = 0
            for bin in coarse {
                let first = samples[place]
                place += Int(bin.count)
                // The largest of the bin is below its edge, and the edge is not far above the smallest.
                guard samples[place - 1] <= bin.upToNanoseconds else { return false }
                guard Double(bin.upToNanoseconds) <= Double(first) * 1.125 + 1 else { return false }
            }
            return true
        }
    }

    @Test func `a coarse bin merges its neighbours and invents none`() {
        let bins = [15, 16, 17, 18, 1000, 1023, 1024, 1 << 41].map { HistogramBin(upToNanoseconds: $0, count: 2) }
        #expect(
            LatencyRecorder.coarse(bins)
                == [
                    HistogramBin(upToNanoseconds: 15, count: 2), HistogramBin(upToNanoseconds: 17, count: 4),
                    HistogramBin(upToNanoseconds: 19, count: 2), HistogramBin(upToNanoseconds: 1023, count: 4),
                    HistogramBin(upToNanoseconds: 1151, count: 2),
                    HistogramBin(upToNanoseconds: (1 << 41) + (1 << 38) - 1, count: 2),
                ])
        #expect(LatencyRecorder.coarse([]) == [])
    }

    @Test func `samples above an hour count as the longest that is told apart; the largest is still told`() {
        let hour = LatencyRecorder.ceiling
        let cell = Self.recorder(of: [UInt64](repeating: 100, count: 99) + [.max]).cell(Self.cell, lost: 0)
        #expect(cell.maximum == .max)
        #expect(cell.histogram.map(\.count) == [99, 1])
        let all = Self.recorder(of: [UInt64](repeating: hour * 2, count: 100)).cell(Self.cell, lost: 0)
        #expect(all.p50 == hour * 2)
        #expect(all.minimum == hour * 2)
    }

    /// 2048 values below 2048, then 1024 steps for each power of two up to 2⁴².
    @Test func `a million samples of every size need no more bins than there are`() {
        var random = SeededRandom(seed: 4)
        var recorder = LatencyRecorder()
        var counts: [Int] = []
        for number in 1...1_000_000 {
            recorder.record(random.next() >> (22 + random.next() % 42))
            if number == 10 || number == 500_000 { counts.append(recorder.bins.count) }
        }
        counts.append(recorder.bins.count)
        #expect(counts[0] <= 10)
        #expect(counts[2] <= 2048 + 1024 * 31)
        // As good as full after half of them: the second half brings hardly a bin more.
        #expect(counts[2] - counts[1] < 1024)
        #expect(recorder.cell(Self.cell, lost: 0).histogram.count <= 16 + 8 * 38)
        #expect(recorder.moments.count == 1_000_000)
    }
}
