import ClusterCore
import HostTopology
import RDMAModel
import Verbs

/// One client's session on the far end: its own thread, protection domain, memory and queue pair.
///
/// No queue pair exists before a connection request showed the session's token.
final class ServerSession {
    let control: ControlConnection
    private let peer: IPAddress
    let ledger: SessionLedger<ConnectionEvent>
    let configuration: ServerConfiguration
    let cancellation: Cancellation
    private let tell: @Sendable (ServerEvent) -> Void
    private(set) var wait: CompletionWait
    private(set) var placement: Placement?

    private(set) var binding: AddressBinding?
    private var presence: DevicePresence?
    private(set) var memory: ResponderMemory?
    private var tally: CounterTally?
    private(set) var link: RDMALink?
    /// What the device tells unasked; `nil` where it cannot be listened to.
    var inbox: DeviceEventInbox?
    /// What it told before there was a link.
    var earlyEvents: [String] = []
    private(set) var deadline: Deadline
    // Of flows.
    var plan = ProbePlan()
    var rdmaSource: IPAddress?
    var flowMemory: FlowMemory?
    var lanes: [FlowLane] = []
    /// Where unreliable datagrams are taken.
    var datagrams: DatagramEnd?

    /// - Parameter helloTime: in which a client must have said what it wants.
    init(
        control: ControlConnection, peer: IPAddress, ledger: SessionLedger<ConnectionEvent>,
        configuration: ServerConfiguration, cancellation: Cancellation, helloTime: Duration = SessionSettings.helloTime,
        tell: @escaping @Sendable (ServerEvent) -> Void
    ) {
        deadline = .after(helloTime)
        self.control = control
        self.peer = peer
        self.ledger = ledger
        self.configuration = configuration
        self.cancellation = cancellation
        self.tell = tell
        wait = configuration.completionWait ?? ProbeSession.defaultWait
    }

    func run() {
        var number: UInt64?
        defer { ledger.leave(peer, wasSession: number != nil) }
        do {
            let hello = try readHello()
            switch ledger.beginSession() {
            case .failure(let reached):
                throw Declined(
                    .init(
                        reason: .busy, words: "busy: the limit of \(reached.limit) sessions is reached",
                        number: UInt64(reached.limit)))
            case .success(let given): number = given
            }
            tell(.began(peer: "\(peer)", number: number ?? 0, cells: hello.plan.cells.count))
            deadline = .after(min(hello.plan.budget, configuration.longestSession))
            try serve(hello)
            tell(.ended(peer: "\(peer)", number: number ?? 0, problem: nil))
        } catch let declined as Declined {
            tell(.refused(peer: "\(peer)", reason: declined.notice.words))
            try? control.send(.refusal(declined.notice), until: .after(SessionSettings.aliveTime))
            control.finishSending(until: .after(.milliseconds(500)))
        } catch {
            if let number {
                tell(.ended(peer: "\(peer)", number: number, problem: words(for: error)))
            } else {
                tell(.refused(peer: "\(peer)", reason: words(for: error)))
            }
        }
        link?.disconnect()
        for lane in lanes { lane.link.disconnect() }
        datagrams = nil
        // In this order: the link's queue pair uses the memory's protection domain.
        lanes = []
        flowMemory = nil
        link = nil
        memory = nil
        inbox = nil
        binding = nil
    }

    private struct Declined: Error {
        let notice: ControlMessage.RefusalNotice
        init(_ notice: ControlMessage.RefusalNotice) { self.notice = notice }
    }

    private func words(for error: any Error) -> String {
        switch error {
        case ControlConnection.Failure.closed: "the client went away"
        case ControlConnection.Failure.deadline: "the client said nothing in time"
        case ControlConnection.Failure.protocolViolation(let words): words
        case is Interrupted, ControlConnection.Failure.interrupted:
            presence?.isGone == true ? "the RDMA device was removed" : "the server is stopped"
        default: "\(error)"
        }
    }

    // MARK: Agreement

    private func readHello() throws -> ControlMessage.Hello {
        let message: ControlMessage
        do throws(ControlConnection.Failure) { message = try control.receive(until: deadline) } catch {
            switch error {
            case .version:
                throw Declined(
                    .init(
                        reason: .version, words: "this server speaks version \(ControlFrame.version) of the protocol",
                        number: UInt64(ControlFrame.version)))
            case .protocolViolation(let words):
                throw Declined(
                    .init(
                        reason: .other,
                        words: "\(words); this server speaks version \(ControlFrame.version) of the protocol",
                        number: nil))
            default: throw error
            }
        }
        guard case .hello(let hello) = message else {
            throw Declined(.init(reason: .other, words: "the first message must be hello", number: nil))
        }
        if let problem = problem(in: hello.plan) { throw Declined(.init(reason: .plan, words: problem, number: nil)) }
        return hello
    }

