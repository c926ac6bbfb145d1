#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
package import ClusterCore
import Threads

/// SIGINT and SIGTERM, and SIGHUP where asked for, as requests to stop: the first lets the command clean up and say what it knows, the second ends it
/// at once.
package enum StopSignals {
    /// Routes the signals to a function, which is called on a thread of its own. Called once, before any other thread
    /// exists, so that all threads block them and only the waiting one takes them.
    /// - Parameter hangup: whether the end of the terminal, SIGHUP, is such a request, as SIGTERM is; one that is ignored,
    ///   as under `nohup`, stays ignored.
    package static func route(withHangup hangup: Bool = false, to stop: @escaping @Sendable (Interruption) -> Void) {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        for number in [SIGINT, SIGTERM] { unsafe sigaddset(&signals, number) }
        if hangup, !isIgnored(SIGHUP) { unsafe sigaddset(&signals, SIGHUP) }
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
        let awaited = signals
        _ = SystemThread(isAwaited: false) {
            var set = awaited
            var first: CInt = 0
            while unsafe sigwait(&set, &first) != 0 {}
            stop(first == SIGINT ? .interrupt : .terminate)
            var second: CInt = 0
            while unsafe sigwait(&set, &second) != 0 {}
            _exit(second == SIGINT ? ExitStatus.interrupted.rawValue : ExitStatus.terminated.rawValue)
        }
    }

    private static func isIgnored(_ number: CInt) -> Bool {
        var action = sigaction()
        guard unsafe sigaction(number, nil, &action) == 0 else { return false }
        let (set, ignored) = unsafe (
            unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self), unsafeBitCast(SIG_IGN, to: Int.self)
        )
        return set == ignored
    }
}
