import TestSupport
import Testing

@testable import RDMAProbe

@Suite struct `Deadlines and durations` {
    static let extremes: [Duration] = [
        .zero, .nanoseconds(1), .nanoseconds(-1), .seconds(Int64.max), .seconds(Int64.min), .nanoseconds(Int64.max),
        .nanoseconds(Int64.min), Duration(secondsComponent: .max, attosecondsComponent: .max),
        Duration(secondsComponent: .min, attosecondsComponent: .min),
        Duration(secondsComponent: 0, attosecondsComponent: 1),
        Duration(secondsComponent: 0, attosecondsComponent: -1), .seconds(18_446_744_073),
        .seconds(18_446_744_072.999_999_999), .seconds(18_446_744_073.8), .seconds(18_446_744_074),
        .seconds(Int64.max) + .seconds(Int64.max), .seconds(Int64.min) + .seconds(Int64.min),
        .seconds(9_223_372_036), .seconds(9_223_372_037),
    ]

    /// Any duration, most of them far beyond what a wait can mean.
    private static func duration(_ random: inout SeededRandom) -> Duration {
        switch random.next() % 4 {
        case 0: .nanoseconds(random.edgy(Int64.self))
        case 1: .seconds(random.edgy(Int64.self))
        case 2: .milliseconds(random.edgy(Int64.self))
        default: Duration(secondsComponent: random.edgy(), attosecondsComponent: random.edgy())
        }
    }

    /// The nanoseconds by arithmetic wide enough for all of them; what 18446744073 s and more are, is for ever.
    private static func exactNanoseconds(_ duration: Duration) -> UInt64 {
        guard duration < .seconds(18_446_744_073) else { return .max }
        guard duration > .seconds(-18_446_744_073) else { return 0 }
        let (seconds, attoseconds) = duration.components
        return UInt64(clamping: (Int128(seconds) * 1_000_000_000_000_000_000 + Int128(attoseconds)) / 1_000_000_000)
    }

    @Test(arguments: extremes)
    func `the limits of a duration are its nanoseconds, or the nearest that 64 bits hold`(duration: Duration) {
        #expect(duration.nanosecondsClamped == Self.exactNanoseconds(duration) as UInt64)
    }

    @Test func `every duration gives its nanoseconds, or the nearest that 64 bits hold`() {
        forRandom(20_000) { random in
            let duration = Self.duration(&random)
            return duration.nanosecondsClamped == Self.exactNanoseconds(duration) as UInt64
        }
    }

    @Test(arguments: extremes)
    func `a deadline at the limits neither wraps nor traps`(duration: Duration) {
        let deadline = Deadline.after(duration)
        if duration <= .zero {
            #expect(deadline.isOver)
            #expect(deadline.milliseconds == 0)
        } else if duration >= .seconds(3600) {
            #expect(!deadline.isOver)
            #expect(deadline.milliseconds > 3_000_000)
        }
    }

    @Test func `a later duration never gives an earlier deadline`() {
        forRandom(20_000) { random in
            let durations = [Self.duration(&random), Self.duration(&random)].sorted()
            // The second is taken later, so that the clock can only help it.
            let first = Deadline.after(durations[0])
            return first <= Deadline.after(durations[1])
        }
    }

    @Test func `what is left of any deadline is told without a trap, and is nothing only when it is over`() {
        forRandom(20_000) { random in
            let deadline = Deadline(nanoseconds: random.edgy())
            let left = deadline.milliseconds
            return left >= 0 && (left > 0 || deadline.isOver)
        }
        #expect(Deadline(nanoseconds: .max).milliseconds == CInt.max)
        #expect(Deadline(nanoseconds: 0).milliseconds == 0)
        #expect(Deadline(nanoseconds: MonotonicClock.now() + 900_000_000_000).milliseconds > 800_000)
    }

    /// Rounded down, a wait would end just before its deadline and spin.
    @Test func `less than a millisecond counts as one`() {
        for _ in 0..<1000 {
            let deadline = Deadline(nanoseconds: MonotonicClock.now() + 900_000)
            #expect(deadline.milliseconds == 1 || deadline.isOver)
        }
    }

    @Test func `the clock does not go back`() {
        var last = MonotonicClock.now()
        for _ in 0..<10_000 {
            let now = MonotonicClock.now()
            #expect(now >= last)
            last = now
        }
    }
}