    /// What a plan asks for beyond the limits, in one line.
    private func problem(in plan: ProbePlan) -> String? {
        if plan.operations.isEmpty || plan.operations.count > 16 { return "a plan has 1 to 16 operations" }
        if plan.sizesBytes.isEmpty || plan.sizesBytes.count > 64 { return "a plan has 1 to 64 sizes" }
        // Whatever the configuration allows, sums of a few payloads must fit.
        let largest = min(configuration.largestBytes, 1 << 40)
        if plan.sizesBytes.contains(where: { $0 == 0 || $0 > largest }) {
            return "a size is 1 to \(largest) bytes on this server"
        }
        if plan.operationTimeoutNanoseconds > 600_000_000_000 { return "an operation is waited for at most 10 minutes" }
        if let messages = plan.verifiedMessages, !(1...10_000).contains(messages) {
            return "1 to 10000 messages of a cell are compared"
        }
        if let problem = datagramProblem(in: plan, largest: largest) { return problem }
        if let problem = flowProblem(in: plan, largest: largest) { return problem }
        if plan.budget > configuration.longestSession {
            return "the plan may take \(plan.budget.unitText); a session takes at most "
                + configuration.longestSession.unitText
        }
        return nil
    }

    private func serve(_ hello: ControlMessage.Hello) throws {
        guard let local = control.localAddress, let source = try? IPAddress(parsing: hello.rdmaSource) else {
            throw Declined(.init(reason: .other, words: "hello has no usable RDMA address", number: nil))
        }
        let binding = try prepare(hello.plan) { () throws(VerbsError) in try AddressBinding(local) }
        self.binding = binding
        presence = DevicePresence(of: binding.deviceName)
        listen(toDeviceOf: binding)
        place(beside: binding)
        if let lack = try prepare(hello.plan, { () throws(VerbsError) in try binding.lack(for: hello.plan) }) {
            throw Declined(.init(reason: .unsupported, words: "\(binding.deviceName): \(lack)", number: nil))
        }
        let memory = try prepare(hello.plan) { () throws(VerbsError) in
            try ResponderMemory(for: hello.plan, on: binding)
        }
        flowMemory = try prepare(hello.plan) { () throws(VerbsError) in
            try prepareFlowMemory(hello.plan, in: memory, on: binding)
        }
        self.memory = memory
        plan = hello.plan
        rdmaSource = source.unmapped
        tally = CounterTally(device: binding.deviceName, port: binding.devicePort)
        let token = SessionToken()
        let request = ledger.expect(token, from: source.unmapped)
        defer { ledger.forget(token) }
        let welcome = ControlMessage.Welcome(
            rdmaPort: configuration.port + 1, token: token.hexadecimal, account: account,
            features: Feature.allCases.map(\.rawValue))
        try control.send(.welcome(welcome), until: .after(SessionSettings.answerTime))
        try awaitRequest(request)
        guard link != nil else { return }
        try serveCells()
    }

    /// A call without which the plan cannot be served.
    private func prepare<Result>(
        _ plan: ProbePlan, _ body: () throws(VerbsError) -> Result
    ) throws(Declined) -> Result {
        do { return try body() } catch {
            throw Declined(.init(reason: .cannotPrepare, words: whatCannotBePrepared(error, plan), number: nil))
        }
    }

    /// Goes beside the device, before there is memory. The thread is the session's own and ends with it.
    private func place(beside binding: AddressBinding) {
        let placement = Placement(
            device: binding.deviceName, netdev: binding.netdev,
            isWanted: configuration.isPinned)
        self.placement = placement
        guard placement.account.pinned, configuration.completionWait == nil else { return }
        wait = ProbeSession.wait(onProcessors: placement.account.processors)
    }

    private func whatCannotBePrepared(_ error: VerbsError, _ plan: ProbePlan) -> String {
        if error.code == ErrorNumber.noMemory.rawValue {
            let limit = Host.lockedMemoryLimit(at: ThisHost.root).map { "\($0) bytes" } ?? "unknown"
            return "\(words(of: error)) for payloads of \(plan.largestBytes) bytes: the limit of locked memory "
                + "is \(limit); raise it with `ulimit -l` or LimitMEMLOCK="
        }
        return words(of: error)
    }

    /// A call that failed on this end: which, on which device, why.
    func words(of error: VerbsError) -> String {
        let device = binding.map { " on \($0.deviceName)" } ?? ""
        return "\(error.call)\(device) failed (\(ErrorNumber(rawValue: error.code).words))"
    }

