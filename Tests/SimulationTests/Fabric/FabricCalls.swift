#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import CVerbs
import ClusterCore

@testable import RDMAProbe

/// The simulated libraries, as functions that C calls. On a thread without a world they are the real ones.
enum FabricCalls {
    /// The libraries' own functions.
    static let libraries = cverbs_library_calls

    /// Puts the simulated functions in force for the process, once.
    static let installed: Bool = {
        let table = UnsafeMutablePointer<cverbs_calls>.allocate(capacity: 1)
        table.initialize(to: libraries)
        replaceDevices(&table.pointee)
        replaceObjects(&table.pointee)
        replaceConnectionManager(&table.pointee)
        replaceDatagrams(&table.pointee)
        cverbs_replace_calls(table)
        return true
    }()

    /// A call of a site: what it is to fail with, or 0, or `nil` on a thread without a world.
    static func begin(_ site: CallSite) -> (world: World, process: SimulatedProcess, code: CInt)? {
        guard let world = World.current else { return nil }
        guard let process = world.enter() else {
            // What a crashed program does has no effect. It may free what it has, and gets nothing new.
            return (world, world.process, ENODEV)
        }
        let number = process.reached[site, default: 0] + 1
        process.reached[site] = number
        world.spend(20)
        if let injection = process.injection, injection.site == site, !site.isInfallible,
            injection.isLasting ? number >= injection.number : number == injection.number
        {
            process.injection?.wasMet = true
            return (world, process, injection.code)
        }
        return (world, process, 0)
    }

    /// Fails as most calls do.
    static func fail(_ code: CInt) -> CInt {
        errno = code
        return -1
    }

    private static func replaceDevices(_ calls: inout cverbs_calls) {
        calls.query_port = { context, port, attributes in
            guard let (_, _, code) = FabricCalls.begin(.queryPort) else {
                return FabricCalls.libraries.query_port(context, port, attributes)
            }
            if code != 0 { return code }
            attributes?.pointee.state = IBV_PORT_ACTIVE
            attributes?.pointee.active_mtu = IBV_MTU_4096
            attributes?.pointee.link_layer = UInt8(IBV_LINK_LAYER_ETHERNET)
            return 0
        }
        calls.query_gid_table = { context, entries, capacity in
            guard let (_, process, code) = FabricCalls.begin(.queryGIDTable) else {
                return FabricCalls.libraries.query_gid_table(context, entries, capacity)
            }
            if code != 0 { return -Int(code) }
            var entry = ibv_gid_entry()
            let gid = [UInt8](repeating: 0, count: 10) + [0xff, 0xff] + process.host.address.bytes
            withUnsafeMutableBytes(of: &entry.gid) { $0.copyBytes(from: gid.prefix(16)) }
            entry.port_num = 1
            entry.gid_type = UInt32(IBV_GID_TYPE_ROCE_V2.rawValue)
            entries?.pointee = entry
            return 1
        }
        calls.query_device = { context, attributes in
            guard let (_, process, code) = FabricCalls.begin(.queryDevice) else {
                return FabricCalls.libraries.query_device(context, attributes)
            }
            attributes?.pointee.atomic_cap = process.host.hasAtomics ? IBV_ATOMIC_HCA : IBV_ATOMIC_NONE
            return code
        }
        calls.get_async_event = { context, event in
            guard let (world, process, code) = FabricCalls.begin(.getAsyncEvent) else {
                return FabricCalls.libraries.get_async_event(context, event)
            }
            if code != 0 { return FabricCalls.fail(code) }
            guard let context: FabricContext = world.fabric.object(context) else { return FabricCalls.fail(EBADF) }
            guard !context.events.waiting.isEmpty else {
                world.foundNothing()
                return FabricCalls.fail(EAGAIN)
            }
            world.foundSomething()
            let waiting = context.events.waiting.removeFirst()
            var raw = ibv_async_event()
            raw.event_type = waiting.kind
            if let pair = waiting.object as? FabricQueuePair {
                pair.unacknowledgedAsync += 1
                raw.element.qp = pair.raw
            } else if let queue = waiting.object as? FabricCompletionQueue {
                queue.unacknowledgedAsync += 1
                raw.element.cq = queue.raw
            } else {
                raw.element.port_num = 1
            }
            world.fabric.record.asyncEvents[ObjectIdentifier(process), default: []].append(waiting.kind.rawValue)
            event?.pointee = raw
            return 0
        }
        calls.ack_async_event = { event in
            guard let (world, _, _) = FabricCalls.begin(.acknowledgeAsyncEvent) else {
                return FabricCalls.libraries.ack_async_event(event)
            }
            guard let event else { return }
            let pair: FabricQueuePair? = world.fabric.object(event.pointee.element.qp)
            pair?.unacknowledgedAsync -= 1
            let queue: FabricCompletionQueue? = world.fabric.object(event.pointee.element.cq)
            queue?.unacknowledgedAsync -= 1
        }
        calls.set_nonblocking = { descriptor in
            guard let (world, _, code) = FabricCalls.begin(.setNonBlocking) else {
                return FabricCalls.libraries.set_nonblocking(descriptor)
            }
            if code != 0 { return FabricCalls.fail(code) }
            return world.descriptor(descriptor) == nil ? FabricCalls.fail(EBADF) : 0
        }
    }
}

