#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import CVerbs

@testable import RDMAProbe

extension FabricCalls {
    static func replaceConnectionManager(_ calls: inout cverbs_calls) {
        replaceChannels(&calls)
        replaceIDs(&calls)
        replaceConnections(&calls)
    }

    private static func replaceChannels(_ calls: inout cverbs_calls) {
        calls.create_event_channel = {
            guard let (world, process, code) = FabricCalls.begin(.createEventChannel) else {
                return FabricCalls.libraries.create_event_channel()
            }
            guard code == 0, let descriptor = world.add({ EventDescriptor($0, process) }) as? EventDescriptor else {
                errno = code
                return nil
            }
            let channel = FabricEventChannel(process, descriptor)
            world.fabric.insert(channel)
            return channel.raw
        }
        calls.destroy_event_channel = { channel in
            guard let (world, process, _) = FabricCalls.begin(.destroyEventChannel) else {
                return FabricCalls.libraries.destroy_event_channel(channel)
            }
            _ = FabricCalls.destroy(channel, world, process, 0, as: FabricEventChannel.self) { object in
                if world.fabric.ids.contains(where: { $0.channel === object }) {
                    world.violate("an event channel goes before an id whose events it has")
                }
                object.descriptor.isOpen = false
                return 0
            }
        }
        calls.get_cm_event = { channel, event in
            guard let (world, process, code) = FabricCalls.begin(.getEvent) else {
                return FabricCalls.libraries.get_cm_event(channel, event)
            }
            if code != 0 { return FabricCalls.fail(code) }
            guard let channel: FabricEventChannel = world.fabric.object(channel) else { return FabricCalls.fail(EBADF) }
            guard !channel.waiting.isEmpty else {
                world.foundNothing()
                return FabricCalls.fail(EAGAIN)
            }
            world.foundSomething()
            let waiting = channel.waiting.removeFirst()
            channel.descriptor.count -= 1
            let raw = zeroed(rdma_cm_event.self)
            raw.pointee.event = waiting.kind
            raw.pointee.status = waiting.status
            raw.pointee.id = waiting.id.raw
            waiting.id.unacknowledged += 1
            if let request = waiting.request {
                let newcomer = world.newcomer(of: request, at: waiting.id)
                raw.pointee.listen_id = waiting.id.raw
                raw.pointee.id = newcomer.raw
                waiting.id.unacknowledged -= 1
                newcomer.unacknowledged += 1
                raw.pointee.param.conn.responder_resources = 1
                raw.pointee.param.conn.initiator_depth = 1
            }
            if !waiting.data.isEmpty {
                let data = UnsafeMutableRawPointer.allocate(byteCount: waiting.data.count, alignment: 1)
                data.copyMemory(from: waiting.data, byteCount: waiting.data.count)
                raw.pointee.param.conn.private_data = UnsafeRawPointer(data)
                raw.pointee.param.conn.private_data_len = UInt8(clamping: waiting.data.count)
            }
            world.fabric.record.events[ObjectIdentifier(process), default: []].append(waiting.kind.rawValue)
            event?.pointee = raw
            return 0
        }
        calls.ack_cm_event = { event in
            guard let (world, process, code) = FabricCalls.begin(.acknowledgeEvent) else {
                return FabricCalls.libraries.ack_cm_event(event)
            }
            guard let event else { return FabricCalls.fail(EINVAL) }
            let id: FabricID? = world.fabric.object(event.pointee.id)
            id?.unacknowledged -= 1
            UnsafeMutableRawPointer(mutating: event.pointee.param.conn.private_data)?.deallocate()
            event.deallocate()
            return code == 0 || process.hasCrashed ? 0 : FabricCalls.fail(code)
        }
    }

