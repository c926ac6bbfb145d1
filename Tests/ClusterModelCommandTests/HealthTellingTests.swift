import Foundation
import TestSupport
import Testing

@Suite struct `Whom clustermodel health status tells` {
    private struct Lab {
        let tree: TemporaryTree
        let state: String
        let receiver: Receiver

        /// - Parameter answers: of the receiver, in turn.
        init(answers: [String], levels: Bool = false) throws {
            tree = try TemporaryTree()
            state = tree.absolute("state")
            receiver = try Receiver(answers: answers)
            func rule(_ id: String, _ limit: String, _ severity: String, _ family: String) -> String {
                """
                {"id":"\(id)","selector":{"name":"node_memory_usage_ratio"},"condition":{"comparator":">=","fire_at":\
                "\(limit)"},"severity":"\(severity)","flapping":{"begins":0.3,"ends":0.2},"subject":["node"],"summary":"memory is used","remedy":"add some"\(family)}
                """
            }
            let family = ",\"labels\":{\"family\":\"own.memory\"}"
            let rules =
                levels
                ? [rule("own.low", "50%", "warning", family), rule("own.high", "80%", "critical", family)]
                : [rule("own.memory", "80%", "critical", "")]
            try tree.write(
                "{\"schema\":\"health.rules/1\",\"name\":\"own\",\"version\":\"1\",\"rules\":[\(rules.joined(separator: ","))]}",
                to: "rules.json")
        }

        func use(_ percent: Int) throws {
            try tree.write("MemTotal: 1000 kB\nMemAvailable: \(1000 - percent * 10) kB\n", to: "host/proc/meminfo")
        }

        func status(node: String = "n1") throws -> (document: [String: Any], outcome: Executable.Outcome) {
            try ClusterModel.json(
                [
                    "health", "status", "--over", "10ms", "--root", tree.absolute("host"), "--node", node, "--rules",
                    tree.absolute("rules.json"), "--state", state, "--webhook",
                    "http://127.0.0.1:\(receiver.port)/",
                ])
        }

        func run(_ command: String, _ arguments: [String]) throws -> Executable.Outcome {
            try ClusterModel.run(
                ["health", command] + arguments + ["--state", state, "--rules", tree.absolute("rules.json")])
        }

        /// What was told, in the order in which it came.
        func told(_ list: String) throws -> [[[String: Any]]] {
            try receiver.posted.map {
                let document = try JSONSerialization.jsonObject(with: Data($0.body)) as? [String: Any]
                return document?[list] as? [[String: Any]] ?? []
            }
        }
    }

    private static let taken = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    private static let refused = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"

