import ClusterCore
import TestSupport
import Testing

@Suite struct `Durations as text` {
    @Test(
        arguments: [
            ("500ms", .milliseconds(500)), ("10s", .seconds(10)), ("5m", .seconds(300)), ("1.5s", .milliseconds(1500)),
            ("250us", .microseconds(250)), ("250µs", .microseconds(250)), ("250\u{3BC}s", .microseconds(250)),
            ("100ns", .nanoseconds(100)), ("2h", .seconds(7200)),
            ("90d", .seconds(7_776_000)), ("0s", .zero), ("0.25 m", .seconds(15)),
            ("1.000000001s", .nanoseconds(1_000_000_001)),
            ("9223372036854775807ns", .nanoseconds(Int64.max)),
        ] as [(String, Duration)])
    func `a written duration is exact`(text: String, duration: Duration) throws {
        #expect(try Duration(parsing: text) == duration)
    }

    @Test(
        arguments: [
            ("500ms", .milliseconds(500)), ("90s", .seconds(90)), ("2m", .seconds(120)), ("2h", .seconds(7200)),
            ("1d", .seconds(86400)), ("0s", .zero), ("1500ms", .milliseconds(1500)),
            ("1000001us", .microseconds(1_000_001)),
            ("-1s", .seconds(-1)), ("-1500ms", .milliseconds(-1500)), ("1000000001ns", .nanoseconds(1_000_000_001)),
            ("0.5ns", .nanoseconds(1) / 2), ("1000000000.5ns", .seconds(1) + .nanoseconds(1) / 2),
            ("9223372036854775807s", .seconds(Int64.max)),
        ] as [(String, Duration)])
    func `the text is the largest unit that is whole`(text: String, duration: Duration) {
        #expect(duration.unitText == text)
    }

    @Test func `every whole nanosecond reads back from its text`() {
        forRandom(10_000) { random in
            let unit = [1, 1000, 1_000_000, 1_000_000_000, 60_000_000_000][Int(random.next() % 5)] as Int64
            let nanoseconds = (random.edgy(Int64.self) & .max) / unit * unit
            let duration = Duration.nanoseconds(nanoseconds)
            return try Duration(parsing: duration.unitText) == duration
                && duration.nanoseconds() == nanoseconds && duration.nanosecondsClamped == nanoseconds
        }
    }

    @Test func `nanoseconds throw beyond 64 bits and clamp when asked to`() throws {
        let limit = Duration.nanoseconds(Int64.max)
        #expect(try limit.nanoseconds() == .max)
        let beyond = limit + .nanoseconds(1)
        #expect(throws: UnitError.self) { try beyond.nanoseconds() }
        #expect(beyond.nanosecondsClamped == .max)
        let least = Duration.nanoseconds(Int64.min)
        #expect(try least.nanoseconds() == .min)
        #expect((least - .nanoseconds(1)).nanosecondsClamped == .min)
        #expect(Duration.seconds(Int64.max).nanosecondsClamped == .max)
    }

    @Test func `less than a nanosecond is rounded as asked`() throws {
        let half = Duration.nanoseconds(1) / 2
        #expect(try half.nanoseconds(rounding: .down) == 0)
        #expect(try half.nanoseconds(rounding: .up) == 1)
        #expect(try (.zero - half).nanoseconds(rounding: .up) == -1)
        #expect(throws: UnitError.self) { try half.nanoseconds() }
    }
}
