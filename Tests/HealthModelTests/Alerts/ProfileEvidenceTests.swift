import ClusterCore
import HealthModel
import TestSupport
import Testing

/// Losing data never makes anything better, by the very rules that come along, at any interval of sampling.
struct ProfileEvidenceTests {
    private static let second = EngineDriver.second

    /// One rule with a signal that it judges.
    private struct Judged: CustomStringConvertible {
        let rules: RuleSet
        let identity: SignalIdentity
        let unit: SignalUnit
        let isCounter: Bool
        let interval: Int64

        var rule: HealthRule { rules.rules[0] }
        var description: String { "\(rules.name) \(rule.id) every \(interval / second) s" }

        func engine() throws -> (AlertEngine, SignalIndex) {
            var engine = AlertEngine(
                rules,
                settings: EngineSettings(sampleIntervalNanoseconds: interval, expectedIntervalNanoseconds: interval))
            let signal = try engine.signal(identity, unit: unit, kind: isCounter ? .counter : .gauge)
            return (engine, signal)
        }

        /// Values on both sides of the thresholds; of a counter with a reset now and then.
        func stream(_ random: inout SeededRandom, _ count: Int) -> [Double] {
            let threshold = rule.condition.fireAt.value
            let window = rule.condition.aggregation.window.map { Double($0.components.seconds) } ?? 1
            let each = threshold * Double(interval / second) / window
            var (value, level) = (0.0, threshold)
            return (0..<count).map { _ in
                guard isCounter else {
                    if random.next() % 5 == 0 {
                        level = threshold * Double.random(in: 0.5...1.4, using: &random)
                    }
                    return level * Double.random(in: 0.95...1.05, using: &random)
                }
                value = random.next() % 20 == 0 ? 0 : value + Double.random(in: 0...2.2, using: &random) * each
                return value
            }
        }
    }

    /// Every rule of every profile, at several intervals that its window holds a few times.
    private static func judged() throws -> [Judged] {
        var result: [Judged] = []
        for profile in HealthProfile.builtIn {
            for rule in try RuleSet(profile.resolved(in: HealthProfile.builtIn)).rules {
                let form = try #require(HealthRuleForm.all.first { rule.id.isOrIsBelow($0.rule) && matches($0, rule) })
                let window = rule.condition.aggregation.window?.components.seconds
                let intervals: [Int64] = window.map { [$0 / 4, $0 / 5, $0 / 12, $0 * 2 / 3] } ?? [1, 60, 240]
                for interval in intervals {
                    result.append(
                        Judged(
                            rules: try RuleSet(name: profile.name, version: "1", rules: [rule]),
                            identity: try SignalIdentity(
                                rule.selector.name,
                                [SignalLabel("node", "n1")]
                                    + rule.selector.matchers.map { SignalLabel($0.label, $0.values[0]) }),
                            unit: form.unit,
                            isCounter: [.rate, .increase].contains(rule.condition.aggregation.kind),
                            interval: interval * second))
                }
            }
        }
        return result
    }

    private static func matches(_ form: HealthRuleForm, _ rule: HealthRule) -> Bool {
        form.signal == rule.selector.name.text
    }

    @Test func `removing any samples never improves what a rule of a profile says`() throws {
        var healthy: [String: Int] = [:]
        for judged in try Self.judged() {
            forRandom(4, seed: 11) { random in
                var (whole, signal) = try judged.engine()
                var (thinned, same) = try judged.engine()
                let rule = judged.rule
                let loss = [2, 3, 9, 30][Int(random.next() % 4)] as UInt64
                for (step, value) in judged.stream(&random, 80).enumerated() {
                    // A recorder is late now and then, and judges as soon as it has read.
                    let late = Int64.random(in: 0...judged.interval / 5, using: &random)
                    let now = SignalTime(nanoseconds: Int64(step) * judged.interval + late)
                    whole.ingest(signal, value, at: now)
                    let isLost = random.next() % loss == 0
                    if !isLost {
                        thinned.ingest(same, value, at: now)
                    } else if random.next() % 3 == 0 {
                        thinned.ingest(same, .nan, at: now)
                    }
                    _ = (whole.evaluate(at: now), thinned.evaluate(at: now))
                    guard thinned.verdict(of: rule.id, on: same) == .healthy else { continue }
                    healthy["\(judged.rules.name) \(rule.id)", default: 0] += 1
                    guard whole.verdict(of: rule.id, on: signal) == .healthy else { return false }
                }
                return true
            }
        }
        // It would be so, too, for an engine that never says that anything is healthy.
        for profile in HealthProfile.builtIn {
            for rule in try RuleSet(profile.resolved(in: HealthProfile.builtIn)).rules where rule.id != "health.node_up"
            {
                #expect(healthy["\(profile.name) \(rule.id)", default: 0] > 10, "\(profile.name) \(rule.id)")
            }
        }
    }

