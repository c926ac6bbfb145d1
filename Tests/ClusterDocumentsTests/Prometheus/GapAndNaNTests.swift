import ClusterCore
import HealthModel
import TestSupport
import Testing

/// What differs most easily between two engines: NaN in a window, a series that begins late, freshness behind the end of one.
@Suite(.enabled(if: Promtool.isThere, Promtool.absence))
struct `Gaps and NaN against promtool` {
    private func rule(
        _ name: String, _ kind: Aggregation.Kind, _ threshold: Double, noData: NoDataBehaviour,
        window: Duration = .seconds(300), freshness: Duration = .seconds(300), pendingFor: Duration = .zero
    ) throws -> HealthRule {
        try HealthRule(
            RuleID(rawValue: "gap.\(name)") ?? "gap.other", SeriesSelector(SignalName(name)),
            RuleCondition(
                Aggregation(kind, over: kind == .last ? nil : window), .greater,
                HealthThreshold(threshold, .unknown)),
            pendingFor: pendingFor, freshness: freshness, noData: noData, severity: .warning, summary: "s", remedy: "")
    }

    /// Values and when their alert fires, by promtool and by us.
    @Test func `AL-86 the same alerts fire where samples are NaN, late, or end`() throws {
        let nan = Double.nan
        typealias Case = (rule: HealthRule, values: [PromtoolTest.Value], firing: Set<Int>)
        let cases: [Case] = [
            // NaN is in the window until minute 6, so the average is not known.
            (
                try rule("average", .average, 5, noData: .hold),
                [1, nan, 9, 9, 9, 9, 9, 9, 9].map { .sample($0) }, [7, 8, 9]
            ),
            // What was never there is not missed; what was there is.
            (
                try rule("beat", .last, 100, noData: .fire),
                [.missing, .missing, .sample(1), .sample(1), .stale], [4, 5, 6, 7, 8, 9]
            ),
            // A gap while the alert is pending counts as its condition holding.
            (
                try rule("wait", .last, 5, noData: .hold, pendingFor: .seconds(240)),
                [.sample(9), .stale], [4, 5, 6, 7, 8, 9]
            ),
            // The end of a series is no sample, and the one before it is too old.
            (
                try rule("old", .minimum, 5, noData: .hold, window: .seconds(120), freshness: .seconds(30)),
                [.sample(1), .sample(9), .sample(9), .stale], []
            ),
        ]
        let set = try RuleSet(name: "gaps", version: "1", rules: cases.map(\.rule))
        let series = cases.map { PromtoolTest.Series(name: $0.rule.selector.name.text, labels: [:], values: $0.values) }
        let minutes = 0..<10
        let test = PromtoolTest(
            interval: .seconds(60), evaluationInterval: .seconds(60), series: series,
            expectations: minutes.flatMap { minute in
                set.rules.map { .init(alert: $0.id.rawValue, time: .seconds(60 * minute), firing: []) }
            })
        for outcome in try test.run(set) {
            let expected = try #require(cases.first { $0.rule.id.rawValue == outcome.expectation.alert })
            let minute = Int(outcome.expectation.time.components.seconds / 60)
            #expect(outcome.firing.isEmpty != expected.firing.contains(minute), "\(expected.rule.id) at \(minute)m")
        }
        let tree = try TemporaryTree()
        try tree.write(PrometheusRules(set).text, to: "rules.yml")
        var lines = ["rule_files: [rules.yml]", "evaluation_interval: 1m", "tests:", "- interval: 1m"]
        lines.append("  input_series:")
        for one in series {
            let values = one.values.map { value in
                switch value {
                case .missing: "_"
                case .stale: "stale"
                case .sample(let number): number.isNaN ? "NaN" : "\(number)"
                }
            }
            lines += ["  - {series: \(one.name), values: '\(values.joined(separator: " "))'}"]
        }
        lines.append("  promql_expr_test:")
        for (rule, _, firing) in cases {
            for minute in minutes {
                let sample = "{labels: '{}', value: 1}"
                lines.append(
                    "  - {expr: 'count(ALERTS{alertname=\"\(rule.id)\",alertstate=\"firing\"})', eval_time: \(minute)m, "
                        + "exp_samples: [\(firing.contains(minute) ? sample : "")]}")
            }
        }
        try tree.write(lines.joined(separator: "\n") + "\n", to: "tests.yml")
        let result = try Promtool.run("promtool", ["test", "rules", tree.absolute("tests.yml")])
        #expect(result.status == 0, "\(result.text)")
    }
}
