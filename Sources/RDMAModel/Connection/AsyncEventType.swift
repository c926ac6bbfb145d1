/// The kind of an asynchronous event: what an adapter tells unasked, of itself, of a port or of a queue.
///
/// The numbers and names are those of `enum ibv_event_type` (libibverbs, `infiniband/verbs.h`).
public struct AsyncEventType: RawRepresentable, Sendable, Hashable {
    public let rawValue: Int32

    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// `IBV_EVENT_CQ_ERR`
    public static let completionQueueError = AsyncEventType(rawValue: 0)
    /// `IBV_EVENT_QP_FATAL`
    public static let queuePairFatal = AsyncEventType(rawValue: 1)
    /// `IBV_EVENT_QP_REQ_ERR`
    public static let queuePairRequestError = AsyncEventType(rawValue: 2)
    /// `IBV_EVENT_QP_ACCESS_ERR`
    public static let queuePairAccessError = AsyncEventType(rawValue: 3)
    /// `IBV_EVENT_DEVICE_FATAL`
    public static let deviceFatal = AsyncEventType(rawValue: 8)
    /// `IBV_EVENT_PORT_ACTIVE`
    public static let portActive = AsyncEventType(rawValue: 9)
    /// `IBV_EVENT_PORT_ERR`
    public static let portError = AsyncEventType(rawValue: 10)

    /// The kinds that this version knows, by number.
    public static let known: [AsyncEventType] = names.indices.map { AsyncEventType(rawValue: Int32($0)) }

    /// The C name, `IBV_EVENT_PORT_ERR`; `IBV_EVENT_` and the number where it is not known.
    public var name: String {
        let index = Int(rawValue)
        return Self.prefix + (Self.names.indices.contains(index) ? Self.names[index] : "\(rawValue)")
    }

    /// The kind of a C name as ``name`` gives it; `nil` for any other text.
    public init?(name: some StringProtocol) {
        guard name.hasPrefix(Self.prefix) else { return nil }
        let word = String(name.dropFirst(Self.prefix.count))
        if let index = Self.names.firstIndex(of: word) {
            rawValue = Int32(index)
        } else if let number = Int32(word) {
            rawValue = number
        } else {
            return nil
        }
    }

    private static let prefix = "IBV_EVENT_"
    private static let names = [
        "CQ_ERR", "QP_FATAL", "QP_REQ_ERR", "QP_ACCESS_ERR", "COMM_EST", "SQ_DRAINED", "PATH_MIG", "PATH_MIG_ERR",
        "DEVICE_FATAL", "PORT_ACTIVE", "PORT_ERR", "LID_CHANGE", "PKEY_CHANGE", "SM_CHANGE", "SRQ_ERR",
        "SRQ_LIMIT_REACHED", "QP_LAST_WQE_REACHED", "CLIENT_REREGISTER", "GID_CHANGE", "WQ_FATAL",
        "DEVICE_SPEED_CHANGE",
    ]

    /// Whether nothing more can come of a session whose queue or device it is about. The port is none of them: it may
    /// come back before an operation is lost.
    public var endsSession: Bool {
        switch self {
        case .completionQueueError, .queuePairFatal, .queuePairRequestError, .queuePairAccessError, .deviceFatal: true
        default: false
        }
    }
}

extension AsyncEventType: CustomStringConvertible {
    public var description: String { name }
}

/// An asynchronous event that an end got.
public struct AsyncEvent: Sendable, Hashable {
    public var type: AsyncEventType
    /// The port that it is about, counted from 1; `nil` where it is about none.
    public var port: Int?

    public init(_ type: AsyncEventType, port: Int? = nil) {
        self.type = type
        self.port = port
    }

    /// The event as a report lists it among an end's events: `IBV_EVENT_PORT_ERR (port 1)`.
    public var text: String { port.map { "\(type.name) (port \($0))" } ?? type.name }

    /// Reads the event out of a line as ``text`` gives it; `nil` for any other line.
    public init?(text: String) {
        let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first, let type = AsyncEventType(name: name) else { return nil }
        self.type = type
        guard parts.count == 2 else { return }
        guard parts[1].hasPrefix("(port "), parts[1].hasSuffix(")"), let port = Int(parts[1].dropFirst(6).dropLast())
        else { return nil }
        self.port = port
    }
}

extension AsyncEvent: Encodable {
    private enum CodingKeys: String, CodingKey { case name, port }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(type.name, forKey: .name)
        try container.encode(port, forKey: .port)
    }
}
