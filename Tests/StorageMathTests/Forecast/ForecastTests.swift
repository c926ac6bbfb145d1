import ClusterCore
import StorageMath
import TestSupport
import Testing

/// Patterns of use that fool a straight line through all samples, with the cases that peers' trackers name.
@Suite struct ForecastTests {
    private let gigabyte = SyntheticUsage.gigabyte

    /// Prometheus, functions.test: 0 10 20 30 40 0 10 20 30 40 50 every 5 minutes, for which `predict_linear` tells
    /// 76.8 at 6600 s and therefore a date for 100.
    @Test func `predict_linear's own example shows no trend, so there is no date`() throws {
        let samples = [0, 10, 20, 30, 40, 0, 10, 20, 30, 40, 50].enumerated().map { index, used in
            UsageSample(
                time: .seconds(300 * index), used: ByteCount(bytes: UInt64(used)), size: ByteCount(bytes: 100))
        }
        #expect(try UsageHistory(samples).forecast(period: .seconds(300)).outcome == .noTrend)
    }

    @Test func `a line without noise is full when arithmetic says`() throws {
        // 400 GB and 10 GB a day: 690 GB on day 29, 1000 GB 31 days later.
        var random = SeededRandom(seed: 1)
        let forecast = try SyntheticUsage(growth: 10 * gigabyte).forecast(&random)
        #expect(forecast.outcome == .full(between: .seconds(31 * 86_400), and: .seconds(31 * 86_400)))
        #expect(forecast.bytesPerDay == 10_000_000_000...10_000_000_000)
        #expect(forecast.points == 30)
        #expect(forecast.changePoints.isEmpty)
    }

    @Test func `80 % counts as full when that is asked for`() throws {
        var random = SeededRandom(seed: 1)
        let history = try UsageHistory(SyntheticUsage(growth: 10 * gigabyte).samples(&random))
        let forecast = try history.forecast(fullAt: Fraction(parsing: "80%"))
        #expect(forecast.limit == (try ByteCount(parsing: "800GB")))
        #expect(forecast.outcome == .full(between: .seconds(11 * 86_400), and: .seconds(11 * 86_400)))
    }

    @Test func `a flat line, constant use and falling use have no date`() throws {
        var random = SeededRandom(seed: 1)
        #expect(try SyntheticUsage().forecast(&random).outcome == .noTrend)
        #expect(try SyntheticUsage(growth: -3 * gigabyte, noise: gigabyte).forecast(&random).outcome == .shrinking)
    }

    @Test func `what is full is full, however it came`() throws {
        var random = SeededRandom(seed: 1)
        #expect(try SyntheticUsage(level: 1000 * gigabyte).forecast(&random).outcome == .alreadyFull)
        let one = UsageSample(time: .zero, used: ByteCount(bytes: 5), size: ByteCount(bytes: 4))
        #expect(try UsageHistory([one]).forecast().outcome == .alreadyFull)
    }

    @Test func `too little says why`() throws {
        var random = SeededRandom(seed: 1)
        #expect(try UsageHistory([]).forecast().outcome == .notEnough("there are no samples"))
        let blind = UsageSample(time: .zero, used: ByteCount(bytes: 5), size: nil)
        #expect(try UsageHistory([blind]).forecast().outcome == .notEnough("no sample says how large it is"))
        let week = try SyntheticUsage(days: 7, growth: 10 * gigabyte).forecast(&random).outcome
        #expect(week == .notEnough("periods of 1d with samples: 7 of the 8 that are needed"))
        // A day of samples every 10 s is one period, not 8640 points.
        let dense = try SyntheticUsage(days: 1, perDay: 8640, growth: 300 * gigabyte).forecast(&random).outcome
        #expect(dense == .notEnough("periods of 1d with samples: 1 of the 8 that are needed"))
    }

    /// home-ops#12495, awesome-prometheus-alerts#154: full by design, emptied every day.
    @Test func `a daily sawtooth does not fool it, wherever the window ends`() throws {
        var random = SeededRandom(seed: 7)
        for hour in 0..<24 {
            let usage = SyntheticUsage(days: 14, perDay: 24)
            let forecast = try usage.forecast(&random) { 500 * gigabyte * ($0 + Double(hour) / 24).fraction }
            #expect(forecast.outcome == .noTrend)
        }
    }

