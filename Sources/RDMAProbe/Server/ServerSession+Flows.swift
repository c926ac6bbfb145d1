import RDMAModel
import Verbs

// MARK: Flows on the far end

extension ServerSession {
    /// What a plan's flows ask for beyond the limits, in one line.
    func flowProblem(in plan: ProbePlan, largest: UInt64) -> String? {
        if let bandwidth = plan.bandwidth {
            if !(1...3).contains(bandwidth.operations.count) { return "a plan has 1 to 3 operations of bandwidth" }
            if !bandwidth.operations.allSatisfy(Operation.storage.contains) {
                return "bandwidth is measured of send, write and read"
            }
            if !(1...2).contains(bandwidth.directions.count) { return "a plan has 1 or 2 directions of bandwidth" }
            if !(1...64).contains(bandwidth.sizesBytes.count) { return "a plan has 1 to 64 sizes of bandwidth" }
        }
        guard plan.hasFlows else { return nil }
        let sizes = (plan.bandwidth?.sizesBytes ?? []) + (plan.load.map { [$0.sizeBytes] } ?? [])
        if sizes.contains(where: { $0 == 0 || $0 > largest }) {
            return "a message of a flow has 1 to \(largest) bytes on this server"
        }
        let pairs = [plan.bandwidth?.queuePairs, plan.load?.queuePairs].compactMap(\.self)
        if pairs.contains(where: { !(1...FlowShape.queuePairLimit).contains($0) }) {
            return "a flow has 1 to \(FlowShape.queuePairLimit) queue pairs"
        }
        if plan.load?.kind == .idle { return "a load that is idle is none" }
        let needed = ResponderMemory.largestByteCount(for: plan) + FlowMemory.byteCount(for: plan)
        // As much as the largest payloads without flows may take.
        let limit = 4 * largest + UInt64(SessionSettings.smallMessage)
        if needed > limit {
            return "the plan needs \(needed) bytes of memory; a session gets \(limit) on this server"
        }
        return nil
    }

    /// The memory of the plan's flows; `nil` where it has none.
    func prepareFlowMemory(
        _ plan: ProbePlan, in memory: ResponderMemory, on binding: AddressBinding
    ) throws(VerbsError) -> FlowMemory? {
        guard plan.hasFlows else { return nil }
        return try FlowMemory(
            for: plan, isInitiator: false, isIWARP: binding.channelAndID.isIWARP == true, in: memory.domain)
    }

    // MARK: Queue pairs

    /// Gives the client one more queue pair, over a connection of its own with a token of its own.
    /// - Returns: `false` where the client is done altogether.
    func addQueuePair() throws -> Bool {
        guard let memory, let flowMemory, let rdmaSource, lanes.count < plan.flowQueuePairs else {
            throw ControlConnection.Failure.protocolViolation("a queue pair more than the plan has")
        }
        let number = lanes.count
        let token = SessionToken()
        let request = ledger.expect(token, from: rdmaSource)
        defer { ledger.forget(token) }
        let windows = flowMemory.windows(of: number)
        try control.send(
            .queuePair(.init(token: token.hexadecimal, read: windows.read, write: windows.write)),
            until: .after(SessionSettings.answerTime))
        let limit = min(Deadline.after(SessionSettings.tokenLife + SessionSettings.acceptTime), deadline)
        while true {
            let ready = try FileDescriptor.wait(
                [request.fileDescriptor, control.descriptor] + deviceDescriptors, until: limit,
                cancellation: cancellation)
            if let event = endingDeviceEvent() {
                try report(StepFailed(step: .connect, event))
                return false
            }
            if ready[0], let event = request.take() {
                do {
                    // One receive, for the first message: the flows post their own.
                    let slots = Array(memory.slots.prefix(1))
                    guard let link = try accept(event, receives: slots, for: .flow) else { return false }
                    try awaitFirstMessage(on: link, memory, repeatsReceives: false)
                    lanes.append(FlowLane(number: number, link: link))
                    // Until then the client asks for nothing: its next question would come amid the first message.
                    try control.send(.ready, until: .after(SessionSettings.answerTime))
                    return true
                } catch let failed as StepFailed {
                    try report(failed)
                    return false
                }
            }
            if ready[1], try !answerMeanwhile() { return false }
            if limit.isOver { throw ControlConnection.Failure.deadline }
        }
    }

    // MARK: A flow

