#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
// Public because the data path is inlined where it is used.
public import CVerbs

/// Where completions wait. The C object is `ibv_cq`, with an `ibv_comp_channel` of its own, so that it can be polled
/// and slept on.
@safe public struct CompletionQueue: ~Copyable {
    typealias Object = VerbsObject<UnsafeMutablePointer<ibv_cq>>
    private typealias Channel = VerbsObject<UnsafeMutablePointer<ibv_comp_channel>>
    let object: Object
    /// The object's own pointer, for the data path.
    @usableFromInline let pointer: UnsafeMutablePointer<ibv_cq>
    private let channel: Channel
    /// Readable when a completion came after `arm()`.
    public let fileDescriptor: CInt
    /// By which an event of the device names the queue.
    public let subject: EventSubject

    /// Creates a queue on the device that an id is bound to. The C functions are `ibv_create_comp_channel` and
    /// `ibv_create_cq`.
    /// - Parameter depth: at least the number of work requests that can be outstanding; an overrun kills the queue.
    public init(onDeviceOf id: borrowing CommunicationID, depth: Int) throws(VerbsError) {
        guard let context = unsafe cverbs_id_context(id.object.pointer) else {
            throw VerbsError(call: "ibv_create_cq", code: ENODEV)
        }
        let device = id.deviceName ?? ""
        var channelPointer: UnsafeMutablePointer<ibv_comp_channel>?
        try check(unsafe cverbs_create_comp_channel(context, &channelPointer), "ibv_create_comp_channel", device)
        guard let channelPointer = unsafe channelPointer else {
            throw VerbsError(call: "ibv_create_comp_channel", code: EIO)
        }
        let channel = unsafe Channel(
            channelPointer, keeping: [id.object.hold()], destroyedBy: "ibv_destroy_comp_channel"
        ) {
            unsafe cverbs_destroy_comp_channel($0)
        }
        let fileDescriptor = unsafe channelPointer.pointee.fd
        try setNonBlocking(fileDescriptor)
        let subject = EventSubject.next()
        var pointer: UnsafeMutablePointer<ibv_cq>?
        let code = unsafe cverbs_create_cq(
            context, CInt(clamping: depth), subject.rawValue, channelPointer, &pointer)
        try check(code, "ibv_create_cq", device)
        guard let pointer = unsafe pointer else { throw VerbsError(call: "ibv_create_cq", code: EIO) }
        unsafe object = unsafe Object(
            pointer, keeping: [channel.hold(), id.object.hold()], destroyedBy: "ibv_destroy_cq"
        ) {
            unsafe cverbs_destroy_cq($0)
        }
        unsafe self.pointer = unsafe pointer
        unsafe self.channel = unsafe channel
        self.fileDescriptor = fileDescriptor
        self.subject = subject
    }

    /// Destroys the queue. The C function is `ibv_destroy_cq`.
    /// - Throws: `EBUSY` where a queue pair uses it.
    public consuming func close() throws(VerbsError) { try unsafe object.close() }

    /// Takes one completion, or `nil` where none waits. The C function is `ibv_poll_cq`.
    @inlinable @inline(__always)
    public func poll() throws(VerbsError) -> Completion? {
        var raw = cverbs_completion()
        var found: CInt = 0
        let code = unsafe cverbs_poll_once(pointer, &raw, &found)
        if code != 0 { throw VerbsError(call: "ibv_poll_cq", code: code) }
        return found == 1 ? Completion(raw) : nil
    }

    /// Takes the first completion that a number of looks finds, or `nil` where none does. The loop is in C, so that a
    /// look costs no more than the library's own call. The C function is `ibv_poll_cq`.
    @inlinable @inline(__always)
    public func poll(looks: UInt32) throws(VerbsError) -> Completion? {
        var raw = cverbs_completion()
        var found: CInt = 0
        let code = unsafe cverbs_poll_cq(pointer, looks, &raw, &found)
        if code != 0 { throw VerbsError(call: "ibv_poll_cq", code: code) }
        return found == 1 ? Completion(raw) : nil
    }

    /// Asks for one event at the next completion. Poll once more afterwards: one may have come in between. The C
    /// function is `ibv_req_notify_cq`.
    public func arm() throws(VerbsError) { try check(unsafe cverbs_req_notify_cq(object.pointer), "ibv_req_notify_cq") }

    /// Takes the events that wait on the channel. The C functions are `ibv_get_cq_event` and `ibv_ack_cq_events`.
    public func takeEvents() throws(VerbsError) {
        while true {
            let code = unsafe cverbs_take_cq_event(channel.pointer)
            if code == EAGAIN || code == EINTR { return }
            try check(code, "ibv_get_cq_event")
        }
    }
}

/// How a work request ended.
public struct Completion: Sendable, Hashable {
    /// The number that was given with the request.
    public let request: UInt64
    /// `IBV_WC_…`; 0 is success.
    public let status: CInt
    /// The adapter's own word on an error.
    public let vendorError: UInt32
    /// Bytes received; meaningful for a receive that succeeded.
    public let byteCount: UInt32
    /// The queue pair that a datagram came from; meaningful for a receive of one that succeeded.
    public let sourceQueuePair: UInt32

    @inlinable @inline(__always)
    init(_ raw: cverbs_completion) {
        request = raw.wr_id
        status = raw.status
        vendorError = raw.vendor_error
        byteCount = raw.byte_count
        sourceQueuePair = raw.source_qp
    }
}
