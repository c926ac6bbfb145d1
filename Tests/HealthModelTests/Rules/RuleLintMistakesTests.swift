import ClusterCore
import HealthModel
import TestSupport
import Testing

/// Mistakes that people make with units, samples, levels and profiles.
struct RuleLintMistakesTests {
    private func findings(_ rules: [HealthRule], _ settings: EngineSettings? = nil) throws -> [Finding] {
        RuleLint.findings(in: try RuleSet(name: "t", version: "1", rules: rules), settings: settings)
    }

    private func critical(_ rules: [HealthRule]) throws -> Set<RuleID> {
        Set(try findings(rules).filter { $0.severity == .critical }.map(\.rule))
    }

    private func warned(_ rules: [HealthRule]) throws -> Set<RuleID> {
        Set(try findings(rules).filter { $0.severity == .warning }.map(\.rule))
    }

    @Test func `a percentage where a share is meant is told in both directions`() throws {
        #expect(
            try critical([rule("a.a", .less, 10, signal: "x_available_ratio")]) == ["lint.percent_as_ratio"])
        #expect(try warned([rule("a.a", .less, 10, signal: "x_available_ratio")]) == ["lint.never_resolves"])
        #expect(try critical([rule("a.a", .less, 10, signal: "x_ratio")]) == ["lint.percent_as_ratio"])
        #expect(try critical([rule("a.a", .less, 0.1, signal: "x_available_ratio")]).isEmpty)
    }

    @Test func `a threshold without a unit for a share can never be judged`() throws {
        let found = try findings([rule("a.a", .greater, 80, unit: .count, signal: "node_cpu_usage_ratio")])
        #expect(found.first?.rule == "lint.unit_mismatch")
        #expect(found.first?.severity == .critical)
        // The engine says the same.
        var driver = AlertEngine(
            try RuleSet(
                name: "t", version: "1",
                rules: [rule("a.a", .greater, 80, unit: .count, signal: "node_cpu_usage_ratio")]))
        _ = try driver.signal(SignalIdentity("node_cpu_usage_ratio"), unit: .ratio, kind: .gauge)
        #expect(driver.misfits.keys.sorted() == ["a.a"])
    }

    @Test func `seconds where milliseconds are meant are told from more than three`() throws {
        func told(_ seconds: Double) throws -> Bool {
            try warned([rule("a.a", .greater, seconds, unit: .seconds, signal: "drive_latency_seconds")])
                .contains("lint.seconds_as_milliseconds")
        }
        #expect(try told(5) && told(4))
        #expect(try !told(3) && !told(0.02))
    }

    @Test func `the rate of what does not count is told`() throws {
        let rate = try Aggregation(.rate, over: .seconds(300))
        #expect(
            try critical([rule("a.a", .greater, 1, unit: .unknown, rate, signal: "x_celsius")])
                == ["lint.unit_mismatch"])
        #expect(try critical([rule("a.a", .greater, 0.5, unit: .ratio, rate, signal: "x_seconds_total")]).isEmpty)
    }

    @Test func `more samples than a window can hold, and a freshness that no sample meets, are told`() throws {
        let many = try Aggregation(.average, over: .seconds(60), minimumSamples: 50_000)
        #expect(try critical([rule("a.a", .greater, 0.8, until: 0.7, many)]) == ["lint.too_many_samples"])
        let some = try rule(
            "a.a", .greater, 0.8, until: 0.7, Aggregation(.average, over: .seconds(60), minimumSamples: 6))
        #expect(try findings([some]).isEmpty)
        // Five samples of 15 s are in a minute whose ends both count.
        #expect(try findings([some], EngineSettings()).map(\.rule) == ["lint.too_many_samples"])
        let hasty = try HealthRule(
            "a.a", SeriesSelector(SignalName("x")),
            RuleCondition(.greater, HealthThreshold(0.8, .ratio), resolveAt: HealthThreshold(0.7, .ratio)),
            freshness: .milliseconds(1), severity: .warning, summary: "s", remedy: "r")
        #expect(try findings([hasty]).map(\.rule) == ["lint.short_freshness"])
    }

    @Test func `a condition that every share fulfils is told`() throws {
        #expect(try warned([rule("a.a", .atMost, 1, signal: "x_usage_ratio")]) == ["lint.never_resolves"])
        #expect(try warned([rule("a.a", .greater, 1.2, signal: "x_usage_ratio")]) == ["lint.never_fires"])
        #expect(try warned([rule("a.a", .atLeast, 1, signal: "x_usage_ratio")]).isEmpty)
        // Endurance may be used beyond what was promised.
        #expect(try warned([rule("a.a", .greater, 1, signal: "drive_endurance_used_ratio")]).isEmpty)
    }

    @Test func `levels out of order are told on fewer signals and over other windows too`() throws {
        func latency(
            _ id: RuleID, _ limit: Double, _ severity: Severity, _ media: String? = nil, window: Int64 = 300
        ) throws -> HealthRule {
            try HealthRule(
                id,
                SeriesSelector(
                    SignalName("drive_latency_seconds"), media.map { [try .oneOf("media", [$0])] } ?? []),
                RuleCondition(
                    Aggregation(.average, over: .seconds(window)), .greater, HealthThreshold(limit, .seconds)),
                keepFiringFor: .seconds(60), severity: severity, summary: "s", remedy: "r")
        }
        let warning = try latency("a.w", 0.005, .warning)
        #expect(
            try warned([warning, latency("a.c", 0.001, .critical, "ssd")]) == ["lint.levels_out_of_order"])
        #expect(
            try warned([latency("a.w", 0.005, .warning, "ssd"), latency("a.c", 0.001, .critical)])
                == ["lint.levels_out_of_order"])
        #expect(
            try warned([warning, latency("a.c", 0.001, .critical, window: 900)]) == ["lint.levels_out_of_order"])
        #expect(try findings([warning, latency("a.c", 0.009, .critical, "ssd", window: 900)]).isEmpty)
        #expect(
            try findings([latency("a.w", 0.005, .warning, "hdd"), latency("a.c", 0.001, .critical, "ssd")]).isEmpty)
    }

    /// Of 10,000 rules on one selector, each pair of levels contradicts itself: 5,000 × 5,000 pairs.
    @Test(.timeLimit(.minutes(1)))
    func `ten thousand rules on one signal are looked at once each, and what is too much is counted`() throws {
        let rules = try (0..<RuleSet.Limit.rules).map { number in
            try rule(
                RuleID(rawValue: "a.n\(number)") ?? "a.a", .greater, 0.1 + Double(number) / 20_000,
                severity: number < 5000 ? .critical : .warning)
        }
        let found = try findings(rules)
        #expect(found.count == RuleLint.findingLimit + 1)
        let outOfOrder = found.filter { $0.rule == "lint.levels_out_of_order" }
        #expect(outOfOrder.count == RuleLint.findingLimit)
        #expect(Set(outOfOrder.map(\.subject)).count == RuleLint.findingLimit)
        // Every critical rule is out of order, and no rule has hysteresis.
        let rest = try #require(found.last)
        #expect(rest.rule == "lint.more_findings")
        #expect(rest.measured?.description == "14000 more, 4000 of them critical")
    }

    // MARK: Export

    @Test func `what the export would leave out is critical to the linter, and the same`() throws {
        let names = ["x", "y", "z", "a:b", "x ratio", "9x", "häufig"]
        let whole: [Duration] = [.zero, .seconds(60), .milliseconds(5), .seconds(300), .seconds(1)]
        let durations = whole + whole + [.nanoseconds(1), .microseconds(1500)]
        var (refused, passed) = (0, 0)
        forRandom(600) { random in
            func pick<Element>(_ list: [Element]) -> Element { list[Int(random.next() % UInt64(list.count))] }
            let label = pick(["node", "team", "a b"])
            let windowed = random.next() % 2 == 0
            let rule = try HealthRule(
                "own.rule",
                SeriesSelector(
                    SignalName(pick(names)), random.next() % 2 == 0 ? [] : [try .oneOf(label, ["1"])]),
                RuleCondition(
                    windowed ? Aggregation(.average, over: max(pick(durations), .microseconds(1))) : .last, .greater,
                    HealthThreshold(0.8, .ratio),
                    resolveAt: random.next() % 2 == 0 ? nil : HealthThreshold(0.7, .ratio)),
                pendingFor: pick(durations), keepFiringFor: pick(durations),
                freshness: max(pick(durations), .milliseconds(1)), noData: pick(NoDataBehaviour.allCases),
                severity: .warning, labels: random.next() % 2 == 0 ? [] : [SignalLabel("team", "x")], summary: "s",
                remedy: "r")
            let set = try RuleSet(name: "t", version: "1", rules: [rule])
            let interval = pick([Duration.seconds(30), .seconds(60), .seconds(300)])
            let export = PrometheusRules(set, interval: interval)
            let left = Set(export.findings.filter { $0.severity == .critical }.map(\.rule))
            let found = Set(
                RuleLint.findings(in: set, interval: interval).filter { $0.severity == .critical }.map(\.rule))
            if left.isEmpty { passed += 1 } else { refused += 1 }
            return left.isSubset(of: found) && (export.count == 0) == !left.isEmpty
                && found.filter { $0.rawValue.hasPrefix("health.export") } == left
        }
        #expect(refused > 50 && passed > 50)
    }

    // MARK: Profiles

    private func rules(_ rule: RuleID, _ parameters: [String: ParameterValue]) throws -> [HealthRule] {
        let profile = RuleProfile(
            name: "own", version: "1", summary: "s", extends: "healthService",
            rules: [rule: RuleSettings(parameters: parameters)])
        try profile.check(against: RuleVocabulary(of: HealthProfile.builtIn + [HealthRuleForm.vocabulary]))
        return try RuleSet(profile.resolved(in: HealthProfile.builtIn)).rules.filter { $0.id.isOrIsBelow(rule) }
    }

    @Test func `a profile may say all that the table of parameters promises`() throws {
        let made = try #require(
            try rules(
                "health.vm_memory",
                [
                    "resolve_at": .text("90%"), "for": .text("2m"), "keep_firing_for": .text("3m"),
                    "no_data": .text("fire"), "freshness": .text("1m"), "aggregation": .text("average"),
                    "window": .text("10m"), "minimum_samples": .count(3),
                ]
            ).first)
        #expect(made.condition.resolveAt?.value == 0.9)
        #expect(made.pendingFor == .seconds(120) && made.keepFiringFor == .seconds(180))
        #expect(made.noData == .fire && made.freshness == .seconds(60))
        #expect(made.condition.aggregation == (try Aggregation(.average, over: .seconds(600), minimumSamples: 3)))
        #expect(throws: ProfileError.self) { try rules("health.vm_memory", ["resolve": .text("90%")]) }
        let levels = try rules("health.vhd_full", ["critical_resolve_at": .text("90%")])
        #expect(levels.map(\.condition.resolveAt?.value) == [nil, 0.9])
    }

    @Test func `one threshold beside inherited levels is refused, and no level vanishes`() {
        #expect {
            try rules("health.capacity_usage", ["fire_at": .text("70%")])
        } throws: { error in
            (error as? RuleError)?.kind == .contradiction && "\(error)".contains("warning_at")
        }
    }

    @Test func `a number with a fraction in a document is a share, as the advice says`() throws {
        let json = """
            {"schema": "health.rules/1", "name": "t", "version": "1", "rules": [{"id": "a.a", "selector": {"name": "x"},
             "condition": {"comparator": ">", "fire_at": 0.8}, "severity": "warning", "summary": "s"}]}
            """
        let set = try RuleSet(json: Array(json.utf8))
        #expect(set.rules[0].condition.fireAt == (try HealthThreshold(0.8, .ratio)))
    }

    // MARK: What lasts

    /// Facts 1.2: "text 80 % for 15+ min", "CPU consistently > 90 %" at checks of five minutes.
    @Test func `no alert of the Health Service about processors fires before the time that its source names`() throws {
        let known = HealthProfile.builtIn
        for (profile, waits) in [
            (HealthProfile.healthService, ["health.cpu_overloaded": 300, "health.cpu_usage": 900]),
            (HealthProfile.healthServiceWorkbook, ["health.cpu_overloaded": 300, "health.cpu_usage": 300]),
        ] {
            let rules = try RuleSet(profile.resolved(in: known)).rules.filter { $0.id.rawValue.contains("cpu") }
            let set = try RuleSet(name: "t", version: "1", rules: rules)
            var engine = AlertEngine(
                set, settings: EngineSettings(sampleIntervalNanoseconds: 5 * EngineDriver.second))
            let signal = try engine.signal(SignalIdentity("node_cpu_usage_ratio"), unit: .ratio, kind: .gauge)
            var fired: [String: Int] = [:]
            for second in stride(from: 0, through: 1200, by: 5) {
                engine.ingest(signal, 0.97, at: SignalTime(seconds: Int64(second)))
                for event in engine.evaluate(at: SignalTime(seconds: Int64(second))) where event.kind == .firing {
                    fired[event.alert.rule.rawValue] = second
                }
            }
            #expect(fired == waits)
        }
    }
}
