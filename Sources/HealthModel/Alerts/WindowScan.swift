/// A window that rules of a lane look at.
struct WindowForm: Sendable, Hashable {
    let length: Int64
    /// Whether NaN is a value like any other, as in Prometheus; else it is no sample.
    let takesNaN: Bool
    /// Whether a counter's rise is extrapolated as ``EngineSettings/extrapolatesToZeroFirst`` says.
    let toZeroFirst: Bool

    var seconds: Double { Double(length) / 1e9 }
}

/// One pass over the samples of a window.
struct WindowScan {
    var count = 0
    var firstTime: Int64 = 0
    var firstValue = 0.0
    var lastTime: Int64 = 0
    var lastValue = 0.0
    var minimum = 0.0
    var maximum = 0.0
    /// Whether samples of the window were forgotten, so that it is not whole.
    var isCut = false
    /// Whether samples lie without a gap from the start of the window or before it to the newest one.
    var isWhole = false
    private var sum = 0.0
    private var compensation = 0.0
    private var resets = 0.0

    init() {}

    /// What ``WindowSums`` found of the values of a whole window.
    @inline(__always)
    init(_ sums: WindowSums, count: Int, firstTime: Int64, firstValue: Double, lastTime: Int64) {
        self.count = count
        self.firstTime = firstTime
        self.firstValue = firstValue
        self.lastTime = lastTime
        lastValue = sums.last
        minimum = sums.minimum
        maximum = sums.maximum
        sum = sums.sum
        compensation = sums.compensation
        resets = sums.resets
    }

    /// Adds the next sample, in order of time.
    @inline(__always)
    mutating func add(_ time: Int64, _ value: Double) {
        if count == 0 {
            firstTime = time
            firstValue = value
            minimum = value
            maximum = value
        } else {
            if value < lastValue { resets += lastValue }
            if value < minimum || minimum.isNaN { minimum = value }
            if value > maximum || maximum.isNaN { maximum = value }
        }
        // Neumaier's sum, as avg_over_time() takes it.
        let total = sum + value
        compensation += abs(sum) >= abs(value) ? (sum - total) + value : (value - total) + sum
        sum = total
        lastTime = time
        lastValue = value
        count += 1
    }

    var average: Double {
        // An infinite sum has no meaningful compensation.
        sum.isInfinite ? sum / Double(count) : (sum + compensation) / Double(count)
    }

    /// The rise of a counter over a window that ends at a moment, extrapolated to its edges, or that rise a second:
    /// `extrapolatedRate` of Prometheus (promql/functions.go). A window edge within 1.1 mean spacings of the outermost sample
    /// is reached, else half a spacing is added; a counter is not extrapolated below zero.
    ///
    /// Operations stand in Prometheus' order, so that the last digits agree; but resets are summed apart.
    func increase(_ form: WindowForm, to end: Int64, aSecond: Bool) -> Double {
        guard count >= 2 else { return .nan }
        let result = lastValue - firstValue + resets
        let sampled = WindowScan.seconds(firstTime, lastTime)
        let spacing = sampled / Double(count - 1)
        let threshold = spacing * 1.1
        let edge = WindowScan.seconds(end &- form.length, firstTime)
        let toZero = result > 0 && firstValue >= 0 ? sampled * (firstValue / result) : .infinity
        var toStart: Double
        if form.toZeroFirst {
            toStart = toZero < edge ? toZero : edge
            if toStart >= threshold { toStart = spacing / 2 }
        } else {
            toStart = edge >= threshold ? spacing / 2 : edge
            if toZero < toStart { toStart = toZero }
        }
        var toEnd = WindowScan.seconds(lastTime, end)
        if toEnd >= threshold { toEnd = spacing / 2 }
        let factor = (sampled + toStart + toEnd) / sampled
        return result * (aSecond ? factor / form.seconds : factor)
    }

    /// How much a counter rose as far as samples show it; what was lost can only have been more.
    var seenRise: Double { lastValue - firstValue + resets }

    private static func seconds(_ from: Int64, _ to: Int64) -> Double { Double(to &- from) / 1e9 }
}

/// The same sums of values among which there is no NaN, without a branch.
struct WindowSums {
    var last: Double
    var minimum: Double
    var maximum: Double
    var sum = 0.0
    var compensation = 0.0
    var resets = 0.0

    @inline(__always)
    init(first: Double) { (last, minimum, maximum) = (first, first, first) }

    /// Adds the next value, the first one too. With NaN among them the sum is NaN, and the rest means nothing.
    @inline(__always)
    mutating func add(_ value: Double) {
        resets += value < last ? last : 0
        minimum = value < minimum ? value : minimum
        maximum = value > maximum ? value : maximum
        let total = sum + value
        compensation += abs(sum) >= abs(value) ? (sum - total) + value : (value - total) + sum
        sum = total
        last = value
    }
}