    @Test func `the architecture's figures wait five minutes: as an average, or at the newest sample`() throws {
        var kinds: [Aggregation.Kind: Int] = [:]
        for rule in try RuleSet(HealthProfile.architecture.resolved(in: [])).rules where !rule.isAvailability {
            kinds[rule.condition.aggregation.kind, default: 0] += 1
            let isAverage = rule.condition.aggregation.kind == .average
            #expect(isAverage || rule.condition.aggregation.kind == .last, "\(rule.id)")
            #expect(rule.condition.aggregation.window == (isAverage ? .seconds(300) : nil), "\(rule.id)")
            #expect(rule.pendingFor == (isAverage ? .zero : .seconds(300)), "\(rule.id)")
        }
        #expect(kinds.count == 2)
    }

    /// Memory at 95 % for four minutes and 30 % after: the mean of five is 82 %.
    private func memory(without lost: Set<Int>) throws -> FaultTimeline {
        var writer = try RecordingWriter(
            Recording.Header(source: "h", begin: SignalTime(seconds: 0), intervalNanoseconds: 60 * Self.second))
        var bytes = writer.beginning
        for minute in -6..<5 {
            let value = minute < 0 ? 0.3 : minute < 4 ? 0.95 : 0.3
            let time = SignalTime(seconds: Int64(minute) * 60)
            if !lost.contains(minute) {
                bytes += try writer.samples([
                    Measurement(
                        SignalIdentity("node_memory_usage_ratio", [SignalLabel("node", "n1")]), .decimal(value),
                        unit: .ratio, kind: .gauge, source: "test", time: ReadingTime(time))
                ])
            }
            bytes += writer.moment(time)
        }
        let rule = try #require(
            RuleSet(HealthProfile.architecture.resolved(in: [])).rule("health.memory_usage"))
        return try Recording(bytes + writer.end()).replay(RuleSet(name: "own", version: "1", rules: [rule]))
    }

    @Test func `a recording from which the bad samples were taken is not quiet and known`() throws {
        #expect(try memory(without: []).firings["health.memory_usage"]?.count == 1)
        let removed = try memory(without: [0, 1, 2, 3])
        #expect(removed.firings.isEmpty)
        #expect(removed.unknownEvaluations >= 4)
        #expect(removed.lastVerdicts == [.undecided: 1])
    }

    @Test func `a window that is not yet full says nothing, and a rise that is seen in part fires`() throws {
        let bad = try rule("r.mean", .greater, 0.8, Aggregation(.average, over: .seconds(300)))
        let rise = try rule(
            "r.rise", .atLeast, 10, unit: .count, Aggregation(.increase, over: .seconds(900)), signal: "y")
        var engine = AlertEngine(
            try RuleSet(name: "t", version: "1", rules: [bad, rise]),
            settings: EngineSettings(
                sampleIntervalNanoseconds: 60 * Self.second, expectedIntervalNanoseconds: 60 * Self.second))
        let mean = try engine.signal(SignalIdentity("x"), unit: .ratio, kind: .gauge)
        let counter = try engine.signal(SignalIdentity("y"), unit: .count, kind: .counter)
        var said: [[SignalVerdict?]] = []
        for minute in 0..<7 {
            let now = SignalTime(seconds: Int64(minute) * 60)
            engine.ingest(mean, 0.9, at: now)
            engine.ingest(counter, Double(minute) * 3, at: now)
            _ = engine.evaluate(at: now)
            said.append([engine.verdict(of: "r.mean", on: mean), engine.verdict(of: "r.rise", on: counter)])
        }
        // Five minutes are behind the first sample at minute 5. The counter rose by 12 at minute 4.
        #expect(said.map { $0[0] } == [.undecided, .undecided, .undecided, .undecided, .undecided, .firing, .firing])
        #expect(said.map { $0[1] } == [.stale, .undecided, .undecided, .undecided, .firing, .firing, .firing])
    }

    @Test func `a source that falls silent for a moment is no fault by no_data fire, one that is silent for long is`()
        throws
    {
        var driver = try EngineDriver(
            [rule("test.rule", .greater, 0.8, freshness: 150, noData: .fire)],
            settings: EngineSettings(
                sampleIntervalNanoseconds: 60 * Self.second, expectedIntervalNanoseconds: 60 * Self.second))
        #expect(driver.run([0.1, nil, 0.1, nil, nil, nil]) == ["", "", "", "", "", "pending+firing"])
    }
}

/// Counters over a week.
struct LongWindowTests {
    private static let second = EngineDriver.second

