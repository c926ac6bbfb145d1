import RDMAModel
import Verbs

/// One end of a flow: keeps messages under way on every queue pair, takes what arrives, and counts.
///
/// A message is done when it is known to have arrived. A write or a read over InfiniBand or RoCE is done with its
/// completion. iWARP completes a write as soon as TCP has taken it, so there a read of one byte follows every group of
/// writes and answers for them. A send is done when the far program has received it: it posts a new receive for each and
/// sends an empty message as a credit for a group of them, so that no message ever finds no receive.
final class FlowEnd {
    private let lanes: [FlowLane]
    private let memory: FlowMemory
    private let operation: Operation
    private let size: Int
    private let shape: FlowShape
    private let stride: UInt64
    /// Whether this end posts, and whether messages arrive here that the program sees.
    private let posts: Bool
    private let receives: Bool
    private let fencesWrites: Bool
    private let operationTimeout: UInt64
    /// When posting ends.
    private var postingEnd: UInt64 = 0
    private var lastProgress: UInt64 = 0
    private var startedAt: UInt64 = 0
    /// When the completions that are being taken were found.
    private var foundAt: UInt64 = 0
    private var processorTime: UInt64?
    /// What this end posted, and what arrived here.
    private(set) var sent = FlowTally(startNanoseconds: 0, postingNanoseconds: 0)
    private(set) var received = FlowTally(startNanoseconds: 0, postingNanoseconds: 0)

    private enum Request {
        static let kindShift: UInt64 = 56
        static let post: UInt64 = 0x10 << kindShift
        static let fence: UInt64 = 0x11 << kindShift
        static let receive: UInt64 = 0x12 << kindShift
        static let credit: UInt64 = 0x13 << kindShift
        static let kinds: UInt64 = 0xff << kindShift
    }

    init(
        _ lanes: [FlowLane], _ memory: FlowMemory, operation: Operation, sizeBytes: UInt64, shape: FlowShape,
        posts: Bool, receives: Bool, operationTimeout: UInt64
    ) {
        self.lanes = lanes
        self.memory = memory
        self.operation = operation
        size = Int(clamping: sizeBytes)
        self.shape = shape
        stride = UInt64(shape.stride)
        self.posts = posts
        self.receives = receives
        self.operationTimeout = operationTimeout
        fencesWrites = operation == .write && lanes.first?.link.id.isIWARP == true
    }

    /// Posts the receives. Before the far end may send.
    func prepare() throws(VerbsError) {
        for lane in lanes {
            lane.reset()
            guard operation == .send else { continue }
            while lane.room < shape.receives { try postReceive(lane) }
        }
    }

    /// Starts the clock.
    func begin(postingNanoseconds: UInt64) {
        startedAt = MonotonicClock.now()
        processorTime = ThreadTime.now()
        lastProgress = startedAt
        postingEnd = startedAt &+ postingNanoseconds
        sent = FlowTally(startNanoseconds: startedAt, postingNanoseconds: postingNanoseconds)
        received = sent
    }

    /// Posts nothing more from now on.
    func endPosting() { postingEnd = min(postingEnd, MonotonicClock.now()) }

    /// The share of the time since the beginning that the calling thread was at work.
    var processorShare: Double? { ThreadTime.share(since: processorTime, from: startedAt) }

    /// Whether everything that was posted is known to have arrived, and nothing more will be posted.
    var isDrained: Bool {
        guard posts else { return true }
        guard MonotonicClock.now() >= postingEnd else { return false }
        return lanes.allSatisfy { lane in
            lane.pending == 0
                && (operation == .send
                    ? lane.posted - lane.acknowledged < UInt64(shape.group) : lane.acknowledged == lane.posted)
        }
    }

    /// Messages that this end posted.
    var postedCount: UInt64 { lanes.reduce(0) { $0 &+ $1.posted } }

    // MARK: Work

    /// Posts what the window allows and takes what has completed.
    /// - Returns: whether there was anything to do.
    func turn() throws -> Bool {
        var happened = false
        for lane in lanes {
            if posts {
                // The clock is read once for all that the window allows: that costs as much as a post. Posting ends with
                // a whole stride, since only its last message is told complete.
                let goesOn = MonotonicClock.now() < postingEnd
                if goesOn || !isWhole(lane) {
                    while goesOn || !isWhole(lane), lane.posted - lane.acknowledged < UInt64(shape.window),
                        lane.pending < FlowShape.sendDepth - 2
                    {
                        try post(lane)
                        happened = true
                    }
                } else if fencesWrites, lane.fenced < lane.posted, lane.pending < FlowShape.sendDepth {
                    try postFence(lane)
                    happened = true
                }
            }
            var taken = 0
            while taken < 64, let completion = try lane.link.pollCompletion() {
                // What is found at once counts as of one moment.
                if taken == 0 { foundAt = MonotonicClock.now() }
                try take(completion, on: lane)
                taken += 1
            }
            if taken > 0 { happened = true }
        }
        if happened { lastProgress = MonotonicClock.now() }
        return happened
    }

