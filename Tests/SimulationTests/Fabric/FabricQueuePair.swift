import CVerbs

/// `ibv_qp`: a reliable connection's end. Operations leave one after another; the next leaves when the one before it
/// was answered.
final class FabricQueuePair: FabricObject, @unchecked Sendable {
    enum State { case fresh, connected, failed }

    struct Operation {
        var request: UInt64
        var opcode: ibv_wr_opcode
        var payload: [UInt8]
        var target: (address: UInt64, count: Int, key: UInt32)
        var remote: (address: UInt64, key: UInt32)
        /// What a compare and swap compares with, and what it puts there.
        var swap: (compare: UInt64, value: UInt64)
        var posted: UInt64
        /// Whether a completion tells that it succeeded.
        var isSignaled = true
        /// Told complete already, as iWARP tells a write when it has left.
        var isTold = false
        var tries = 0
        var number = 0
    }

    struct Room {
        var request: UInt64
        var address: UInt64
        var count: Int
        var key: UInt32
        var posted: UInt64
    }

    let raw: UnsafeMutablePointer<ibv_qp>
    let domain: FabricDomain
    let completions: FabricCompletionQueue
    weak var id: FabricID?
    weak var peer: FabricQueuePair?
    private(set) var state = State.fresh
    var rooms: [Room] = []
    var operations: [Operation] = []
    private var isBusy = false
    private var receiverNotReady = 0
    /// Asynchronous events about it that were taken and not acknowledged.
    var unacknowledgedAsync = 0

    /// The acknowledgement timeout, 4.096 µs · 2¹⁷, and the retries that the session sets.
    static let timeout: UInt64 = 536_870_912
    static let retries = 3

    init(_ id: FabricID, _ domain: FabricDomain, _ completions: FabricCompletionQueue, number: UInt32) {
        raw = zeroed(ibv_qp.self)
        raw.pointee.context = domain.raw.pointee.context
        raw.pointee.pd = domain.raw
        raw.pointee.send_cq = completions.raw
        raw.pointee.recv_cq = completions.raw
        raw.pointee.qp_type = IBV_QPT_RC
        raw.pointee.qp_num = number
        self.id = id
        self.domain = domain
        self.completions = completions
        super.init(id.process, raw)
    }

    deinit { raw.deallocate() }

    func isAlive(in world: World) -> Bool { world.fabric.objects[address] === self && !process.hasCrashed }

    func connect(to other: FabricQueuePair?, in world: World) {
        guard state == .fresh else { return }
        peer = other
        state = .connected
        start(in: world)
    }

    // MARK: Failing

    /// The error state: everything posted comes back as flushed.
    func fail(in world: World) {
        guard state != .failed else { return }
        state = .failed
        let flushed = operations.filter { !$0.isTold }
        operations = []
        for operation in flushed { complete(operation, IBV_WC_WR_FLUSH_ERR, in: world) }
        let empty = rooms
        rooms = []
        for room in empty { complete(room, IBV_WC_WR_FLUSH_ERR, count: 0, in: world) }
    }

    // MARK: Posting

    func post(_ operation: Operation, in world: World) {
        var operation = operation
        guard state != .failed else {
            world.after(500) { [self] in complete(operation, IBV_WC_WR_FLUSH_ERR, in: world) }
            return
        }
        if process.host.isIWARP, operation.opcode == IBV_WR_RDMA_WRITE {
            operation.isTold = true
            let told = operation
            world.after(world.someTime(50...100)) { [self] in complete(told, IBV_WC_SUCCESS, in: world) }
        }
        operations.append(operation)
        start(in: world)
    }

    func postRoom(_ room: Room, in world: World) {
        guard state != .failed else {
            world.after(500) { [self] in complete(room, IBV_WC_WR_FLUSH_ERR, count: 0, in: world) }
            return
        }
        rooms.append(room)
    }

    private func start(in world: World) {
        guard !isBusy, state == .connected, !operations.isEmpty else { return }
        isBusy = true
        attempt(in: world)
    }

    private func attempt(in world: World) {
        world.after(world.someTime(100...400) + world.fabric.slowness) { [self] in arrive(in: world) }
    }

    private func isPathOpen(_ world: World) -> Bool {
        if let dead = world.fabric.deadPath, dead.contains(world.time) { return false }
        if world.fabric.lossPerThousand > 0, world.chance(world.fabric.lossPerThousand, in: 1000) { return false }
        return !world.streams.isSilent(process.host.address)
            && peer.map { !world.streams.isSilent($0.process.host.address) } ?? true
    }

