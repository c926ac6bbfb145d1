import ClusterCore
import HostTopology
import RDMAModel
import Verbs

/// The end that measures: one run against one peer, from readiness to what both ends say of it.
///
/// Everything that a run finds out is kept as it goes, so that a failure or a request to stop loses nothing.
final class ProbeSession {
    private let options: ProbeOptions
    private let cancellation: Cancellation
    private let progress: (ProbeProgress) -> Void
    private let runDeadline: Deadline

    // What is known so far.
    private(set) var steps: [ConnectionStep] = []
    private(set) var latency: [LatencyCell] = []
    private(set) var peer: EndAccount?
    private(set) var failure: ProbeFailure?
    private var binding: AddressBinding?
    private var link: RDMALink?
    private var control: ControlConnection?
    private var registeredBytes: UInt64?
    private var source: SocketAddress?
    /// What the far end said of its own failure.
    private var farFailure: ControlMessage.Failed?
    private(set) var completionWait: CompletionWait

    init(_ options: ProbeOptions, cancellation: Cancellation, progress: @escaping (ProbeProgress) -> Void) {
        self.options = options
        self.cancellation = cancellation
        self.progress = progress
        runDeadline = .after(options.plan.budget)
        completionWait = options.completionWait ?? ProbeSession.defaultWait
    }

    /// A process that has one processor must leave it to the other end or to the software that moves the data.
    static var defaultWait: CompletionWait { (Host.usableProcessors() ?? 1) > 1 ? .poll : .event }

    /// Runs to the end, or until something fails or the run is cancelled. Never throws: what failed is in `failure`.
    func run() {
        do {
            try connectAndMeasure()
        } catch is Interrupted {
            // The report tells why: the request to stop is on record.
        } catch let error as ProbeFailure {
            failure = error
        } catch let error as VerbsError {
            failure = ProbeFailure(.measurement, error, device: binding?.deviceName)
        } catch {
            failure = ProbeFailure(.measurement, .protocolViolation("\(error)"))
        }
        farewell()
        link?.disconnect()
    }

    private func connectAndMeasure() throws {
        let peers = try resolveHost()
        try Readiness.check(device: options.device)
        let binding = try bindSource(towards: peers)
        let memory = try InitiatorMemory(for: options.plan, on: binding)
        registeredBytes = memory.registeredBytes
        let welcome = try agree(with: peers)
        let initiator = try connect(welcome, memory: memory)
        try measureAll(initiator)
    }

    private func step<Result>(_ name: ConnectionStep.Name, _ body: () throws -> Result) throws -> Result {
        progress(.step(name))
        let start = MonotonicClock.now()
        let result = try body()
        steps.append(ConnectionStep(name: name, durationNanoseconds: MonotonicClock.now() - start))
        return result
    }

    // MARK: Before the control connection

    private func resolveHost() throws -> [SocketAddress] {
        let (host, port) = (options.host, options.port)
        let found = try BlockingCall.run(until: .after(options.stepTime), cancellation: cancellation) {
            SocketAddress.resolve(host, port: port)
        }
        switch found {
        case .success(let addresses) where !addresses.isEmpty: return addresses
        case .success: throw ProbeFailure(.control, .nameNotFound(name: host, reason: "no address"))
        case .failure(let error): throw ProbeFailure(.control, .nameNotFound(name: host, reason: error.words))
        case nil: throw ProbeFailure(.control, .deadline(afterNanoseconds: options.stepTime.nanosecondsClamped))
        }
    }

    /// Finds the address to measure from and asks the connection manager which device it takes for it.
    private func bindSource(towards peers: [SocketAddress]) throws -> AddressBinding {
        let source = try chooseSource(towards: peers)
        self.source = source
        do {
            let binding = try AddressBinding(source)
            if let wanted = options.device, wanted != binding.deviceName {
                throw ProbeFailure(.device, .otherDevice(found: binding.deviceName), device: wanted)
            }
            self.binding = binding
            return binding
        } catch let error as VerbsError {
            throw ProbeFailure(.device, error, device: options.device)
        }
    }

    private func chooseSource(towards peers: [SocketAddress]) throws -> SocketAddress {
        let peer = peers[0]
        if let source = options.source {
            return SocketAddress(address: source, port: 0, scope: source.isLinkLocal ? peer.scope : 0)
        }
        if let device = options.device {
            let own = RDMAAddress.all().filter { $0.device == device }
            let sameKind = own.filter { $0.interface.address.isIPv4 == peer.address.isIPv4 }
            let near = sameKind.first { $0.interface.subnet?.contains(peer.address) ?? false } ?? sameKind.first
            guard let near else {
                let kind = peer.address.isIPv4 ? "IPv4" : "IPv6"
                throw ProbeFailure(.device, .unsupported("an \(kind) address on the device's interface"), device: device)
            }
            return SocketAddress(address: near.interface.address, port: 0)
        }
        guard let source = TCP.routeSource(to: peer) else {
            throw ProbeFailure(.control, .errno(call: "connect", code: .networkUnreachable))
        }
        return source
    }

