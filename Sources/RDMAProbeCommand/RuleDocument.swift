import ClusterCore
import RDMAModel
import Reports

/// Rules with what a profile makes of them: the document `rdmaprobe.rules/1`.
struct RuleDocument: Encodable {
    let profile: Profile
    let rules: [Rule]

    static let schema = "rdmaprobe.rules/1"

    struct Profile: Encodable {
        let name: String
        let version: String
    }

    struct Rule: Encodable {
        let rule: RuleID
        let title: String
        let reason: String
        let method: String
        let effect: String
        let remedies: [String]
        /// What becomes of its findings by the profile; a rule that no profile speaks of is enforced.
        let mode: RuleMode
        /// How much it matters by the profile; not told where each finding says it.
        @Explicit var severity: Severity?
        @Explicit var source: Reference?
        let parameters: [Parameter]
    }

    struct Parameter: Encodable {
        let name: String
        let meaning: String
        /// As a profile writes it; not told where the profile leaves it out.
        @Explicit var value: String?
        /// The profile that set it.
        @Explicit var profile: String?
        @Explicit var source: Reference?
    }

    init(_ descriptions: [RuleDescription], _ profile: ResolvedProfile) {
        self.profile = Profile(name: profile.name, version: profile.version)
        rules = descriptions.map { description in
            let settings = profile.rule(governing: description.rule)
            return Rule(
                rule: description.rule, title: description.title, reason: description.reason,
                method: description.method, effect: description.effect, remedies: description.remedies,
                mode: profile.mode(of: description.rule), severity: settings?.severity, source: settings?.source,
                parameters: description.parameters.map { parameter in
                    let value = settings?.parameters[parameter.name]
                    return Parameter(
                        name: parameter.name, meaning: parameter.meaning, value: value.map { "\($0.value)" },
                        profile: value?.profile, source: value?.source ?? (value == nil ? nil : settings?.source))
                })
        }
    }

    // MARK: For people

    /// The rules' names with what each asks.
    func list(style: TextStyle, columns: Int) -> String {
        TextDocument([
            .heading("Rules of rdmaprobe"),
            .facts(rules.map { TextDocument.Fact($0.rule.rawValue, $0.title) }),
            .paragraph(""),
            .paragraph(
                "rdmaprobe explain RULE tells why, how, and what the profile \(profile.name) requires.", tone: .faint),
        ]).text(width: min(max(columns, 40), 100), style: style)
    }

    /// One rule after another, with all that is known of it.
    func text(style: TextStyle, columns: Int) -> String {
        var document = TextDocument()
        for rule in rules {
            document.add(.heading(rule.rule.rawValue))
            document.add(
                .facts([
                    .init("asks", rule.title), .init("why", rule.reason), .init("how", rule.method),
                    .init("effect", rule.effect),
                ]))
            document.add(.heading("By the profile \(profile.name)"))
            var facts = [TextDocument.Fact("mode", rule.mode.words)]
            if let severity = rule.severity { facts.append(.init("severity", severity.rawValue)) }
            if let source = rule.source { facts.append(.init("source", source.words)) }
            document.add(.facts(facts))
            if !rule.parameters.isEmpty {
                document.add(.heading("Figures"))
                document.add(.facts(rule.parameters.map { .init($0.name, $0.words) }))
            }
            document.add(.heading("What to do"))
            for (index, remedy) in rule.remedies.enumerated() {
                document.add(.paragraph(rule.remedies.count == 1 ? remedy : "\(index + 1). \(remedy)"))
            }
        }
        return document.text(width: min(max(columns, 40), 100), style: style)
    }
}

extension RuleDocument.Parameter {
    fileprivate var words: String {
        let value = value.map { $0.isEmpty ? "(empty)" : $0 } ?? "not set"
        let setter = profile.map { ", set by \($0)" } ?? ""
        let written = source.map { ", written in \($0.words)" } ?? ""
        return "\(value)\(setter)\(written)\n\(meaning)"
    }
}

extension RuleMode {
    fileprivate var words: String {
        switch self {
        case .enforce: "enforce: it decides"
        case .audit: "audit: it is reported and does not decide"
        case .off: "off: it is left out"
        }
    }
}

extension Reference {
    /// Where it is written, with the document's date or that it has none.
    fileprivate var words: String {
        description.isEmpty ? "nowhere" : document != nil && date == nil ? "\(description), no date" : description
    }
}
