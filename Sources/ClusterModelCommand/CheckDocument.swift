import ClusterCore
import Reports
import Topology

/// A model held to a profile: the document `clustermodel.check/1`.
struct CheckDocument: Encodable {
    static let schema = "clustermodel.check/1"

    let model: String
    let profile: Profile
    let outcome: Outcome
    let clusters: [ClusterFigures]
    /// How many requirements there are of each outcome.
    let requirements: Counts
    let rules: [Rule]
    let findings: [Finding]

    struct Profile: Encodable {
        let name: String
        let version: String
    }

    enum Outcome: String, Encodable {
        case met
        case notMet = "not_met"
        case undetermined
    }

    struct ClusterFigures: Encodable {
        let name: String
        let nodes: Int
        let sizeClass: String
        let meaning: String

        enum CodingKeys: String, CodingKey {
            case name, nodes
            case sizeClass = "size_class"
            case meaning
        }
    }

    struct Counts: Encodable {
        var met = 0
        var notMet = 0
        var undetermined = 0

        enum CodingKeys: String, CodingKey {
            case met
            case notMet = "not_met"
            case undetermined
        }

        mutating func count(_ outcome: RequirementCheck.Outcome) {
            switch outcome {
            case .met: met += 1
            case .notMet: notMet += 1
            case .undetermined: undetermined += 1
            }
        }
    }

    struct Rule: Encodable {
        let rule: RuleID
        let outcome: Outcome
        let requirements: Counts
    }

    init(_ check: TopologyCheck, _ installation: Installation) {
        model = installation.name
        profile = Profile(name: check.profile, version: check.profileVersion)
        switch check.status {
        case .requirementMet: outcome = .met
        case .requirementNotMet: outcome = .notMet
        default: outcome = .undetermined
        }
        clusters = check.classes.map {
            ClusterFigures(
                name: $0.cluster, nodes: $0.nodes, sizeClass: $0.size.rawValue, meaning: $0.size.meaning)
        }
        var counts = Counts()
        var byRule: [RuleID: Counts] = [:]
        for one in check.checks {
            counts.count(one.outcome)
            byRule[one.rule, default: Counts()].count(one.outcome)
        }
        requirements = counts
        rules = byRule.sorted { $0.key < $1.key }.map { rule, counts in
            Rule(
                rule: rule,
                outcome: counts.notMet > 0 ? .notMet : counts.undetermined > 0 ? .undetermined : .met,
                requirements: counts)
        }
        findings = check.findings
    }

    // MARK: For people

    var text: TextDocument {
        var document = TextDocument()
        document.add(.heading("Model \(model)"))
        var facts = clusters.map { TextDocument.Fact("cluster \($0.name)", $0.meaning) }
        facts.append(.init("profile", "\(profile.name), version \(profile.version)"))
        facts.append(
            .init(
                "requirements",
                "\(requirements.met) met, \(requirements.notMet) not met, \(requirements.undetermined) cannot be told"))
        document.add(.facts(facts))
        if !findings.isEmpty {
            document.add(.heading("Findings"))
            document.add(.findings(findings))
        }
        document.add(.heading("Outcome"))
        let open = findings.count { $0.severity == .critical && $0.isUndetermined }
        switch outcome {
        case .met:
            let words =
                findings.isEmpty
                ? "MET: every requirement that applies" : "MET: no critical requirement is broken; see the findings"
            document.add(.paragraph(words, tone: .good))
        case .notMet:
            let count = findings.count { $0.severity == .critical && !$0.isUndetermined }
            document.add(
                .paragraph(
                    "NOT MET: \(count) critical \(count == 1 ? "finding" : "findings")"
                        + (open == 0 ? "" : ", and \(open) that cannot be told"), tone: .bad))
        case .undetermined:
            document.add(
                .paragraph(
                    "UNDETERMINED: \(open) critical \(open == 1 ? "requirement" : "requirements") cannot be told from "
                        + "the model", tone: .warning))
        }
        if findings.contains(where: { ExplainedRule.named($0.rule.rawValue) != nil }) {
            document.add(.paragraph("clustermodel explain RULE tells what a rule asks, and why.", tone: .faint))
        }
        return document
    }

    // MARK: For programs

    var csv: CSVTable { .findings(findings) }

    func junit(_ check: TopologyCheck) -> JUnitDocument {
        var document = JUnitDocument(
            name: "clustermodel check \(profile.name)",
            properties: [
                .init("model", model), .init("profile", profile.name), .init("profile_version", profile.version),
                .init("outcome", outcome.rawValue),
            ])
        for one in check.checks {
            document.add(
                .requirement(
                    one.rule, one.subject, one.required, one.outcome, in: findings,
                    whereUnknown: "the model does not say it"))
        }
        return document
    }

    func sarif(file: String, regions: [ComponentIdentifier: SARIFDocument.Region]) -> SARIFDocument {
        .findings(findings, in: file, regions: regions)
    }
}
