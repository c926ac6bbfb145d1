import ClusterCore
import HostTopology
import Topology

/// A rule of a cluster's architecture or of how a host is put together, as it is explained.
struct ExplainedRule {
    let rule: RuleID
    let title: String
    let reason: String
    let remedy: String
    let parameters: [(name: String, meaning: String)]
    /// What the profiles that come along say of a figure, given who set it, where they say different things.
    let disagreement: (_ parameter: String, _ profile: String?) -> String?

    init(_ rule: TopologyRule) {
        self.rule = rule.rule
        (title, reason, remedy) = (rule.title, rule.reason, rule.remedy)
        parameters = rule.parameters.map { ($0.name, $0.meaning) }
        disagreement = { rule.disagreement(on: $0, setBy: $1)?.words }
    }

    init(_ rule: PlacementRule) {
        self.rule = rule.rule
        (title, reason, remedy) = (rule.title, rule.reason, rule.remedy)
        parameters = rule.parameters.map { ($0.name, $0.meaning) }
        disagreement = { _, _ in nil }
    }

    /// All rules, by name.
    static var all: [ExplainedRule] {
        (TopologyRule.all.map { ExplainedRule($0) } + PlacementRule.all.map { ExplainedRule($0) })
            .sorted { $0.rule < $1.rule }
    }

    static func named(_ name: String) -> ExplainedRule? {
        TopologyRule.named(name).map { ExplainedRule($0) } ?? PlacementRule.named(name).map { ExplainedRule($0) }
    }

    /// The rule whose name is nearest to a misspelt one.
    static func nearest(to name: String) -> RuleID? {
        PlacementRule.all.map(\.rule).first { $0.rawValue.hasSuffix(".\(name.lowercased())") }
            ?? TopologyRule.nearest(to: name)
    }
}
