#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import HostTopology
import Synchronization

/// What lies outside of a session, beside the verbs: time, waits, threads, sockets, what this host is.
///
/// A thread has the kernel's, unless it was started within another one: a simulation, whose clock moves only when every
/// one of its threads waits, so that hours pass in milliseconds and the same seed gives the same run. The verbs have a
/// seam of their own, the table of calls in `CVerbs`.
///
/// The session's code asks `MonotonicClock`, `FileDescriptor`, `Worker`, `Wakeup`, `Socket` and `ThisHost`, which ask
/// here. Where nothing stands in, that is one load of a flag and a branch that is always predicted.
protocol Outside: AnyObject, Sendable {
    // MARK: Time

    /// Nanoseconds on the clock of samples and deadlines.
    func now() -> UInt64
    /// Lets time pass.
    func pause(for duration: Duration)
    /// Lets others have the processor; a caller that polls calls it between its looks.
    func yield()

    // MARK: Waits

    /// As `FileDescriptor.wait`.
    func wait(_ descriptors: [CInt], for interest: FileDescriptor.Interest, until deadline: Deadline) -> [Bool]
    /// A descriptor that becomes readable with `signal`.
    func makeWakeup() -> CInt
    func signal(_ wakeup: CInt)
    /// Closes any descriptor.
    func close(_ descriptor: CInt)

    // MARK: Threads

    /// Starts a thread within this outside; its number, or `nil` where there is none left.
    func start(_ body: @escaping @Sendable () -> Void) -> UInt?
    /// Interrupts the call in which a thread blocks, as a signal does.
    func interrupt(_ thread: UInt)

    // MARK: Sockets: 0, or an errno value

    func openSocket(isIPv4: Bool) -> Socket.Opened
    func bind(_ socket: CInt, to address: SocketAddress) -> CInt
    func connect(_ socket: CInt, to address: SocketAddress) -> CInt
    func pendingError(of socket: CInt) -> CInt
    func listen(_ socket: CInt) -> CInt
    func accept(on listener: CInt) -> Socket.Opened
    func send(_ socket: CInt, _ bytes: UnsafeRawBufferPointer) -> Socket.Moved
    func receive(_ socket: CInt, into bytes: UnsafeMutableRawBufferPointer) -> Socket.Moved
    func finishSending(_ socket: CInt)
    func localAddress(of socket: CInt) -> SocketAddress?
    func peerAddress(of socket: CInt) -> SocketAddress?
    /// The address from which the route to a peer leads.
    func routeSource(to peer: SocketAddress) -> SocketAddress?

    // MARK: The host

    /// Where the host's files are.
    var root: HostRoot { get }
    var interfaces: [InterfaceAddress] { get }
    /// Eight random bytes.
    func randomNumber() -> UInt64
}

/// Which outside the calling thread has.
enum CurrentOutside {
    /// Whether any thread of the process ever had another one than the kernel's.
    private static let isAnyReplaced = Atomic<Bool>(false)

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        unsafe pthread_key_create(&key, nil)
        return key
    }()

    /// What stands in for the kernel on this thread, or `nil`.
    @inline(__always)
    static var replaced: (any Outside)? { isAnyReplaced.load(ordering: .relaxed) ? ofThisThread : nil }

    private static var ofThisThread: (any Outside)? {
        guard let pointer = unsafe pthread_getspecific(key) else { return nil }
        return unsafe Unmanaged<Holder>.fromOpaque(pointer).takeUnretainedValue().outside
    }

    private final class Holder {
        let outside: any Outside
        init(_ outside: any Outside) { self.outside = outside }
    }

    /// Runs something on this thread with another outside.
    static func replace<Result>(by outside: any Outside, _ body: () throws -> Result) rethrows -> Result {
        isAnyReplaced.store(true, ordering: .relaxed)
        let holder = Holder(outside)
        let before = unsafe pthread_getspecific(key)
        unsafe pthread_setspecific(key, Unmanaged.passUnretained(holder).toOpaque())
        defer { unsafe pthread_setspecific(key, before) }
        return try withExtendedLifetime(holder) { try body() }
    }
}

/// This host, as the calling thread has it.
enum ThisHost {
    /// Where its files are.
    static var root: HostRoot { CurrentOutside.replaced?.root ?? .live }

    /// The addresses of its interfaces.
    static var interfaces: [InterfaceAddress] { CurrentOutside.replaced?.interfaces ?? InterfaceAddress.all() }
}
