import ClusterCore
import HealthModel
import TestSupport
import Testing

/// An evaluation passes over signals that it would leave as they are; beside it, one that judges all in full.
struct QuietBoundsTests {
    private static let kinds: [Aggregation.Kind] = [.last, .average, .minimum, .maximum, .rate, .increase, .allSamples]
    private static let comparators: [Comparator] = [.greater, .atLeast, .less, .atMost, .equal, .different]

    /// Rules of one signal's name, of every shape.
    private func rules(_ random: inout SeededRandom) throws -> [HealthRule] {
        try (0..<Int.random(in: 1...8, using: &random)).map { number in
            let kind = QuietBoundsTests.kinds.randomElement(using: &random) ?? .last
            var comparator = QuietBoundsTests.comparators.randomElement(using: &random) ?? .greater
            if kind == .allSamples, comparator.direction == .none { comparator = .greater }
            let threshold = Double(Int.random(in: 0...10, using: &random))
            var until: Double?
            if comparator.direction != .none, random.next() % 2 == 0 {
                until = threshold + (comparator.direction == .up ? -2 : 2)
            }
            let least = Int.random(in: 2...4, using: &random)
            let window: Int64 = [60, 120, 300, 900].randomElement(using: &random) ?? 60
            let aggregation =
                kind == .last
                ? .last
                : try Aggregation(
                    kind, over: .seconds(window), minimumSamples: random.next() % 2 == 0 ? nil : least)
            return try rule(
                RuleID(rawValue: "r.n\(number)") ?? "r.n", comparator, threshold, until: until,
                unit: kind == .rate ? .countPerSecond : .count, aggregation,
                for: [0, 60].randomElement(using: &random) ?? 0, keep: [0, 60].randomElement(using: &random) ?? 0,
                freshness: [20, 60, 300].randomElement(using: &random) ?? 300,
                noData: NoDataBehaviour.allCases.randomElement(using: &random) ?? .hold,
                flapping: random.next() % 4 == 0 ? .nagios : nil)
        }
    }

    @Test func `passing over quiet signals changes no event and no verdict, whatever comes in`() throws {
        var (events, passed) = (0, 0)
        forRandom(150) { random in
            let set = try RuleSet(name: "test", version: "1", rules: rules(&random))
            let settings = EngineSettings(
                sampleIntervalNanoseconds: 15 * EngineDriver.second,
                historyLimit: [4, 50_000].randomElement(using: &random) ?? 4,
                windowsIncludeStart: random.next() % 2 == 0)
            var (fast, full) = (AlertEngine(set, settings: settings), AlertEngine(set, settings: settings))
            full.judgesAllInFull = true
            let signals = try (0..<6).map { number in
                let identity = try SignalIdentity("x", [SignalLabel("node", "n\(number)")])
                _ = try full.signal(identity, unit: .count, kind: .gauge, source: "test")
                return try fast.signal(identity, unit: .count, kind: .gauge, source: "test")
            }
            // Some streams lie on one side of most thresholds for long, so that there is something to pass over.
            let spread: Double = [1.0, 4.0, 12.0].randomElement(using: &random) ?? 1
            var time: Int64 = 1_000 * EngineDriver.second
            for _ in 0..<60 {
                for signal in signals {
                    for _ in 0..<Int.random(in: 0...2, using: &random) {
                        let value = sample(&random, spread)
                        // Late, repeated, on time, within the tolerance of the future and beyond it.
                        let offset = [-30, 0, 0, 0, 0, 0, 1, 40].randomElement(using: &random) ?? 0
                        let at = SignalTime(nanoseconds: time + Int64(offset) * EngineDriver.second)
                        guard fast.ingest(signal, value, at: at) == full.ingest(signal, value, at: at) else {
                            return false
                        }
                    }
                }
                passed += signals.count - fast.unsettledSignals(at: SignalTime(nanoseconds: time))
                let found = fast.evaluate(at: SignalTime(nanoseconds: time))
                guard found == full.evaluate(at: SignalTime(nanoseconds: time)), fast.counts == full.counts else {
                    return false
                }
                events += found.count
                for rule in set.rules {
                    for signal in signals
                    where fast.verdict(of: rule.id, on: signal) != full.verdict(of: rule.id, on: signal) {
                        return false
                    }
                }
                // The clock of evaluations goes back now and then.
                time += random.next() % 30 == 0 ? -20 * EngineDriver.second : 15 * EngineDriver.second
            }
            return true
        }
        // It would be the same, too, were nothing ever passed over, or did nothing ever happen.
        #expect(passed > 500)
        #expect(events > 1000)
    }

    private func sample(_ random: inout SeededRandom, _ spread: Double) -> Double {
        switch random.next() % 60 {
        case 0: .nan
        case 1: StaleMarker.value
        case 2: .infinity
        case 3: -.infinity
        case 4: -0.0
        case 5: 1e300
        default: (Double.random(in: 0...spread, using: &random) * 4).rounded() / 4
        }
    }

    @Test func `a signal on the good side of all its rules is passed over, one that was never seen is not`() throws {
        let window = Duration.seconds(300)
        var driver = try EngineDriver(
            [
                rule("r.last", .greater, 10, unit: .count),
                rule("r.mean", .greater, 10, until: 8, unit: .count, Aggregation(.average, over: window)),
                rule("r.state", .equal, 7, unit: .count),
                rule("r.low", .less, 1, unit: .count, Aggregation(.minimum, over: window)),
                rule("r.rate", .greater, 10, unit: .countPerSecond, Aggregation(.rate, over: window)),
            ], unit: .count)
        #expect(driver.engine.unsettledSignals(at: SignalTime(seconds: 0)) == 1)
        _ = driver.run(Array(repeating: 5, count: 10))
        let now = SignalTime(nanoseconds: driver.time)
        #expect(driver.engine.unsettledSignals(at: now) == 0)
        driver.engine.ingest(driver.signal, 7, at: now)
        #expect(driver.engine.unsettledSignals(at: now) == 1)
    }
}
