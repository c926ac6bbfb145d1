#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import ClusterCore
import RDMAModel
import RDMAProbe

/// SIGINT and SIGTERM as requests to stop: the first lets the command print what it knows, the second ends it at once.
enum Signals {
    /// Routes the signals to a cancellation. Called once, before any other thread exists, so that all threads block
    /// them and only the waiting one takes them.
    static func route(to cancellation: Cancellation) {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        for number in [SIGINT, SIGTERM] { unsafe sigaddset(&signals, number) }
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
        let awaited = signals
        let wait: @Sendable () -> Void = {
            var set = awaited
            var first: CInt = 0
            while unsafe sigwait(&set, &first) != 0 {}
            cancellation.cancel(first == SIGTERM ? .terminate : .interrupt)
            var second: CInt = 0
            while unsafe sigwait(&set, &second) != 0 {}
            _exit(second == SIGTERM ? ExitStatus.terminated.rawValue : ExitStatus.interrupted.rawValue)
        }
        detach(wait)
    }

    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private static func detach(_ run: @escaping @Sendable () -> Void) {
        let body = unsafe Unmanaged.passRetained(Body(run))
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread, nil,
            { context in
                if let context = unsafe context { unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, body.toOpaque())
        if code == 0 { pthread_detach(thread) } else { unsafe body.release() }
    }
}
