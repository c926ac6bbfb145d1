import RDMAModel
import Verbs

// MARK: Unreliable datagrams at the far end

extension ServerSession {
    /// What a plan's datagrams ask for beyond the limits, in one line.
    func datagramProblem(in plan: ProbePlan, largest: UInt64) -> String? {
        guard let datagrams = plan.datagrams else { return nil }
        if !(1...64).contains(datagrams.sizesBytes.count) { return "a plan has 1 to 64 sizes of datagrams" }
        if datagrams.sizesBytes.contains(where: { $0 < DatagramPlan.smallestBytes || $0 > largest }) {
            return "a datagram has \(DatagramPlan.smallestBytes) to \(largest) bytes on this server"
        }
        if datagrams.timeoutNanoseconds > 600_000_000_000 { return "a datagram is waited for at most 10 minutes" }
        return nil
    }

    /// Makes the queue pair that takes the client's datagrams. The session's token was shown before.
    func addDatagrams(_ far: ControlMessage.DatagramPort, _ link: RDMALink) throws {
        guard let plan = plan.datagrams, datagrams == nil, let binding, far.gid.count == 16 else {
            throw ControlConnection.Failure.protocolViolation("datagrams that the plan does not have")
        }
        do throws(VerbsError) {
            let end = try DatagramEnd(
                on: binding, largestSent: Int(DatagramPlan.smallestBytes),
                largestTaken: Int(clamping: plan.sizesBytes.max() ?? 0), mark: far.mark, wait: wait,
                onOneProcessor: placement?.isOnOneProcessor == true, inbox: inbox)
            try end.aim(at: far, trafficClass: link.trafficClass ?? 0)
            datagrams = end
        } catch {
            try report(StepFailed(step: .accept, words: words(of: error)))
        }
        guard let datagrams else { return }
        try control.send(.datagramPort(datagrams.own), until: .after(SessionSettings.answerTime))
    }

    /// Answers datagrams until the client ends them.
    /// - Returns: `false` where the client is done altogether.
    func serve(_ request: ControlMessage.Datagrams) throws -> Bool {
        guard let datagrams, plan.datagrams?.sizesBytes.contains(request.sizeBytes) == true else {
            throw ControlConnection.Failure.protocolViolation("datagrams that the plan does not have")
        }
        try control.send(.ready, until: .after(SessionSettings.answerTime))
        do { return try answer(on: datagrams, from: request.first) } catch let failure as ProbeFailure {
            try reportDuringCell(failure.sentence)
        } catch let error as VerbsError {
            try reportDuringCell(words(of: error))
        }
        return false
    }

    private func answer(on end: DatagramEnd, from first: UInt64) throws -> Bool {
        var arrivals = Arrivals()
        /// Answers that wait until the one before has left.
        var waiting: [UInt64] = []
        var lastLook: UInt64 = 0
        var isArmed = false
        var silenceEnds = Deadline.after(SessionSettings.silenceLimit)
        let watch = DescriptorWatch(
            [end.completionDescriptor, control.descriptor, cancellation.fileDescriptor] + deviceDescriptors)
        while true {
            var isIdle = true
            while let arrival = try end.next() {
                isIdle = false
                // What was sent before these is of no account.
                guard case .message(let number) = arrival, number >= first else { continue }
                arrivals.add(number)
                // A client that sends faster than it may is answered in part, as a network would.
                if waiting.count < 16 { waiting.append(number) }
                if !end.isSending {
                    try end.send(number: waiting.removeFirst(), count: Int(DatagramPlan.smallestBytes))
                }
            }
            if !end.isSending, !waiting.isEmpty {
                try end.send(number: waiting.removeFirst(), count: Int(DatagramPlan.smallestBytes))
                continue
            }
            var wasWoken = false
            if isIdle, end.wait == .event {
                guard isArmed else {
                    // What completed before it was asked for gives no event: look once more.
                    try end.armCompletions()
                    isArmed = true
                    continue
                }
                let ready = watch.wait(until: .after(.milliseconds(200)))
                if ready.first { try end.takeCompletionEvents() }
                wasWoken = ready.others
                isArmed = false
            } else if isIdle, end.yieldsProcessor {
                Worker.yield()
            }
            let now = MonotonicClock.now()
            guard wasWoken || now &- lastLook > 50_000_000 else { continue }
            lastLook = now
            let look = try lookAround(&silenceEnds) { message in
                guard case .datagramsEnd = message else { return nil }
                try control.send(.datagramsDone(.init(arrivals: arrivals)), until: .after(SessionSettings.answerTime))
                return .ended
            }
            if look != .goesOn { return look == .ended }
        }
    }
}
