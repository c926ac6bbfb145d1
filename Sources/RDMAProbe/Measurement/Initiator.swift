import RDMAModel
import Verbs

/// The end that measures: posts one operation at a time and times it.
///
/// A sample runs from just before the operation is posted until its completion was taken: for a write or a read the
/// completion that the far adapter acknowledged, for a send the far program's answer. iWARP acknowledges no write, so
/// there the sample of a write ends with a read of one byte that is posted right behind it (RFC 5040, section 5.5:
/// a read response follows the placement of the writes before it).
struct Initiator {
    let link: RDMALink
    let memory: InitiatorMemory
    let write: RemoteSlice?
    let read: RemoteSlice?
    /// Eight bytes of the far end to compare and swap, with what they hold by this end's account.
    let swap: SwapTarget?
    /// Whether a write is acknowledged by a read of one byte after it, as iWARP needs.
    let fencesWrites: Bool
    let operationTimeout: UInt64
    /// Looks at the control connection, at the connection manager and for a request to stop; throws what ends the
    /// measurement.
    let look: () throws -> Void
    /// The completions' descriptor, then those that make `look` worth while: what a sleep ends by.
    let watch: DescriptorWatch

    enum Request {
        static let receive: UInt64 = 1
        static let post: UInt64 = 2
        static let fence: UInt64 = 3
        static let nudge: UInt64 = 4
        /// A swap that must not happen.
        static let refusal: UInt64 = 5
    }

    // MARK: One operation

    /// Posts the receives that a send's answer needs. Called once before the first send.
    func prepareAnswer(echo size: Int?) throws {
        if let size {
            try link.postReceive(Request.receive, memory.sink.slice(count: size))
        } else {
            try link.postReceive(Request.receive, memory.answer.slice(count: SessionSettings.smallMessage))
        }
    }

    /// Sends the first message and waits for its answer: over iWARP the end that connected must speak first.
    ///
    /// Software iWARP (siw of Linux 6.1) may miss what arrives between its own reply and the moment in which it takes
    /// over the socket, and looks again only when more arrives. So over iWARP an empty write follows after half a
    /// second of silence: it touches no memory and makes the far end look.
    /// - Returns: how many of them it took.
    func exchangeFirstMessage(until deadline: Deadline) throws -> Int {
        try prepareAnswer(echo: nil)
        try link.postSend(Request.post, memory.payload.slice(count: SessionSettings.smallMessage))
        var nudges = 0
        var completed = 0
        var isAnswered = false
        while !isAnswered || completed < 1 + nudges {
            let turn = fencesWrites && nudges < 4 ? min(deadline, .after(.milliseconds(500))) : deadline
            do {
                if try next(until: turn.nanoseconds).request == Request.receive {
                    isAnswered = true
                } else {
                    completed += 1
                }
            } catch let failure as ProbeFailure {
                guard case .deadline = failure.cause, !deadline.isOver else { throw failure }
                nudges += 1
                try link.postWrite(
                    Request.nudge, memory.payload.slice(count: 0), to: RemoteSlice(address: 0, key: 0))
            }
        }
        return nudges
    }

    /// When an operation began and when it ended, on the clock of `MonotonicClock`.
    struct Timing {
        let start: UInt64
        let end: UInt64
        var nanoseconds: UInt64 { end &- start }
    }

    /// Runs one operation of a cell. Allocates nothing and takes no lock of this program.
    @inline(__always)
    func perform(_ cell: ProbePlan.Cell, size: Int, marker: UInt8) throws -> Timing {
        switch cell.operation {
        case .send:
            try prepareAnswer(echo: cell.pattern == .echo ? size : nil)
            let start = MonotonicClock.now()
            try link.postSend(Request.post, memory.payload.slice(count: size))
            return Timing(start: start, end: try awaitBoth(until: start &+ operationTimeout))
        case .write where cell.pattern == .echo:
            return try performEchoedWrite(size: size, marker: marker)
        case .write:
            guard let write else { throw Initiator.noWindow("write") }
            let start = MonotonicClock.now()
            try link.postWrite(Request.post, memory.payload.slice(count: size), to: write)
            guard fencesWrites else {
                return Timing(start: start, end: try awaitCompletion(until: start &+ operationTimeout))
            }
            guard let read else { throw Initiator.noWindow("read after a write") }
            try link.postRead(Request.fence, memory.sink.slice(count: 1), from: read)
            return Timing(start: start, end: try awaitBoth(until: start &+ operationTimeout))
        case .read:
            guard let read else { throw Initiator.noWindow("read") }
            let start = MonotonicClock.now()
            try link.postRead(Request.post, memory.sink.slice(count: size), from: read)
            return Timing(start: start, end: try awaitCompletion(until: start &+ operationTimeout))
        case .compareAndSwap:
            guard let swap else { throw Initiator.noWindow("compare and swap") }
            let value = swap.next
            let timing = try compareAndSwap(swap, compare: swap.value, with: value)
            try swap.check(memory.memory.number(at: memory.swappedOffset))
            swap.value = value
            return timing
        }
    }

