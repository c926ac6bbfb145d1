/// What a rule makes of a signal that says nothing: no sample within the freshness, NaN, a time in the future.
public enum NoDataBehaviour: String, Sendable, Hashable, Codable, CaseIterable {
    /// Nothing changes: an alert stays what it is and is marked as stale, and it ends by evidence only. The default.
    case hold
    /// No data is the same as a condition that does not hold: alerts end. This is what Prometheus does.
    case resolve
    /// No data is the fault itself: the condition holds.
    case fire
}