    /// What this end says of itself.
    private var account: EndAccount {
        EndAccount(
            name: Host.name, kernel: Host.kernelRelease, device: binding?.account(),
            address: control.localAddress.map { "\($0.address)" },
            memlockLimitBytes: Host.lockedMemoryLimit(at: ThisHost.root), events: earlyEvents + (link?.events ?? []),
            registeredBytes: memory.map {
                $0.registeredBytes + (flowMemory?.registeredBytes ?? 0) + (datagrams?.registeredBytes ?? 0)
            },
            trafficClass: link?.trafficClass, placement: placement?.account,
            counters: link == nil ? nil : tally?.changes())
    }

    // MARK: The RDMA connection

    /// Waits for the connection request, accepts it and answers the first message. A client that asks for the account
    /// instead has failed on its side; then there is no link afterwards.
    private func awaitRequest(_ request: Handover<ConnectionEvent>) throws {
        let limit = Deadline.after(SessionSettings.tokenLife + SessionSettings.acceptTime)
        while true {
            let ready = try FileDescriptor.wait(
                [request.fileDescriptor, control.descriptor] + deviceDescriptors, until: min(limit, deadline),
                cancellation: cancellation)
            if let event = endingDeviceEvent() { try report(StepFailed(step: .accept, event)) }
            if ready[0], let event = request.take() {
                let began = MonotonicClock.now()
                do {
                    guard let memory, let link = try accept(event, receives: memory.slots, for: .latency) else {
                        return
                    }
                    let established = try awaitFirstMessage(on: link, memory)
                    try tellConnected(established - began, memory)
                } catch let failed as StepFailed {
                    try report(failed)
                }
                return
            }
            if ready[1], try !answerMeanwhile() { return }
            if limit.isOver || deadline.isOver { throw ControlConnection.Failure.deadline }
        }
    }

    /// A step of the RDMA connection that failed on this end.
    struct StepFailed: Error {
        let step: ProbeFailure.Step
        let words: String
    }

    /// Accepts a connection request on a link of its own.
    /// - Parameter receives: slots for the messages that come first.
    func accept(
        _ event: ConnectionEvent, receives slots: [ResponderMemory.MemorySlot], for use: RDMALink.Use
    ) throws -> RDMALink? {
        guard let memory else { return nil }
        do throws(VerbsError) {
            guard
                let link = try RDMALink(
                    accepting: event, wait: wait, onOneProcessor: placement?.isOnOneProcessor == true, inbox: inbox)
            else { return nil }
            if use == .latency { self.link = link }
            link.setTimeouts()
            try link.makeQueuePair(in: memory.domain, for: use)
            for (index, slot) in slots.enumerated() {
                try link.postReceive(UInt64(index), slot.region.slice(count: slot.region.byteCount))
            }
            try link.id.accept(link.parameters(for: use))
            return link
        } catch {
            throw StepFailed(step: .accept, words: words(of: error))
        }
    }

    /// Waits until a connection stands and answers the first message on it.
    /// - Returns: when it stood.
    @discardableResult
    func awaitFirstMessage(
        on link: RDMALink, _ memory: ResponderMemory, repeatsReceives: Bool = true
    ) throws -> UInt64 {
        let limit = min(Deadline.after(SessionSettings.acceptTime), deadline)
        while true {
            let event: ConnectionEvent?
            do throws(VerbsError) { event = try link.nextEvent() } catch {
                throw StepFailed(step: .accept, words: words(of: error))
            }
            if let event {
                if event.kind == .established { break }
                throw StepFailed(step: .accept, words: "\(event.name) (\(event.status)) came instead of established")
            }
            let ready = try FileDescriptor.wait(
                [link.channel.fileDescriptor, control.descriptor] + deviceDescriptors, until: limit,
                cancellation: cancellation)
            if let event = endingDeviceEvent() { throw StepFailed(step: .accept, event) }
            if ready[1], try !answerMeanwhile() { throw ControlConnection.Failure.closed }
            if limit.isOver { throw StepFailed(step: .accept, words: "the connection was not established in time") }
        }
        let established = MonotonicClock.now()
        link.tune()
        var responder = makeResponder(link, memory)
        responder.repeatsReceives = repeatsReceives
        func look() throws {
            if cancellation.isCancelled { throw Interrupted() }
            if let event = endingDeviceEvent() { throw StepFailed(step: .firstMessage, event) }
            if try !answerMeanwhile() { throw ControlConnection.Failure.closed }
        }
        do { try responder.answerFirstMessage(until: limit, look: look) } catch let error as VerbsError {
            throw StepFailed(step: .firstMessage, words: words(of: error))
        } catch let error as Responder.Failed {
            throw StepFailed(step: .firstMessage, words: error.words)
        }
        return established
    }

