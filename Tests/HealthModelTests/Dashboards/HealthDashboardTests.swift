import ClusterCore
import Foundation
import HealthModel
import TestSupport
import Testing

@Suite struct `Dashboards of rules` {
    private static let profiles = HealthProfile.builtIn.map(\.name)

    private func rules(_ name: String) throws -> RuleSet {
        let profile = try #require(HealthProfile.named(name))
        return try RuleSet(profile.resolved(in: HealthProfile.builtIn))
    }

    private func route() throws -> AlertRoute {
        AlertRoute(matchers: [try .oneOf("severity", ["critical"])], actionGroup: "operators")
    }

    @Test(arguments: profiles)
    func `AL-87 each rule of a profile has its threshold in one panel, beside what fires by cluster and action group`(
        profile: String
    ) throws {
        let rules = try rules(profile)
        let dashboard = HealthDashboard(rules, routes: [try route()])
        #expect(dashboard.panels.flatMap(\.thresholds).map(\.rule).sorted() == rules.rules.map(\.id).sorted())
        for panel in dashboard.panels {
            for threshold in panel.thresholds {
                let rule = try #require(rules.rule(threshold.rule))
                #expect(threshold.fireAt == rule.condition.fireAt.value && panel.unit == rule.condition.fireAt.unit)
                #expect(panel.query.contains(rule.selector.name.text))
            }
        }
        #expect(dashboard.panels.contains { $0.groupBy == ["cluster", "severity"] })
        #expect(
            dashboard.panels.contains { $0.title.hasSuffix("operators") && $0.query.contains("severity=\"critical\"") })
        #expect(dashboard.panels.contains { $0.form == .trend && $0.query.contains("ALERTS") })
    }

    @Test(arguments: profiles)
    func `AL-87 the colour of a value is that of the worst rule whose condition holds for it`(profile: String) throws {
        let rules = try rules(profile)
        var compared = 0
        for panel in HealthDashboard(rules).panels where !panel.ranges.isEmpty {
            let bounds = panel.thresholds.map(\.fireAt)
            forRandom(50) { random in
                let bound = bounds.randomElement(using: &random) ?? 0
                let value = bound + Double.random(in: -1...1, using: &random) * max(1, abs(bound))
                let worst = panel.thresholds.filter { $0.comparator.holds(value, $0.fireAt) }.map(\.severity).max()
                compared += 1
                return panel.ranges.last { $0.from <= value }?.severity == worst
            }
        }
        #expect(compared > 0)
    }

    @Test(
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: "/usr/bin/promtool"),
            "promtool comes with Debian's prometheus"), arguments: profiles)
    func `AL-87 promtool reads every query of a dashboard`(profile: String) throws {
        let dashboard = HealthDashboard(try rules(profile), routes: [try route()])
        let tree = try TemporaryTree()
        func check(_ queries: [String]) throws -> Int32 {
            let lines = queries.map { query in
                "  - {record: shown, expr: \"\(query.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\"}\n"
            }
            try tree.write("groups:\n- name: dashboard\n  rules:\n" + lines.joined(), to: "rules.yml")
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/timeout")
            process.arguments = [
                "60", "/usr/bin/promtool", "check", "rules", "--lint=none", tree.absolute("rules.yml"),
            ]
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            return process.terminationStatus
        }
        #expect(try check(dashboard.panels.map(\.query)) == 0)
        #expect(try check(["count by (("]) != 0)
    }

    @Test func `AL-87 a dashboard for Grafana has its panels side by side, with steps from the lowest value up`() throws
    {
        let dashboard = HealthDashboard(try rules("architecture"), routes: [try route()])
        let bytes = try GrafanaDashboard(dashboard).json()
        let document = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        let panels = try #require(document["panels"] as? [[String: Any]])
        #expect(panels.count == dashboard.panels.count)
        #expect(Set(panels.compactMap { $0["id"] as? Int }).count == panels.count)
        var cells: Set<[Int]> = []
        for (panel, shown) in zip(panels, dashboard.panels) {
            let place = try #require(panel["gridPos"] as? [String: Int])
            let (x, y) = (try #require(place["x"]), try #require(place["y"]))
            for column in x..<x + (place["w"] ?? 0) {
                #expect(column < 24)
                for row in y..<y + (place["h"] ?? 0) {
                    #expect(cells.insert([column, row]).inserted, "\(shown.title) lies on another panel")
                }
            }
            let targets = try #require(panel["targets"] as? [[String: Any]])
            #expect(targets.first?["expr"] as? String == shown.query)
            let defaults = try #require((panel["fieldConfig"] as? [String: Any])?["defaults"] as? [String: Any])
            let steps = try #require((defaults["thresholds"] as? [String: Any])?["steps"] as? [[String: Any]])
            // Grafana wants the first step without a value, and the others to rise.
            #expect(steps.first?["value"] is NSNull)
            let values = steps.dropFirst().compactMap { $0["value"] as? Double }
            #expect(values == values.sorted() && values.count == steps.count - 1)
        }
    }
}
