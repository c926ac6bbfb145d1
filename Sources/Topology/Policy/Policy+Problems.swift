import ClusterCore

/// What is wrong with a rule of a user's own, whatever the model is like.
public struct PolicyProblem: Sendable, Hashable {
    /// The rule.
    public let rule: String
    /// Where it stands in the policy as it is written: `/rules/0/require/all/1/path`.
    public let path: String
    /// What is wrong, and what to write.
    public let problem: String
}

extension Policy {
    /// Paths that lead nowhere, comparisons with what cannot be compared there, and exemptions from rules that there are
    /// not, in the order of the file.
    ///
    /// They are found without a model: a misspelt path would be "not known" in every model, and a rule that can never be
    /// told protects nobody.
    public var problems: [PolicyProblem] {
        rules.prefix(Limit.rules).enumerated().flatMap { index, rule in
            rule.problems(at: "/rules/\(index)")
        } + exemptionProblems
    }

    /// An exemption is from rules of its own file, or from those that come along.
    private var exemptionProblems: [PolicyProblem] {
        guard let exemptions else { return [] }
        let known = rules.map(\.rule) + TopologyRule.all.map(\.rule)
        return exemptions.enumerated().compactMap { index, exemption in
            guard !known.contains(where: { $0.isOrIsBelow(exemption.rule) }) else { return nil }
            let near = NearestName.nearest(to: exemption.rule.rawValue, among: known.map(\.rawValue))
            return PolicyProblem(
                rule: exemption.rule.rawValue, path: "/exemptions/\(index)/rule",
                problem: "there is no rule of this name here; "
                    + (near.map { "did you mean \($0)?" }
                        ?? "write one of this file's, or one that clustermodel explain lists"))
        }
    }
}

extension PolicyRule {
    fileprivate func problems(at place: String) -> [PolicyProblem] {
        if let problem = subjects.problem(in: InstallationShape.tree) {
            return [PolicyProblem(rule: rule.rawValue, path: "\(place)/for", problem: "\(subjects): \(problem)")]
        }
        guard let shape = subjects.sample(in: InstallationShape.tree) else { return [] }
        var found: [PolicyProblem] = []
        func visit(_ predicate: PolicyPredicate, _ place: String, _ depth: Int) {
            guard depth < Policy.Limit.depth else { return }
            for (key, parts) in [("all", predicate.all), ("any", predicate.any), ("none", predicate.none)] {
                for (index, part) in (parts ?? []).enumerated() { visit(part, "\(place)/\(key)/\(index)", depth + 1) }
            }
            guard let path = predicate.path else {
                if predicate.all == nil, predicate.any == nil, predicate.none == nil {
                    found.append(PolicyProblem(rule: rule.rawValue, path: place, problem: PolicyPredicate.asksNothing))
                }
                return
            }
            if let problem = path.problem(in: shape) {
                found.append(
                    PolicyProblem(rule: rule.rawValue, path: "\(place)/path", problem: "\(path): \(problem)"))
            } else if let sample = path.sample(in: shape), let problem = predicate.mismatch(with: sample) {
                found.append(PolicyProblem(rule: rule.rawValue, path: place, problem: problem))
            }
        }
        if let when { visit(when, "\(place)/when", 0) }
        visit(require, "\(place)/require", 0)
        return found
    }
}

extension PolicyPredicate {
    /// Why values of that kind cannot be compared as it says; `nil` where they can.
    fileprivate func mismatch(with sample: ModelValue) -> String? {
        do throws(PolicyError) {
            _ = try compare(with: sample, at: path)
            return nil
        } catch { return error.problem }
    }
}
