import RDMAModel
import Verbs

/// One end of an exchange of unreliable datagrams: a queue pair of its own, room for what arrives, the way to the other
/// end.
///
/// Anyone on the network can send to a queue pair whose number and key it knows. Both are told over the control
/// connection alone, the key is drawn for the session, and what is not from the other end's queue pair or does not begin
/// with the session's mark is dropped. Belongs to one thread at a time.
final class DatagramEnd {
    /// How completions are waited for.
    let wait: CompletionWait
    /// Whether it leaves the processor to others whenever it finds nothing.
    let yieldsProcessor: Bool
    /// What this end tells the other.
    let own: ControlMessage.DatagramPort
    let registeredBytes: UInt64
    private let completions: CompletionQueue
    private let pair: DatagramQueuePair
    private let memory: ScratchMemory
    private let region: MemoryRegion
    private let domain: ProtectionDomain
    private let sourceIndex: Int
    private let devicePort: Int
    private var address: AddressHandle?
    private var far: ControlMessage.DatagramPort?
    private let roomBytes: Int
    private let roomsOffset: Int
    /// Whether a message is still on its way out of the memory.
    private(set) var isSending = false

    private static let rooms = 16
    private static let send: UInt64 = 0x100

    /// - Parameters:
    ///   - largestSent: the largest message that leaves.
    ///   - largestTaken: the largest that arrives.
    ///   - mark: what the client drew; `nil` draws it.
    init(
        on binding: AddressBinding, largestSent: Int, largestTaken: Int, mark: UInt64?, wait: CompletionWait,
        onOneProcessor: Bool, inbox: DeviceEventInbox?
    ) throws(VerbsError) {
        let (gid, index) = try binding.datagramSource()
        let lid = try binding.channelAndID.queryPort().lid
        let drawn = SessionToken().bytes
        let number = drawn.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        // Keys with the highest bit are for privileged programs.
        let key = drawn.suffix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7fff_ffff
        roomsOffset = (largestSent + 7) / 8 * 8
        roomBytes = (DatagramQueuePair.headerBytes + largestTaken + 7) / 8 * 8
        let total = roomsOffset + DatagramEnd.rooms * roomBytes
        let domain = try ProtectionDomain(onDeviceOf: binding.channelAndID)
        let memory = try ScratchMemory(byteCount: total)
        memory.fill(0..<largestSent, with: 0x5a)
        region = try MemoryRegion(memory, range: 0..<total, in: domain, access: .localWrite)
        let completions = try CompletionQueue(onDeviceOf: binding.channelAndID, depth: DatagramEnd.rooms + 8)
        inbox?.claim([completions.subject])
        let pair = try DatagramQueuePair(
            in: domain, completions: completions, sendDepth: 4, receiveDepth: UInt32(DatagramEnd.rooms),
            inlineBytes: UInt32(SessionSettings.smallMessage))
        inbox?.claim([pair.subject])
        own = ControlMessage.DatagramPort(
            queuePair: pair.number, key: key, gid: gid, lid: lid, mark: mark ?? number)
        try pair.start(port: binding.devicePort, key: key)
        devicePort = binding.devicePort
        sourceIndex = index
        registeredBytes = UInt64(total)
        self.wait = wait
        yieldsProcessor = onOneProcessor && wait == .poll
        self.memory = memory
        self.domain = domain
        self.completions = completions
        self.pair = pair
        for room in 0..<DatagramEnd.rooms { try postRoom(room) }
    }

    /// Learns where the other end is.
    func aim(at far: ControlMessage.DatagramPort, trafficClass: UInt8) throws(VerbsError) {
        address = try AddressHandle(
            to: far.gid, lid: far.lid, from: sourceIndex, port: devicePort, trafficClass: trafficClass, in: domain)
        self.far = far
    }

    // MARK: Messages

    /// Sends a message with a number.
    /// - Precondition: the one before has left.
    func send(number: UInt64, count: Int) throws(VerbsError) {
        memory.store(number: own.mark.bigEndian, at: 0)
        memory.store(number: number.bigEndian, at: 8)
        guard let far else {
            throw VerbsError(call: "ibv_post_send", code: ErrorNumber.invalid.rawValue)
        }
        isSending = true
        try address?.post(on: pair, DatagramEnd.send, region.slice(count: count), far.queuePair, far.key)
    }

    /// What a completion was.
    enum Arrival {
        /// The message has left.
        case sent
        /// A message of the other end, with its number.
        case message(UInt64)
        /// Something else than a message of this session.
        case stranger
    }

    /// Takes what has completed, or `nil` where nothing has.
    func next() throws -> Arrival? {
        guard let completion = try completions.poll() else { return nil }
        guard completion.status == 0 else {
            throw ProbeFailure(
                .measurement,
                .completion(
                    CompletionStatus(rawValue: UInt32(bitPattern: completion.status)),
                    vendorError: completion.vendorError))
        }
        if completion.request == DatagramEnd.send {
            isSending = false
            return .sent
        }
        let room = Int(completion.request % UInt64(DatagramEnd.rooms))
        let start = roomsOffset + room * roomBytes + DatagramQueuePair.headerBytes
        let isWhole = completion.byteCount >= DatagramQueuePair.headerBytes + Int(DatagramPlan.smallestBytes)
        let isOurs =
            isWhole && completion.sourceQueuePair == far?.queuePair
            && UInt64(bigEndian: memory.number(at: start)) == own.mark
        let number = UInt64(bigEndian: memory.number(at: start + 8))
        try postRoom(room)
        return isOurs ? .message(number) : .stranger
    }

    private func postRoom(_ room: Int) throws(VerbsError) {
        try pair.postReceive(UInt64(room), region.slice(offset: roomsOffset + room * roomBytes, count: roomBytes))
    }

    // MARK: Waiting

    var completionDescriptor: CInt { completions.fileDescriptor }
    func armCompletions() throws(VerbsError) { try completions.arm() }
    func takeCompletionEvents() throws(VerbsError) { try completions.takeEvents() }
}

extension AddressHandle {
    fileprivate borrowing func post(
        on pair: borrowing DatagramQueuePair, _ request: UInt64, _ slice: MemoryRegion.Slice, _ queuePair: UInt32,
        _ key: UInt32
    ) throws(VerbsError) {
        try pair.postSend(request, slice, to: self, queuePair: queuePair, key: key)
    }
}

extension AddressBinding {
    /// The GID from which datagrams go out, and its place in the port's table.
    func datagramSource() throws(VerbsError) -> (gid: [UInt8], index: Int) {
        let local = SocketAddress(bytes: channelAndID.localAddressBytes)?.address
        let gid = channelAndID.sourceGID ?? local.map(AddressBinding.mappedGID)
        let entries = try channelAndID.gidEntries().filter { $0.port == devicePort && $0.value == gid }
        // RoCE v2 before v1, as the connection manager takes it; InfiniBand has one kind.
        guard let gid, let entry = entries.max(by: { $0.type < $1.type }) else {
            throw VerbsError(
                call: "ibv_query_gid_table", code: ErrorNumber.addressNotAvailable.rawValue, subject: deviceName)
        }
        return (gid, entry.index)
    }
}