    // MARK: The control connection

    private func agree(with peers: [SocketAddress]) throws -> ControlMessage.Welcome {
        try step(.control) {
            let control = try connectControl(to: peers)
            self.control = control
            let hello = ControlMessage.Hello(
                toolVersion: options.toolVersion, plan: options.plan,
                rdmaSource: source.map { "\($0.address)" } ?? "")
            let answer = try ask(.hello(hello), step: .control)
            switch answer {
            case .welcome(let welcome):
                peer = welcome.account
                return welcome
            case .refusal(let notice): throw ProbeFailure(.control, .refused(notice.refusal))
            default:
                throw ProbeFailure(.control, .protocolViolation("hello was answered with \(answer.name)"))
            }
        }
    }

    private func connectControl(to peers: [SocketAddress]) throws -> ControlConnection {
        // Addresses of the kind that the source has; a name may have both.
        let reachable = peers.filter { $0.address.isIPv4 == source?.address.isIPv4 }
        var failed: CallFailed?
        for peer in reachable.isEmpty ? peers : reachable {
            var from = source
            from?.port = 0
            do {
                let descriptor = try TCP.connect(
                    to: peer, from: options.source != nil || options.device != nil ? from : nil,
                    until: .after(options.stepTime), cancellation: cancellation)
                return ControlConnection(adopting: descriptor, cancellation: cancellation)
            } catch let error as CallFailed {
                failed = error
            }
        }
        guard let failed else { throw ProbeFailure(.control, .nameNotFound(name: options.host, reason: "no address")) }
        if failed.code == ErrorNumber.timedOut.rawValue {
            throw ProbeFailure(.control, .deadline(afterNanoseconds: options.stepTime.nanosecondsClamped))
        }
        throw ProbeFailure(.control, failed.cause)
    }

    /// Sends a message and waits for its answer; a far end that reports its own failure instead ends the run.
    private func ask(_ question: ControlMessage, step: ProbeFailure.Step) throws -> ControlMessage {
        guard let control else { throw ProbeFailure(step, .peerClosed) }
        let deadline = Deadline.after(SessionSettings.answerTime)
        do throws(ControlConnection.Failure) {
            do throws(ControlConnection.Failure) { try control.send(question, until: deadline) } catch {
                // A far end that declines says so and closes: what it said still waits to be read.
                guard case .closed = error else { throw error }
            }
            while true {
                switch try control.receive(until: deadline) {
                case .pong: continue
                case .failed(let failed):
                    farFailure = failed
                    peer = failed.account
                    throw .protocolViolation("")
                case let answer: return answer
                }
            }
        } catch {
            throw controlFailure(error, step: step)
        }
    }

    private func controlFailure(_ error: ControlConnection.Failure, step: ProbeFailure.Step) -> any Error {
        if let farFailure, step > .control {
            return ProbeFailure(farFailure.step, .protocolViolation(farFailure.words), end: .far)
        }
        switch error {
        case .interrupted: return Interrupted()
        case .deadline:
            // After the agreement a peer that does not answer any more is gone; before it, it is none of ours.
            return step == .control
                ? ProbeFailure(step, .deadline(afterNanoseconds: SessionSettings.answerTime.nanosecondsClamped))
                : ProbeFailure(step, .peerClosed)
        case .closed where step == .control: return ProbeFailure(.control, .peerClosed)
        default: return ProbeFailure(step == .control ? .control : step, error.cause ?? .peerClosed)
        }
    }

    // MARK: The RDMA connection

