#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import Testing
import Verbs

/// One end of a connection with everything that it takes, each handle of which can go at any time.
///
/// Two pages of memory, of which the first is registered: so what is written past the region lands where it can be seen.
final class ConnectionEnd {
    enum Part: CaseIterable {
        case channel
        case id
        case memory
        case domain
        case region
        case completions
        case pair
    }

    static let registeredBytes = 4096

    private var channel: EventChannel?
    private var id: CommunicationID?
    private var memory: ScratchMemory?
    private var domain: ProtectionDomain?
    private var region: MemoryRegion?
    private var completions: CompletionQueue?
    private var pair: QueuePair?

    /// - Parameter id: bound to the device.
    init(
        _ channel: consuming EventChannel, _ id: consuming CommunicationID, access: MemoryAccess, inlineBytes: UInt32
    ) throws {
        let memory = try ScratchMemory(byteCount: 2 * ConnectionEnd.registeredBytes)
        let domain = try ProtectionDomain(onDeviceOf: id)
        let region = try MemoryRegion(memory, range: 0..<ConnectionEnd.registeredBytes, in: domain, access: access)
        let completions = try CompletionQueue(onDeviceOf: id, depth: 32)
        pair = try QueuePair(
            for: id, in: domain, completions: completions, sendDepth: 8, receiveDepth: 8, inlineBytes: inlineBytes)
        self.completions = consume completions
        self.region = consume region
        self.domain = consume domain
        self.memory = consume memory
        self.id = consume id
        self.channel = consume channel
    }

    static let everyAccess: MemoryAccess = [.localWrite, .remoteWrite, .remoteRead]

    /// An end that is bound to the device and never connected.
    static func alone(access: MemoryAccess = everyAccess) throws -> ConnectionEnd {
        let channel = try EventChannel()
        let id = try CommunicationID(on: channel)
        try id.bind(to: LabDevice.address())
        return try ConnectionEnd(channel, id, access: access, inlineBytes: 0)
    }

    /// An end that knows its way to an address and has not asked for the connection yet.
    static func resolved(
        to address: [UInt8], access: MemoryAccess = everyAccess, inlineBytes: UInt32 = 0
    ) throws -> ConnectionEnd {
        let channel = try EventChannel()
        let id = try CommunicationID(on: channel)
        try id.resolveAddress(from: LabDevice.address(), to: address, milliseconds: 5000)
        _ = try channel.awaitEvent(.addressResolved)
        try id.resolveRoute(milliseconds: 5000)
        _ = try channel.awaitEvent(.routeResolved)
        // 4 retries after 67 ms each, so that a peer that is gone is known soon.
        if !LabDevice.isIWARP { try id.setAcknowledgementTimeout(exponent: 14) }
        return try ConnectionEnd(channel, id, access: access, inlineBytes: inlineBytes)
    }

    /// The end that a connection request brought, with events of its own.
    static func accepting(
        _ request: ConnectionEvent, access: MemoryAccess = everyAccess, inlineBytes: UInt32 = 0
    ) throws -> ConnectionEnd {
        guard let id = CommunicationID(newcomerOf: request) else { throw Missed(description: "no newcomer") }
        let channel = try EventChannel()
        try id.migrate(to: channel)
        return try ConnectionEnd(channel, id, access: access, inlineBytes: inlineBytes)
    }

    // MARK: Letting go

    /// Lets a handle go.
    func drop(_ part: Part) {
        switch part {
        case .channel: channel = nil
        case .id: id = nil
        case .memory: memory = nil
        case .domain: domain = nil
        case .region: region = nil
        case .completions: completions = nil
        case .pair: pair = nil
        }
    }

    /// Closes a handle; channel and memory have no `close()` and just go.
    func close(_ part: Part) throws(VerbsError) {
        switch part {
        case .channel, .memory: drop(part)
        case .id: try id.take()?.close()
        case .domain: try domain.take()?.close()
        case .region: try region.take()?.close()
        case .completions: try completions.take()?.close()
        case .pair: try pair.take()?.close()
        }
    }

    // MARK: Connecting

    func connect(privateData: [UInt8] = [], rnrRetryCount: UInt8 = 6) throws {
        try present(
            id?.connect(ConnectionParameters(privateData: privateData, retryCount: 3, rnrRetryCount: rnrRetryCount)))
    }

