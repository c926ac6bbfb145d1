public import ClusterCore

/// Looks at rules before they are used, and tells as findings what cannot be meant: levels that contradict each other, alerts
/// that can never come or never end, units that were confused, alerts that will swing.
public enum RuleLint {
    /// The most findings that are told one by one; the rest is counted in one more.
    public static let findingLimit = 1000

    /// All that is to be said about rules, the gravest first. Time grows with the rules, not with their pairs.
    ///
    /// - Parameters:
    ///   - signals: the units of signals that are known, by name; a rule on a signal that is not there is told.
    ///   - settings: those of the engine that is to judge, by which is told what its memory cannot hold. Without them only
    ///     what no engine could.
    ///   - interval: the time between two evaluations by Prometheus: what its export would leave out is told as critical.
    public static func findings(
        in set: RuleSet, signals: [SignalName: SignalUnit]? = nil, settings: EngineSettings? = nil,
        interval: Duration = .seconds(60)
    ) -> [Finding] {
        var findings: [Finding] = []
        let unheld = settings.map { Set(AlertEngine.unheldRules(of: set, $0)) } ?? []
        for rule in set.rules {
            findings += units(rule, signals)
            findings += range(rule)
            findings += hysteresis(rule)
            findings += timing(rule)
            findings += samples(rule, settings, isHeld: !unheld.contains(rule.id))
            findings += PrometheusRules.refusals(of: rule, interval)
        }
        findings = (findings + levels(set)).ordered()
        guard findings.count > findingLimit else { return findings }
        let rest = findings[findingLimit...]
        return findings.prefix(findingLimit) + [
            Finding(
                rule: "lint.more_findings", severity: .information,
                subject: ComponentIdentifier(rawValue: "rules:\(set.name)"),
                required: .text("at most \(findingLimit) findings"),
                measured: .text("\(rest.count) more, \(rest.count { $0.severity == .critical }) of them critical"),
                remedy: "mend those that are told, and look again")
        ]
    }

    static func finding(
        _ id: RuleID, _ severity: Severity, _ rule: HealthRule, required: String, measured: String, remedy: String
    ) -> Finding {
        Finding(
            rule: id, severity: severity, subject: ComponentIdentifier(rawValue: "rule:\(rule.id)"),
            required: .text(required), measured: .text(measured), remedy: remedy, reference: rule.reference)
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

    /// What a window asks of samples that hardly come so often, or are hardly kept.
    private static func samples(_ rule: HealthRule, _ settings: EngineSettings?, isHeld: Bool) -> [Finding] {
        let aggregation = rule.condition.aggregation
        let interval = Duration.nanoseconds(settings?.sampleIntervalNanoseconds ?? fastest)
        let pace = settings == nil ? "the fastest that is recorded" : "as samples come"
        var findings: [Finding] = []
        if !isHeld, let settings, let window = aggregation.window {
            findings.append(
                finding(
                    "lint.window_not_held", .warning, rule,
                    required: "a window of at most \(settings.historyLimit) samples",
                    measured: "\(window.unitText), with a sample every \(interval.unitText)",
                    remedy: "write a shorter window, or sample less often"))
        }
        if let window = aggregation.window {
            let most = Int(clamping: window.nanosecondsClamped / interval.nanosecondsClamped) + 1
            if aggregation.minimumSamples > most {
                findings.append(
                    finding(
                        "lint.too_many_samples", .critical, rule,
                        required:
                            "at most \(most) samples in \(window.unitText), one every \(interval.unitText), \(pace)",
                        measured: "minimum_samples \(aggregation.minimumSamples)",
                        remedy: "write fewer samples or a longer window: this one never says anything"))
            }
        }
        let shortest = settings.map { _ in interval } ?? .seconds(1)
        if rule.freshness < shortest {
            findings.append(
                finding(
                    "lint.short_freshness", .warning, rule, required: "a freshness of at least \(shortest.unitText)",
                    measured: rule.freshness.unitText,
                    remedy: "write the time in which a sample comes, or more: between two samples nothing is known"))
        }
        return findings
    }

    /// The shortest time between two samples, in nanoseconds, with which anybody records.
    private static let fastest: Int64 = 10_000_000
}
