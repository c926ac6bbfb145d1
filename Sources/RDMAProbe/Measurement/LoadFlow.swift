import RDMAModel
import Verbs
import Threads

/// A flow of writes on a thread of its own, which runs beside a measurement until it is stopped.
final class LoadFlow {
    private let stopping = Guarded(false)
    private let outcome: Handover<Outcome>
    private let written = Guarded<UInt64>(0)
    /// What the flow came to, once it has ended by itself: at the run's deadline.
    private var ended: FlowFigures?

    /// How the flow ended.
    enum Outcome: Sendable {
        case stopped(FlowFigures)
        case failed(ProbeFailure)
    }

    /// A flow whose outcome somebody else gives.
    init(endingWith outcome: Handover<Outcome>) { self.outcome = outcome }

    /// Starts the flow. Its queue pairs belong to it until `stop` has returned.
    convenience init(_ end: FlowEnd, deadline: Deadline) {
        let outcome = Handover<Outcome>()
        self.init(endingWith: outcome)
        let (stopping, written) = (stopping, written)
        // Handed over whole: nobody else touches the end's queues as long as the thread runs.
        nonisolated(unsafe) let handedOver = end
        let body: @Sendable () -> Void = {
            unsafe outcome.give(LoadFlow.run(handedOver, deadline, stopping, written))
        }
        if Worker.start(body) == nil {
            outcome.give(.failed(ProbeFailure(.resources, .errno(call: "pthread_create", code: .tryAgain))))
        }
    }

    private static func run(
        _ end: FlowEnd, _ deadline: Deadline, _ stopping: Guarded<Bool>, _ written: Guarded<UInt64>
    ) -> Outcome {
        do {
            try end.prepare()
            end.begin(postingNanoseconds: SessionSettings.longestTime)
            while true {
                let happened = try end.turn()
                if happened { written.withLock { $0 = end.sent.byteCount } }
                if stopping.withLock(\.self) || deadline.isOver { end.endPosting() }
                if end.isDrained { break }
                if !happened {
                    _ = try end.rest(watching: [])
                    try end.checkProgress()
                }
            }
            return .stopped(end.sent.figures(endedAt: end.sent.lastNanoseconds))
        } catch let failure as ProbeFailure {
            return .failed(failure)
        } catch let error as VerbsError {
            return .failed(ProbeFailure(.measurement, error))
        } catch {
            return .failed(ProbeFailure(.measurement, .protocolViolation("\(error)")))
        }
    }

    deinit { stopping.withLock { $0 = true } }

    /// Payload that is known to have arrived so far.
    var writtenBytes: UInt64 { written.withLock(\.self) }

    /// Throws what the flow failed with, where it has ended already.
    func check() throws(ProbeFailure) {
        guard FileDescriptor.wait([outcome.fileDescriptor], until: .after(.zero))[0] else { return }
        switch outcome.take() {
        case .failed(let failure)?: throw failure
        case .stopped(let figures)?: ended = figures
        case nil: break
        }
    }

    /// Ends the flow and waits for what is under way.
    /// - Throws: what it failed with, or the deadline.
    func stop(until deadline: Deadline) throws(ProbeFailure) -> FlowFigures {
        if let ended { return ended }
        stopping.withLock { $0 = true }
        _ = FileDescriptor.wait([outcome.fileDescriptor], until: deadline)
        switch outcome.take() {
        case .stopped(let figures)?: return figures
        case .failed(let failure)?: throw failure
        case nil:
            throw ProbeFailure(.measurement, .deadline(afterNanoseconds: SessionSettings.drainTime.nanosecondsClamped))
        }
    }
}
