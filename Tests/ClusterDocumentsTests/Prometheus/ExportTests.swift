import ClusterCore
import HealthModel
import TestSupport
import Testing

@Suite struct `Rules for Prometheus and Alertmanager` {
    private func rules(_ profile: RuleProfile) throws -> RuleSet {
        try RuleSet(profile.resolved(in: HealthProfile.builtIn))
    }

    @Test(.enabled(if: Promtool.isThere, Promtool.absence))
    func `AL-86 promtool finds every rule of every profile well formed`() throws {
        let tree = try TemporaryTree()
        var checked = 0
        for profile in HealthProfile.builtIn {
            let set = try rules(profile)
            let export = PrometheusRules(set)
            #expect(export.count == set.rules.count, "\(profile.name) lost a rule")
            #expect(!export.findings.contains { $0.severity == .critical })
            try tree.write(export.text, to: "\(profile.name).yml")
            let result = try Promtool.run(
                "promtool", ["check", "rules", "--lint=all", tree.absolute("\(profile.name).yml")])
            #expect(result.status == 0, "\(result.text)")
            #expect(result.text.contains("SUCCESS: \(set.rules.count) rules found"), "\(result.text)")
            checked += set.rules.count
        }
        #expect(checked > 40)
    }

    @Test(.enabled(if: Promtool.isThere, Promtool.absence))
    func `promtool refuses what a rule file must not hold`() throws {
        let tree = try TemporaryTree()
        let text = PrometheusRules(try rules(HealthProfile.architecture)).text
        for (right, wrong) in [("expr: |-", "expression: |-"), (" >= ", " => "), ("keep_firing_for: ", "keep: ")]
        where text.contains(right) {
            try tree.write(text.replacing(right, with: wrong), to: "bad.yml")
            #expect(try Promtool.run("promtool", ["check", "rules", tree.absolute("bad.yml")]).status != 0, "\(wrong)")
        }
    }

    @Test(.enabled(if: Promtool.hasAlertmanager, Promtool.absence))
    func `AL-86 amtool finds routes, receivers, inhibitions and mute intervals of every profile well formed`() throws {
        let tree = try TemporaryTree()
        for profile in HealthProfile.builtIn {
            let dispatch = DispatchSettings(
                routes: [
                    AlertRoute(
                        matchers: [try .oneOf("severity", ["critical"]), try .noneOf("node", ["a|b", "c\"d\\"])],
                        actionGroup: "pager", groupBy: ["cluster", "node"]),
                    AlertRoute(actionGroup: "log \"all\"", groupBy: []),
                ])
            let export = AlertmanagerConfiguration(
                try rules(profile), dispatch,
                receivers: ["pager": "http://127.0.0.1:9/hook", "log \"all\"": "http://127.0.0.1:9/log"],
                muteIntervals: [try .init(name: "night", begin: 22 * 60, end: 1440, weekdays: ["saturday"])])
            #expect(!export.findings.contains { $0.severity == .critical })
            try tree.write(export.text, to: "alertmanager.yml")
            let result = try Promtool.run("amtool", ["check-config", tree.absolute("alertmanager.yml")])
            #expect(result.status == 0, "\(result.text)")
            // Two for each form of subject that has levels, and one for the node that is gone.
            let inhibitions = [
                "architecture": 3, "healthService": 4, "healthServiceWorkbook": 6, "azureMonitor": 0,
            ]
            for found in ["\(inhibitions[profile.name] ?? -1) inhibit rules", "3 receivers"] {
                #expect(result.text.contains(found), "\(result.text)")
            }
        }
    }

    @Test func `AL-86 an action group without an address is refused by name`() throws {
        let export = AlertmanagerConfiguration(
            try rules(HealthProfile.architecture), DispatchSettings(routes: [AlertRoute(actionGroup: "pager")]),
            receivers: [:])
        let finding = try #require(export.findings.first { $0.severity == .critical })
        #expect(finding.subject.rawValue == "pager")
        #expect(export.text.contains("# Differs: the action group has no address"))
    }

    private func rule(
        _ name: SignalName, noData: NoDataBehaviour = .resolve, flapping: FlapThresholds? = nil, yields: Bool = false,
        labels: [SignalLabel] = [], matchers: [LabelMatcher] = [], pendingFor: Duration = .zero
    ) throws -> HealthRule {
        try HealthRule(
            "test.rule", SeriesSelector(name, matchers), RuleCondition(.greater, HealthThreshold(1, .count)),
            pendingFor: pendingFor, noData: noData, severity: .warning, labels: labels, yieldsToParents: yields,
            flapping: flapping, summary: "it is {{ braced }} and \"quoted\"", remedy: "")
    }

    @Test func `AL-86 what PromQL cannot say is stated or refused, never dropped`() throws {
        func kinds(_ rule: HealthRule, interval: Duration = .seconds(60)) throws -> String {
            let export = PrometheusRules(try RuleSet(name: "t", version: "1", rules: [rule]), interval: interval)
            for finding in export.findings where finding.severity != .critical {
                #expect(export.text.contains("# Differs: \(finding.measured?.description ?? "")."))
            }
            return (["\(export.count)"] + export.findings.map { "\($0.rule.rawValue) \($0.severity)" }).joined(
                separator: " ")
        }
        let name = try SignalName("m")
        #expect(try kinds(try rule(name)) == "1")
        #expect(try kinds(try rule(name, flapping: .nagios)) == "1 health.export.flapping information")
        #expect(try kinds(try rule(name, yields: true)) == "1 health.export.topology information")
        #expect(try kinds(try rule(name, noData: .fire)) == "1 health.export.gap information")
        #expect(try kinds(try rule(name, noData: .hold)) == "1")
        #expect(
            try kinds(try rule(name, noData: .hold, pendingFor: .seconds(60))) == "1 health.export.gap information"
        )
        #expect(
            try kinds(try rule(name, noData: .hold), interval: .seconds(300)) == "0 health.export.interval critical")
        #expect(try kinds(try rule(try SignalName("a b"))) == "0 health.export.name critical")
        #expect(
            try kinds(try rule(name, matchers: [try .oneOf("a b", ["1"])])) == "0 health.export.name critical")
        #expect(
            try kinds(try rule(name, pendingFor: .nanoseconds(1))) == "0 health.export.duration critical")
        #expect(
            try kinds(
                try rule(name, noData: .hold, labels: [SignalLabel("team", "x")], matchers: [try .oneOf("team", ["y"])])
            )
                == "0 health.export.label critical")
    }
}
