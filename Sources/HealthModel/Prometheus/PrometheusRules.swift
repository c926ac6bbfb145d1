public import ClusterCore

/// Rules as a rule file of Prometheus, and what it cannot say.
///
/// ```swift
/// let export = PrometheusRules(rules)
/// for finding in export.findings { print(finding.remedy ?? "") }
/// ```
///
/// The file passes `promtool check rules` of Prometheus 2.42 and later (`keep_firing_for` came with 2.42). Each rule stands
/// there, or is refused by a finding; where it means something else, a finding and a comment above it say what.
/// Source: Prometheus documentation, alerting rules.
public struct PrometheusRules: Sendable, Hashable {
    /// The file.
    public let text: String
    /// How many rules stand in it.
    public let count: Int
    /// What is said otherwise than by the rules themselves (`information`, `warning`), and what is left out (`critical`).
    public let findings: [Finding]

    /// How far apart evaluations may be where a rule asks for its own past: `ALERTS` is visible for five minutes.
    public static let longestInterval = Duration.seconds(150)

    /// - Parameters:
    ///   - rules: what is exported, as one group in the same order.
    ///   - interval: the time between two evaluations.
    public init(_ rules: RuleSet, interval: Duration = .seconds(60)) {
        var findings: [Finding] = []
        var entries: [[String]] = []
        for rule in rules.rules {
            let notes = PrometheusRules.notes(on: rule, interval)
            findings += notes
            if notes.contains(where: { $0.severity == .critical }) { continue }
            entries.append(PrometheusRules.entry(rule, notes))
        }
        count = entries.count
        self.findings = findings
        let head = [
            "# Rules \(PrometheusRules.comment(rules.name)) \(PrometheusRules.comment(rules.version)).",
            "# Needs Prometheus 2.42 or later; of 2.x a window holds its first moment too.",
            "groups:",
        ]
        let group = [
            "  - name: \(YAMLScalar.quoted(rules.name))", "    interval: \(PromQLExpression.duration(interval))",
            entries.isEmpty ? "    rules: []" : "    rules:",
        ]
        text = (head + group + entries.flatMap { $0 }).map { $0 + "\n" }.joined()
    }

    private static func entry(_ rule: HealthRule, _ notes: [Finding]) -> [String] {
        var lines = notes.map { "      # Differs: \(comment($0.measured?.description ?? ""))." }
        lines.append("      - alert: \(YAMLScalar.quoted(rule.id.rawValue))")
        lines.append("        expr: |-")
        lines += PromQLExpression(rule).lines.map { "          \($0)" }
        if rule.pendingFor > .zero { lines.append("        for: \(PromQLExpression.duration(rule.pendingFor))") }
        if rule.keepFiringFor > .zero {
            lines.append("        keep_firing_for: \(PromQLExpression.duration(rule.keepFiringFor))")
        }
        lines.append("        labels:")
        for label in rule.labels where !label.value.isEmpty {
            lines.append("          \(label.name): \(YAMLScalar.quoted(template(label.value)))")
        }
        lines.append("          \(HealthRule.severityLabel): \(rule.severity.rawValue)")
        lines.append("        annotations:")
        for (name, value) in annotations(of: rule).sorted(by: { $0.key < $1.key }) {
            lines.append("          \(name): \(YAMLScalar.quoted(template(value)))")
        }
        return lines
    }

    /// The annotations of a rule's alerts.
    public static func annotations(of rule: HealthRule) -> [String: String] {
        var annotations = ["summary": rule.summary, "condition": "\(rule.condition)"]
        if !rule.remedy.isEmpty { annotations["remedy"] = rule.remedy }
        if let reference = rule.reference, !reference.description.isEmpty {
            annotations["reference"] = reference.description
        }
        return annotations
    }

    /// A text that the template language gives back as it is.
    private static func template(_ text: String) -> String { text.replacing("{{", with: "{{ \"{{\" }}") }

    /// A text that stays on its line.
    static func comment(_ text: String) -> String {
        String(text.unicodeScalars.map { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) ? "?" : Character($0) })
    }
}

