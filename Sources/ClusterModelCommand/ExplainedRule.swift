import ClusterCore
import HealthModel
import HostTopology
import StorageMath
import Topology

/// A rule of any command, with where its figures come from.
struct ExplainedRule {
    let explanation: RuleExplanation
    let family: Family
    /// What the profiles that come along say of a figure, given who set it, where they say different things.
    let disagreement: @Sendable (_ parameter: String, _ profile: String?) -> String?

    var rule: RuleID { explanation.rule }

    /// The profiles that a rule's figures are in.
    enum Family: CaseIterable {
        /// What `check` and `host` ask.
        case requirements
        case network, connectivity, controlPlane, security, storage
        /// Conditions of signals, and what is said of such rules.
        case health

        /// Those that come along.
        var profiles: [RuleProfile] {
            switch self {
            case .requirements: HostProfile.builtIn
            case .network: NetworkProfile.builtIn
            case .connectivity: ConnectivityProfile.builtIn
            case .controlPlane: ControlPlaneProfile.builtIn
            case .security: SecurityProfile.builtIn
            case .storage: StorageProfile.builtIn
            case .health: HealthProfile.builtIn
            }
        }
    }

    init(_ explanation: RuleExplanation, _ family: Family) {
        self.explanation = explanation
        self.family = family
        disagreement = { parameter, _ in
            let values = family.profiles.compactMap { profile in
                profile.rules[explanation.rule]?.parameters[parameter].map { ($0, profile.name) }
            }
            guard Set(values.map(\.0)).count > 1 else { return nil }
            return values.map { "\($0) (\($1))" }.joined(separator: " · ")
        }
    }

    init(_ rule: TopologyRule) {
        explanation = rule.explanation
        family = .requirements
        disagreement = { rule.disagreement(on: $0, setBy: $1)?.words }
    }

    /// Whether it has no figures and no profile speaks of it, so that none turns it off.
    var isAlwaysTold: Bool {
        explanation.parameters.isEmpty && !family.profiles.contains { $0.rules[rule] != nil }
    }

    /// All rules that a command can name in a finding, by name.
    static let all: [ExplainedRule] = {
        var rules = TopologyRule.all.map { ExplainedRule($0) }
        rules += PlacementRule.all.map { ExplainedRule($0.explanation, .requirements) }
        rules += (HostRules.all + [HostUnknowns.explanation, expiredExemption, UnusedExemption.explanation]).map {
            ExplainedRule($0, .requirements)
        }
        rules += FurtherRules.all.map { ExplainedRule($0, family(of: $0.rule)) }
        let known = Set(rules.map(\.rule))
        rules += StorageRules.all.filter { !known.contains($0.rule) }.map { ExplainedRule($0, .storage) }
        rules += health.map { ExplainedRule($0, .health) }
        return rules.sorted { $0.rule < $1.rule }
    }()

    private static func family(of rule: RuleID) -> Family {
        if rule.isOrIsBelow("security") { return .security }
        if rule.isOrIsBelow("connectivity") { return .connectivity }
        return rule.isOrIsBelow("network") ? .network : .controlPlane
    }

    private static let expiredExemption = RuleExplanation(
        ResolvedProfile.expiredExemption, "an exemption of a profile still holds",
        reason: "One that has expired exempts nothing any more: what it covered is reported as it is.",
        remedy: "renew the exemption, with its owner's word, or take it out of the profile")

    /// The rule of a name; of a level or a kind the rule that it belongs to, as `health.export` of `health.export.gap`.
    static func named(_ name: String) -> ExplainedRule? {
        if let own = all.first(where: { $0.rule.rawValue == name }) { return own }
        guard name.hasPrefix("health."), let dot = name.lastIndex(of: "."), dot > name.startIndex else { return nil }
        let parent = name[..<dot]
        return all.first { $0.rule.rawValue == parent }
    }

    /// The rule whose name is nearest to a misspelt one.
    static func nearest(to name: String) -> RuleID? {
        let names = all.map(\.rule.rawValue)
        let found =
            names.first { $0.hasSuffix(".\(name.lowercased())") } ?? NearestName.nearest(to: name, among: names)
        return found.flatMap { RuleID(rawValue: $0) }
    }
}
