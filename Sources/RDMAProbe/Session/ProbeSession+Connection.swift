import ClusterCore
import RDMAModel
import Verbs

// MARK: The RDMA connection

extension ProbeSession {
    func connect(_ welcome: ControlMessage.Welcome, memory: InitiatorMemory) throws -> Initiator {
        guard let control, let token = SessionToken(hexadecimal: welcome.token),
            var destination = control.peerAddress
        else { throw ProbeFailure(.control, .protocolViolation("the welcome has no usable token")) }
        destination.port = welcome.rdmaPort
        let link = try resources(memory) { () throws(VerbsError) in
            try RDMALink(
                wait: completionWait, onOneProcessor: placement?.isOnOneProcessor == true, inbox: inbox)
        }
        self.link = link
        rdmaDestination = destination
        try establish(link, token: token, for: .latency, memory: memory) { name, body in
            try step(name) { try body() }
        }
        let connected = try exchangeFirstMessage(link, memory: memory)
        return initiator(link, memory: memory, connected: connected)
    }

    /// Takes a link from nothing to a connection that stands.
    /// - Parameter step: runs a step of the way under its name.
    func establish(
        _ link: RDMALink, token: SessionToken, for use: RDMALink.Use, memory: InitiatorMemory,
        step: (ConnectionStep.Name, () throws -> Void) throws -> Void
    ) throws {
        guard let binding, let source, let destination = rdmaDestination else {
            throw ProbeFailure(.connect, .peerClosed)
        }
        let device = binding.deviceName
        let stepMilliseconds = CInt(clamping: options.stepTime.nanosecondsClamped / 1_000_000)
        try step(.address) {
            var from = source
            from.port = 0
            try verbs(.address) { () throws(VerbsError) in
                if let trafficClass = options.trafficClass { try link.id.setTypeOfService(trafficClass) }
                try link.id.resolveAddress(from: from.bytes, to: destination.bytes, milliseconds: stepMilliseconds)
            }
            try awaitEvent(.addressResolved, of: link, at: .address, within: options.stepTime)
            // The connection manager may have taken another device of the same interface.
            if let found = link.id.deviceName, found != device {
                throw ProbeFailure(.address, .otherDevice(found: found), device: device)
            }
        }
        try step(.route) {
            try verbs(.route) { () throws(VerbsError) in
                try link.id.resolveRoute(milliseconds: stepMilliseconds)
            }
            try awaitEvent(.routeResolved, of: link, at: .route, within: options.stepTime)
        }
        try step(.connect) {
            link.setTimeouts()
            try resources(memory) { () throws(VerbsError) in try link.makeQueuePair(in: memory.domain, for: use) }
            try requestConnection(link, RequestData(token: token), for: use, device: device)
            link.tune()
        }
    }

    /// A call that prepares memory or queues.
    func resources<Result>(
        _ memory: InitiatorMemory, _ body: () throws(VerbsError) -> Result
    ) throws(ProbeFailure) -> Result {
        do { return try body() } catch {
            throw .resources(error, neededBytes: memory.registeredBytes, device: binding?.deviceName ?? "")
        }
    }

    /// A call of a step on the way to the connection.
    func verbs<Result>(
        _ step: ProbeFailure.Step, _ body: () throws(VerbsError) -> Result
    ) throws(ProbeFailure) -> Result {
        do { return try body() } catch { throw ProbeFailure(step, error, device: binding?.deviceName) }
    }

    func requestConnection(
        _ link: RDMALink, _ data: RequestData, for use: RDMALink.Use, device: String
    ) throws {
        let deadline = Deadline.after(options.stepTime)
        let parameters = link.parameters(privateData: data.bytes, for: use)
        // The link is used by one thread at a time: this one waits until the other is done, or gives the link up.
        nonisolated(unsafe) let unshared = link
        let result = try BlockingCall.run(until: deadline, cancellation: cancellation) { () -> VerbsError? in
            do throws(VerbsError) {
                unsafe try unshared.id.connect(parameters)
                return nil
            } catch { return error }
        }
        switch result {
        case nil: throw try explained(deadlineFailure(.connect, options.stepTime))
        case .some(.some(let error)):
            throw try explained(ProbeFailure(.connect, error, device: device))
        case .some(nil):
            try awaitEvent(.established, of: link, at: .connect, until: deadline, within: options.stepTime)
        }
    }