    private static func replaceIDs(_ calls: inout cverbs_calls) {
        calls.create_id = { channel, id, context, space in
            guard let (world, process, code) = FabricCalls.begin(.createID) else {
                return FabricCalls.libraries.create_id(channel, id, context, space)
            }
            if code != 0 { return FabricCalls.fail(code) }
            guard let channel: FabricEventChannel = world.fabric.object(channel) else { return FabricCalls.fail(EBADF) }
            let new = FabricID(on: channel, process)
            world.add(new)
            id?.pointee = new.raw
            return 0
        }
        calls.destroy_id = { id in
            guard let (world, process, code) = FabricCalls.begin(.destroyID) else {
                return FabricCalls.libraries.destroy_id(id)
            }
            let result = FabricCalls.destroy(id, world, process, code, as: FabricID.self) { object in
                // The real call waits for ever.
                if object.unacknowledged > 0 { world.violate("an id goes with events not acknowledged") }
                if object.queuePair != nil { world.violate("an id goes before its queue pair") }
                object.connection?.leave(object, in: world)
                object.channel.drop { $0.id === object }
                if object.isListening {
                    // The kernel turns away what still waits.
                    world.fabric.listeners.removeAll { $0 === object }
                }
                world.fabric.ids.removeAll { $0 === object }
                return 0
            }
            return result == 0 ? 0 : FabricCalls.fail(result)
        }
        calls.migrate_id = { id, channel in
            guard let (world, _, code) = FabricCalls.begin(.migrateID) else {
                return FabricCalls.libraries.migrate_id(id, channel)
            }
            if code != 0 { return FabricCalls.fail(code) }
            guard let id: FabricID = world.fabric.object(id), let new: FabricEventChannel = world.fabric.object(channel)
            else { return FabricCalls.fail(EINVAL) }
            let old = id.channel
            let moved = old.waiting.filter { $0.id === id && $0.request == nil }
            old.drop { $0.id === id && $0.request == nil }
            for event in moved { new.push(event) }
            id.channel = new
            id.raw.pointee.channel = new.raw
            return 0
        }
        calls.bind_addr = { id, address in
            guard let (world, _, code) = FabricCalls.begin(.bindAddress) else {
                return FabricCalls.libraries.bind_addr(id, address)
            }
            if code != 0 { return FabricCalls.fail(code) }
            guard let id: FabricID = world.fabric.object(id), let address = SocketAddress(raw: address) else {
                return FabricCalls.fail(EINVAL)
            }
            let refusal = id.bind(to: address, in: world)
            return refusal == 0 ? 0 : FabricCalls.fail(refusal)
        }
        calls.listen = { id, backlog in
            guard let (world, _, code) = FabricCalls.begin(.listen) else {
                return FabricCalls.libraries.listen(id, backlog)
            }
            if code != 0 { return FabricCalls.fail(code) }
            guard let id: FabricID = world.fabric.object(id), id.local != nil else { return FabricCalls.fail(EINVAL) }
            id.isListening = true
            world.fabric.listeners.append(id)
            return 0
        }
        calls.set_option = { id, level, name, value, length in
            guard let (world, _, code) = FabricCalls.begin(.setOption) else {
                return FabricCalls.libraries.set_option(id, level, name, value, length)
            }
            if code != 0 { return FabricCalls.fail(code) }
            if name == CInt(RDMA_OPTION_ID_TOS), length == 1, let id: FabricID = world.fabric.object(id) {
                id.typeOfService = value?.load(as: UInt8.self)
            }
            return 0
        }
        calls.create_qp = { id, pd, attributes in
            guard let (world, _, code) = FabricCalls.begin(.createQueuePair) else {
                return FabricCalls.libraries.create_qp(id, pd, attributes)
            }
            if code != 0 { return FabricCalls.fail(code) }
            guard let id: FabricID = world.fabric.object(id), let domain: FabricDomain = world.fabric.object(pd),
                let attributes, let queue: FabricCompletionQueue = world.fabric.object(attributes.pointee.send_cq),
                id.raw.pointee.verbs != nil, id.queuePair == nil
            else { return FabricCalls.fail(EINVAL) }
            world.fabric.nextQueuePair += 1
            let pair = FabricQueuePair(id, domain, queue, number: world.fabric.nextQueuePair)
            pair.raw.pointee.qp_context = attributes.pointee.qp_context
            domain.users += 1
            queue.users += 1
            id.queuePair = pair
            id.raw.pointee.qp = pair.raw
            world.fabric.insert(pair)
            return 0
        }
        calls.destroy_qp = { id in
            guard let (world, process, _) = FabricCalls.begin(.destroyQueuePair) else {
                return FabricCalls.libraries.destroy_qp(id)
            }
            guard let id: FabricID = world.fabric.object(id), let pair = id.queuePair else {
                return world.violate("a queue pair is destroyed that is not there")
            }
            _ = FabricCalls.destroy(pair.raw, world, process, 0, as: FabricQueuePair.self) {
                // The real call waits for ever.
                if $0.unacknowledgedAsync > 0 { world.violate("a queue pair goes with events not acknowledged") }
                world.fabric.contexts[ObjectIdentifier(process)]?.events.drop(about: $0)
                $0.domain.users -= 1
                $0.completions.users -= 1
                // What the pair has in its queue goes with it.
                return 0
            }
            id.queuePair = nil
            id.raw.pointee.qp = nil
        }
    }

