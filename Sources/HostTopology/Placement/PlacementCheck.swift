public import ClusterCore

/// One requirement of one part of a host, and whether it is met.
public struct PlacementResult: Sendable, Hashable {
    public let rule: RuleID
    public let subject: ComponentIdentifier
    /// What is asked.
    public let required: String
    public let outcome: Outcome
    /// How much it matters when it is broken.
    public let severity: Severity
    /// What there is to say, unless it is met.
    public let finding: Finding?

    /// Whether a requirement is met.
    public enum Outcome: String, Sendable, Hashable, Codable, CaseIterable {
        case met
        case notMet = "not_met"
        /// The host does not tell what it would be told from.
        case undetermined
    }
}

/// A host held to the rules of placement.
public struct PlacementCheck: Sendable, Hashable {
    /// Every requirement that was told, in the order of rules.
    public let results: [PlacementResult]

    /// What is to be said, before a profile has modes and exemptions applied.
    public var findings: [Finding] { results.compactMap(\.finding) }

    /// Holds a host to the rules that a profile asks.
    /// - Parameters:
    ///   - interrupts: who serves the interrupts of the ports that carry storage; what is not there is not known.
    ///   - storage: the ports that carry storage (``ObservedHost/storagePorts(named:)``).
    /// - Throws: a ``/ClusterCore/ProfileError`` where a figure of the profile is of the wrong kind.
    public init(
        of host: ObservedHost, interrupts: HostInterrupts, storage: [StoragePort], by profile: ResolvedProfile
    ) throws {
        var results: [PlacementResult] = []
        for rule in PlacementRule.all where profile.rules[rule.rule] != nil && profile.mode(of: rule.rule) != .off {
            var judgement = PlacementJudgement(rule, host, interrupts, storage, profile)
            try rule.judge(&judgement)
            results += judgement.results
        }
        self.results = results
    }
}
