import ClusterCore
import Foundation
import HealthModel
import TestSupport
import Testing

@Suite struct `What keeps clustermodel health from saying that all was well` {
    private let rules = """
        {"schema":"health.rules/1","name":"own","version":"1","rules":[{"id":"own.memory","selector":{"name":\
        "node_memory_usage_ratio"},"condition":{"comparator":">=","fire_at":"80%"},"severity":"critical",\
        "subject":["node"],"summary":"memory is used"}]}
        """

    /// What happens: a sample of the one signal, or a moment of evaluation; times in seconds.
    private enum Entry {
        case sample(Int64, Double)
        case moment(Int64)
    }

    private func replay(_ entries: [Entry]) throws -> (document: [String: Any], status: Int32?, text: String) {
        let tree = try TemporaryTree()
        let identity = try SignalIdentity("node_memory_usage_ratio", [SignalLabel("node", "n1")])
        var writer = try RecordingWriter(
            Recording.Header(source: "n1", begin: SignalTime(seconds: 0), intervalNanoseconds: 60_000_000_000))
        var bytes = writer.beginning
        for entry in entries {
            switch entry {
            case .sample(let second, let value):
                bytes += try writer.samples([
                    Measurement(
                        identity, .decimal(value), unit: .ratio, kind: .gauge, source: "test",
                        time: ReadingTime(SignalTime(seconds: second)))
                ])
            case .moment(let second): bytes += writer.moment(SignalTime(seconds: second))
            }
        }
        try tree.write(bytes + writer.end(), to: "host.health")
        try tree.write(rules, to: "rules.json")
        let arguments = ["health", "replay", tree.absolute("host.health"), "--rules", tree.absolute("rules.json")]
        let (document, outcome) = try ClusterModel.json(arguments)
        return (document, outcome.status, try ClusterModel.run(arguments).output)
    }

    private func well(_ minutes: Range<Int64>) -> [Entry] {
        minutes.flatMap { [Entry.sample($0 * 60, 0.1), .moment($0 * 60)] }
    }

    @Test func `samples on the good side at every evaluation are quiet`() throws {
        let (document, status, text) = try replay(well(1..<10))
        #expect(status == 0, "\(text)")
        #expect((document["counts"] as? [String: Any])?["taken"] as? Int == 9)
    }

    @Test func `two values of one time, and a value that comes too late, are doubts`() throws {
        for (bad, key, word) in [
            (Entry.sample(300, 0.99), "contradicted", "contradict"), (.sample(290, 0.99), "late", "older"),
        ] {
            let (document, status, text) = try replay(well(1..<6) + [bad] + well(6..<10))
            #expect(status == 2, "\(text)")
            #expect((document["counts"] as? [String: Any])?[key] as? Int == 1)
            #expect(text.contains("In doubt: 1 samples") && text.contains(word), "\(text)")
        }
    }

    @Test func `a recording without an evaluation, or with samples behind the last one, says nothing`() throws {
        let never = try replay((1..<20).map { .sample($0 * 60, 0.95) })
        #expect(never.status == 2, "\(never.text)")
        #expect(never.document["evaluations"] as? Int == 0)
        #expect(never.text.contains("nothing was judged"))
        let tail = try replay(well(1..<10) + [.sample(600, 0.99)])
        #expect(tail.status == 2, "\(tail.text)")
        #expect(tail.document["unjudged_samples"] as? Int == 1)
    }

    @Test func `a clock that was set back turns no time around, and is a doubt`() throws {
        let (document, status, text) = try replay(well(100..<110) + well(50..<55))
        #expect(status == 2, "\(text)")
        let begin = try #require(document["begin_unix_ns"] as? Int)
        let end = try #require(document["end_unix_ns"] as? Int)
        #expect(begin == 50 * 60_000_000_000)
        #expect(end == 109 * 60_000_000_000)
    }

    @Test func `a gap does not count as time in which an alert fired`() throws {
        let day: Int64 = 86_400
        let (document, status, text) = try replay(
            [.sample(0, 0.9), .moment(0), .sample(60, 0.9), .moment(60)]
                + [.sample(365 * day, 0.9), .moment(365 * day), .sample(365 * day + 60, 0.9), .moment(365 * day + 60)])
        #expect(status == 1)
        let firings = try #require(document["firings"] as? [[String: Any]])
        #expect(firings.first?["firing_ns"] as? Int == 120_000_000_000, "\(text)")
        #expect(document["gaps"] as? Int == 1)
    }

    @Test(arguments: [
        ("MemTotal: 1000 kB\nMemAvailable: 5000 kB\n", "5120000 are available"),
        ("MemTotal: 1000 kB\nMemTotal: 9000 kB\nMemAvailable: 500 kB\n", "it is there twice"),
    ])
    func `memory that cannot be is no memory that is well`(meminfo: String, problem: String) throws {
        let tree = try TemporaryTree()
        try tree.write(meminfo, to: "proc/meminfo")
        try tree.write(rules, to: "rules.json")
        let (document, outcome) = try ClusterModel.json(
            [
                "health", "status", "--over", "10ms", "--root", tree.path, "--node", "n1", "--rules",
                tree.absolute("rules.json"),
            ])
        #expect(outcome.status == 2)
        #expect((document["problems"] as? [String])?.contains { $0.contains(problem) } == true, "\(document)")
        #expect(document["verdicts"] as? [String: Int] == [:])
    }

