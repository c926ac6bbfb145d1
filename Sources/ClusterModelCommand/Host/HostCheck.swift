import ClusterCore
import HostTopology
import Reports
import Topology

/// A host held to a profile: what a model's rules say of a node, and how the host is put together.
struct HostCheck {
    let profile: ResolvedProfile
    let ports: [StoragePort]
    /// Rule by rule how many requirements there are of each outcome.
    let rules: [(rule: RuleID, counts: CheckDocument.Counts)]
    let counts: CheckDocument.Counts
    let findings: [Finding]
    private let isUndetermined: Bool
    private let functions: [ComponentIdentifier: String]

    init(
        _ host: ObservedHost, _ ports: [StoragePort], _ interrupts: HostInterrupts, by profile: ResolvedProfile,
        on day: CalendarDate
    ) throws {
        self.profile = profile
        self.ports = ports
        let node = HostNode(host: host, storage: ports)
        let model = try TopologyCheck(of: node.installation(), by: profile, on: day)
        let placement = try PlacementCheck(of: host, interrupts: interrupts, storage: ports, by: profile)
        let evidence = HostEvidence(host)
        var told: [(RuleID, ComponentIdentifier, RequirementCheck.Outcome, Severity)] = []
        var findings: [Finding] = []
        for check in model.checks {
            told.append((check.rule, host.identifier, check.outcome, check.severity))
            guard var finding = check.finding else { continue }
            finding.subject = host.identifier
            finding.evidence += evidence.of(check.rule)
            if check.outcome == .undetermined { finding.remedy = evidence.remedy(for: check.rule) }
            findings.append(finding)
        }
        for result in placement.results {
            let outcome: RequirementCheck.Outcome =
                switch result.outcome {
                case .met: .met
                case .notMet: .notMet
                case .undetermined: .undetermined
                }
            told.append((result.rule, result.subject, outcome, result.severity))
        }
        let reported = profile.applied(to: findings + placement.findings + host.findings, on: day)
        self.findings = (reported + HostUnknowns.findings(of: host)).ordered()
        isUndetermined = told.contains { check in
            check.2 == .undetermined && check.3 == .critical
                && reported.contains { $0.rule == check.0 && $0.subject == check.1 && $0.severity > .information }
        }
        var counts = CheckDocument.Counts()
        var byRule: [RuleID: CheckDocument.Counts] = [:]
        for check in told {
            counts.count(check.2)
            byRule[check.0, default: CheckDocument.Counts()].count(check.2)
        }
        self.counts = counts
        rules = byRule.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        functions = Dictionary(
            ports.compactMap { port in port.function.value.map { (port.subject, $0) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// Broken where a critical finding stands, undetermined where a critical requirement could not be told.
    var status: ExitStatus {
        if findings.greatestSeverity == .critical { return .requirementNotMet }
        return isUndetermined ? .undetermined : .requirementMet
    }

    var outcome: CheckDocument.Outcome {
        switch status {
        case .requirementMet: .met
        case .requirementNotMet: .notMet
        default: .undetermined
        }
    }

    /// What a picture marks: functions and nodes with something broken that was measured.
    var marks: [String: Severity] {
        var marks: [String: Severity] = [:]
        for finding in findings where finding.severity > .information && finding.measured != nil {
            let subject = finding.subject.rawValue
            var places = [functions[finding.subject]].compactMap(\.self)
            if let part = subject.split(separator: "/").last {
                if part.hasPrefix("pci:") { places.append(String(part.dropFirst(4))) }
                if part.hasPrefix("node:") { places.append(String(part)) }
            }
            if finding.rule == "host.storage_cards" || finding.rule == "host.storage_roots" {
                places += ports.compactMap(\.function.value)
            }
            for place in places { marks[place] = max(marks[place] ?? .information, finding.severity) }
        }
        return marks
    }

    var csv: CSVTable {
        var table = CSVTable(columns: ["rule", "severity", "subject", "required", "measured", "remedy", "reference"])
        for finding in findings {
            table.add([
                .text(finding.rule.rawValue), .text(finding.severity.rawValue), .text(finding.subject.rawValue),
                .text(finding.required.map { "\($0)" }), .text(finding.measured.map { "\($0)" }), .text(finding.remedy),
                .text(finding.reference.map { "\($0)" }),
            ])
        }
        return table
    }
}
