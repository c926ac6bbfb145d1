public import ClusterCore

/// A rule of how a host is put together: what sits near to what, and what fails together. No figure is here: a profile has
/// them (``PlacementProfile``).
public struct PlacementRule: Sendable {
    /// What it asks, why, and what to do where it is broken.
    public let explanation: RuleExplanation
    /// Its name, as findings have it.
    public var rule: RuleID { explanation.rule }
    let judge: @Sendable (inout PlacementJudgement) throws -> Void

    /// A figure of a rule.
    public typealias Parameter = RuleExplanation.Parameter

    init(
        _ rule: RuleID, _ title: String, reason: String, remedy: String, parameters: [Parameter] = [],
        judge: @escaping @Sendable (inout PlacementJudgement) throws -> Void
    ) {
        explanation = RuleExplanation(rule, title, reason: reason, remedy: remedy, parameters)
        self.judge = judge
    }

    /// All rules, by name.
    public static let all: [PlacementRule] = (nearness + failures + ports).sorted { $0.rule < $1.rule }

    /// The rule of a name, or `nil` where there is none.
    public static func named(_ name: String) -> PlacementRule? { all.first { $0.rule.rawValue == name } }
}
