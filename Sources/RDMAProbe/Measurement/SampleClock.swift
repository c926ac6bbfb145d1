import HostTopology
import RDMAModel
import Verbs

/// By which clock samples are timed.
public enum SampleClockChoice: String, Sendable, Hashable, Codable, CaseIterable {
    /// The processor's counter where the kernel itself keeps time by it, else the system's clock.
    case automatic = "auto"
    /// The processor's counter, or nothing is measured.
    case counter
    /// The system's clock, `CLOCK_MONOTONIC_RAW`.
    case system
}

/// The clock that times samples: the system's, or the processor's counter turned into its time.
///
/// To ask the system takes some twenty instructions and a call where `CLOCK_MONOTONIC_RAW` is the counter with a factor, and
/// much longer where it is another clock; a sample has two. The counter is taken only where the kernel has chosen it as its
/// clock source (`current_clocksource`). The kernel takes no counter that stops, changes its speed or differs between
/// processors, and gives it up when a second clock contradicts it; what is left of its faults `CLOCK_MONOTONIC_RAW` has as well.
/// Whether the processor calls its counter invariant is not asked beside that: within virtual machines many do not say so, and
/// the kernel has asked.
///
/// The two are compared before anything is measured and whenever the loop looks around. A cell in which they part by more than
/// a ten-thousandth is an error and no figure.
struct SampleClock {
    /// `nil` for the system's clock.
    private(set) var scale: CounterScale?

    static let system = SampleClock(scale: nil)

    /// Nanoseconds on the clock of `MonotonicClock`, to within what the two part by between two looks.
    @inline(__always)
    func now() -> UInt64 { scale?.nanoseconds(at: ProcessorCounter.now()) ?? MonotonicClock.now() }

    /// What a round trip in C asks for the time: the system's clock, or `nil` for the counter.
    var source: (@convention(c) () -> UInt64)? { scale == nil ? { MonotonicClock.now() } : nil }

    /// The time of what `source` gave.
    @inline(__always)
    func nanoseconds(of reading: UInt64) -> UInt64 { scale?.nanoseconds(at: reading) ?? reading }

    /// Compares counter and clock.
    /// - Throws: that they have parted.
    mutating func check() throws(ProbeFailure) {
        guard scale != nil else { return }
        if scale?.take(SampleClock.reading()) != true { throw SampleClock.parted }
    }

    /// What a report calls it.
    var name: String { scale == nil ? "CLOCK_MONOTONIC_RAW" : ProcessorCounter.clockSource ?? "" }

    static let parted = ProbeFailure(
        .measurement, .unsteadyClock(ProcessorCounter.clockSource ?? "", tolerance: CounterScale.tolerance))

    /// Both clocks at one moment.
    static func reading() -> CounterScale.Reading { .best({ ProcessorCounter.now() }, { MonotonicClock.now() }) }

    /// Whether the kernel keeps its own time by the counter. Never in a simulation, whose time no counter knows.
    static func isCounterTrusted(at root: HostRoot) -> Bool {
        guard CurrentOutside.replaced == nil, let name = ProcessorCounter.clockSource else { return false }
        return root.text(of: "sys/devices/system/clocksource/clocksource0/current_clocksource") == name
    }

    /// The clock for a run.
    /// - Parameter first: a reading from the beginning of the run: the longer ago, the better the rate is known.
    /// - Throws: that the counter was asked for and cannot be taken.
    static func chosen(
        _ choice: SampleClockChoice, since first: CounterScale.Reading, at root: HostRoot = ThisHost.root
    ) throws(ProbeFailure) -> SampleClock {
        guard choice != .system else { return .system }
        if isCounterTrusted(at: root) {
            // What the connection took is long enough on most hosts.
            for _ in 0..<25 {
                if let scale = CounterScale(from: first, to: reading()) { return SampleClock(scale: scale) }
                Worker.pause(for: .milliseconds(10))
            }
        }
        guard choice == .counter else { return .system }
        throw ProbeFailure(
            .measurement, .unsteadyClock(ProcessorCounter.clockSource ?? "", tolerance: CounterScale.precision))
    }
}
