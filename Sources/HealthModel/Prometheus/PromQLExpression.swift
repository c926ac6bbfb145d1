import ClusterCore

/// A rule's condition as an expression of PromQL.
///
/// What needs the past (two thresholds, an alert that a gap does not end) asks Prometheus' own series `ALERTS` what the
/// alert was at the last evaluation; that series is visible for five minutes, so evaluations must be closer together.
struct PromQLExpression {
    private let rule: HealthRule

    init(_ rule: HealthRule) { self.rule = rule }

    /// Whether the expression reads `ALERTS`.
    var asksForThePast: Bool { rule.condition.hasHysteresis || rule.noData != .resolve }

    /// The value that is compared, to be looked at.
    var shown: String { value(isComplete: false) }

    /// The whole condition; each part on a line of its own.
    var lines: [String] {
        let condition = rule.condition
        var lines = [compared(condition.fireAt.value)]
        if condition.hasHysteresis, let resolveAt = condition.resolveAt {
            lines.append("or (\(compared(resolveAt.value)) and ignoring(\(ownLabels)) \(past(state: "firing")))")
        }
        switch rule.noData {
        case .resolve: break
        case .hold: lines.append("or (\(remembered) unless \(known))")
        case .fire:
            lines.append("or (\(remembered) unless \(known))")
            // The first gap finds no alert yet: the series itself is remembered long enough to begin one.
            let horizon = PromQLExpression.duration(rule.freshness * 2 + .seconds(3600))
            lines.append("or (max_over_time(\(rule.selector)[\(horizon)]) unless \(known))")
        }
        return lines
    }

    /// The value of a signal.
    /// - Parameter isComplete: whether the samples must be as many and as new as the rule asks for.
    private func value(isComplete: Bool = true) -> String {
        let aggregation = rule.condition.aggregation
        let selector = "\(rule.selector)"
        guard let window = aggregation.window.map(PromQLExpression.duration) else {
            // Prometheus looks back five minutes unless told otherwise.
            if rule.freshness == .seconds(300) { return selector }
            let newest = "last_over_time(\(selector)[\(PromQLExpression.duration(rule.freshness))])"
            // Only the series itself says that it ended.
            return rule.freshness < .seconds(300) ? "(\(selector) and \(newest))" : newest
        }
        let name: String
        let least: Int
        switch aggregation.kind {
        case .last: return selector
        case .average: (name, least) = ("avg_over_time", 1)
        case .minimum: (name, least) = ("min_over_time", 1)
        case .maximum: (name, least) = ("max_over_time", 1)
        case .rate: (name, least) = ("rate", 2)
        case .increase: (name, least) = ("increase", 2)
        // All samples are above a threshold where the least of them is.
        case .allSamples:
            (name, least) = (rule.condition.comparator.direction == .down ? "max_over_time" : "min_over_time", 1)
        }
        var result = "\(name)(\(selector)[\(window)])"
        if isComplete, aggregation.minimumSamples > least {
            result += " and count_over_time(\(selector)[\(window)]) >= \(aggregation.minimumSamples)"
        }
        if isComplete, rule.noData != .resolve, rule.freshness < aggregation.window ?? .zero {
            result += " and last_over_time(\(selector)[\(PromQLExpression.duration(rule.freshness))])"
        }
        return result.contains(" and ") ? "(\(result))" : result
    }

    /// Whether one bad sample in the window decides, whatever the others are.
    private var holdsByOneSample: Bool {
        let (kind, direction) = (rule.condition.aggregation.kind, rule.condition.comparator.direction)
        return rule.noData != .resolve
            && ((kind == .maximum && direction == .up) || (kind == .minimum && direction == .down))
    }

    /// The value where it is one: NaN is none, but for Prometheus' own way with missing data.
    private var judged: String {
        let value = value(isComplete: !holdsByOneSample)
        return rule.condition.comparator == .different && rule.noData != .resolve ? "(\(value) >= -Inf)" : value
    }

    private func compared(_ threshold: Double) -> String {
        "\(judged) \(rule.condition.comparator.rawValue) \(PromQLExpression.number(threshold))"
    }

    /// Those signals of which a value is known.
    private var known: String { "(\(value()) >= -Inf)" }

    /// The alert's own labels, which its signal does not have.
    private var ownLabels: String {
        ([HealthRule.nameLabel, "alertstate", HealthRule.severityLabel] + rule.labels.map(\.name)).joined(
            separator: ",")
    }

    private func past(state: String?) -> String {
        let name = "\(HealthRule.nameLabel)=\"\(rule.id.rawValue)\""
        let severity = "\(HealthRule.severityLabel)=\"\(rule.severity.rawValue)\""
        return "ALERTS{\(name),\(severity)\(state.map { ",alertstate=\"\($0)\"" } ?? "")}"
    }

    /// The signals of the alerts that were there at the last evaluation.
    private var remembered: String { "max without(\(ownLabels)) (\(past(state: nil)))" }

    // MARK: Words

    /// A number as PromQL reads it.
    static func number(_ value: Double) -> String {
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value), whole.magnitude < 1 << 53 { return "\(whole)" }
        return "\(value)"
    }

    /// A duration as Prometheus reads it, in whole milliseconds: `1h30m`.
    static func duration(_ duration: Duration) -> String {
        let parts = max(duration, .milliseconds(1)).components
        var rest =
            parts.seconds.multipliedReportingOverflow(by: 1000).partialValue + parts.attoseconds / 1_000_000_000_000_000
        var text = ""
        for (unit, worth) in [("d", Int64(86_400_000)), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)] {
            let count = rest / worth
            if count > 0 { text += "\(count)\(unit)" }
            rest -= count * worth
        }
        return text
    }
}
