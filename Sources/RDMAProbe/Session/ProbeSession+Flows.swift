import ClusterCore
import RDMAModel
import Verbs

/// The queue pairs of flows and their memory.
struct Flows {
    let lanes: [FlowLane]
    let memory: FlowMemory
}

// MARK: Queue pairs for flows

extension ProbeSession {
    /// Registers the memory of flows, before anything is agreed; `nil` where the plan has none.
    func prepareFlowMemory(_ memory: InitiatorMemory, on binding: AddressBinding) throws(ProbeFailure) -> FlowMemory? {
        let plan = options.plan
        guard plan.hasFlows else { return nil }
        let needed = memory.registeredBytes + FlowMemory.byteCount(for: plan)
        do {
            let flowMemory = try FlowMemory(
                for: plan, isInitiator: true, isIWARP: binding.channelAndID.isIWARP == true, in: memory.domain)
            registeredBytes = memory.registeredBytes + flowMemory.registeredBytes
            return flowMemory
        } catch {
            throw .resources(error, neededBytes: needed, device: binding.deviceName)
        }
    }

    /// Connects the queue pairs one after another, each with a token of its own.
    func connectFlows(_ memory: InitiatorMemory, _ flowMemory: FlowMemory) throws -> Flows {
        var lanes: [FlowLane] = []
        for number in 0..<options.plan.flowQueuePairs {
            let answer = try ask(.addQueuePair, step: .connect)
            guard case .queuePair(let granted) = answer, let token = SessionToken(hexadecimal: granted.token),
                granted.read.byteCount >= options.plan.largestFlowBytes,
                granted.write.byteCount >= options.plan.largestFlowBytes
            else { throw ProbeFailure(.connect, .protocolViolation("no usable queue pair came with \(answer.name)")) }
            let link = try resources(memory) { () throws(VerbsError) in
                try RDMALink(
                    wait: completionWait, onOneProcessor: placement?.isOnOneProcessor == true, inbox: inbox)
            }
            try establish(link, token: token, for: .flow, memory: memory) { _, body in try body() }
            let starter = Initiator(
                link: link, memory: memory, write: nil, read: nil, swap: nil, fencesWrites: link.id.isIWARP == true,
                operationTimeout: options.plan.operationTime, look: { [unowned self] in try lookAround() },
                watch: DescriptorWatch(
                    [
                        link.completionDescriptor, cancellation.fileDescriptor, control?.descriptor ?? -1,
                        link.channel.fileDescriptor,
                    ] + deviceDescriptors))
            do { _ = try starter.exchangeFirstMessage(until: .after(options.stepTime)) } catch {
                throw try classified(error, step: .firstMessage)
            }
            let ready = try answerToFirstMessage()
            guard ready == .ready else {
                throw controlFailure(
                    .protocolViolation("\(ready.name) came instead of ready"), step: .firstMessage)
            }
            let lane = FlowLane(number: number, link: link)
            lane.remoteRead = RemoteSlice(address: granted.read.address, key: granted.read.key)
            lane.remoteWrite = RemoteSlice(address: granted.write.address, key: granted.write.key)
            lanes.append(lane)
        }
        return Flows(lanes: lanes, memory: flowMemory)
    }

    // MARK: Load

    /// Starts the flow under which cells are measured, and waits until it moves.
    func startLoad(_ flows: Flows) throws {
        guard let load = options.plan.load else { return }
        let end = FlowEnd(
            Array(flows.lanes.prefix(load.queuePairs)), flows.memory, operation: .write, sizeBytes: load.sizeBytes,
            shape: FlowShape(sizeBytes: load.sizeBytes, queuePairs: load.queuePairs), posts: true, receives: false,
            operationTimeout: options.plan.operationTime)
        let flow = LoadFlow(end, deadline: runDeadline)
        loadFlow = flow
        let limit = Deadline(nanoseconds: MonotonicClock.now() &+ options.plan.operationTime)
        while flow.writtenBytes == 0 {
            try lookAround()
            if limit.isOver {
                throw try explained(
                    deadlineFailure(.measurement, .nanoseconds(Int64(options.plan.operationTime))))
            }
            _ = try FileDescriptor.wait([], until: .after(.milliseconds(5)), cancellation: cancellation)
        }
    }

    /// Ends the flow and keeps what it came to.
    func stopLoad() throws {
        guard let flow = loadFlow else { return }
        loadFlow = nil
        do {
            let figures = try flow.stop(until: .after(SessionSettings.drainTime))
            remarks.append(remark(on: figures))
        } catch {
            throw try classified(error, step: .measurement)
        }
    }

    private func remark(on figures: FlowFigures) -> Finding {
        let load = options.plan.load
        return Finding(
            rule: "rdma.load", severity: .information,
            subject: ComponentIdentifier(rawValue: "").appending("host", account.name),
            measured: figures.meanBitsPerSecond.map { .integer(Int64(clamping: $0), unit: "bit/s") },
            evidence: [
                Evidence(
                    source: "writes of \(load?.sizeBytes ?? 0) bytes over \(load?.queuePairs ?? 0) queue pairs beside "
                        + "the cells under load",
                    value: "\(figures.messages) messages in \(figures.durationNanoseconds) ns"),
                Evidence(
                    source: "longest time in which none of them was known to have arrived",
                    value: figures.longestStallNanoseconds.map { "\($0) ns" }),
            ])
    }
}