    private func arrive(in world: World) {
        guard isAlive(in: world), state == .connected, var operation = operations.first else {
            isBusy = false
            return
        }
        if process.name == "client", let status = world.fabric.forcedStatus[operation.number] {
            return finish(status, in: world)
        }
        guard isPathOpen(world), let peer, peer.isAlive(in: world), peer.state == .connected else {
            operation.tries += 1
            operations[0] = operation
            guard operation.tries <= FabricQueuePair.retries else { return finish(IBV_WC_RETRY_EXC_ERR, in: world) }
            world.after(FabricQueuePair.timeout) { [self] in arrive(in: world) }
            return
        }
        switch operation.opcode {
        case IBV_WR_SEND: send(operation, to: peer, in: world)
        case IBV_WR_RDMA_WRITE: write(operation, to: peer, in: world)
        case IBV_WR_RDMA_READ: read(operation, from: peer, in: world)
        case IBV_WR_ATOMIC_CMP_AND_SWP: compareAndSwap(operation, at: peer, in: world)
        default: finish(IBV_WC_LOC_QP_OP_ERR, in: world)
        }
    }

    /// The answer is on its way back.
    private func finish(_ status: ibv_wc_status, in world: World, _ before: @escaping () -> Void = {}) {
        world.after(world.someTime(100...400)) { [self] in
            isBusy = false
            guard isAlive(in: world), state == .connected, !operations.isEmpty else { return }
            let operation = operations.removeFirst()
            before()
            if !operation.isTold { complete(operation, status, in: world) }
            if status != IBV_WC_SUCCESS { fail(in: world) } else { start(in: world) }
        }
    }

    private func refuse(_ peer: FabricQueuePair, _ status: ibv_wc_status, in world: World) {
        peer.fail(in: world)
        finish(status, in: world)
    }

    // MARK: At the far end

    private func send(_ operation: Operation, to peer: FabricQueuePair, in world: World) {
        guard let room = peer.rooms.first else {
            receiverNotReady += 1
            guard receiverNotReady <= 6 else { return finish(IBV_WC_RNR_RETRY_EXC_ERR, in: world) }
            world.after(640_000) { [self] in arrive(in: world) }
            return
        }
        receiverNotReady = 0
        peer.rooms.removeFirst()
        guard room.count >= operation.payload.count,
            peer.place(operation.payload, at: room.address, key: room.key, right: IBV_ACCESS_LOCAL_WRITE, in: world)
        else {
            peer.complete(
                room, room.count >= operation.payload.count ? IBV_WC_LOC_PROT_ERR : IBV_WC_LOC_LEN_ERR, count: 0,
                in: world)
            return refuse(peer, IBV_WC_REM_INV_REQ_ERR, in: world)
        }
        peer.complete(room, IBV_WC_SUCCESS, count: operation.payload.count, in: world)
        finish(IBV_WC_SUCCESS, in: world)
    }

    private func write(_ operation: Operation, to peer: FabricQueuePair, in world: World) {
        let (address, key) = operation.remote
        if operation.payload.isEmpty
            || peer.place(operation.payload, at: address, key: key, right: IBV_ACCESS_REMOTE_WRITE, in: world)
        {
            return finish(IBV_WC_SUCCESS, in: world)
        }
        refuse(peer, IBV_WC_REM_ACCESS_ERR, in: world)
    }

    private func read(_ operation: Operation, from peer: FabricQueuePair, in world: World) {
        let (address, key) = operation.remote
        let count = operation.target.count
        guard let memory = peer.memory(key, in: world), memory.allows(IBV_ACCESS_REMOTE_READ.rawValue, address, count),
            let start = UnsafeRawPointer(bitPattern: UInt(address))
        else { return refuse(peer, IBV_WC_REM_ACCESS_ERR, in: world) }
        let bytes = [UInt8](UnsafeRawBufferPointer(start: start, count: count))
        // Over iWARP a read arrives as a write of the far end.
        let right = process.host.isIWARP ? IBV_ACCESS_REMOTE_WRITE : IBV_ACCESS_LOCAL_WRITE
        let target = operation.target
        guard let own = self.memory(target.key, in: world), own.allows(right.rawValue, target.address, count) else {
            return finish(IBV_WC_LOC_PROT_ERR, in: world)
        }
        finish(IBV_WC_SUCCESS, in: world) { [self] in
            _ = place(bytes, at: target.address, key: target.key, right: right, in: world)
        }
    }

