/// What a rule is about, for whoever meets it in a finding.
///
/// Severity, figures and sources are not here: profiles set them, and differ (``RuleProfile``).
public struct RuleExplanation: Sendable, Hashable {
    /// The rule's name, as findings have it.
    public let rule: RuleID
    /// What is asked, in one line.
    public let title: String
    /// Why it is asked.
    public let reason: String
    /// What to do where it is broken.
    public let remedy: String
    /// The figures that a profile may set, with the meaning of each.
    public let parameters: [Parameter]

    /// A figure of a rule.
    public struct Parameter: Sendable, Hashable {
        public let name: String
        public let meaning: String
        /// What holds where a profile names the rule without this figure; `nil` where the figure must not be left out.
        public let otherwise: String?

        public init(_ name: String, _ meaning: String, otherwise: String? = nil) {
            self.name = name
            self.meaning = meaning
            self.otherwise = otherwise
        }
    }

    public init(
        _ rule: RuleID, _ title: String, reason: String, remedy: String, _ parameters: [Parameter] = []
    ) {
        self.rule = rule
        self.title = title
        self.reason = reason
        self.remedy = remedy
        self.parameters = parameters
    }
}
