/// What a profile says about one rule. Whatever it leaves out comes from the profile that it extends.
public struct RuleSettings: Sendable, Hashable {
    /// The rule's figures by name, each with its unit.
    public var parameters: [String: ParameterValue]
    /// How much it matters when the rule is broken.
    public var severity: Severity?
    /// What becomes of its findings; ``RuleMode/enforce`` where nobody says it.
    public var mode: RuleMode?
    /// Where these figures are written, with the date of the document.
    public var source: Reference?

    public init(
        parameters: [String: ParameterValue] = [:], severity: Severity? = nil, mode: RuleMode? = nil,
        source: Reference? = nil
    ) {
        self.parameters = parameters
        self.severity = severity
        self.mode = mode
        self.source = source
    }
}
