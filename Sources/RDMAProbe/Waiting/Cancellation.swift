import Synchronization

/// A request to stop that reaches every wait of a session at once.
///
/// ```swift
/// let cancellation = Cancellation()
/// // on a signal, from any thread:
/// cancellation.cancel()
/// ```
public final class Cancellation: Sendable {
    private let requested = Atomic<Bool>(false)
    private let wakeup = Wakeup()

    public init() {}

    /// Readable once the request was made, so that `poll` wakes up.
    var fileDescriptor: CInt { wakeup.fileDescriptor }

    /// Asks everything that was given this object to stop. May be called from any thread, any number of times.
    public func cancel() {
        requested.store(true, ordering: .releasing)
        wakeup.signal()
    }

    /// Whether the request was made.
    public var isCancelled: Bool { requested.load(ordering: .acquiring) }
}

/// A wait was ended from outside.
struct Interrupted: Error {}