    @Test func `options that would be passed over are refused`() throws {
        let tree = try TemporaryTree()
        try tree.write(rules, to: "rules.json")
        for arguments in [
            ["lint", "--rules", tree.absolute("rules.json"), "--profile", "architecture"],
            ["export", "--webhook", "http://127.0.0.1:9/"],
        ] {
            #expect(try ClusterModel.run(["health", "rules"] + arguments).status == 64, "\(arguments)")
        }
    }

    @Test func `a run that lost what the one before had does not know it, and a window needs a pace`() throws {
        let tree = try TemporaryTree()
        try tree.write(rules, to: "rules.json")
        let state = tree.absolute("state")
        func status(_ more: [String] = []) throws -> (verdicts: [String: Int]?, status: Int32?, text: String) {
            let arguments =
                [
                    "health", "status", "--over", "10ms", "--root", tree.path, "--node", "n1", "--rules",
                    tree.absolute("rules.json"), "--state", state,
                ] + more
            let (document, outcome) = try ClusterModel.json(arguments)
            return (document["verdicts"] as? [String: Int], outcome.status, outcome.diagnostics)
        }
        try tree.write("MemTotal: 1000 kB\nMemAvailable: 500 kB\n", to: "proc/meminfo")
        #expect(try status().status == 0)
        try tree.remove("proc/meminfo")
        for more in [[], ["--every", "1m"]] {
            let lost = try status(more)
            #expect(lost.status == 2 && lost.verdicts == ["stale": 1], "\(lost)")
        }
        // An average of a minute, of which this run is a part.
        let average = rules.replacing(
            "\"fire_at\"", with: "\"aggregation\":{\"kind\":\"average\",\"window\":\"1m\"},\"fire_at\"")
        try tree.write(average, to: "rules.json")
        try tree.write("MemTotal: 1000 kB\nMemAvailable: 500 kB\n", to: "proc/meminfo")
        try tree.remove("state")
        for more in [[], ["--every", "1m"]] {
            let part = try status(more)
            #expect(part.status == 2 && part.verdicts == ["undecided": 1], "\(part)")
        }
    }

    @Test func `a pace goes with a state, and is longer than a run`() throws {
        for (arguments, word) in [
            (["--every", "1m"], "--state"), (["--every", "1s", "--state", "x"], "more than --over"),
        ] {
            let outcome = try ClusterModel.run(["health", "status", "--over", "2s"] + arguments)
            #expect(outcome.status == 64 && outcome.diagnostics.contains(word), "\(outcome.diagnostics)")
        }
    }

    @Test func `the linter refuses what the export refuses, and windows by the pace it is told`() throws {
        let tree = try TemporaryTree()
        try tree.write(rules.replacing("node_memory_usage_ratio", with: "x usage ratio"), to: "rules.json")
        let own = ["--rules", tree.absolute("rules.json")]
        for command in ["export", "lint"] {
            #expect(try ClusterModel.run(["health", "rules", command] + own).status == 1, "\(command)")
        }
        let week = ["health", "rules", "lint", "--profile", "healthServiceWorkbook"]
        func found(_ more: [String]) throws -> Set<String> {
            let (document, _) = try ClusterModel.json(week + more)
            return Set(try #require(document["findings"] as? [[String: Any]]).compactMap { $0["rule"] as? String })
        }
        // Fifteen minutes of volumes have 90,000 samples at 10 ms, of which 50,000 are kept.
        #expect(try found(["--every", "10ms"]).contains("lint.window_not_held"))
        #expect(try !found(["--every", "1m"]).contains("lint.window_not_held"))
        #expect(try !found([]).contains("lint.window_not_held"))
    }

    @Test func `what a document says wrongly is told with its place and what may stand there`() throws {
        let tree = try TemporaryTree()
        let profile =
            #"{"name":"x","version":"1","summary":"s","extends":"architecture","rules":{"health.cpu_usge":{}}}"#
        for (option, text, words) in [
            ("--rules", rules.replacing(">=", with: "=>"), ["/rules/0/condition/comparator", "<, <=, >, >=, ==, !="]),
            ("--rules", "{\"schema\":\"health.rules/1\",\n \"name\": }", ["line 2, column 10"]),
            ("--profile", profile, ["health.cpu_usge", "did you mean health.cpu_usage?"]),
        ] {
            try tree.write(text, to: "file.json")
            let outcome = try ClusterModel.run(["health", "rules", "lint", option, tree.absolute("file.json")])
            #expect(outcome.status == 64)
            for word in words { #expect(outcome.diagnostics.contains(word), "\(outcome.diagnostics)") }
        }
    }
}
