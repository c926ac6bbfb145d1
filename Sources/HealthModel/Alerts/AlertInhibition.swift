/// A rule by which firing alerts keep others from being notified, with the semantics of Alertmanager's inhibit rules: all
/// `equal` labels agree, a label that is missing is an empty one, and an alert that matches both sides is not inhibited by
/// another that does.
public struct AlertInhibition: Sendable, Hashable, Codable {
    /// Alerts that inhibit.
    public let source: [LabelMatcher]
    /// Alerts that are inhibited.
    public let target: [LabelMatcher]
    /// Labels that must be the same on both.
    public let equal: [String]

    /// An error where a side has no matcher.
    public init(source: [LabelMatcher], target: [LabelMatcher], equal: [String]) throws(RuleError) {
        guard !source.isEmpty, !target.isEmpty, source.count + target.count <= 2 * SeriesSelector.matcherLimit,
            equal.count <= SignalIdentity.Limit.labels
        else {
            throw RuleError(
                .missing, place: "inhibition", problem: "a side without matchers would inhibit everything",
                remedy: "write matchers for both sides")
        }
        self.source = source
        self.target = target
        self.equal = equal
    }

    /// The label that alerts of one rule's levels share.
    public static let familyLabel = "family"

    /// A more severe alert of a family inhibits the less severe ones about the same subject: two for each form of subject
    /// that families of the rules have. An alert without the label that names the subject's last part inhibits nothing and
    /// is not inhibited: two missing labels would be equal.
    public static func levels(in rules: RuleSet) -> [AlertInhibition] {
        var families: [SubjectForm: Set<String>] = [:]
        for rule in rules.rules {
            guard let family = rule.labels.first(where: { $0.name == familyLabel })?.value else { continue }
            families[rule.subject, default: []].insert(family)
        }
        let forms = families.sorted { $0.key.steps.map(\.label).lexicographicallyPrecedes($1.key.steps.map(\.label)) }
        return forms.flatMap { form, names -> [AlertInhibition] in
            let labels = form.steps.map(\.label)
            guard let last = labels.last else { return [] }
            let sorted = names.sorted()
            return stride(from: 0, to: sorted.count, by: LabelMatcher.valueLimit).flatMap { start in
                let part = Array(sorted[start..<min(start + LabelMatcher.valueLimit, sorted.count)])
                return [("critical", ["warning", "information"]), ("warning", ["information"])].compactMap {
                    try? AlertInhibition(
                        source: [
                            .oneOf(HealthRule.severityLabel, [$0]), .oneOf(familyLabel, part), .noneOf(last, [""]),
                        ],
                        target: [.oneOf(HealthRule.severityLabel, $1), .oneOf(familyLabel, part)],
                        equal: [familyLabel] + labels)
                }
            }
        }
    }

    func isSource(_ alert: Alert) -> Bool { source.allSatisfy { $0.matches(alert[label: $0.label]) } }
    func isTarget(_ alert: Alert) -> Bool { target.allSatisfy { $0.matches(alert[label: $0.label]) } }
    func key(of alert: Alert) -> [String] { equal.map { alert[label: $0] ?? "" } }
}

/// The sources of inhibition at a moment, by the values of their equal labels.
struct InhibitionIndex {
    private let rules: [AlertInhibition]
    /// Of each rule the sources by key: those that match its target too, and those that do not.
    private var sources: [[[String]: (oneSided: AlertFingerprint?, twoSided: AlertFingerprint?)]]

    init(_ rules: [AlertInhibition], firing: some Sequence<Alert>) {
        self.rules = rules
        sources = Array(repeating: [:], count: rules.count)
        for alert in firing {
            for (index, rule) in rules.enumerated() where rule.isSource(alert) {
                let key = rule.key(of: alert)
                if rule.isTarget(alert) {
                    sources[index][key, default: (nil, nil)].twoSided = alert.fingerprint
                } else {
                    sources[index][key, default: (nil, nil)].oneSided = alert.fingerprint
                }
            }
        }
    }

    /// The alert that keeps another from being notified.
    func inhibitor(of alert: Alert) -> AlertFingerprint? {
        for (index, rule) in rules.enumerated() where rule.isTarget(alert) {
            guard let found = sources[index][rule.key(of: alert)] else { continue }
            if let source = found.oneSided { return source }
            if !rule.isSource(alert), let source = found.twoSided { return source }
        }
        return nil
    }
}
