import ClusterCore
import HealthModel
import TestSupport
import Testing

/// Random rules over random series, judged by our engine and by promtool.
struct RandomRuleTest {
    var rules: RuleSet
    var tests: [PromtoolTest]

    /// - Parameter isPrometheusLike: alerts end with their signals, as Prometheus has it; else they wait for evidence.
    init(_ random: inout SeededRandom, isPrometheusLike: Bool) throws {
        var rules: [HealthRule] = []
        for number in 0..<24 {
            rules.append(try RandomRuleTest.rule(number, &random, isPrometheusLike: isPrometheusLike))
        }
        self.rules = try RuleSet(name: "random", version: "1", rules: rules)
        tests = (0..<2).map { number in
            RandomRuleTest.test("\(number)", rules, &random)
        }
    }

    private static func pick<Value>(_ values: [Value], _ random: inout SeededRandom) -> Value {
        values[Int.random(in: 0..<values.count, using: &random)]
    }

    private static func rule(
        _ number: Int, _ random: inout SeededRandom, isPrometheusLike: Bool
    ) throws -> HealthRule {
        let kind = pick(
            [
                Aggregation.Kind.last, .last, .average, .maximum, .minimum, .allSamples, .rate, .rate, .increase,
                .increase,
            ],
            &random)
        // No window is a multiple of the time between samples, but the shortest: its first moment is a sample's.
        let window = kind == .last ? nil : pick([Duration.seconds(60), .seconds(100), .seconds(199)], &random)
        let samples = window == nil || !Bool.random(using: &random) ? nil : Int.random(in: 2...4, using: &random)
        let comparator = pick(
            kind == .allSamples
                ? [.greater, .less] : [Comparator.greater, .atLeast, .less, .atMost, .equal, .different],
            &random)
        // A rate of a counter that rises by 0 to 4 each 30 s.
        let unit: Double = kind == .rate ? 1 / 60.0 : 1
        let offset: Double = kind == .rate ? 0.001 : 0
        let threshold = Double(Int.random(in: 2...6, using: &random)) * unit + offset
        var resolveAt: HealthThreshold?
        if comparator.direction != .none, Bool.random(using: &random) {
            let step: Double = comparator.direction == .up ? -2 : 2
            resolveAt = try HealthThreshold(threshold + step * unit, .unknown)
        }
        return try HealthRule(
            RuleID(rawValue: "random.r\(number)") ?? "random", SeriesSelector(SignalName("m\(number)")),
            RuleCondition(
                Aggregation(kind, over: window, minimumSamples: samples), comparator,
                HealthThreshold(threshold, .unknown),
                resolveAt: resolveAt),
            pendingFor: pick([.zero, .seconds(30), .seconds(90), .seconds(100)], &random),
            // The export states that the two together mean something else.
            keepFiringFor: resolveAt != nil
                ? .zero : pick([.zero, .seconds(30), .seconds(75), .seconds(180)], &random),
            freshness: pick([.seconds(300), .seconds(95)], &random),
            noData: isPrometheusLike ? .resolve : .hold,
            severity: pick([.warning, .critical], &random), labels: [SignalLabel("family", "f\(number)")],
            summary: "rule \(number): {{ \"}} \\", remedy: "")
    }

    private static func test(
        _ name: String, _ rules: [HealthRule], _ random: inout SeededRandom
    ) -> PromtoolTest {
        var series: [PromtoolTest.Series] = []
        for (number, rule) in rules.enumerated() {
            let isCounter = [.rate, .increase].contains(rule.condition.aggregation.kind)
            for device in 0..<2 {
                var value = 0.0
                var values: [PromtoolTest.Value] = []
                while values.count < 80 {
                    switch Int.random(in: 0..<24, using: &random) {
                    case 0: values += Array(repeating: .missing, count: Int.random(in: 1...14, using: &random))
                    case 1:
                        values += [.stale] + Array(repeating: .missing, count: Int.random(in: 0...4, using: &random))
                    case 2: values.append(isCounter ? .missing : .sample(.nan))
                    default:
                        let change = Double(Int.random(in: 0...4, using: &random))
                        if isCounter {
                            value = Int.random(in: 0..<15, using: &random) == 0 ? change : value + change
                        } else if Int.random(in: 0..<3, using: &random) == 0 {
                            value = Double(Int.random(in: 0...9, using: &random))
                        }
                        values.append(.sample(value))
                    }
                }
                series.append(
                    .init(name: "m\(number)", labels: ["device": "d\(device)", "node": "n\"1\\"], values: values))
            }
        }
        let moments = (0...42).map { Duration.seconds(60 * $0) }
        return PromtoolTest(
            name: name, interval: .seconds(30), evaluationInterval: .seconds(60), series: series,
            expectations: moments.flatMap { time in
                rules.map { PromtoolTest.Expectation(alert: $0.id.rawValue, time: time, firing: []) }
            })
    }

