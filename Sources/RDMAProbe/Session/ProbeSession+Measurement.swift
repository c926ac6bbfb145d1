import RDMAModel
import Verbs

// MARK: Measuring

extension ProbeSession {
    func measureAll(_ initiator: Initiator, _ flows: Flows?) throws {
        let cells = options.plan.cells
        sampleClock = try SampleClock.chosen(options.sampleClock, since: clockReading)
        for (index, cell) in cells.enumerated() {
            guard !runDeadline.isOver else { break }
            if cell.load != .idle, loadFlow == nil, let flows { try startLoad(flows) }
            var echo: ControlMessage.Window?
            if cell.operation == .write, cell.pattern == .echo {
                let sink = initiator.memory.sink.remote
                echo = .init(address: sink.address, key: sink.key, byteCount: UInt64(initiator.memory.sink.byteCount))
            }
            let ready = try ask(.begin(.init(cell: cell, echo: echo)), step: .measurement)
            guard ready == .ready else {
                throw ProbeFailure(.measurement, .protocolViolation("begin was answered with \(ready.name)"))
            }
            try measure(cell, number: index + 1, of: cells.count, initiator)
            let done = try ask(.end, step: .measurement)
            guard done == .done else {
                throw ProbeFailure(.measurement, .protocolViolation("end was answered with \(done.name)"))
            }
            if cell.operation == .compareAndSwap { try compareSwapped(initiator) }
        }
        try stopLoad()
    }

    func measure(_ cell: ProbePlan.Cell, number: Int, of total: Int, _ initiator: Initiator) throws {
        switch cell.operation {
        case .send: try measure(cell, number, total, initiator, PostedTrip.send(initiator, cell, sampleClock))
        case .write where cell.pattern == .echo:
            try measure(cell, number, total, initiator, PostedTrip.echoedWrite(initiator, cell, sampleClock))
        case .write: try measure(cell, number, total, initiator, PostedTrip.write(initiator, cell, sampleClock))
        case .read: try measure(cell, number, total, initiator, PostedTrip.read(initiator, cell, sampleClock))
        case .compareAndSwap: try measure(cell, number, total, initiator, SwapTrip(initiator))
        }
    }

    /// Does an operation again and again and keeps what it took: compiled for each of them.
    private func measure<Trip: RoundTrip & ~Copyable>(
        _ cell: ProbePlan.Cell, _ number: Int, _ total: Int, _ initiator: Initiator,
        _ make: @autoclosure () throws -> Trip
    ) throws {
        let plan = options.plan
        var clock = sampleClock
        var recorder = LatencyRecorder()
        var lost: UInt64 = 0
        // Counter and clock that have parted leave no figure of the cell.
        var isSteady = true
        func compareClocks() throws(ProbeFailure) {
            isSteady = false
            try clock.check()
            isSteady = true
        }
        defer {
            sampleClock = clock
            let measured = isSteady ? recorder.cell(cell, lost: lost) : LatencyRecorder().cell(cell, lost: 0)
            latency.append(measured)
            progress(.measured(measured, number: number, of: total))
        }
        do {
            if cell.operation == .compareAndSwap { try initiator.refuseSwap() }
            var trip = try make()
            let began = MonotonicClock.now()
            progress(.measuring(cell, number: number, of: total, samples: 0, lastNanoseconds: nil))
            var warmed: UInt64 = 0
            while warmed < plan.warmup, MonotonicClock.now() &- began < plan.warmupTime {
                _ = try trip.perform(initiator, clock)
                warmed += 1
            }
            try compareClocks()
            let start = MonotonicClock.now()
            let end = min(start &+ plan.cellTime, runDeadline.nanoseconds)
            // The next moment at which there is more to do than to take the next sample.
            var pause = min(end, start &+ ProbeSession.lookInterval)
            while recorder.moments.count < plan.count {
                let timing = try trip.perform(initiator, clock)
                guard timing.end >= timing.start else {
                    isSteady = false
                    throw SampleClock.parted
                }
                recorder.record(timing.nanoseconds)
                guard timing.end >= pause else { continue }
                try compareClocks()
                if timing.end >= end { break }
                pause = min(end, timing.end &+ ProbeSession.lookInterval)
                try lookAround()
                progress(
                    .measuring(
                        cell, number: number, of: total, samples: recorder.moments.count,
                        lastNanoseconds: timing.nanoseconds))
            }
            try compareClocks()
        } catch {
            if isSteady { try? compareClocks() }
            let classified = try classified(error, step: .measurement)
            if (classified as? ProbeFailure)?.shortfall == .operationLost { lost += 1 }
            throw classified
        }
    }

    /// How often a cell looks at everything else while it measures.
    private static let lookInterval: UInt64 = 250_000_000
}