    @Test func `a daily sawtooth that grows is full when its peak is`() throws {
        var random = SeededRandom(seed: 8)
        // Peaks: 400 + 200 x 23/24 GB on day 0, 5 GB more each day.
        let usage = SyntheticUsage(days: 30, perDay: 24, growth: 5 * gigabyte)
        let forecast = try usage.forecast(&random) { 200 * gigabyte * $0.fraction }
        let days = try #require(forecast.outcome.days)
        let truth = (1000 - 400 - 200.0 * 23 / 24) / 5 - (30 - 1.0 / 24)
        #expect(abs(days.lowerBound - truth) < 1 && abs(days.upperBound - truth) < 1)
    }

    /// netdata#9802: a job at 03:00.
    @Test func `a nightly backup that is deleted again shows no trend`() throws {
        var random = SeededRandom(seed: 9)
        let usage = SyntheticUsage(days: 21, perDay: 24, noise: gigabyte)
        let forecast = try usage.forecast(&random) { 3...5 ~= ($0.fraction * 24).rounded() ? 300 * gigabyte : 0 }
        #expect(forecast.outcome == .noTrend)
    }

    @Test func `a weekly and an irregular sawtooth are seen as cycles, and only their peaks count`() throws {
        var random = SeededRandom(seed: 10)
        for length in [9.0, 11, 14] {
            let usage = SyntheticUsage(days: 150, level: 300 * gigabyte, noise: gigabyte)
            let flat = try usage.forecast(&random) { 500 * gigabyte * ($0 / length).fraction }
            #expect(flat.basis == .cycles)
            #expect(flat.outcome == .noTrend)
            var rising = usage
            rising.growth = 1 * gigabyte
            let forecast = try rising.forecast(&random) { 300 * gigabyte * ($0 / length).fraction }
            #expect(forecast.basis == .cycles)
            let days = try #require(forecast.outcome.days)
            // The peaks are at 300 + 300 x (length - 1)/length + day GB.
            let truth = 700 - 300 * (length - 1) / length - 149
            #expect(days.lowerBound <= truth && days.upperBound >= truth)
        }
    }

