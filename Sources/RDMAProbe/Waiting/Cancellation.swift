public import ClusterCore
import Synchronization
import Threads

/// A request to stop that reaches every wait of a session at once.
///
/// ```swift
/// let cancellation = Cancellation()
/// // on a signal, from any thread:
/// cancellation.cancel(.interrupt)
/// ```
public final class Cancellation: Sendable {
    private let request = Guarded<Interruption?>(nil)
    private let wakeup = Wakeup()
    /// Whether there is a request, for those who ask between operations that are timed and must not wait for a lock.
    private let isRequested = Atomic<Bool>(false)

    public init() {}

    /// Readable once the request was made, so that `poll` wakes up.
    var fileDescriptor: CInt { wakeup.fileDescriptor }

    /// Asks everything that was given this object to stop; the first reason counts. May be called from any thread, any
    /// number of times.
    public func cancel(_ reason: Interruption = .interrupt) {
        request.withLock { if $0 == nil { $0 = reason } }
        isRequested.store(true, ordering: .releasing)
        wakeup.signal()
    }

    /// Why to stop, or `nil` as long as nobody asked.
    public var reason: Interruption? { request.withLock { $0 } }

    /// Whether the request was made.
    public var isCancelled: Bool { isRequested.load(ordering: .acquiring) }

    /// Waits, but no longer than until a request to stop.
    /// - Returns: for how long, in nanoseconds.
    public func wait(for duration: Duration) -> UInt64 {
        let began = MonotonicClock.now()
        _ = FileDescriptor.wait([fileDescriptor], until: .after(duration))
        return MonotonicClock.now() &- began
    }
}

/// A wait was ended from outside.
struct Interrupted: Error {}