extension PrometheusRules {
    /// Why a rule cannot stand in Prometheus; none where it can.
    static func refusals(of rule: HealthRule, _ interval: Duration) -> [Finding] {
        notes(on: rule, interval).filter { $0.severity == .critical }
    }

    /// What a rule means otherwise in Prometheus, and why it cannot stand there.
    private static func notes(on rule: HealthRule, _ interval: Duration) -> [Finding] {
        var notes: [Finding] = []
        func note(_ kind: String, _ severity: Severity, _ difference: String, remedy: String) {
            notes.append(
                Finding(
                    rule: RuleID(rawValue: "health.export.\(kind)") ?? "health.export", severity: severity,
                    subject: ComponentIdentifier(rawValue: rule.id.rawValue), required: .text("\(rule.condition)"),
                    measured: .text(difference), remedy: remedy,
                    reference: Reference(architecture: [86], document: "Prometheus, alerting rules", date: "2.42")))
        }
        let badLabels = rule.selector.matchers.map(\.label).filter { !SignalText.isIdentifier($0, colon: false) }
        if !rule.selector.name.isClassic || !badLabels.isEmpty {
            note(
                "name", .critical, "a name outside letters, digits and _ cannot be written for Prometheus 2",
                remedy: "rename the signal or the label")
        }
        let expression = PromQLExpression(rule)
        if expression.asksForThePast, interval > longestInterval {
            note(
                "interval", .critical,
                "evaluated every \(interval.unitText), it would forget its own past, which ALERTS shows for 5m",
                remedy: "evaluate at least every \(longestInterval.unitText)")
        }
        if let duration = [
            rule.pendingFor, rule.keepFiringFor, rule.freshness, rule.condition.aggregation.window ?? .zero,
        ]
        .first(where: { $0.components.attoseconds % 1_000_000_000_000_000 != 0 }) {
            note(
                "duration", .critical, "\(duration.unitText) is finer than a millisecond",
                remedy: "write whole milliseconds")
        }
        switch rule.noData {
        case .resolve: break
        case .hold:
            if rule.pendingFor > .zero {
                note(
                    "gap", .information, "a gap while the alert is pending counts as the condition holding",
                    remedy: "know that such an alert may fire during the gap")
            }
        case .fire:
            note(
                "gap", .information,
                "a signal counts as gone only if Prometheus saw it within "
                    + (rule.freshness * 2 + .seconds(3600)).unitText,
                remedy: "keep Prometheus running, or add an alert on up == 0")
        }
        if rule.noData != .resolve, let window = rule.condition.aggregation.window {
            note(
                "missing", .information,
                "NaN in the window of \(window.unitText) counts as a sample, and samples that are missing there are not missed",
                remedy: "ask for as many samples as there should be by minimum_samples")
        }
        if rule.freshness > .seconds(300), rule.condition.aggregation.kind == .last {
            note(
                "freshness", .information,
                "a signal that ends still counts for \(rule.freshness.unitText), also where its source says that it ended",
                remedy: "use a freshness of at most 5m")
        }
        if rule.noData != .resolve,
            rule.selector.matchers.contains(where: { matcher in
                rule.labels.contains { $0.name == matcher.label }
            })
        {
            note(
                "label", .critical,
                "a label of the rule replaces one of the signal, so the alert's past cannot be found",
                remedy: "name the rule's label otherwise")
        }
        if rule.condition.hasHysteresis, rule.keepFiringFor > .zero {
            note(
                "kept", .information,
                "a kept alert whose value comes between the thresholds counts as firing again, as ALERTS does not tell the "
                    + "two apart",
                remedy: "use one of the two: a second threshold, or keep_firing_for")
        }
        if rule.flapping != nil {
            note(
                "flapping", .information, "Prometheus does not detect flapping: each change is notified",
                remedy: "lengthen keep_firing_for, or use the engine of this suite")
        }
        if rule.yieldsToParents {
            note(
                "topology", .information,
                "the alert is created also while what its subject depends on is gone; Alertmanager's inhibition only keeps "
                    + "it from being notified, and cannot wait while a failure is suspected",
                remedy: "use the exported Alertmanager configuration, whose inhibition names the same labels")
        }
        return notes
    }
}