    @inline(__always)
    func compareAndSwap(
        _ target: SwapTarget, compare: UInt64, with value: UInt64, request: UInt64 = Request.post
    ) throws -> Timing {
        guard let slice = memory.swapped?.slice(count: 8) else { throw Initiator.noWindow("compare and swap") }
        let start = MonotonicClock.now()
        try link.postCompareAndSwap(request, slice, at: target.remote, compare: compare, swap: value)
        return Timing(start: start, end: try awaitCompletion(until: start &+ operationTimeout))
    }

    static func noWindow(_ operation: String) -> ProbeFailure {
        ProbeFailure(.measurement, .protocolViolation("the far end named no memory to \(operation)"))
    }

    /// Writes the payload with a marker in its last byte and waits until the far end has written it back.
    private func performEchoedWrite(size: Int, marker: UInt8) throws -> Timing {
        guard let write else { throw Initiator.noWindow("write") }
        let last = memory.sinkOffset + size - 1
        memory.memory.storeRelease(marker, at: size - 1)
        let start = MonotonicClock.now()
        let limit = start &+ operationTimeout
        try link.postWrite(Request.post, memory.payload.slice(count: size), to: write)
        let yields = link.wait == .event || link.yieldsProcessor
        var turns: UInt64 = 0
        while memory.memory.loadAcquire(at: last) != marker {
            turns &+= 1
            if yields { Worker.yield() }
            // A yield may give the processor away for milliseconds, a look among others does not.
            if turns & (yields ? 0x3f : 0xff) == 0 { try checkTime(limit) }
        }
        let end = MonotonicClock.now()
        _ = try next(until: limit)
        return Timing(start: start, end: end)
    }

    private func checkTime(_ limit: UInt64) throws {
        try look()
        if MonotonicClock.now() >= limit {
            throw ProbeFailure(.measurement, .deadline(afterNanoseconds: operationTimeout))
        }
    }

    // MARK: Waiting

    /// Waits for one completion and returns when it was taken.
    @inline(__always)
    private func awaitCompletion(until limit: UInt64) throws -> UInt64 {
        _ = try next(until: limit)
        return MonotonicClock.now()
    }

    /// Waits for the completion of a post and for its answer or fence, in either order, and returns when the answer was
    /// taken.
    @inline(__always)
    private func awaitBoth(until limit: UInt64) throws -> UInt64 {
        var answered: UInt64?
        var sent = false
        while true {
            let completion = try next(until: limit)
            if completion.request == Request.post { sent = true } else { answered = MonotonicClock.now() }
            if let answered, sent { return answered }
        }
    }

    /// Waits for the next completion.
    /// - Throws: `ProbeFailure` for a completion in error and when the time is over, and whatever `look` throws.
    @inline(__always)
    func next(until limit: UInt64) throws -> Completion {
        // What is there already is taken on the short way.
        if let completion = try link.pollCompletion() { return try succeeded(completion) }
        return link.wait == .poll ? try nextByPolling(until: limit) : try nextByEvent(until: limit)
    }

    private func nextByPolling(until limit: UInt64) throws -> Completion {
        // A thousand looks take tens of microseconds: often enough for the time.
        let looks: UInt32 = link.yieldsProcessor ? 1 : 1024
        var lastLook: UInt64 = 0
        var turns: UInt32 = 0
        while true {
            if link.yieldsProcessor {
                Worker.yield()
                turns &+= 1
            }
            if let completion = try link.pollCompletion(looks: looks) { return try succeeded(completion) }
            if turns & 0x3f != 0 { continue }
            let now = MonotonicClock.now()
            if lastLook == 0 { lastLook = now }
            if now >= limit || now &- lastLook > 20_000_000 {
                lastLook = now
                try checkTime(limit)
            }
        }
    }

    private func nextByEvent(until limit: UInt64) throws -> Completion {
        while true {
            try link.armCompletions()
            if let completion = try link.pollCompletion() { return try succeeded(completion) }
            let turn = min(Deadline(nanoseconds: limit), .after(.milliseconds(200)))
            let ready = watch.wait(until: turn)
            if ready.first { try link.takeCompletionEvents() } else { try checkTime(limit) }
            if let completion = try link.pollCompletion() { return try succeeded(completion) }
        }
    }

    @inline(__always)
    private func succeeded(_ completion: Completion) throws -> Completion {
        guard completion.status == 0 else { throw Initiator.failure(of: completion) }
        return completion
    }

    @inline(never)
    private static func failure(of completion: Completion) -> ProbeFailure {
        ProbeFailure(
            .measurement,
            .completion(
                CompletionStatus(rawValue: UInt32(bitPattern: completion.status)), vendorError: completion.vendorError))
    }
}
