import ClusterCore
import HealthModel
import Testing

/// What is computed over a window; vectors of Prometheus' promql/testdata/functions.test (facts, 3.3), five-minute steps.
struct WindowTests {
    /// The value of an aggregation at the last of these samples, read from the alert that fires for any number.
    private func value(
        _ kind: Aggregation.Kind, over minutes: Int64, _ samples: [Double?], step: Int64 = 300,
        includesStart: Bool = false, toZeroFirst: Bool = false
    ) throws -> Double? {
        let window = try Aggregation(kind, over: .seconds(minutes * 60))
        let unit: SignalUnit = kind == .rate ? .countPerSecond : .count
        var driver = try EngineDriver(
            [rule("test.rule", .greater, -.infinity, unit: unit, window)], unit: .count, kind: .counter, step: step,
            settings: EngineSettings(
                sampleIntervalNanoseconds: step * EngineDriver.second, windowsIncludeStart: includesStart,
                extrapolatesToZeroFirst: toZeroFirst))
        _ = driver.run(samples)
        return driver.engine.liveAlerts.first?.value
    }

    private func counter(_ first: Double, _ step: Double, _ count: Int) -> [Double?] {
        (0...count).map { first + step * Double($0) }
    }

    @Test func `the increase of a counter is extrapolated to the edges of the window`() throws {
        #expect(try value(.increase, over: 50, counter(0, 10, 10)) == 100)
        #expect(try value(.increase, over: 100, counter(0, 10, 10)) == 100)
        #expect(try value(.increase, over: 50, counter(10, 10, 10)) == 100)
        #expect(try value(.increase, over: 100, counter(10, 10, 10)) == 105)
        #expect(try value(.increase, over: 100, counter(1, 10, 10)) == 101)
    }

    /// What promtool 2.42 says of `10+10x10` in steps of five minutes; current Prometheus says 105.
    @Test func `the increase of a counter is extrapolated to zero first where asked for, as Prometheus 2_42 does`()
        throws
    {
        #expect(
            try value(.increase, over: 100, counter(10, 10, 10), includesStart: true, toZeroFirst: true)
                == 110.000_000_000_000_01)
        #expect(try value(.increase, over: 100, counter(10, 10, 10), includesStart: true) == 105)
    }

    @Test func `a reset of a counter is a rise from zero`() throws {
        let reset = counter(0, 18, 5).dropLast(0) + counter(0, 18, 4)
        #expect(try value(.increase, over: 50, Array(reset)) == 160)
        #expect(abs(try #require(try value(.increase, over: 100, Array(reset))) - 162) < 1e-9)
        let other = counter(0, 27, 4) + counter(0, 27, 5)
        #expect(abs(try #require(try value(.rate, over: 50, other)) - 0.08) < 1e-12)
    }

    @Test func `a window is open on its left, or closed where asked for`() throws {
        // Samples 0, 1, 2 at 0, 5 and 10 minutes: a window of 10 minutes holds the last two, or all three.
        #expect(try value(.average, over: 10, [0, 1, 2]) == 1.5)
        #expect(try value(.average, over: 10, [0, 1, 2], includesStart: true) == 1)
        #expect(try value(.minimum, over: 10, [0, 1, 2]) == 1)
        #expect(try value(.maximum, over: 10, [9, 1, 2]) == 2)
    }

    @Test func `a mean does not lose small numbers among large ones`() throws {
        #expect(try value(.average, over: 20, [1e100, 1, -1e100, 2]) == 0.75)
    }

    @Test func `all samples of the window must be bad`() throws {
        let all = try Aggregation(.allSamples, over: .seconds(300), minimumSamples: 5)
        var driver = try EngineDriver([rule("test.rule", .greater, 0.9, all)])
        // Five samples fill the window; before, it says nothing.
        #expect(driver.run([0.95, 0.95, 0.95, 0.95]) == ["", "", "", ""])
        #expect(driver.verdict() == .stale || driver.verdict() == .neverSeen)
        #expect(driver.run([0.95, 0.95, 0.5]) == ["pending+firing", "", "resolved"])
    }

    @Test func `one bad sample decides a maximum though others are lost, one good sample does not`() throws {
        let window = try Aggregation(.maximum, over: .seconds(300), minimumSamples: 5)
        var driver = try EngineDriver([rule("test.rule", .greater, 0.9, window)])
        #expect(driver.run([0.95]) == ["pending+firing"])
        var good = try EngineDriver([rule("test.rule", .greater, 0.9, window)])
        _ = good.run([0.5])
        #expect(good.verdict() != .healthy)
        _ = good.run([0.5, 0.5, 0.5, 0.5])
        #expect(good.verdict() == .healthy)
    }

    @Test func `a window whose samples were forgotten says nothing`() throws {
        let window = try Aggregation(.minimum, over: .seconds(3600))
        var driver = try EngineDriver(
            [rule("test.rule", .greater, 0.9, window)], settings: EngineSettings(historyLimit: 4))
        _ = driver.run([0.1, 0.95, 0.95, 0.95])
        #expect(driver.verdict() == .undecided)
        #expect(driver.engine.liveAlerts.isEmpty)
    }
}
