import ClusterCore
import HealthModel
import Reports

/// What is amiss with rules: the document `clustermodel.health-lint/1`.
struct HealthFindingsDocument: Encodable {
    static let schema = "clustermodel.health-lint/1"

    let rules: RulesName
    let findings: [Finding]

    /// The rules that were looked at.
    struct RulesName: Encodable {
        let name: String
        let version: String
        let count: Int

        init(_ set: RuleSet) {
            name = set.name
            version = set.version
            count = set.rules.count
        }
    }

    init(_ set: RuleSet, _ findings: [Finding]) {
        rules = RulesName(set)
        self.findings = findings
    }

    /// The findings for people.
    var text: TextDocument {
        var document = TextDocument()
        document.add(.heading("Rules \(rules.name), version \(rules.version): \(rules.count)"))
        if findings.isEmpty {
            document.add(.paragraph("Nothing to say about them.", tone: .good))
        } else {
            document.add(.findings(findings))
        }
        return document
    }
}
