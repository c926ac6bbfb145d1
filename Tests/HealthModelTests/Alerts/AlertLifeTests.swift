import ClusterCore
import HealthModel
import Testing

/// The life of one alert; `rules/alerting.go` of Prometheus is the reference (facts, 3.1).
struct AlertLifeTests {
    @Test func `AL-86 a threshold without a wait fires at the first evaluation at which it is broken`() throws {
        var driver = try EngineDriver([rule(fireAt: 0.8)])
        #expect(driver.run([0.5, 0.9, 0.9, 0.5, 0.5]) == ["", "pending+firing", "", "resolved", ""])
        #expect(driver.verdict() == .healthy)
    }

    @Test func `an alert is pending until its condition has held for as long as the rule says`() throws {
        var driver = try EngineDriver([rule(fireAt: 0.8, for: 120)])
        // Active since the first, at 0 s: 120 s later it fires.
        #expect(driver.run([0.9, 0.9, 0.9, 0.9, 0.5]) == ["pending", "", "firing", "", "resolved"])
        #expect(driver.run([0.9, 0.5, 0.9, 0.9]) == ["pending", "cancelled", "pending", ""])
    }

    @Test func `a fired alert is kept for its time, and once more from the start when the condition holds again`()
        throws
    {
        var driver = try EngineDriver([rule(fireAt: 0.8, keep: 120)])
        #expect(driver.run([0.9, 0.5, 0.5, 0.5]) == ["pending+firing", "", "", "resolved"])
        #expect(driver.run([0.9, 0.5, 0.9, 0.5, 0.5, 0.5]) == ["pending+firing", "", "", "", "", "resolved"])
    }

    @Test func `an alert that is kept is not begun again by a value between the thresholds`() throws {
        var driver = try EngineDriver([rule(fireAt: 0.8, until: 0.6, keep: 120)])
        #expect(driver.run([0.9, 0.5, 0.7, 0.7]) == ["pending+firing", "", "", "resolved"])
        #expect(driver.run([0.9, 0.7, 0.7, 0.7]) == ["pending+firing", "", "", ""])
    }

    @Test func `a pending alert is not kept`() throws {
        var driver = try EngineDriver([rule(fireAt: 0.8, for: 600, keep: 600)])
        #expect(driver.run([0.9, 0.5]) == ["pending", "cancelled"])
    }

    // Netdata: warn above 85, until not above 75.
    @Test func `a value that swings between the two thresholds changes nothing`() throws {
        var driver = try EngineDriver([rule(fireAt: 0.85, until: 0.75)])
        _ = driver.run([0.5])
        let swing: [Double?] = (0..<40).map { $0.isMultiple(of: 2) ? 0.84 : 0.76 }
        #expect(driver.run(swing).joined() == "")
        #expect(driver.verdict() == .healthy)
        #expect(driver.run([0.86]) == ["pending+firing"])
        #expect(driver.run(swing).joined() == "")
        #expect(driver.verdict() == .firing)
        #expect(driver.run([0.75]) == ["resolved"])
    }

    @Test func `between the thresholds with an unknown past nothing is healthy`() throws {
        var driver = try EngineDriver([rule(fireAt: 0.85, until: 0.75, freshness: 59)])
        #expect(driver.verdict() == .neverSeen)
        #expect(driver.run([0.8]) == [""])
        #expect(driver.verdict() == .undecided)
        _ = driver.run([0.7])
        #expect(driver.verdict() == .healthy)
        _ = driver.run([0.8])
        #expect(driver.verdict() == .healthy)
        _ = driver.run([nil, 0.8])
        #expect(driver.verdict() == .undecided)
    }

    @Test func `a gap makes an alert stale and never resolves it`() throws {
        var driver = try EngineDriver([rule(fireAt: 0.8, freshness: 59)])
        #expect(driver.run([0.9, nil, nil, nil]) == ["pending+firing", "stale", "", ""])
        #expect(driver.engine.liveAlerts.first?.staleSince == SignalTime(seconds: 60))
        #expect(driver.run([0.9, nil, 0.5]) == ["known", "stale", "known+resolved"])
    }

