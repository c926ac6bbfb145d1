import ClusterCore
import Reports
import Topology

/// Rules with what a profile makes of them: the document `clustermodel.rule-list/1`.
struct RuleDocument: Encodable {
    static let schema = "clustermodel.rule-list/1"

    let profile: Profile
    let rules: [Rule]

    struct Profile: Encodable {
        let name: String
        let version: String
    }

    struct Rule: Encodable {
        let rule: RuleID
        let title: String
        let reason: String
        let remedy: String
        /// Whether the profile asks it at all.
        let asked: Bool
        @Explicit var mode: RuleMode?
        @Explicit var severity: Severity?
        @Explicit var source: Reference?
        let parameters: [Parameter]
    }

    struct Parameter: Encodable {
        let name: String
        let meaning: String
        @Explicit var value: String?
        /// The profile that set it.
        @Explicit var profile: String?
        @Explicit var source: Reference?
        /// What the profiles that come along say, where they say different things.
        @Explicit var disagreement: String?
    }

    /// Rules with the figures of a profile: a built-in one's name, or a file. Rules of a kind that has no profile of that name
    /// have Microsoft's figures, else those of the first profile that speaks of them. A file is one for check and host, unless
    /// a rule of another kind is asked for alone.
    init(_ rules: [ExplainedRule], profile name: String) throws {
        var resolved: [ExplainedRule.Family: [String: ResolvedProfile]] = [:]
        func profile(of rule: ExplainedRule) throws -> ResolvedProfile {
            let isMeant = rule.family == .requirements || rules.count == 1 && !HostProfile.isBuiltIn(name)
            let chosen = isMeant ? name : RuleDocument.name(of: name, for: rule)
            if let known = resolved[rule.family]?[chosen] { return known }
            let made = try ProfileFile.resolved(chosen, among: rule.family.profiles)
            resolved[rule.family, default: [:]][chosen] = made
            return made
        }
        let own = try rules.count == 1 ? profile(of: rules[0]) : HostProfile.forClusters(name)
        self.profile = Profile(name: own.name, version: own.version)
        self.rules = try rules.map { rule in
            let settings = try profile(of: rule).rules[rule.rule]
            let words = rule.explanation
            return Rule(
                rule: rule.rule, title: words.title, reason: words.reason, remedy: words.remedy,
                asked: rule.isAlwaysTold || (settings != nil && settings?.mode != .off), mode: settings?.mode,
                severity: settings?.severity, source: settings?.source,
                parameters: words.parameters.map { parameter in
                    let value = settings?.parameters[parameter.name]
                    return Parameter(
                        name: parameter.name,
                        meaning: parameter.meaning + (parameter.otherwise.map { "; where left out: \($0)" } ?? ""),
                        value: value.map { "\($0.value)" },
                        profile: value?.profile, source: value?.source,
                        disagreement: rule.disagreement(parameter.name, value?.profile))
                })
        }
    }

    private static func name(of wanted: String, for rule: ExplainedRule) -> String {
        let known = rule.family.profiles
        let chosen =
            known.first { $0.name == wanted } ?? known.first { $0.name == "azureLocal23H2" }
            ?? known.first { $0.rules[rule.rule] != nil } ?? known.first
        return chosen?.name ?? wanted
    }

    // MARK: For people

    var list: TextDocument {
        TextDocument([
            .heading("Rules of clustermodel check and clustermodel host"),
            .facts(facts { $0 == .requirements }), .heading("Rules of other commands"),
            .facts(facts { $0 != .requirements && $0 != .health }),
            .heading("Rules of clustermodel health"), .facts(facts { $0 == .health }),
            .paragraph(""),
            .paragraph(
                "clustermodel explain RULE tells why, and what the profile \(profile.name) requires.", tone: .faint),
        ])
    }

    private func facts(_ isWanted: (ExplainedRule.Family) -> Bool) -> [TextDocument.Fact] {
        rules.compactMap { rule in
            guard let family = ExplainedRule.named(rule.rule.rawValue)?.family, isWanted(family) else { return nil }
            let isOpen = family == .requirements && !rule.asked
            return TextDocument.Fact(rule.rule.rawValue, rule.title + (isOpen ? " (not asked)" : ""))
        }
    }

    var text: TextDocument {
        var document = TextDocument()
        for rule in rules {
            document.add(.heading(rule.rule.rawValue))
            document.add(.facts([.init("asks", rule.title), .init("why", rule.reason), .init("remedy", rule.remedy)]))
            guard ExplainedRule.named(rule.rule.rawValue)?.isAlwaysTold == false else {
                document.add(.paragraph("It has no figures, and no profile changes it."))
                continue
            }
            document.add(.heading("By the profile \(profile.name)"))
            guard rule.asked else {
                document.add(.paragraph("It is not asked."))
                continue
            }
            var facts = [TextDocument.Fact("mode", rule.mode?.rawValue ?? "enforce")]
            if let severity = rule.severity { facts.append(.init("severity", severity.rawValue)) }
            if let source = rule.source { facts.append(.init("source", "\(source)")) }
            document.add(.facts(facts))
            let set = rule.parameters.filter { $0.value != nil || $0.disagreement != nil }
            guard !set.isEmpty else { continue }
            document.add(.heading("Figures"))
            document.add(
                .facts(
                    set.map { parameter in
                        let value = parameter.value ?? "not set"
                        let setter = parameter.profile.map { ", set by \($0)" } ?? ""
                        let other = parameter.disagreement.map { "\nsources disagree: \($0)" } ?? ""
                        return .init(parameter.name, "\(value)\(setter)\n\(parameter.meaning)\(other)")
                    }))
        }
        return document
    }
}
