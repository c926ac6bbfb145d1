#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
package import ClusterCore
import Threads

/// SIGINT and SIGTERM as requests to stop: the first lets the command clean up and say what it knows, the second ends it
/// at once.
package enum StopSignals {
    /// Routes the signals to a function, which is called on a thread of its own. Called once, before any other thread
    /// exists, so that all threads block them and only the waiting one takes them.
    package static func route(to stop: @escaping @Sendable (Interruption) -> Void) {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        for number in [SIGINT, SIGTERM] { unsafe sigaddset(&signals, number) }
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
        let awaited = signals
        _ = SystemThread(isAwaited: false) {
            var set = awaited
            var first: CInt = 0
            while unsafe sigwait(&set, &first) != 0 {}
            stop(first == SIGTERM ? .terminate : .interrupt)
            var second: CInt = 0
            while unsafe sigwait(&set, &second) != 0 {}
            _exit(second == SIGTERM ? ExitStatus.terminated.rawValue : ExitStatus.interrupted.rawValue)
        }
    }
}
