import ClusterCore
import Foundation
import HealthModel
import TestSupport
import Testing

@Suite struct `clustermodel health with several hosts` {
    /// Recordings begin at 2026-01-05 08:00:00 UTC.
    private static let begin: Int64 = 1_767_600_000

    private static let rules = """
        {"schema":"health.rules/1","name":"own","version":"1","rules":[
        {"id":"own.drive","selector":{"name":"drive_lost_ratio"},"condition":{"comparator":">","fire_at":"80%"},\
        "severity":"critical","subject":["node","drive"],"summary":"the drive is lost"},
        {"id":"own.node","selector":{"name":"node_lost_ratio"},"condition":{"comparator":">","fire_at":"80%"},\
        "for":"5s","severity":"critical","subject":["node"],"availability":true,"summary":"the node is gone"},
        {"id":"own.switch","selector":{"name":"switch_lost_ratio"},"condition":{"comparator":">","fire_at":"80%"},\
        "severity":"critical","subject":["switch"],"availability":true,"summary":"the switch is gone"}]}
        """

    private struct World {
        let tree: TemporaryTree
        /// node1 to node4, each cabled to tor1 and tor2, and its management controller to mgmt1.
        let model = "\(repositoryRoot)/Docs/Examples/hyperconverged-4-nodes.yaml"

        init() throws {
            tree = try TemporaryTree()
            try tree.write(rules, to: "rules.json")
        }

        /// - Parameters:
        ///   - isCut: whether the recording breaks off as that of a host that failed.
        ///   - signals: name, labels and value at a second.
        func record(
            _ node: String, seconds: Int64, isCut: Bool = false, pause: Range<Int64> = 0..<0,
            _ signals: (Int64) -> [(String, [String: String], Double)]
        ) throws {
            var writer = try RecordingWriter(
                Recording.Header(
                    source: node, begin: SignalTime(seconds: begin), intervalNanoseconds: 1_000_000_000))
            var bytes = writer.beginning
            for second in 0..<seconds where !pause.contains(second) {
                let time = SignalTime(seconds: begin + second)
                bytes += try writer.samples(
                    signals(second).map { name, labels, value in
                        Measurement(
                            try SignalIdentity(name, labels.map { SignalLabel($0.key, $0.value) }), .decimal(value),
                            unit: .ratio, kind: .gauge, source: "test", time: ReadingTime(time))
                    })
                bytes += writer.heartbeat(of: "node:\(node)", at: time) + writer.moment(time)
            }
            try tree.write(isCut ? bytes : bytes + writer.end(), to: "\(node).health")
        }

        func replay(_ nodes: [String], _ more: [String] = []) -> [String] {
            ["health", "replay"] + nodes.map { tree.absolute("\($0).health") }
                + ["--rules", tree.absolute("rules.json")] + more
        }
    }

    @Test func `AL-86 alerts of a node that fell silent are held back, and text and JSON say by what`() throws {
        let world = try World()
        try world.record("node1", seconds: 20, isCut: true) { _ in [] }
        try world.record("node2", seconds: 200) { second in
            [("drive_lost_ratio", ["node": "node1", "drive": "d0"], second < 25 ? 0 : 1)]
        }
        // A recording that breaks off is refused as ever.
        #expect(try ClusterModel.run(world.replay(["node1", "node2"])).status == 64)
        let arguments = world.replay(["node1", "node2"], ["--until-damage", "--cluster", world.model])
        let (document, outcome) = try ClusterModel.json(arguments)
        #expect(outcome.status == 1, "\(outcome.diagnostics)")
        #expect(document["source"] as? String == "node1, node2")
        let hold = try #require((document["holds"] as? [[String: Any]])?.first)
        #expect(hold["cause"] as? String == "node:node1")
        #expect(hold["certainty"] as? String == "suspected")
        #expect(hold["ending"] as? String == "told")
        // Two minutes at most.
        let begin = try #require(hold["begin_unix_ns"] as? Int)
        #expect(try #require(hold["end_unix_ns"] as? Int) - begin == 120_000_000_000)
        let suspicion = try #require((document["suspicions"] as? [[String: Any]])?.first)
        #expect(suspicion["component"] as? String == "node:node1")
        // Three seconds after the last of twenty beats y is 15 deviations (facts, 3.6): far above 8.
        #expect(try #require(suspicion["phi"] as? Double) > 8)
        // The same of a node that comes back: its recording is whole.
        try world.record("node1", seconds: 200, pause: 20..<180) { _ in [] }
        let whole = world.replay(["node1", "node2"], ["--cluster", world.model])
        try ClusterModel.assertText(whole, named: "health-replay-held.txt", status: 1)
        if SchemaCheck.isPossible {
            let json = try ClusterModel.run(arguments + ["--format", "json"]).output
            #expect(try SchemaCheck.problems(json, schema: "clustermodel.health-timeline-1").isEmpty)
        }
    }

