import ClusterCore
import Reports
import Topology

// Findings for programs, in the same form whatever was checked.

extension CSVTable {
    /// A row for each finding.
    static func findings(_ findings: [Finding]) -> CSVTable {
        var table = CSVTable(columns: [
            "rule", "severity", "subject", "required", "measured", "remedy", "reference",
            "outcome",
        ])
        for finding in findings {
            table.add([
                .text(finding.rule.rawValue), .text(finding.severity.rawValue), .text(finding.subject.rawValue),
                .text(finding.required.map { "\($0)" }), .text(finding.measured.map { "\($0)" }),
                .text(finding.remedy), .text(finding.reference.map { "\($0)" }),
                .text(finding.outcome?.rawValue),
            ])
        }
        return table
    }
}

extension JUnitDocument.Case {
    /// One requirement of one part: it failed where its finding is reported as more than information, since a mode or an
    /// exemption may have made it less, or taken it out.
    static func requirement(
        _ rule: RuleID, _ subject: ComponentIdentifier, _ required: String, _ outcome: RequirementCheck.Outcome,
        in findings: [Finding], whereUnknown words: String
    ) -> JUnitDocument.Case {
        let finding = findings.first {
            $0.rule == rule && $0.subject == subject && $0.required.map { "\($0)" } ?? required == required
        }
        let figures = [finding?.required.map { "\($0) wanted" }, finding?.measured.map { "\($0) there" }]
            .compactMap(\.self).joined(separator: ", ")
        let result: JUnitDocument.Outcome
        switch outcome {
        case .met: result = .passed
        case .undetermined: result = .skipped(words)
        case .notMet where finding == nil || finding?.severity == .information: result = .passed
        case .notMet: result = .failed(figures, details: finding?.remedy ?? "")
        }
        // What is asked is part of the name: build servers take cases of one name for one case.
        let name = [subject.rawValue, required].filter { !$0.isEmpty }.joined(separator: ": ")
        return JUnitDocument.Case(name: name, group: rule.rawValue, outcome: result)
    }
}

extension SARIFDocument {
    /// Findings with what their rules ask.
    static func findings(
        _ findings: [Finding], in file: String, regions: [ComponentIdentifier: Region] = [:]
    ) -> SARIFDocument {
        let named = Set(findings.map(\.rule))
        let explained = Dictionary(
            named.compactMap { rule in ExplainedRule.named(rule.rawValue).map { (rule, $0.explanation) } },
            uniquingKeysWith: { first, _ in first })
        return SARIFDocument(
            tool: "clustermodel", version: "0.1.0", file: file,
            rules: named.sorted().map { rule in
                let own = explained[rule]
                return Rule(rule, summary: own?.title ?? rule.rawValue, help: own.map { "\($0.reason) \($0.remedy)" })
            }, findings: findings, regions: regions)
    }
}
