/// What a rule says of one signal at the newest evaluation. Only ``healthy`` says that all is well.
public enum SignalVerdict: String, Sendable, Hashable, Codable, CaseIterable {
    /// A value is known and it is on the good side.
    case healthy
    /// The condition holds, not yet for long enough.
    case pending
    case firing
    /// The value lies between the two thresholds, and what was before is not known; or samples are missing of the window
    /// that it is of.
    case undecided
    /// A value was known and is too old.
    case stale
    /// No value was ever known.
    case neverSeen = "never_seen"
}
