import ClusterCore
import HealthModel
import TestSupport
import Testing

/// trust.md R15 and the first opportunity of the facts: losing data never makes anything better.
struct EvidenceTests {
    /// Rules of every shape whose freshness is shorter than the time between samples and whose windows ask for all their
    /// samples, so that a lost sample cannot go unnoticed.
    static func rules() throws -> [HealthRule] {
        let five = Duration.seconds(300)
        return [
            try rule("r.last", .greater, 0.8, freshness: 59),
            try rule("r.band", .greater, 0.8, until: 0.6, freshness: 59),
            try rule("r.below", .less, 0.2, until: 0.4, freshness: 59),
            try rule("r.wait", .atLeast, 0.8, for: 120, freshness: 59),
            try rule("r.keep", .atLeast, 0.8, until: 0.7, keep: 180, freshness: 59),
            try rule("r.both", .atLeast, 0.8, until: 0.5, for: 60, keep: 120, freshness: 59),
            try rule(
                "r.mean", .greater, 0.6, until: 0.5, Aggregation(.average, over: five, minimumSamples: 5), freshness: 59
            ),
            try rule("r.max", .greater, 0.9, Aggregation(.maximum, over: five, minimumSamples: 5), freshness: 59),
            try rule("r.min", .less, 0.1, Aggregation(.minimum, over: five, minimumSamples: 5), freshness: 59),
            try rule("r.all", .greater, 0.5, Aggregation(.allSamples, over: five, minimumSamples: 5), freshness: 59),
        ]
    }

    private func stream(_ random: inout SeededRandom, _ count: Int) -> [Double] {
        var level = Double.random(in: 0...1, using: &random)
        return (0..<count).map { _ in
            if random.next() % 4 == 0 { level = Double.random(in: 0...1, using: &random) }
            return min(1, max(0, level + Double.random(in: -0.1...0.1, using: &random)))
        }
    }

    @Test func `removing any samples never improves a verdict`() throws {
        let rules = try EvidenceTests.rules()
        var healthy = 0
        forRandom(50) { random in
            let full = stream(&random, 60)
            let loss = random.next() % 6 + 2
            let thinned = full.map { random.next() % loss == 0 ? nil : Optional($0) }
            var (one, other) = (try EngineDriver(rules), try EngineDriver(rules))
            for (value, kept) in zip(full, thinned) {
                _ = one.advance(value)
                // Half of the lost samples come as NaN.
                _ = other.advance(kept ?? (random.next() % 2 == 0 ? .nan : nil))
                for rule in rules where other.verdict(rule.id) == .healthy {
                    healthy += 1
                    // An alert that is kept fires by the rule's wish, though the value is good.
                    let isKept = one.engine.liveAlerts.contains { $0.rule == rule.id && $0.keepFiringSince != nil }
                    guard one.verdict(rule.id) == .healthy || isKept else { return false }
                }
            }
            return true
        }
        // The property would hold for an engine that never says that anything is healthy.
        #expect(healthy > 2000)
    }

    @Test func `a resolution needs a sample on the good side at that moment`() throws {
        let rules = try EvidenceTests.rules().filter { $0.condition.aggregation == .last }
        var resolved = 0
        forRandom(60) { random in
            var driver = try EngineDriver(rules)
            for value in stream(&random, 60) {
                let given: Double? = random.next() % 3 == 0 ? (random.next() % 2 == 0 ? .nan : nil) : value
                for event in driver.advance(given) where event.kind == .resolved || event.kind == .cancelled {
                    resolved += 1
                    guard let rule = driver.engine.rules.rule(event.alert.rule), let given, !given.isNaN else {
                        return false
                    }
                    // What is kept was on the good side before, and may lie between the thresholds when it ends.
                    let isKept = rule.keepFiringFor > .zero || event.kind == .cancelled
                    let end = isKept ? rule.condition.fireAt : rule.condition.resolveAt ?? rule.condition.fireAt
                    if rule.condition.comparator.holds(given, end.value) { return false }
                }
            }
            return true
        }
        #expect(resolved > 300)
    }

    /// The samples behind a moment are dropped, doubled, put in another order or made NaN: what fires at that moment is
    /// resolved only with a sample on the good side whose time is new.
    @Test func `R15 a suffix that is dropped, doubled, reordered or NaN resolves nothing without evidence`() throws {
        let rules = [try rule("r.last", .greater, 0.8, freshness: 59), try rule("r.band", .greater, 0.8, until: 0.6)]
        var tried = 0
        forRandom(12, seed: 7) { random in
            let values = stream(&random, 30)
            for cut in values.indices {
                for damage in 0..<4 {
                    var driver = try EngineDriver(rules)
                    for value in values[..<cut] { _ = driver.advance(value) }
                    let firing = Set(driver.engine.liveAlerts.map(\.rule))
                    guard !firing.isEmpty else { continue }
                    tried += 1
                    var suffix = values[cut...].enumerated().map {
                        (driver.time + Int64($0.offset) * driver.step, $0.element)
                    }
                    if damage == 2 {
                        suffix.shuffle(using: &random)
                    }
                    var newest: Double? = cut > 0 ? values[cut - 1] : nil
                    for (offset, (time, value)) in suffix.enumerated() {
                        let now = driver.time + Int64(offset) * driver.step
                        if damage != 0 {
                            let sample = damage == 3 ? .nan : value
                            for _ in 0..<(damage == 1 ? 2 : 1) {
                                let outcome = driver.engine.ingest(
                                    driver.signal, sample, at: SignalTime(nanoseconds: time))
                                // What comes from the future is dropped at the evaluation, with all before it.
                                if outcome == .taken { newest = time <= now && !sample.isNaN ? sample : nil }
                            }
                        }
                        let events = driver.engine.evaluate(at: SignalTime(nanoseconds: now))
                        for event in events where event.kind == .resolved {
                            guard damage != 0, damage != 3, let newest else { return false }
                            let end = event.alert.rule == "r.band" ? 0.6 : 0.8
                            if newest > end { return false }
                        }
                    }
                    // Without any evidence everything that fired still does.
                    if damage == 0 || damage == 3, !firing.isSubset(of: driver.engine.liveAlerts.map(\.rule)) {
                        return false
                    }
                }
            }
            return true
        }
        #expect(tried > 300)
    }

    @Test func `two engines that each have half of the signals say what one with all of them says`() throws {
        let rules = try RuleSet(name: "test", version: "1", rules: EvidenceTests.rules())
        forRandom(8) { random in
            let streams = (0..<6).map { _ in stream(&random, 40) }
            func run(_ shard: [Int]) throws -> Set<AlertEvent> {
                var engine = AlertEngine(
                    rules, settings: EngineSettings(sampleIntervalNanoseconds: 60 * EngineDriver.second))
                let signals = try shard.map {
                    try engine.signal(SignalIdentity("x", [SignalLabel("node", "n\($0)")]), unit: .ratio, kind: .gauge)
                }
                var events: Set<AlertEvent> = []
                for step in 0..<40 {
                    let now = SignalTime(seconds: Int64(step) * 60)
                    for (signal, number) in zip(signals, shard) {
                        engine.ingest(signal, streams[number][step], at: now)
                    }
                    events.formUnion(engine.evaluate(at: now))
                }
                return events
            }
            let whole = try run(Array(0..<6))
            return try !whole.isEmpty && whole == run([0, 2, 4]).union(run([1, 3, 5]))
        }
    }
}