    /// What a flow asks for that the plan does not have, or that makes no sense.
    private func problem(in flow: ControlMessage.Flow) -> String? {
        guard let bandwidth = plan.bandwidth, bandwidth.cells.contains(flow.cell) else {
            return "a flow that the plan does not have"
        }
        if !(1...lanes.count).contains(flow.queuePairs) { return "a flow over queue pairs that there are not" }
        if !flow.shape.isUsable { return "a flow with more under way than queues hold" }
        if flow.postingNanoseconds > bandwidth.durationNanoseconds { return "a flow that is longer than planned" }
        let needed = flow.cell.direction == .bothWays ? flow.queuePairs : 0
        if flow.read.count < needed || flow.write.count < needed { return "a flow without memory of the client" }
        if (flow.read + flow.write).contains(where: { $0.byteCount < flow.cell.sizeBytes }) {
            return "a flow with too little memory of the client"
        }
        return nil
    }

    /// Serves one flow until the client has ended it and all of it has arrived.
    /// - Returns: `false` where the client is done altogether.
    func serve(_ flow: ControlMessage.Flow) throws -> Bool {
        guard let flowMemory, !lanes.isEmpty else {
            throw ControlConnection.Failure.protocolViolation("a flow without queue pairs")
        }
        if let problem = problem(in: flow) { throw ControlConnection.Failure.protocolViolation(problem) }
        let posts = flow.cell.direction == .bothWays
        let own = Array(lanes.prefix(flow.queuePairs))
        if posts {
            for (lane, (read, write)) in zip(own, zip(flow.read, flow.write)) {
                lane.remoteRead = RemoteSlice(address: read.address, key: read.key)
                lane.remoteWrite = RemoteSlice(address: write.address, key: write.key)
            }
        }
        let end = FlowEnd(
            own, flowMemory, operation: flow.cell.operation, sizeBytes: flow.cell.sizeBytes, shape: flow.shape,
            posts: posts, receives: flow.cell.operation == .send, operationTimeout: plan.operationTime)
        do {
            try end.prepare()
            try control.send(.ready, until: .after(SessionSettings.answerTime))
            end.begin(postingNanoseconds: min(flow.postingNanoseconds, SessionSettings.longestTime))
            return try run(end, flow)
        } catch let failure as ProbeFailure {
            try reportDuringCell(failure.sentence)
            return false
        } catch let error as VerbsError {
            try reportDuringCell(words(of: error))
            return false
        }
    }

    private func run(_ end: FlowEnd, _ flow: ControlMessage.Flow) throws -> Bool {
        var announced: UInt64?
        var arrivalEnds = deadline
        var lastLook: UInt64 = 0
        var silenceEnds = Deadline.after(SessionSettings.silenceLimit)
        let watched = [control.descriptor, cancellation.fileDescriptor]
        // Where only the adapter has to do with the flow, there is nothing to poll for.
        let isPassive = flow.cell.direction == .oneWay && flow.cell.operation != .send
        while true {
            let happened = isPassive ? false : try end.turn()
            var wasWoken = false
            if isPassive {
                wasWoken = FileDescriptor.wait(watched, until: .after(.milliseconds(200))).contains(true)
            } else if !happened {
                wasWoken = try end.rest(watching: watched)
            }
            let now = MonotonicClock.now()
            if wasWoken || now &- lastLook > 50_000_000 {
                lastLook = now
                let look = try lookAround(&silenceEnds) { message in
                    guard case .flowEnd(let notice) = message else { return nil }
                    announced = notice.messages
                    arrivalEnds = .after(SessionSettings.drainTime)
                    return .goesOn
                }
                if look == .clientIsDone { return false }
                try end.checkProgress()
            }
            guard let announced else { continue }
            let hasArrived = flow.cell.operation != .send || end.received.messageCount >= announced
            if hasArrived, end.isDrained { break }
            if arrivalEnds.isOver {
                throw ProbeFailure(
                    .measurement, .deadline(afterNanoseconds: SessionSettings.drainTime.nanosecondsClamped))
            }
        }
        let (sent, received) = (end.sent, end.received)
        let done = ControlMessage.FlowDone(
            messages: end.postedCount,
            sent: flow.cell.direction == .bothWays ? sent.figures(endedAt: sent.lastNanoseconds) : nil,
            received: flow.cell.operation == .send ? received.figures(endedAt: received.lastNanoseconds) : nil,
            processorShare: end.processorShare)
        try control.send(.flowDone(done), until: .after(SessionSettings.answerTime))
        return true
    }
}
