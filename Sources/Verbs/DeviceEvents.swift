#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import CVerbs
import Synchronization

/// What a device tells unasked: of itself, of its ports, of queue pairs and completion queues made on it. Reading it
/// never blocks; wait on `fileDescriptor`.
///
/// The C object is the context's `async_fd`. The connection manager has one context of a device in a process, so every
/// reader of the process reads the same queue, and each event goes to one of them: whoever reads hands on what is about
/// another's queues, by its ``EventSubject``.
@safe public struct DeviceEvents: ~Copyable, Sendable {
    private let hold: CommunicationID.Object.Hold
    // Unchecked: the context belongs to the connection manager, lives as long as the id, and is locked by the library.
    private nonisolated(unsafe) let context: UnsafeMutablePointer<ibv_context>
    private let device: String
    /// Readable when an event waits, and in error once the device is gone.
    public let fileDescriptor: CInt

    /// The events of the device that an id is bound to. Reads of them return at once from now on, for everyone who has
    /// the context. The C function is `fcntl`.
    /// - Throws: `ENODEV` where the id is bound to none.
    public init(ofDeviceOf id: borrowing CommunicationID) throws(VerbsError) {
        guard let context = unsafe cverbs_id_context(id.object.pointer) else {
            throw VerbsError(call: "ibv_get_async_event", code: ENODEV)
        }
        let device = id.deviceName ?? ""
        let fileDescriptor = unsafe cverbs_async_fd(context)
        try check(cverbs_set_nonblocking(fileDescriptor), "fcntl", device)
        self.device = device
        self.fileDescriptor = fileDescriptor
        unsafe self.context = unsafe context
        unsafe hold = unsafe id.object.hold()
    }

    /// Tells one device's context from another's; the same for all who share it.
    public var contextIdentity: UInt { unsafe UInt(bitPattern: context) }

    /// Takes the next event, or `nil` where none waits. The event is acknowledged at once, so that no handle can hang in
    /// its destruction. The C functions are `ibv_get_async_event` and `ibv_ack_async_event`.
    /// - Throws: `EIO` once the device is gone.
    public func next() throws(VerbsError) -> DeviceEvent? {
        var raw = cverbs_async_event()
        let code = unsafe cverbs_take_async_event(context, &raw)
        if code == EAGAIN || code == EINTR { return nil }
        try check(code, "ibv_get_async_event", device)
        return DeviceEvent(
            code: raw.type, subject: raw.subject == 0 ? nil : EventSubject(rawValue: raw.subject),
            port: raw.port == 0 ? nil : Int(raw.port))
    }
}

/// An event of a device: a copy that owes nothing to it.
public struct DeviceEvent: Sendable, Hashable {
    /// The C value of the kind: `IBV_EVENT_PORT_ERR` is 10.
    public let code: CInt
    /// The queue pair or completion queue that it is about; `nil` where it is about neither.
    public let subject: EventSubject?
    /// The port that it is about, counted from 1; `nil` where it is about none.
    public let port: Int?
}

/// Names a queue pair or a completion queue in events of its device. Never given twice, so an event that is handed on
/// late meets nobody else.
public struct EventSubject: RawRepresentable, Sendable, Hashable {
    public let rawValue: UInt

    public init(rawValue: UInt) { self.rawValue = rawValue }

    // No address of a program, so that it is none of the pointers with which others in the process create theirs.
    private static let last = Atomic<UInt>(0x5250_0000_0000_0000)

    static func next() -> EventSubject { EventSubject(rawValue: last.add(1, ordering: .relaxed).newValue) }
}
