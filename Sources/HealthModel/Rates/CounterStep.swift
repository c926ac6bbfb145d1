/// A counter's value and when it was read.
public struct CounterReading: Sendable, Hashable {
    /// The value.
    public let value: SignalValue
    /// When, by which clocks, in which boot.
    public let time: ReadingTime

    public init(_ value: SignalValue, at time: ReadingTime) {
        self.value = value
        self.time = time
    }
}

/// What happens at the end of a counter's range.
public enum CounterWidth: Sendable, Hashable, CaseIterable {
    /// 64 bits or a double: it never gets there.
    case wide
    /// 32 bits, and it starts again at 0, as milliseconds of `/proc/diskstats` on 32-bit kernels.
    case wraps32
    /// 32 bits, and it stays at the highest value, as counters of InfiniBand ports.
    case saturates32
}

/// What two readings of a counter say of what came between them. Where they say nothing certain, there is no rate: a reset
/// is neither an increase of the whole value nor of nothing.
public enum CounterStep: Sendable, Hashable {
    /// So much more, in so many nanoseconds.
    case increase(SignalValue, nanoseconds: Int64)
    /// It fell: the source started again, and what was counted before that is lost.
    case reset
    /// It stands at the end of its range: the increase is at least what is seen.
    case saturated
    /// The readings are of two boots.
    case otherBoot
    /// The clock did not go forward between the readings.
    case noTime
    /// One of the values is no number of zero or more.
    case unknown

    /// What the earlier and the later reading say.
    ///
    /// Time is that of the monotonic clock where both readings have it and no boot contradicts, else the calendar's.
    ///
    /// A fall of a counter that wraps is taken for a wrap only where both readings are known to be of one boot and the
    /// increase is below half the range: a drive that was replaced, or a driver that was loaded again, is a reset.
    public init(from earlier: CounterReading, to later: CounterReading, width: CounterWidth = .wide) {
        guard CounterStep.isCount(earlier.value), CounterStep.isCount(later.value) else {
            self = .unknown
            return
        }
        let (before, after) = (earlier.time, later.time)
        if let boot = before.boot, let other = after.boot, boot != other {
            self = .otherBoot
            return
        }
        let isOneBoot = before.boot != nil && before.boot == after.boot
        let nanoseconds: Int64
        if let start = before.monotonicNanoseconds, let end = after.monotonicNanoseconds {
            let (span, overflow) = end.subtractingReportingOverflow(start)
            nanoseconds = overflow ? 0 : span
        } else {
            nanoseconds = after.time.nanoseconds(since: before.time)
        }
        guard nanoseconds > 0 else {
            self = .noTime
            return
        }
        if width == .saturates32, later.value.order(.unsigned(UInt64(UInt32.max))) != .less {
            self = .saturated
            return
        }
        guard later.value.order(earlier.value) == .less else {
            self = .increase(CounterStep.difference(later.value, earlier.value), nanoseconds: nanoseconds)
            return
        }
        if width == .wraps32, isOneBoot, let start = earlier.value.unsigned, let end = later.value.unsigned,
            start <= UInt64(UInt32.max), case let around = end + (1 << 32) - start, around < 1 << 31
        {
            self = .increase(.unsigned(around), nanoseconds: nanoseconds)
            return
        }
        self = .reset
    }

    /// The mean increase a second, or `nil` where nothing certain is known.
    public var perSecond: Double? {
        guard case .increase(let value, let nanoseconds) = self else { return nil }
        let rate = value.double / (Double(nanoseconds) / 1e9)
        return rate.isFinite ? rate : nil
    }

    private static func isCount(_ value: SignalValue) -> Bool {
        value.double.isFinite && value.order(.unsigned(0)) != .less
    }

    private static func difference(_ later: SignalValue, _ earlier: SignalValue) -> SignalValue {
        if let end = later.unsigned, let start = earlier.unsigned, end >= start { return .unsigned(end - start) }
        return .decimal(max(0, later.double - earlier.double))
    }
}
