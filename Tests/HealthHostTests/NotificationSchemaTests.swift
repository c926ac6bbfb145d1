import ClusterCore
import Foundation
import HealthHost
import HealthModel
import TestSupport
import Testing

/// `Docs/Schemas/health.notification-1.schema.json` describes what a webhook is sent.
@Suite(.enabled(if: SchemaCheck.isPossible)) struct `health.notification/1` {
    /// What a receiver gets of an alert that fires, goes stale, comes back with an infinite value and resolves.
    private func posted() throws -> [String] {
        let receiver = try Receiver()
        defer { receiver.close() }
        let sink = WebhookSink(name: "hook", address: try HTTPAddress("http://127.0.0.1:\(receiver.port)/"))
        let rule = try HealthRule(
            "lab.hot", SeriesSelector(SignalName("lab_temperature_celsius")),
            RuleCondition(.greater, HealthThreshold(80, .celsius)), freshness: .seconds(20), severity: .critical,
            subject: SubjectForm(["sensor"]), summary: "Hot", remedy: "Cool it")
        let route = AlertRoute(
            actionGroup: "hook", groupWaitNanoseconds: 0, groupIntervalNanoseconds: 1, repeatIntervalNanoseconds: 1)
        var watch = HealthWatch(
            try RuleSet(name: "lab", version: "1", rules: [rule]), DispatchSettings(routes: [route]))
        let signal = try watch.engine.signal(
            SignalIdentity("lab_temperature_celsius", [SignalLabel("sensor", "cpu \"0\"\n")]), unit: .celsius,
            kind: .gauge)
        for (second, value) in [(0, 85), (10, 86), (40, nil), (50, .infinity), (60, 60)] as [(Int64, Double?)] {
            let now = SignalTime(seconds: second)
            if let value { watch.engine.ingest(signal, value, at: now) }
            for notification in watch.step(to: now).notifications { try sink.send(notification) }
        }
        return receiver.posted.map { String(decoding: $0.body, as: UTF8.self) }
    }

    @Test func `AL-86 what a webhook is sent meets its schema, which describes each key and no other`() throws {
        let documents = try posted()
        for document in documents {
            let problems = try SchemaCheck.problems(document, schema: "health.notification-1")
            #expect(problems.isEmpty, "\(problems) \(document)")
        }
        let (described, written) = try SchemaCheck.keys(ofSchema: "health.notification-1", documents: documents)
        // The names of labels are the signal's own.
        let own = written.filter { !$0.contains("labels/") && !$0.hasPrefix("/group/") }
        #expect(own.subtracting(described).isEmpty)
        #expect(described.subtracting(own).isEmpty)
        let parsed = try documents.map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        func alerts(_ key: String) -> [[String: Any]] { parsed.flatMap { $0[key] as? [[String: Any]] ?? [] } }
        #expect(alerts("resolved").count == 1)
        // Every optional key was there with a value and without one.
        for (list, key) in [
            ("firing", "stale_since"), ("firing", "value"), ("firing", "fired_at"), ("resolved", "resolved_at"),
        ] {
            #expect(alerts(list).contains { !($0[key] is NSNull) }, "\(key)")
        }
        #expect(alerts("firing").contains { $0["stale_since"] is NSNull && $0["resolved_at"] is NSNull })
        #expect(parsed.contains { $0["occasion"] as? String == "repeated" })
    }

    @Test func `the schema refuses what is no notification`() throws {
        let document = try #require(try posted().first)
        for (old, new) in [
            ("health.notification/1", "health.notification/2"), ("\"critical\"", "\"bad\""),
            ("\"omitted\":0", "\"omitted\":-1"), ("00.000000000Z", "00Z"),
        ] {
            let changed = document.replacing(old, with: new)
            #expect(changed != document, "\(old)")
            #expect(try !SchemaCheck.problems(changed, schema: "health.notification-1").isEmpty, "\(new)")
        }
    }
}
