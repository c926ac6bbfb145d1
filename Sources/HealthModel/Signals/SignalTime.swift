/// A moment in nanoseconds since 1970-01-01 00:00 UTC, without leap seconds. Nothing here reads a clock: whoever has a
/// clock hands the moment in.
///
/// Reaches from the year 1677 to 2262.
public struct SignalTime: Sendable, Hashable, Comparable, Codable {
    /// Nanoseconds since 1970.
    public let nanoseconds: Int64

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// Whole seconds since 1970, or the nearest moment that can be held.
    public init(seconds: Int64) {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        nanoseconds = overflow ? (seconds < 0 ? .min : .max) : product
    }

    /// Whole milliseconds since 1970, or the nearest moment that can be held.
    public init(milliseconds: Int64) {
        let (product, overflow) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
        nanoseconds = overflow ? (milliseconds < 0 ? .min : .max) : product
    }

    public init(from decoder: any Decoder) throws {
        nanoseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(nanoseconds)
    }

    public static func < (left: SignalTime, right: SignalTime) -> Bool { left.nanoseconds < right.nanoseconds }

    /// Nanoseconds from another moment to this one, or the nearest that can be held.
    public func nanoseconds(since other: SignalTime) -> Int64 {
        let (difference, overflow) = nanoseconds.subtractingReportingOverflow(other.nanoseconds)
        return overflow ? (nanoseconds < other.nanoseconds ? .min : .max) : difference
    }

    /// The moment so many nanoseconds later, or the nearest that can be held.
    public func advanced(byNanoseconds span: Int64) -> SignalTime {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(span)
        return SignalTime(nanoseconds: overflow ? (span < 0 ? .min : .max) : sum)
    }
}

extension SignalTime: CustomStringConvertible {
    /// Seconds since 1970 with nine decimals, as in `1395066363.000000000`.
    public var description: String {
        let (seconds, rest) = nanoseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000)
        let digits = String(rest)
        let zeros = String(repeating: "0", count: max(0, 9 - digits.utf8.count))
        return "\(nanoseconds < 0 ? "-" : "")\(seconds).\(zeros)\(digits)"
    }
}

/// One boot of a host, so that counters of two boots are never subtracted: the 128 bits of Linux'
/// `/proc/sys/kernel/random/boot_id`.
public struct BootIdentifier: Sendable, Hashable {
    /// The first 64 bits.
    public let high: UInt64
    /// The other 64 bits.
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}

/// When something was read: by the calendar, by a clock that is never set, and in which boot.
///
/// Rates take the monotonic clock, since the calendar's may jump; without it they take the calendar's.
public struct ReadingTime: Sendable, Hashable {
    /// By the calendar.
    public let time: SignalTime
    /// Nanoseconds of a clock that only goes forward within a boot, or `nil` where none was read.
    public let monotonicNanoseconds: Int64?
    /// The boot, or `nil` where it is not known.
    public let boot: BootIdentifier?

    public init(_ time: SignalTime, monotonicNanoseconds: Int64? = nil, boot: BootIdentifier? = nil) {
        self.time = time
        self.monotonicNanoseconds = monotonicNanoseconds
        self.boot = boot
    }
}
