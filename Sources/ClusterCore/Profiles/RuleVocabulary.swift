/// The rules that checks know, with the figures that they read and the kind of each.
///
/// A misspelt rule or figure in a profile is not wrong in itself: it is never read, and the requirement that somebody
/// wrote down does not count. Checking against the vocabulary of the profiles that come with the suite finds it.
public struct RuleVocabulary: Sendable, Hashable {
    /// The kinds of the figures of each rule.
    public private(set) var rules: [RuleID: [String: ParameterValue.Kind]] = [:]

    /// Every rule and figure that any of the profiles has; of two kinds of one figure, the first profile's.
    public init(of profiles: some Sequence<RuleProfile>) {
        for profile in profiles {
            for (rule, settings) in profile.rules {
                for (name, value) in settings.parameters where rules[rule]?[name] == nil {
                    rules[rule, default: [:]][name] = value.kind
                }
                if rules[rule] == nil { rules[rule] = [:] }
            }
        }
    }
}

extension RuleProfile {
    /// Checks that every rule, every figure and every exemption is one that some check knows. A rule above a known one
    /// is known too, for the mode and the severity of all below it.
    public func check(against vocabulary: RuleVocabulary) throws(ProfileError) {
        func isKnown(_ rule: RuleID) -> Bool {
            vocabulary.rules[rule] != nil
                || vocabulary.rules.keys.contains { $0.isOrIsBelow(rule) || rule.isOrIsBelow($0) }
        }
        for (id, settings) in rules.sorted(by: { $0.key < $1.key }) {
            let place = DocumentPath().appending("rules").appending(id.rawValue)
            guard isKnown(id) else {
                throw ProfileError(profile: name, path: place.pointer, problem: .missingRule(id))
            }
            let known = vocabulary.rules[id] ?? [:]
            for (parameter, value) in settings.parameters.sorted(by: { $0.key < $1.key }) {
                guard let kind = known[parameter] else {
                    throw ProfileError(
                        profile: name, path: place.pointer,
                        problem: .missingParameter(parameter, of: id, known: known.keys.sorted()))
                }
                _ = try value.required(kind, profile: name, path: place.appending("parameters").appending(parameter))
            }
        }
        for (index, exemption) in exemptions.enumerated() where !isKnown(exemption.rule) {
            throw ProfileError(
                profile: name, path: "/exemptions/\(index)/rule", problem: .missingRule(exemption.rule))
        }
    }
}
