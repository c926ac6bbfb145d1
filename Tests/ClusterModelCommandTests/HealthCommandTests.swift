import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@Suite struct `clustermodel health` {
    private func recorded(_ arguments: [String] = []) throws -> (TemporaryTree, String) {
        let tree = try TemporaryTree()
        let path = tree.absolute("host.health")
        let outcome = try ClusterModel.run(
            ["health", "record", path, "--for", "300ms", "--every", "100ms", "--node", "n1"] + arguments)
        try #require(outcome.status == 0, "\(outcome.diagnostics)")
        return (tree, path)
    }

    private let rules = """
        {"schema":"health.rules/1","name":"own","version":"1","rules":[{"id":"own.memory","selector":{"name":\
        "node_memory_usage_ratio"},"condition":{"comparator":"COMPARATOR","fire_at":"0%"},"severity":"critical",\
        "summary":"memory is used"}]}
        """

    @Test func `AL-84 this host is recorded and judged again from the file`() throws {
        let (tree, path) = try recorded()
        // Memory is in use on every host, and never less than none.
        for (comparator, status, outcome) in [(">", 1, "fired"), ("<", 0, "quiet")] as [(String, Int32, String)] {
            try tree.write(rules.replacing("COMPARATOR", with: comparator), to: "rules.json")
            let (document, run) = try ClusterModel.json(
                ["health", "replay", path, "--rules", tree.absolute("rules.json")])
            #expect(run.status == status, "\(outcome): \(run.output)")
            #expect(document["source"] as? String == "n1")
            #expect((document["evaluations"] as? Int ?? 0) >= 2)
            let firings = try #require(document["firings"] as? [[String: Any]])
            #expect(firings.map { $0["rule"] as? String } == (status == 1 ? ["own.memory"] : []))
            let events = try #require(document["events"] as? [[String: Any]])
            #expect(events.map { $0["kind"] as? String } == (status == 1 ? ["pending", "firing"] : []))
        }
        // Of drives and volumes, which the profile asks about, nothing was recorded: quiet is not known to be well.
        let profile = try ClusterModel.json(["health", "replay", path, "--profile", "architecture"])
        #expect(profile.outcome.status != 0)
        let unseen = try #require(profile.document["unseen_rules"] as? [String])
        #expect(unseen.contains("health.capacity_usage"))
    }

    @Test func `a recording is not overwritten, and goes on where it is asked to`() throws {
        let (tree, path) = try recorded()
        defer { withExtendedLifetime(tree) {} }
        let size = try #require(FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
        let refused = try ClusterModel.run(["health", "record", path, "--for", "100ms"])
        #expect(refused.status == 64)
        #expect(refused.diagnostics.contains("go on with it by --resume"))
        let again = try ClusterModel.run(["health", "record", path, "--for", "100ms", "--node", "n1", "--resume"])
        #expect(again.status == 0, "\(again.diagnostics)")
        #expect(try #require(FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) > size)
        #expect(try ClusterModel.run(["health", "replay", path]).status != 64)
    }

    @Test func `a recording stays below its size, and says that the size ended it`() throws {
        let tree = try TemporaryTree()
        let path = tree.absolute("host.health")
        let (document, outcome) = try ClusterModel.json(
            ["health", "record", path, "--for", "1h", "--every", "10ms", "--max-size", "300KiB"])
        #expect(outcome.status == 1)
        #expect(document["ending"] as? String == "size")
        let size = try #require(FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
        #expect(size <= 300 << 10 && size == document["size_bytes"] as? Int)
    }

    @Test func `a recorder killed at any moment loses at most its last interval`() throws {
        for delay in [20, 90, 170, 260] {
            let tree = try TemporaryTree()
            let path = tree.absolute("host.health")
            let line =
                "\"$R\" health record \(path) --for 1h --every 20ms & p=$!; sleep 0.\(String(format: "%03d", delay)); kill -9 $p; wait $p; true"
            _ = try Executable.shell(line, tool: "clustermodel")
            guard FileManager.default.fileExists(atPath: path) else { continue }
            let content = try Data(contentsOf: URL(filePath: path))
            guard content.count > 100 else { continue }
            #expect(try ClusterModel.run(["health", "replay", path]).status == 64)
            let part = try ClusterModel.run(["health", "replay", path, "--until-damage"])
            #expect(part.status != 64, "\(part.diagnostics)")
            let again = try ClusterModel.run(["health", "record", path, "--for", "50ms", "--every", "20ms", "--resume"])
            #expect(again.status == 0, "\(again.diagnostics)")
            #expect(try ClusterModel.run(["health", "replay", path]).status != 64)
        }
    }

    @Test func `what is no recording, or a damaged one, is refused by name and place`() throws {
        let (tree, path) = try recorded()
        var content = [UInt8](try Data(contentsOf: URL(filePath: path)))
        content[content.count / 2] ^= 0x40
        try tree.write(content, to: "damaged")
        try tree.write("hello", to: "foreign")
        for name in ["damaged", "foreign"] {
            let outcome = try ClusterModel.run(["health", "replay", tree.absolute(name)])
            #expect(outcome.status == 64)
            #expect(outcome.diagnostics.contains("byte"), "\(outcome.diagnostics)")
        }
        let part = try ClusterModel.json(["health", "replay", tree.absolute("damaged"), "--until-damage"])
        #expect(part.document["damage"] as? String != nil)
        // The profile's rules see a part of what was recorded only: never a clean bill of health.
        #expect(part.outcome.status == 1 || part.outcome.status == 2)
    }

    @Test func `AL-84 a state that is killed again and again is whole and goes on`() throws {
        let tree = try TemporaryTree()
        let state = tree.absolute("state")
        try tree.write(rules.replacing("COMPARATOR", with: ">"), to: "rules.json")
        let arguments = [
            "health", "status", "--over", "10ms", "--state", state, "--rules", tree.absolute("rules.json"),
        ]
        #expect(try ClusterModel.run(arguments).status == 1)
        for delay in 1...12 {
            let line =
                "\"$R\" \(arguments.joined(separator: " ")) >/dev/null & p=$!; sleep 0.0\(String(format: "%02d", delay * 5)); kill -9 $p; wait $p; true"
            _ = try Executable.shell(line, tool: "clustermodel")
            let (document, outcome) = try ClusterModel.json(arguments)
            #expect(outcome.status == 1, "\(outcome.diagnostics)")
            let alerts = try #require(document["alerts"] as? [[String: Any]])
            #expect(alerts.map { $0["state"] as? String } == ["firing"])
        }
        try tree.write("{\"schema\":\"other\"}\n{}", to: "state")
        #expect(try ClusterModel.run(arguments).status == 64)
    }

    @Test func `AL-84 a captured tree without files is not known to be healthy`() throws {
        let tree = try TemporaryTree()
        try tree.makeFolder("proc")
        let (document, outcome) = try ClusterModel.json(
            ["health", "status", "--over", "10ms", "--root", tree.path, "--node", "n1"])
        #expect(outcome.status == 2)
        #expect((document["unseen_rules"] as? [String])?.isEmpty == false)
    }

    @Test func `AL-86 the linter, the exports and the tests of rules answer in text and JSON`() throws {
        for profile in ["architecture", "healthService", "healthServiceWorkbook", "azureMonitor"] {
            let lint = try ClusterModel.json(["health", "rules", "lint", "--profile", profile])
            #expect(lint.outcome.status == 0, "\(profile): \(lint.outcome.output)")
            let export = try ClusterModel.json(["health", "rules", "export", "--profile", profile])
            #expect(export.outcome.status == 0, "\(export.outcome.diagnostics)")
            let text = try ClusterModel.run(["health", "rules", "export", "--profile", profile])
            #expect(text.output == export.document["text"] as? String)
        }
        let nobody = try ClusterModel.json(["health", "rules", "export", "--engine", "alertmanager"])
        #expect(nobody.outcome.status == 1)
        let relay = ["health", "rules", "export", "--engine", "alertmanager", "--webhook"]
        #expect(try ClusterModel.run(relay + ["http://127.0.0.1:9000/"]).status == 0)
        let secure = try ClusterModel.run(relay + ["https://host/"])
        #expect(secure.status == 64 && secure.diagnostics.contains("local relay"))
    }

    @Test func `AL-86 a rule test is met, not met, or not known`() throws {
        let tree = try TemporaryTree()
        try tree.write(rules.replacing("COMPARATOR", with: ">"), to: "rules.json")
        let fires =
            "[{exp_labels: {node: n1, severity: critical}, exp_annotations: {summary: memory is used, condition: \"last > 0 %\"}}]"
        func test(_ name: String, _ expected: String, _ extra: String = "") throws -> Int32? {
            try tree.write(
                """
                rule_files: [rules.yml]
                tests:
                - interval: 1m
                  input_series:
                  - {series: 'node_memory_usage_ratio{node="n1"}', values: '0 0.5x5'}
                  alert_rule_test:
                  - {eval_time: 2m, alertname: \(name), exp_alerts: \(expected)}
                \(extra)
                """, to: "tests.yml")
            return try ClusterModel.run(
                ["health", "rules", "test", tree.absolute("tests.yml"), "--rules", tree.absolute("rules.json")]
            ).status
        }
        #expect(try test("own.memory", fires) == 0)
        #expect(try test("own.memory", "[]") == 1)
        #expect(try test("own.other", "[]") == 2)
        #expect(try test("own.memory", fires, "  promql_expr_test: [{expr: up, eval_time: 1m}]") == 2)
        try tree.write("tests: [{alert_rule_test: 1}]", to: "tests.yml")
        #expect(try ClusterModel.run(["health", "rules", "test", tree.absolute("tests.yml")]).status == 64)
    }

    @Test(.enabled(if: SchemaCheck.isPossible)) func `every document meets its schema`() throws {
        let (tree, path) = try recorded()
        try tree.write(rules.replacing("COMPARATOR", with: ">"), to: "rules.json")
        try tree.write("tests: [{alert_rule_test: [{alertname: own.memory, exp_alerts: [{}]}]}]", to: "tests.yml")
        let own = ["--rules", tree.absolute("rules.json")]
        let cases: [(String, [String])] = [
            ("health-lint", ["rules", "lint"] + own), ("health-export", ["rules", "export"]),
            ("health-test", ["rules", "test", tree.absolute("tests.yml")] + own),
            ("health-timeline", ["replay", path] + own),
            ("health-record", ["record", tree.absolute("new"), "--for", "20ms"]), ("health-status", ["status"] + own),
        ]
        for (name, arguments) in cases {
            let outcome = try ClusterModel.run(["health"] + arguments + ["--format", "json"])
            let problems = try SchemaCheck.problems(outcome.output, schema: "clustermodel.\(name)-1")
            #expect(problems.isEmpty, "\(name): \(problems) \(outcome.diagnostics)")
        }
    }

    @Test func `help is no wider than a terminal`() throws {
        for words in [
            [], ["record"], ["replay"], ["status"], ["rules"], ["rules", "lint"], ["rules", "export"],
            ["rules", "test"],
        ] {
            let outcome = try ClusterModel.run(["health"] + words + ["--help"])
            #expect(outcome.status == 0)
            for line in outcome.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        }
    }
}
