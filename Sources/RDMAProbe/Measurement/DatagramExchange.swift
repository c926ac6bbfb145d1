import RDMAModel
import Verbs

/// Messages of one size that are sent one at a time, each of which waits for its answer or for its time to be over.
///
/// A sample runs from just before a message is posted until its answer was taken. What has no answer in time is lost;
/// nothing is sent a second time.
final class DatagramExchange {
    private let end: DatagramEnd
    private let size: Int
    private let timeout: UInt64
    private let first: UInt64
    private let watch: DescriptorWatch
    private let look: () throws -> Void
    /// The number of the next message.
    private(set) var number: UInt64
    /// Answers that came after their time was over.
    private(set) var late: UInt64 = 0
    /// The answers that arrived, in time or not.
    private(set) var arrivals = Arrivals()
    private(set) var recorder = LatencyRecorder()

    init(
        _ end: DatagramEnd, size: Int, timeout: UInt64, first: UInt64, watch: DescriptorWatch,
        look: @escaping () throws -> Void
    ) {
        self.end = end
        self.size = size
        self.timeout = timeout
        self.first = first
        self.watch = watch
        self.look = look
        number = first
    }

    /// Messages whose fate is known: answered in time, or their time is over. One that is under way when the far end goes
    /// away or the run is interrupted is neither.
    private(set) var sent: UInt64 = 0
    /// Those of them up to the last that was answered, when the far end was there for certain.
    private(set) var sentUntilAnswer: UInt64 = 0
    /// Messages whose time was over before their answer came.
    var lost: UInt64 { sent - recorder.moments.count }

    /// Sends a message and waits for its answer or for its time to be over.
    func perform() throws {
        let own = number
        let start = MonotonicClock.now()
        try end.send(number: own, count: size)
        number += 1
        let limit = start &+ timeout
        var answered: UInt64?
        while answered == nil || end.isSending {
            // A message that does not even leave ends the run, not only its own time.
            guard let arrival = try next(until: end.isSending ? limit &+ timeout : limit) else {
                guard end.isSending else { break }
                throw ProbeFailure(.measurement, .deadline(afterNanoseconds: timeout))
            }
            // What was sent before this exchange is of no account.
            guard case .message(let found) = arrival, found >= first, found <= own else { continue }
            let known = arrivals.distinct
            arrivals.add(found)
            if found == own {
                answered = answered ?? MonotonicClock.now()
            } else if arrivals.distinct > known {
                late += 1
            }
        }
        sent += 1
        guard let answered else { return }
        recorder.record(answered &- start)
        sentUntilAnswer = sent
    }

    /// Waits for what completes next; `nil` where the time is over.
    private func next(until limit: UInt64) throws -> DatagramEnd.Arrival? {
        var turns: UInt64 = 0
        while true {
            if let arrival = try end.next() { return arrival }
            if MonotonicClock.now() >= limit { return nil }
            guard end.wait == .event else {
                if end.yieldsProcessor { Worker.yield() }
                turns &+= 1
                if turns & (end.yieldsProcessor ? 0x3f : 0xfff) == 0 { try look() }
                continue
            }
            try end.armCompletions()
            if let arrival = try end.next() { return arrival }
            let ready = watch.wait(until: min(Deadline(nanoseconds: limit), .after(.milliseconds(200))))
            if ready.first { try end.takeCompletionEvents() }
            if ready.others || !ready.first { try look() }
        }
    }
}
