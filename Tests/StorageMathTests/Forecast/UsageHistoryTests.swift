import ClusterCore
import StorageMath
import TestSupport
import Testing

@Suite struct UsageHistoryTests {
    private func sample(_ time: Duration, _ used: UInt64, _ size: UInt64? = 100) -> UsageSample {
        UsageSample(time: time, used: ByteCount(bytes: used), size: size.map { ByteCount(bytes: $0) })
    }

    @Test func `samples out of order and twice at one time are refused by their number`() throws {
        let error = #expect(throws: StorageMathError.self) {
            try UsageHistory([sample(.seconds(2), 1), sample(.seconds(1), 1)])
        }
        #expect(error?.quantity == "time of sample 2")
        #expect(error?.remedy.contains("sort") == true)
        #expect(throws: StorageMathError.self) { try UsageHistory([sample(.zero, 1), sample(.zero, 1)]) }
    }

    @Test func `a size of zero, a time beyond reason and too many samples are refused`() throws {
        #expect(throws: StorageMathError.self) { try UsageHistory([sample(.zero, 1, 0)]) }
        #expect(throws: StorageMathError.self) { try UsageHistory([sample(.seconds(Int64.max), 1)]) }
        #expect(throws: StorageMathError.self) { try UsageHistory([sample(.seconds(Int64.min + 1), 1)]) }
        let many = (0...UsageHistory.sampleLimit).map { sample(.seconds($0), 1) }
        #expect(throws: StorageMathError.self) { try UsageHistory(many) }
    }

    @Test func `a period and a share out of bounds are refused`() throws {
        let history = try UsageHistory([sample(.zero, 1)])
        #expect(throws: StorageMathError.self) { try history.forecast(period: .zero) }
        #expect(throws: StorageMathError.self) { try history.forecast(period: .seconds(367 * 86_400)) }
        #expect(throws: StorageMathError.self) { try history.forecast(fullAt: .zero) }
        #expect(throws: StorageMathError.self) { try history.forecast(fullAt: Fraction(3, over: 2)) }
    }

    @Test func `adversarial samples never trap and intervals are in order`() {
        forRandom(4000) { random in
            var time = Duration.nanoseconds(random.edgy(Int64.self) / 2)
            var samples: [UsageSample] = []
            for _ in 0..<Int(random.next() % 60) {
                let gap = random.edgy(Int64.self)
                time += .nanoseconds(gap == .min ? 1 : max(1, gap.magnitude >> 8 > 0 ? abs(gap) >> 8 : abs(gap)))
                let size = random.next() % 4 == 0 ? random.edgy(UInt64.self) : .max
                samples.append(sample(time, random.edgy(), size == 0 ? nil : size))
            }
            guard let history = try? UsageHistory(samples) else { return true }
            let periods = [Duration.seconds(1), .seconds(3600), .seconds(86_400), .seconds(366 * 86_400)]
            let forecast = try history.forecast(
                confidence: Confidence.allCases[Int(random.next() % 3)], period: periods[Int(random.next() % 4)])
            guard case .full(let earliest, let latest) = forecast.outcome else { return true }
            return earliest >= .zero && latest ?? CapacityForecast.horizon >= earliest
        }
    }

    @Test func `times that differ by less than floating point tells do not trap`() throws {
        let samples = (0..<40).map {
            sample(.seconds(8_000_000_000) + Duration(secondsComponent: 0, attosecondsComponent: Int64($0)), UInt64($0))
        }
        let outcome = try UsageHistory(samples).forecast(period: .seconds(1)).outcome
        #expect(outcome == .notEnough("periods of 1s with samples: 1 of the 8 that are needed"))
    }

    @Test func `growth that takes longer than the horizon has no later end`() throws {
        let samples = (0..<30).map { sample(.seconds(Int64($0) * 86_400), UInt64($0), .max) }
        #expect(try UsageHistory(samples).forecast().outcome == .full(between: CapacityForecast.horizon, and: nil))
    }

    @Test func `the most samples are summed up in a bounded number of points`() throws {
        let samples = (0..<UsageHistory.sampleLimit).map {
            sample(.seconds(Int64($0) * 86_400), 1000 + UInt64($0), 101_099)
        }
        let forecast = try UsageHistory(samples).forecast()
        #expect(forecast.points == 512)
        #expect(forecast.assumptions.contains { $0.contains("512") })
        // The last sample uses 100,999 B, and a byte comes each day.
        #expect(forecast.outcome == .full(between: .seconds(100 * 86_400), and: .seconds(100 * 86_400)))
    }

    @Test func `outcomes are told in words`() {
        #expect(CapacityForecast.Outcome.noTrend.description == "no trend")
        #expect(
            CapacityForecast.Outcome.full(between: .seconds(86_400), and: .seconds(31 * 86_400)).description
                == "full in 24h to 31d")
        #expect(
            CapacityForecast.Outcome.full(between: .seconds(5 * 86_400), and: nil).description
                == "full in 5d to more than 100 years")
    }
}
