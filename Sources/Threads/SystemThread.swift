#if canImport(Glibc)
package import Glibc
#elseif canImport(Musl)
package import Musl
#endif

/// A thread of the system, for work that blocks or keeps a processor busy.
package struct SystemThread: Sendable {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// The thread. Of one that is not waited for, valid only as long as it cannot have ended.
    package let identifier: pthread_t

    /// Starts a thread; `nil` where the system has none left.
    ///
    /// - Parameter isAwaited: whether ``join()`` is called once; else the thread's memory is given back when it ends.
    package init?(isAwaited: Bool, _ run: @escaping @Sendable () -> Void) {
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        defer { unsafe pthread_attr_destroy(&attributes) }
        unsafe pthread_attr_setdetachstate(
            &attributes, CInt(isAwaited ? PTHREAD_CREATE_JOINABLE : PTHREAD_CREATE_DETACHED))
        let body = unsafe Unmanaged.passRetained(Body(run))
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread, &attributes,
            { context in
                if let context = unsafe context { unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, body.toOpaque())
        guard code == 0 else {
            unsafe body.release()
            return nil
        }
        identifier = thread
    }

    /// Waits until the thread has ended.
    package func join() { pthread_join(identifier, nil) }
}
