#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A descriptor that becomes readable once and for all when something has happened.
final class Wakeup: Sendable {
    /// Readable after `signal()`; -1 where the process has no descriptor left, which no wait minds.
    let fileDescriptor: CInt
    private let writing: CInt
    private let outside = CurrentOutside.replaced

    init() {
        if let outside {
            fileDescriptor = outside.makeWakeup()
            writing = -1
            return
        }
        var ends: [CInt] = [-1, -1]
        unsafe pipe(&ends)
        for end in ends where end >= 0 {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        fileDescriptor = ends[0]
        writing = ends[1]
    }

    deinit {
        if let outside { return outside.close(fileDescriptor) }
        for end in [fileDescriptor, writing] where end >= 0 { close(end) }
    }

    /// Makes the descriptor readable. May be called from any thread, any number of times.
    func signal() {
        if let outside { return outside.signal(fileDescriptor) }
        var byte: UInt8 = 1
        _ = unsafe write(writing, &byte, 1)
    }
}
