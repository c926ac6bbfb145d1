#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Waits on descriptors, always with a deadline.
enum FileDescriptor {
    /// What a descriptor is waited for.
    enum Interest { case readable, writable }

    /// Waits until one of the descriptors is ready or the deadline is over.
    /// - Returns: for each descriptor whether it is ready; all `false` when the deadline is over. A descriptor in error
    ///   or hung up counts as ready: the read tells.
    static func wait(
        _ descriptors: [CInt], for interest: Interest = .readable, until deadline: Deadline
    ) -> [Bool] {
        if let outside = CurrentOutside.replaced {
            return outside.wait(descriptors, for: interest, until: deadline)
        }
        let events = interest == .readable ? Int16(POLLIN) : Int16(POLLOUT)
        var entries = descriptors.map { pollfd(fd: $0, events: events, revents: 0) }
        while true {
            let count = unsafe poll(&entries, nfds_t(entries.count), deadline.milliseconds)
            if count > 0 { return entries.map { $0.revents != 0 } }
            if count == 0 || errno != EINTR || deadline.isOver {
                if count == 0 && !deadline.isOver { continue }
                return [Bool](repeating: false, count: descriptors.count)
            }
        }
    }

    /// Waits for descriptors and for a request to stop.
    /// - Returns: as `wait(_:for:until:)`, for the descriptors alone.
    static func wait(
        _ descriptors: [CInt], for interest: Interest = .readable, until deadline: Deadline,
        cancellation: Cancellation
    ) throws(Interrupted) -> [Bool] {
        if cancellation.isCancelled { throw Interrupted() }
        guard interest == .readable else {
            // The request's descriptor is read while the others are written: look at both in short turns.
            while true {
                let turn = min(deadline, Deadline.after(.milliseconds(50)))
                let ready = wait(descriptors, for: interest, until: turn)
                if cancellation.isCancelled { throw Interrupted() }
                if ready.contains(true) || deadline.isOver { return ready }
            }
        }
        let ready = wait(descriptors + [cancellation.fileDescriptor], until: deadline)
        if cancellation.isCancelled { throw Interrupted() }
        return Array(ready.dropLast())
    }
}
