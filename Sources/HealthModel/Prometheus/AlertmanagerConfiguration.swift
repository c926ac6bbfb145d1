public import ClusterCore

/// Where notifications go and what keeps them back, as a configuration of Alertmanager, and what it cannot say.
///
/// The file passes `amtool check-config` of Alertmanager 0.25. Source: Prometheus documentation, alerting configuration.
public struct AlertmanagerConfiguration: Sendable, Hashable {
    /// The file.
    public let text: String
    /// What is said otherwise than by the engine, and what is left out (`critical`).
    public let findings: [Finding]

    /// Hours in which nothing of a route is notified: `22:00` to `24:00`, in UTC.
    public struct MuteInterval: Sendable, Hashable {
        public let name: String
        /// Minutes after midnight.
        public let begin: Int
        /// Minutes after midnight, at most 1440; later than ``begin``.
        public let end: Int
        /// The days, as `monday` … `sunday`; none for every day.
        public let weekdays: [String]

        /// - Parameters: an interval that spans midnight is written as two.
        public init(name: String, begin: Int, end: Int, weekdays: [String] = []) throws(RuleError) {
            let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
            guard !name.isEmpty, begin >= 0, begin < end, end <= 1440, weekdays.allSatisfy(days.contains) else {
                throw RuleError(
                    .outOfBounds, place: "mute interval \(name)", problem: "minutes \(begin) to \(end) of \(weekdays)",
                    remedy: "write minutes after midnight that rise, at most 1440, and days as monday")
            }
            self.name = name
            self.begin = begin
            self.end = end
            self.weekdays = weekdays
        }
    }

    /// - Parameters:
    ///   - rules: whose dependencies become inhibitions.
    ///   - dispatch: routes and inhibitions.
    ///   - receivers: the address of each action group's webhook.
    ///   - muteIntervals: hours in which no route notifies.
    public init(
        _ rules: RuleSet, _ dispatch: DispatchSettings, receivers: [String: String], muteIntervals: [MuteInterval] = []
    ) {
        var findings: [Finding] = []
        func note(_ kind: String, _ severity: Severity, _ subject: String, _ difference: String, remedy: String) {
            findings.append(
                Finding(
                    rule: RuleID(rawValue: "health.export.\(kind)") ?? "health.export", severity: severity,
                    subject: ComponentIdentifier(rawValue: subject), measured: .text(difference), remedy: remedy,
                    reference: Reference(architecture: [86], document: "Alertmanager, configuration", date: "0.25")))
        }
        // What no route takes is told to nobody.
        var lines = ["route:", "  receiver: \"nobody\"", "  routes:"]
        if dispatch.routes.isEmpty { lines[2] = "  routes: []" }
        for route in dispatch.routes {
            lines.append("    - receiver: \(YAMLScalar.quoted(route.actionGroup))")
            lines += AlertmanagerConfiguration.matchers(route.matchers, key: "matchers", indent: "      ")
            if !route.groupBy.isEmpty {
                lines.append("      group_by: [\(route.groupBy.map(YAMLScalar.quoted).joined(separator: ", "))]")
            }
            lines.append("      group_wait: \(AlertmanagerConfiguration.duration(route.groupWaitNanoseconds))")
            lines.append("      group_interval: \(AlertmanagerConfiguration.duration(route.groupIntervalNanoseconds))")
            lines.append(
                "      repeat_interval: \(AlertmanagerConfiguration.duration(route.repeatIntervalNanoseconds))")
            if !muteIntervals.isEmpty {
                let names = muteIntervals.map { YAMLScalar.quoted($0.name) }.joined(separator: ", ")
                lines.append("      mute_time_intervals: [\(names)]")
            }
        }
        lines += ["receivers:", "  - name: \"nobody\""]
        for name in Set(dispatch.routes.map(\.actionGroup)).sorted() where name != "nobody" {
            lines.append("  - name: \(YAMLScalar.quoted(name))")
            if let address = receivers[name] {
                lines.append("    webhook_configs:")
                lines.append("      - url: \(YAMLScalar.quoted(address))")
                lines.append("        send_resolved: true")
            } else {
                note(
                    "receiver", .critical, name, "the action group has no address: Alertmanager would tell nobody",
                    remedy: "name its webhook")
            }
        }
        let (parents, lost) = AlertmanagerConfiguration.dependencies(rules)
        for rule in lost {
            note(
                "topology", .warning, rule,
                "what depends on its subject is not inhibited: no label names the subject, or it has too many dependents",
                remedy: "name the labels of the rule's subject")
        }
        let inhibitions = dispatch.inhibitions + AlertInhibition.levels(in: rules) + parents
        lines.append(inhibitions.isEmpty ? "inhibit_rules: []" : "inhibit_rules:")
        for inhibition in inhibitions {
            let source = AlertmanagerConfiguration.matchers(inhibition.source, key: "source_matchers", indent: "    ")
            lines += source.enumerated().map { $0.offset == 0 ? "  - " + $0.element.dropFirst(4) : $0.element }
            lines += AlertmanagerConfiguration.matchers(inhibition.target, key: "target_matchers", indent: "    ")
            if !inhibition.equal.isEmpty {
                lines.append("    equal: [\(inhibition.equal.map(YAMLScalar.quoted).joined(separator: ", "))]")
            }
        }
        if !muteIntervals.isEmpty { lines.append("time_intervals:") }
        for interval in muteIntervals {
            lines.append("  - name: \(YAMLScalar.quoted(interval.name))")
            lines.append("    time_intervals:")
            let clock = { (minutes: Int) in "\(minutes / 600)\(minutes / 60 % 10):\(minutes % 60 / 10)\(minutes % 10)" }
            lines.append(
                "      - times: [{start_time: \"\(clock(interval.begin))\", end_time: \"\(clock(interval.end))\"}]")
            if !interval.weekdays.isEmpty {
                lines.append("        weekdays: [\(interval.weekdays.map(YAMLScalar.quoted).joined(separator: ", "))]")
            }
        }
        if !inhibitions.isEmpty {
            note(
                "inhibition", .information, "inhibit_rules",
                "an alert that was notified and is then inhibited gets no resolution while it is inhibited",
                remedy: "do not wait for a resolution of each notification")
        }
        if dispatch.dependencies != DependencyGraph() {
            note(
                "dependencies", .warning, "dependencies",
                "dependencies that labels do not show are not exported: Alertmanager compares labels only",
                remedy: "give the parts a label that names what they depend on")
        }
        note(
            "mutes", .information, "mutes",
            "mutes that end when things get worse are no silences: Alertmanager's end by time only, and are not configured",
            remedy: "mute by amtool silence add, with a short duration")
        text =
            (["# Routes and inhibitions of \(PrometheusRules.comment(rules.name))."]
            + findings.map { "# Differs: \(PrometheusRules.comment($0.measured?.description ?? ""))." } + lines)
            .map { $0 + "\n" }.joined()
        self.findings = findings
    }

