import TestSupport
import Testing

@testable import StorageMath

/// The statistics of Theil and Sen, Mann and Kendall, against published examples and enumeration.
@Suite struct RankTrendTests {
    private func trend(_ x: [Double], _ y: [Double]) -> RankTrend {
        RankTrend(zip(x, y).map { RankTrend.Point(x: $0, y: $1) })
    }

    private func trend(_ y: [Double]) -> RankTrend { trend(y.indices.map(Double.init), y) }

    private let sen = (x: [1.0, 2, 3, 4, 10, 12, 18], y: [9.0, 15, 19, 20, 45, 55, 78])

    /// Sen (1968), JASA 63, the worked example; SciPy's `theilslopes` is tested by it too (slope 4, 3.71 to 4.38 at
    /// 93 %, for which the normal quantile is 1.812).
    @Test func `Sen 1968: slope 4, interval 3.71 to 4.38`() throws {
        let trend = trend(sen.x, sen.y)
        #expect(trend.slope == 4)
        let interval = try #require(trend.slopeInterval(quantile: 1.812, inflation: 1))
        #expect(abs(interval.lowerBound - 3.71) < 0.005)
        #expect(abs(interval.upperBound - 4.38) < 0.005)
    }

    @Test func `an outlier of any size moves the slope of Theil and Sen by no more than a step of rank`() {
        var y = sen.y
        y[6] = 1e15
        #expect(abs(trend(sen.x, y).slope - 4) < 1)
    }

    /// Kendall's variance without equal values, n(n − 1)(2n + 5)/18: 44.33 at 7.
    @Test func `the variance is that over all orders`() {
        for count in 2...7 {
            let statistics = permutations(count).map { Double(trend($0.map(Double.init)).statistic) }
            let variance = statistics.map { $0 * $0 }.reduce(0, +) / Double(statistics.count)
            #expect(abs(trend((0..<count).map(Double.init)).variance - variance) < 1e-9)
        }
    }

    @Test func `the variance with equal values is that over all orders`() {
        for values in [[1.0, 1, 2, 3], [1, 1, 1, 2, 2], [5, 5, 5, 5], [1, 2, 2, 3, 3, 3]] {
            let statistics = permutations(values.count).map { order in Double(trend(order.map { values[$0] }).statistic)
            }
            let variance = statistics.map { $0 * $0 }.reduce(0, +) / Double(statistics.count)
            #expect(abs(trend(values).variance - variance) < 1e-9)
        }
    }

    /// Kendall's table: with 7 points S is 13 or more in 3.5 % of all orders, and 15 or more in 1.5 %. An interval at
    /// 90 % may exclude zero in 10 % of them, on both sides together.
    @Test func `with 7 points an interval excludes zero as seldom as stated, over all orders`() {
        var counts = (thirteen: 0, fifteen: 0, excluded: 0, all: 0)
        for order in permutations(7) {
            let trend = trend(order.map(Double.init))
            counts.all += 1
            counts.thirteen += trend.statistic >= 13 ? 1 : 0
            counts.fifteen += trend.statistic >= 15 ? 1 : 0
            let interval = trend.slopeInterval(quantile: Confidence.ninety.quantile, inflation: 1)
            if let interval, interval.lowerBound > 0 || interval.upperBound < 0 { counts.excluded += 1 }
        }
        let all = Double(counts.all)
        #expect(abs(Double(counts.thirteen) / all - 0.035) < 0.0005)
        #expect(abs(Double(counts.fifteen) / all - 0.015) < 0.0005)
        #expect(Double(counts.excluded) / all <= 0.10)
        #expect(Double(counts.excluded) / all > 0.05)
    }

    @Test func `S counts pairs that rise less pairs that fall`() {
        #expect(trend([1, 2, 3, 4]).statistic == 6)
        #expect(trend([4, 3, 2, 1]).statistic == -6)
        #expect(trend([1, 1, 1]).statistic == 0)
        #expect(trend([2, 1, 3]).statistic == 1)
    }

    @Test func `neighbours that resemble each other widen the interval, independent ones do not`() {
        #expect(trend((0..<40).map { $0 % 2 == 0 ? 1 : 0 }).inflation == 1)
        // A wave of 20 points about a level: its lag-1 correlation is near cos(2π/20) = 0.95.
        let wave = (0..<40).map {
            [0, 3, 6, 8, 10, 10, 10, 8, 6, 3, 0, -3, -6, -8, -10, -10, -10, -8, -6, -3][$0 % 20]
        }
        #expect(trend(wave.map(Double.init)).inflation > 5)
        #expect(trend([1, 1, 1, 1]).inflation == 1)
    }

    @Test func `no points, one point and two points have no interval`() {
        for count in 0...2 {
            #expect(
                trend((0..<count).map(Double.init))
                    .slopeInterval(quantile: Confidence.ninety.quantile, inflation: 1) == nil)
        }
        #expect(trend([]).slope == 0)
    }

    private func permutations(_ count: Int) -> [[Int]] {
        guard count > 0 else { return [[]] }
        return permutations(count - 1).flatMap { shorter in
            (0...shorter.count).map { place in
                var longer = shorter
                longer.insert(count - 1, at: place)
                return longer
            }
        }
    }
}