    @Test func `AL-86 what a receiver did not take is told at the next run, once`() throws {
        let lab = try Lab(answers: [Self.refused, Self.taken])
        defer { lab.receiver.close() }
        try lab.use(90)
        let first = try lab.status()
        #expect(first.outcome.status == 1)
        #expect((first.document["undelivered"] as? [String])?.count == 1)
        let second = try lab.status()
        #expect((second.document["undelivered"] as? [String])?.isEmpty == true)
        #expect(try lab.told("firing").map(\.count) == [1, 1])
        let alert = try #require(try lab.told("firing").last?.first)
        #expect(alert["summary"] as? String == "memory is used")
        #expect(alert["remedy"] as? String == "add some")
        // The fingerprint and the time at which it fired are those of the one that was not taken.
        let lost = try #require(try lab.told("firing").first?.first)
        for key in ["fingerprint", "fired_at"] { #expect(alert[key] as? String == lost[key] as? String, "\(key)") }
        _ = try lab.status()
        #expect(lab.receiver.posted.count == 2)
    }

    @Test func `AL-86 signals of a node that is gone are retired, and the end of their alerts is told`() throws {
        let lab = try Lab(answers: [Self.taken])
        defer { lab.receiver.close() }
        try lab.use(90)
        #expect(try lab.status(node: "old").outcome.status == 1)
        try lab.use(10)
        // The alert of the old name has no evidence: it does not end by itself.
        #expect(try lab.status(node: "new").outcome.status == 1)
        for (label, remedy) in [("node=none", "node has: new, old"), ("nod=old", "labels with its value: ")] {
            let unknown = try lab.run("retire", [label])
            #expect(unknown.status == 64 && unknown.diagnostics.contains(remedy), "\(unknown.diagnostics)")
        }
        let retired = try lab.run("retire", ["node=old"])
        #expect(retired.status == 0, "\(retired.diagnostics)")
        #expect(retired.output.contains("1 firing alerts ended"), "\(retired.output)")
        let (document, outcome) = try lab.status(node: "new")
        #expect((document["alerts"] as? [Any])?.isEmpty == true)
        #expect(document["verdicts"] as? [String: Int] == ["healthy": 1])
        #expect(outcome.status == 0, "\(outcome.output)")
    }

    @Test func `AL-86 a mute keeps an alert from being told until it is lifted`() throws {
        let lab = try Lab(answers: [Self.taken])
        defer { lab.receiver.close() }
        try lab.use(10)
        #expect(try lab.status().outcome.status == 0)
        // Before anything fires a mute says how much it bears.
        let scope = ["work", "--subject", "node:n1", "--for", "1h"]
        #expect(try lab.run("mute", scope).status == 64)
        // A scope that no alert can be in is told, as a label that alerts do not have.
        for wrong in [["--subject", "node:n2"], ["--where", "rule=own.memory"], ["--where", "node=n2"]] {
            let arguments = ["typo", "--for", "1h"] + wrong
            let refused = try lab.run("mute", arguments)
            #expect(
                refused.status == 64 && refused.diagnostics.contains("can be in its scope"), "\(refused.diagnostics)")
            let early = try lab.run("mute", arguments + ["--alerts", "1"])
            #expect(early.status == 0 && early.output.contains("is in its scope"), "\(early.output)")
        }
        let named = try lab.run("mute", ["named", "--for", "1h", "--where", "alertname=own.memory", "--alerts", "0"])
        #expect(named.status == 0 && !named.output.contains("is in its scope"), "\(named.output)")
        for name in ["typo", "named"] { #expect(try lab.run("mute", [name, "--lift"]).status == 0) }
        let mute = try lab.run("mute", scope + ["--alerts", "1", "--owner", "ops", "--reason", "new memory"])
        #expect(mute.status == 0, "\(mute.diagnostics)")
        try lab.use(90)
        let (document, outcome) = try lab.status()
        #expect(outcome.status == 1)
        let alert = try #require((document["alerts"] as? [[String: Any]])?.first)
        #expect(alert["suppression"] as? String == "muted by work")
        #expect(lab.receiver.posted.isEmpty)
        #expect(try lab.run("mute", ["other", "--lift"]).status == 64)
        #expect(try lab.run("mute", ["work", "--lift"]).status == 0)
        _ = try lab.status()
        #expect(try lab.told("firing").map(\.count) == [1])
    }

    @Test func `AL-86 of two levels of one rule the more severe is told alone`() throws {
        let lab = try Lab(answers: [Self.taken], levels: true)
        defer { lab.receiver.close() }
        try lab.use(90)
        let (document, _) = try lab.status()
        #expect((document["alerts"] as? [[String: Any]])?.count == 2)
        #expect(try lab.told("firing").joined().map { $0["rule"] as? String } == ["own.high"])
    }

    @Test func `AL-86 an alert that flaps is held for firing also while its value is good`() throws {
        let lab = try Lab(answers: [Self.taken])
        defer { lab.receiver.close() }
        for turn in 0..<24 {
            try lab.use(turn.isMultiple(of: 2) ? 90 : 10)
            let (document, outcome) = try lab.status()
            let alerts = try #require(document["alerts"] as? [[String: Any]])
            guard alerts.contains(where: { $0["is_flapping"] as? Bool == true }), !turn.isMultiple(of: 2) else {
                continue
            }
            #expect(outcome.status == 1)
            #expect(document["verdicts"] as? [String: Int] == ["healthy": 1])
            return
        }
        Issue.record("twelve changes and back are no flapping")
    }
}
