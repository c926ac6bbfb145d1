#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import CVerbs
import ClusterCore

/// `ibv_ah`
final class FabricAddressHandle: FabricObject, @unchecked Sendable {
    let raw: UnsafeMutablePointer<ibv_ah>
    let domain: FabricDomain
    let gid: [UInt8]

    init(_ domain: FabricDomain, gid: [UInt8]) {
        raw = zeroed(ibv_ah.self)
        raw.pointee.context = domain.raw.pointee.context
        raw.pointee.pd = domain.raw
        self.domain = domain
        self.gid = gid
        super.init(domain.process, raw)
    }

    deinit { raw.deallocate() }
}

/// `ibv_qp` of unreliable datagrams: what is sent arrives, or does not, once or more often, sooner or later.
final class FabricDatagramPair: FabricObject, @unchecked Sendable {
    let raw: UnsafeMutablePointer<ibv_qp>
    let domain: FabricDomain
    let completions: FabricCompletionQueue
    var rooms: [FabricQueuePair.Room] = []
    /// What a datagram must carry; `nil` before it receives at all.
    var key: UInt32?

    init(_ domain: FabricDomain, _ completions: FabricCompletionQueue, number: UInt32) {
        raw = zeroed(ibv_qp.self)
        raw.pointee.context = domain.raw.pointee.context
        raw.pointee.pd = domain.raw
        raw.pointee.send_cq = completions.raw
        raw.pointee.recv_cq = completions.raw
        raw.pointee.qp_type = IBV_QPT_UD
        raw.pointee.qp_num = number
        self.domain = domain
        self.completions = completions
        super.init(domain.process, raw)
    }

    deinit { raw.deallocate() }

    private func isAlive(in world: World) -> Bool { world.fabric.objects[address] === self && !process.hasCrashed }

    func send(_ request: ibv_send_wr, _ payload: [UInt8], in world: World) -> CInt {
        guard key != nil, let way: FabricAddressHandle = world.fabric.object(request.wr.ud.ah) else { return EINVAL }
        var completion = ibv_wc()
        completion.wr_id = request.wr_id
        completion.opcode = IBV_WC_SEND
        world.after(world.someTime(50...100)) { [self] in
            if isAlive(in: world) { completions.push(completion, in: world) }
        }
        let (number, key, gid) = (request.wr.ud.remote_qpn, request.wr.ud.remote_qkey, way.gid)
        let datagrams = world.fabric.datagrams
        world.fabric.record.datagramsSent[ObjectIdentifier(process), default: 0] += 1
        if world.chance(world.fabric.lossPerThousand, in: 1000) || !world.isRDMAPathOpen
            || world.streams.isSilent(process.host.address)
        {
            world.fabric.record.datagramsDropped[ObjectIdentifier(process), default: 0] += 1
            return 0
        }
        let copies = world.chance(datagrams.twicePerThousand, in: 1000) ? 2 : 1
        for _ in 0..<copies {
            let delay = world.chance(datagrams.latePerThousand, in: 1000) ? datagrams.lateness : 0
            world.after(world.someTime(100...400) + world.fabric.slowness + delay) { [self] in
                guard let target = world.datagramPair(number, at: gid) else { return }
                target.take(payload, key: key, from: raw.pointee.qp_num, in: world)
            }
        }
        return 0
    }

    /// What has no room, or another key, is dropped without a word.
    func take(_ payload: [UInt8], key: UInt32, from number: UInt32, in world: World) {
        guard isAlive(in: world), key == self.key, let room = rooms.first, room.count >= payload.count + 40,
            let memory = world.fabric.memories[room.key], memory.domain === domain,
            memory.allows(IBV_ACCESS_LOCAL_WRITE.rawValue, room.address, room.count),
            let start = UnsafeMutableRawPointer(bitPattern: UInt(room.address))
        else { return }
        rooms.removeFirst()
        start.initializeMemory(as: UInt8.self, repeating: 0xee, count: 40)
        (start + 40).copyMemory(from: payload, byteCount: payload.count)
        var completion = ibv_wc()
        completion.wr_id = room.request
        completion.opcode = IBV_WC_RECV
        completion.byte_len = UInt32(payload.count + 40)
        completion.src_qp = number
        completion.qp_num = raw.pointee.qp_num
        completions.push(completion, in: world)
    }
}

