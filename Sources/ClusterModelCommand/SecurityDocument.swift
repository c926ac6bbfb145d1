import ClusterCore
import Reports
import Topology

/// A cluster's security by a profile: the document `clustermodel.security/1`.
struct SecurityDocument: Encodable {
    static let schema = "clustermodel.security/1"

    let subject: ComponentIdentifier
    let mode: ControlPlaneMode
    let profile: String
    let day: CalendarDate
    let score: Score
    let controls: [Control]
    @Explicit var drift: [Change]?
    let keys: [Key]
    let consequences: [Consequence]
    let policies: [Policy]
    let findings: [Finding]

    /// A policy that comes along with the cloud.
    struct Policy: Encodable {
        let policy: BuiltInPolicy
        let title: String
        let verdict: ComplianceReport.Verdict
        let broken: [SecurityControl]
        let unknown: [SecurityControl]
        let assigned: Bool
    }

    struct Score: Encodable {
        let compliant: Int
        let rules: Int
        @Explicit var percent: Int?
    }

    struct Control: Encodable {
        let control: SecurityControl
        let layer: SecurityLayer
        let required: ControlState
        @Explicit var state: ControlState?
        let verdict: ComplianceReport.Verdict
        let evidence: [Evidence]
        @Explicit var reference: Reference?
    }

    struct Change: Encodable {
        let control: SecurityControl
        @Explicit var from: ControlState?
        @Explicit var to: ControlState?
        let direction: PostureDrift.Direction
        @Explicit var putBack: Bool?

        enum CodingKeys: String, CodingKey {
            case control, from, to, direction
            case putBack = "put_back"
        }
    }

    struct Key: Encodable {
        let key: ClusterKey
        @Explicit var exists: Bool?
        @Explicit var places: [KeyPlace]?
        let byHand: Bool
        let reference: Reference

        enum CodingKeys: String, CodingKey {
            case key, exists, places, reference
            case byHand = "by_hand"
        }
    }

    struct Consequence: Encodable {
        let control: SecurityControl
        let instead: String
        let architecture: [Int]
    }

    init(
        _ posture: SecurityPosture, _ report: ComplianceReport, _ drift: PostureDrift?, _ keys: [KeyPlacement],
        _ findings: [Finding]
    ) {
        subject = posture.subject
        mode = posture.mode
        profile = report.profile
        day = report.day
        score = Score(
            compliant: report.score.compliant, rules: report.score.rules, percent: report.score.wholePercent)
        controls = report.rows.map { row in
            Control(
                control: row.control, layer: row.control.layer, required: row.required, state: row.state,
                verdict: row.verdict, evidence: row.evidence, reference: row.reference)
        }
        self.drift = drift?.changes.map { change in
            Change(
                control: change.control, from: change.from, to: change.to, direction: change.direction,
                putBack: change.isPutBack)
        }
        self.keys = keys.map { key in
            Key(
                key: key.key, exists: key.isThere,
                places: key.places.map { KeyPlace.allCases.filter($0.contains) }, byHand: key.isByHand,
                reference: key.reference)
        }
        consequences = DisconnectionConsequence.all(in: posture.mode).map {
            Consequence(control: $0.control, instead: $0.instead, architecture: $0.items)
        }
        policies = BuiltInPolicy.allCases.map { policy in
            let compliance = posture.compliance(with: policy)
            return Policy(
                policy: policy, title: policy.title, verdict: compliance.verdict, broken: compliance.broken,
                unknown: compliance.unknown, assigned: compliance.isAssigned)
        }
        self.findings = findings
    }

    /// How the run ends.
    var status: ExitStatus {
        let isWeaker = drift?.contains { $0.direction == .weaker } ?? false
        if isWeaker || controls.contains(where: { $0.verdict == .notCompliant }) { return .requirementNotMet }
        let isLost = drift?.contains { $0.direction == .lost } ?? false
        return isLost || controls.contains { $0.verdict == .unknown } ? .undetermined : .requirementMet
    }
}

