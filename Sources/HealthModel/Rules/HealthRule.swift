public import ClusterCore

/// A rule of health: which signals it judges, by which condition, and what is told where it holds.
///
/// Rules are data: written in a document, compared, exported. For what PromQL can say the life of an alert is that of
/// Prometheus: pending from the first evaluation at which the condition holds, firing once it has held for ``pendingFor``,
/// kept for ``keepFiringFor`` after it stopped.
public struct HealthRule: Sendable, Hashable {
    public let id: RuleID
    public let selector: SeriesSelector
    public let condition: RuleCondition
    /// How long the condition must hold before the alert fires.
    public let pendingFor: Duration
    /// How long the alert still fires after the condition stopped holding.
    public let keepFiringFor: Duration
    /// How old a newest sample may be.
    public let freshness: Duration
    public let noData: NoDataBehaviour
    public let severity: Severity
    /// Labels of the alert beside those of the signal.
    public let labels: [SignalLabel]
    /// What the alert is about.
    public let subject: SubjectForm
    /// Whether the alert says that its subject is gone, so that what depends on it cannot be well.
    public let isAvailability: Bool
    /// Whether the alert is not created while what the subject depends on is gone.
    public let yieldsToParents: Bool
    /// When the alert counts as flapping; `nil` for never.
    public let flapping: FlapThresholds?
    /// What is wrong, in a sentence.
    public let summary: String
    /// What to do.
    public let remedy: String
    public let reference: Reference?

    /// The limits of a rule.
    public enum Limit {
        /// Bytes of a summary or a remedy.
        public static let textBytes = 4096
        /// Labels of a rule.
        public static let labels = 16
        /// The longest duration of any setting.
        public static let duration = Duration.seconds(400 * 86400)
    }

    public init(
        _ id: RuleID, _ selector: SeriesSelector, _ condition: RuleCondition, pendingFor: Duration = .zero,
        keepFiringFor: Duration = .zero, freshness: Duration = .seconds(300), noData: NoDataBehaviour = .hold,
        severity: Severity, labels: [SignalLabel] = [], subject: SubjectForm = SubjectForm(),
        isAvailability: Bool = false,
        yieldsToParents: Bool = true, flapping: FlapThresholds? = nil, summary: String, remedy: String,
        reference: Reference? = nil
    ) throws(RuleError) {
        for (place, duration) in [("for", pendingFor), ("keep_firing_for", keepFiringFor), ("freshness", freshness)] {
            guard duration >= .zero, duration <= Limit.duration else {
                throw RuleError(
                    .outOfBounds, rule: id.rawValue, place: place, problem: "\(duration.unitText)",
                    remedy: "write a duration of at most \(Limit.duration.unitText)")
            }
        }
        guard freshness > .zero else {
            throw RuleError(
                .outOfBounds, rule: id.rawValue, place: "freshness", problem: "no sample is ever fresh",
                remedy: "write a duration above 0, such as 5m")
        }
        guard summary.utf8.count <= Limit.textBytes, remedy.utf8.count <= Limit.textBytes, !summary.isEmpty else {
            throw RuleError(
                .outOfBounds, rule: id.rawValue, place: "summary",
                problem: "a summary or a remedy is empty or too long",
                remedy: "write 1 to \(Limit.textBytes) bytes")
        }
        let sorted = labels.sorted()
        let names = sorted.map(\.name)
        guard labels.count <= Limit.labels, Set(names).count == names.count,
            !names.contains(HealthRule.nameLabel), !names.contains(HealthRule.severityLabel),
            sorted.allSatisfy({
                SignalText.isIdentifier($0.name, colon: false) && $0.value.utf8.count <= SignalIdentity.Limit.labelValue
            })
        else {
            throw RuleError(
                .outOfBounds, rule: id.rawValue, place: "labels",
                problem:
                    "too many labels, one twice, a bad name, or \(HealthRule.nameLabel) or \(HealthRule.severityLabel)",
                remedy: "use at most \(Limit.labels) labels of other names, made of letters, digits and _")
        }
        self.id = id
        self.selector = selector
        self.condition = condition
        self.pendingFor = pendingFor
        self.keepFiringFor = keepFiringFor
        self.freshness = freshness
        self.noData = noData
        self.severity = severity
        self.labels = sorted
        self.subject = subject
        self.isAvailability = isAvailability
        self.yieldsToParents = yieldsToParents
        self.flapping = flapping
        self.summary = summary
        self.remedy = remedy
        self.reference = reference
    }

    /// The label that carries the rule's name in an alert.
    public static let nameLabel = "alertname"
    /// The label that carries the severity in an alert.
    public static let severityLabel = "severity"

