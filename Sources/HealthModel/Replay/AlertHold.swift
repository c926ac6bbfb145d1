public import ClusterCore

/// A time in which a firing alert was not told, since what its subject depends on was gone or suspected to be: only that it
/// began is held back, never that an alert which was told is over.
public struct AlertHold: Sendable, Hashable {
    /// The alert as it was when it was held back.
    public var alert: Alert
    /// What its subject depends on.
    public var cause: ComponentIdentifier
    public var certainty: Certainty
    public var begin: SignalTime
    /// When it ended; `nil` where it lasts to the end of the recording.
    public var end: SignalTime?
    /// How it ended; `nil` where it lasts.
    public var ending: Ending?

    /// How sure it is that the cause is gone.
    public enum Certainty: String, Sendable, Hashable, Codable, CaseIterable {
        /// An alert says so.
        case gone
        /// Its signs of life stopped, or an alert that says so is pending.
        case suspected
    }

    /// How a hold ended.
    public enum Ending: String, Sendable, Hashable, Codable, CaseIterable {
        /// The alert fired on, and was told then.
        case told
        /// The alert was over, and nobody was told of it.
        case over
        /// Another component, another certainty, or something else kept it back from then on.
        case changed
    }
}

/// A time in which a component was suspected to be gone, since its signs of life stopped (``PhiAccrualDetector``).
public struct Suspicion: Sendable, Hashable {
    public var component: ComponentIdentifier
    /// The moment at which it was noticed.
    public var begin: SignalTime
    /// φ at that moment.
    public var phi: Double
    /// The moment at which it gave a sign of life again; `nil` where it did not.
    public var end: SignalTime?
}

extension AlertSuppression {
    /// What an alert's subject depends on and waits for, with how sure that is; `nil` where something else keeps it back.
    public var parent: (cause: ComponentIdentifier, certainty: AlertHold.Certainty)? {
        switch self {
        case .parentLost(let cause): (cause, .gone)
        case .parentSuspected(let cause): (cause, .suspected)
        case .muted, .inhibited: nil
        }
    }
}
