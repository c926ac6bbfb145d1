import ClusterCore
import HealthHost
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
    /// Every requirement with its outcome, in the order of rules.
    let requirements: [Requirement]
    private let functions: [ComponentIdentifier: String]

    /// One requirement of one part of the host.
    struct Requirement {
        let rule: RuleID
        let subject: ComponentIdentifier
        let required: String
        let outcome: RequirementCheck.Outcome
        let severity: Severity
    }

    init(
        _ host: ObservedHost, _ ports: [StoragePort], _ interrupts: HostInterrupts, by profile: ResolvedProfile,
        on day: CalendarDate
    ) throws {
        self.profile = profile
        self.ports = ports
        let node = HostNode(host)
        let model = try TopologyCheck(of: node.installation(), by: profile, on: day)
        let placement = try PlacementCheck(of: host, interrupts: interrupts, storage: ports, by: profile)
        let evidence = HostEvidence(host)
        var told: [Requirement] = []
        var findings: [Finding] = []
        for check in model.checks {
            told.append(
                Requirement(
                    rule: check.rule, subject: host.identifier, required: check.required, outcome: check.outcome,
                    severity: check.severity))
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
            told.append(
                Requirement(
                    rule: result.rule, subject: result.subject, required: result.required, outcome: outcome,
                    severity: result.severity))
        }
        let reported = profile.applied(to: findings + placement.findings + host.findings, on: day)
        self.findings = (reported + HostUnknowns.findings(of: host)).ordered()
        var counts = CheckDocument.Counts()
        var byRule: [RuleID: CheckDocument.Counts] = [:]
        for check in told {
            counts.count(check.outcome)
            byRule[check.rule, default: CheckDocument.Counts()].count(check.outcome)
        }
        requirements = told
        self.counts = counts
        rules = byRule.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        functions = Dictionary(
            ports.compactMap { port in port.function.value.map { (port.subject, $0) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// Broken where a critical finding stands, undetermined where a critical requirement could not be told.
    var status: ExitStatus { findings.status }

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

    // MARK: For programs

    var csv: CSVTable { .findings(findings) }

    /// A case for each requirement, and one for each other finding that is more than information.
    func junit(of host: ObservedHost) -> JUnitDocument {
        var document = JUnitDocument(
            name: "clustermodel host \(profile.name)", host: host.name.value,
            properties: [
                .init("kernel", host.kernel.value ?? "not known"), .init("profile", profile.name),
                .init("profile_version", profile.version), .init("outcome", outcome.rawValue),
            ])
        for one in requirements {
            document.add(
                .requirement(
                    one.rule, one.subject, one.required, one.outcome, in: findings,
                    whereUnknown: "the host does not tell it"))
        }
        let known = Set(requirements.map(\.rule))
        for finding in findings where finding.severity > .information && !known.contains(finding.rule) {
            document.add(
                .requirement(
                    finding.rule, finding.subject, finding.required.map { "\($0)" } ?? "", .notMet, in: [finding],
                    whereUnknown: ""))
        }
        return document
    }

    /// - Parameter file: the document that the host was read from; `nil` for a host's own files.
    func sarif(file: String?) -> SARIFDocument { .findings(findings, in: file ?? "-") }
}
