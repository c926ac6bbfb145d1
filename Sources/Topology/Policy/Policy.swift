public import ClusterCore

/// Rules of one's own, as data: each picks parts of an installation and says what must hold for them (AL-89).
///
/// ```yaml
/// schema: clustermodel.rules/1
/// name: contoso
/// version: "1"
/// rules:
///   - rule: contoso.memory
///     title: nodes have at least 512 GB
///     for: clusters[*].nodes[*]
///     require: {path: hardware.memory.size, at_least: 512GB}
///     severity: critical
///     mode: audit
/// exemptions:
///   - {rule: contoso.memory, subject: "cluster:c1/node:old", owner: operations, reason: replaced soon, expires: 2027-01-31}
/// ```
///
/// An exemption is from a rule of the file or from one that comes along, a critical one too: somebody answers for it by
/// name, until a day, and the finding stays as information that says so. One that no requirement is covered by is told.
public struct Policy: Sendable, Hashable, Codable {
    public var name: String
    public var version: String
    public var rules: [PolicyRule]
    public var exemptions: [Exemption]?

    public init(name: String, version: String, rules: [PolicyRule], exemptions: [Exemption]? = nil) {
        self.name = name
        self.version = version
        self.rules = rules
        self.exemptions = exemptions
    }

    enum CodingKeys: String, CodingKey, CaseIterable { case name, version, rules, exemptions }

    /// Reads a policy as it is written.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            name: try members.decode(String.self, forKey: .name),
            version: try members.decode(String.self, forKey: .version),
            rules: try members.decode([PolicyRule].self, forKey: .rules),
            exemptions: try members.decodeIfPresent([WrittenExemption].self, forKey: .exemptions)?.map(\.exemption))
    }
}

/// One rule of a user's own.
public struct PolicyRule: Sendable, Hashable, Codable {
    public var rule: RuleID
    /// What is asked, in a line.
    public var title: String
    /// The parts that it is asked of: `clusters[*].nodes[*]`.
    public var subjects: ModelPath
    /// Only where this holds.
    public var when: PolicyPredicate?
    /// What must hold.
    public var require: PolicyPredicate
    public var severity: Severity?
    /// ``/ClusterCore/RuleMode/audit`` reports without deciding.
    public var mode: RuleMode?
    public var remedy: String?
    /// Where it is written.
    public var source: String?

    public init(_ rule: RuleID, title: String, subjects: ModelPath, require: PolicyPredicate) {
        self.rule = rule
        self.title = title
        self.subjects = subjects
        self.require = require
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case rule, title
        case subjects = "for"
        case when, require, severity, mode, remedy, source
    }
}

/// An exemption with the keys that a document of policies may have, so that a wrong one is told by its place.
private struct WrittenExemption: Decodable {
    let exemption: Exemption

    enum CodingKeys: String, CodingKey, CaseIterable { case rule, subject, owner, reason, expires }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        func filled(_ key: CodingKeys) throws -> String {
            let text = try members.decode(String.self, forKey: key)
            guard !text.isEmpty else {
                throw DecodingError.dataCorruptedError(
                    forKey: key, in: members, debugDescription: "\"\(key.rawValue)\" must say something")
            }
            return text
        }
        exemption = Exemption(
            rule: try members.decode(RuleID.self, forKey: .rule),
            subject: try ComponentIdentifier(rawValue: filled(.subject)), owner: try filled(.owner),
            reason: try filled(.reason), expires: try members.decode(CalendarDate.self, forKey: .expires))
    }
}

/// Why rules of a user's own cannot be applied.
public struct PolicyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The rule, where one is at fault.
    public let rule: RuleID?
    public let problem: String

    init(rule: RuleID?, problem: String) {
        self.rule = rule
        self.problem = problem
    }

    public var description: String { rule.map { "rule \($0): \(problem)" } ?? problem }
}

extension Policy {
    /// The most rules, and the deepest nesting of a predicate.
    enum Limit {
        static let rules = 4096
        static let depth = 16
    }

    /// How many values of a model all rules together may look at, unless said otherwise.
    public static let valueLimit = 10_000_000

