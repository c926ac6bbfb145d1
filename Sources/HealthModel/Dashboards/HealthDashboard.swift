public import ClusterCore

/// What a screen shows of the signals that rules judge: what fires, by severity, cluster and action group, now and over
/// time, and below it each signal with the thresholds of its rules.
///
/// ```swift
/// let dashboard = HealthDashboard(rules, routes: dispatch.routes)
/// let file = try GrafanaDashboard(dashboard).json()
/// ```
///
/// A dashboard is made of rules, so that no threshold stands in two places. Queries are PromQL over the signals' own names
/// and Prometheus' series `ALERTS`; they span all clusters whose label is there.
public struct HealthDashboard: Sendable, Hashable, Codable {
    /// The name of the rules.
    public let name: String
    /// The version of the rules.
    public let version: String
    /// What fires first, then the signals in the order of the rules.
    public let panels: [Panel]

    /// One picture.
    public struct Panel: Sendable, Hashable, Codable {
        public let title: String
        public let form: Form
        /// The expression of PromQL whose values are shown.
        public let query: String
        /// The labels that tell the values of the query apart; empty where it has one value, or where all labels do.
        public let groupBy: [String]
        public let unit: SignalUnit
        /// The thresholds of the panel's rules, in their order.
        public let thresholds: [Threshold]
    }

    /// How values are shown.
    public enum Form: String, Sendable, Hashable, Codable, CaseIterable {
        /// The newest one.
        case number
        /// As they went.
        case trend
    }

    /// Where a rule's alert begins and ends.
    public struct Threshold: Sendable, Hashable, Codable {
        public let rule: RuleID
        public let severity: Severity
        public let comparator: Comparator
        public let fireAt: Double
        /// `nil` where one threshold decides both.
        public let resolveAt: Double?
    }

    /// - Parameters:
    ///   - rules: whose signals and thresholds are shown. A rule that cannot be exported to Prometheus has no panel
    ///     (``PrometheusRules/findings`` say which).
    ///   - routes: those whose action groups have a count each.
    ///   - clusterLabel: the label that names the cluster.
    public init(_ rules: RuleSet, routes: [AlertRoute] = [], clusterLabel: String = "cluster") {
        name = rules.name
        version = rules.version
        let shown = rules.rules.filter { rule in
            rule.selector.name.isClassic
                && rule.selector.matchers.allSatisfy { SignalText.isIdentifier($0.label, colon: false) }
        }
        panels = HealthDashboard.overview(shown, routes, clusterLabel) + HealthDashboard.signals(shown)
    }

    private static func overview(_ rules: [HealthRule], _ routes: [AlertRoute], _ cluster: String) -> [Panel] {
        guard !rules.isEmpty else { return [] }
        let names = rules.map { $0.id.rawValue.replacing(".", with: "[.]") }.joined(separator: "|")
        let alerts = "alertname=~\"\(names)\",alertstate=\"firing\""
        let severity = HealthRule.severityLabel
        func panel(_ title: String, _ form: Form, _ query: String, _ groupBy: [String]) -> Panel {
            Panel(title: title, form: form, query: query, groupBy: groupBy, unit: .count, thresholds: [])
        }
        let bySeverity = "count by (\(severity)) (ALERTS{\(alerts)})"
        var panels = [
            panel("Firing alerts", .number, bySeverity, [severity]),
            panel(
                "Firing alerts by cluster", .number, "count by (\(cluster), \(severity)) (ALERTS{\(alerts)})",
                [cluster, severity]),
            panel("Firing alerts over time", .trend, bySeverity, [severity]),
        ]
        for route in routes {
            let matchers = ([alerts] + route.matchers.map(\.description)).joined(separator: ",")
            panels.append(
                panel("Firing alerts for \(route.actionGroup)", .number, "count(ALERTS{\(matchers)}) or vector(0)", []))
        }
        return panels
    }

    /// One panel for all rules that look at the same signals in the same way.
    private static func signals(_ rules: [HealthRule]) -> [Panel] {
        var order: [String] = []
        var members: [String: [HealthRule]] = [:]
        for rule in rules {
            let query = PromQLExpression(rule).shown
            if members[query] == nil { order.append(query) }
            members[query, default: []].append(rule)
        }
        return order.map { query in
            let rules = members[query] ?? []
            let condition = rules[0].condition
            let aggregation = condition.aggregation == .last ? "" : ", \(condition.aggregation)"
            return Panel(
                title: "\(rules[0].selector.name)\(aggregation)", form: .trend, query: query, groupBy: [],
                unit: condition.fireAt.unit,
                thresholds: rules.map { rule in
                    Threshold(
                        rule: rule.id, severity: rule.severity, comparator: rule.condition.comparator,
                        fireAt: rule.condition.fireAt.value, resolveAt: rule.condition.resolveAt?.value)
                })
        }
    }
}

extension HealthDashboard.Panel {
    /// The ranges of values with the most severe rule that begins in each, from the lowest to the highest; empty where the
    /// rules have no common direction, or none.
    ///
    /// A range holds its lower bound, whatever the comparator says of the threshold itself.
    public var ranges: [(from: Double, severity: Severity?)] {
        let bounds = Set(thresholds.map(\.fireAt).filter(\.isFinite)).sorted()
        let directions = Set(thresholds.map(\.comparator.direction))
        guard directions.count == 1, let direction = directions.first, direction != .none else { return [] }
        func worst(_ holds: (Double) -> Bool) -> Severity? {
            thresholds.filter { holds($0.fireAt) }.map(\.severity).max()
        }
        return ([-.infinity] + bounds).map { from in
            (from, direction == .up ? worst { $0 <= from } : worst { $0 > from })
        }
    }
}
