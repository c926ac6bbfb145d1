import ClusterCore
import StorageMath
import TestSupport
import Testing

/// How often intervals hold the truth and how often chance is taken for growth, over many seeded series.
@Suite struct ForecastCoverageTests {
    private let gigabyte = SyntheticUsage.gigabyte

    @Test(arguments: Confidence.allCases)
    func `the true time lies in the interval at least as often as stated`(_ confidence: Confidence) throws {
        var (held, told, runs) = (0, 0, 0)
        for seed in 0..<300 as Range<UInt64> {
            var random = SeededRandom(seed: seed)
            let usage = SyntheticUsage(
                days: 12 + Int(random.next() % 40), level: (100 + 300 * random.unit()) * gigabyte,
                growth: (2 + 8 * random.unit()) * gigabyte, noise: (1 + 15 * random.unit()) * gigabyte)
            runs += 1
            guard let days = try usage.forecast(&random, confidence: confidence).outcome.days else { continue }
            told += 1
            if days.contains(usage.truth) { held += 1 }
        }
        #expect(told > runs / 2)
        // Where no date is told nothing is missed; of those told the stated share must hold, less two standard errors.
        let share = confidence.share.doubleValue
        let error = 2 * (share * (1 - share) / Double(told)).squareRoot()
        #expect(Double(held) / Double(told) >= share - error, "\(held) of \(told)")
    }

    @Test(arguments: Confidence.allCases)
    func `flat noise is taken for a trend about as often as stated`(_ confidence: Confidence) throws {
        var (alarms, falls) = (0, 0)
        let runs = 600
        for seed in 0..<UInt64(runs) {
            var random = SeededRandom(seed: seed)
            let usage = SyntheticUsage(days: 10 + Int(random.next() % 30), noise: 20 * gigabyte)
            switch try usage.forecast(&random, confidence: confidence).outcome {
            case .full: alarms += 1
            case .shrinking: falls += 1
            default: break
            }
        }
        let stated = 1 - confidence.share.doubleValue
        let error = 3 * (stated * (1 - stated) / Double(runs)).squareRoot()
        let rate = Double(alarms + falls) / Double(runs)
        #expect(rate <= stated + error, "\(rate)")
        #expect(rate >= stated / 5, "\(rate)")
    }

    @Test func `a growing volume is told to be full well before it is`() throws {
        var told = 0
        for seed in 0..<100 as Range<UInt64> {
            var random = SeededRandom(seed: seed)
            let usage = SyntheticUsage(days: 30, growth: 5 * gigabyte, noise: 10 * gigabyte)
            if try usage.forecast(&random).outcome.days != nil { told += 1 }
        }
        #expect(told >= 99)
    }

    /// Use that only wanders: each day's change is chance. No series of a month proves otherwise, but most are told so.
    @Test func `a random walk without drift is mostly no trend`() throws {
        var alarms = 0
        let runs = 200
        for seed in 0..<UInt64(runs) {
            var random = SeededRandom(seed: seed)
            var walk = 0.0
            let steps = (0..<40).map { _ in
                walk += random.normal() * 5 * gigabyte
                return walk
            }
            let forecast = try SyntheticUsage(days: 40).forecast(&random) { steps[Int($0)] }
            switch forecast.outcome {
            case .full, .shrinking: alarms += 1
            default: break
            }
        }
        #expect(Double(alarms) / Double(runs) <= 0.25, "\(alarms)")
    }

    /// No moment of a sawtooth that is longer than a day is mistaken for growth more often than stated.
    @Test func `sawteeth of any length and any window are seldom a trend`() throws {
        var alarms = 0
        let runs = 150
        for seed in 0..<UInt64(runs) {
            var random = SeededRandom(seed: seed)
            let (length, phase) = (2 + 12 * random.unit(), 14 * random.unit())
            let usage = SyntheticUsage(days: 50 + Int(random.next() % 40), perDay: 2, noise: gigabyte)
            let forecast = try usage.forecast(&random) { day in
                let turn = (day + phase) / length
                return 300 * gigabyte * (turn - turn.rounded(.down))
            }
            if case .full = forecast.outcome { alarms += 1 }
        }
        #expect(Double(alarms) / Double(runs) <= 0.05, "\(alarms)")
    }
}