    private func connect(_ welcome: ControlMessage.Welcome, memory: InitiatorMemory) throws -> Initiator {
        guard let binding, let control, let source, let token = SessionToken(hexadecimal: welcome.token),
            var destination = control.peerAddress
        else { throw ProbeFailure(.control, .protocolViolation("the welcome has no usable token")) }
        destination.port = welcome.rdmaPort
        let device = binding.deviceName
        let link = try resources(memory) { () throws(VerbsError) in try RDMALink(wait: completionWait) }
        self.link = link
        let stepMilliseconds = CInt(clamping: options.stepTime.nanosecondsClamped / 1_000_000)

        try step(.address) {
            var from = source
            from.port = 0
            try verbs(.address) { () throws(VerbsError) in
                try link.id.resolveAddress(from: from.bytes, to: destination.bytes, milliseconds: stepMilliseconds)
            }
            try awaitEvent(.addressResolved, at: .address, within: options.stepTime)
            // The connection manager may have taken another device of the same interface.
            if let found = link.id.deviceName, found != device {
                throw ProbeFailure(.address, .otherDevice(found: found), device: device)
            }
        }
        try step(.route) {
            try verbs(.route) { () throws(VerbsError) in
                try link.id.resolveRoute(milliseconds: stepMilliseconds)
            }
            try awaitEvent(.routeResolved, at: .route, within: options.stepTime)
        }
        try step(.connect) {
            link.setTimeouts()
            try resources(memory) { () throws(VerbsError) in try link.makeQueuePair(in: memory.domain) }
            try requestConnection(link, RequestData(token: token), device: device)
            link.tune()
        }
        let connected = try exchangeFirstMessage(link, memory: memory)
        return initiator(link, memory: memory, connected: connected)
    }

    /// A call that prepares memory or queues.
    private func resources<Result>(
        _ memory: InitiatorMemory, _ body: () throws(VerbsError) -> Result
    ) throws(ProbeFailure) -> Result {
        do { return try body() } catch {
            throw .resources(error, neededBytes: memory.registeredBytes, device: binding?.deviceName ?? "")
        }
    }

    /// A call of a step on the way to the connection.
    private func verbs<Result>(
        _ step: ProbeFailure.Step, _ body: () throws(VerbsError) -> Result
    ) throws(ProbeFailure) -> Result {
        do { return try body() } catch { throw ProbeFailure(step, error, device: binding?.deviceName) }
    }

