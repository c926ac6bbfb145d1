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
        if let outside = CurrentOutside.replaced { return outside.now() }
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
        Deadline(nanoseconds: MonotonicClock.now() &+ min(duration.nanosecondsClamped, UInt64.max / 4))
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
    /// Whole nanoseconds, within what 64 bits hold: 584 years and more are for ever.
    var nanosecondsClamped: UInt64 {
        guard self > .zero else { return 0 }
        // The components of a longer duration may not fit, and asking for them traps then.
        guard self < .seconds(18_446_744_073) else { return .max }
        let (seconds, attoseconds) = components
        return UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    }
}