    private static func replaceConnections(_ calls: inout cverbs_calls) {
        calls.resolve_addr = { id, source, destination, timeout in
            guard let (world, _, code) = FabricCalls.begin(.resolveAddress) else {
                return FabricCalls.libraries.resolve_addr(id, source, destination, timeout)
            }
            if code != 0 { return FabricCalls.fail(code) }
            guard let id: FabricID = world.fabric.object(id), let source = SocketAddress(raw: source),
                let destination = SocketAddress(raw: destination)
            else { return FabricCalls.fail(EINVAL) }
            let refusal = id.bind(to: SocketAddress(address: source.address, port: 0), in: world)
            if refusal != 0 { return FabricCalls.fail(refusal) }
            id.setPeer(destination)
            let silent = world.streams.isSilent(destination.address) || !world.isRDMAPathOpen
            let wait = silent ? UInt64(max(0, timeout)) * 1_000_000 : world.someTime(10_000...100_000)
            world.after(wait) {
                if silent {
                    id.tell(RDMA_CM_EVENT_ADDR_ERROR, status: -ETIMEDOUT, in: world)
                } else {
                    id.tell(RDMA_CM_EVENT_ADDR_RESOLVED, in: world)
                }
            }
            return 0
        }
        calls.resolve_route = { id, timeout in
            guard let (world, _, code) = FabricCalls.begin(.resolveRoute) else {
                return FabricCalls.libraries.resolve_route(id, timeout)
            }
            if code != 0 { return FabricCalls.fail(code) }
            guard let id: FabricID = world.fabric.object(id) else { return FabricCalls.fail(EINVAL) }
            world.after(world.someTime(10_000...100_000)) { id.tell(RDMA_CM_EVENT_ROUTE_RESOLVED, in: world) }
            return 0
        }
        calls.connect = { id, parameters in
            guard let (world, process, code) = FabricCalls.begin(.connect) else {
                return FabricCalls.libraries.connect(id, parameters)
            }
            if code != 0 { return FabricCalls.fail(code) }
            guard let id: FabricID = world.fabric.object(id), let parameters, id.queuePair != nil, id.peer != nil else {
                return FabricCalls.fail(EINVAL)
            }
            parameters.pointee.check(in: world)
            let connection = FabricConnection(client: id, privateData: parameters.pointee.data)
            id.connection = connection
            guard process.host.isIWARP else {
                connection.request(in: world)
                return 0
            }
            return world.connectTCP(connection, of: id)
        }
        calls.accept = { id, parameters in
            guard let (world, _, code) = FabricCalls.begin(.accept) else {
                return FabricCalls.libraries.accept(id, parameters)
            }
            if code != 0 { return FabricCalls.fail(code) }
            guard let id: FabricID = world.fabric.object(id), let connection = id.connection, id.queuePair != nil,
                !connection.hasEnded
            else { return FabricCalls.fail(EINVAL) }
            parameters?.pointee.check(in: world)
            connection.accept(by: id, in: world)
            return 0
        }
        calls.reject = { id, data, length in
            guard let (world, _, code) = FabricCalls.begin(.reject) else {
                return FabricCalls.libraries.reject(id, data, length)
            }
            if code != 0 { return FabricCalls.fail(code) }
            guard let id: FabricID = world.fabric.object(id), let connection = id.connection else {
                return FabricCalls.fail(EINVAL)
            }
            let bytes = data.map { [UInt8](UnsafeRawBufferPointer(start: $0, count: Int(length))) } ?? []
            connection.reject(status: 28, data: bytes, in: world)
            return 0
        }
        calls.disconnect = { id in
            guard let (world, _, code) = FabricCalls.begin(.disconnect) else {
                return FabricCalls.libraries.disconnect(id)
            }
            if code != 0 { return FabricCalls.fail(code) }
            guard let id: FabricID = world.fabric.object(id), let connection = id.connection else {
                return FabricCalls.fail(EINVAL)
            }
            id.queuePair?.fail(in: world)
            connection.leave(id, in: world)
            return 0
        }
    }
}

