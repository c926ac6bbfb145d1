#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Descriptors that are waited for again and again between two operations, without allocating anything.
///
/// Belongs to one thread at a time.
final class DescriptorWatch {
    private var entries: [pollfd]

    /// - Parameter descriptors: the first one is told apart from the others; a negative one is never ready.
    init(_ descriptors: [CInt]) {
        entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    }

    /// Waits until a descriptor is readable or the deadline is over; a descriptor in error or hung up counts as ready.
    /// - Returns: whether the first one is ready, and whether any other is.
    func wait(until deadline: Deadline) -> (first: Bool, others: Bool) {
        if let outside = CurrentOutside.replaced {
            let ready = outside.wait(entries.map(\.fd), for: .readable, until: deadline)
            return (ready.first == true, ready.dropFirst().contains(true))
        }
        while true {
            let count = unsafe poll(&entries, nfds_t(entries.count), deadline.milliseconds)
            if count > 0 { break }
            if count == 0 || errno != EINTR, deadline.isOver { return (false, false) }
            if count < 0, errno != EINTR { return (false, false) }
        }
        var others = false
        for index in entries.indices.dropFirst() where entries[index].revents != 0 { others = true }
        return (entries.first.map { $0.revents != 0 } ?? false, others)
    }

    /// Whether any descriptor is ready now; `wasReady` then says which.
    var isAnyReady: Bool {
        if let outside = CurrentOutside.replaced {
            let ready = outside.wait(entries.map(\.fd), for: .readable, until: .after(.zero))
            for (index, isReady) in zip(entries.indices, ready) { entries[index].revents = isReady ? Int16(POLLIN) : 0 }
            return ready.contains(true)
        }
        return unsafe poll(&entries, nfds_t(entries.count), 0) > 0
    }

    /// Whether a descriptor was ready in the last look of `isAnyReady`.
    func wasReady(_ index: Int) -> Bool { entries.indices.contains(index) && entries[index].revents != 0 }
}
