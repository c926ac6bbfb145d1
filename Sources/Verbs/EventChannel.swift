#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import CVerbs

/// Where the connection manager tells what happened. Reading it never blocks; wait on `fileDescriptor`.
///
/// The C object is `rdma_event_channel`.
@safe public struct EventChannel: ~Copyable {
    typealias Object = VerbsObject<UnsafeMutablePointer<rdma_event_channel>>
    let object: Object

    /// Opens a channel. The C function is `rdma_create_event_channel`.
    /// - Throws: `ENOENT` also where `/dev/infiniband/rdma_cm` is there and may not be opened.
    public init() throws(VerbsError) {
        var pointer: UnsafeMutablePointer<rdma_event_channel>?
        try check(unsafe cverbs_create_event_channel(&pointer), "rdma_create_event_channel")
        guard let pointer = unsafe pointer else { throw VerbsError(call: "rdma_create_event_channel", code: EIO) }
        let object = unsafe Object(pointer, keeping: [], destroyedBy: "rdma_destroy_event_channel") {
            unsafe cverbs_destroy_event_channel($0)
            return 0
        }
        try setNonBlocking(unsafe cverbs_event_channel_fd(pointer))
        unsafe self.object = unsafe object
    }

    /// Readable when an event waits.
    public var fileDescriptor: CInt { unsafe cverbs_event_channel_fd(object.pointer) }

    /// Takes the next event, or `nil` where none waits. The event is acknowledged at once, so that no handle can hang
    /// in its destruction. The C functions are `rdma_get_cm_event` and `rdma_ack_cm_event`.
    public func next() throws(VerbsError) -> ConnectionEvent? {
        var raw = unsafe cverbs_cm_event()
        let code = unsafe cverbs_take_cm_event(object.pointer, &raw)
        if code == EAGAIN || code == EINTR { return nil }
        try check(code, "rdma_get_cm_event")
        return unsafe ConnectionEvent(raw, channel: object)
    }
}

/// What the connection manager told: a copy that owes nothing to it.
@safe public struct ConnectionEvent: Sendable {
    /// The C value of the kind: `RDMA_CM_EVENT_ESTABLISHED` is 9.
    public let code: CInt
    /// The C name of the kind.
    public let name: String
    /// A negative errno, or for `RDMA_CM_EVENT_REJECTED` a reason of the transport.
    public let status: CInt
    /// What the far end sent with it; may be padded with zeros, and its length is not to be trusted.
    public let privateData: [UInt8]
    /// What a connection request offers: reads that may be outstanding at each end.
    public let responderResources: UInt8
    public let initiatorDepth: UInt8
    /// Tells which id the event is about.
    let id: UInt
    /// The id that a connection request brought, until it is taken.
    let newcomer: CommunicationID.Object?

    fileprivate init(_ raw: cverbs_cm_event, channel: EventChannel.Object) {
        code = unsafe raw.type
        name = unsafe String(cString: cverbs_cm_event_name(raw.type))
        status = unsafe raw.status
        responderResources = unsafe raw.responder_resources
        initiatorDepth = unsafe raw.initiator_depth
        let length = Int(unsafe raw.private_data_length)
        privateData = unsafe withUnsafeBytes(of: raw.private_data) { unsafe [UInt8]($0.prefix(length)) }
        id = unsafe UInt(bitPattern: raw.id)
        if unsafe raw.type == CInt(RDMA_CM_EVENT_CONNECT_REQUEST.rawValue), let pointer = unsafe raw.id {
            unsafe newcomer = CommunicationID.own(pointer, channel: channel)
        } else {
            unsafe newcomer = nil
        }
    }

    /// The kinds that the session tells apart.
    public var kind: Kind { Kind(rawValue: code) ?? .other }

    /// A connection manager event. The C spellings are `RDMA_CM_EVENT_…`.
    public enum Kind: CInt, Sendable, Hashable {
        case addressResolved = 0
        case addressError = 1
        case routeResolved = 2
        case routeError = 3
        case connectRequest = 4
        case connectResponse = 5
        case connectError = 6
        case unreachable = 7
        case rejected = 8
        case established = 9
        case disconnected = 10
        case deviceRemoval = 11
        case addressChange = 14
        case timeWaitExit = 15
        case other = -1
    }
}

/// Makes reads of a descriptor return at once where there is nothing to read.
func setNonBlocking(_ descriptor: CInt) throws(VerbsError) { try check(cverbs_set_nonblocking(descriptor), "fcntl") }
