public import ClusterCore

/// A rule before a profile gave it figures: which signal it judges, about what, and what is said where it is broken.
///
/// A profile speaks to it by these parameters; thresholds are written with their unit.
///
/// | parameter | meaning |
/// | --- | --- |
/// | `fire_at`, `resolve_at` | the thresholds of a rule with one level, whose severity the profile gives |
/// | `warning_at`, `warning_resolve_at`, `critical_at`, `critical_resolve_at` | those of a rule with two |
/// | `comparator` | `<`, `<=`, `>`, `>=`, `==` or `!=` |
/// | `aggregation`, `window`, `minimum_samples` | what is compared, see ``Aggregation`` |
/// | `for`, `keep_firing_for`, `freshness`, `no_data` | see ``HealthRule`` |
public struct HealthRuleForm: Sendable {
    /// The rule, or the family where it has two levels.
    public let rule: RuleID
    /// The signal that it judges.
    public let signal: String
    public let unit: SignalUnit
    /// Labels that the signal must have.
    let labels: [(name: String, value: String)]
    let subject: [String]
    let isAvailability: Bool
    /// What is wrong where it is broken.
    public let summary: String
    /// What to do.
    public let remedy: String

    init(
        _ rule: RuleID, _ signal: String, _ unit: SignalUnit, _ labels: [(name: String, value: String)] = [],
        of subject: [String], isAvailability: Bool = false, _ summary: String, remedy: String
    ) {
        self.rule = rule
        self.signal = signal
        self.unit = unit
        self.labels = labels
        self.subject = subject
        self.isAvailability = isAvailability
        self.summary = summary
        self.remedy = remedy
    }

    /// The form of a rule.
    public static func named(_ rule: RuleID) -> HealthRuleForm? { all.first { $0.rule == rule } }

    private static let thresholds = [
        "fire_at", "resolve_at", "warning_at", "warning_resolve_at", "critical_at", "critical_resolve_at",
    ]
    private static let others: [String: ParameterValue] = [
        "comparator": .text(">"), "aggregation": .text("last"), "no_data": .text("hold"), "minimum_samples": .count(1),
        "window": .duration(.zero), "for": .duration(.zero), "keep_firing_for": .duration(.zero),
        "freshness": .duration(.zero),
    ]
    static let parameters = Set(thresholds).union(others.keys)

    /// The words that a profile may use: every rule with every parameter, each of its kind. The figures mean nothing.
    public static let vocabulary: RuleProfile = {
        var rules: [RuleID: RuleSettings] = [:]
        for form in all {
            let figure: ParameterValue =
                switch form.unit {
                case .ratio: .fraction(.ratio(0, 1))
                case .seconds: .duration(.zero)
                case .bytes: .bytes(ByteCount(bytes: 0))
                case .bytesPerSecond: .byteRate(ByteRate(bytesPerSecond: 0))
                case .celsius: .celsius(Celsius(millidegrees: 0))
                default: .count(0)
                }
            rules[form.rule] = RuleSettings(
                parameters: others.merging(thresholds.map { ($0, figure) }, uniquingKeysWith: { first, _ in first }))
        }
        return RuleProfile(name: "vocabulary", version: "1", summary: "Every rule with every parameter", rules: rules)
    }()
}

extension HealthRuleForm {
    /// The rules that a profile makes of it: one, or one a level. None where the profile says `off`.
    func rules(_ profile: ResolvedProfile) throws -> [HealthRule] {
        guard let settings = profile.rules[rule], settings.mode != .off else { return [] }
        for name in settings.parameters.keys.sorted() where !HealthRuleForm.parameters.contains(name) {
            throw RuleError(
                .badDocument, rule: rule.rawValue, place: "parameters", problem: "there is no parameter \"\(name)\"",
                remedy: "write one of \(HealthRuleForm.parameters.sorted().joined(separator: ", "))")
        }
        do {
            if settings.parameters["fire_at"] != nil {
                if let level = ["warning_at", "critical_at"].first(where: { settings.parameters[$0] != nil }) {
                    throw RuleError(
                        .contradiction, place: "fire_at", problem: "the rule has \(level) too, perhaps inherited",
                        remedy: "write warning_at and critical_at; fire_at is the threshold of a rule without levels")
                }
                return [try made(profile, settings, rule, "", settings.severity ?? .warning)]
            }
            let levels: [(name: String, severity: Severity)] = [("warning", .warning), ("critical", .critical)]
            let rules = try levels.compactMap { level -> HealthRule? in
                guard settings.parameters["\(level.name)_at"] != nil,
                    let id = RuleID(rawValue: "\(rule.rawValue).\(level.name)")
                else { return nil }
                return try made(profile, settings, id, "\(level.name)_", level.severity)
            }
            guard !rules.isEmpty else {
                throw RuleError(
                    .missing, place: "parameters", problem: "no threshold",
                    remedy: "write fire_at, or warning_at and critical_at")
            }
            return rules
        } catch let error as RuleError {
            throw error.of(rule.rawValue)
        }
    }