    private func compareAndSwap(_ operation: Operation, at peer: FabricQueuePair, in world: World) {
        let (address, key) = operation.remote
        guard address % 8 == 0, process.host.hasAtomics, peer.process.host.hasAtomics else {
            return refuse(peer, IBV_WC_REM_INV_REQ_ERR, in: world)
        }
        let right = IBV_ACCESS_REMOTE_ATOMIC
        guard let memory = peer.memory(key, in: world), memory.allows(right.rawValue, address, 8),
            let start = UnsafeRawPointer(bitPattern: UInt(address))
        else { return refuse(peer, IBV_WC_REM_ACCESS_ERR, in: world) }
        let before = start.load(as: UInt64.self)
        if before == operation.swap.compare {
            let bytes = withUnsafeBytes(of: operation.swap.value) { [UInt8]($0) }
            _ = peer.place(bytes, at: address, key: key, right: right, in: world)
        }
        let target = operation.target
        finish(IBV_WC_SUCCESS, in: world) { [self] in
            let bytes = withUnsafeBytes(of: before) { [UInt8]($0) }
            _ = place(bytes, at: target.address, key: target.key, right: IBV_ACCESS_LOCAL_WRITE, in: world)
        }
    }

    /// The region of a key, if it is of this queue pair's domain.
    func memory(_ key: UInt32, in world: World) -> FabricMemory? {
        world.fabric.memories[key].flatMap { $0.domain === domain ? $0 : nil }
    }

    private func place(
        _ bytes: [UInt8], at address: UInt64, key: UInt32, right: ibv_access_flags, in world: World
    ) -> Bool {
        if bytes.isEmpty { return true }
        guard let memory = memory(key, in: world), memory.allows(right.rawValue, address, bytes.count),
            let start = UnsafeMutableRawPointer(bitPattern: UInt(address))
        else { return false }
        var bytes = bytes
        if let corruption = world.fabric.corruption, process.name == corruption.end, bytes.count > corruption.byte {
            world.fabric.placed += 1
            if world.fabric.placed >= corruption.first { bytes[corruption.byte] ^= 1 }
        }
        // The last byte last, as adapters place it; who polls it reads it with an acquiring load.
        start.copyMemory(from: bytes, byteCount: bytes.count)
        if let overrun = world.fabric.overrun, process.name == overrun.end,
            memory.allows(right.rawValue, address, bytes.count + 1)
        {
            world.fabric.overplaced += 1
            if world.fabric.overplaced >= overrun.first {
                start.storeBytes(of: 0, toByteOffset: bytes.count, as: UInt8.self)
            }
        }
        return true
    }

    // MARK: Completing

    private func complete(_ operation: Operation, _ status: ibv_wc_status, in world: World) {
        var completion = ibv_wc()
        completion.wr_id = operation.request
        completion.status = status
        completion.opcode =
            switch operation.opcode {
            case IBV_WR_SEND: IBV_WC_SEND
            case IBV_WR_RDMA_WRITE: IBV_WC_RDMA_WRITE
            case IBV_WR_ATOMIC_CMP_AND_SWP: IBV_WC_COMP_SWAP
            default: IBV_WC_RDMA_READ
            }
        completion.qp_num = raw.pointee.qp_num
        world.fabric.record.entries.append(
            .init(
                process: ObjectIdentifier(process), opcode: operation.opcode.rawValue, isReceive: false,
                request: operation.request, posted: operation.posted, completed: world.time, status: status.rawValue))
        if operation.isSignaled || status != IBV_WC_SUCCESS { push(completion, in: world) }
    }

    private func complete(_ room: Room, _ status: ibv_wc_status, count: Int, in world: World) {
        var completion = ibv_wc()
        completion.wr_id = room.request
        completion.status = status
        completion.opcode = IBV_WC_RECV
        completion.byte_len = UInt32(count)
        completion.qp_num = raw.pointee.qp_num
        world.fabric.record.entries.append(
            .init(
                process: ObjectIdentifier(process), opcode: 0, isReceive: true, request: room.request,
                posted: room.posted, completed: world.time, status: status.rawValue))
        push(completion, in: world)
    }

    private func push(_ completion: ibv_wc, in world: World) {
        guard isAlive(in: world) else { return }
        completions.push(completion, in: world)
    }
}