    /// The file for promtool, which expects what our engine did.
    func file(ruleFile: String, pending: Bool) throws -> (text: String, firing: Int, changes: Int) {
        var (firing, changes) = (0, 0)
        var lines = ["rule_files: [\(ruleFile)]", "evaluation_interval: 1m", "tests:"]
        for test in tests {
            lines += ["- interval: 30s", "  name: \"\(test.name)\"", "  input_series:"]
            for one in test.series {
                let labels = one.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\(quoted($0.value))" }
                let values = one.values.map { value in
                    switch value {
                    case .missing: "_"
                    case .stale: "stale"
                    case .sample(let number): number.isNaN ? "NaN" : "\(number)"
                    }
                }
                lines.append("  - series: \(quoted("\(one.name){\(labels.joined(separator: ","))}"))")
                lines.append("    values: '\(values.joined(separator: " "))'")
            }
            lines.append("  alert_rule_test:")
            var before: [String: Set<PromtoolTest.Alert>] = [:]
            for outcome in try test.run(rules) {
                let alerts = outcome.firing.map { alert in
                    "{exp_labels: \(mapping(alert.labels)), exp_annotations: \(mapping(alert.annotations))}"
                }
                firing += alerts.count
                if before.updateValue(Set(outcome.firing), forKey: outcome.expectation.alert) ?? []
                    != Set(outcome.firing)
                {
                    changes += 1
                }
                lines.append(
                    "  - {eval_time: \(outcome.expectation.time.components.seconds)s, alertname: \(quoted(outcome.expectation.alert)), "
                        + "exp_alerts: [\(alerts.joined(separator: ", "))]}")
            }
            if !pending { continue }
            lines.append("  promql_expr_test:")
            try test.run(rules) { time, alerts in
                let samples = alerts.filter { $0.state == .pending }.map { alert in
                    let labels = (alert.labels + [SignalLabel("alertstate", "pending")]).map {
                        "\($0.name)=\(quoted($0.value))"
                    }
                    return "{labels: \(quoted("ALERTS{\(labels.joined(separator: ","))}")), value: 1}"
                }
                lines.append(
                    "  - {expr: 'ALERTS{alertstate=\"pending\"}', eval_time: \(time.components.seconds)s, "
                        + "exp_samples: [\(samples.joined(separator: ", "))]}")
            }
        }
        return (lines.joined(separator: "\n") + "\n", firing, changes)
    }

    private func mapping(_ values: [String: String]) -> String {
        "{" + values.sorted { $0.key < $1.key }.map { "\($0.key): \(quoted($0.value))" }.joined(separator: ", ") + "}"
    }

    private func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}

@Suite(.enabled(if: Promtool.isThere, Promtool.absence))
struct `The alert engine against promtool` {
    private func check(_ file: RandomRuleTest, _ tree: TemporaryTree, pending: Bool) throws -> (
        Promtool.Result, Int, Int
    ) {
        try tree.write(PrometheusRules(file.rules).text, to: "rules.yml")
        let (text, firing, changes) = try file.file(ruleFile: "rules.yml", pending: pending)
        try tree.write(text, to: "tests.yml")
        return (try Promtool.run("promtool", ["test", "rules", tree.absolute("tests.yml")]), firing, changes)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `AL-86 gaps, staleness, NaN, for, keep_firing_for and two thresholds give the same alerts at every evaluation`(
        seed: UInt64
    ) throws {
        var random = SeededRandom(seed: seed)
        let file = try RandomRuleTest(&random, isPrometheusLike: true)
        let tree = try TemporaryTree()
        let (result, firing, changes) = try check(file, tree, pending: true)
        #expect(result.status == 0, "seed \(seed): \(result.text.prefix(2000))")
        #expect(firing > 150 && changes > 40, "too little happens: \(firing) alerts, \(changes) changes")
    }

    @Test(arguments: [11, 12, 105, 109, 123, 129] as [UInt64])
    func `AL-86 alerts that end by evidence only are the same at every evaluation, by the series ALERTS`(
        seed: UInt64
    ) throws {
        var random = SeededRandom(seed: seed)
        let file = try RandomRuleTest(&random, isPrometheusLike: false)
        let tree = try TemporaryTree()
        let (result, firing, changes) = try check(file, tree, pending: true)
        #expect(result.status == 0, "seed \(seed): \(result.text.prefix(2000))")
        #expect(firing > 150 && changes > 40, "too little happens: \(firing) alerts, \(changes) changes")
    }

    @Test func `another threshold is found out`() throws {
        var random = SeededRandom(seed: 1)
        let file = try RandomRuleTest(&random, isPrometheusLike: true)
        let tree = try TemporaryTree()
        let (text, _, _) = try file.file(ruleFile: "rules.yml", pending: false)
        try tree.write(text, to: "tests.yml")
        let right = PrometheusRules(file.rules).text
        let wrong = right.replacing(/(?m)^        for: .*$/, maxReplacements: 1) { _ in "        for: 10m" }
        #expect(wrong != right)
        try tree.write(wrong, to: "rules.yml")
        #expect(try Promtool.run("promtool", ["test", "rules", tree.absolute("tests.yml")]).status != 0)
    }
}
