import ClusterCore
import HealthModel
import TestSupport
import Testing

/// Whatever times, values and bytes come, nothing traps.
struct HostileTests {
    @Test func `samples and evaluations at any times with any values trap nothing`() throws {
        let rules =
            try EvidenceTests.rules() + [
                rule("r.flap", .greater, 0.5, flapping: .nagios),
                rule("r.sum", .greater, 0.5, unit: .unknown, Aggregation(.increase, over: .seconds(600))),
            ]
        forRandom(40) { random in
            var driver = try EngineDriver(rules)
            for _ in 0..<60 {
                driver.engine.ingest(
                    driver.signal, Double(bitPattern: random.edgy()), at: SignalTime(nanoseconds: random.edgy()))
                _ = driver.engine.evaluate(at: SignalTime(nanoseconds: random.edgy()))
            }
            return driver.engine.liveAlerts.count <= rules.count
        }
    }

    @Test func `bytes that are no recording and no snapshot are refused`() throws {
        let rules = try RuleSet(name: "test", version: "1", rules: [])
        forRandom(300) { random in
            let bytes = (0..<Int(random.next() % 200)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let recording = Recording.magic + bytes
            return (try? Recording(bytes)) == nil && (try? Recording(recording)) == nil
                && (try? HealthWatch(rules, restoring: bytes)) == nil
        }
    }
}
