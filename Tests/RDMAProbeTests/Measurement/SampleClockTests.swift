import ClusterCore
import HostTopology
import RDMAModel
import TestSupport
import Testing
import Verbs

@testable import RDMAProbe

/// Which clock times the samples on a host, and that either can be forced.
@Suite struct SampleClockTests {
    /// A tree in which the kernel keeps time by a clock source.
    private func withHost<Result>(clockSource: String?, _ body: (HostRoot) throws -> Result) throws -> Result {
        let tree = try TemporaryTree()
        let folder = "sys/devices/system/clocksource/clocksource0"
        try tree.makeFolder(folder)
        if let clockSource { try tree.write("\(clockSource)\n", to: folder + "/current_clocksource") }
        return try withExtendedLifetime(tree) { try body(HostRoot(path: tree.path)) }
    }

    private func isTrusted(clockSource: String?) throws -> Bool {
        try withHost(clockSource: clockSource) { SampleClock.isCounterTrusted(at: $0) }
    }

    private func chosen(_ choice: SampleClockChoice, clockSource: String?) throws -> SampleClock {
        try withHost(clockSource: clockSource) { try SampleClock.chosen(choice, since: longAgo, at: $0) }
    }

    /// Long enough ago for any rate.
    private var longAgo: CounterScale.Reading {
        let reading = SampleClock.reading()
        Worker.pause(for: .milliseconds(30))
        return reading
    }

    @Test func `the counter is taken where the kernel keeps time by it, and nowhere else`() throws {
        let own = try #require(ProcessorCounter.clockSource)
        #expect(try isTrusted(clockSource: own))
        for other in ["hpet", "acpi_pm", "kvm-clock", "hyperv_clocksource_tsc_page", own + "-early", ""] {
            #expect(try !isTrusted(clockSource: other), "\(other)")
            #expect(try chosen(.automatic, clockSource: other).scale == nil)
        }
        #expect(try !isTrusted(clockSource: nil))
    }

    @Test func `the system's clock can be forced, and a counter that is not trusted is refused, not replaced`() throws {
        let own = try #require(ProcessorCounter.clockSource)
        let clock = try chosen(.system, clockSource: own)
        #expect(clock.scale == nil && clock.name == "CLOCK_MONOTONIC_RAW")
        let refused = #expect(throws: ProbeFailure.self) {
            try chosen(.counter, clockSource: "hpet")
        }
        #expect(refused?.shortfall == .notMeasured && refused?.shortfall.outcome == .undetermined)
        #expect(refused?.explanation.remedyText?.contains("--clock system") == true)
    }

    @Test(.enabled(if: SampleClock.isCounterTrusted(at: .live), "the kernel keeps time by another clock here"))
    func `the counter tells the time of the system's clock, forwards, and agrees with it`() throws {
        var clock = try SampleClock.chosen(.counter, since: longAgo)
        #expect(clock.name == ProcessorCounter.clockSource)
        for _ in 0..<20 {
            // Between two readings of the clock, give or take a ten-thousandth of what has gone by since the last look.
            let (before, told, after) = (MonotonicClock.now(), clock.now(), MonotonicClock.now())
            #expect(told + 100_000 >= before && told <= after + 100_000)
            #expect(clock.now() >= told)
            Worker.pause(for: .milliseconds(5))
            try clock.check()
        }
        #expect(try #require(clock.scale).largestDeviation < CounterScale.tolerance)
    }
}
