import ClusterCore
import HealthModel
import TestSupport
import Testing

/// What `clustermodel health` says to people, held to snapshots.
@Suite struct `Text of clustermodel health` {
    private func memory(_ id: String, _ comparator: String, _ fireAt: String, _ more: String = "") -> String {
        """
        {"id":"\(id)","selector":{"name":"node_memory_usage_ratio"},"condition":{"comparator":"\(comparator)",\
        "fire_at":"\(fireAt)"\(more)},"freshness":"15s","severity":"critical","subject":["node"],"summary":"memory is used"}
        """
    }

    private func rules(_ texts: [String]) -> String {
        "{\"schema\":\"health.rules/1\",\"name\":\"own\",\"version\":\"1\",\"rules\":[\(texts.joined(separator: ","))]}"
    }

    /// A recording of one node: a sample each ten seconds, and nothing for a while.
    private func recording() throws -> [UInt8] {
        // 2026-01-05 08:00:00 UTC.
        let begin: Int64 = 1_767_600_000
        var writer = try RecordingWriter(
            Recording.Header(
                source: "n1", begin: SignalTime(seconds: begin), intervalNanoseconds: 10_000_000_000))
        var bytes = writer.beginning
        let identity = try SignalIdentity("node_memory_usage_ratio", [SignalLabel("node", "n1")])
        for (turn, value) in [0.5, 0.85, 0.9, 0.8, 0.6, nil, nil, 0.5].enumerated() {
            let now = SignalTime(seconds: begin + Int64(turn) * 10)
            if let value {
                bytes += try writer.samples([
                    Measurement(
                        identity, .decimal(value), unit: .ratio, kind: .gauge, source: "test", time: ReadingTime(now))
                ])
            }
            bytes += writer.moment(now)
        }
        return bytes + writer.end()
    }

    @Test func `of a linter`() throws {
        let tree = try TemporaryTree()
        try tree.write(
            rules([
                memory("own.never", ">", "120%"), memory("own.plain", ">=", "80%"),
                memory("own.band", ">", "90%", ",\"resolve_at\":\"80%\""),
            ]), to: "rules.json")
        let lint = ["health", "rules", "lint", "--rules"]
        try ClusterModel.assertText(lint + [tree.absolute("rules.json")], named: "health-lint.txt")
        try ClusterModel.assertText(
            ["health", "rules", "lint", "--profile", "architecture"], named: "health-lint-architecture.txt")
    }

    @Test func `of a replay that fired, and of one that was quiet but for a gap`() throws {
        let tree = try TemporaryTree()
        try tree.write(try recording(), to: "host.health")
        for (fireAt, name, status) in [("80%", "fired", 1), ("95%", "gap", 2)] as [(String, String, Int32)] {
            try tree.write(rules([memory("own.memory", ">", fireAt)]), to: "rules.json")
            try ClusterModel.assertText(
                ["health", "replay", tree.absolute("host.health"), "--rules", tree.absolute("rules.json")],
                named: "health-replay-\(name).txt", status: status)
        }
    }

    @Test func `of the status of a captured tree`() throws {
        let tree = try TemporaryTree()
        let meminfo = "MemTotal:       1000 kB\nMemFree:         100 kB\nMemAvailable:    200 kB\n"
        try tree.write(meminfo, to: "proc/meminfo")
        for (comparator, name, status) in [(">", "firing", 1), ("<", "healthy", 0)] as [(String, String, Int32)] {
            try tree.write(rules([memory("own.memory", comparator, "50%")]), to: "rules.json")
            try ClusterModel.assertText(
                [
                    "health", "status", "--over", "10ms", "--root", tree.path, "--node", "n1", "--rules",
                    tree.absolute("rules.json"),
                ], named: "health-status-\(name).txt", status: status)
        }
    }
}
