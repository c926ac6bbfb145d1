import RDMAModel
import Verbs

/// How completions are waited for.
public enum CompletionWait: String, Sendable, Hashable, Codable, CaseIterable {
    /// The processor asks again and again: the smallest latency, a processor for itself.
    case poll
    /// The process sleeps until the adapter reports one.
    case event
}

/// One end of an RDMA connection: event channel, id, completion queue, queue pair. Belongs to one thread at a time.
///
/// Everything goes in the right order when the object goes: each handle keeps what it was made from.
final class RDMALink {
    let channel: EventChannel
    let id: CommunicationID
    // Without the run-time check for overlapping accesses, which costs more than a poll that finds nothing: a link
    // belongs to one thread at a time, and what is called on these two never comes back to the link.
    @exclusivity(unchecked) private var completions: CompletionQueue?
    @exclusivity(unchecked) private var pair: QueuePair?
    let wait: CompletionWait
    /// Whether a loop that finds nothing lets others have the processor: `poll` on the only one. Software that moves the
    /// data, and the other end of a self-test, would otherwise wait for a time slice of 4 ms.
    let yieldsProcessor: Bool
    /// What the connection manager and the device said, in their own words, for the report.
    private(set) var events: [String] = []
    /// Where the device's events of this link's queues go to.
    private let inbox: DeviceEventInbox?
    /// When the adapter sends again what was not acknowledged; `nil` where the transport or the kernel decides.
    private(set) var acknowledgementTimeoutNanoseconds: UInt64?
    /// The traffic class with which this end sends; `nil` where the transport does not tell.
    private(set) var trafficClass: UInt8?

    /// How many of them a report has.
    static let eventLimit = 32

    /// An id that is still to be resolved.
    init(wait: CompletionWait, onOneProcessor: Bool, inbox: DeviceEventInbox?) throws(VerbsError) {
        self.inbox = inbox
        let channel = try EventChannel()
        id = try CommunicationID(on: channel)
        self.channel = channel
        self.wait = wait
        yieldsProcessor = onOneProcessor
    }

    /// The id that a connection request brought, with events of its own from now on.
    init?(
        accepting event: ConnectionEvent, wait: CompletionWait, onOneProcessor: Bool, inbox: DeviceEventInbox?
    ) throws(VerbsError) {
        self.inbox = inbox
        guard let id = CommunicationID(newcomerOf: event) else { return nil }
        let channel = try EventChannel()
        try id.migrate(to: channel)
        self.id = id
        self.channel = channel
        self.wait = wait
        yieldsProcessor = onOneProcessor
        events = [event.name]
    }

    /// What a link is made for, which says how much can be under way on it.
    enum Use {
        /// One operation at a time.
        case latency
        /// As many messages as a window has.
        case flow

        var sendDepth: UInt32 { self == .latency ? 8 : UInt32(FlowShape.sendDepth) }
        var receiveDepth: UInt32 { self == .latency ? 8 : UInt32(FlowShape.receiveDepth) }
        /// Reads at once; for a flow as many as the device takes (`RDMA_MAX_RESP_RES`, `RDMA_MAX_INIT_DEPTH`).
        var reads: UInt8 { self == .latency ? 1 : 0xff }
    }

    /// Makes the completion queue and the queue pair.
    func makeQueuePair(in domain: borrowing ProtectionDomain, for use: Use = .latency) throws(VerbsError) {
        let completions = try CompletionQueue(onDeviceOf: id, depth: 16 + Int(use.sendDepth + use.receiveDepth))
        inbox?.claim([completions.subject])
        unsafe pair = try QueuePair(
            for: id, in: domain, completions: completions, sendDepth: use.sendDepth, receiveDepth: use.receiveDepth,
            inlineBytes: UInt32(SessionSettings.smallMessage))
        if let subject = unsafe pair?.subject { inbox?.claim([subject]) }
        unsafe self.completions = consume completions
    }

    /// The parameters of both ends' connection.
    func parameters(privateData: [UInt8] = [], for use: Use = .latency) -> ConnectionParameters {
        ConnectionParameters(
            privateData: privateData, responderResources: use.reads, initiatorDepth: use.reads,
            retryCount: SessionSettings.retryCount, rnrRetryCount: SessionSettings.rnrRetryCount)
    }

