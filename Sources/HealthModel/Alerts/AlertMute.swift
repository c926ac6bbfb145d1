public import ClusterCore

/// Quiet about some alerts for a while, until things get worse. Muted alerts are evaluated as ever; what was notified before
/// gets its resolution.
public struct AlertMute: Sendable, Hashable, Codable {
    /// The name by which it is lifted.
    public let name: String
    /// Which alerts: all of these labels must match; with none, all alerts of the subject.
    public let matchers: [LabelMatcher]
    /// The component with all below it, or `nil` for any.
    public let subject: ComponentIdentifier?
    /// When it ends at the latest.
    public let expires: SignalTime
    /// It ends when more alerts than this fire in its scope.
    public let countLimit: Int
    /// It ends when one fires that is more severe.
    public let severityLimit: Severity
    /// Whether it stays when nothing fires in its scope any more; one that begins before anything fires waits for it.
    public let isSticky: Bool
    public let owner: String
    public let reason: String
    /// Whether something fired in its scope since it began; `nil` for not yet.
    var hasBorne: Bool?

    /// The longest mute.
    public static let longest = Duration.seconds(366 * 86400)

    /// An error where the mute has no scope, no end, or ends before it begins.
    public init(
        name: String, matchers: [LabelMatcher] = [], subject: ComponentIdentifier? = nil, from now: SignalTime,
        lasting span: Duration, countLimit: Int, severityLimit: Severity, isSticky: Bool = false, owner: String,
        reason: String
    ) throws(RuleError) {
        guard !name.isEmpty else {
            throw RuleError(
                .missing, place: "mute", problem: "it has no name", remedy: "write one, by which it is lifted")
        }
        for (what, text, limit) in [("name", name, 128), ("owner", owner, 256), ("reason", reason, 4096)]
        where text.utf8.count > limit {
            throw RuleError(
                .outOfBounds, place: "mute", problem: "its \(what) has \(text.utf8.count) bytes",
                remedy: "write at most \(limit)")
        }
        guard !matchers.isEmpty || subject != nil else {
            throw RuleError(
                .missing, place: "mute \(name)", problem: "it has no scope",
                remedy:
                    "write the component or the labels that it is about, such as node:n1 or alertname=health.cpu_usage")
        }
        guard span > .zero, span <= AlertMute.longest else {
            throw RuleError(
                .outOfBounds, place: "mute \(name)", problem: "it lasts \(span.unitText)",
                remedy: "write a duration above 0 and at most \(AlertMute.longest.unitText)")
        }
        guard countLimit >= 0 else {
            throw RuleError(
                .outOfBounds, place: "mute \(name)", problem: "it bears \(countLimit) alerts",
                remedy: "write a number from 0 up")
        }
        self.name = name
        self.matchers = matchers
        self.subject = subject
        expires = now.advanced(byNanoseconds: span.nanosecondsClamped)
        self.countLimit = countLimit
        self.severityLimit = severityLimit
        self.isSticky = isSticky
        self.owner = owner
        self.reason = reason
    }

    /// Whether an alert is in its scope.
    public func covers(_ alert: Alert) -> Bool { covers(alert.labels, of: alert.subject) }

    private func covers(_ labels: [SignalLabel], of component: ComponentIdentifier) -> Bool {
        if let subject, !component.isOrIsPart(of: subject) { return false }
        return matchers.allSatisfy { matcher in matcher.matches(labels.first { $0.name == matcher.label }?.value) }
    }

    /// Whether an alert that an engine could give of the signals that it has seen would be in its scope.
    public func coversAny(of engine: AlertEngine) -> Bool {
        (0..<engine.catalogue.count).contains { position in
            let identity = engine.catalogue.identity(of: SignalIndex(position: position))
            return engine.rules.rules.contains { rule in
                rule.selector.matches(identity)
                    && covers(rule.alertLabels(of: identity), of: rule.subject.component(of: identity))
            }
        }
    }

    /// Why a mute ended.
    public enum End: String, Sendable, Hashable, Codable, CaseIterable {
        case expired
        /// More alerts fire than when it was asked for.
        case moreAlerts = "more_alerts"
        /// A more severe alert fires.
        case moreSevere = "more_severe"
        /// Nothing fires any more that it was for.
        case cleared
        /// Somebody lifted it.
        case lifted
    }
}

extension Alert {
    /// The value of a label, or `nil` where the alert has none of that name.
    public subscript(label name: String) -> String? { labels.first { $0.name == name }?.value }
}