// MARK: For people

extension SecurityDocument {
    func text() -> TextDocument {
        var document = TextDocument()
        document.add(.heading("Security of \(subject) by \(profile), \(day)"))
        let percent = score.percent.map { " (\($0) %)" } ?? ""
        document.add(
            .facts([
                .init("mode", mode.rawValue.spaced),
                .init("complies", "with \(score.compliant) of \(score.rules) rules\(percent)"),
            ]))
        var table = TextTable(columns: [.init("control"), .init("asked"), .init("is"), .init("verdict")])
        for row in controls {
            table.add([
                .init(row.control.rawValue.spaced), .init(row.required.rawValue),
                .init(row.state?.rawValue ?? "not known"), .init(row.verdict.rawValue.spaced, row.verdict.tone),
            ])
        }
        document.add(.table(table))
        if let drift { add(drift, to: &document) }
        document.add(.heading("Keys"))
        document.add(
            .facts(
                keys.map { key in
                    let name = key.key.rawValue.spaced
                    guard key.exists != false else {
                        return .init(name, "none: the volume is not encrypted", tone: .bad)
                    }
                    guard key.exists == true, let places = key.places else {
                        return .init(name, "not known: the posture does not tell", tone: .warning)
                    }
                    let words = places.map(\.rawValue.spaced).joined(separator: ", ")
                    return .init(
                        name, (places.isEmpty ? "nowhere" : words) + (key.byHand ? ", by hand" : ""),
                        tone: places.isEmpty ? .bad : .normal)
                }))
        document.add(.heading("Built-in policies"))
        document.add(
            .facts(
                policies.map { policy in
                    let lacking = policy.broken + policy.unknown
                    let words = lacking.map(\.rawValue.spaced).joined(separator: ", ")
                    return .init(
                        policy.policy.rawValue.spaced,
                        policy.verdict.rawValue.spaced + (lacking.isEmpty ? "" : ": \(words)"),
                        tone: policy.verdict.tone)
                }))
        if !consequences.isEmpty {
            document.add(.heading("Without a cloud"))
            document.add(.facts(consequences.map { .init($0.control.rawValue.spaced, $0.instead) }))
        }
        if !findings.isEmpty {
            document.add(.heading("Findings"))
            document.add(.findings(findings))
        }
        return document
    }

    private func add(_ drift: [Change], to document: inout TextDocument) {
        document.add(.heading("Since the baseline"))
        guard !drift.isEmpty else { return document.add(.paragraph("Nothing changed.")) }
        document.add(
            .facts(
                drift.map { change in
                    let from = change.from?.rawValue ?? "not known"
                    let to = change.to?.rawValue ?? "not known"
                    let isWorse = change.direction == .weaker || change.direction == .lost
                    var words = "\(from) → \(to), \(change.direction.rawValue)"
                    if change.direction == .weaker {
                        words +=
                            change.putBack.map { $0 ? "; drift control puts it back" : "; nothing puts it back" } ?? ""
                    }
                    return .init(change.control.rawValue.spaced, words, tone: isWorse ? .warning : .normal)
                }))
    }

    /// A row for each control.
    func table() -> CSVTable {
        var table = CSVTable(columns: [
            "day", "subject", "profile", "control", "layer", "required", "state", "verdict", "reference",
        ])
        for row in controls {
            table.add([
                .text(day.description), .text(subject.rawValue), .text(profile), .text(row.control.rawValue),
                .text(row.layer.rawValue), .text(row.required.rawValue), .text(row.state?.rawValue),
                .text(row.verdict.rawValue), .text(row.reference?.description),
            ])
        }
        return table
    }
}

extension String {
    /// A name with spaces.
    fileprivate var spaced: String { replacing("_", with: " ") }
}

extension ComplianceReport.Verdict {
    fileprivate var tone: TextStyle.Tone {
        switch self {
        case .compliant: .good
        case .notCompliant: .bad
        case .unknown, .exempt: .warning
        case .notApplicable: .faint
        }
    }
}
