#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import CVerbs
import ClusterCore

@testable import RDMAProbe

/// `rdma_cm_id`
final class FabricID: FabricObject, @unchecked Sendable {
    let raw: UnsafeMutablePointer<rdma_cm_id>
    var channel: FabricEventChannel
    var local: SocketAddress?
    var peer: SocketAddress?
    var isListening = false
    var connection: FabricConnection?
    var queuePair: FabricQueuePair?
    /// Events that were taken and not acknowledged.
    var unacknowledged = 0
    /// The type of service that was set.
    var typeOfService: UInt8?
    /// The thread that blocks in `rdma_connect`, as software iWARP does.
    var isConnecting = false

    init(on channel: FabricEventChannel, _ process: SimulatedProcess) {
        raw = zeroed(rdma_cm_id.self)
        raw.pointee.channel = channel.raw
        raw.pointee.ps = RDMA_PS_TCP
        self.channel = channel
        super.init(process, raw)
    }

    deinit { raw.deallocate() }

    func isAlive(in world: World) -> Bool { world.fabric.objects[address] === self && !process.hasCrashed }

    /// Binds to the device of an address of the process's host.
    func bind(to address: SocketAddress, in world: World) -> CInt {
        guard address.address == process.host.address else { return ENODEV }
        if address.port != 0, world.listener(onRDMAAddress: address) != nil { return EADDRINUSE }
        let context = world.context(of: process)
        local = address
        raw.pointee.verbs = context.raw
        raw.pointee.port_num = 1
        copy(address.bytes, to: &raw.pointee.route.addr.src_storage)
        let gid: [UInt8] =
            address.address.isIPv4
            ? [UInt8](repeating: 0, count: 10) + [0xff, 0xff] + address.address.bytes : address.address.bytes
        withUnsafeMutableBytes(of: &raw.pointee.route.addr.addr.ibaddr.sgid) { $0.copyBytes(from: gid) }
        return 0
    }

    func setPeer(_ address: SocketAddress) {
        peer = address
        copy(address.bytes, to: &raw.pointee.route.addr.dst_storage)
    }

    private func copy(_ bytes: [UInt8], to storage: inout sockaddr_storage) {
        withUnsafeMutableBytes(of: &storage) { $0.copyBytes(from: bytes) }
    }

    /// Tells the program something, if the id is still there.
    func tell(_ kind: rdma_cm_event_type, status: CInt = 0, data: [UInt8] = [], in world: World) {
        guard isAlive(in: world) else { return }
        channel.push(FabricEvent(id: self, kind: kind, status: status, data: data))
    }
}

/// A connection between two ids, from the request on.
final class FabricConnection: @unchecked Sendable {
    let client: FabricID
    /// What the request was accepted by; `nil` before.
    weak var server: FabricID?
    let privateData: [UInt8]
    private(set) var hasEnded = false
    private var isEstablished = false

    init(client: FabricID, privateData: [UInt8]) {
        self.client = client
        // The transport pads what a request carries, and tells the padded length.
        self.privateData = privateData + [UInt8](repeating: 0, count: max(0, 56 - privateData.count))
    }

    /// The kernel's retries of a request that nobody answers: 15 of 4.3 s.
    static let requestTimeout: UInt64 = 64_000_000_000

    // MARK: Asking

    func request(in world: World) {
        world.after(world.someTime(50_000...300_000)) { [self] in
            guard !hasEnded, client.isAlive(in: world), let destination = client.peer else { return }
            guard !world.fabric.losesRequests, world.isRDMAPathOpen, !world.streams.isSilent(destination.address) else {
                world.after(FabricConnection.requestTimeout) { [self] in
                    end(client, RDMA_CM_EVENT_UNREACHABLE, -ETIMEDOUT, in: world)
                }
                return
            }
            guard !world.fabric.refusesRequests, let listener = world.listener(onRDMAAddress: destination) else {
                // Reason 8: no service of that number.
                return reject(status: client.process.host.isIWARP ? -ECONNREFUSED : 8, data: [], in: world)
            }
            listener.channel.push(
                FabricEvent(id: listener, request: self, kind: RDMA_CM_EVENT_CONNECT_REQUEST, data: privateData))
        }
    }

    func reject(status: CInt, data: [UInt8], in world: World) {
        world.after(world.someTime(50_000...300_000)) { [self] in
            end(client, RDMA_CM_EVENT_REJECTED, status, data: data, in: world)
        }
    }

    private func end(_ id: FabricID, _ kind: rdma_cm_event_type, _ status: CInt, data: [UInt8] = [], in world: World) {
        guard !hasEnded, !isEstablished else { return }
        hasEnded = true
        id.isConnecting = false
        id.tell(kind, status: status, data: data, in: world)
    }

    // MARK: Accepting

