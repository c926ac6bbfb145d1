/// Why rules cannot be used: which rule, where in it, what is wrong and what to do. The description is one line.
public struct RuleError: Error, Sendable, Hashable {
    /// What kind of problem it is.
    public let kind: Kind
    /// The rule's name, or empty where it is not known.
    public var rule: String
    /// Where in it: `fire_at`, `selector`.
    public let place: String
    /// What was found, in words.
    public let problem: String
    /// What to do about it.
    public let remedy: String

    public init(_ kind: Kind, rule: String = "", place: String, problem: String, remedy: String) {
        self.kind = kind
        self.rule = SignalError.printable(rule)
        self.place = place
        self.problem = SignalError.printable(problem)
        self.remedy = remedy
    }

    /// The kinds of problems.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A figure that nothing can be compared with.
        case badThreshold
        /// A threshold in another unit than the signal's.
        case unitMismatch
        /// Settings of a rule that cannot go together.
        case contradiction
        /// A duration, a number or a text outside its limits.
        case outOfBounds
        /// Two rules of one name.
        case duplicate
        /// A document of rules that is not of this form.
        case badDocument
        /// A setting that must be there.
        case missing
        /// A rule that a profile names and that does not exist.
        case unknownRule
    }

    /// The same problem, said of a rule.
    func of(_ rule: String) -> RuleError {
        var named = self
        if named.rule.isEmpty { named.rule = SignalError.printable(rule) }
        return named
    }
}

extension RuleError: CustomStringConvertible {
    public var description: String {
        "\(rule.isEmpty ? "" : "rule \(rule), ")\(place): \(problem); \(remedy)"
    }
}
