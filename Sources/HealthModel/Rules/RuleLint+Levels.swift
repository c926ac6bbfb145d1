public import ClusterCore

extension RuleLint {
    /// Rules that compare the same: levels of one thing.
    private struct Group: Hashable {
        let selector: SeriesSelector
        let aggregation: Aggregation
        let unit: SignalUnit
        let direction: Comparator.Direction
    }

    /// The rules of one severity that lie furthest to either side.
    private struct Extremes {
        /// The last of them to begin, and the first.
        var last: HealthRule?
        var first: HealthRule?
        /// The last of them to end.
        var lastEnd: HealthRule?
        /// At each threshold the one that waits least.
        var quickest: [Double: HealthRule] = [:]
    }

    /// What rules on the same signals say against each other: each is held to the furthest of the others, so one finding
    /// says it, however many they are.
    static func levels(_ set: RuleSet) -> [Finding] {
        var findings: [Finding] = []
        var seen: [String: HealthRule] = [:]
        var extremes: [Group: [Severity: Extremes]] = [:]
        // Of any window, by selector.
        var wide: [Group: [Severity: Extremes]] = [:]
        for rule in set.rules where rule.condition.comparator.direction != .none {
            let key = "\(rule.selector)|\(rule.condition)|\(rule.condition.fireAt.unit)|\(rule.severity)"
            if let first = seen[key], first.condition == rule.condition, first.selector == rule.selector {
                findings.append(
                    finding(
                        "lint.duplicate", .warning, rule, required: "one rule for one thing",
                        measured: "the same condition and severity as \(first.id)", remedy: "leave one of them out"))
            } else {
                seen[key] = rule
            }
            add(rule, to: &extremes[group(rule), default: [:]][rule.severity, default: Extremes()])
            add(rule, to: &wide[group(rule, of: rule.selector), default: [:]][rule.severity, default: Extremes()])
        }
        for rule in set.rules where rule.condition.comparator.direction != .none {
            findings += compare(rule, with: extremes[group(rule)] ?? [:])
            for selector in wider(than: rule.selector) {
                findings += compareLoosely(rule, with: wide[group(rule, of: selector)] ?? [:])
            }
        }
        return findings
    }

    private static func group(_ rule: HealthRule) -> Group {
        Group(
            selector: rule.selector, aggregation: rule.condition.aggregation, unit: rule.condition.fireAt.unit,
            direction: rule.condition.comparator.direction)
    }

    /// The rules of a selector that compare the same over any window.
    private static func group(_ rule: HealthRule, of selector: SeriesSelector) -> Group {
        let aggregation = rule.condition.aggregation
        let any = aggregation.window == nil ? nil : try? Aggregation(aggregation.kind, over: .seconds(1))
        return Group(
            selector: selector, aggregation: any ?? .last, unit: rule.condition.fireAt.unit,
            direction: rule.condition.comparator.direction)
    }

    /// The selector and those that are as it is with fewer matchers: with none, or all but one of a few.
    private static func wider(than selector: SeriesSelector) -> [SeriesSelector] {
        var lists = [selector.matchers]
        if selector.matchers.count > 1 {
            lists += selector.matchers.indices.map { index in
                selector.matchers.enumerated().filter { $0.offset != index }.map(\.element)
            }
        }
        if !selector.matchers.isEmpty { lists.append([]) }
        return lists.compactMap { try? SeriesSelector(selector.name, $0) }
    }

    /// How far on the bad side a rule begins or ends.
    private static func depth(_ threshold: HealthThreshold, _ rule: HealthRule) -> Double {
        rule.condition.comparator.direction == .down ? -threshold.value : threshold.value
    }

    private static func begin(_ rule: HealthRule) -> Double { depth(rule.condition.fireAt, rule) }
    private static func end(_ rule: HealthRule) -> HealthThreshold { rule.condition.resolveAt ?? rule.condition.fireAt }

    private static func add(_ rule: HealthRule, to found: inout Extremes) {
        if found.last.map({ begin(rule) > begin($0) }) ?? true { found.last = rule }
        if found.first.map({ begin(rule) < begin($0) }) ?? true { found.first = rule }
        if rule.condition.resolveAt != nil, found.lastEnd.map({ depth(end(rule), rule) > depth(end($0), $0) }) ?? true {
            found.lastEnd = rule
        }
        let quickest = found.quickest[rule.condition.fireAt.value]
        if quickest.map({ rule.pendingFor < $0.pendingFor }) ?? true {
            found.quickest[rule.condition.fireAt.value] = rule
        }
    }

    private static func compare(_ rule: HealthRule, with others: [Severity: Extremes]) -> [Finding] {
        var findings: [Finding] = []
        for severity in Severity.allCases where severity < rule.severity {
            guard let found = others[severity] else { continue }
            if let mild = found.last, begin(rule) < begin(mild) {
                findings.append(outOfOrder(rule, mild, .critical, ""))
            }
            if let mild = found.lastEnd, depth(end(mild), mild) > depth(end(rule), rule) {
                findings.append(
                    finding(
                        "lint.levels_out_of_order", .warning, rule,
                        required:
                            "a \(rule.severity.rawValue) alert that ends before the \(mild.severity.rawValue) one, at \(end(mild))",
                        measured: "ends at \(end(rule))",
                        remedy: "put its resolve threshold beyond that of \(mild.id)"))
            }
        }
        for severity in Severity.allCases where severity > rule.severity {
            guard let severe = others[severity]?.quickest[rule.condition.fireAt.value],
                severe.pendingFor <= rule.pendingFor
            else { continue }
            findings.append(
                finding(
                    "lint.unreachable_level", .warning, rule,
                    required: "a threshold before that of \(severe.id), or a shorter wait",
                    measured: "\(rule.condition.fireAt), as there", remedy: "leave one of the two levels out"))
        }
        return findings
    }

    /// Against rules of another window, or on more signals: that may be meant.
    private static func compareLoosely(_ rule: HealthRule, with others: [Severity: Extremes]) -> [Finding] {
        var findings: [Finding] = []
        for severity in Severity.allCases where severity != rule.severity {
            guard let found = others[severity],
                let other = severity < rule.severity ? found.last : found.first, group(other) != group(rule)
            else { continue }
            let (mild, severe) = severity < rule.severity ? (other, rule) : (rule, other)
            guard begin(severe) < begin(mild), mild.selector != severe.selector || severity < rule.severity else {
                continue
            }
            findings.append(outOfOrder(severe, mild, .warning, " of \(mild.selector), \(mild.condition.aggregation)"))
        }
        return findings
    }

    private static func outOfOrder(
        _ severe: HealthRule, _ mild: HealthRule, _ severity: Severity, _ scope: String
    ) -> Finding {
        finding(
            "lint.levels_out_of_order", severity, severe,
            required:
                "a \(severe.severity.rawValue) threshold beyond the \(mild.severity.rawValue) one\(scope), \(mild.condition.fireAt)",
            measured: "\(severe.condition.fireAt)",
            remedy: "order the thresholds; \(mild.id) could only come second")
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
