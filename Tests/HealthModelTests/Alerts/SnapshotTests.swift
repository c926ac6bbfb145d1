import ClusterCore
import HealthModel
import TestSupport
import Testing

struct SnapshotTests {
    private func rules() throws -> RuleSet {
        try RuleSet(
            name: "test", version: "1",
            rules: EvidenceTests.rules() + [
                rule("r.flap", .greater, 0.5, flapping: .nagios),
                rule("r.up", .less, 0.2, for: 120, availability: true),
                rule("r.rate", .greater, 0.001, unit: .unknown, Aggregation(.rate, over: .seconds(600))),
            ])
    }

    private func watch(_ rules: RuleSet) throws -> HealthWatch {
        HealthWatch(
            rules,
            try DispatchSettings(
                routes: [AlertRoute(actionGroup: "a", groupBy: ["node"], groupWaitNanoseconds: 0)],
                inhibitions: [
                    AlertInhibition(
                        source: [.oneOf("severity", ["critical"])], target: [.oneOf("severity", ["warning"])],
                        equal: ["node"])
                ]),
            settings: EngineSettings(sampleIntervalNanoseconds: 60 * EngineDriver.second))
    }

    private func feed(_ watch: inout HealthWatch, _ step: Int, _ random: inout SeededRandom) throws -> HealthWatch.Step
    {
        let now = SignalTime(seconds: Int64(step) * 60)
        for node in 0..<3 where random.next() % 5 > 0 {
            let index = try watch.engine.signal(
                SignalIdentity("x", [SignalLabel("node", "n\(node)")]), unit: .ratio, kind: .gauge, source: "s")
            let value = random.next() % 20 == 0 ? Double.nan : Double.random(in: 0...1, using: &random)
            watch.engine.ingest(index, value, at: now)
            if random.next() % 3 > 0 { watch.heartbeat(of: ComponentIdentifier(rawValue: "node:n\(node)"), at: now) }
        }
        if random.next() % 15 == 0 {
            try watch.dispatcher.begin(
                AlertMute(
                    name: "m", subject: "node:n1", from: now, lasting: .seconds(900), countLimit: 3,
                    severityLimit: .critical, owner: "me", reason: "test"))
        }
        return watch.step(to: now)
    }

    @Test func `a watch that is restored at any step goes on as if nothing had been`() throws {
        let rules = try self.rules()
        var steps = 0
        forRandom(6) { random in
            var whole = try watch(rules)
            var broken = whole
            for step in 0..<60 {
                var copy = random
                let expected = try feed(&whole, step, &random)
                if step.isMultiple(of: 1 + Int(random.next() % 3)) {
                    broken = try HealthWatch(rules, restoring: broken.snapshot())
                }
                let found = try feed(&broken, step, &copy)
                steps += expected.events.count
                guard found == expected else { return false }
            }
            return try whole.snapshot() == broken.snapshot()
        }
        #expect(steps > 300)
    }

    private func sample() throws -> (RuleSet, [UInt8]) {
        let rules = try self.rules()
        var watch = try self.watch(rules)
        var random = SeededRandom(seed: 3)
        for step in 0..<10 { _ = try feed(&watch, step, &random) }
        return (rules, try watch.snapshot())
    }

    private func refusal(_ rules: RuleSet, _ bytes: [UInt8]) -> SnapshotError.Kind? {
        do throws(SnapshotError) {
            _ = try HealthWatch(rules, restoring: bytes)
            return nil
        } catch {
            return error.kind
        }
    }

    @Test func `a snapshot that was cut anywhere is refused as cut`() throws {
        let (rules, bytes) = try sample()
        #expect(refusal(rules, bytes) == nil)
        for length in Array(stride(from: 0, to: bytes.count, by: 97)) + [bytes.count - 1] {
            let kind = refusal(rules, Array(bytes[..<length]))
            #expect(kind == .truncated || (length < 9 && kind == .foreign), "\(length)")
        }
    }

    @Test func `a snapshot of which any one byte changed is refused`() throws {
        let (rules, bytes) = try sample()
        for place in stride(from: 0, to: bytes.count, by: 61) {
            var changed = bytes
            changed[place] ^= 0x04
            #expect(refusal(rules, changed) != nil, "byte \(place)")
        }
    }

    @Test func `foreign bytes, other versions and other rules are refused by name`() throws {
        let (rules, bytes) = try sample()
        #expect(refusal(rules, Array("{\"a\":1}\n".utf8)) == .foreign)
        #expect(refusal(rules, Array(repeating: 0, count: 5000)) == .foreign)
        let text = String(decoding: bytes, as: UTF8.self)
        let newer = text.replacing("health.alert_state/2", with: "health.alert_state/3", maxReplacements: 1)
        #expect(refusal(rules, Array(newer.utf8)) == .unsupported)
        let other = try RuleSet(name: "test", version: "2", rules: rules.rules)
        #expect(refusal(other, bytes) == .otherRules)
        #expect(refusal(rules, bytes + [32]) == .damaged)
    }
}

extension SnapshotTests {
    /// CRC-32C bit by bit (RFC 3720, B.4), for headers that a test writes itself.
    static func crc32c(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { rest, _ in rest >> 1 ^ (rest & 1 == 1 ? 0x82F6_3B78 : 0) }
        }
    }
}
