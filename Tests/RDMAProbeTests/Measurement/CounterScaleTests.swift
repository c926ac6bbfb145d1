import TestSupport
import Testing

@testable import RDMAProbe

/// A counter that is turned into the system's time, with counters whose every property is known.
@Suite struct CounterScaleTests {
    /// Hosts' counters: 24 MHz to 5 GHz.
    private static func rate(_ random: inout SeededRandom) -> Double {
        [0.024, 0.1, 1, 2.1, 2.445, 3.7, 5][Int(random.next() % 7)]
    }

    /// A reading at a moment whose clock was read somewhere between the two of the counter.
    private static func reading(
        at nanoseconds: UInt64, rate: Double, from start: UInt64, width: UInt64, _ random: inout SeededRandom
    ) -> CounterScale.Reading {
        let moment = start &+ UInt64(Double(nanoseconds) * rate)
        let before = moment &- random.next() % (width + 1)
        return .init(before: before, after: before &+ width, nanoseconds: nanoseconds)
    }

    @Test func `a steady counter tells the clock's time to within its two readings, whatever its rate and start`()
        throws
    {
        forRandom(200) { random in
            let rate = Self.rate(&random)
            let start = random.next()
            let width = random.next() % UInt64(100 * rate + 1)
            guard
                var scale = CounterScale(
                    from: Self.reading(at: 1_000_000, rate: rate, from: start, width: width, &random),
                    to: Self.reading(at: 101_000_000, rate: rate, from: start, width: width, &random))
            else { return false }
            var now: UInt64 = 101_000_000
            for _ in 0..<50 {
                now += 1 + random.next() % 250_000_000
                let told = scale.nanoseconds(at: start &+ UInt64(Double(now) * rate))
                // Half of either reading, the rate's own error from the same cause, and whole numbers.
                let apart = told > now ? told - now : now - told
                guard Double(apart) <= 2 * Double(width + 2) / rate * 3.5 + 4 else { return false }
                guard scale.take(Self.reading(at: now, rate: rate, from: start, width: width, &random)) else {
                    return false
                }
            }
            return scale.largestDeviation < CounterScale.tolerance
        }
    }

    @Test func `a counter that jumps, stops, runs faster or goes back is found at the next look`() throws {
        forRandom(200) { random in
            let rate = Self.rate(&random)
            let start = random.next() >> 2
            func scale() -> CounterScale? {
                CounterScale(
                    from: .init(before: start, after: start, nanoseconds: 0),
                    to: .init(
                        before: start + UInt64(1e8 * rate), after: start + UInt64(1e8 * rate),
                        nanoseconds: 100_000_000))
            }
            // 250 ms later it should stand here; each fault is twice as large as is allowed.
            let due = start + UInt64(3.5e8 * rate)
            let fault = UInt64(2.5e8 * 2 * CounterScale.tolerance * rate) + 8
            let faults = [due + fault, due - fault, start + UInt64(1e8 * rate), start, due + (1 << 40)]
            return faults.allSatisfy { value in
                guard var scale = scale() else { return false }
                return !scale.take(.init(before: value, after: value, nanoseconds: 350_000_000))
            }
                && {
                    guard var scale = scale() else { return false }
                    return scale.take(.init(before: due, after: due, nanoseconds: 350_000_000))
                }()
        }
    }

    @Test func `a reading that took long excuses no more than what it took`() throws {
        let first = CounterScale.Reading(before: 0, after: 0, nanoseconds: 0)
        var scale = try #require(
            CounterScale(from: first, to: .init(before: 100_000_000, after: 100_000_000, nanoseconds: 100_000_000)))
        // A counter of 1 GHz. The clock says 50 µs less than the middle of 100 µs: its beginning, which may be.
        var wide = scale
        let isExcused = wide.take(.init(before: 200_000_000, after: 200_100_000, nanoseconds: 200_000_000))
        #expect(isExcused)
        // 20 µs before the beginning, in 100 ms: twice the tolerance.
        let isTaken = scale.take(.init(before: 200_000_000, after: 200_100_000, nanoseconds: 199_980_000))
        #expect(!isTaken)
    }

    @Test func `readings that are too near to each other, or a counter that stands still, give no scale`() {
        let first = CounterScale.Reading(before: 1000, after: 1100, nanoseconds: 1000)
        // 100 steps of uncertainty in a million: five times what is allowed.
        #expect(
            CounterScale(from: first, to: .init(before: 1_001_000, after: 1_001_100, nanoseconds: 1_001_000)) == nil)
        #expect(CounterScale(from: first, to: .init(before: 1000, after: 1100, nanoseconds: 900_001_000)) == nil)
        #expect(CounterScale(from: first, to: .init(before: 10, after: 20, nanoseconds: 900_001_000)) == nil)
        #expect(CounterScale(from: first, to: first) == nil)
    }

    @Test func `of several readings the narrowest counts`() {
        var counter: [UInt64] = [0, 500, 600, 610, 700, 790]
        var clock: [UInt64] = [1, 2, 3]
        let best = CounterScale.Reading.best(of: 3, { counter.removeFirst() }, { clock.removeFirst() })
        #expect(best.before == 600 && best.after == 610 && best.nanoseconds == 2)
    }
}