    /// A drive that is read each ten seconds for nine days, judged each six hours by the workbook's rules.
    private func week(badBlocks: (Int) -> Double) throws -> [SignalVerdict?] {
        let profile = try HealthProfile.healthServiceWorkbook.resolved(in: HealthProfile.builtIn)
        let rules = try RuleSet(profile).rules.filter { $0.selector.name.text == "drive_bad_blocks_total" }
        let set = try RuleSet(name: "t", version: "1", rules: rules)
        let settings = EngineSettings(
            sampleIntervalNanoseconds: 10 * Self.second, expectedIntervalNanoseconds: 10 * Self.second)
        // 60,480 samples are in a week, and 50,000 are kept.
        #expect(AlertEngine.unheldRules(of: set, settings).isEmpty)
        var engine = AlertEngine(set, settings: settings)
        let signal = try engine.signal(SignalIdentity("drive_bad_blocks_total"), unit: .count, kind: .counter)
        var said: [SignalVerdict?] = []
        for step in 0...(9 * 8640) {
            let now = SignalTime(seconds: Int64(step) * 10)
            engine.ingest(signal, badBlocks(step), at: now)
            guard step % 2160 == 0 else { continue }
            _ = engine.evaluate(at: now)
            said.append(engine.verdict(of: "health.drive_bad_blocks.warning", on: signal))
        }
        return said
    }

    @Test func `a week of a counter has room, however often it is read`() throws {
        // One block every 1000 minutes: ten in a week.
        let slow = try week { Double($0 / 6000) }
        #expect(slow[1..<28].allSatisfy { $0 == .undecided })
        #expect(slow[28...].allSatisfy { $0 == .firing })
        let still = try week { _ in 3 }
        #expect(still[1..<28].allSatisfy { $0 == .undecided })
        #expect(still[28...].allSatisfy { $0 == .healthy })
    }

    @Test func `a drive whose counter begins anew counts what it counted before`() throws {
        // 6 blocks, a reset, and 6 more, within a day: neither run alone has ten.
        let reset = try week { step in step < 1000 ? 0 : step < 5000 ? 6 : step < 5003 ? 0 : 6 }
        #expect(reset[4] == .firing)
        #expect(reset.last == .healthy)
    }

    @Test func `a window of values that holds more samples than are kept is named`() throws {
        let settings = EngineSettings(sampleIntervalNanoseconds: Self.second)
        let day = Duration.seconds(86_400)
        let set = try RuleSet(
            name: "t", version: "1",
            rules: [
                rule("r.day", .greater, 0.8, until: 0.7, Aggregation(.average, over: day)),
                rule("r.hour", .greater, 0.8, until: 0.7, Aggregation(.average, over: .seconds(3600))),
            ])
        #expect(AlertEngine.unheldRules(of: set, settings) == ["r.day"])
        #expect(RuleLint.findings(in: set, settings: settings).map(\.rule) == ["lint.window_not_held"])
    }

    /// With and without thinning the rise is the same, but for what lies at the edge of the window.
    @Test func `a thinned counter rises as the whole one does`() throws {
        forRandom(40) { random in
            let window = Int64(3600)
            let limit = 5.0
            let set = try RuleSet(
                name: "t", version: "1",
                rules: [
                    rule("r.a", .atLeast, limit, unit: .count, Aggregation(.increase, over: .seconds(window)))
                ])
            var (whole, thin) = (
                AlertEngine(set, settings: EngineSettings(sampleIntervalNanoseconds: Self.second)),
                AlertEngine(set, settings: EngineSettings(sampleIntervalNanoseconds: Self.second, historyLimit: 243))
            )
            let identity = try SignalIdentity("x")
            let signals = try (
                whole.signal(identity, unit: .count, kind: .counter),
                thin.signal(identity, unit: .count, kind: .counter)
            )
            // One event of six now and then, and resets: at the edges of the window nothing happens.
            var value = 0.0
            for second in 0..<12_000 {
                let phase = second % 1200
                if phase == 400, random.next() % 3 == 0 { value += 6 }
                if phase == 800, random.next() % 3 == 0 { value = 0 }
                let now = SignalTime(seconds: Int64(second))
                whole.ingest(signals.0, value, at: now)
                thin.ingest(signals.1, value, at: now)
                guard second >= window, phase == 100 || phase == 600 || phase == 1000 else { continue }
                _ = (whole.evaluate(at: now), thin.evaluate(at: now))
                let verdict = whole.verdict(of: "r.a", on: signals.0)
                guard verdict == .firing || verdict == .healthy, verdict == thin.verdict(of: "r.a", on: signals.1)
                else {
                    return false
                }
            }
            return true
        }
    }
}
