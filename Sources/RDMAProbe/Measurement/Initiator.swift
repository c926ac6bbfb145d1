import RDMAModel
import Verbs

/// The end that measures: what its operations need, and how it waits for them.
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

    /// Compares and swaps once; `RoundTrip` tells of the sample.
    @inline(__always)
    func compareAndSwap(
        _ target: SwapTarget, compare: UInt64, with value: UInt64, request: UInt64 = Request.post,
        _ clock: SampleClock
    ) throws -> Timing {
        guard let slice = memory.swapped?.slice(count: 8) else { throw Initiator.noWindow("compare and swap") }
        let start = clock.now()
        try link.postCompareAndSwap(request, slice, at: target.remote, compare: compare, swap: value)
        _ = try next(until: start &+ operationTimeout)
        return Timing(start: start, end: clock.now())
    }

    static func noWindow(_ operation: String) -> ProbeFailure {
        ProbeFailure(.measurement, .protocolViolation("the far end named no memory to \(operation)"))
    }

    private func checkTime(_ limit: UInt64) throws {
        try look()
        if MonotonicClock.now() >= limit {
            throw ProbeFailure(.measurement, .deadline(afterNanoseconds: operationTimeout))
        }
    }

    // MARK: Waiting

    /// Waits for what a round trip still lacks that was just begun.
    /// - Throws: `ProbeFailure` for a completion in error and when the time is over, and whatever `look` throws.
    @inline(never)
    func finish(_ trip: inout PreparedRoundTrip, _ progress: PreparedRoundTrip.Progress) throws {
        if case .failed(let completion) = progress { throw Initiator.failure(of: completion) }
        let limit = MonotonicClock.now() &+ operationTimeout
        if trip.awaitsMarker {
            // No event tells of what the far end writes into the memory.
            let yields = link.wait == .event || link.yieldsProcessor
            let isDone = try poll(until: limit, yielding: yields, isBlind: true) { looks -> Bool? in
                let isDone = try Initiator.take(&trip, looks)
                return isDone || !trip.awaitsMarker ? isDone : nil
            }
            if isDone { return }
        }
        try wait(until: limit) { looks in try Initiator.take(&trip, looks) ? () : nil }
    }

    private static func take(_ trip: inout PreparedRoundTrip, _ looks: UInt32) throws -> Bool {
        switch try trip.take(looks: looks) {
        case .done: true
        case .open: false
        case .failed(let completion): throw Initiator.failure(of: completion)
        }
    }

    /// Waits for the next completion until a moment.
    /// - Throws: `ProbeFailure` for a completion in error and when the time is over, and whatever `look` throws.
    func next(until limit: UInt64) throws -> Completion {
        if let completion = try link.pollCompletion() { return try succeeded(completion) }
        return try wait(until: limit) { looks in try link.pollCompletion(looks: looks).map(succeeded) }
    }

    /// Waits, as the link does, until there is something to take.
    /// - Parameter take: looks so often, and gives `nil` where there is nothing yet.
    private func wait<Taken>(until limit: UInt64, _ take: (_ looks: UInt32) throws -> Taken?) throws -> Taken {
        link.wait == .poll
            ? try poll(until: limit, yielding: link.yieldsProcessor, take) : try sleep(until: limit, take)
    }

    /// - Parameter isBlind: whether a look tells nothing of a connection that has ended, as one at memory.
    private func poll<Taken>(
        until limit: UInt64, yielding yields: Bool, isBlind: Bool = false,
        _ take: (_ looks: UInt32) throws -> Taken?
    ) throws -> Taken {
        // A thousand looks take tens of microseconds: often enough for the time. A yield may give the processor away for
        // milliseconds.
        let looks: UInt32 = yields ? 1 : 1024
        var lastLook: UInt64 = 0
        var turns: UInt32 = 0
        while true {
            if yields {
                Worker.yield()
                turns &+= 1
            }
            if let taken = try take(looks) { return taken }
            if turns & 0x3f != 0 { continue }
            let now = MonotonicClock.now()
            if lastLook == 0 { lastLook = now }
            if isBlind || now >= limit || now &- lastLook > 20_000_000 {
                lastLook = now
                try checkTime(limit)
            }
        }
    }

    private func sleep<Taken>(until limit: UInt64, _ take: (_ looks: UInt32) throws -> Taken?) throws -> Taken {
        while true {
            try link.armCompletions()
            if let taken = try take(1) { return taken }
            let turn = min(Deadline(nanoseconds: limit), .after(.milliseconds(200)))
            let ready = watch.wait(until: turn)
            if ready.first { try link.takeCompletionEvents() } else { try checkTime(limit) }
            if let taken = try take(1) { return taken }
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
