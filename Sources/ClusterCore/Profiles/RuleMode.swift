/// What becomes of the findings of a rule.
public enum RuleMode: String, Sendable, Hashable, Codable, CaseIterable {
    /// They are reported as they are.
    case enforce
    /// They are reported, but never as critical: the rule is being tried out.
    case audit
    /// They are left out.
    case off
}