    /// The unit in which the threshold must be for a signal of a unit, or `nil` where the rule can do nothing with such a
    /// signal; an error says why the rule and the signal do not fit.
    public func checkUnit(of signal: SignalUnit) throws(RuleError) {
        let wanted = condition.fireAt.unit
        guard let computed = condition.aggregation.unit(of: signal) else {
            throw RuleError(
                .unitMismatch, rule: id.rawValue, place: "aggregation",
                problem: "the rate of a signal in \(signal.rawValue)", remedy: "take the rate of a counter")
        }
        guard
            computed == wanted || computed == .unknown || wanted == .unknown
                || (computed == .state && wanted == .count)
        else {
            throw RuleError(
                .unitMismatch, rule: id.rawValue, place: "fire_at",
                problem: "the signal is in \(computed.rawValue), the threshold in \(wanted.rawValue)",
                remedy: UnitConfusion.advice(computed, wanted) ?? "write the threshold in \(computed.rawValue)")
        }
    }

    /// The labels of the alert of a signal: the signal's own without its name, the rule's, the rule's name and severity. A
    /// label of the rule replaces one of the signal.
    public func alertLabels(of identity: SignalIdentity) -> [SignalLabel] {
        let own =
            labels + [
                SignalLabel(HealthRule.nameLabel, id.rawValue),
                SignalLabel(HealthRule.severityLabel, severity.rawValue),
            ]
        let names = Set(own.map(\.name))
        return (identity.labels.filter { !names.contains($0.name) } + own.filter { !$0.value.isEmpty }).sorted()
    }
}

extension HealthRule: Codable {
    private enum Key: String, CodingKey, CaseIterable {
        case id, selector, condition, freshness, severity, labels, subject, flapping, summary, remedy, reference
        case pendingFor = "for"
        case keepFiringFor = "keep_firing_for"
        case noData = "no_data"
        case isAvailability = "availability"
        case yieldsToParents = "yields_to_parents"
    }

    public init(from decoder: any Decoder) throws {
        try StrictKeys.check(decoder, Key.self)
        let container = try decoder.container(keyedBy: Key.self)
        let id = try container.decode(RuleID.self, forKey: .id)
        do {
            let labels = try container.decodeIfPresent([String: String].self, forKey: .labels) ?? [:]
            try self.init(
                id, container.decode(SeriesSelector.self, forKey: .selector),
                container.decode(RuleCondition.self, forKey: .condition),
                pendingFor: container.duration(.pendingFor, otherwise: .zero),
                keepFiringFor: container.duration(.keepFiringFor, otherwise: .zero),
                freshness: container.duration(.freshness, otherwise: .seconds(300)),
                noData: container.decodeIfPresent(NoDataBehaviour.self, forKey: .noData) ?? .hold,
                severity: container.decode(Severity.self, forKey: .severity),
                labels: labels.map { SignalLabel($0.key, $0.value) },
                subject: container.decodeIfPresent(SubjectForm.self, forKey: .subject) ?? SubjectForm(),
                isAvailability: container.decodeIfPresent(Bool.self, forKey: .isAvailability) ?? false,
                yieldsToParents: container.decodeIfPresent(Bool.self, forKey: .yieldsToParents) ?? true,
                flapping: container.decodeIfPresent(FlapThresholds.self, forKey: .flapping),
                summary: container.decode(String.self, forKey: .summary),
                remedy: container.decodeIfPresent(String.self, forKey: .remedy) ?? "",
                reference: container.decodeIfPresent(Reference.self, forKey: .reference))
        } catch let error as RuleError {
            throw error.of(id.rawValue)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(id, forKey: .id)
        try container.encode(selector, forKey: .selector)
        try container.encode(condition, forKey: .condition)
        if pendingFor != .zero { try container.encode(pendingFor.unitText, forKey: .pendingFor) }
        if keepFiringFor != .zero { try container.encode(keepFiringFor.unitText, forKey: .keepFiringFor) }
        if freshness != .seconds(300) { try container.encode(freshness.unitText, forKey: .freshness) }
        if noData != .hold { try container.encode(noData, forKey: .noData) }
        try container.encode(severity, forKey: .severity)
        if !labels.isEmpty {
            let named = Dictionary(labels.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
            try container.encode(named, forKey: .labels)
        }
        if subject != SubjectForm() { try container.encode(subject, forKey: .subject) }
        if isAvailability { try container.encode(true, forKey: .isAvailability) }
        if !yieldsToParents { try container.encode(false, forKey: .yieldsToParents) }
        try container.encodeIfPresent(flapping, forKey: .flapping)
        try container.encode(summary, forKey: .summary)
        if !remedy.isEmpty { try container.encode(remedy, forKey: .remedy) }
        try container.encodeIfPresent(reference, forKey: .reference)
    }
}
