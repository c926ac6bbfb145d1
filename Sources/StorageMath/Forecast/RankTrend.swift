/// Whether points rise or fall, by ranks, and how steeply: the test of Mann and Kendall and the slope of Theil and Sen.
///
/// Ranks, so that a few wild points move neither. Slopes are the units of `y` for one unit of `x`.
///
/// - Mann, "Nonparametric tests against trend", Econometrica 13 (1945); Kendall, "Rank correlation methods" (1975).
/// - Sen, "Estimates of the regression coefficient based on Kendall's tau", JASA 63 (1968); the interval as in Gilbert,
///   "Statistical methods for environmental pollution monitoring" (1987), 16.4.2.
struct RankTrend {
    struct Point: Hashable {
        var x: Double
        var y: Double
    }

    let points: [Point]
    /// The slopes of all pairs, ascending: n(n − 1)/2.
    let slopes: [Double]
    /// Kendall's S: pairs that rise less pairs that fall.
    let statistic: Int
    /// The variance of S where there is no trend and points are independent, corrected for equal values.
    let variance: Double

    /// The points in order of `x`, which must be finite and differ.
    init(_ points: [Point]) {
        self.points = points
        var slopes: [Double] = []
        slopes.reserveCapacity(points.count * max(0, points.count - 1) / 2)
        var statistic = 0
        for (index, right) in points.enumerated() {
            for left in points[..<index] {
                slopes.append((right.y - left.y) / (right.x - left.x))
                statistic += right.y > left.y ? 1 : right.y < left.y ? -1 : 0
            }
        }
        slopes.sort()
        self.slopes = slopes
        self.statistic = statistic
        variance = RankTrend.variance(of: points.map(\.y))
    }

    /// (n(n − 1)(2n + 5) − Σ t(t − 1)(2t + 5)) / 18 over groups of t equal values (Kendall 1975).
    private static func variance(of values: [Double]) -> Double {
        func term(_ count: Int) -> Double { Double(count) * Double(count - 1) * Double(2 * count + 5) }
        var ties = 0.0
        var run = 0
        var previous: Double?
        for value in values.sorted() {
            if value != previous {
                ties += term(run)
                run = 0
            }
            run += 1
            previous = value
        }
        return (term(values.count) - ties - term(run)) / 18
    }

    /// The median of all slopes (Theil, Sen); zero where there are fewer than two points.
    var slope: Double { RankTrend.median(ofSorted: slopes) }

    /// The level at x = 0 of a line with this slope that leaves as many points above it as below.
    func intercept(slope: Double) -> Double { RankTrend.median(points.map { $0.y - slope * $0.x }) }

    /// What the points differ from a line with this slope by.
    func residuals(slope: Double) -> [Double] {
        let level = intercept(slope: slope)
        return points.map { $0.y - level - slope * $0.x }
    }

    /// By how much neighbours that resemble each other widen the variance of S: (1 + ρ)/(1 − ρ) with the lag-1
    /// correlation ρ of what the line leaves, where that is above what chance gives in one of twenty series; else 1.
    ///
    /// Yue and Wang, "The Mann-Kendall test modified by effective sample size to detect trend in serially correlated
    /// hydrological series", Water Resources Management 18 (2004), with the sum of an AR(1) process. A fitted line
    /// takes about (2 + 4ρ)/n off the sample's correlation r, so ρ = (n·r + 2)/(n − 4) (Kendall, Biometrika 41, 1954).
    var inflation: Double {
        let residuals = residuals(slope: slope)
        let mean = residuals.reduce(0, +) / Double(max(1, residuals.count))
        var (product, square) = (0.0, 0.0)
        for (index, residual) in residuals.enumerated() {
            square += (residual - mean) * (residual - mean)
            if index > 0 { product += (residual - mean) * (residuals[index - 1] - mean) }
        }
        guard square > 0 else { return 1 }
        let (count, sampled) = (Double(residuals.count), product / square)
        guard count > 4, sampled > 1.645 / count.squareRoot() else { return 1 }
        // A series that never forgets would make the variance infinite.
        let correlation = min(0.99, (count * sampled + 2) / (count - 4))
        return (1 + correlation) / (1 - correlation)
    }

    /// The interval of the slope: of the N slopes those at rank (N − C)/2 and (N + C)/2 + 1 with
    /// C = quantile × √(variance × inflation). `nil` where there are too few points for one.
    func slopeInterval(quantile: Double, inflation: Double) -> ClosedRange<Double>? {
        let reach = quantile * (variance * inflation).squareRoot()
        let rank = ((Double(slopes.count) - reach) / 2).rounded(.down)
        guard rank >= 1 else { return nil }
        return slopes[Int(rank) - 1]...slopes[slopes.count - Int(rank)]
    }

    static func median(_ values: [Double]) -> Double { median(ofSorted: values.sorted()) }

    private static func median(ofSorted values: [Double]) -> Double {
        guard let last = values.last else { return 0 }
        let middle = values.count / 2
        return values.count == 1
            ? last : values.count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2
    }
}
