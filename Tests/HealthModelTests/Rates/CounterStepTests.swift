import HealthModel
import TestSupport
import Testing

@Suite struct `Steps of counters` {
    private let boot = BootIdentifier(high: 1, low: 2)

    private func reading(_ value: SignalValue, _ seconds: Int64, monotonic: Int64? = nil, boot: BootIdentifier? = nil)
        -> CounterReading
    {
        CounterReading(
            value, at: ReadingTime(SignalTime(seconds: seconds), monotonicNanoseconds: monotonic, boot: boot))
    }

    @Test func `an increase beyond 2⁵³ is exact`() {
        let step = CounterStep(
            from: reading(.unsigned(9_007_199_254_740_992), 0), to: reading(.unsigned(9_007_199_254_740_993), 10))
        #expect(step == .increase(.unsigned(1), nanoseconds: 10_000_000_000))
        #expect(step.perSecond == 0.1)
    }

    @Test func `a fall is a reset, neither the whole value nor nothing`() {
        let step = CounterStep(from: reading(.unsigned(100), 0), to: reading(.unsigned(40), 10))
        #expect(step == .reset)
        #expect(step.perSecond == nil)
    }

    @Test func `counters of two boots are never subtracted, even where the later one is higher`() {
        let step = CounterStep(
            from: reading(.unsigned(1), 0, boot: boot),
            to: reading(.unsigned(100), 10, boot: BootIdentifier(high: 1, low: 3)))
        #expect(step == .otherBoot)
    }

    @Test func `a wrap of 32 bits is one only within one known boot and below half the range`() {
        let high = SignalValue.unsigned(4_294_967_290)
        let wrapped = CounterStep(
            from: reading(high, 0, boot: boot), to: reading(.unsigned(4), 1, boot: boot), width: .wraps32)
        #expect(wrapped == .increase(.unsigned(10), nanoseconds: 1_000_000_000))
        #expect(CounterStep(from: reading(high, 0), to: reading(.unsigned(4), 1), width: .wraps32) == .reset)
        let lower = CounterStep(
            from: reading(.unsigned(1000), 0, boot: boot), to: reading(.unsigned(4), 1, boot: boot), width: .wraps32)
        #expect(lower == .reset)
        #expect(CounterStep(from: reading(high, 0, boot: boot), to: reading(.unsigned(4), 1, boot: boot)) == .reset)
    }

    @Test func `port_xmit_wait of node_exporter's mlx4_0 stands at 2³² - 1: saturated, not quiet`() {
        let full = SignalValue.unsigned(4_294_967_295)
        #expect(CounterStep(from: reading(full, 0), to: reading(full, 10), width: .saturates32) == .saturated)
        let before = CounterStep(from: reading(.unsigned(5), 0), to: reading(full, 10), width: .saturates32)
        #expect(before == .saturated)
    }

    @Test func `a jump of the calendar does not change a rate of monotonic time`() {
        let step = CounterStep(
            from: reading(.unsigned(0), 1000, monotonic: 5_000_000_000, boot: boot),
            to: reading(.unsigned(100), 10, monotonic: 15_000_000_000, boot: boot))
        #expect(step.perSecond == 10)
        #expect(CounterStep(from: reading(.unsigned(0), 1000), to: reading(.unsigned(100), 10)) == .noTime)
        #expect(CounterStep(from: reading(.unsigned(0), 10), to: reading(.unsigned(100), 10)) == .noTime)
    }

    @Test func `what is no count has no step`() {
        for value in [SignalValue.decimal(.nan), .negative(-1), .decimal(.infinity), .decimal(-0.5)] {
            #expect(CounterStep(from: reading(value, 0), to: reading(.unsigned(5), 1)) == .unknown)
            #expect(CounterStep(from: reading(.unsigned(5), 0), to: reading(value, 1)) == .unknown)
        }
    }

    @Test func `no pair of readings gives a rate that is negative or no number`() {
        forRandom(2000) { random in
            func any() -> CounterReading {
                let value: SignalValue =
                    Bool.random(using: &random) ? .unsigned(random.edgy()) : .decimal(Double(bitPattern: random.next()))
                return reading(
                    value, Int64(random.edgy(Int32.self)), monotonic: Bool.random(using: &random) ? random.edgy() : nil,
                    boot: Bool.random(using: &random) ? boot : nil)
            }
            let widths = CounterWidth.allCases
            let (first, second) = (any(), any())
            let width = widths[Int(random.next() % UInt64(widths.count))]
            guard let rate = CounterStep(from: first, to: second, width: width).perSecond else { return true }
            return rate.isFinite && rate >= 0
        }
    }

    @Test func `AL-140 busy time leaves idle and iowait out and counts a guest once (facts 4.3)`() {
        let start = ProcessorTime(user: 10, system: 5, idle: 100, iowait: 1)
        let end = ProcessorTime(user: 13, system: 6, idle: 105, iowait: 2)
        // 4 of 10 seconds.
        #expect(end.busyShare(since: start) == 0.4)
    }

    @Test func `a small fall of iowait counts as nothing, a fall of idle by 3 s is another processor`() {
        let start = ProcessorTime(user: 10, idle: 100, iowait: 5)
        #expect(ProcessorTime(user: 11, idle: 101, iowait: 4.5).busyShare(since: start) == 0.5)
        #expect(ProcessorTime(user: 11, idle: 97, iowait: 5).busyShare(since: start) == nil)
        #expect(start.busyShare(since: start) == nil)
    }
}
