#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import ClusterCore
import HostTopology
import TestSupport

@testable import RDMAProbe

/// The world as what lies outside of the production code.
extension World: Outside {
    /// Counts a call of the running program, which is where a program can crash, be told to stop or meet a fault.
    /// - Returns: the program, or `nil` where it has crashed, so that the call has no effect any more.
    func enter() -> SimulatedProcess? {
        let process = process
        guard !process.hasCrashed else { return nil }
        process.calls += 1
        while let first = process.atCall.first, first.number <= process.calls {
            process.atCall.removeFirst()
            first.action()
        }
        guard !process.hasCrashed else { return nil }
        mayHandOver()
        return process.hasCrashed ? nil : process
    }

    // MARK: Time

    func now() -> UInt64 {
        let process = process
        if process.hasCrashed {
            process.clockAfterCrash &+= 1_000_000
            return process.clockAfterCrash
        }
        spend(10)
        return time
    }

    func pause(for duration: Duration) {
        _ = wait([], for: .readable, until: .after(duration))
    }

    func yield() {
        guard !process.hasCrashed else { return }
        foundNothing(longest: 20_000_000)
    }

    // MARK: Waits

    func wait(_ descriptors: [CInt], for interest: FileDescriptor.Interest, until deadline: Deadline) -> [Bool] {
        func nothing() -> [Bool] {
            process.clockAfterCrash = max(process.clockAfterCrash, min(deadline.nanoseconds, time &+ (1 << 60)))
            return [Bool](repeating: false, count: descriptors.count)
        }
        guard enter() != nil else { return nothing() }
        func ready() -> [Bool] { descriptors.map { isReady($0, for: interest) } }
        let before = ready()
        if before.contains(true) {
            foundReady()
            return before
        }
        guard deadline.nanoseconds > time else {
            // A look without waiting, as a loop that polls takes it again and again.
            foundNothing()
            return process.hasCrashed ? nothing() : ready()
        }
        let until = planted == .waitsWithoutDeadline && descriptors.count == 2 ? .max : deadline.nanoseconds
        block(on: .init(descriptors: descriptors, interest: interest, deadline: until))
        return process.hasCrashed ? nothing() : ready()
    }

    func makeWakeup() -> CInt { add { WakeupDescriptor($0, process) }.number }

    func signal(_ wakeup: CInt) { (descriptor(wakeup) as? WakeupDescriptor)?.isSignalled = true }

    func close(_ number: CInt) {
        guard let descriptor = descriptor(number) else {
            return violate("descriptor \(number) is closed twice, or was never open")
        }
        descriptor.isOpen = false
        guard !descriptor.process.hasCrashed else { return }
        (descriptor as? StreamEnd)?.closed(in: self)
        (descriptor as? ListeningSocket)?.closed(in: self)
    }

    // MARK: Threads

    func start(_ body: @escaping @Sendable () -> Void) -> UInt? {
        guard let process = enter() else { return nil }
        return spawn(in: process, body).number
    }

    func interrupt(_ thread: UInt) {
        guard let thread = self.thread(thread), !thread.hasEnded else { return }
        thread.isInterrupted = true
    }

    // MARK: Sockets

    func openSocket(isIPv4: Bool) -> Socket.Opened {
        guard let process = enter() else { return .failed(EMFILE) }
        return .descriptor(add { UnboundSocket($0, process) }.number)
    }

    func bind(_ socket: CInt, to address: SocketAddress) -> CInt {
        guard let process = enter(), let unbound = descriptor(socket) as? UnboundSocket else { return EBADF }
        guard address.address == process.host.address else { return EADDRNOTAVAIL }
        guard address.port == 0 || listener(at: address) == nil else { return EADDRINUSE }
        unbound.address = address
        return 0
    }

    func listen(_ socket: CInt) -> CInt {
        guard let process = enter(), let unbound = descriptor(socket) as? UnboundSocket, let address = unbound.address
        else { return EBADF }
        replace(unbound, by: ListeningSocket(socket, process, at: address))
        return 0
    }

    func listener(at address: SocketAddress) -> ListeningSocket? {
        for descriptor in descriptors where descriptor.isOpen && !descriptor.process.hasCrashed {
            if let listener = descriptor as? ListeningSocket, listener.address == address { return listener }
        }
        return nil
    }

    func connect(_ socket: CInt, to address: SocketAddress) -> CInt {
        guard let process = enter(), let unbound = descriptor(socket) as? UnboundSocket else { return EBADF }
        let local = SocketAddress(address: process.host.address, port: UInt16(40_000 + descriptors.count % 20_000))
        let near = StreamEnd(socket, process, local: local, peer: address)
        replace(unbound, by: near)
        after(someTime(20_000...200_000)) { [self] in
            guard near.isOpen, !process.hasCrashed, streams.carries(time, from: process.host) else { return }
            guard let listener = listener(at: address) else {
                // A host that lost its power refuses nothing.
                if !streams.isSilent(address.address) { near.fail(ECONNREFUSED) }
                return
            }
            let far = add { StreamEnd($0, listener.process, local: address, peer: local) } as? StreamEnd
            near.isConnected = true
            far?.isConnected = true
            near.other = far
            far?.other = near
            if let far { listener.waiting.append(far) }
            streams.ends.append(near)
        }
        return EINPROGRESS
    }

    private func replace(_ old: Descriptor, by new: Descriptor) {
        descriptors[Int(old.number - World.firstDescriptor)] = new
    }

    func pendingError(of socket: CInt) -> CInt { (descriptor(socket) as? StreamEnd)?.failure ?? 0 }

    func accept(on listener: CInt) -> Socket.Opened {
        guard enter() != nil, let listener = descriptor(listener) as? ListeningSocket else { return .failed(EBADF) }
        guard !listener.waiting.isEmpty else { return .failed(EAGAIN) }
        return .descriptor(listener.waiting.removeFirst().number)
    }

    func send(_ socket: CInt, _ bytes: UnsafeRawBufferPointer) -> Socket.Moved {
        guard enter() != nil, let end = descriptor(socket) as? StreamEnd else { return .failed(EPIPE) }
        return end.send(Array(bytes), in: self)
    }

    func receive(_ socket: CInt, into bytes: UnsafeMutableRawBufferPointer) -> Socket.Moved {
        guard enter() != nil, let end = descriptor(socket) as? StreamEnd else { return .failed(ECONNRESET) }
        let moved = end.receive(into: bytes, in: self)
        if moved == .failed(EAGAIN) { foundNothing() } else { foundSomething() }
        return moved
    }

    func finishSending(_ socket: CInt) {
        guard enter() != nil else { return }
        (descriptor(socket) as? StreamEnd)?.finish(in: self)
    }

    func localAddress(of socket: CInt) -> SocketAddress? { (descriptor(socket) as? StreamEnd)?.local }
    func peerAddress(of socket: CInt) -> SocketAddress? { (descriptor(socket) as? StreamEnd)?.peer }

    func routeSource(to peer: SocketAddress) -> SocketAddress? { SocketAddress(address: process.host.address, port: 0) }

    // MARK: The host

    var root: HostRoot { process.host.root }
    var interfaces: [InterfaceAddress] { process.host.interfaces }
    func randomNumber() -> UInt64 { random.next() }
}