    /// Holds an installation to the rules.
    func checks(of installation: Installation, values: Int) throws -> [RequirementCheck] {
        guard rules.count <= Limit.rules else {
            throw PolicyError(rule: nil, problem: "\(rules.count) rules are more than \(Limit.rules); split the file")
        }
        var seen: Set<RuleID> = []
        for rule in rules where !seen.insert(rule.rule).inserted || TopologyRule.named(rule.rule.rawValue) != nil {
            throw PolicyError(rule: rule.rule, problem: "another rule has this name; call it by one of its own")
        }
        if let problem = problems.first {
            throw PolicyError(rule: RuleID(rawValue: problem.rule), problem: problem.problem)
        }
        let tree = try ModelValue(of: installation)
        var budget = PolicyBudget(values: values)
        var checks: [RequirementCheck] = []
        for rule in rules where rule.mode != .off {
            checks += try rule.checks(of: tree, by: Reference(document: "\(name), version \(version)"), &budget)
        }
        return checks
    }

    /// The findings of its own rules as their modes have them.
    func moded(_ findings: [Finding], on day: CalendarDate) -> [Finding] {
        applied(
            RuleProfile(
                name: name, version: version,
                rules: Dictionary(
                    rules.map { ($0.rule, RuleSettings(severity: $0.severity, mode: $0.mode)) },
                    uniquingKeysWith: { first, _ in first })), findings, day)
    }

    /// Any findings as its exemptions have them on a day.
    func exempted(_ findings: [Finding], on day: CalendarDate) -> [Finding] {
        applied(
            RuleProfile(name: name, version: version, rules: [:], exemptions: exemptions ?? []), findings, day)
    }

    private func applied(_ profile: RuleProfile, _ findings: [Finding], _ day: CalendarDate) -> [Finding] {
        (try? profile.resolved(in: [RuleProfile]()).applied(to: findings, on: day)) ?? findings
    }
}

extension PolicyRule {
    func checks(
        of tree: ModelValue, by policy: Reference, _ budget: inout PolicyBudget
    ) throws -> [RequirementCheck] {
        let severity = severity ?? .warning
        let found = subjects.values(in: tree)
        do throws(PolicyError) { try budget.spend(found.count) } catch {
            throw PolicyError(rule: rule, problem: error.problem)
        }
        var checks: [RequirementCheck] = []
        for part in found {
            guard let value = part.value else { continue }
            do throws(PolicyError) {
                if let when, try when.holds(for: value, &budget) != true { continue }
                checks.append(check(part.subject, value, severity, policy, try require.holds(for: value, &budget)))
            } catch {
                throw PolicyError(rule: rule, problem: error.problem)
            }
        }
        guard checks.isEmpty, found.allSatisfy({ $0.value == nil }), !found.isEmpty else { return checks }
        // Nothing is there to ask, since it is not written down. That is not "met".
        return [check(ComponentIdentifier(rawValue: ""), nil, severity, policy, nil)]
    }

    private func check(
        _ subject: ComponentIdentifier, _ value: ModelValue?, _ severity: Severity, _ policy: Reference,
        _ holds: Bool?
    ) -> RequirementCheck {
        var finding: Finding?
        if holds != true {
            finding = Finding(
                rule: rule, severity: severity, outcome: holds == false ? .notMet : .undetermined, subject: subject,
                required: .text(title), measured: holds == false ? value.map { .text(require.measured(in: $0)) } : nil,
                evidence: value == nil ? [Evidence(source: "the model has nothing at", value: "\(subjects)")] : [],
                remedy: holds == false
                    ? remedy ?? "change the model so that it holds, or exempt the part with an owner and a last day"
                    : "write it in the model; until then nobody can tell",
                reference: source.map { Reference(document: $0) } ?? policy)
        }
        return RequirementCheck(
            rule: rule, subject: subject, required: title,
            outcome: holds == nil ? .undetermined : holds == true ? .met : .notMet,
            severity: severity, finding: finding)
    }
}

extension Policy {
    /// Both policies' rules and exemptions, under the first one's name.
    public func joined(with other: Policy) -> Policy {
        Policy(
            name: name, version: version, rules: rules + other.rules,
            exemptions: (exemptions ?? []) + (other.exemptions ?? []))
    }
}
