#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import CVerbs

/// The data path, which a context brings along: these are only ever called with a simulated one.
extension FabricCalls {
    static let postSend:
        @convention(c) @Sendable (
            UnsafeMutablePointer<ibv_qp>?, UnsafeMutablePointer<ibv_send_wr>?,
            UnsafeMutablePointer<UnsafeMutablePointer<ibv_send_wr>?>?
        ) -> CInt = { qp, request, bad in
            guard let (world, process, code) = FabricCalls.begin(.postSend) else { return EINVAL }
            if code != 0 { return code }
            if let pair: FabricDatagramPair = world.fabric.object(qp), let request = request?.pointee,
                let part = request.sg_list?.pointee
            {
                world.spend(50)
                let start = UnsafeRawPointer(bitPattern: UInt(part.addr))
                return pair.send(
                    request, [UInt8](UnsafeRawBufferPointer(start: start, count: Int(part.length))), in: world)
            }
            guard let pair: FabricQueuePair = world.fabric.object(qp), let request = request?.pointee,
                let part = request.sg_list?.pointee, pair.state != .fresh
            else { return EINVAL }
            let count = Int(part.length)
            let isInline = request.send_flags & UInt32(IBV_SEND_INLINE.rawValue) != 0
            var payload: [UInt8] = []
            let isSwap = request.opcode == IBV_WR_ATOMIC_CMP_AND_SWP
            if request.opcode != IBV_WR_RDMA_READ, !isSwap, count > 0 {
                if !isInline, pair.memory(part.lkey, in: world)?.allows(0, part.addr, count) != true {
                    world.violate("a request names memory that is not registered")
                    return EINVAL
                }
                payload = [UInt8](
                    UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: UInt(part.addr)), count: count))
            }
            world.spend(50)
            process.posted += 1
            pair.post(
                .init(
                    request: request.wr_id, opcode: request.opcode, payload: payload,
                    target: (part.addr, count, part.lkey),
                    remote: isSwap
                        ? (request.wr.atomic.remote_addr, request.wr.atomic.rkey)
                        : (request.wr.rdma.remote_addr, request.wr.rdma.rkey),
                    swap: (request.wr.atomic.compare_add, request.wr.atomic.swap), posted: world.time,
                    isSignaled: request.send_flags & UInt32(IBV_SEND_SIGNALED.rawValue) != 0,
                    number: process.posted),
                in: world)
            return 0
        }

    static let postReceive:
        @convention(c) @Sendable (
            UnsafeMutablePointer<ibv_qp>?, UnsafeMutablePointer<ibv_recv_wr>?,
            UnsafeMutablePointer<UnsafeMutablePointer<ibv_recv_wr>?>?
        ) -> CInt = { qp, request, bad in
            guard let (world, _, code) = FabricCalls.begin(.postReceive) else { return EINVAL }
            if code != 0 { return code }
            if let pair: FabricDatagramPair = world.fabric.object(qp), let request = request?.pointee,
                let part = request.sg_list?.pointee
            {
                pair.rooms.append(
                    .init(
                        request: request.wr_id, address: part.addr, count: Int(part.length), key: part.lkey,
                        posted: world.time))
                return 0
            }
            guard let pair: FabricQueuePair = world.fabric.object(qp), let request = request?.pointee,
                let part = request.sg_list?.pointee
            else { return EINVAL }
            pair.postRoom(
                .init(
                    request: request.wr_id, address: part.addr, count: Int(part.length), key: part.lkey,
                    posted: world.time), in: world)
            return 0
        }

    static let pollCompletions:
        @convention(c) @Sendable (UnsafeMutablePointer<ibv_cq>?, CInt, UnsafeMutablePointer<ibv_wc>?) -> CInt = {
            cq, count, completion in
            guard let (world, _, code) = FabricCalls.begin(.pollCompletions) else { return -1 }
            if code != 0 { return -code }
            guard let queue: FabricCompletionQueue = world.fabric.object(cq) else { return -EINVAL }
            guard !queue.entries.isEmpty else {
                world.foundNothing()
                return 0
            }
            world.foundSomething()
            completion?.pointee = queue.entries.removeFirst()
            if world.planted == .ignoresFailedCompletions { completion?.pointee.status = IBV_WC_SUCCESS }
            return 1
        }

    static let arm: @convention(c) @Sendable (UnsafeMutablePointer<ibv_cq>?, CInt) -> CInt = { cq, _ in
        guard let (world, _, code) = FabricCalls.begin(.arm) else { return EINVAL }
        if code != 0 { return code }
        guard let queue: FabricCompletionQueue = world.fabric.object(cq) else { return EINVAL }
        queue.isArmed = true
        return 0
    }
}
