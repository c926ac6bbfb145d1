/// A window that rules of a lane look at.
struct WindowForm: Sendable, Hashable {
    let length: Int64
    /// Whether NaN is a value like any other, as in Prometheus; else it is no sample.
    let takesNaN: Bool
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
    private var sum = 0.0
    private var compensation = 0.0
    private var resets = 0.0

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

    /// The rise of a counter over the window, extrapolated to its edges: `extrapolatedRate` of Prometheus 3
    /// (promql/functions.go). A window edge within 1.1 mean spacings of the outermost sample is reached, else half a spacing
    /// is added; a counter is not extrapolated below zero.
    func increase(from start: Int64, to end: Int64) -> Double {
        guard count >= 2 else { return .nan }
        var result = lastValue - firstValue + resets
        let sampled = WindowScan.seconds(firstTime, lastTime)
        let spacing = sampled / Double(count - 1)
        let threshold = spacing * 1.1
        var toStart = WindowScan.seconds(start, firstTime)
        if toStart >= threshold { toStart = spacing / 2 }
        if result > 0, firstValue >= 0 {
            let toZero = sampled * (firstValue / result)
            if toZero < toStart { toStart = toZero }
        }
        var toEnd = WindowScan.seconds(lastTime, end)
        if toEnd >= threshold { toEnd = spacing / 2 }
        result *= (sampled + toStart + toEnd) / sampled
        return result
    }

    private static func seconds(_ from: Int64, _ to: Int64) -> Double { Double(to &- from) / 1e9 }
}
