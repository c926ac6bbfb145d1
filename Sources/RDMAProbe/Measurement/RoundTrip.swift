import RDMAModel
import Verbs

/// When an operation began and when it ended, on the clock of the samples.
struct Timing {
    let start: UInt64
    let end: UInt64
    var nanoseconds: UInt64 { end &- start }
}

/// One operation of a cell, made ready to be done again and again; the loop that measures is compiled for each kind.
///
/// A sample runs from just before the operation is posted until its completion was taken: for a write or a read the
/// completion that the far adapter acknowledged, for a send the far program's answer. iWARP acknowledges no write, so
/// there the sample of a write ends with a read of one byte that is posted right behind it (RFC 5040, section 5.5:
/// a read response follows the placement of the writes before it).
protocol RoundTrip: ~Copyable {
    /// Does the operation once. Allocates nothing and takes no lock of this program.
    /// - Parameter clock: the one that the operation was made ready with, as it goes now.
    /// - Throws: a `VerbsError` of a post, `ProbeFailure` for a completion in error and when the time is over, and whatever
    ///   `Initiator.look` throws.
    mutating func perform(_ initiator: Initiator, _ clock: SampleClock) throws -> Timing
}

/// An operation that posts the same each time.
struct PostedTrip: RoundTrip, ~Copyable {
    private var trip: PreparedRoundTrip

    private init(_ trip: consuming PreparedRoundTrip) { self.trip = trip }

    /// A send and the message that the far program answers it with.
    static func send(_ initiator: Initiator, _ cell: ProbePlan.Cell, _ clock: SampleClock) throws -> PostedTrip {
        let (memory, size) = (initiator.memory, Int(clamping: cell.sizeBytes))
        var trip = try initiator.link.prepare(
            .send(Initiator.Request.post, memory.payload.slice(count: size)), timedBy: clock)
        trip.addReceive(
            Initiator.Request.receive,
            cell.pattern == .echo
                ? memory.sink.slice(count: size) : memory.answer.slice(count: SessionSettings.smallMessage))
        return PostedTrip(trip)
    }

    /// A write that the far adapter acknowledges: with a read of one byte behind it where its completion says less.
    static func write(_ initiator: Initiator, _ cell: ProbePlan.Cell, _ clock: SampleClock) throws -> PostedTrip {
        var trip = try initiator.link.prepare(writing(initiator, cell), timedBy: clock)
        if initiator.fencesWrites {
            guard let read = initiator.read else { throw Initiator.noWindow("read after a write") }
            trip.addFence(Initiator.Request.fence, initiator.memory.sink.slice(count: 1), from: read)
        }
        return PostedTrip(trip)
    }

    /// A write with a marker in its last byte that the far program writes back.
    static func echoedWrite(_ initiator: Initiator, _ cell: ProbePlan.Cell, _ clock: SampleClock) throws -> PostedTrip {
        guard cell.sizeBytes > 0 else { throw Initiator.noWindow("write") }
        var trip = try initiator.link.prepare(writing(initiator, cell), timedBy: clock)
        let (memory, last) = (initiator.memory, Int(clamping: cell.sizeBytes) - 1)
        trip.addMarker(in: memory.memory, sentFrom: last, awaitedAt: memory.sinkOffset + last)
        return PostedTrip(trip)
    }

    /// A read, whose completion is the answer.
    static func read(_ initiator: Initiator, _ cell: ProbePlan.Cell, _ clock: SampleClock) throws -> PostedTrip {
        guard let window = initiator.read else { throw Initiator.noWindow("read") }
        return PostedTrip(
            try initiator.link.prepare(
                .read(
                    Initiator.Request.post, initiator.memory.sink.slice(count: Int(clamping: cell.sizeBytes)),
                    from: window), timedBy: clock))
    }

    private static func writing(_ initiator: Initiator, _ cell: ProbePlan.Cell) throws -> PreparedRoundTrip.Request {
        guard let window = initiator.write else { throw Initiator.noWindow("write") }
        return .write(
            Initiator.Request.post, initiator.memory.payload.slice(count: Int(clamping: cell.sizeBytes)), to: window)
    }

    @inline(__always)
    mutating func perform(_ initiator: Initiator, _ clock: SampleClock) throws -> Timing {
        // What is there already is taken on the short way.
        let progress = try trip.begin()
        if progress != .done { try initiator.finish(&trip, progress) }
        return Timing(start: clock.nanoseconds(of: trip.start), end: clock.nanoseconds(of: trip.end))
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
