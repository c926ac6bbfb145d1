public import ClusterCore

/// Looks at rules before they are used, and tells as findings what cannot be meant: levels that contradict each other, alerts
/// that can never come or never end, units that were confused, alerts that will swing.
public enum RuleLint {
    /// All that is to be said about rules, in order of rule.
    ///
    /// - Parameter signals: the units of signals that are known, by name; a rule on a signal that is not there is told.
    public static func findings(in set: RuleSet, signals: [SignalName: SignalUnit]? = nil) -> [Finding] {
        var findings: [Finding] = []
        for rule in set.rules {
            findings += units(rule, signals)
            findings += range(rule)
            findings += hysteresis(rule)
            findings += timing(rule)
        }
        findings += levels(set)
        return findings.ordered()
    }

    /// Values that a signal of a unit can have.
    private static func bounds(of unit: SignalUnit) -> ClosedRange<Double> {
        switch unit {
        case .count, .countPerSecond, .bytes, .bytesPerSecond, .bitsPerSecond, .seconds, .ratio, .revolutionsPerMinute,
            .hertz, .joules:
            0 ... .infinity
        case .celsius: -273.15 ... .infinity
        case .unknown, .volts, .amperes, .watts, .state: -.infinity ... .infinity
        }
    }

    static func finding(
        _ id: RuleID, _ severity: Severity, _ rule: HealthRule, required: String, measured: String, remedy: String
    ) -> Finding {
        Finding(
            rule: id, severity: severity, subject: ComponentIdentifier(rawValue: "rule:\(rule.id)"),
            required: .text(required), measured: .text(measured), remedy: remedy, reference: rule.reference)
    }

    // MARK: Units

    private static func units(_ rule: HealthRule, _ signals: [SignalName: SignalUnit]?) -> [Finding] {
        let threshold = rule.condition.fireAt
        var findings: [Finding] = []
        if let signals {
            if let unit = signals[rule.selector.name] {
                do throws(RuleError) {
                    try rule.checkUnit(of: unit)
                } catch {
                    findings.append(
                        finding(
                            "lint.unit_mismatch", .critical, rule, required: "a threshold in the signal's unit",
                            measured: error.problem, remedy: error.remedy))
                }
            } else {
                findings.append(
                    finding(
                        "lint.unknown_signal", .warning, rule, required: "a signal that is there",
                        measured: rule.selector.name.text, remedy: "write the name of a signal, or record it"))
            }
        } else if let named = unit(namedBy: rule.selector.name.text),
            let computed = rule.condition.aggregation.unit(of: named),
            computed != threshold.unit, threshold.unit != .unknown
        {
            findings.append(
                finding(
                    "lint.unit_mismatch", .warning, rule,
                    required: "a threshold in \(computed.rawValue), as the name says",
                    measured: "\(threshold) (\(threshold.unit.rawValue))",
                    remedy: UnitConfusion.advice(computed, threshold.unit)
                        ?? "write the threshold in \(computed.rawValue)"))
        }
        if threshold.unit == .ratio, threshold.value > 2, threshold.value <= 100,
            rule.condition.comparator.direction == .up
        {
            findings.append(
                finding(
                    "lint.percent_as_ratio", .critical, rule, required: "a share, of which 1 is the whole",
                    measured: "\(HealthThreshold.number(threshold.value))",
                    remedy:
                        "write \(HealthThreshold.number(threshold.value))% or \(HealthThreshold.number(threshold.value / 100))"
                ))
        }
        if threshold.unit == .seconds,
            rule.selector.name.text.contains("latency") || rule.selector.name.text.contains("round_trip"),
            threshold.value >= 10
        {
            findings.append(
                finding(
                    "lint.seconds_as_milliseconds", .warning, rule, required: "a latency of less than 10 s",
                    measured: "\(threshold)",
                    remedy: "write \(HealthThreshold.number(threshold.value))ms if milliseconds were meant"))
        }
        return findings
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

    private static func range(_ rule: HealthRule) -> [Finding] {
        let condition = rule.condition
        let unit = condition.fireAt.unit
        let bounds = bounds(of: unit)
        var findings: [Finding] = []
        let extremes = [bounds.lowerBound, bounds.upperBound]
        let canHold =
            extremes.contains { condition.comparator.holds($0, condition.fireAt.value) }
            || (condition.comparator == .equal && bounds.contains(condition.fireAt.value))
        if !canHold {
            findings.append(
                finding(
                    "lint.never_fires", .critical, rule, required: "a condition that some value fulfils",
                    measured: "\(condition.comparator.rawValue) \(condition.fireAt)",
                    remedy: "no value in \(unit.rawValue) is so: write another threshold"))
        }
        let end = condition.resolveAt ?? condition.fireAt
        let canFail =
            extremes.contains { $0.isFinite && !condition.comparator.holds($0, end.value) }
            || !bounds.lowerBound.isFinite || condition.comparator.direction == .down || condition.comparator == .equal
        let alwaysHolds = condition.comparator.direction == .up && !canFail
        if alwaysHolds {
            findings.append(
                finding(
                    "lint.never_resolves", .critical, rule, required: "a value at which the alert ends",
                    measured: "holds while \(condition.comparator.rawValue) \(end)",
                    remedy: "every value in \(unit.rawValue) is so: write another threshold"))
        }
        if unit == .ratio, condition.comparator.direction == .up, condition.fireAt.value >= 1,
            rule.selector.name.text.contains("used_ratio") || rule.selector.name.text.contains("usage_ratio"),
            condition.comparator == .greater || condition.fireAt.value > 1
        {
            findings.append(
                finding(
                    "lint.never_fires", .warning, rule, required: "a share of less than the whole",
                    measured: "\(condition.comparator.rawValue) \(condition.fireAt)",
                    remedy: "what is used is never more than the whole: write a lower threshold"))
        }
        return findings
    }

    // MARK: Swinging

    private static func hysteresis(_ rule: HealthRule) -> [Finding] {
        guard rule.condition.comparator.direction != .none, !rule.condition.hasHysteresis, rule.keepFiringFor == .zero,
            rule.condition.aggregation.kind != .allSamples, rule.condition.aggregation.kind != .increase,
            rule.condition.fireAt.unit != .state, rule.condition.fireAt.unit != .count
        else { return [] }
        return [
            finding(
                "lint.no_hysteresis", .information, rule,
                required: "a second threshold, or a time for which it is kept",
                measured: "\(rule.condition)",
                remedy:
                    "write resolve_at on the better side, or keep_firing_for, so that a value at the limit does not swing"
            )
        ]
    }

    // MARK: Times

    private static func timing(_ rule: HealthRule) -> [Finding] {
        var findings: [Finding] = []
        if rule.noData == .resolve {
            findings.append(
                finding(
                    "lint.gap_resolves", .information, rule, required: "alerts that end by evidence only",
                    measured: "no_data resolve",
                    remedy: "write no_data hold, unless the rule must do what Prometheus does"))
        }
        if let window = rule.condition.aggregation.window, rule.noData == .hold, window < rule.freshness,
            rule.condition.aggregation.kind == .rate || rule.condition.aggregation.kind == .increase
        {
            findings.append(
                finding(
                    "lint.short_window", .information, rule, required: "a window not shorter than the freshness",
                    measured: "window \(window.unitText), freshness \(rule.freshness.unitText)",
                    remedy: "write a longer window: one that holds fewer than two samples says nothing"))
        }
        return findings
    }
}
