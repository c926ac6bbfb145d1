public import ClusterCore

/// A rule of how a host is put together: what sits near to what, and what fails together. No figure is here: a profile has
/// them (``PlacementProfile``).
public struct PlacementRule: Sendable {
    public let rule: RuleID
    /// What is asked, in one line.
    public let title: String
    /// Why it is asked.
    public let reason: String
    /// What to do where it is broken.
    public let remedy: String
    /// The figures that a profile may set, with the meaning of each.
    public let parameters: [Parameter]
    let judge: @Sendable (inout PlacementJudgement) throws -> Void

    /// A figure of a rule.
    public struct Parameter: Sendable, Hashable {
        public let name: String
        public let meaning: String

        init(_ name: String, _ meaning: String) {
            self.name = name
            self.meaning = meaning
        }
    }

    init(
        _ rule: RuleID, _ title: String, reason: String, remedy: String, parameters: [Parameter] = [],
        judge: @escaping @Sendable (inout PlacementJudgement) throws -> Void
    ) {
        self.rule = rule
        self.title = title
        self.reason = reason
        self.remedy = remedy
        self.parameters = parameters
        self.judge = judge
    }

    /// All rules, by name.
    public static let all: [PlacementRule] = (nearness + failures + ports).sorted { $0.rule < $1.rule }

    /// The rule of a name, or `nil` where there is none.
    public static func named(_ name: String) -> PlacementRule? { all.first { $0.rule.rawValue == name } }
}
