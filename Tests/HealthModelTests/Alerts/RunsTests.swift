import ClusterCore
import HealthModel
import TestSupport
import Testing

/// A watch that is kept between runs, each of which reads twice: what is lost of a run never makes anything look better.
struct RunsTests {
    private static let over = Duration.seconds(1)
    private static let minute = Duration.seconds(60)

    /// What a run reads of the one signal: at its beginning, and a second later.
    private struct Run {
        var first: Double?
        var second: Double?
    }

    private static func measurements(_ value: Double?, at time: SignalTime) throws -> [Measurement] {
        try value.map { value in
            [
                Measurement(
                    try SignalIdentity("x", [SignalLabel("node", "n1")]), .decimal(value), unit: .ratio, kind: .gauge,
                    source: "test", time: ReadingTime(time))
            ]
        } ?? []
    }

    /// One run at a minute, with a state that went through a file in between.
    private static func run(
        _ watch: inout HealthWatch, _ run: Run, minute: Int, sooner: Int64 = 0, every: Duration?
    ) throws {
        watch = try HealthWatch(watch.engine.rules, restoring: watch.snapshot())
        let begin = SignalTime(seconds: Int64(minute) * 60 - sooner)
        let second = begin.advanced(byNanoseconds: over.nanosecondsClamped)
        let outcome = watch.run(
            (begin, try measurements(run.first, at: begin)), (second, try measurements(run.second, at: second)),
            every: every)
        #expect(outcome.problems.isEmpty)
    }

    private static func verdict(_ watch: HealthWatch, _ rule: RuleID) -> SignalVerdict? {
        let signal = (0..<watch.engine.catalogue.count).map { SignalIndex(position: $0) }.first
        return signal.flatMap { watch.engine.verdict(of: rule, on: $0) }
    }

    private static func rules() throws -> RuleSet {
        // Without a freshness that would see a lost sample by itself, and windows that ask for nothing.
        let window = Duration.seconds(300)
        return try RuleSet(
            name: "t", version: "1",
            rules: [
                rule("r.last", .greater, 0.8), rule("r.band", .greater, 0.8, until: 0.6),
                rule("r.below", .less, 0.2, until: 0.4), rule("r.wait", .atLeast, 0.8, for: 120),
                rule("r.keep", .atLeast, 0.8, until: 0.7, keep: 180), rule("r.gone", .greater, 0.8, noData: .fire),
                rule("r.mean", .greater, 0.6, until: 0.5, Aggregation(.average, over: window)),
                rule("r.max", .greater, 0.9, Aggregation(.maximum, over: window)),
                rule("r.min", .less, 0.1, Aggregation(.minimum, over: window)),
                rule("r.all", .greater, 0.5, Aggregation(.allSamples, over: window)),
            ])
    }

