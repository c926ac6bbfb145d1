import ClusterCore

/// A rule as the engine evaluates it: numbers only.
struct CompiledRule: Sendable {
    /// The place in the rule set.
    let number: Int
    let comparator: Comparator
    let fireAt: Double
    let resolveAt: Double
    let hasHysteresis: Bool
    /// The sign by which values are multiplied so that bad is up, or 0 where the comparator has no direction.
    let sign: Double
    /// Bad is `sign * value > fireBound`.
    let fireBound: Double
    let holdBound: Double
    let kind: Kind
    /// The place among the windows of the lane.
    let window: Int
    let minimumSamples: Int
    let freshness: Int64
    let pendingFor: Int64
    let keepFiringFor: Int64
    let noData: NoDataBehaviour
    let flapping: FlapThresholds?
    /// Whether a window says something only where no sample is missing.
    let needsWhole: Bool
    /// What is older says nothing of now, since another sample should have come.
    let currentAge: Int64
    /// By what the rise of a counter is divided: for a rate the seconds of the window, else 1.
    let riseSeconds: Double

    /// What is compared.
    enum Kind: Sendable {
        case last
        case average
        case minimum
        case maximum
        case rate
        case increase
    }

    init(_ rule: HealthRule, number: Int, window: Int, _ settings: EngineSettings) {
        let condition = rule.condition
        self.number = number
        comparator = condition.comparator
        fireAt = condition.fireAt.value
        resolveAt = condition.resolveAt?.value ?? condition.fireAt.value
        hasHysteresis = condition.hasHysteresis
        switch condition.comparator.direction {
        case .up: sign = 1
        case .down: sign = -1
        case .none: sign = 0
        }
        fireBound = CompiledRule.bound(fireAt, comparator)
        holdBound = CompiledRule.bound(resolveAt, comparator)
        switch condition.aggregation.kind {
        case .last: kind = .last
        case .average: kind = .average
        case .minimum: kind = .minimum
        case .maximum: kind = .maximum
        case .rate: kind = .rate
        case .increase: kind = .increase
        // All are bad where the best one is.
        case .allSamples: kind = condition.comparator.direction == .up ? .minimum : .maximum
        }
        self.window = window
        minimumSamples = condition.aggregation.minimumSamples
        freshness = rule.freshness.nanosecondsClamped
        pendingFor = rule.pendingFor.nanosecondsClamped
        keepFiringFor = rule.keepFiringFor.nanosecondsClamped
        noData = rule.noData
        flapping = rule.flapping
        let interval = rule.noData == .resolve ? nil : settings.expectedIntervalNanoseconds
        needsWhole = interval != nil
        currentAge = interval.map { $0 - $0 / 2 } ?? .max
        let length = condition.aggregation.kind == .rate ? condition.aggregation.window?.nanosecondsClamped : nil
        riseSeconds = length.map { Double($0) / 1e9 } ?? 1
    }

    /// `v >= t` is `v > t'` with the next number below `t`.
    private static func bound(_ threshold: Double, _ comparator: Comparator) -> Double {
        switch comparator {
        case .greater: threshold
        case .atLeast: threshold.nextDown
        case .less: -threshold
        case .atMost: (-threshold).nextDown
        case .equal, .different: threshold
        }
    }

    /// Whether the condition holds for a value; NaN is decided as IEEE 754 does.
    @inline(__always)
    func truth(_ value: Double) -> Truth {
        if sign != 0 {
            let signed = sign * value
            if signed > fireBound { return .holds }
            return hasHysteresis && signed > holdBound ? .between : .fails
        }
        return comparator.holds(value, fireAt) ? .holds : .fails
    }

    /// Whether one sample in a window is enough to know that the condition holds, whatever the others are.
    @inline(__always)
    var holdsByOneSample: Bool { (kind == .maximum && sign > 0) || (kind == .minimum && sign < 0) }

    /// Whether what is there of an incomplete window is enough to know that the condition holds: one sample beyond the
    /// threshold for an extreme, a rise beyond it for a counter.
    func holds(byPartOf scan: WindowScan, _ value: Double) -> Bool {
        if holdsByOneSample { return truth(value) == .holds }
        guard kind == .rate || kind == .increase, sign > 0 else { return false }
        return scan.count >= 2 && truth(scan.seenRise / riseSeconds) == .holds
    }
}

/// What is known of a condition.
enum Truth: Sendable {
    case holds
    case fails
    /// Between the thresholds.
    case between
    /// Samples are missing, but not all: no reason to say that there are none.
    case partial
    case unknown
}