    @Test func `AL-86 nodes wait for the switches that the cluster's model hangs them on`() throws {
        let world = try World()
        let switches = ["tor1", "tor2"]
        func told(_ lost: [String], _ more: [String]) throws -> Set<String> {
            try world.record("node2", seconds: 60) { second in
                let state = second < 20 ? 0.0 : 1
                return switches.map { ("switch_lost_ratio", ["switch": $0], lost.contains($0) ? state : 0) }
                    + [
                        ("node_lost_ratio", ["node": "node1"], state),
                        ("drive_lost_ratio", ["node": "node1", "drive": "d0", "cluster": "c1"], 0),
                    ]
            }
            let (document, outcome) = try ClusterModel.json(world.replay(["node2"], more))
            #expect(outcome.status == 1, "\(outcome.diagnostics)")
            return Set(try #require(document["holds"] as? [[String: Any]]).compactMap { $0["cause"] as? String })
        }
        #expect(try told(switches, ["--cluster", world.model]) == ["switch:\(switches[0])"])
        // One of two ways is left; and without the model nobody knows of switches.
        #expect(try told([switches[0]], ["--cluster", world.model]).isEmpty)
        #expect(try told(switches, []).isEmpty)
    }

    @Test func `AL-86 a status holds alerts of a node back while its switches are gone`() throws {
        let world = try World()
        let switches = ["tor1", "tor2"]
        try world.tree.write("MemTotal: 1000 kB\nMemAvailable: 500 kB\n", to: "host/proc/meminfo")
        let lost = switches.map { "switch_lost_ratio{switch=\"\($0)\"} 1\n" }.joined()
        try world.tree.write(lost + "node_lost_ratio{node=\"node1\"} 1\n", to: "others.prom")
        let arguments = [
            "health", "status", "--over", "10ms", "--root", world.tree.absolute("host"), "--node", "node1",
            "--rules", world.tree.absolute("own.json"), "--exposition", world.tree.absolute("others.prom"),
        ]
        // Without a wait, so that one run is enough.
        try world.tree.write(Self.rules.replacing("\"for\":\"5s\",", with: ""), to: "own.json")
        func heldBy(_ more: [String]) throws -> [String?] {
            let (document, outcome) = try ClusterModel.json(arguments + more)
            #expect(outcome.status == 1, "\(outcome.diagnostics)")
            return try #require(document["alerts"] as? [[String: Any]]).filter {
                $0["rule"] as? String == "own.node"
            }.map { $0["held_by"] as? String }
        }
        #expect(try heldBy(["--cluster", world.model]) == ["switch:\(switches[0])"])
        #expect(try heldBy([]) == [nil])
        let text = try ClusterModel.run(arguments + ["--cluster", world.model]).output
        #expect(text.contains("not told: switch:\(switches[0]) is gone"), "\(text)")
    }

    @Test func `a model of another cluster, or none, is refused by name and remedy`() throws {
        let world = try World()
        try world.record("other", seconds: 5) { _ in [] }
        let foreign = try ClusterModel.run(world.replay(["other"], ["--cluster", world.model]))
        #expect(foreign.status == 64)
        for word in ["no node other", "node1", "--node"] { #expect(foreign.diagnostics.contains(word), "\(foreign)") }
        let missing = try ClusterModel.run(world.replay(["other"], ["--cluster", world.tree.absolute("none.yaml")]))
        #expect(missing.status == 64 && missing.diagnostics.contains("none.yaml"))
        let twice = try ClusterModel.run(world.replay(["other", "other"]))
        #expect(twice.status == 64 && twice.diagnostics.contains("named twice"))
    }

    @Test func `what record writes is a sign of life of its node`() throws {
        let tree = try TemporaryTree()
        let path = tree.absolute("host.health")
        let outcome = try ClusterModel.run(
            ["health", "record", path, "--for", "300ms", "--every", "100ms", "--node", "n1"])
        #expect(outcome.status == 0, "\(outcome.diagnostics)")
        let recording = try Recording([UInt8](try Data(contentsOf: URL(filePath: path))))
        var last: [String?] = []
        for (entry, next) in zip(recording.entries, recording.entries.dropFirst()) {
            guard case .moment(let moment) = next else { continue }
            guard case .heartbeat(let component, let time) = entry, time == moment else {
                last.append(nil)
                continue
            }
            last.append(component)
        }
        #expect(last.count >= 2 && last.allSatisfy { $0 == "node:n1" }, "\(last)")
        // Of a tree in which nothing is there is none.
        try tree.makeFolder("empty")
        let empty = tree.absolute("empty.health")
        _ = try ClusterModel.run(
            [
                "health", "record", empty, "--for", "30ms", "--every", "10ms", "--node", "n1", "--root",
                tree.absolute("empty"),
            ])
        let nothing = try Recording([UInt8](try Data(contentsOf: URL(filePath: empty))))
        #expect(
            !nothing.entries.isEmpty && nothing.entries.allSatisfy { if case .heartbeat = $0 { false } else { true } })
    }
}
