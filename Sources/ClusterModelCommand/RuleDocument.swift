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

    init(_ rules: [ExplainedRule], _ profile: ResolvedProfile) {
        self.profile = Profile(name: profile.name, version: profile.version)
        self.rules = rules.map { rule in
            let settings = profile.rules[rule.rule]
            return Rule(
                rule: rule.rule, title: rule.title, reason: rule.reason, remedy: rule.remedy,
                asked: settings != nil && settings?.mode != .off, mode: settings?.mode, severity: settings?.severity,
                source: settings?.source,
                parameters: rule.parameters.map { parameter in
                    let value = settings?.parameters[parameter.name]
                    return Parameter(
                        name: parameter.name, meaning: parameter.meaning, value: value.map { "\($0.value)" },
                        profile: value?.profile, source: value?.source,
                        disagreement: rule.disagreement(parameter.name, value?.profile))
                })
        }
    }

    /// A rule of another command than check, by the profile of its own kind that has the same name, else Microsoft's.
    init(_ rule: FurtherRule, profile name: String) throws(ProfileError) {
        let chosen = rule.profiles.first { $0.name == name } ?? rule.profiles.first { $0.name == "azureLocal23H2" }
        let profile = try chosen?.resolved(in: rule.profiles)
        let settings = profile?.rules[rule.rule]
        self.profile = Profile(name: profile?.name ?? name, version: profile?.version ?? "1")
        rules = [
            Rule(
                rule: rule.rule, title: rule.title, reason: rule.reason, remedy: rule.remedy,
                asked: rule.profiles.isEmpty || (settings != nil && settings?.mode != .off), mode: settings?.mode,
                severity: settings?.severity, source: settings?.source,
                parameters: rule.parameters.map { parameter in
                    let value = settings?.parameters[parameter.name]
                    let others = rule.profiles.compactMap { other in
                        other.rules[rule.rule]?.parameters[parameter.name].map { "\($0) (\(other.name))" }
                    }
                    let values = rule.profiles.compactMap { $0.rules[rule.rule]?.parameters[parameter.name] }
                    let isOne = Set(values).count <= 1
                    return Parameter(
                        name: parameter.name, meaning: parameter.meaning, value: value.map { "\($0.value)" },
                        profile: value?.profile, source: value?.source,
                        disagreement: isOne || others.isEmpty ? nil : others.joined(separator: " · "))
                })
        ]
    }

    // MARK: For people

    var list: TextDocument {
        TextDocument([
            .heading("Rules of clustermodel check and clustermodel host"),
            .facts(rules.map { .init($0.rule.rawValue, $0.title + ($0.asked ? "" : " (not asked)")) }),
            .heading("Rules of other commands"),
            .facts(FurtherRule.all.map { .init($0.rule.rawValue, $0.title) }),
            .paragraph(""),
            .paragraph(
                "clustermodel explain RULE tells why, and what the profile \(profile.name) requires.", tone: .faint),
        ])
    }

    var text: TextDocument {
        var document = TextDocument()
        for rule in rules {
            document.add(.heading(rule.rule.rawValue))
            document.add(.facts([.init("asks", rule.title), .init("why", rule.reason), .init("remedy", rule.remedy)]))
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
