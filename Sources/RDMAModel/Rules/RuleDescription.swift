public import ClusterCore

/// What a rule is about, for whoever meets it in a finding: what is checked, why, how, and what to do.
public struct RuleDescription: Sendable, Hashable {
    /// The rule's name, as findings have it.
    public var rule: RuleID
    /// What is asked, in one line.
    public var title: String
    /// Why it is asked.
    public var reason: String
    /// How it is measured or found out.
    public var method: String
    /// What a broken requirement means for the verdict.
    public var effect: String
    /// What to do where it is broken, in this order.
    public var remedies: [String]
    /// The figures that a profile may set, with the meaning of each.
    public var parameters: [Parameter]

    /// A figure of a rule.
    public typealias Parameter = RuleExplanation.Parameter

    public init(
        _ rule: RuleID, title: String, reason: String, method: String, effect: String, remedies: [String],
        parameters: [Parameter] = []
    ) {
        self.rule = rule
        self.title = title
        self.reason = reason
        self.method = method
        self.effect = effect
        self.remedies = remedies
        self.parameters = parameters
    }
}

extension RuleDescription {
    /// The description of a rule, or `nil` where there is no such rule.
    ///
    /// A rule of one counter, such as `rdma.counter.retries`, has the description of `rdma.counter`.
    public static func of(_ rule: some StringProtocol) -> RuleDescription? {
        let name = String(rule)
        if let own = all.first(where: { $0.rule.rawValue == name }) { return own }
        guard name.hasPrefix("rdma.counter."),
            CounterDefinition.dictionary.contains(where: { "rdma.counter." + $0.name == name })
        else { return nil }
        return all.first { $0.rule == "rdma.counter" }
    }

    /// The rule whose name is nearest to a misspelt one, or `nil` where none is near: a third of the letters may be
    /// wrong, or the beginning left out.
    public static func nearest(to name: String) -> RuleID? {
        if let whole = all.first(where: { $0.rule.rawValue.hasSuffix("." + name.lowercased()) }) { return whole.rule }
        let word = Array(name.lowercased().utf8.prefix(128))
        let found = all.map { ($0.rule, editDistance(word, Array($0.rule.rawValue.utf8))) }.min { $0.1 < $1.1 }
        guard let (rule, distance) = found, distance <= max(2, word.count / 3) else { return nil }
        return rule
    }
}

/// How many letters must be put in, taken out or replaced to make one word of the other.
///
/// Source: R. A. Wagner, M. J. Fischer, "The String-to-String Correction Problem", Journal of the ACM 21(1), 1974.
private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (index, letter) in left.enumerated() {
        var diagonal = row[0]
        row[0] = index + 1
        for place in right.indices {
            let replaced = diagonal + (letter == right[place] ? 0 : 1)
            diagonal = row[place + 1]
            row[place + 1] = min(replaced, diagonal + 1, row[place] + 1)
        }
    }
    return row[right.count]
}