    @Test(arguments: [RunsTests.minute, nil] as [Duration?])
    func `removing any samples and any runs never improves the verdict of a later run`(every: Duration?) throws {
        let rules = try Self.rules()
        var healthy: [RuleID: Int] = [:]
        forRandom(40) { random in
            var level = Double.random(in: 0...1, using: &random)
            func value() -> Double {
                if random.next() % 4 == 0 { level = Double.random(in: 0...1, using: &random) }
                return min(1, max(0, level + Double.random(in: -0.1...0.1, using: &random)))
            }
            let loss = random.next() % 12 + 3
            let settings = EngineSettings.runs(over: Self.over, every: every)
            var one = HealthWatch(rules, DispatchSettings(routes: []), settings: settings)
            var other = one
            // Somebody looks in between; then each run that the timer owes comes.
            let isBusy = random.next() % 2 == 0
            for minute in 0..<50 {
                let sooner = isBusy && minute % 2 == 1 ? Int64.random(in: 5...55, using: &random) : 0
                let whole = Run(first: value(), second: value())
                try Self.run(&one, whole, minute: minute, sooner: sooner, every: every)
                // How often a run comes must be known for one that did not come to be missed.
                if every != nil, !isBusy, random.next() % loss == 0 { continue }
                var part = whole
                if random.next() % loss == 0 { part.first = nil }
                if random.next() % loss == 0 { part.second = random.next() % 2 == 0 ? nil : .nan }
                try Self.run(&other, part, minute: minute, sooner: sooner, every: every)
                for rule in rules.rules.map(\.id) where Self.verdict(other, rule) == .healthy {
                    healthy[rule, default: 0] += 1
                    let isKept = one.engine.liveAlerts.contains { $0.rule == rule && $0.keepFiringSince != nil }
                    guard Self.verdict(one, rule) == .healthy || isKept else { return false }
                }
            }
            return true
        }
        // The property would hold for a watch that never says that anything is healthy.
        for rule in rules.rules where every != nil || rule.condition.aggregation == .last {
            #expect(healthy[rule.id, default: 0] > 40, "\(rule.id)")
        }
        // Of a window nothing is known to be well where nobody knows how often a run comes.
        if every == nil { #expect(healthy.keys.allSatisfy { rules.rule($0)?.condition.aggregation == .last }) }
    }

    @Test func `one run whose second reading lost a signal does not know it, whatever the first one had`() throws {
        for every in [Self.minute, nil] {
            var watch = HealthWatch(
                try RuleSet(name: "t", version: "1", rules: [rule("r.last", .greater, 0.8)]),
                DispatchSettings(routes: []), settings: .runs(over: Self.over, every: every))
            try Self.run(&watch, Run(first: 0.1, second: 0.1), minute: 0, every: every)
            #expect(Self.verdict(watch, "r.last") == .healthy)
            try Self.run(&watch, Run(first: 0.1, second: nil), minute: 1, every: every)
            #expect(Self.verdict(watch, "r.last") == .stale)
        }
    }

    @Test func `a part of a window is enough for a fault and never for its absence where the pace is not known`() throws
    {
        func verdict(_ value: Double, _ kind: Aggregation.Kind) throws -> SignalVerdict? {
            let rule = try rule("r.max", .greater, 0.9, Aggregation(kind, over: .seconds(300)))
            var watch = HealthWatch(
                try RuleSet(name: "t", version: "1", rules: [rule]), DispatchSettings(routes: []),
                settings: .runs(over: Self.over, every: nil))
            try Self.run(&watch, Run(first: value, second: value), minute: 0, every: nil)
            return Self.verdict(watch, "r.max")
        }
        #expect(try verdict(0.95, .maximum) == .firing)
        #expect(try verdict(0.1, .maximum) == .undecided)
        #expect(try verdict(0.1, .average) == .undecided)
    }

    @Test func `a state that was kept without a pace counts no window of it as whole`() throws {
        let rules = try RuleSet(
            name: "t", version: "1", rules: [rule("r.mean", .greater, 0.6, Aggregation(.average, over: .seconds(300)))])
        var watch = HealthWatch(rules, DispatchSettings(routes: []), settings: EngineSettings())
        for minute in [0, 3] { try Self.run(&watch, Run(first: 0.1, second: 0.1), minute: minute, every: nil) }
        #expect(Self.verdict(watch, "r.mean") == .healthy)
        try watch.adopt(.runs(over: Self.over, every: Self.minute))
        for minute in 4...12 {
            try Self.run(&watch, Run(first: 0.1, second: 0.1), minute: minute, every: Self.minute)
            // The window is whole when it begins at the last sample of before, 181 s, or behind it.
            #expect(Self.verdict(watch, "r.mean") == (minute < 8 ? .undecided : .healthy), "\(minute)")
        }
    }

    @Test func `another pace and other dependencies leave alerts as they are`() throws {
        let rules = try RuleSet(name: "t", version: "1", rules: [rule("r.last", .greater, 0.8)])
        var watch = HealthWatch(rules, DispatchSettings(routes: []), settings: .runs(over: Self.over, every: nil))
        try Self.run(&watch, Run(first: 0.9, second: 0.9), minute: 0, every: nil)
        let before = watch.engine.liveAlerts
        try watch.adopt(.runs(over: Self.over, every: Self.minute))
        watch.dispatcher.depend(on: try DependencyGraph(["node:n1": ["switch:s1"]]))
        #expect(watch.engine.liveAlerts == before && before.count == 1)
        #expect(watch.dispatcher.settings.dependencies.parents(of: "node:n1") == ["switch:s1"])
    }
}
