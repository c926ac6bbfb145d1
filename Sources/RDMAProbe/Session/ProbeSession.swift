import ClusterCore
import HostTopology
import RDMAModel
import Verbs

/// The end that measures: one run against one peer, from readiness to what both ends say of it.
///
/// Everything that a run finds out is kept as it goes, so that a failure or a request to stop loses nothing.
final class ProbeSession {
    let options: ProbeOptions
    let cancellation: Cancellation
    let progress: (ProbeProgress) -> Void
    let runDeadline: Deadline

    // What is known so far.
    var steps: [ConnectionStep] = []
    var latency: [LatencyCell] = []
    var bandwidth: [BandwidthCell] = []
    var verification: [VerifiedCell] = []
    var datagrams: [DatagramCell] = []
    /// Findings that no requirement is about.
    var remarks: [Finding] = []
    var peer: EndAccount?
    var failure: ProbeFailure?
    var binding: AddressBinding?
    var link: RDMALink?
    /// What the device tells unasked; `nil` where it cannot be listened to.
    var inbox: DeviceEventInbox?
    /// What it told before there was a link.
    var earlyEvents: [String] = []
    var control: ControlConnection?
    var registeredBytes: UInt64?
    /// The counters of the device: as they were before the connection, and what had changed at the end.
    private var tally: CounterTally?
    private var counters: [CounterChange]?
    var source: SocketAddress?
    /// What the far end said of its own failure.
    var farFailure: ControlMessage.Failed?
    /// What the far end answered before it was asked for: over iWARP, and on slow paths, the control connection may be
    /// faster than the RDMA message that came first.
    var earlyAnswer: ControlMessage?
    /// When the far end was last told that this end is there, and how often it has not answered yet.
    var lastSignOfLife: UInt64 = 0
    var unansweredPings = 0
    /// What there is to look at while operations run.
    var lookWatch: DescriptorWatch?
    /// The place of the connection manager's events in it.
    static let eventsInLookWatch = 2
    var completionWait: CompletionWait
    /// Where the far end's connection manager listens.
    var rdmaDestination: SocketAddress?
    /// The flow that runs beside the latency cells.
    var loadFlow: LoadFlow?
    var placement: Placement?
    /// What the far end said of the flow that it has served.
    var flowDone: ControlMessage.FlowDone?
    /// What times the samples; before the first of them the system's clock.
    var sampleClock = SampleClock.system
    /// Counter and clock at the beginning of the run.
    let clockReading = SampleClock.reading()

    init(_ options: ProbeOptions, cancellation: Cancellation, progress: @escaping (ProbeProgress) -> Void) {
        self.options = options
        self.cancellation = cancellation
        self.progress = progress
        runDeadline = .after(options.plan.budget)
        completionWait = options.completionWait ?? ProbeSession.defaultWait
    }

    /// A process that has one processor must leave it to the other end or to the software that moves the data.
    static var defaultWait: CompletionWait { (Host.usableProcessors(at: ThisHost.root) ?? 1) > 1 ? .poll : .event }

    /// As the default, for a thread that is held to some processors.
    static func wait(onProcessors list: String?) -> CompletionWait {
        (list.flatMap { Host.processorCount(inList: $0) } ?? 1) > 1 ? .poll : .event
    }

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
        hearDeviceOut()
        if let loadFlow { _ = try? loadFlow.stop(until: .after(SessionSettings.aliveTime)) }
        farewell()
        link?.disconnect()
        placement?.undo()
        counters = tally?.changes()
    }

    private func connectAndMeasure() throws {
        let peers = try resolveHost()
        try Readiness.check(device: options.device, at: ThisHost.root)
        // The step `control` is the connection and the agreement, without the local preparation between them.
        progress(.step(.control))
        let began = MonotonicClock.now()
        let (binding, control) = try reach(peers)
        let reached = MonotonicClock.now() - began
        self.control = control
        listen(toDeviceOf: binding)
        place(beside: binding)
        if let lack = try verbs(.device, { () throws(VerbsError) in try binding.lack(for: options.plan) }) {
            throw ProbeFailure(.device, .unsupported(lack), device: binding.deviceName)
        }
        let memory = try InitiatorMemory(for: options.plan, on: binding)
        registeredBytes = memory.registeredBytes
        let flowMemory = try prepareFlowMemory(memory, on: binding)
        let welcome = try agree()
        steps[0].durationNanoseconds += reached
        tally = CounterTally(device: binding.deviceName, port: binding.devicePort)
        let initiator = try connect(welcome, memory: memory)
        try verifyAll(initiator)
        let flows = try flowMemory.map { try connectFlows(memory, $0) }
        try measureAll(initiator, flows)
        try measureDatagrams(on: binding)
        if let flows { try measureBandwidth(flows) }
    }

    /// Goes beside the device, before there is memory.
    private func place(beside binding: AddressBinding) {
        let placement = Placement(
            device: binding.deviceName, netdev: binding.netdev, isWanted: options.isPinned)
        self.placement = placement
        guard placement.account.pinned, options.completionWait == nil else { return }
        completionWait = ProbeSession.wait(onProcessors: placement.account.processors)
    }

    func step<Result>(_ name: ConnectionStep.Name, _ body: () throws -> Result) throws -> Result {
        progress(.step(name))
        let start = MonotonicClock.now()
        let result = try body()
        steps.append(ConnectionStep(name: name, durationNanoseconds: MonotonicClock.now() - start))
        return result
    }

    // MARK: The end

    /// Asks the far end for its account, if it is there to answer.
    private func farewell() {
        guard let control, failure?.cause != .peerClosed, peer != nil else { return }
        let deadline = Deadline.after(SessionSettings.aliveTime)
        // A cancelled run still asks, on a connection that does not know of it, and shortly.
        let polite = ControlFarewell(control)
        if let account = polite.account(until: deadline) {
            peer = account
        } else {
            link?.note("the far end gave no last account: what is told of it here is what it said at the beginning")
        }
    }

    /// What this end says of itself.
    var account: EndAccount {
        EndAccount(
            name: Host.name, kernel: Host.kernelRelease, device: binding?.account(),
            address: source.map { "\($0.address)" }, memlockLimitBytes: Host.lockedMemoryLimit(at: ThisHost.root),
            events: earlyEvents + (link?.events ?? []), registeredBytes: registeredBytes,
            trafficClass: link?.trafficClass, placement: placement?.account,
            counters: counters)
    }
}