    private func made(
        _ profile: ResolvedProfile, _ settings: ResolvedRule, _ id: RuleID, _ level: String, _ severity: Severity
    ) throws -> HealthRule {
        let single = level.isEmpty
        guard let fireAt = try threshold(settings, single ? "fire_at" : "\(level)at") else {
            throw RuleError(.missing, place: "fire_at", problem: "no threshold", remedy: "write one")
        }
        let aggregation = try self.aggregation(profile, settings)
        let condition = try RuleCondition(
            aggregation, word(profile, settings, "comparator", Comparator.atLeast), fireAt,
            resolveAt: threshold(settings, single ? "resolve_at" : "\(level)resolve_at"))
        let family = single ? [] : [SignalLabel(AlertInhibition.familyLabel, rule.rawValue)]
        let selector = try SeriesSelector(
            SignalName(signal), labels.map { label in try LabelMatcher.oneOf(label.name, [label.value]) })
        let made = try HealthRule(
            id, selector, condition,
            pendingFor: duration(profile, settings, "for", .zero),
            keepFiringFor: duration(profile, settings, "keep_firing_for", .zero),
            freshness: duration(profile, settings, "freshness", .seconds(300)),
            noData: word(profile, settings, "no_data", NoDataBehaviour.hold),
            severity: settings.mode == .audit ? .information : severity, labels: family, subject: SubjectForm(subject),
            isAvailability: isAvailability, flapping: .nagios, summary: summary, remedy: remedy,
            reference: settings.source)
        try made.checkUnit(of: unit)
        return made
    }

    private func threshold(_ settings: ResolvedRule, _ name: String) throws -> HealthThreshold? {
        guard let parameter = settings.parameters[name] else { return nil }
        return try HealthThreshold(typed(parameter.value))
    }

    private func duration(
        _ profile: ResolvedProfile, _ settings: ResolvedRule, _ name: String, _ fallback: Duration
    ) throws -> Duration {
        settings.parameters[name] == nil ? fallback : try profile.duration(rule, name)
    }

    private func aggregation(_ profile: ResolvedProfile, _ settings: ResolvedRule) throws -> Aggregation {
        let kind = try word(profile, settings, "aggregation", Aggregation.Kind.last)
        let window = settings.parameters["window"] == nil ? nil : try profile.duration(rule, "window")
        let samples =
            settings.parameters["minimum_samples"] == nil ? nil : Int(try profile.count(rule, "minimum_samples"))
        return try Aggregation(kind, over: window, minimumSamples: samples)
    }

    /// A figure as the unit of the signal wants it: digits alone are a share for a ratio.
    private func typed(_ value: ParameterValue) throws -> ParameterValue {
        switch unit {
        case .ratio where value.kind == .text: try value.converted(to: .fraction) ?? value
        case .bytes where value.kind == .text: try value.converted(to: .bytes) ?? value
        default: value
        }
    }

    private func word<Word: RawRepresentable<String> & CaseIterable>(
        _ profile: ResolvedProfile, _ settings: ResolvedRule, _ name: String, _ fallback: Word
    ) throws -> Word {
        guard settings.parameters[name] != nil else { return fallback }
        let text = try profile.text(rule, name)
        guard let word = Word(rawValue: text) else {
            throw RuleError(
                .badDocument, place: name, problem: "\"\(text)\"",
                remedy: "write one of \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return word
    }
}

extension RuleSet {
    /// The rules that a profile asks for, in order of name.
    ///
    /// Throws a ``RuleError`` where the profile names a rule that does not exist or sets what a rule does not have, and a
    /// `ProfileError` where a figure is of another kind.
    public init(_ profile: ResolvedProfile) throws {
        for rule in profile.rules.keys.sorted() where rule.rawValue.hasPrefix("health.") {
            guard HealthRuleForm.named(rule) != nil else {
                throw RuleError(
                    .unknownRule, rule: rule.rawValue, place: "rules", problem: "there is no rule of this name",
                    remedy: "the rules are \(HealthRuleForm.all.map(\.rule.rawValue).joined(separator: ", "))")
            }
        }
        try self.init(
            name: profile.name, version: profile.version, rules: HealthRuleForm.all.flatMap { try $0.rules(profile) })
    }
}
