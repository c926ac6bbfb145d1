/// A profile with everything that it extends filled in: what checks read their figures from.
public struct ResolvedProfile: Sendable, Hashable {
    /// The name of the profile that was resolved.
    public let name: String
    public let version: String
    /// The profiles that it is made of, from itself to the one that extends nothing.
    public let chain: [String]
    public let rules: [RuleID: ResolvedRule]
    /// The exemptions of all profiles of the chain, the most general profile's first.
    public let exemptions: [Exemption]
}

/// A rule with every setting that the chain of profiles gives it.
public struct ResolvedRule: Sendable, Hashable {
    public internal(set) var parameters: [String: ResolvedParameter]
    /// How much it matters when the rule is broken, or `nil` where no profile says it.
    public internal(set) var severity: Severity?
    public internal(set) var mode: RuleMode
    /// Where the nearest profile that names a source says the rule is written.
    public internal(set) var source: Reference?
}

/// A figure with where it comes from.
public struct ResolvedParameter: Sendable, Hashable {
    public let value: ParameterValue
    /// The profile that set it.
    public let profile: String
    /// The source that this profile names for the rule, or `nil` where it names none.
    public let source: Reference?
}

extension ResolvedProfile {
    /// The rule itself or, where the profile does not name it, the nearest more general one: `rdma.latency` governs
    /// `rdma.latency.p99_9`.
    public func rule(governing rule: RuleID) -> ResolvedRule? {
        var candidate: RuleID? = rule
        while let id = candidate {
            if let found = rules[id] { return found }
            candidate = id.parent
        }
        return nil
    }

    /// What becomes of a rule's findings; a rule that the profile does not know is enforced.
    public func mode(of rule: RuleID) -> RuleMode { self.rule(governing: rule)?.mode ?? .enforce }

    /// How much it matters when a rule is broken, or `fallback` where the profile does not say.
    public func severity(of rule: RuleID, otherwise fallback: Severity) -> Severity {
        self.rule(governing: rule)?.severity ?? fallback
    }
}