    func accept(by server: FabricID, in world: World) {
        self.server = server
        server.queuePair?.connect(to: client.queuePair, in: world)
        world.after(world.someTime(50_000...300_000)) { [self] in
            guard !world.fabric.losesAcceptances, world.isRDMAPathOpen,
                !world.streams.isSilent(server.process.host.address)
            else {
                // The acceptance is repeated as a request is, and then the accepting end is told.
                world.after(FabricConnection.requestTimeout) { [self] in
                    guard !isEstablished else { return }
                    hasEnded = true
                    server.tell(RDMA_CM_EVENT_UNREACHABLE, status: -ETIMEDOUT, in: world)
                }
                return
            }
            guard !hasEnded, client.isAlive(in: world), client.queuePair != nil else {
                // Nobody is there any more who asked.
                hasEnded = true
                return server.tell(RDMA_CM_EVENT_REJECTED, status: 28, in: world)
            }
            isEstablished = true
            client.isConnecting = false
            client.queuePair?.connect(to: server.queuePair, in: world)
            client.tell(RDMA_CM_EVENT_ESTABLISHED, in: world)
            world.after(world.someTime(2000...200_000) + world.fabric.lateEstablishment) {
                server.tell(RDMA_CM_EVENT_ESTABLISHED, in: world)
            }
        }
    }

    // MARK: Ending

    /// One end is done, whether it said so, was destroyed or its program ended.
    func leave(_ end: FabricID, in world: World) {
        guard !hasEnded else { return }
        hasEnded = true
        let other = end === client ? server : client
        guard let other else { return }
        let isIWARP = end.process.host.isIWARP
        world.after(world.someTime(50_000...300_000)) { [self] in
            guard !world.streams.isSilent(end.process.host.address), world.isRDMAPathOpen else { return }
            // iWARP's connection is TCP's: when that ends, what is posted is flushed.
            if isIWARP { other.queuePair?.fail(in: world) }
            guard other.isAlive(in: world) else { return }
            other.tell(
                isEstablished ? RDMA_CM_EVENT_DISCONNECTED : RDMA_CM_EVENT_REJECTED, status: isEstablished ? 0 : 28,
                in: world)
        }
        if isEstablished, !end.process.hasCrashed {
            world.after(world.someTime(100_000...600_000)) { end.tell(RDMA_CM_EVENT_DISCONNECTED, in: world) }
        }
    }
}

extension World {
    var isRDMAPathOpen: Bool { fabric.deadPath.map { !$0.contains(time) } ?? true }

    /// Who waits for requests on an address.
    func listener(onRDMAAddress address: SocketAddress) -> FabricID? {
        fabric.listeners.first { $0.local == address && $0.isAlive(in: self) }
    }

    /// The context of a process, which the connection manager opens once.
    func context(of process: SimulatedProcess) -> FabricContext {
        if let context = fabric.contexts[ObjectIdentifier(process)] { return context }
        let events = AsyncEventDescriptor(World.firstDescriptor + CInt(descriptors.count), process)
        descriptors.append(events)
        let context = FabricContext(process, events)
        fabric.contexts[ObjectIdentifier(process)] = context
        fabric.insert(context)
        return context
    }

    /// An adapter tells a process something unasked. What ends a queue pair ends it here, too: the specification moves it
    /// to the error state, and a completion queue or a device that failed takes its queue pairs along.
    func tellUnasked(_ kind: ibv_event_type, to process: SimulatedProcess) {
        guard let context = fabric.contexts[ObjectIdentifier(process)], !process.hasCrashed else { return }
        let pairs = fabric.ids.filter { $0.process === process }.compactMap(\.queuePair)
        let event: AsyncEventDescriptor.Event
        switch kind {
        case IBV_EVENT_CQ_ERR:
            guard let pair = pairs.last else { return }
            event = .init(kind: kind, object: pair.completions)
            pair.fail(in: self)
        case IBV_EVENT_QP_FATAL, IBV_EVENT_QP_REQ_ERR, IBV_EVENT_QP_ACCESS_ERR, IBV_EVENT_COMM_EST,
            IBV_EVENT_SQ_DRAINED, IBV_EVENT_PATH_MIG, IBV_EVENT_PATH_MIG_ERR, IBV_EVENT_QP_LAST_WQE_REACHED:
            guard let pair = pairs.last else { return }
            event = .init(kind: kind, object: pair)
            let ends = [IBV_EVENT_QP_FATAL, IBV_EVENT_QP_REQ_ERR, IBV_EVENT_QP_ACCESS_ERR].contains(kind)
            if ends { pair.fail(in: self) }
        default:
            event = .init(kind: kind)
            if kind == IBV_EVENT_DEVICE_FATAL { for pair in pairs { pair.fail(in: self) } }
        }
        context.events.waiting.append(event)
    }

    /// A program has ended: the kernel takes back what it held, and its peers notice.
    func dropConnections(of process: SimulatedProcess) {
        for id in fabric.ids where id.process === process {
            id.queuePair?.fail(in: self)
            id.connection?.leave(id, in: self)
        }
        fabric.listeners.removeAll { $0.process === process }
    }
}
