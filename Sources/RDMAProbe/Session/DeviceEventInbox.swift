import RDMAModel
import Synchronization
import Verbs
import Threads

/// The asynchronous events of a device, as one session gets them.
///
/// All sessions of a process share the device's one queue of events, and whoever reads it takes an event from the others.
/// So each reader hands on: what is about a queue to the session whose queue it is, what is about the device or its port
/// to every session that has it. Nothing is locked while the library is called.
final class DeviceEventInbox: Sendable {
    private let source: DeviceEvents
    private let port: Int
    private let state = Guarded(State())
    /// How many wait in `state`: who finds none takes no lock.
    private let waitingCount = Atomic<Int>(0)

    private struct State {
        var waiting: [AsyncEvent] = []
        var subjects: Set<EventSubject> = []
    }

    /// More than a session can want to know: further ones are dropped until these are taken.
    private static let limit = 64

    /// Begins with what happens from now on: what waited from before is of nobody who asks now.
    init(_ binding: AddressBinding) throws(VerbsError) {
        source = try DeviceEvents(ofDeviceOf: binding.channelAndID)
        port = binding.devicePort
        try DeviceEventInbox.handOn(source)
        DeviceEventInbox.open.withLock { $0[source.contextIdentity, default: []].append(Entry(self)) }
    }

    deinit {
        let (context, own) = (source.contextIdentity, ObjectIdentifier(self))
        DeviceEventInbox.open.withLock { open in
            open[context]?.removeAll { $0.identity == own }
            if open[context]?.isEmpty == true { open[context] = nil }
        }
    }

    /// Readable when something waits at the device, in error once the device is gone.
    var fileDescriptor: CInt { source.fileDescriptor }

    /// Takes events of a queue for this session's from now on.
    func claim(_ subjects: [EventSubject]) { state.withLock { $0.subjects.formUnion(subjects) } }

    /// Takes the next event for this session, or `nil` where none waits; then it takes no lock and allocates nothing.
    func next() throws(VerbsError) -> AsyncEvent? {
        if let event = takeWaiting() { return event }
        try DeviceEventInbox.handOn(source)
        return takeWaiting()
    }

    private func takeWaiting() -> AsyncEvent? {
        guard waitingCount.load(ordering: .acquiring) > 0 else { return nil }
        return state.withLock { state in
            guard !state.waiting.isEmpty else { return nil }
            waitingCount.subtract(1, ordering: .releasing)
            return state.waiting.removeFirst()
        }
    }

    private func deliver(_ event: DeviceEvent) {
        if let about = event.port, about != port { return }
        state.withLock { state in
            if let subject = event.subject, !state.subjects.contains(subject) { return }
            guard state.waiting.count < DeviceEventInbox.limit else { return }
            state.waiting.append(AsyncEvent(AsyncEventType(rawValue: event.code), port: event.port))
            waitingCount.add(1, ordering: .releasing)
        }
    }

    // MARK: All sessions of the process

    private struct Entry: Sendable {
        let identity: ObjectIdentifier
        weak let inbox: DeviceEventInbox?

        init(_ inbox: DeviceEventInbox) {
            identity = ObjectIdentifier(inbox)
            self.inbox = inbox
        }
    }

    /// The inboxes by their device's context.
    private static let open = Guarded<[UInt: [Entry]]>([:])

    /// Takes what waits at a device, and gives each event to those whom it is for. A bounded number at a time: a device
    /// that never stops telling must not hold whoever listens.
    static func handOn(_ source: borrowing DeviceEvents) throws(VerbsError) {
        for _ in 0..<limit {
            guard let event = try source.next() else { return }
            let inboxes = open.withLock { $0[source.contextIdentity, default: []].compactMap(\.inbox) }
            for inbox in inboxes { inbox.deliver(event) }
        }
    }
}
