#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import ClusterCore

@testable import RDMAProbe

/// The network under the control connections, and what is wrong with it.
struct Streams {
    /// From when on nothing passes between the hosts.
    var silentFrom: UInt64 = .max
    /// Hosts without power: they neither send nor answer nor refuse.
    var hostsWithoutPower: [IPAddress] = []
    /// Whether bytes arrive in pieces.
    var isChopped = false
    /// A message that is not sent as it was meant.
    var forgery: Forgery?
    /// Connections that were made, by the end that asked.
    var ends: [StreamEnd] = []

    func isSilent(_ address: IPAddress) -> Bool { hostsWithoutPower.contains(address) }

    func carries(_ now: UInt64, from host: SimulatedHost) -> Bool { now < silentFrom && !isSilent(host.address) }

    /// After this time without an answer the kernel gives a connection up, as the session sets it.
    static let givenUpAfter: UInt64 = 7_000_000_000
}

/// A socket that is neither connected nor listens.
final class UnboundSocket: Descriptor, @unchecked Sendable {
    var address: SocketAddress?
}

/// A socket that takes connections.
final class ListeningSocket: Descriptor, @unchecked Sendable {
    let address: SocketAddress
    var waiting: [StreamEnd] = []

    init(_ number: CInt, _ process: SimulatedProcess, at address: SocketAddress) {
        self.address = address
        super.init(number, process)
    }

    override var isReadable: Bool { !waiting.isEmpty }

    /// The kernel resets what nobody took.
    func closed(in world: World) {
        for end in waiting {
            end.isOpen = false
            end.other?.fail(ECONNRESET)
        }
        waiting = []
    }
}

/// One end of a TCP connection.
final class StreamEnd: Descriptor, @unchecked Sendable {
    let local: SocketAddress
    let peer: SocketAddress
    weak var other: StreamEnd?
    var isConnected = false
    private var inbox: [UInt8] = []
    private var hasEnded = false
    private(set) var failure: CInt = 0
    private var hasFinished = false
    /// When the last byte under way arrives: a stream does not overtake itself.
    private var arrival: UInt64 = 0
    private var isGivenUp = false
    /// How many messages were sent.
    private(set) var sent = 0

    init(_ number: CInt, _ process: SimulatedProcess, local: SocketAddress, peer: SocketAddress) {
        self.local = local
        self.peer = peer
        super.init(number, process)
    }

    override var isReadable: Bool { !inbox.isEmpty || hasEnded || failure != 0 }
    override var isWritable: Bool { isConnected || failure != 0 }

    /// The connection is broken: what waits is lost.
    func fail(_ code: CInt) {
        guard failure == 0 else { return }
        failure = code
        inbox = []
    }

    /// Nothing more comes from the other end.
    func end() { hasEnded = true }

    // MARK: Calls

    func send(_ bytes: [UInt8], in world: World) -> Socket.Moved {
        if failure != 0 { return .failed(failure) }
        guard isConnected, !hasFinished else { return .failed(EPIPE) }
        sent += 1
        if let forgery = world.streams.forgery, forgery.liar == process.name, forgery.message == sent {
            let forged = forgery.bytes(inPlaceOf: bytes)
            deliver(in: world) { $0.take(forged, in: world) }
            return .bytes(bytes.count)
        }
        let taken =
            world.streams.isChopped && bytes.count > 1 ? Int(world.someTime(1...UInt64(bytes.count))) : bytes.count
        var rest = bytes.prefix(taken)
        while !rest.isEmpty {
            let count = world.streams.isChopped ? Int(world.someTime(1...UInt64(rest.count))) : rest.count
            let piece = Array(rest.prefix(count))
            rest = rest.dropFirst(count)
            deliver(in: world) { $0.take(piece, in: world) }
        }
        return .bytes(taken)
    }

    func receive(into bytes: UnsafeMutableRawBufferPointer, in world: World) -> Socket.Moved {
        if failure != 0 { return .failed(failure) }
        guard !inbox.isEmpty else { return hasEnded ? .bytes(0) : .failed(EAGAIN) }
        let count = min(inbox.count, bytes.count)
        bytes.copyBytes(from: inbox.prefix(count))
        inbox.removeFirst(count)
        return .bytes(count)
    }

    func finish(in world: World) {
        guard !hasFinished, failure == 0, isConnected else { return }
        hasFinished = true
        deliver(in: world) { $0.end() }
    }

    func closed(in world: World) {
        // What was not read makes the kernel reset instead of ending.
        if !inbox.isEmpty { deliver(in: world) { $0.fail(ECONNRESET) } } else { finish(in: world) }
    }

    private func take(_ piece: [UInt8], in world: World) {
        guard isOpen else {
            other?.fail(ECONNRESET)
            return
        }
        if failure == 0 { inbox += piece }
    }

    private func deliver(in world: World, _ action: @escaping (StreamEnd) -> Void) {
        arrival = max(arrival, world.time + world.someTime(20_000...150_000))
        let host = process.host
        world.after(arrival - world.time) { [self] in
            guard let other else { return }
            guard world.streams.carries(world.time, from: host), !world.streams.isSilent(peer.address) else {
                return giveUpLater(in: world)
            }
            action(other)
        }
    }

    /// What was sent is never acknowledged: the kernel gives the connection up after a while.
    func giveUpLater(in world: World) {
        guard !isGivenUp else { return }
        isGivenUp = true
        world.after(Streams.givenUpAfter) { [self] in fail(ETIMEDOUT) }
    }
}
