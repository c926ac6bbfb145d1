import ClusterCore

extension RuleLint {
    // MARK: Units

    static func units(_ rule: HealthRule, _ signals: [SignalName: SignalUnit]?) -> [Finding] {
        let threshold = rule.condition.fireAt
        var findings: [Finding] = []
        func mismatch(_ required: String, _ measured: String, remedy: String) {
            findings.append(
                finding("lint.unit_mismatch", .critical, rule, required: required, measured: measured, remedy: remedy))
        }
        if let signals {
            if let unit = signals[rule.selector.name] {
                do throws(RuleError) {
                    try rule.checkUnit(of: unit)
                } catch {
                    mismatch("a threshold in the signal's unit", error.problem, remedy: error.remedy)
                }
            } else {
                findings.append(
                    finding(
                        "lint.unknown_signal", .warning, rule, required: "a signal that is there",
                        measured: rule.selector.name.text, remedy: "write the name of a signal, or record it"))
            }
        } else if let named = unit(namedBy: rule.selector.name.text) {
            // The engine would refuse the signal, so the rule would never judge anything.
            if let computed = rule.condition.aggregation.unit(of: named) {
                if computed != threshold.unit, threshold.unit != .unknown {
                    mismatch(
                        "a threshold in \(computed.rawValue), as the name says",
                        "\(threshold) (\(threshold.unit.rawValue))",
                        remedy: UnitConfusion.advice(computed, threshold.unit)
                            ?? "write the threshold in \(computed.rawValue)")
                }
            } else {
                mismatch(
                    "a rate of what counts", "the rate of a signal in \(named.rawValue), as the name says",
                    remedy: "take the rate of a counter, or another aggregation")
            }
        }
        return findings + confusions(rule)
    }

    private static func confusions(_ rule: HealthRule) -> [Finding] {
        let threshold = rule.condition.fireAt
        let name = rule.selector.name.text
        if threshold.unit == .ratio, threshold.value > 2, threshold.value.isFinite,
            rule.condition.comparator.direction != .none
        {
            let number = HealthThreshold.number(threshold.value)
            return [
                finding(
                    "lint.percent_as_ratio", .critical, rule, required: "a share, of which 1 is the whole",
                    measured: number,
                    remedy: threshold.value > 100
                        ? "write at most 100%"
                        : "write \(number)% or \(HealthThreshold.number(threshold.value / 100))")
            ]
        }
        // The longest latency that a source names is the 3 s of a volume and of a hard disk that is lost (facts, 1.3).
        if threshold.unit == .seconds, name.contains("latency") || name.contains("round_trip"), threshold.value > 3 {
            return [
                finding(
                    "lint.seconds_as_milliseconds", .warning, rule, required: "a latency of at most 3 s",
                    measured: "\(threshold)",
                    remedy: "write \(HealthThreshold.number(threshold.value))ms if milliseconds were meant")
            ]
        }
        return []
    }

    /// The unit that a name ends with, as Prometheus' conventions have it.
    private static func unit(namedBy name: String) -> SignalUnit? {
        let endings: [(String, SignalUnit)] = [
            ("_bytes_per_second", .bytesPerSecond), ("_bits_per_second", .bitsPerSecond), ("_bytes", .bytes),
            ("_bytes_total", .bytes), ("_seconds_total", .seconds), ("_seconds", .seconds), ("_ratio", .ratio),
            ("_celsius", .celsius), ("_volts", .volts), ("_watts", .watts), ("_hertz", .hertz),
            ("_rpm", .revolutionsPerMinute),
        ]
        return endings.first { name.hasSuffix($0.0) }?.1
    }

    // MARK: Range

    /// Values that a signal can have: by its unit, and a share of a whole by its name.
    private static func bounds(of rule: HealthRule) -> ClosedRange<Double> {
        switch rule.condition.fireAt.unit {
        case .ratio:
            // Endurance that is used may be more than what was promised.
            let name = rule.selector.name.text
            let isShare = ["used_ratio", "usage_ratio", "available_ratio", "free_ratio"].contains { name.contains($0) }
            return 0...(isShare && !name.contains("endurance") ? 1 : .infinity)
        case .count, .countPerSecond, .bytes, .bytesPerSecond, .bitsPerSecond, .seconds, .revolutionsPerMinute, .hertz,
            .joules:
            return 0 ... .infinity
        case .celsius: return -273.15 ... .infinity
        case .unknown, .volts, .amperes, .watts, .state: return -.infinity ... .infinity
        }
    }

    static func range(_ rule: HealthRule) -> [Finding] {
        let condition = rule.condition
        guard condition.comparator.direction != .none || condition.comparator == .equal else { return [] }
        let bounds = bounds(of: rule)
        let whole = bounds.upperBound == 1 ? "share of a whole" : "value in \(condition.fireAt.unit.rawValue)"
        // A name may be meant otherwise than it is read here.
        let severity: Severity = bounds.upperBound == 1 ? .warning : .critical
        let extremes = [bounds.lowerBound, bounds.upperBound]
        let canHold =
            condition.comparator == .equal
            ? bounds.contains(condition.fireAt.value)
            : extremes.contains { condition.comparator.holds($0, condition.fireAt.value) }
        if !canHold {
            return [
                finding(
                    "lint.never_fires", severity, rule, required: "a condition that some value fulfils",
                    measured: "\(condition.comparator.rawValue) \(condition.fireAt)",
                    remedy: "no \(whole) is so: write another threshold")
            ]
        }
        let end = condition.resolveAt ?? condition.fireAt
        let canFail = extremes.contains { !condition.comparator.holds($0, end.value) }
        if condition.comparator != .equal, !canFail {
            return [
                finding(
                    "lint.never_resolves", severity, rule, required: "a value at which the alert ends",
                    measured: "holds while \(condition.comparator.rawValue) \(end)",
                    remedy: "every \(whole) is so: write another threshold")
            ]
        }
        return []
    }
}