    /// Waits for a completion, a descriptor or a fifth of a second; where completions are polled, not at all.
    /// - Returns: whether one of the descriptors is readable.
    func rest(watching descriptors: [CInt]) throws -> Bool {
        guard let first = lanes.first?.link else { return false }
        guard first.wait == .event else {
            if first.yieldsProcessor { Worker.yield() }
            return false
        }
        for lane in lanes { try lane.link.armCompletions() }
        // What completed before it was asked for gives no event.
        if try turn() { return false }
        let ready = FileDescriptor.wait(
            lanes.map(\.link.completionDescriptor) + descriptors, until: .after(.milliseconds(200)))
        for (lane, isReady) in zip(lanes, ready) where isReady { try lane.link.takeCompletionEvents() }
        return ready.dropFirst(lanes.count).contains(true)
    }

    /// That something has completed within the time of an operation, where something is under way.
    func checkProgress() throws(ProbeFailure) {
        guard !isDrained, MonotonicClock.now() &- lastProgress > operationTimeout else { return }
        throw ProbeFailure(.measurement, .deadline(afterNanoseconds: operationTimeout))
    }

    /// Whether everything that was posted will be told complete.
    private func isWhole(_ lane: FlowLane) -> Bool { lane.posted % stride == 0 }

    private func post(_ lane: FlowLane) throws {
        let request = Request.post | lane.posted
        let isSignaled = (lane.posted + 1) % stride == 0
        switch operation {
        case .send:
            try lane.link.postSend(request, memory.source(of: lane.number, count: size), isSignaled: isSignaled)
        case .write:
            guard let remote = lane.remoteWrite else { throw FlowEnd.noMemory("write to") }
            try lane.link.postWrite(
                request, memory.source(of: lane.number, count: size), to: remote, isSignaled: isSignaled)
        case .read:
            guard let remote = lane.remoteRead else { throw FlowEnd.noMemory("read from") }
            try lane.link.postRead(
                request, memory.target(of: lane.number, count: size), from: remote, isSignaled: isSignaled)
        // Agreed on by neither end.
        case .compareAndSwap: throw FlowEnd.noMemory("compare and swap")
        }
        lane.posted += 1
        lane.pending += 1
        if fencesWrites, lane.posted - lane.fenced >= UInt64(shape.group) { try postFence(lane) }
    }

    private func postFence(_ lane: FlowLane) throws {
        guard let remote = lane.remoteRead else { throw FlowEnd.noMemory("read from") }
        try lane.link.postRead(Request.fence | lane.posted, memory.target(of: lane.number, count: 1), from: remote)
        lane.fenced = lane.posted
        lane.pending += 1
    }

    private func postReceive(_ lane: FlowLane) throws(VerbsError) {
        try lane.link.postReceive(Request.receive, memory.room(of: lane.number))
        lane.room += 1
    }

    private static func noMemory(_ what: String) -> ProbeFailure {
        ProbeFailure(.measurement, .protocolViolation("the far end named no memory to \(what)"))
    }

    // MARK: Completions

    private func take(_ completion: Completion, on lane: FlowLane) throws {
        guard completion.status == 0 else {
            throw ProbeFailure(
                .measurement,
                .completion(
                    CompletionStatus(rawValue: UInt32(bitPattern: completion.status)),
                    vendorError: completion.vendorError))
        }
        switch completion.request & Request.kinds {
        case Request.post:
            let through = (completion.request & ~Request.kinds) &+ 1
            guard through > lane.completed, through <= lane.posted else {
                throw ProbeFailure(.measurement, .protocolViolation("a completion of what was not posted"))
            }
            let count = through - lane.completed
            lane.completed = through
            lane.pending -= Int(clamping: count)
            if operation != .send, !fencesWrites { try acknowledge(count, on: lane) }
        case Request.fence:
            lane.pending -= 1
            let covered = completion.request & ~Request.kinds
            if covered > lane.acknowledged { try acknowledge(covered - lane.acknowledged, on: lane) }
        case Request.credit: lane.pending -= 1
        case Request.receive:
            lane.room -= 1
            try postReceive(lane)
            if completion.byteCount == 0 {
                try acknowledge(UInt64(shape.group), on: lane)
            } else {
                try takeMessage(of: Int(completion.byteCount), on: lane)
            }
        default:
            // The end of the first message, which nobody waited for.
            break
        }
    }

    private func acknowledge(_ count: UInt64, on lane: FlowLane) throws {
        guard posts, lane.posted - lane.acknowledged >= count else {
            throw ProbeFailure(.measurement, .protocolViolation("a credit for more than was sent"))
        }
        lane.acknowledged += count
        sent.add(messages: count, bytes: count &* UInt64(size), at: foundAt)
    }

    private func takeMessage(of count: Int, on lane: FlowLane) throws {
        guard receives, count == size else {
            throw ProbeFailure(.measurement, .dataDiffers("a message of \(count) bytes where \(size) were due"))
        }
        received.add(messages: 1, bytes: UInt64(count), at: foundAt)
        lane.owed += 1
        guard lane.owed == shape.group else { return }
        lane.owed = 0
        try lane.link.postSend(Request.credit, memory.source(of: lane.number, count: 0))
        lane.pending += 1
    }
}