    func accept(privateData: [UInt8] = []) throws {
        try present(id?.accept(ConnectionParameters(privateData: privateData)))
    }

    func disconnect() throws { try present(id?.disconnect()) }

    func awaitEvent(_ kind: ConnectionEvent.Kind) throws -> ConnectionEvent {
        try present(channel?.awaitEvent(kind))
    }

    func isSubject(of event: ConnectionEvent) throws -> Bool { try present(id?.isSubject(of: event)) }

    // MARK: Memory

    func remote() throws -> RemoteSlice { try present(region?.remote) }
    func slice(offset: Int = 0, count: Int) throws -> MemoryRegion.Slice {
        try present(region?.slice(offset: offset, count: count))
    }
    func fill(_ range: Range<Int>, with value: UInt8) throws { try present(memory?.fill(range, with: value)) }
    func bytes(_ range: Range<Int>) throws -> [UInt8] {
        try range.map { try present(memory?.loadAcquire(at: $0)) }
    }

    /// The values of all the memory, registered or not, as runs: `[(0xA5, 8192)]` where nothing touched it.
    func contents() throws -> [UInt8: Int] {
        try bytes(0..<2 * ConnectionEnd.registeredBytes).reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }

    // MARK: Work

    func postReceive(_ slice: MemoryRegion.Slice) throws { try present(pair?.postReceive(1, slice)) }
    func postSend(_ slice: MemoryRegion.Slice) throws { try present(pair?.postSend(2, slice)) }
    func postWrite(_ slice: MemoryRegion.Slice, to remote: RemoteSlice) throws {
        try present(pair?.postWrite(3, slice, to: remote))
    }
    func postRead(_ slice: MemoryRegion.Slice, from remote: RemoteSlice) throws {
        try present(pair?.postRead(4, slice, from: remote))
    }
    func fail() throws { try present(pair?.fail()) }
    func inlineBytes() throws -> Int { try present(pair?.inlineBytes) }

    /// Waits for a completion without polling: both ends may share one processor.
    func awaitCompletion(within limit: Duration = patience) throws -> Completion {
        try present(completions?.awaitCompletion(within: limit))
    }

    /// Waits for a completion, or for the end of the connection where that is all that is told.
    func awaitOutcome() throws -> WorkOutcome {
        let deadline = ContinuousClock.now + patience
        var isOver = false
        while true {
            if let completion = try completion() {
                return completion.status == 0 ? .done : .failed(status: completion.status)
            }
            if isOver { return .disconnected }
            try present(completions?.arm())
            if try channel?.next()?.kind == .disconnected {
                isOver = true
            } else if let completion = try completion() {
                return completion.status == 0 ? .done : .failed(status: completion.status)
            } else {
                guard ContinuousClock.now < deadline else {
                    throw Missed(description: "neither a completion nor the end of the connection")
                }
                awaitReadable([completions?.fileDescriptor ?? -1, channel?.fileDescriptor ?? -1], until: deadline)
                try present(completions?.takeEvents())
            }
        }
    }

    func setReceiverNotReadyTimer(code: UInt8) throws { try present(pair?.setReceiverNotReadyTimer(code: code)) }

    /// A completion that is there already.
    func completion() throws -> Completion? { try completions?.poll() }

    private func present<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw Missed(description: "a handle that the test needs is gone") }
        return value
    }
}

extension EventChannel {
    /// Waits for the next event, which must be of a kind.
    func awaitEvent(_ kind: ConnectionEvent.Kind) throws -> ConnectionEvent {
        let deadline = ContinuousClock.now + patience
        while true {
            if let event = try next() {
                guard event.kind == kind else {
                    throw Missed(description: "\(event.name) with status \(event.status) in place of \(kind)")
                }
                return event
            }
            guard ContinuousClock.now < deadline else { throw Missed(description: "no event: \(kind) was awaited") }
            awaitReadable([fileDescriptor], until: deadline)
        }
    }
}

extension CompletionQueue {
    func awaitCompletion(within limit: Duration) throws -> Completion {
        let deadline = ContinuousClock.now + limit
        while true {
            if let completion = try poll() { return completion }
            try arm()
            if let completion = try poll() { return completion }
            guard ContinuousClock.now < deadline else { throw Missed(description: "no completion") }
            awaitReadable([fileDescriptor], until: deadline)
            try takeEvents()
        }
    }
}