    private func requestConnection(_ link: RDMALink, _ data: RequestData, device: String) throws {
        let deadline = Deadline.after(options.stepTime)
        let parameters = link.parameters(privateData: data.bytes)
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
        case .some(nil): try awaitEvent(.established, at: .connect, until: deadline, within: options.stepTime)
        }
    }

    private func deadlineFailure(_ step: ProbeFailure.Step, _ time: Duration) -> ProbeFailure {
        ProbeFailure(step, .deadline(afterNanoseconds: time.nanosecondsClamped), device: binding?.deviceName)
    }

    private func awaitEvent(
        _ wanted: ConnectionEvent.Kind, at step: ProbeFailure.Step, until given: Deadline? = nil, within time: Duration
    ) throws {
        guard let link, let control else { return }
        let deadline = given ?? .after(time)
        while true {
            while let event = try nextEvent(at: step) {
                if event.kind == wanted { return }
                if event.kind == .connectResponse { continue }
                throw try explained(event.failure(at: step, device: binding?.deviceName))
            }
            let ready = try FileDescriptor.wait(
                [link.channel.fileDescriptor, control.descriptor], until: deadline, cancellation: cancellation)
            if ready[1] { try lookAtControl(step: step) }
            if deadline.isOver { throw try explained(deadlineFailure(step, time)) }
        }
    }

    private func nextEvent(at step: ProbeFailure.Step) throws -> ConnectionEvent? {
        try verbs(step) { () throws(VerbsError) in try link?.nextEvent() }
    }

    private func exchangeFirstMessage(_ link: RDMALink, memory: InitiatorMemory) throws -> ControlMessage.Connected {
        let plain = initiator(link, memory: memory, connected: nil)
        let time = options.stepTime
        try step(.firstMessage) {
            do { try plain.exchangeFirstMessage(until: .after(time)) } catch {
                throw try classified(error, step: .firstMessage)
            }
        }
        guard let control else { throw ProbeFailure(.firstMessage, .peerClosed) }
        do throws(ControlConnection.Failure) {
            while true {
                switch try control.receive(until: .after(SessionSettings.answerTime)) {
                case .connected(let connected):
                    steps.insert(
                        ConnectionStep(name: .accept, durationNanoseconds: connected.acceptNanoseconds),
                        at: max(0, steps.count - 1))
                    return connected
                case .failed(let failed):
                    farFailure = failed
                    peer = failed.account
                    throw .protocolViolation("")
                case let other: throw .protocolViolation("\(other.name) came instead of connected")
                }
            }
        } catch {
            throw controlFailure(error, step: .firstMessage)
        }
    }

    private func initiator(
        _ link: RDMALink, memory: InitiatorMemory, connected: ControlMessage.Connected?
    ) -> Initiator {
        let largest = options.plan.largestBytes
        func window(_ window: ControlMessage.Window?) -> RemoteSlice? {
            guard let window, window.byteCount >= largest else { return nil }
            return RemoteSlice(address: window.address, key: window.key)
        }
        return Initiator(
            link: link, memory: memory, write: window(connected?.write), read: window(connected?.read),
            operationTimeout: options.plan.operationTimeoutNanoseconds,
            look: { [unowned self] in try lookAround() },
            watched: [cancellation.fileDescriptor, control?.descriptor ?? -1, link.channel.fileDescriptor])
    }

    // MARK: Measuring

    private func measureAll(_ initiator: Initiator) throws {
        let cells = options.plan.cells
        for (index, cell) in cells.enumerated() {
            guard !runDeadline.isOver else { return }
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
        }
    }

    private func measure(_ cell: ProbePlan.Cell, number: Int, of total: Int, _ initiator: Initiator) throws {
        let plan = options.plan
        let size = Int(clamping: cell.sizeBytes)
        var recorder = LatencyRecorder()
        var lost: UInt64 = 0
        defer { latency.append(recorder.cell(cell, lost: lost)) }
        var marker: UInt8 = 0
        func nextMarker() -> UInt8 {
            marker = marker == 255 ? 1 : marker + 1
            return marker
        }
        do {
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
                let sample = try initiator.perform(cell, size: size, marker: nextMarker())
                recorder.record(sample)
                let now = MonotonicClock.now()
                if now >= end { break }
                if now &- lastLook > 250_000_000 {
                    lastLook = now
                    try lookAround()
                    progress(
                        .measuring(
                            cell, number: number, of: total, samples: recorder.moments.count, lastNanoseconds: sample))
                }
            }
        } catch {
            let classified = try classified(error, step: .measurement)
            if (classified as? ProbeFailure)?.shortfall == .operationLost { lost += 1 }
            throw classified
        }
    }

    // MARK: What goes wrong

    /// Looks for a request to stop, at the control connection and at the connection manager.
    private func lookAround() throws {
        if cancellation.isCancelled { throw Interrupted() }
        try lookAtControl(step: .measurement)
        if let event = try link?.nextEvent() {
            throw event.failure(at: .measurement, device: binding?.deviceName)
        }
    }

    private func lookAtControl(step: ProbeFailure.Step) throws {
        guard let control else { return }
        do throws(ControlConnection.Failure) {
            while let message = try control.poll() {
                if case .failed(let failed) = message {
                    farFailure = failed
                    peer = failed.account
                    throw .protocolViolation("")
                }
            }
        } catch {
            throw controlFailure(error, step: step)
        }
    }

    /// What an error during RDMA work means, once it is known whether the peer is there.
    private func classified(_ error: any Error, step: ProbeFailure.Step) throws -> any Error {
        switch error {
        case is Interrupted: return error
        case var failure as ProbeFailure:
            failure.step = failure.step == .measurement ? step : failure.step
            if failure.device == nil { failure.device = binding?.deviceName }
            return failure.shortfall == .peerLost ? failure : try explained(failure)
        case let verbs as VerbsError: return try explained(ProbeFailure(step, verbs, device: binding?.deviceName))
        default: return error
        }
    }

    /// The failure itself where the peer is alive, so that it is RDMA that failed; else that the peer is gone.
    private func explained(_ failure: ProbeFailure) throws -> ProbeFailure {
        if failure.cause == .peerClosed || failure.end == .far || farFailure != nil { return failure }
        guard let control else { return ProbeFailure(failure.step, .peerClosed) }
        let deadline = Deadline.after(SessionSettings.aliveTime)
        do throws(ControlConnection.Failure) {
            try control.send(.ping, until: deadline)
            while true {
                switch try control.receive(until: deadline) {
                case .pong: return failure
                case .failed(let failed):
                    // The far end met the same failure from its side and is there to tell.
                    farFailure = failed
                    peer = failed.account
                    return failure
                default: continue
                }
            }
        } catch {
            if case .interrupted = error { throw Interrupted() }
            return ProbeFailure(failure.step, .peerClosed)
        }
    }

    // MARK: The end

    /// Asks the far end for its account, if it is there to answer.
    private func farewell() {
        guard let control, failure?.cause != .peerClosed, peer != nil else { return }
        let deadline = Deadline.after(SessionSettings.aliveTime)
        // A cancelled run still asks, on a connection that does not know of it, and shortly.
        let polite = ControlFarewell(control)
        if let account = polite.account(until: deadline) { peer = account }
    }

    /// What this end says of itself.
    var account: EndAccount {
        EndAccount(
            name: Host.name, kernel: Host.kernelRelease, device: binding?.account(),
            address: source.map { "\($0.address)" }, memlockLimitBytes: Host.lockedMemoryLimit(),
            events: link?.events ?? [], registeredBytes: registeredBytes)
    }
}
