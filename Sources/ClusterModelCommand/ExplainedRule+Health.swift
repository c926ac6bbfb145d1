import ClusterCore
import HealthModel

extension ExplainedRule {
    /// Rules of health, and those under which something is said of such rules.
    static let health: [RuleExplanation] = HealthRuleForm.all.map { explanation(of: $0) } + lint + [export]

    private static func explanation(of form: HealthRuleForm) -> RuleExplanation {
        let named = Set(HealthProfile.builtIn.flatMap { $0.rules[form.rule]?.parameters.keys.map { $0 } ?? [] })
        // An abbreviation keeps its capitals.
        let isWord = form.summary.dropFirst().first?.isUppercase != true
        let start = isWord ? form.summary.prefix(1).lowercased() : String(form.summary.prefix(1))
        return RuleExplanation(
            form.rule, "an alert when \(start)\(form.summary.dropFirst())",
            reason: "The signal \(form.signal) tells it (\(form.unit.rawValue)).", remedy: form.remedy,
            figures.filter { named.contains($0.name) })
    }

    private static let figures: [RuleExplanation.Parameter] = [
        .init("fire_at", "the threshold"), .init("resolve_at", "the threshold at which the alert ends"),
        .init("warning_at", "the threshold of a warning"),
        .init("warning_resolve_at", "the threshold at which a warning ends"),
        .init("critical_at", "the threshold of a critical alert"),
        .init("critical_resolve_at", "the threshold at which a critical alert ends"),
        .init("comparator", "how the signal is compared with the threshold"),
        .init("aggregation", "what of the signal is compared"), .init("window", "the time that it is taken over"),
        .init("minimum_samples", "the fewest samples in that time"),
        .init("for", "how long it must hold before the alert fires"),
        .init("keep_firing_for", "how long the alert stays afterwards"),
        .init("freshness", "how old the newest sample may be"), .init("no_data", "what a gap does to an alert"),
    ]

    private static let lint: [RuleExplanation] = [
        RuleExplanation(
            "lint.unit_mismatch", "a threshold is in the unit of what is compared with it",
            reason: "Compared across units a rule fires always, or never.", remedy: "write the threshold in that unit"),
        RuleExplanation(
            "lint.unknown_signal", "a rule names a signal that is there",
            reason: "A rule about nothing never fires, and nobody misses it.",
            remedy: "write the name of a signal, or record it"),
        RuleExplanation(
            "lint.percent_as_ratio", "a share is written as one",
            reason: "Shares are 0 to 1: 80 is never reached.", remedy: "write 80% or 0.8"),
        RuleExplanation(
            "lint.seconds_as_milliseconds", "a latency is at most 3 s",
            reason: "A threshold of so many seconds was most likely meant in milliseconds.",
            remedy: "write the unit, as in 5ms"),
        RuleExplanation(
            "lint.never_fires", "some value fulfils a condition",
            reason: "A rule that no value fulfils guards nothing.", remedy: "write another threshold"),
        RuleExplanation(
            "lint.never_resolves", "some value ends an alert",
            reason: "An alert that no value ends is soon ignored.", remedy: "write another threshold"),
        RuleExplanation(
            "lint.no_hysteresis", "an alert ends at another value than it begins at, or is kept for a time",
            reason: "A value at the limit makes it begin and end over and over.",
            remedy: "write resolve_at on the better side, or keep_firing_for"),
        RuleExplanation(
            "lint.gap_resolves", "an alert ends by evidence only",
            reason: "A source that falls silent would end the alert that it gave.", remedy: "write no_data hold"),
        RuleExplanation(
            "lint.short_window", "a window is not shorter than the freshness",
            reason: "It may hold fewer than two samples, which say nothing of a change.",
            remedy: "write a longer window"),
        RuleExplanation(
            "lint.short_freshness", "a sample is fresh until the next one comes",
            reason: "A rule whose samples are too old as soon as they are there knows nothing.",
            remedy: "write the time in which a sample comes, or more"),
        RuleExplanation(
            "lint.too_many_samples", "a window holds as many samples as a rule asks for",
            reason: "With fewer samples than minimum_samples a rule says nothing, so this one never speaks.",
            remedy: "write fewer samples or a longer window"),
        RuleExplanation(
            "lint.window_not_held", "the samples of a window are kept",
            reason: "Of a signal only so many samples are kept, and a window that is cut says nothing.",
            remedy: "write a shorter window, or sample less often"),
        RuleExplanation(
            "lint.more_findings", "findings are told one by one",
            reason: "Nobody reads more than a thousand at once.", remedy: "mend those that are told, and look again"),
        RuleExplanation(
            "lint.duplicate", "there is one rule for one thing",
            reason: "Two alerts of one thing are twice the work.", remedy: "leave one of them out"),
        RuleExplanation(
            "lint.levels_out_of_order", "a graver level comes after a lighter one, and ends before it",
            reason: "Otherwise the grave alert comes first, and the lighter one says nothing new.",
            remedy: "order the thresholds"),
        RuleExplanation(
            "lint.unreachable_level", "a lighter level comes before a graver one",
            reason: "A warning that comes with the critical alert, or after it, warns of nothing.",
            remedy: "lower its threshold or shorten its wait, or leave it out"),
        RuleExplanation(
            "lint.profiles_differ", "profiles agree on a rule",
            reason: "Sources disagree, so one must be chosen.", remedy: "choose the profile that is meant"),
    ]

    private static let export = RuleExplanation(
        "health.export", "a rule means the same in Prometheus and Alertmanager",
        reason: """
            Both lack something that rules here can say. health.export.KIND names the difference; where it is critical the rule \
            or receiver is left out of the file.
            """,
        remedy: "do what the finding says, or keep this suite's engine for such rules")
}