extension FabricCalls {
    private static func replaceObjects(_ calls: inout cverbs_calls) {
        calls.alloc_pd = { context in
            guard let (world, process, code) = FabricCalls.begin(.allocateDomain) else {
                return FabricCalls.libraries.alloc_pd(context)
            }
            guard code == 0, let context else {
                errno = code
                return nil
            }
            let domain = FabricDomain(process, context)
            world.fabric.insert(domain)
            return domain.raw
        }
        calls.dealloc_pd = { pd in
            guard let (world, process, code) = FabricCalls.begin(.deallocateDomain) else {
                return FabricCalls.libraries.dealloc_pd(pd)
            }
            return FabricCalls.destroy(pd, world, process, code, as: FabricDomain.self) { $0.users > 0 ? EBUSY : 0 }
        }
        calls.reg_mr = { pd, address, length, access in
            guard let (world, process, code) = FabricCalls.begin(.registerMemory) else {
                return FabricCalls.libraries.reg_mr(pd, address, length, access)
            }
            guard code == 0, let address, let domain: FabricDomain = world.fabric.object(pd) else {
                errno = code == 0 ? EINVAL : code
                return nil
            }
            world.fabric.nextKey += 0x100
            let memory = FabricMemory(domain, address, length, access: UInt32(access), key: world.fabric.nextKey)
            domain.users += 1
            _ = process
            world.fabric.insert(memory)
            world.fabric.memories[memory.raw.pointee.lkey] = memory
            return memory.raw
        }
        calls.dereg_mr = { mr in
            guard let (world, process, code) = FabricCalls.begin(.deregisterMemory) else {
                return FabricCalls.libraries.dereg_mr(mr)
            }
            return FabricCalls.destroy(mr, world, process, code, as: FabricMemory.self) {
                $0.domain.users -= 1
                world.fabric.memories[$0.raw.pointee.lkey] = nil
                return 0
            }
        }
        calls.create_comp_channel = { context in
            guard let (world, process, code) = FabricCalls.begin(.createCompletionChannel) else {
                return FabricCalls.libraries.create_comp_channel(context)
            }
            guard code == 0, let descriptor = world.add({ EventDescriptor($0, process) }) as? EventDescriptor else {
                errno = code
                return nil
            }
            let channel = FabricCompletionChannel(world.context(of: process), descriptor)
            world.fabric.insert(channel)
            return channel.raw
        }
        calls.destroy_comp_channel = { channel in
            guard let (world, process, code) = FabricCalls.begin(.destroyCompletionChannel) else {
                return FabricCalls.libraries.destroy_comp_channel(channel)
            }
            return FabricCalls.destroy(channel, world, process, code, as: FabricCompletionChannel.self) {
                guard $0.users == 0 else { return EBUSY }
                $0.descriptor.isOpen = false
                return 0
            }
        }
        calls.create_cq = { context, depth, cqContext, channel, vector in
            guard let (world, process, code) = FabricCalls.begin(.createCompletionQueue) else {
                return FabricCalls.libraries.create_cq(context, depth, cqContext, channel, vector)
            }
            guard code == 0 else {
                errno = code
                return nil
            }
            let channel: FabricCompletionChannel? = world.fabric.object(channel)
            channel?.users += 1
            let queue = FabricCompletionQueue(
                world.context(of: process), depth: Int(depth), subject: cqContext, channel)
            world.fabric.insert(queue)
            return queue.raw
        }
        calls.destroy_cq = { cq in
            guard let (world, process, code) = FabricCalls.begin(.destroyCompletionQueue) else {
                return FabricCalls.libraries.destroy_cq(cq)
            }
            return FabricCalls.destroy(cq, world, process, code, as: FabricCompletionQueue.self) { queue in
                guard queue.users == 0 else { return EBUSY }
                // The real call waits for ever.
                if queue.unacknowledged + queue.unacknowledgedAsync > 0 {
                    world.violate("a completion queue goes with events not acknowledged")
                }
                world.fabric.contexts[ObjectIdentifier(process)]?.events.drop(about: queue)
                if let channel = queue.channel {
                    channel.users -= 1
                    let before = channel.waiting.count
                    channel.waiting.removeAll { $0 === queue }
                    channel.descriptor.count -= before - channel.waiting.count
                }
                return 0
            }
        }
        calls.get_cq_event = { channel, cq, cqContext in
            guard let (world, _, code) = FabricCalls.begin(.getCompletionEvent) else {
                return FabricCalls.libraries.get_cq_event(channel, cq, cqContext)
            }
            if code != 0 { return FabricCalls.fail(code) }
            guard let channel: FabricCompletionChannel = world.fabric.object(channel) else {
                return FabricCalls.fail(EBADF)
            }
            guard !channel.waiting.isEmpty else { return FabricCalls.fail(EAGAIN) }
            let queue = channel.waiting.removeFirst()
            channel.descriptor.count -= 1
            queue.unacknowledged += 1
            cq?.pointee = queue.raw
            cqContext?.pointee = nil
            return 0
        }
        calls.ack_cq_events = { cq, count in
            guard let (world, _, _) = FabricCalls.begin(.acknowledgeCompletionEvents) else {
                return FabricCalls.libraries.ack_cq_events(cq, count)
            }
            let queue: FabricCompletionQueue? = world.fabric.object(cq)
            queue?.unacknowledged -= Int(count)
        }
        calls.modify_qp = { qp, attributes, mask in
            guard let (world, _, code) = FabricCalls.begin(.modifyQueuePair) else {
                return FabricCalls.libraries.modify_qp(qp, attributes, mask)
            }
            if code != 0 { return code }
            if let pair: FabricDatagramPair = world.fabric.object(qp) {
                if UInt32(mask) & IBV_QP_QKEY.rawValue != 0 { pair.key = attributes?.pointee.qkey }
                return 0
            }
            guard let pair: FabricQueuePair = world.fabric.object(qp) else { return EINVAL }
            if UInt32(mask) & IBV_QP_STATE.rawValue != 0, attributes?.pointee.qp_state == IBV_QPS_ERR {
                pair.fail(in: world)
            }
            return 0
        }
        calls.query_qp = { qp, attributes, mask, initial in
            guard let (world, process, code) = FabricCalls.begin(.queryQueuePair) else {
                return FabricCalls.libraries.query_qp(qp, attributes, mask, initial)
            }
            if code != 0 { return code }
            guard let pair: FabricQueuePair = world.fabric.object(qp) else { return EINVAL }
            // The far end takes the path as the request brought it.
            attributes?.pointee.ah_attr.is_global = process.host.isIWARP ? 0 : 1
            attributes?.pointee.ah_attr.grh.traffic_class =
                pair.id?.typeOfService ?? pair.peer?.id?.typeOfService ?? 0
            return 0
        }
    }

    /// Destroys an object unless something forbids it. What a crashed program frees is gone already for everyone else.
    static func destroy<Object: FabricObject>(
        _ pointer: UnsafeRawPointer?, _ world: World, _ process: SimulatedProcess, _ code: CInt, as _: Object.Type,
        _ prepare: (Object) -> CInt
    ) -> CInt {
        if code != 0, !process.hasCrashed { return code }
        guard let object: Object = world.fabric.object(pointer) else {
            world.violate("a \(Object.self) is destroyed that is not there")
            return EINVAL
        }
        let refusal = prepare(object)
        if refusal != 0 {
            world.violate("a \(Object.self) is destroyed while it is in use")
            return refusal
        }
        if world.planted == .forgetsProtectionDomain, object is FabricDomain { return 0 }
        world.fabric.remove(object)
        return 0
    }
}
