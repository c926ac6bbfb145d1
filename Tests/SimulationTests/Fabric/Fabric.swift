import CVerbs
import ClusterCore

/// The adapters and the network between them: what exists, what is wrong with it, what really happened.
struct Fabric {
    /// Every object that was made and not destroyed, by the address of its C struct.
    var objects: [UInt: FabricObject] = [:]
    /// The one context that each process has of its device.
    var contexts: [ObjectIdentifier: FabricContext] = [:]
    /// The memory regions by their keys.
    var memories: [UInt32: FabricMemory] = [:]
    var nextKey: UInt32 = 0x100
    var nextQueuePair: UInt32 = 17
    /// Every id in the order in which they came.
    var ids: [FabricID] = []
    var listeners: [FabricID] = []

    /// From when to when no packet of RDMA passes.
    var deadPath: ClosedRange<UInt64>?
    /// Of a thousand packets, so many are lost.
    var lossPerThousand: UInt64 = 0
    /// What each operation takes besides.
    var slowness: UInt64 = 0
    /// What becomes of an operation of the end that measures, by its number.
    var forcedStatus: [Int: ibv_wc_status] = [:]
    /// Which byte of which payloads changes on its way, and how many payloads of that length have arrived there.
    var corruption: (end: String, byte: Int, first: Int)?
    var placed = 0
    /// Behind which payloads one byte more is placed, and how many have arrived there.
    var overrun: (end: String, first: Int)?
    var overplaced = 0
    /// Whether the listener is gone from the connection manager.
    var refusesRequests = false
    /// How long the last step of the handshake takes, beside the usual: then messages come before it.
    var lateEstablishment: UInt64 = 0
    /// Whether connection requests, or the answers to them, are lost.
    var losesRequests = false
    var losesAcceptances = false

    /// What goes wrong with datagrams beside loss.
    var datagrams = DatagramTrouble()

    /// What happened, for an oracle.
    var record = Record()

    mutating func insert(_ object: FabricObject) { objects[object.address] = object }
    mutating func remove(_ object: FabricObject) { objects[object.address] = nil }

    func object<Object: FabricObject>(_ pointer: UnsafeRawPointer?, as _: Object.Type = Object.self) -> Object? {
        objects[UInt(bitPattern: pointer)] as? Object
    }

    /// The objects that a process holds, without its context, which the connection manager keeps for good.
    func held(by process: SimulatedProcess) -> [String] {
        objects.values.filter { $0.process === process && !($0 is FabricContext) }.map { "\(type(of: $0))" }.sorted()
    }
}

/// What really happened to the operations of one world.
struct Record {
    struct Entry {
        var process: ObjectIdentifier
        var opcode: UInt32
        var isReceive: Bool
        var request: UInt64
        var posted: UInt64
        var completed: UInt64
        var status: UInt32
    }

    /// In the order in which they completed.
    var entries: [Entry] = []
    /// The connection manager's events that each process took.
    var events: [ObjectIdentifier: [UInt32]] = [:]
    /// The asynchronous events that each process took.
    var asyncEvents: [ObjectIdentifier: [UInt32]] = [:]
    /// Datagrams that each process sent, and those of them that the network dropped.
    var datagramsSent: [ObjectIdentifier: Int] = [:]
    var datagramsDropped: [ObjectIdentifier: Int] = [:]
}

/// A C object of the libraries, with what the simulation knows of it.
class FabricObject: @unchecked Sendable {
    let process: SimulatedProcess
    let address: UInt

    init(_ process: SimulatedProcess, _ pointer: UnsafeRawPointer) {
        self.process = process
        address = UInt(bitPattern: pointer)
    }
}

/// C memory, zeroed.
func zeroed<Struct>(_: Struct.Type) -> UnsafeMutablePointer<Struct> {
    let bytes = UnsafeMutableRawPointer.allocate(
        byteCount: MemoryLayout<Struct>.size, alignment: MemoryLayout<Struct>.alignment)
    bytes.initializeMemory(as: UInt8.self, repeating: 0, count: MemoryLayout<Struct>.size)
    return bytes.bindMemory(to: Struct.self, capacity: 1)
}

/// `ibv_context` with its `ibv_device`, and the data path, which is inline in the library and goes through here.
final class FabricContext: FabricObject, @unchecked Sendable {
    let raw: UnsafeMutablePointer<ibv_context>
    let device: UnsafeMutablePointer<ibv_device>
    let events: AsyncEventDescriptor

    init(_ process: SimulatedProcess, _ events: AsyncEventDescriptor) {
        self.events = events
        raw = zeroed(ibv_context.self)
        device = zeroed(ibv_device.self)
        device.pointee.node_type = process.host.isIWARP ? IBV_NODE_RNIC : IBV_NODE_CA
        device.pointee.transport_type = process.host.isIWARP ? IBV_TRANSPORT_IWARP : IBV_TRANSPORT_IB
        withUnsafeMutableBytes(of: &device.pointee.name) { $0.copyBytes(from: Array(process.host.device.utf8) + [0]) }
        raw.pointee.device = device
        raw.pointee.async_fd = events.number
        raw.pointee.ops.post_send = FabricCalls.postSend
        raw.pointee.ops.post_recv = FabricCalls.postReceive
        raw.pointee.ops.poll_cq = FabricCalls.pollCompletions
        raw.pointee.ops.req_notify_cq = FabricCalls.arm
        super.init(process, raw)
    }

