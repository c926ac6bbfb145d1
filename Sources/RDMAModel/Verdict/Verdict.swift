public import ClusterCore

/// Whether the measured path is fit for storage traffic, by a profile.
public struct Verdict: Sendable, Hashable, Codable {
    /// What is concluded. Losing evidence never improves it.
    public enum Outcome: String, Sendable, Hashable, Codable, CaseIterable {
        /// Every requirement is met, the stricter figures too.
        case optimal
        /// Every requirement is met.
        case acceptable
        /// A requirement is broken.
        case unfit
        /// What is known does not decide it.
        case undetermined
    }

    /// What is concluded.
    public var outcome: Outcome
    /// The profile's name.
    public var profile: String
    /// Why, in sentences, the deciding one first.
    public var reasons: [String]

    /// The cell whose figure decided, or came nearest to the limit; `nil` where none did.
    @Explicit public var deciding: ProbePlan.Cell?

    public init(outcome: Outcome, profile: String, reasons: [String], deciding: ProbePlan.Cell? = nil) {
        self.outcome = outcome
        self.profile = profile
        self.reasons = reasons
        self.deciding = deciding
    }
}
