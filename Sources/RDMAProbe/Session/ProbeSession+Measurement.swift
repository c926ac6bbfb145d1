import RDMAModel
import Verbs

// MARK: Measuring

extension ProbeSession {
    func measureAll(_ initiator: Initiator, _ flows: Flows?) throws {
        let cells = options.plan.cells
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
        let plan = options.plan
        let size = Int(clamping: cell.sizeBytes)
        var recorder = LatencyRecorder()
        var lost: UInt64 = 0
        defer {
            let measured = recorder.cell(cell, lost: lost)
            latency.append(measured)
            progress(.measured(measured, number: number, of: total))
        }
        var marker: UInt8 = 0
        func nextMarker() -> UInt8 {
            marker = marker == 255 ? 1 : marker + 1
            return marker
        }
        do {
            if cell.operation == .compareAndSwap { try initiator.refuseSwap() }
            let began = MonotonicClock.now()
            progress(.measuring(cell, number: number, of: total, samples: 0, lastNanoseconds: nil))
            var warmed: UInt64 = 0
            while warmed < plan.warmup, MonotonicClock.now() &- began < plan.warmupTime {
                _ = try initiator.perform(cell, size: size, marker: nextMarker())
                warmed += 1
            }
            let start = MonotonicClock.now()
            let end = min(start &+ plan.cellTime, runDeadline.nanoseconds)
            var lastLook = start
            while recorder.moments.count < plan.count {
                let timing = try initiator.perform(cell, size: size, marker: nextMarker())
                recorder.record(timing.nanoseconds)
                if timing.end >= end { break }
                if timing.end &- lastLook > 250_000_000 {
                    lastLook = timing.end
                    try lookAround()
                    progress(
                        .measuring(
                            cell, number: number, of: total, samples: recorder.moments.count,
                            lastNanoseconds: timing.nanoseconds))
                }
            }
        } catch {
            let classified = try classified(error, step: .measurement)
            if (classified as? ProbeFailure)?.shortfall == .operationLost { lost += 1 }
            throw classified
        }
    }
}
