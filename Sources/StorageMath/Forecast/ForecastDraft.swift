import ClusterCore

/// A forecast while it is made.
struct ForecastDraft {
    let confidence: Confidence
    let period: Duration
    var limit: ByteCount?
    var points = 0
    var basis = CapacityForecast.Basis.periods
    var changePoints: [CapacityForecast.ChangePoint] = []
    /// Whether the last step was one down.
    var hasFallen = false
    var slopes: ClosedRange<Double>?
    var inflation = 1.0
    /// Whether there were more periods than are looked at.
    var isCut = false

    /// Why the points are too few.
    var shortage: String {
        let needed = "\(points) of the \(UsagePeaks.fewest) that are needed"
        guard basis == .periods else { return "cycles of rising and falling since the last change: \(needed)" }
        return switch changePoints.last?.kind {
        case .none: "periods of \(period.unitText) with samples: \(needed)"
        case .resize: "periods of \(period.unitText) with samples since the size changed: \(needed)"
        case .step: "periods of \(period.unitText) with samples since use changed at once: \(needed)"
        }
    }

    func finished(_ outcome: CapacityForecast.Outcome) -> CapacityForecast {
        CapacityForecast(
            outcome: outcome, confidence: confidence, bytesPerDay: bytesPerDay, limit: limit, points: points,
            basis: basis, changePoints: changePoints, assumptions: assumptions)
    }

    private var bytesPerDay: ClosedRange<Int64>? {
        slopes.map {
            let low = Int64(clamping: ($0.lowerBound * 86_400).rounded(.down))
            return low...max(low, Int64(clamping: ($0.upperBound * 86_400).rounded(.up)))
        }
    }

    private var assumptions: [String] {
        var assumptions = [
            "use goes on as it did since \(changePoints.isEmpty ? "the first sample" : "the last change"), in a "
                + "straight line with scatter about it",
            basis == .periods
                ? "a period of \(period.unitText) holds any pattern that repeats; its peak stands for it"
                : "use rises and falls at once again and again; the peak of each such cycle stands for it",
            "used and size count the same bytes, and the size stays what it is",
        ]
        if hasFallen {
            assumptions.append("the last fall does not come again: seen once, it may be a clean-up that recurs")
        }
        if inflation > 1 {
            assumptions.append("neighbouring points resemble each other, for which the interval was widened")
        }
        if isCut {
            assumptions.append("only the latest \(UsagePeaks.most) periods count")
        }
        return assumptions
    }
}

extension Int64 {
    /// The nearest whole number that fits. The value is whole and no NaN: slopes are quotients of finite numbers by
    /// distances above zero.
    fileprivate init(clamping value: Double) {
        self = Int64(exactly: value) ?? (value < 0 ? .min : .max)
    }
}