    @Test func `two falls after which use stays down are cycles, of which two are not enough`() throws {
        var random = SeededRandom(seed: 20)
        let forecast = try SyntheticUsage(days: 70, noise: gigabyte).forecast(&random) {
            400 * gigabyte * (($0 + 5) / 30).fraction
        }
        #expect(forecast.basis == .cycles)
        #expect(
            forecast.outcome
                == .notEnough("cycles of rising and falling since the last change: 2 of the 8 that are needed"))
    }

    @Test func `two wild samples are no cycles`() throws {
        var random = SeededRandom(seed: 21)
        let forecast = try SyntheticUsage(days: 40, growth: 5 * gigabyte, noise: gigabyte).forecast(&random) {
            $0 == 10 || $0 == 25 ? 200 * gigabyte : 0
        }
        #expect(forecast.basis == .periods)
        #expect(try #require(forecast.outcome.days).contains(600.0 / 5 - 39))
    }

    @Test func `a cycle that has not ended counts only once it is the highest`() throws {
        var random = SeededRandom(seed: 23)
        // Nine cycles of ten days and then a rise that nobody ends, above the other peaks from day 99 on.
        func points(days: Int) throws -> Int {
            try SyntheticUsage(days: days, level: 100 * gigabyte).forecast(&random) {
                50 * gigabyte * ($0 < 90 ? ($0 / 10).fraction * 10 : $0 - 90)
            }.points
        }
        #expect(try points(days: 98) == 9)
        #expect(try points(days: 103) == 10)
    }

    @Test func `a first period that was hardly sampled is left out`() throws {
        var random = SeededRandom(seed: 24)
        let samples = SyntheticUsage(days: 11, perDay: 24).samples(&random)
        #expect(try UsageHistory(Array(samples.dropFirst(18))).forecast().points == 10)
        #expect(try UsageHistory(Array(samples.dropFirst(8))).forecast().points == 11)
    }

    @Test func `a weekly backup that is deleted fills the volume on a backup's day`() throws {
        var random = SeededRandom(seed: 25)
        let usage = SyntheticUsage(days: 150, growth: gigabyte, noise: 0.2 * gigabyte)
        let forecast = try usage.forecast(&random) { $0.truncatingRemainder(dividingBy: 7) == 6 ? 300 * gigabyte : 0 }
        #expect(forecast.basis == .cycles)
        // 700 GB and 1 GB a day on such days: 300 days from the first sample, 151 from the last. Without: 451.
        let days = try #require(forecast.outcome.days)
        #expect(days.contains(300 - 149))
        #expect(days.upperBound < 160)
    }

    @Test func `scatter about the line moves both ends outwards`() throws {
        var random = SeededRandom(seed: 26)
        // 10 GB up and down in turn, and 10 GB a day: by 1.96 x 1.4826 days and more.
        let forecast = try SyntheticUsage(growth: 10 * gigabyte).forecast(&random) {
            $0.truncatingRemainder(dividingBy: 2) == 0 ? 10 * gigabyte : -10 * gigabyte
        }
        let days = try #require(forecast.outcome.days)
        #expect(days.lowerBound < 31 - 2.9 && days.upperBound > 31 + 2.9)
        #expect(days.lowerBound > 31 - 6 && days.upperBound < 31 + 6)
    }

    @Test func `few cycles are not enough`() throws {
        var random = SeededRandom(seed: 11)
        let forecast = try SyntheticUsage(days: 60, noise: gigabyte).forecast(&random) {
            400 * gigabyte * ($0 / 12).fraction
        }
        #expect(forecast.basis == .cycles)
        #expect(
            forecast.outcome
                == .notEnough("cycles of rising and falling since the last change: 4 of the 8 that are needed"))
    }

    @Test func `a step up on flat use is no growth`() throws {
        var random = SeededRandom(seed: 12)
        let usage = SyntheticUsage(noise: gigabyte)
        let forecast = try usage.forecast(&random) { $0 < 15 ? 0 : 200 * gigabyte }
        #expect(forecast.outcome == .noTrend)
        #expect(forecast.changePoints == [.step(day: 15)])
        #expect(forecast.points == 15)
        let late = try usage.forecast(&random) { $0 < 25 ? 0 : 200 * gigabyte }
        #expect(
            late.outcome
                == .notEnough("periods of 1d with samples since use changed at once: 5 of the 8 that are needed"))
    }

    @Test func `growth, a large deletion and growth again: the growth since counts`() throws {
        var random = SeededRandom(seed: 13)
        let usage = SyntheticUsage(days: 40, growth: 8 * gigabyte, noise: gigabyte)
        let forecast = try usage.forecast(&random) { $0 < 25 ? 0 : -150 * gigabyte }
        #expect(forecast.changePoints == [.step(day: 25)])
        let days = try #require(forecast.outcome.days)
        #expect(forecast.assumptions.contains { $0.contains("does not come again") })
        // 400 + 8 x 39 - 150 = 562 GB; 438 GB left at 8 GB a day.
        #expect(days.contains(438.0 / 8))
    }

    @Test func `growth in steps is growth`() throws {
        var random = SeededRandom(seed: 14)
        // A virtual disk of 40 GB every four days.
        let forecast = try SyntheticUsage(days: 40, noise: 0.1 * gigabyte).forecast(&random) {
            40 * gigabyte * ($0 / 4).rounded(.down)
        }
        #expect(forecast.changePoints.isEmpty)
        let days = try #require(forecast.outcome.days)
        // 400 + 40 x 9 GB on day 39; the next six disks fill it: after 6 x 4 days from day 36.
        #expect(days.contains(36 + 24 - 39))
    }

    @Test func `growth in rare steps is growth too`() throws {
        var random = SeededRandom(seed: 22)
        // 60 GB every 15 days, flat between: 400 + 60 x 5 GB on day 89.
        let forecast = try SyntheticUsage(days: 90, noise: 0.1 * gigabyte).forecast(&random) {
            60 * gigabyte * ($0 / 15).rounded(.down)
        }
        #expect(forecast.changePoints.isEmpty)
        #expect(forecast.points == 90)
        // Five more steps fill it: on day 75 + 5 x 15.
        #expect(try #require(forecast.outcome.days).contains(75 + 75 - 89))
    }

    @Test func `a single wild sample is neither a step nor a trend`() throws {
        var random = SeededRandom(seed: 15)
        for at in [0.0, 14, 29] {
            let forecast = try SyntheticUsage(noise: gigabyte).forecast(&random, confidence: .ninetyNine) {
                $0 == at ? 300 * gigabyte : 0
            }
            #expect(forecast.outcome == .noTrend)
            #expect(forecast.changePoints.isEmpty)
        }
    }

    @Test func `a resize is where the history begins`() throws {
        var random = SeededRandom(seed: 16)
        let usage = SyntheticUsage(days: 40, growth: 10 * gigabyte)
        let small = ByteCount(bytes: 800_000_000_000)
        var samples = usage.samples(&random)
        for index in 0..<35 {
            samples[index] = UsageSample(time: samples[index].time, used: samples[index].used, size: small)
        }
        let late = try UsageHistory(samples).forecast()
        #expect(late.changePoints == [CapacityForecast.ChangePoint(kind: .resize, time: .seconds(35 * 86_400))])
        #expect(
            late.outcome == .notEnough("periods of 1d with samples since the size changed: 5 of the 8 that are needed"))
        #expect(late.limit == (try ByteCount(parsing: "1TB")))
        // With ten days since, only those count: the flat days before do not lower the slope.
        let flatThenSteep = (0..<40).map { day -> UsageSample in
            let used: UInt64 = day < 30 ? 400 : 100 + 10 * UInt64(day)
            return UsageSample(
                time: .seconds(Int64(day) * 86_400), used: ByteCount(bytes: used * 1_000_000_000),
                size: day < 30 ? small : ByteCount(bytes: 1_000_000_000_000))
        }
        let forecast = try UsageHistory(flatThenSteep).forecast()
        #expect(forecast.points == 10)
        #expect(forecast.outcome == .full(between: .seconds(51 * 86_400), and: .seconds(51 * 86_400)))
    }

    @Test func `a size that was not read is no change of size`() throws {
        var random = SeededRandom(seed: 17)
        let samples = SyntheticUsage(growth: 10 * gigabyte).samples(&random).enumerated().map { index, sample in
            UsageSample(time: sample.time, used: sample.used, size: index % 3 == 0 ? sample.size : nil)
        }
        let forecast = try UsageHistory(samples).forecast()
        #expect(forecast.changePoints.isEmpty)
        #expect(forecast.outcome == .full(between: .seconds(31 * 86_400), and: .seconds(31 * 86_400)))
    }

    @Test func `gaps change nothing on a line`() throws {
        var random = SeededRandom(seed: 18)
        let samples = SyntheticUsage(growth: 10 * gigabyte).samples(&random)
        let gappy = samples.enumerated().filter { $0.offset % 3 != 1 || $0.offset > 27 }.map(\.element)
        #expect(
            try UsageHistory(gappy).forecast().outcome
                == .full(between: .seconds(31 * 86_400), and: .seconds(31 * 86_400)))
    }

    @Test func `the origin of time does not matter`() throws {
        var random = SeededRandom(seed: 19)
        let samples = SyntheticUsage(growth: 5 * gigabyte, noise: 5 * gigabyte).samples(&random)
        let base = try UsageHistory(samples).forecast()
        for offset in [Duration.seconds(-1_000_000_000), .seconds(1_760_000_000)] {
            let moved = samples.map { UsageSample(time: $0.time + offset, used: $0.used, size: $0.size) }
            #expect(try UsageHistory(moved).forecast().outcome == base.outcome)
        }
    }
}

extension CapacityForecast.ChangePoint {
    fileprivate static func step(day: Int64) -> Self { .init(kind: .step, time: .seconds(day * 86_400)) }
}

extension Double {
    /// What is behind the point.
    fileprivate var fraction: Double { self - rounded(.down) }
}
