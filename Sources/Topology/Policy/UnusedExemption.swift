public import ClusterCore

/// Exemptions that cover no requirement of a model: whoever wrote one takes something for exempt that is not.
public enum UnusedExemption {
    /// The rule under which they are told, as information: what they were meant for is reported as it is.
    public static let explanation = RuleExplanation(
        "profile.exemption_unused", "an exemption covers a requirement of the model",
        reason: "One whose part is not in the model, or whose rule is not asked of it, exempts nothing.",
        remedy: "name the part as findings do, or take the exemption out")

    static func findings(_ exemptions: [Exemption], _ checks: [RequirementCheck], on day: CalendarDate) -> [Finding] {
        exemptions.compactMap { exemption in
            guard exemption.holds(on: day), !checks.contains(where: { exemption.covers($0.rule, $0.subject) }) else {
                return nil
            }
            let asked = checks.filter { $0.rule.isOrIsBelow(exemption.rule) }.map(\.subject.rawValue)
            let near = NearestName.nearest(to: exemption.subject.rawValue, among: Set(asked).sorted())
            return Finding(
                rule: explanation.rule, severity: .information, subject: exemption.subject,
                required: .text("a part that \(exemption.rule) is asked of"),
                measured: .text(asked.isEmpty ? "the rule is not asked" : "no such part"),
                evidence: [
                    Evidence(
                        source: "exemption from \(exemption.rule)", value: "\(exemption.owner): \(exemption.reason)")
                ], remedy: near.map { "did you mean \($0)?" } ?? explanation.remedy)
        }
    }
}
