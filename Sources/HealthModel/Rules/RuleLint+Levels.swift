public import ClusterCore

extension RuleLint {
    /// What rules on the same signals say against each other.
    static func levels(_ set: RuleSet) -> [Finding] {
        var findings: [Finding] = []
        var bySignal: [SeriesSelector: [HealthRule]] = [:]
        var order: [SeriesSelector] = []
        for rule in set.rules {
            if bySignal[rule.selector] == nil { order.append(rule.selector) }
            bySignal[rule.selector, default: []].append(rule)
        }
        for rules in order.compactMap({ bySignal[$0] }) {
            for (index, first) in rules.enumerated() {
                for second in rules.dropFirst(index + 1)
                where first.condition.aggregation == second.condition.aggregation
                    && first.condition.fireAt.unit == second.condition.fireAt.unit
                {
                    findings += compare(first, second)
                }
            }
        }
        return findings
    }

    private static func compare(_ first: HealthRule, _ second: HealthRule) -> [Finding] {
        let (mild, severe) = first.severity <= second.severity ? (first, second) : (second, first)
        let direction = mild.condition.comparator.direction
        guard direction != .none, direction == severe.condition.comparator.direction else { return [] }
        if mild.severity == severe.severity {
            guard mild.condition == severe.condition else { return [] }
            return [
                finding(
                    "lint.duplicate", .warning, severe, required: "one rule for one thing",
                    measured: "the same condition and severity as \(mild.id)", remedy: "leave one of them out")
            ]
        }
        let sign: Double = direction == .up ? 1 : -1
        let (mildAt, severeAt) = (sign * mild.condition.fireAt.value, sign * severe.condition.fireAt.value)
        var findings: [Finding] = []
        if severeAt < mildAt {
            findings.append(
                finding(
                    "lint.levels_out_of_order", .critical, severe,
                    required:
                        "a \(severe.severity.rawValue) threshold beyond the \(mild.severity.rawValue) one, \(mild.condition.fireAt)",
                    measured: "\(severe.condition.fireAt)",
                    remedy: "order the thresholds; \(mild.id) could only come second"))
        } else if severeAt == mildAt, severe.pendingFor <= mild.pendingFor {
            findings.append(
                finding(
                    "lint.unreachable_level", .warning, mild,
                    required: "a threshold before that of \(severe.id), or a shorter wait",
                    measured: "\(mild.condition.fireAt), as there", remedy: "leave one of the two levels out"))
        }
        if let mildEnd = mild.condition.resolveAt,
            sign * mildEnd.value > sign * (severe.condition.resolveAt ?? severe.condition.fireAt).value
        {
            findings.append(
                finding(
                    "lint.levels_out_of_order", .warning, severe,
                    required:
                        "a \(severe.severity.rawValue) alert that ends before the \(mild.severity.rawValue) one, at \(mildEnd)",
                    measured: "ends at \(severe.condition.resolveAt ?? severe.condition.fireAt)",
                    remedy: "put its resolve threshold beyond that of \(mild.id)"))
        }
        return findings
    }

    /// What two profiles say differently: one finding a rule and figure.
    public static func differences(_ left: ResolvedProfile, _ right: ResolvedProfile) -> [Finding] {
        var findings: [Finding] = []
        let rules = Set(left.rules.keys).union(right.rules.keys).sorted()
        for rule in rules where rule.rawValue.hasPrefix("health.") {
            let subject = ComponentIdentifier(rawValue: "rule:\(rule)")
            func say(_ one: String, _ other: String, _ reference: Reference?) {
                findings.append(
                    Finding(
                        rule: "lint.profiles_differ", severity: .information, subject: subject,
                        required: .text("\(left.name): \(one)"), measured: .text("\(right.name): \(other)"),
                        remedy: "choose the profile that is meant", reference: reference))
            }
            let (one, other) = (left.rules[rule], right.rules[rule])
            let (asks, asksToo) = (one.map { $0.mode != .off } ?? false, other.map { $0.mode != .off } ?? false)
            guard asks == asksToo else {
                say(asks ? "asks for it" : "does not ask for it", asksToo ? "asks for it" : "does not ask for it", nil)
                continue
            }
            guard asks, let one, let other else { continue }
            for name in Set(one.parameters.keys).union(other.parameters.keys).sorted() {
                let (value, otherValue) = (one.parameters[name]?.value, other.parameters[name]?.value)
                guard value != otherValue else { continue }
                say(
                    "\(name) \(value.map(\.description) ?? "not set")",
                    "\(name) \(otherValue.map(\.description) ?? "not set")", other.source)
            }
            if one.severity != other.severity {
                say(
                    "severity \(one.severity?.rawValue ?? "not set")",
                    "severity \(other.severity?.rawValue ?? "not set")",
                    other.source)
            }
        }
        return findings
    }
}
