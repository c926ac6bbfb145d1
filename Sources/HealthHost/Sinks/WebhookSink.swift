import ClusterCore
import FoundationEssentials
public import HealthModel

/// An action group that posts each notification as a JSON document, `health.notification/1`, to one address.
public struct WebhookSink: ActionGroup {
    public let name: String
    public let address: HTTPAddress
    private let client: HTTPClient

    public init(name: String, address: HTTPAddress, client: HTTPClient = HTTPClient()) {
        self.name = name
        self.address = address
        self.client = client
    }

    /// Posts and waits until the receiver has taken it; blocks the calling thread for at most the client's limits.
    /// - Throws: ``HTTPFailure``.
    public func deliver(_ notification: AlertNotification) async throws { try send(notification) }

    /// As ``deliver(_:)``, for callers without concurrency.
    public func send(_ notification: AlertNotification) throws {
        try client.post(try SinkDocument.encoded(WebhookDocument(notification)), to: address)
    }
}

/// An action group that hands each alert to an Alertmanager by its interface of version 2, which then groups and routes.
public struct AlertmanagerSink: ActionGroup {
    public let name: String
    /// Where the Alertmanager is: `http://host:9093`, with its route prefix if it has one.
    public let address: HTTPAddress
    private let client: HTTPClient
    private let validFor: Duration

    /// - Parameter validFor: how long an alert counts as firing after it was told; at least twice the repeat interval, or it
    ///   ends there although it fires.
    public init(
        name: String, address: HTTPAddress, client: HTTPClient = HTTPClient(), validFor: Duration = .seconds(28_800)
    ) {
        self.name = name
        self.address = address
        self.client = client
        self.validFor = validFor
    }

    /// Posts and waits until the Alertmanager has taken it; blocks the calling thread for at most the client's limits.
    /// - Throws: ``HTTPFailure``.
    public func deliver(_ notification: AlertNotification) async throws { try send(notification) }

    /// As ``deliver(_:)``, for callers without concurrency.
    public func send(_ notification: AlertNotification) throws {
        let until = notification.time.advanced(byNanoseconds: validFor.nanosecondsClamped)
        let alerts =
            notification.firing.map { AlertmanagerAlert($0, endsAt: until) }
            + notification.resolved.map { AlertmanagerAlert($0, endsAt: $0.resolvedAt ?? notification.time) }
        guard !alerts.isEmpty else { return }
        try client.post(try SinkDocument.encoded(alerts), to: address.appending("/api/v2/alerts"))
    }
}

/// How documents for receivers are written.
enum SinkDocument {
    static func encoded(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }

    /// `2026-11-27T22:40:00.000000000Z` (RFC 3339).
    static func timestamp(_ time: SignalTime) -> String {
        var (seconds, rest) = time.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        if rest < 0 {
            seconds -= 1
            rest += 1_000_000_000
        }
        let day = CalendarDate(unixSeconds: seconds)?.description ?? "1970-01-01"
        let clock = (seconds % 86_400 + 86_400) % 86_400
        func digits(_ value: Int64, _ width: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
        }
        return
            "\(day)T\(digits(clock / 3600, 2)):\(digits(clock / 60 % 60, 2)):\(digits(clock % 60, 2)).\(digits(rest, 9))Z"
    }

    static func labels(_ labels: [SignalLabel]) -> [String: String] {
        Dictionary(labels.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    }
}

/// An alert as Alertmanager's interface takes it (`postableAlert` of its OpenAPI 2.0 description).
struct AlertmanagerAlert: Encodable {
    let labels: [String: String]
    let annotations: [String: String]
    let startsAt: String
    let endsAt: String

    init(_ alert: Alert, endsAt: SignalTime) {
        labels = SinkDocument.labels(alert.labels)
        var annotations = ["subject": alert.subject.rawValue, "summary": alert.summary]
        if !alert.remedy.isEmpty { annotations["remedy"] = alert.remedy }
        if let value = alert.value, value.isFinite { annotations["value"] = "\(value)" }
        self.annotations = annotations
        startsAt = SinkDocument.timestamp(alert.firedAt ?? alert.activeAt)
        self.endsAt = SinkDocument.timestamp(endsAt)
    }
}

/// What a webhook is sent: the form `health.notification/1`.
struct WebhookDocument: Encodable {
    let schema = "health.notification/1"
    let time: String
    let actionGroup: String
    let occasion: AlertNotification.Occasion
    let group: [String: String]
    let firing: [Entry]
    let resolved: [Entry]
    let omitted: Int

    enum CodingKeys: String, CodingKey {
        case schema, time, occasion, group, firing, resolved, omitted
        case actionGroup = "action_group"
    }

    init(_ notification: AlertNotification) {
        time = SinkDocument.timestamp(notification.time)
        actionGroup = notification.actionGroup
        occasion = notification.occasion
        group = SinkDocument.labels(notification.group)
        firing = notification.firing.map(Entry.init)
        resolved = notification.resolved.map(Entry.init)
        omitted = notification.omitted
    }

    struct Entry: Encodable {
        let fingerprint: AlertFingerprint
        let rule: RuleID
        let subject: String
        let severity: Severity
        /// What is wrong.
        let summary: String
        /// What to do; empty where the rule does not say.
        let remedy: String
        let labels: [String: String]
        @Explicit var value: Double?
        let activeAt: String
        @Explicit var firedAt: String?
        @Explicit var resolvedAt: String?
        /// Since when nothing is known of it.
        @Explicit var staleSince: String?

        enum CodingKeys: String, CodingKey {
            case fingerprint, rule, subject, severity, summary, remedy, labels, value
            case activeAt = "active_at"
            case firedAt = "fired_at"
            case resolvedAt = "resolved_at"
            case staleSince = "stale_since"
        }

        init(_ alert: Alert) {
            fingerprint = alert.fingerprint
            rule = alert.rule
            subject = alert.subject.rawValue
            severity = alert.severity
            summary = alert.summary
            remedy = alert.remedy
            labels = SinkDocument.labels(alert.labels)
            value = alert.value.flatMap { $0.isFinite ? $0 : nil }
            activeAt = SinkDocument.timestamp(alert.activeAt)
            firedAt = alert.firedAt.map(SinkDocument.timestamp)
            resolvedAt = alert.resolvedAt.map(SinkDocument.timestamp)
            staleSince = alert.staleSince.map(SinkDocument.timestamp)
        }
    }
}