    private func tellConnected(_ accepted: UInt64, _ memory: ResponderMemory) throws {
        func window(_ slice: RemoteSlice?) -> ControlMessage.Window? {
            slice.map { .init(address: $0.address, key: $0.key, byteCount: UInt64(memory.windowBytes)) }
        }
        let connected = ControlMessage.Connected(
            acceptNanoseconds: accepted, write: window(memory.writeWindow), read: window(memory.readWindow),
            atomic: memory.atomicWindow.map { .init(address: $0.address, key: $0.key, byteCount: 8) })
        try control.send(.connected(connected), until: .after(SessionSettings.answerTime))
    }

    private func makeResponder(_ link: RDMALink, _ memory: ResponderMemory) -> Responder {
        Responder(
            link: link, memory: memory,
            watched: [control.descriptor, link.channel.fileDescriptor, cancellation.fileDescriptor]
                + deviceDescriptors)
    }

    /// Tells the client what failed here, and stays for its last question.
    func report(_ failed: StepFailed) throws {
        hearDeviceOut()
        try control.send(
            .failed(.init(step: failed.step, words: failed.words, account: account)),
            until: .after(SessionSettings.answerTime))
        while try answerMeanwhile(waitingUntil: .after(SessionSettings.answerTime), mayCross: true) {}
        throw ControlConnection.Failure.protocolViolation(failed.words)
    }

    /// Answers a ping. Messages that already wait are taken without a look at the clock, so it is looked at here: a
    /// client that never stops asking must not outlive its session.
    func answerPing() throws(ControlConnection.Failure) {
        if cancellation.isCancelled { throw .interrupted }
        if deadline.isOver { throw .deadline }
        try control.send(.pong, until: .after(SessionSettings.answerTime))
    }

    /// Answers what a client may ask at any time.
    /// - Parameter mayCross: whether what the client said before it knew of a failure may still arrive.
    /// - Returns: `false` once it has said that it is done.
    func answerMeanwhile(
        waitingUntil limit: Deadline? = nil, mayCross: Bool = false
    ) throws(ControlConnection.Failure) -> Bool {
        while true {
            let message: ControlMessage
            if let limit {
                message = try control.receive(until: limit)
            } else if let waiting = try control.poll() {
                message = waiting
            } else {
                return true
            }
            switch message {
            case .ping: try answerPing()
            case .finish:
                try farewell()
                return false
            case .begin, .end, .flow, .flowEnd, .datagrams, .datagramsEnd:
                guard mayCross else { fallthrough }
            default: throw .protocolViolation("\(message.name) came where it does not belong")
            }
        }
    }

    /// Says what this end says of itself, and that there is nothing more.
    func farewell() throws(ControlConnection.Failure) {
        hearDeviceOut()
        try control.send(.account(account), until: .after(SessionSettings.answerTime))
        control.finishSending(until: .after(.milliseconds(500)))
    }

    // MARK: Cells

    private func serveCells() throws {
        guard let link, let memory else { return }
        let responder = makeResponder(link, memory)
        while true {
            let message = try control.receive(until: min(deadline, .after(SessionSettings.silenceLimit)))
            switch message {
            case .begin(let begin):
                responder.prepare(begin.cell)
                try control.send(.ready, until: .after(SessionSettings.answerTime))
                if try !serve(begin, responder) { return }
            case .ping: try answerPing()
            case .verify(let request): try verify(request, link, memory)
            case .addQueuePair: if try !addQueuePair() { return }
            case .flow(let flow): if try !serve(flow) { return }
            case .addDatagrams(let far): try addDatagrams(far, link)
            case .datagrams(let request): if try !serve(request) { return }
            case .finish:
                drainEvents()
                try farewell()
                return
            default:
                throw ControlConnection.Failure.protocolViolation("\(message.name) came where it does not belong")
            }
        }
    }

    /// Serves one cell until the client ends it.
    /// - Returns: `false` where the client is done altogether.
    private func serve(_ begin: ControlMessage.Begin, _ responder: Responder) throws -> Bool {
        var outcome = Look.goesOn
        var silenceEnds = Deadline.after(SessionSettings.silenceLimit)
        func isOver() throws -> Bool {
            outcome = try lookAround(&silenceEnds) { message in
                guard case .end = message else { return nil }
                try control.send(.done, until: .after(SessionSettings.answerTime))
                return .ended
            }
            return outcome != .goesOn
        }
        do {
            try responder.serve(begin, look: isOver)
        } catch let failed as Responder.Failed {
            try reportDuringCell(failed.words)
            return false
        } catch let failure as ProbeFailure {
            try reportDuringCell(failure.sentence)
            return false
        } catch let error as VerbsError {
            try reportDuringCell(words(of: error))
            return false
        }
        return outcome == .ended
    }

    func reportDuringCell(_ words: String) throws {
        drainEvents()
        try report(StepFailed(step: .measurement, words: words))
    }
}
