#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The clock that times samples and deadlines: `CLOCK_MONOTONIC_RAW`, which nobody sets and no time service slews.
enum MonotonicClock {
    /// Nanoseconds since some moment before the program began.
    @inline(__always)
    static func now() -> UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC_RAW, &time)
        return UInt64(bitPattern: Int64(time.tv_sec)) &* 1_000_000_000 &+ UInt64(bitPattern: Int64(time.tv_nsec))
    }
}

/// The moment until which something is waited for.
struct Deadline: Sendable, Hashable, Comparable {
    /// On the clock of `MonotonicClock`.
    let nanoseconds: UInt64

    /// The moment that lies this far ahead.
    static func after(_ duration: Duration) -> Deadline {
        let (seconds, attoseconds) = duration.components
        let whole = UInt64(clamping: seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let ahead = whole.overflow ? UInt64.max / 4 : min(whole.partialValue, UInt64.max / 4)
        return Deadline(nanoseconds: MonotonicClock.now() &+ ahead &+ UInt64(clamping: attoseconds / 1_000_000_000))
    }

    static func < (left: Deadline, right: Deadline) -> Bool { left.nanoseconds < right.nanoseconds }

    var isOver: Bool { MonotonicClock.now() >= nanoseconds }

    /// What is left in milliseconds, rounded up so that a wait does not end just before its deadline and spin.
    var milliseconds: CInt {
        let now = MonotonicClock.now()
        guard now < nanoseconds else { return 0 }
        let (whole, rest) = (nanoseconds - now).quotientAndRemainder(dividingBy: 1_000_000)
        return CInt(clamping: rest == 0 ? whole : whole + 1)
    }
}

extension Duration {
    /// Whole nanoseconds, within what 64 bits hold.
    var nanosecondsClamped: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0 else { return 0 }
        let (product, productOverflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, sumOverflow) = product.addingReportingOverflow(UInt64(clamping: attoseconds / 1_000_000_000))
        return productOverflow || sumOverflow ? .max : sum
    }
}