extension rdma_conn_param {
    /// Seven retries are retries without an end: of transport to rxe, whose rxe_comp.c never counts them down, and of a
    /// receiver that is not ready to every adapter.
    fileprivate func check(in world: World) {
        if retry_count > 6 || rnr_retry_count > 6 { world.violate("a connection that would be tried for ever") }
    }

    /// The bytes that a request carries.
    fileprivate var data: [UInt8] {
        [UInt8](UnsafeRawBufferPointer(start: private_data, count: private_data == nil ? 0 : Int(private_data_len)))
    }
}

extension SocketAddress {
    /// Reads a socket address of C.
    init?(raw: UnsafeMutablePointer<sockaddr>?) {
        guard let raw else { return nil }
        let count =
            CInt(raw.pointee.sa_family) == AF_INET6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
        self.init(bytes: [UInt8](UnsafeRawBufferPointer(start: raw, count: count)))
    }
}

extension World {
    func add(_ id: FabricID) {
        fabric.insert(id)
        fabric.ids.append(id)
    }

    /// The id that a request brings, made when its event is taken, as the library does.
    fileprivate func newcomer(of request: FabricConnection, at listener: FabricID) -> FabricID {
        let id = FabricID(on: listener.channel, listener.process)
        if let local = listener.local { _ = id.bind(to: SocketAddress(address: local.address, port: 0), in: self) }
        if let local = listener.local { id.local = local }
        if let peer = request.client.local { id.setPeer(peer) }
        id.connection = request
        add(id)
        return id
    }

    /// `rdma_connect` of software iWARP: blocks until TCP has connected, whatever deadline the caller has; a signal ends
    /// it.
    fileprivate func connectTCP(_ connection: FabricConnection, of id: FabricID) -> CInt {
        let isReachable =
            isRDMAPathOpen && !fabric.losesRequests && id.peer.map { !streams.isSilent($0.address) } ?? false
        guard let me = running else { return FabricCalls.fail(EINVAL) }
        block(
            on: .init(
                descriptors: [], interest: .readable,
                deadline: time &+ (isReachable ? someTime(50_000...300_000) : 127_000_000_000)))
        if process.hasCrashed { return FabricCalls.fail(ENODEV) }
        if me.isInterrupted {
            me.isInterrupted = false
            return FabricCalls.fail(EINTR)
        }
        guard isReachable else { return FabricCalls.fail(ETIMEDOUT) }
        guard let peer = id.peer, !fabric.refusesRequests, listener(onRDMAAddress: peer) != nil else {
            return FabricCalls.fail(ECONNREFUSED)
        }
        connection.request(in: self)
        return 0
    }
}
