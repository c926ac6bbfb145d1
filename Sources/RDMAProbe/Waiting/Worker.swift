#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import Threads

/// A thread for work that blocks.
enum Worker {
    /// A thread that was started.
    enum Thread: Sendable {
        case kernel(pthread_t)
        case replaced(UInt, any Outside)

        /// Interrupts the call in which the thread blocks. Only as long as the thread cannot have ended.
        func interrupt(by signal: CInt) {
            switch self {
            case .kernel(let thread): pthread_kill(thread, signal)
            case .replaced(let number, let outside): outside.interrupt(number)
            }
        }
    }

    /// Lets time pass.
    static func pause(for duration: Duration) {
        if let outside = CurrentOutside.replaced { return outside.pause(for: duration) }
        let nanoseconds = duration.nanosecondsClamped
        var left = timespec(
            tv_sec: Int(clamping: nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
        unsafe nanosleep(&left, nil)
    }

    /// Lets another thread have the processor.
    static func yield() {
        if let outside = CurrentOutside.replaced { return outside.yield() }
        sched_yield()
    }

    /// Starts a thread that nobody joins.
    /// - Returns: the thread, or `nil` where the system has none left.
    @discardableResult
    static func start(_ run: @escaping @Sendable () -> Void) -> Thread? {
        if let outside = CurrentOutside.replaced { return outside.start(run).map { .replaced($0, outside) } }
        return startInKernel(run)
    }

    /// Starts a thread of the kernel whatever the caller's outside is.
    static func startInKernel(_ run: @escaping @Sendable () -> Void) -> Thread? {
        SystemThread(isAwaited: false, run).map { .kernel($0.identifier) }
    }
}

/// A value that one thread gives and another waits for.
final class Handover<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var wasGiven = false
    }

    private let state = Guarded(State())
    private let wakeup = Wakeup()

    /// Readable once the value is there.
    var fileDescriptor: CInt { wakeup.fileDescriptor }

    /// Gives the value.
    func give(_ newValue: Value) {
        state.withLock { state in
            state.value = newValue
            state.wasGiven = true
        }
        wakeup.signal()
    }

    /// Takes the value, or `nil` where it is not there yet.
    func take() -> Value? {
        state.withLock { state in
            defer { state.value = nil }
            return state.value
        }
    }

    /// Runs something while the value cannot be given, unless it was given already.
    /// - Returns: whether it was given before.
    func ifMissing(_ body: () -> Void) -> Bool {
        state.withLock { state in
            if !state.wasGiven { body() }
            return state.wasGiven
        }
    }
}

/// A call that may block longer than anyone wants to wait.
enum BlockingCall {
    /// A signal that only interrupts; no other part of a program uses the last real-time signals.
    private static let interruptSignal = CInt(62)

    /// Installs a handler that does nothing, so that the signal interrupts a system call instead of ending the program.
    private static let handlerInstalled: Bool = {
        var action = sigaction()
        unsafe action.__sigaction_handler.sa_handler = { _ in }
        unsafe sigemptyset(&action.sa_mask)
        return unsafe sigaction(interruptSignal, &action, nil) == 0
    }()

    /// Lets the signal reach this thread. A thread begins with the mask of the one that made it, and those of Dispatch,
    /// on which tasks run, block every signal.
    private static func admitInterruption() {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, interruptSignal)
        unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }

    /// Runs a call on a thread of its own and waits for its result.
    ///
    /// Software iWARP connects TCP inside `rdma_connect`, where no deadline of ours reaches, but a signal does. A call
    /// that neither ends nor is interrupted within a second more is left to its thread, which keeps what it uses.
    /// - Returns: the result, or `nil` when the deadline is over.
    static func run<Result: Sendable>(
        until deadline: Deadline, cancellation: Cancellation, _ call: @escaping @Sendable () -> Result
    ) throws(Interrupted) -> Result? {
        let result = Handover<Result>()
        let body: @Sendable () -> Void = {
            admitInterruption()
            result.give(call())
        }
        guard handlerInstalled, let thread = Worker.start(body) else { return call() }
        var interrupted = false
        do {
            _ = try FileDescriptor.wait([result.fileDescriptor], until: deadline, cancellation: cancellation)
        } catch {
            interrupted = true
        }
        if !interrupted, let value = result.take() { return value }
        for _ in 0..<20 {
            // The thread is detached: it may be signalled only as long as it cannot have ended.
            if result.ifMissing({ thread.interrupt(by: interruptSignal) }) { break }
            if FileDescriptor.wait([result.fileDescriptor], until: .after(.milliseconds(50)))[0] { break }
        }
        if interrupted { throw Interrupted() }
        return nil
    }
}
