import RDMAModel
import Verbs

// MARK: Bandwidth

extension ProbeSession {
    /// Measures every flow of the plan.
    func measureBandwidth(_ flows: Flows) throws {
        guard let plan = options.plan.bandwidth else { return }
        let cells = plan.cells
        for (index, cell) in cells.enumerated() {
            guard !runDeadline.isOver else { return }
            do {
                try measure(cell, number: index + 1, of: cells.count, over: plan.queuePairs, flows)
            } catch {
                throw try classified(error, step: .measurement)
            }
        }
    }

    private func measure(
        _ cell: BandwidthPlan.Cell, number: Int, of total: Int, over queuePairs: Int, _ flows: Flows
    ) throws {
        let lanes = Array(flows.lanes.prefix(queuePairs))
        let shape = FlowShape(sizeBytes: cell.sizeBytes, queuePairs: queuePairs)
        let bothWays = cell.direction == .bothWays
        let end = FlowEnd(
            lanes, flows.memory, operation: cell.operation, sizeBytes: cell.sizeBytes, shape: shape, posts: true,
            receives: bothWays && cell.operation == .send, operationTimeout: options.plan.operationTime)
        // Before the far end may send.
        try end.prepare()
        let windows = bothWays ? lanes.map { flows.memory.windows(of: $0.number) } : []
        let answer = try ask(
            .flow(
                .init(
                    cell: cell, queuePairs: queuePairs, shape: shape, postingNanoseconds: options.plan.flowTime,
                    read: windows.map(\.read), write: windows.map(\.write))), step: .measurement)
        guard answer == .ready else {
            throw ProbeFailure(.measurement, .protocolViolation("flow was answered with \(answer.name)"))
        }
        flowDone = nil
        end.begin(postingNanoseconds: options.plan.flowTime)
        do {
            try run(end, cell, number: number, of: total, awaitsFarEnd: false) { end.isDrained }
            let share = end.processorShare
            try tell(.flowEnd(.init(messages: end.postedCount)))
            try run(end, cell, number: number, of: total, awaitsFarEnd: true) {
                guard let flowDone else { return false }
                return cell.operation != .send || !bothWays || end.received.messageCount >= flowDone.messages
            }
            try checkFarFigures(cell, posted: end.postedCount)
            append(cell, end, over: queuePairs, share: share)
        } catch {
            // What is known until then; what the far end counts is not.
            append(cell, end, over: queuePairs, share: nil)
            throw error
        }
    }

    /// That the far end counts no more than was posted, and bytes by their messages: it is believed as far as that.
    private func checkFarFigures(_ cell: BandwidthPlan.Cell, posted: UInt64) throws(ProbeFailure) {
        guard let done = flowDone else { return }
        for (figures, limit) in [(done.received, posted), (done.sent, done.messages)] {
            guard let figures else { continue }
            let (bytes, overflow) = figures.messages.multipliedReportingOverflow(by: cell.sizeBytes)
            guard figures.messages <= limit, !overflow, figures.bytes == bytes else {
                flowDone = nil
                throw ProbeFailure(
                    .measurement,
                    .protocolViolation(
                        "\(figures.messages) messages of \(figures.bytes) bytes are counted there of \(limit) of "
                            + "\(cell.sizeBytes) bytes each"))
            }
        }
    }

    private func append(_ cell: BandwidthPlan.Cell, _ end: FlowEnd, over queuePairs: Int, share: Double?) {
        let bothWays = cell.direction == .bothWays
        let own = end.sent.figures(endedAt: end.sent.lastNanoseconds)
        let arrived = end.received.figures(endedAt: end.received.lastNanoseconds)
        let isSend = cell.operation == .send
        let flows: [(FlowFigures?, BandwidthCell.PostingEnd)] = [
            (isSend ? flowDone?.received : own, .host), (bothWays ? (isSend ? arrived : flowDone?.sent) : nil, .peer),
        ]
        for (figures, postedBy) in flows {
            guard let figures, figures.messages > 0 else { continue }
            bandwidth.append(
                BandwidthCell(
                    cell: cell, postedBy: postedBy, queuePairs: queuePairs, figures: figures,
                    cpuShare: .init(host: share, peer: flowDone?.processorShare)))
        }
    }

    /// Keeps a flow going until it is over.
    private func run(
        _ end: FlowEnd, _ cell: BandwidthPlan.Cell, number: Int, of total: Int, awaitsFarEnd: Bool,
        until isOver: () -> Bool
    ) throws {
        let watched = [cancellation.fileDescriptor, control?.descriptor ?? -1]
        let time = Duration.nanoseconds(Int64(options.plan.operationTime)) + SessionSettings.drainTime
        let patience = Deadline.after(time)
        var lastLook: UInt64 = 0
        while !isOver() {
            let happened = try end.turn()
            let wasWoken = happened ? false : try end.rest(watching: watched)
            let now = MonotonicClock.now()
            guard wasWoken || now &- lastLook > 200_000_000 else { continue }
            lastLook = now
            try lookAround()
            if awaitsFarEnd {
                if patience.isOver {
                    throw ProbeFailure(.measurement, .deadline(afterNanoseconds: time.nanosecondsClamped))
                }
            } else {
                try end.checkProgress()
                let figures = end.sent.figures(endedAt: now)
                progress(.flowing(cell, number: number, of: total, bitsPerSecond: figures.meanBitsPerSecond))
            }
        }
    }

    private func tell(_ message: ControlMessage) throws {
        guard let control else { throw ProbeFailure(.measurement, .peerClosed) }
        do throws(ControlConnection.Failure) {
            try control.send(message, until: .after(SessionSettings.answerTime))
        } catch {
            throw controlFailure(error, step: .measurement)
        }
    }
}
