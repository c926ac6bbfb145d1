#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A moment of the monotonic clock by which something must be done.
struct Deadline {
    private let nanoseconds: UInt64

    /// - Parameter limit: from now on; what is below 0 is now, what is above a day is a day.
    init(after limit: Duration) {
        let wanted = min(max(limit, .zero), .seconds(86_400)).components
        nanoseconds = Deadline.now + UInt64(wanted.seconds) * 1_000_000_000 + UInt64(wanted.attoseconds / 1_000_000_000)
    }

    private init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    static var now: UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// The earlier of this one and one that begins now.
    func atMost(_ limit: Duration) -> Deadline {
        Deadline(nanoseconds: min(nanoseconds, Deadline(after: limit).nanoseconds))
    }

    var isOver: Bool { Deadline.now >= nanoseconds }

    /// Milliseconds that are left, rounded up; 0 when it is over.
    var milliseconds: CInt {
        let now = Deadline.now
        return now >= nanoseconds ? 0 : CInt(min((nanoseconds - now + 999_999) / 1_000_000, 86_400_000))
    }

    /// Waits until a descriptor is ready or the time is up.
    /// - Returns: whether it is ready.
    func wait(for events: Int32, of descriptor: CInt) -> Bool {
        while true {
            var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
            let count = unsafe poll(&entry, 1, milliseconds)
            if count > 0 { return true }
            if count < 0, errno == EINTR { continue }
            if count == 0 || isOver { return false }
            if count < 0 { return false }
        }
    }

    /// Sleeps for a while, and not beyond the deadline.
    func sleep(_ time: Duration) {
        let end = atMost(time)
        while !end.isOver { _ = poll(nil, 0, end.milliseconds) }
    }
}