    func deadlineFailure(_ step: ProbeFailure.Step, _ time: Duration) -> ProbeFailure {
        ProbeFailure(step, .deadline(afterNanoseconds: time.nanosecondsClamped), device: binding?.deviceName)
    }

    func awaitEvent(
        _ wanted: ConnectionEvent.Kind, of link: RDMALink, at step: ProbeFailure.Step, until given: Deadline? = nil,
        within time: Duration
    ) throws {
        guard let control else { return }
        let deadline = given ?? .after(time)
        while true {
            while let event = try nextEvent(of: link, at: step) {
                if event.kind == wanted { return }
                if event.kind == .connectResponse { continue }
                throw try explained(event.failure(at: step, device: binding?.deviceName))
            }
            let ready = try FileDescriptor.wait(
                [link.channel.fileDescriptor, control.descriptor] + deviceDescriptors, until: deadline,
                cancellation: cancellation)
            do { try lookAtDevice(step: step) } catch { throw try explained(error) }
            if ready[1] { try lookAtControl(step: step) }
            if deadline.isOver { throw try explained(deadlineFailure(step, time)) }
        }
    }

    func nextEvent(of link: RDMALink, at step: ProbeFailure.Step) throws -> ConnectionEvent? {
        try verbs(step) { () throws(VerbsError) in try link.nextEvent() }
    }

    func exchangeFirstMessage(_ link: RDMALink, memory: InitiatorMemory) throws -> ControlMessage.Connected {
        let plain = initiator(link, memory: memory, connected: nil)
        let time = options.stepTime
        try step(.firstMessage) {
            do {
                let nudges = try plain.exchangeFirstMessage(until: .after(time))
                if nudges > 0 { link.note("the first message was answered only after \(nudges) empty writes") }
            } catch {
                throw try classified(error, step: .firstMessage)
            }
        }
        let answer = try answerToFirstMessage()
        guard case .connected(let connected) = answer else {
            throw controlFailure(
                .protocolViolation("\(answer.name) came instead of connected"), step: .firstMessage)
        }
        steps.insert(
            ConnectionStep(name: .accept, durationNanoseconds: connected.acceptNanoseconds),
            at: max(0, steps.count - 1))
        return connected
    }

    /// What the far end says once the first message of a connection has crossed both ways.
    func answerToFirstMessage() throws -> ControlMessage {
        guard let control else { throw ProbeFailure(.firstMessage, .peerClosed) }
        if let early = earlyAnswer {
            earlyAnswer = nil
            return early
        }
        do throws(ControlConnection.Failure) {
            while true {
                switch try control.receive(until: .after(SessionSettings.answerTime)) {
                case .pong: unansweredPings -= 1
                case .failed(let failed):
                    farFailure = failed
                    peer = failed.account
                    throw .protocolViolation("")
                case let answer: return answer
                }
            }
        } catch {
            throw controlFailure(error, step: .firstMessage)
        }
    }

    func initiator(
        _ link: RDMALink, memory: InitiatorMemory, connected: ControlMessage.Connected?
    ) -> Initiator {
        let largest = options.plan.largestBytes
        let watched =
            [cancellation.fileDescriptor, control?.descriptor ?? -1, link.channel.fileDescriptor] + deviceDescriptors
        lookWatch = DescriptorWatch(watched)
        func window(_ window: ControlMessage.Window?) -> RemoteSlice? {
            guard let window, window.byteCount >= largest else { return nil }
            return RemoteSlice(address: window.address, key: window.key)
        }
        return Initiator(
            link: link, memory: memory, write: window(connected?.write), read: window(connected?.read),
            swap: connected?.atomic.map { SwapTarget(RemoteSlice(address: $0.address, key: $0.key)) },
            fencesWrites: link.id.isIWARP == true,
            operationTimeout: options.plan.operationTime,
            look: { [unowned self] in try lookAround() },
            watch: DescriptorWatch([link.completionDescriptor] + watched))
    }
}