    deinit {
        raw.deallocate()
        device.deallocate()
    }
}

/// The asynchronous events of a context that wait to be read. Open as long as the context, which is for good.
final class AsyncEventDescriptor: Descriptor, @unchecked Sendable {
    struct Event {
        var kind: ibv_event_type
        /// The queue pair or completion queue that it is about.
        var object: FabricObject?
    }

    var waiting: [Event] = []
    override var isReadable: Bool { !waiting.isEmpty }

    /// The kernel forgets what it has not told of an object that goes.
    func drop(about object: FabricObject) { waiting.removeAll { $0.object === object } }
}

/// `ibv_pd`
final class FabricDomain: FabricObject, @unchecked Sendable {
    let raw: UnsafeMutablePointer<ibv_pd>
    var users = 0

    init(_ process: SimulatedProcess, _ context: UnsafeMutablePointer<ibv_context>) {
        raw = zeroed(ibv_pd.self)
        raw.pointee.context = context
        super.init(process, raw)
    }

    deinit { raw.deallocate() }
}

/// `ibv_mr`
final class FabricMemory: FabricObject, @unchecked Sendable {
    let raw: UnsafeMutablePointer<ibv_mr>
    let domain: FabricDomain
    let range: Range<UInt>
    let access: UInt32

    init(_ domain: FabricDomain, _ start: UnsafeMutableRawPointer, _ count: Int, access: UInt32, key: UInt32) {
        raw = zeroed(ibv_mr.self)
        self.domain = domain
        self.access = access
        range = UInt(bitPattern: start)..<UInt(bitPattern: start) + UInt(count)
        raw.pointee.context = domain.raw.pointee.context
        raw.pointee.pd = domain.raw
        raw.pointee.addr = start
        raw.pointee.length = count
        raw.pointee.lkey = key
        raw.pointee.rkey = key
        super.init(domain.process, raw)
    }

    deinit { raw.deallocate() }

    /// Whether it lets something be done with a part of it.
    func allows(_ right: UInt32, _ start: UInt64, _ count: Int) -> Bool {
        let start = UInt(start)
        return access & right == right && start >= range.lowerBound && start <= range.upperBound
            && UInt(count) <= range.upperBound - start
    }
}

/// `ibv_comp_channel`
final class FabricCompletionChannel: FabricObject, @unchecked Sendable {
    let raw: UnsafeMutablePointer<ibv_comp_channel>
    let descriptor: EventDescriptor
    var waiting: [FabricCompletionQueue] = []
    var users = 0

    init(_ context: FabricContext, _ descriptor: EventDescriptor) {
        raw = zeroed(ibv_comp_channel.self)
        raw.pointee.context = context.raw
        raw.pointee.fd = descriptor.number
        self.descriptor = descriptor
        super.init(context.process, raw)
    }

    deinit { raw.deallocate() }
}

/// A descriptor that is readable while events wait.
final class EventDescriptor: Descriptor, @unchecked Sendable {
    var count = 0
    override var isReadable: Bool { count > 0 }
}

/// `ibv_cq`
final class FabricCompletionQueue: FabricObject, @unchecked Sendable {
    let raw: UnsafeMutablePointer<ibv_cq>
    let channel: FabricCompletionChannel?
    let depth: Int
    var entries: [ibv_wc] = []
    var isArmed = false
    var unacknowledged = 0
    /// Asynchronous events about it that were taken and not acknowledged.
    var unacknowledgedAsync = 0
    var users = 0

    init(
        _ context: FabricContext, depth: Int, subject: UnsafeMutableRawPointer?, _ channel: FabricCompletionChannel?
    ) {
        raw = zeroed(ibv_cq.self)
        raw.pointee.context = context.raw
        raw.pointee.cq_context = subject
        raw.pointee.channel = channel?.raw
        raw.pointee.cqe = CInt(depth)
        self.depth = depth
        self.channel = channel
        super.init(context.process, raw)
    }

    deinit { raw.deallocate() }

    func push(_ completion: ibv_wc, in world: World) {
        guard world.fabric.objects[address] === self else { return }
        if entries.count >= depth { return world.violate("a completion queue overran") }
        entries.append(completion)
        guard isArmed, let channel else { return }
        isArmed = false
        channel.waiting.append(self)
        channel.descriptor.count += 1
    }
}

/// `rdma_event_channel`
final class FabricEventChannel: FabricObject, @unchecked Sendable {
    let raw: UnsafeMutablePointer<rdma_event_channel>
    let descriptor: EventDescriptor
    var waiting: [FabricEvent] = []

    init(_ process: SimulatedProcess, _ descriptor: EventDescriptor) {
        raw = zeroed(rdma_event_channel.self)
        raw.pointee.fd = descriptor.number
        self.descriptor = descriptor
        super.init(process, raw)
    }

    deinit { raw.deallocate() }

    func push(_ event: FabricEvent) {
        waiting.append(event)
        descriptor.count += 1
    }

    func drop(where condition: (FabricEvent) -> Bool) {
        let before = waiting.count
        waiting.removeAll(where: condition)
        descriptor.count -= before - waiting.count
    }
}

/// An event of the connection manager that waits to be taken.
struct FabricEvent {
    var id: FabricID
    /// For a request: what the newcomer is connected to.
    var request: FabricConnection?
    var kind: rdma_cm_event_type
    var status: CInt = 0
    var data: [UInt8] = []
}