    @Test func `a gap does not begin the wait anew`() throws {
        // cloudflare/pint issue 966: one failed scrape resets `for`, so what crashes in a loop never alerts.
        var driver = try EngineDriver([rule(fireAt: 0.8, for: 180, freshness: 59)])
        #expect(driver.run([0.9, nil, 0.9, 0.9]) == ["pending", "stale", "known", "firing"])
    }

    @Test func `a gap while an alert is kept asks for unbroken evidence`() throws {
        var driver = try EngineDriver([rule(fireAt: 0.8, keep: 120, freshness: 59)])
        #expect(
            driver.run([0.9, 0.5, nil, 0.5, 0.5, 0.5])
                == ["pending+firing", "", "stale", "known", "", "resolved"])
    }

    @Test func `with no_data resolve a gap ends an alert, as in Prometheus`() throws {
        var driver = try EngineDriver([rule(fireAt: 0.8, freshness: 59, noData: .resolve)])
        #expect(driver.run([0.9, nil, 0.9, .nan]) == ["pending+firing", "resolved", "pending+firing", "resolved"])
        // It ended, and is not known to be healthy for that.
        _ = driver.run([0.9, nil])
        #expect(driver.verdict() == .stale)
    }

    @Test func `with no_data fire a gap is the fault`() throws {
        var driver = try EngineDriver([rule(fireAt: 0.8, for: 60, freshness: 59, noData: .fire)])
        #expect(driver.run([0.5, nil, nil, nil, 0.5]) == ["", "pending", "firing", "", "known+resolved"])
    }

    @Test func `NaN says nothing`() throws {
        var driver = try EngineDriver([rule(fireAt: 0.8)])
        #expect(driver.run([0.9, .nan, .nan, 0.5]) == ["pending+firing", "stale", "", "known+resolved"])
        var quiet = try EngineDriver([rule(fireAt: 0.8)])
        _ = quiet.run([0.5, .nan])
        #expect(quiet.verdict() == .stale)
    }

    @Test func `a marker of staleness ends what is known at once`() throws {
        var driver = try EngineDriver([rule(fireAt: 0.8)])
        #expect(driver.run([0.9, StaleMarker.value]) == ["pending+firing", "stale"])
        var prometheus = try EngineDriver([rule("test.rule", .different, 0.8, noData: .resolve)])
        #expect(prometheus.run([0.9, StaleMarker.value]) == ["pending+firing", "resolved"])
    }

    @Test func `a sample speaks until it is as old as the freshness`() throws {
        for includesStart in [false, true] {
            var driver = try EngineDriver(
                [rule(fireAt: 0.8, freshness: 60)], settings: EngineSettings(windowsIncludeStart: includesStart))
            #expect(driver.run([0.5, nil]).joined() == "")
            #expect(driver.verdict() == (includesStart ? .healthy : .stale))
        }
    }

    @Test func `what is older, repeated or contradictory changes nothing and is counted`() throws {
        var driver = try EngineDriver([rule(fireAt: 0.8)])
        _ = driver.run([0.5, 0.9])
        let newest = SignalTime(seconds: 60)
        #expect(driver.engine.ingest(driver.signal, 0.1, at: SignalTime(seconds: 30)) == .late)
        #expect(driver.engine.ingest(driver.signal, 0.9, at: newest) == .repeated)
        #expect(driver.engine.ingest(driver.signal, 0.1, at: newest) == .contradicted)
        #expect(driver.engine.evaluate(at: newest).isEmpty)
        #expect(driver.verdict() == .firing)
        #expect(driver.engine.counts.late == 1)
        #expect(driver.engine.counts.repeated == 1)
        #expect(driver.engine.counts.contradicted == 1)
    }

    @Test func `a sample from the far future is dropped and blocks nothing`() throws {
        var driver = try EngineDriver([rule(fireAt: 0.8)])
        _ = driver.run([0.9])
        driver.engine.ingest(driver.signal, 0.1, at: SignalTime(seconds: 4_000_000_000))
        #expect(driver.run([nil]) == ["stale"])
        #expect(driver.engine.counts.fromFuture == 1)
        #expect(driver.run([0.9, 0.5]) == ["known", "resolved"])
    }

    @Test func `a clock that is set back resolves nothing and stops no timer`() throws {
        var driver = try EngineDriver([rule(fireAt: 0.8, for: 120)])
        driver.time = 1_000_000 * EngineDriver.second
        #expect(driver.run([0.9]) == ["pending"])
        driver.time = 0
        // The sample lies in the future now, and says nothing.
        #expect(driver.run([nil]) == ["stale"])
        #expect(driver.engine.counts.clockWentBack == 1)
        #expect(driver.run([0.9, 0.9]) == ["known", "firing"])
    }

    @Test func `a clock that jumps ahead makes everything stale`() throws {
        var driver = try EngineDriver([rule(fireAt: 0.8)])
        _ = driver.run([0.9])
        driver.time = 1_000_000 * EngineDriver.second
        #expect(driver.run([nil]) == ["stale"])
        driver.time = .max - 2 * driver.step
        #expect(driver.run([nil]) == [""])
    }

    @Test func `alerts have a limit, and what is beyond it is no more healthy for that`() throws {
        let set = try RuleSet(name: "test", version: "1", rules: [rule(fireAt: 0.8)])
        var engine = AlertEngine(set, settings: EngineSettings(alertLimit: 3))
        let signals = try (0..<5).map {
            try engine.signal(SignalIdentity("x", [SignalLabel("n", "\($0)")]), unit: .ratio, kind: .gauge)
        }
        for signal in signals { engine.ingest(signal, 0.9, at: SignalTime(seconds: 0)) }
        #expect(engine.evaluate(at: SignalTime(seconds: 0)).count == 6)
        #expect(engine.liveAlerts.count == 3)
        #expect(engine.counts.refusedAlerts == 2)
        #expect(engine.verdicts()[.healthy] == nil)
    }

    @Test func `a signal whose unit does not fit a rule is not judged by it, and that is told`() throws {
        let set = try RuleSet(name: "test", version: "1", rules: [rule(fireAt: 0.8)])
        var engine = AlertEngine(set)
        let signal = try engine.signal(SignalIdentity("x"), unit: .bytes, kind: .gauge)
        #expect(engine.verdict(of: "test.rule", on: signal) == nil)
        #expect(engine.misfits["test.rule"]?.kind == .unitMismatch)
    }

    @Test func `a signal that is taken out of service ends its alerts`() throws {
        var driver = try EngineDriver([rule(fireAt: 0.8)])
        _ = driver.run([0.9])
        let events = driver.engine.retire(driver.signal, at: SignalTime(seconds: 61))
        #expect(events.map(\.kind) == [.resolved])
        #expect(driver.engine.liveAlerts.isEmpty)
        #expect(driver.verdict() == .neverSeen)
    }

    @Test func `an alert carries the signal's labels, the rule's, its name and its severity`() throws {
        var driver = try EngineDriver([rule(fireAt: 0.8, labels: [SignalLabel("family", "f")])])
        let alert = try #require(driver.advance(0.9).last?.alert)
        #expect(
            alert.labels == [
                SignalLabel("alertname", "test.rule"), SignalLabel("family", "f"), SignalLabel("node", "n1"),
                SignalLabel("severity", "warning"),
            ])
        #expect(alert.subject == "node:n1")
        #expect(alert.value == 0.9)
    }
}

/// A rule on the signal `x` of the name `test.rule` that fires above a threshold.
private func rule(
    fireAt: Double, until: Double? = nil, for pending: Int64 = 0, keep: Int64 = 0, freshness: Int64 = 300,
    noData: NoDataBehaviour = .hold, labels: [SignalLabel] = []
) throws -> HealthRule {
    try rule(
        "test.rule", .greater, fireAt, until: until, for: pending, keep: keep, freshness: freshness, noData: noData,
        labels: labels)
}
