import ClusterCore
import HealthModel
import TestSupport
import Testing

/// What was decided to be told is told in the end, whoever was away meanwhile.
struct OutboxTests {
    private static func rules() throws -> RuleSet {
        try RuleSet(name: "test", version: "1", rules: [rule("r.load", .greater, 0.8)])
    }

    private static func watch(_ groupBy: [String] = []) throws -> HealthWatch {
        let route = AlertRoute(
            actionGroup: "hook", groupBy: groupBy, groupWaitNanoseconds: 0,
            groupIntervalNanoseconds: EngineDriver.second)
        return HealthWatch(try rules(), DispatchSettings(routes: [route]))
    }

    /// One step at a second, with a value of `x` of some nodes.
    private static func step(_ watch: inout HealthWatch, _ second: Int64, _ values: [String: Double]) throws {
        let now = SignalTime(seconds: second)
        for (node, value) in values {
            let signal = try watch.engine.signal(
                SignalIdentity("x", [SignalLabel("node", node)]), unit: .ratio, kind: .gauge)
            watch.engine.ingest(signal, value, at: now)
        }
        _ = watch.step(to: now)
    }

    private static func told(_ watch: HealthWatch) -> [[String]] {
        watch.outbox.notifications.map {
            $0.firing.map { "+\($0.subject)" }.sorted() + $0.resolved.map { "-\($0.subject)" }.sorted()
        }
    }

    @Test func `what was not delivered waits through a restart, and its end takes its place`() throws {
        var watch = try Self.watch()
        try Self.step(&watch, 0, ["a": 0.9])
        #expect(Self.told(watch) == [["+node:a"]])
        // The process ends before anybody is told; nothing new happens in the next one.
        watch = try HealthWatch(Self.rules(), restoring: watch.snapshot())
        try Self.step(&watch, 10, ["a": 0.9])
        #expect(Self.told(watch) == [["+node:a"]])
        #expect(watch.outbox.waiting(for: "hook")?.since == SignalTime(seconds: 0))
        // Whether the receiver got it, nobody knows: so the end is told.
        try Self.step(&watch, 20, ["a": 0.1])
        #expect(Self.told(watch) == [["-node:a"]])
        watch = try HealthWatch(Self.rules(), restoring: watch.snapshot())
        for notification in watch.outbox.notifications { watch.outbox.confirm(notification) }
        #expect(watch.outbox.isEmpty)
        #expect(watch.outbox.waiting(for: "hook") == nil)
        watch = try HealthWatch(Self.rules(), restoring: watch.snapshot())
        try Self.step(&watch, 30, ["a": 0.1])
        #expect(watch.outbox.isEmpty)
    }

    @Test func `what changed while it was on its way is not confirmed by the older news`() throws {
        var watch = try Self.watch()
        try Self.step(&watch, 0, ["a": 0.9, "b": 0.9])
        let sent = watch.outbox.notifications
        try Self.step(&watch, 10, ["a": 0.1, "b": 0.9])
        for notification in sent { watch.outbox.confirm(notification) }
        let left = watch.outbox.notifications
        #expect(left.flatMap(\.resolved).map(\.subject.rawValue) == ["node:a"])
    }

    @Test func `an alert that ends and comes back before it could be told waits once, as firing`() throws {
        var watch = try Self.watch()
        for (second, value) in [(0, 0.9), (10, 0.1), (20, 0.95)] as [(Int64, Double)] {
            try Self.step(&watch, second, ["a": value])
        }
        #expect(Self.told(watch) == [["+node:a"]])
        #expect(watch.outbox.notifications[0].firing[0].firedAt == SignalTime(seconds: 20))
    }

    @Test func `with a receiver that is away at random, each ends up knowing exactly what fires`() throws {
        forRandom(30) { random in
            var watch = try Self.watch(["node"])
            var known: Set<AlertFingerprint> = []
            for second in 0..<200 {
                var values: [String: Double] = [:]
                for node in ["a", "b", "c"] where random.next() % 4 > 0 {
                    values[node] = random.next() % 2 == 0 ? 0.9 : 0.1
                }
                try Self.step(&watch, Int64(second) * 2, values)
                if random.next() % 5 == 0 { watch = try HealthWatch(Self.rules(), restoring: watch.snapshot()) }
                for notification in watch.outbox.notifications where random.next() % 3 == 0 || second == 199 {
                    for alert in notification.firing { known.insert(alert.fingerprint) }
                    for alert in notification.resolved { known.remove(alert.fingerprint) }
                    // The answer may be lost after the receiver took it: then it is told again.
                    if random.next() % 3 > 0 || second == 199 { watch.outbox.confirm(notification) }
                }
            }
            return watch.outbox.isEmpty && known == Set(watch.engine.liveAlerts.map(\.fingerprint))
        }
    }

    @Test func `a group of more alerts than one notification lists is told in several, of each alert once`() throws {
        var watch = try Self.watch()
        let nodes = (0..<2300).map { "n\($0)" }
        try Self.step(&watch, 0, Dictionary(uniqueKeysWithValues: nodes.map { ($0, 0.9) }))
        let first = watch.outbox.notifications
        #expect(first.map(\.firing.count) == [1000, 1000, 300])
        #expect(first.map(\.omitted) == [1300, 1300, 2000])
        #expect(Set(first.flatMap(\.firing).map(\.fingerprint)).count == 2300)
        for notification in first { watch.outbox.confirm(notification) }
        try Self.step(&watch, 10, Dictionary(uniqueKeysWithValues: nodes.map { ($0, $0 == "n7" ? 0.9 : 0.1) }))
        let second = watch.outbox.notifications
        #expect(second.map { $0.firing.count + $0.resolved.count } == [1000, 1000, 300])
        #expect(Set(second.flatMap(\.resolved).map(\.fingerprint)).count == 2299)
        #expect(second.flatMap(\.firing).map(\.subject.rawValue) == ["node:n7"])
    }

    @Test func `a snapshot of version 1, which had no outbox, is read`() throws {
        var watch = try Self.watch()
        try Self.step(&watch, 0, ["a": 0.9])
        for notification in watch.outbox.notifications { watch.outbox.confirm(notification) }
        // As the version before wrote it: its body had neither key.
        let text = String(decoding: try watch.snapshot(), as: UTF8.self)
        let body = text.drop { $0 != "\n" }.dropFirst()
            .replacing(",\"outbox\":[]", with: "").replacing("\"dropped\":0,", with: "")
        #expect(!body.contains("outbox") && !body.contains("dropped"))
        let header = text.prefix { $0 != "\n" }
        let rules = try #require(header.firstMatch(of: /"rules":([0-9]+)/)?.1)
        let checksum = SnapshotTests.crc32c(Array(body.utf8))
        let old =
            "{\"bytes\":\(body.utf8.count),\"crc32c\":\(checksum),\"rules\":\(rules),"
            + "\"schema\":\"health.alert_state/1\"}\n" + body
        let restored = try HealthWatch(Self.rules(), restoring: Array(old.utf8))
        #expect(restored.engine.liveAlerts == watch.engine.liveAlerts)
        #expect(try restored.snapshot() == watch.snapshot())
    }
}