    /// Sets the acknowledgement timeout where the transport has one.
    func setTimeouts() {
        // iWARP has TCP's, and older kernels lack the option: the default is longer, and the deadlines hold anyway.
        if id.isIWARP != true {
            let exponent = SessionSettings.acknowledgementTimeoutExponent
            if (try? id.setAcknowledgementTimeout(exponent: exponent)) != nil {
                acknowledgementTimeoutNanoseconds = 4096 << UInt64(exponent)
            }
        }
    }

    /// What is set once the connection stands.
    func tune() {
        guard id.isIWARP != true else { return }
        try? unsafe pair?.setReceiverNotReadyTimer(code: SessionSettings.receiverNotReadyTimer)
        trafficClass = (try? unsafe pair?.trafficClass()) ?? nil
    }

    /// Takes the next event of the connection manager, or `nil` where none waits.
    func nextEvent() throws(VerbsError) -> ConnectionEvent? {
        guard let event = try channel.next() else { return nil }
        if events.count < RDMALink.eventLimit {
            events.append(event.status == 0 ? event.name : "\(event.name) (\(event.status))")
        }
        return event
    }

    /// Keeps a remark among the events.
    func note(_ words: String) { if events.count < RDMALink.eventLimit { events.append(words) } }

    /// Keeps a remark unless it is there already.
    func noteOnce(_ words: String) { if !events.contains(words) { note(words) } }

    /// Ends the connection from this side; what is posted comes back as flushed.
    func disconnect() { try? id.disconnect() }
}

// MARK: Work

extension RDMALink {
    private static let noPair = VerbsError(call: "ibv_post_send", code: ErrorNumber.invalid.rawValue)

    @inline(__always)
    func postReceive(_ request: UInt64, _ slice: MemoryRegion.Slice) throws(VerbsError) {
        if try unsafe pair?.postReceive(request, slice) == nil { throw RDMALink.noPair }
    }

    @inline(__always)
    func postSend(_ request: UInt64, _ slice: MemoryRegion.Slice, isSignaled: Bool = true) throws(VerbsError) {
        if try unsafe pair?.postSend(request, slice, isSignaled: isSignaled) == nil { throw RDMALink.noPair }
    }

    @inline(__always)
    func postWrite(
        _ request: UInt64, _ slice: MemoryRegion.Slice, to remote: RemoteSlice, isSignaled: Bool = true
    ) throws(VerbsError) {
        if try unsafe pair?.postWrite(request, slice, to: remote, isSignaled: isSignaled) == nil {
            throw RDMALink.noPair
        }
    }

    @inline(__always)
    func postRead(
        _ request: UInt64, _ slice: MemoryRegion.Slice, from remote: RemoteSlice, isSignaled: Bool = true
    ) throws(VerbsError) {
        if try unsafe pair?.postRead(request, slice, from: remote, isSignaled: isSignaled) == nil {
            throw RDMALink.noPair
        }
    }

    @inline(__always)
    func postCompareAndSwap(
        _ request: UInt64, _ slice: MemoryRegion.Slice, at remote: RemoteSlice, compare: UInt64, swap: UInt64
    ) throws(VerbsError) {
        if try unsafe pair?.postCompareAndSwap(request, slice, at: remote, compare: compare, swap: swap) == nil {
            throw RDMALink.noPair
        }
    }

    /// Makes an operation ready to be done again and again, timed by a clock.
    func prepare(
        _ request: PreparedRoundTrip.Request, timedBy clock: SampleClock
    ) throws(VerbsError) -> PreparedRoundTrip {
        guard let trip = unsafe pair?.prepare(request, timedBy: clock.source) else { throw RDMALink.noPair }
        return trip
    }

    /// Takes a completion, or `nil` where none waits.
    @inline(__always)
    func pollCompletion() throws(VerbsError) -> Completion? {
        try unsafe completions?.poll() ?? nil
    }

    /// Takes the first completion that a number of looks finds, or `nil` where none does: what a loop asks that has
    /// nothing else to do.
    @inline(__always)
    func pollCompletion(looks: UInt32) throws(VerbsError) -> Completion? {
        try unsafe completions?.poll(looks: looks) ?? nil
    }

    /// Readable when a completion came after `armCompletions()`.
    var completionDescriptor: CInt { unsafe completions?.fileDescriptor ?? -1 }

    func armCompletions() throws(VerbsError) { try unsafe completions?.arm() }

    func takeCompletionEvents() throws(VerbsError) { try unsafe completions?.takeEvents() }
}