/// What goes wrong with datagrams beside loss.
struct DatagramTrouble: Hashable, Sendable {
    /// Of a thousand, so many arrive twice.
    var twicePerThousand: UInt64 = 0
    /// Of a thousand, so many arrive later by so much.
    var latePerThousand: UInt64 = 0
    var lateness: UInt64 = 0
}

extension World {
    func datagramPair(_ number: UInt32, at gid: [UInt8]) -> FabricDatagramPair? {
        fabric.objects.values.lazy.compactMap { $0 as? FabricDatagramPair }.first {
            $0.raw.pointee.qp_num == number && gid.suffix(4).elementsEqual($0.process.host.address.bytes)
        }
    }

    /// Sends datagrams that are not the peer's to a queue pair, as anyone on the network can who knows its number and
    /// key: from a queue pair that does not exist, and as if from every one that does. None has the session's mark.
    func forgeDatagram(to process: SimulatedProcess) {
        let pairs = fabric.objects.values.compactMap { $0 as? FabricDatagramPair }
        for pair in pairs where pair.process === process {
            pair.take([UInt8](repeating: 0, count: 16), key: pair.key ?? 0, from: 0xfffff, in: self)
            pair.take([UInt8](repeating: 0, count: 16), key: (pair.key ?? 0) ^ 1, from: 0xfffff, in: self)
            for other in pairs where other !== pair {
                for number in [0, 150, UInt64.max / 2] {
                    let numbered = withUnsafeBytes(of: number.bigEndian) { [UInt8]($0) }
                    pair.take(
                        [UInt8](repeating: 0, count: 8) + numbered, key: pair.key ?? 0,
                        from: other.raw.pointee.qp_num, in: self)
                }
            }
        }
    }
}

extension FabricCalls {
    static func replaceDatagrams(_ calls: inout cverbs_calls) {
        calls.create_datagram_qp = { pd, attributes in
            guard let (world, _, code) = FabricCalls.begin(.createDatagramPair) else {
                return FabricCalls.libraries.create_datagram_qp(pd, attributes)
            }
            guard code == 0, let domain: FabricDomain = world.fabric.object(pd), let attributes,
                let queue: FabricCompletionQueue = world.fabric.object(attributes.pointee.send_cq)
            else {
                errno = code == 0 ? EINVAL : code
                return nil
            }
            world.fabric.nextQueuePair += 1
            let pair = FabricDatagramPair(domain, queue, number: world.fabric.nextQueuePair)
            pair.raw.pointee.qp_context = attributes.pointee.qp_context
            domain.users += 1
            queue.users += 1
            world.fabric.insert(pair)
            return pair.raw
        }
        calls.destroy_datagram_qp = { qp in
            guard let (world, process, code) = FabricCalls.begin(.destroyDatagramPair) else {
                return FabricCalls.libraries.destroy_datagram_qp(qp)
            }
            return FabricCalls.destroy(qp, world, process, code, as: FabricDatagramPair.self) {
                $0.domain.users -= 1
                $0.completions.users -= 1
                return 0
            }
        }
        calls.create_ah = { pd, attributes in
            guard let (world, _, code) = FabricCalls.begin(.createAddressHandle) else {
                return FabricCalls.libraries.create_ah(pd, attributes)
            }
            guard code == 0, let domain: FabricDomain = world.fabric.object(pd), let attributes else {
                errno = code == 0 ? EINVAL : code
                return nil
            }
            let gid = withUnsafeBytes(of: attributes.pointee.grh.dgid) { [UInt8]($0) }
            let handle = FabricAddressHandle(domain, gid: gid)
            domain.users += 1
            world.fabric.insert(handle)
            return handle.raw
        }
        calls.destroy_ah = { ah in
            guard let (world, process, code) = FabricCalls.begin(.destroyAddressHandle) else {
                return FabricCalls.libraries.destroy_ah(ah)
            }
            return FabricCalls.destroy(ah, world, process, code, as: FabricAddressHandle.self) {
                $0.domain.users -= 1
                return 0
            }
        }
    }
}
