public import ClusterCore

/// An alert: one rule's condition on one signal, from the moment it holds until evidence ends it.
public struct Alert: Sendable, Hashable {
    /// Its identity.
    public var fingerprint: AlertFingerprint
    public var rule: RuleID
    /// The signal that it is about.
    public var signal: SignalIdentity
    /// The signal's labels, the rule's, its name and severity; sorted.
    public var labels: [SignalLabel]
    public var subject: ComponentIdentifier
    public var severity: Severity
    public var state: State
    /// The value at the newest evaluation that knew one; `nil` where the alert is about missing data.
    public var value: Double?
    /// When the condition first held.
    public var activeAt: SignalTime
    /// When it fired.
    public var firedAt: SignalTime?
    /// Since when it fires although its condition does not hold any more.
    public var keepFiringSince: SignalTime?
    /// When it was resolved.
    public var resolvedAt: SignalTime?
    /// Since when nothing is known of it; a stale alert is not resolved.
    public var staleSince: SignalTime?
    /// What is wrong, as the rule says it.
    public var summary: String
    /// What to do; empty where the rule does not say.
    public var remedy: String

    /// Where an alert stands.
    public enum State: String, Sendable, Hashable, Codable, CaseIterable {
        /// The condition holds, not yet for long enough.
        case pending
        case firing
        /// It fired and is over.
        case resolved
    }
}

/// Something that happened to an alert at an evaluation. A list of these is the fault timeline.
public struct AlertEvent: Sendable, Hashable {
    /// The evaluation.
    public var time: SignalTime
    public var kind: Kind
    /// The alert as it is after the event.
    public var alert: Alert

    /// What happened.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// The condition began to hold.
        case pending
        /// The alert fired.
        case firing
        /// A pending alert ended before it fired.
        case cancelled
        /// A firing alert ended, by evidence, or since its signal was taken out of service.
        case resolved
        /// Nothing is known of a live alert any more.
        case stale
        /// Something is known again.
        case known
        /// The alert is flapping: it goes on and off too often to be told each time.
        case flapping
        /// It does not flap any more.
        case settled
    }
}
