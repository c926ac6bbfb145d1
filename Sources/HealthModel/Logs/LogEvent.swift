/// How grave an event is, by the order of syslog (RFC 5424) and of Windows' event levels taken together.
public enum LogLevel: String, Sendable, Hashable, CaseIterable {
    /// Emergency, alert or critical of syslog; critical (1) of Windows.
    case critical
    case error
    case warning
    /// Notice and informational of syslog; information (4) of Windows.
    case information
    /// Debug of syslog; verbose (5) of Windows.
    case debug
    /// A security audit that succeeded (Windows keyword 0x20000000000000).
    case auditSuccess = "audit_success"
    /// A security audit that failed (Windows keyword 0x10000000000000).
    case auditFailure = "audit_failure"
    /// The event does not say.
    case unknown
}

/// One event of a log, with what is needed to count it. Texts are cut to ``textLimit`` bytes.
public struct LogEvent: Sendable, Hashable {
    /// When it happened, or `nil` where it does not say.
    public let time: SignalTime?
    /// The host that it happened on; empty where it does not say.
    public let host: String
    /// The log: a channel of Windows (`System`, `Security`), or `journal`.
    public let channel: String
    /// Who wrote it: a provider of Windows; a unit, or else the identifier of syslog.
    public let provider: String
    /// The event's number of Windows, or `nil`.
    public let eventID: UInt64?
    /// The message's identifier of journald, or `nil`.
    public let messageID: String?
    /// How grave it is.
    public let level: LogLevel
    /// The text, where there is one.
    public let message: String?

    /// The most bytes of a text that are kept.
    public static let textLimit = 512

    public init(
        time: SignalTime?, host: String, channel: String, provider: String, eventID: UInt64? = nil,
        messageID: String? = nil,
        level: LogLevel, message: String? = nil
    ) {
        self.time = time
        self.host = LogEvent.cut(host)
        self.channel = LogEvent.cut(channel)
        self.provider = LogEvent.cut(provider)
        self.eventID = eventID
        self.messageID = messageID.map(LogEvent.cut)
        self.level = level
        self.message = message.map(LogEvent.cut)
    }

    private static func cut(_ text: String) -> String {
        guard text.utf8.count > textLimit else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if result.utf8.count + UTF8.width(scalar) > textLimit { break }
            result.unicodeScalars.append(scalar)
        }
        return result
    }
}

/// The events of one export, and what of it could not be read: a damaged event is counted, never passed over in silence.
public struct LogBatch: Sendable {
    /// What was read, as the caller named it.
    public let source: String
    /// The events in the order of the export.
    public internal(set) var events: [LogEvent] = []
    /// How many events could not be read.
    public internal(set) var unreadable = 0
    /// What was wrong with the first of them.
    public internal(set) var problems: [SignalError] = []

    /// How much of an export is read.
    public enum Limit {
        /// Bytes of the export.
        public static let bytes = 64 << 20
        /// Events of the export.
        public static let events = 500_000
        /// Problems that are told.
        public static let problems = 100
    }

    init(source: String) { self.source = source }

    mutating func add(_ problem: SignalError) {
        unreadable += 1
        if problems.count < Limit.problems { problems.append(problem) }
    }

    func tooLarge(_ problem: String, _ remedy: String) -> SignalError {
        SignalError(.tooLarge, input: source, problem: problem, remedy: remedy)
    }
}
