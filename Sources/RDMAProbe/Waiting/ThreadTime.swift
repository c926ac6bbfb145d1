#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Processor time of a thread.
enum ThreadTime {
    /// `RUSAGE_THREAD`, which the C library offers only to programs with GNU extensions.
    private static let ofThisThread = __rusage_who_t(1)

    /// Nanoseconds that the calling thread has spent in the program and in the kernel, or `nil` where it is not told.
    static func now() -> UInt64? {
        // Where the clock is not the kernel's, its processor time has nothing to do with it.
        guard CurrentOutside.replaced == nil else { return nil }
        var usage = rusage()
        guard unsafe getrusage(ofThisThread, &usage) == 0 else { return nil }
        func nanoseconds(_ time: timeval) -> UInt64 {
            UInt64(clamping: time.tv_sec) &* 1_000_000_000 &+ UInt64(clamping: time.tv_usec) &* 1000
        }
        return nanoseconds(usage.ru_utime) &+ nanoseconds(usage.ru_stime)
    }

    /// The share of the time since a moment that the calling thread was at work; `nil` where it is not known.
    /// - Parameters:
    ///   - used: what `now()` gave at that moment.
    ///   - start: the moment, on the clock of `MonotonicClock`.
    static func share(since used: UInt64?, from start: UInt64) -> Double? {
        let elapsed = MonotonicClock.now() &- start
        guard let used, let now = ThreadTime.now(), now >= used, elapsed > 0 else { return nil }
        return Double(now - used) / Double(elapsed)
    }
}