    /// An alert that says that its subject is gone inhibits those of what is part of it: they carry its labels.
    private static func dependencies(_ rules: RuleSet) -> (inhibitions: [AlertInhibition], lost: [String]) {
        var (inhibitions, lost): ([AlertInhibition], [String]) = ([], [])
        for rule in rules.rules where rule.isAvailability {
            let labels = rule.subject.steps.map(\.label)
            let targets = rules.rules.filter { other in
                other.yieldsToParents && other.id != rule.id
                    && other.subject.steps.prefix(labels.count).elementsEqual(rule.subject.steps)
            }
            guard let last = labels.last else {
                lost.append(rule.id.rawValue)
                continue
            }
            if targets.isEmpty { continue }
            guard let source = try? LabelMatcher.oneOf(HealthRule.nameLabel, [rule.id.rawValue]),
                let named = try? LabelMatcher.oneOf(HealthRule.nameLabel, targets.map(\.id.rawValue)),
                // Two missing labels are equal for Alertmanager: an alert without the label is no part of anything.
                let present = try? LabelMatcher.noneOf(last, [""]),
                let inhibition = try? AlertInhibition(
                    source: [source, present], target: [named, present], equal: labels)
            else {
                lost.append(rule.id.rawValue)
                continue
            }
            inhibitions.append(inhibition)
        }
        return (inhibitions, lost)
    }

    private static func matchers(_ matchers: [LabelMatcher], key: String, indent: String) -> [String] {
        if matchers.isEmpty { return [] }
        return ["\(indent)\(key):"] + matchers.map { "\(indent)  - \(YAMLScalar.quoted($0.description))" }
    }

    private static func duration(_ nanoseconds: Int64) -> String {
        PromQLExpression.duration(.nanoseconds(max(nanoseconds, 1_000_000)))
    }
}
