import RDMAModel
import TestSupport
import Testing

/// Flows counted by hand.
@Suite struct FlowTallyTests {
    private static let second: UInt64 = 1_000_000_000

    /// A flow of messages of 1000 bytes that arrive at the given milliseconds.
    private func tally(_ milliseconds: [UInt64], posting seconds: UInt64 = 5, start: UInt64 = 7) -> FlowTally {
        var tally = FlowTally(startNanoseconds: start, postingNanoseconds: seconds * Self.second)
        for time in milliseconds { tally.add(messages: 1, bytes: 1000, at: start + time * 1_000_000) }
        return tally
    }

    private func figures(_ tally: FlowTally) -> FlowFigures { tally.figures(endedAt: tally.lastNanoseconds) }

    @Test func `four messages of 1000 bytes in two seconds are 16 kbit/s and two messages a second`() {
        let figures = figures(tally([500, 900, 1500, 2000]))
        #expect(figures.bytes == 4000 && figures.messages == 4)
        #expect(figures.durationNanoseconds == 2 * Self.second)
        #expect(figures.meanBitsPerSecond == 16_000)
        #expect(figures.messagesPerSecond == 2)
    }

    @Test func `the lowest second is the whole one with the least, and one without anything counts`() {
        #expect(figures(tally([100, 200, 300, 1100, 2100, 2200, 3000])).lowestSecondBitsPerSecond == 8000)
        #expect(figures(tally([100, 200, 2100, 3500])).lowestSecondBytes == 0)
        #expect(figures(tally([100, 4100, 5200])).lowestSecondBytes == 0)
    }

    @Test func `a second that is not over is none, nor is what arrives after posting has ended`() {
        #expect(figures(tally([100, 999])).lowestSecondBytes == nil)
        #expect(figures(tally([100, 1000])).lowestSecondBytes == 1000)
        // Posting ends after one second; the message of the second one is under way still.
        #expect(figures(tally([100, 200, 1500, 3500], posting: 1)).lowestSecondBytes == 2000)
        #expect(figures(tally([100, 400], posting: 0)).lowestSecondBytes == nil)
    }

    @Test func `a stall is the longest time without an arrival, that before the first one included`() {
        #expect(figures(tally([10, 20, 320, 340])).longestStallNanoseconds == 300_000_000)
        #expect(figures(tally([700, 720])).longestStallNanoseconds == 700_000_000)
        #expect(tally([10]).figures(endedAt: 7 + 2 * Self.second).longestStallNanoseconds == 1_990_000_000)
    }

    @Test func `without an arrival nothing is known, and nothing is zero`() {
        let figures = tally([]).figures(endedAt: 7 + Self.second / 2)
        #expect(figures.messages == 0 && figures.bytes == 0)
        #expect(figures.meanBitsPerSecond == nil && figures.messagesPerSecond == nil)
        #expect(figures.longestStallNanoseconds == nil && figures.lowestSecondBitsPerSecond == nil)
    }

    @Test func `a clock that goes back does not make time negative`() {
        var tally = tally([100])
        tally.add(messages: 1, bytes: 1000, at: 0)
        #expect(tally.messageCount == 2)
        #expect(figures(tally).durationNanoseconds == 100_000_000)
    }

    @Test func `the largest numbers are no trap`() {
        var tally = FlowTally(startNanoseconds: 0, postingNanoseconds: .max)
        for time in [0, 1, .max - 1, .max] as [UInt64] { tally.add(messages: .max, bytes: .max, at: time) }
        #expect(tally.messageCount == .max && tally.byteCount == .max)
        let figures = tally.figures(endedAt: .max)
        #expect(figures.meanBitsPerSecond == 8_000_000_000)
        #expect(figures.lowestSecondBytes == 0)
        let instant = FlowFigures(
            bytes: .max, messages: 1, durationNanoseconds: 1, lowestSecondBytes: .max, longestStallNanoseconds: 0)
        #expect(instant.meanBitsPerSecond == .max && instant.lowestSecondBitsPerSecond == .max)
    }

    /// The plain way: keep everything, and count each second.
    @Test func `random flows come to the same as when every message is kept`() {
        forRandom(500) { random in
            let posting = 1 + random.next() % 6
            var times: [UInt64] = []
            var time: UInt64 = 0
            for _ in 0..<(1 + random.next() % 40) {
                time += random.next() % (random.next() % 5 == 0 ? 2_500 : 300)
                times.append(time)
            }
            let last = times[times.count - 1]
            let whole = min(last / 1000, posting)
            let counts = (0..<whole).map { second in UInt64(times.count { $0 / 1000 == second }) * 1000 }
            let pauses = zip([0] + times, times).map { $1 - $0 }
            let figures = figures(tally(times, posting: posting, start: random.next() % 1_000_000))
            return figures.lowestSecondBytes == counts.min()
                && figures.longestStallNanoseconds == (pauses.max() ?? 0) * 1_000_000
                && figures.messages == UInt64(times.count)
                && (last == 0 || figures.meanBitsPerSecond == UInt64(times.count) * 8_000_000 / last)
        }
    }

    @Test func `a tally is as large after a million messages as before the first one`() {
        var tally = FlowTally(startNanoseconds: 0, postingNanoseconds: .max)
        // A value without references holds everything in itself: its size is all the memory that there is.
        func isPlain<Value>(_: Value) -> Bool { _isPOD(Value.self) }
        #expect(isPlain(tally))
        for message in 0..<1_000_000 as Range<UInt64> { tally.add(messages: 1, bytes: 64, at: message * 10_000) }
        #expect(tally.messageCount == 1_000_000)
    }
}
