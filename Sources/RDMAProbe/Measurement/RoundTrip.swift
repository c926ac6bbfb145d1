import RDMAModel
import Verbs

/// When an operation began and when it ended, on the clock of the samples.
struct Timing {
    let start: UInt64
    let end: UInt64
    var nanoseconds: UInt64 { end &- start }
}

/// One operation of a cell, made ready to be done again and again: what it posts is made once, and the loop that measures is
/// compiled for each kind.
///
/// A sample runs from just before the operation is posted until its completion was taken: for a write or a read the
/// completion that the far adapter acknowledged, for a send the far program's answer. iWARP acknowledges no write, so
/// there the sample of a write ends with a read of one byte that is posted right behind it (RFC 5040, section 5.5:
/// a read response follows the placement of the writes before it).
protocol RoundTrip: ~Copyable {
    /// Does the operation once. Allocates nothing and takes no lock of this program.
    /// - Throws: a `VerbsError` of a post, `ProbeFailure` for a completion in error and when the time is over, and whatever
    ///   `Initiator.look` throws.
    mutating func perform(_ initiator: Initiator, _ clock: SampleClock) throws -> Timing
}

/// A send and the message that the far program answers it with.
struct SendTrip: RoundTrip, ~Copyable {
    private let answer: PreparedReceive
    private let send: PreparedRequest

    init(_ initiator: Initiator, _ cell: ProbePlan.Cell) throws {
        let (memory, size) = (initiator.memory, Int(clamping: cell.sizeBytes))
        let answer = try initiator.link.prepareReceive(
            Initiator.Request.receive,
            cell.pattern == .echo
                ? memory.sink.slice(count: size) : memory.answer.slice(count: SessionSettings.smallMessage))
        let send = try initiator.link.prepareSend(Initiator.Request.post, memory.payload.slice(count: size))
        self.answer = answer
        self.send = send
    }

    @inline(__always)
    mutating func perform(_ initiator: Initiator, _ clock: SampleClock) throws -> Timing {
        try answer.post()
        let start = clock.now()
        try send.post()
        return Timing(start: start, end: try initiator.awaitBoth(since: start, clock))
    }
}

/// One request whose completion is the answer: a write that the far adapter acknowledges, or a read.
struct AcknowledgedTrip: RoundTrip, ~Copyable {
    private let request: PreparedRequest

    private init(_ request: consuming PreparedRequest) { self.request = request }

    static func write(_ initiator: Initiator, _ cell: ProbePlan.Cell) throws -> AcknowledgedTrip {
        guard let window = initiator.write else { throw Initiator.noWindow("write") }
        return AcknowledgedTrip(
            try initiator.link.prepareWrite(
                Initiator.Request.post, initiator.memory.payload.slice(count: Int(clamping: cell.sizeBytes)), to: window
            ))
    }

    static func read(_ initiator: Initiator, _ cell: ProbePlan.Cell) throws -> AcknowledgedTrip {
        guard let window = initiator.read else { throw Initiator.noWindow("read") }
        return AcknowledgedTrip(
            try initiator.link.prepareRead(
                Initiator.Request.post, initiator.memory.sink.slice(count: Int(clamping: cell.sizeBytes)), from: window)
        )
    }

    @inline(__always)
    mutating func perform(_ initiator: Initiator, _ clock: SampleClock) throws -> Timing {
        let start = clock.now()
        try request.post()
        return Timing(start: start, end: try initiator.awaitCompletion(since: start, clock))
    }
}

/// A write with a read of one byte behind it, which answers for its arrival.
struct FencedWriteTrip: RoundTrip, ~Copyable {
    private let write: PreparedRequest
    private let fence: PreparedRequest

    init(_ initiator: Initiator, _ cell: ProbePlan.Cell) throws {
        guard let window = initiator.write else { throw Initiator.noWindow("write") }
        guard let read = initiator.read else { throw Initiator.noWindow("read after a write") }
        let write = try initiator.link.prepareWrite(
            Initiator.Request.post, initiator.memory.payload.slice(count: Int(clamping: cell.sizeBytes)), to: window)
        let fence = try initiator.link.prepareRead(
            Initiator.Request.fence, initiator.memory.sink.slice(count: 1), from: read)
        self.write = write
        self.fence = fence
    }

    @inline(__always)
    mutating func perform(_ initiator: Initiator, _ clock: SampleClock) throws -> Timing {
        let start = clock.now()
        try write.post()
        try fence.post()
        return Timing(start: start, end: try initiator.awaitBoth(since: start, clock))
    }
}

/// A write with a marker in its last byte that the far program writes back.
struct EchoedWriteTrip: RoundTrip, ~Copyable {
    private let write: PreparedRequest
    private let last: Int
    private let first: Int
    private var marker: UInt8 = 0

    init(_ initiator: Initiator, _ cell: ProbePlan.Cell) throws {
        guard let window = initiator.write, cell.sizeBytes > 0 else { throw Initiator.noWindow("write") }
        let size = Int(clamping: cell.sizeBytes)
        write = try initiator.link.prepareWrite(
            Initiator.Request.post, initiator.memory.payload.slice(count: size), to: window)
        last = size - 1
        first = initiator.memory.sinkOffset
        // What an earlier cell of the same size left there must not be taken for an echo.
        initiator.memory.memory.storeRelease(0, at: first + last)
    }

    @inline(__always)
    mutating func perform(_ initiator: Initiator, _ clock: SampleClock) throws -> Timing {
        // From 1 to 255 and again from 1: 0 is what both ends' memory holds before the first echo.
        marker = marker == 255 ? 1 : marker &+ 1
        initiator.memory.memory.storeRelease(marker, at: last)
        let start = clock.now()
        try write.post()
        try initiator.awaitMarker(marker, at: first + last, since: start)
        let end = clock.now()
        _ = try initiator.next(since: start)
        return Timing(start: start, end: end)
    }
}

/// A compare and swap of what the far memory holds by this end's account, whose result is checked.
struct SwapTrip: RoundTrip, ~Copyable {
    private let target: SwapTarget

    init(_ initiator: Initiator) throws {
        guard let swap = initiator.swap else { throw Initiator.noWindow("compare and swap") }
        target = swap
    }

    mutating func perform(_ initiator: Initiator, _ clock: SampleClock) throws -> Timing {
        let value = target.next
        let timing = try initiator.compareAndSwap(target, compare: target.value, with: value, clock)
        try target.check(initiator.memory.memory.number(at: initiator.memory.swappedOffset))
        target.value = value
        return timing
    }
}
