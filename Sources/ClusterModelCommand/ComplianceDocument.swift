import ClusterCore
import Reports
import Topology

/// A report of `clustermodel security` as it was kept: what compliance is told from.
struct KeptReport: Decodable {
    let report: ComplianceReport

    private enum Key: String, CodingKey { case subject, profile, day, controls }

    private struct Control: Decodable {
        let control: SecurityControl
        let required: ControlState
        let state: ControlState?
        let verdict: ComplianceReport.Verdict
        let evidence: [Evidence]?
        let reference: Reference?
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        report = ComplianceReport(
            profile: try members.decode(String.self, forKey: .profile),
            day: try members.decode(CalendarDate.self, forKey: .day),
            subject: try members.decode(ComponentIdentifier.self, forKey: .subject),
            rows: try members.decode([Control].self, forKey: .controls).map {
                .init(
                    control: $0.control, required: $0.required, state: $0.state, verdict: $0.verdict,
                    evidence: $0.evidence ?? [], reference: $0.reference)
            })
    }
}

/// Compliance over time: the document `clustermodel.compliance/1`.
struct ComplianceDocument: Encodable {
    static let schema = "clustermodel.compliance/1"

    let subject: ComponentIdentifier
    let profile: String
    let days: [Day]
    let changes: [Change]
    /// The controls that do not comply on the newest day, with since when.
    let open: [Open]

    struct Day: Encodable {
        let day: CalendarDate
        let compliant: Int
        let rules: Int
        @Explicit var percent: Int?
        let notCompliant: Int
        let unknown: Int
        let exempt: Int

        enum CodingKeys: String, CodingKey {
            case day, compliant, rules, percent, unknown, exempt
            case notCompliant = "not_compliant"
        }
    }

    struct Change: Encodable {
        let day: CalendarDate
        let control: SecurityControl
        @Explicit var from: ComplianceReport.Verdict?
        @Explicit var to: ComplianceReport.Verdict?
    }

    struct Open: Encodable {
        let control: SecurityControl
        let verdict: ComplianceReport.Verdict
        /// The first day of which reports say so without a break.
        let since: CalendarDate
    }

    /// A document of a history; `nil` where it is empty.
    init?(_ history: ComplianceHistory) {
        guard let last = history.reports.last else { return nil }
        subject = last.subject
        profile = last.profile
        days = history.reports.map { report in
            Day(
                day: report.day, compliant: report.score.compliant, rules: report.score.rules,
                percent: report.score.wholePercent, notCompliant: report.count(of: .notCompliant),
                unknown: report.count(of: .unknown), exempt: report.count(of: .exempt))
        }
        changes = history.changes.map { Change(day: $0.day, control: $0.control, from: $0.from, to: $0.to) }
        self.open = last.rows.filter { $0.verdict != .compliant && $0.verdict != .notApplicable }.map { row in
            Open(control: row.control, verdict: row.verdict, since: history.since(row.control) ?? last.day)
        }
    }

    /// How the run ends: by the newest report.
    var status: ExitStatus {
        if open.contains(where: { $0.verdict == .notCompliant }) { return .requirementNotMet }
        return open.contains { $0.verdict == .unknown } ? .undetermined : .requirementMet
    }

    // MARK: For people

    func text() -> TextDocument {
        var document = TextDocument()
        document.add(.heading("Compliance of \(subject) by \(profile)"))
        var table = TextTable(columns: [
            .init("day"), .init("complies", .right), .init("not", .right), .init("not known", .right),
            .init("exempt", .right),
        ])
        for day in days {
            let percent = day.percent.map { " (\($0) %)" } ?? ""
            table.add([
                .init("\(day.day)"), .init("\(day.compliant) of \(day.rules)\(percent)"),
                .init("\(day.notCompliant)", day.notCompliant > 0 ? .bad : .normal),
                .init("\(day.unknown)", day.unknown > 0 ? .warning : .normal), .init("\(day.exempt)"),
            ])
        }
        document.add(.table(table))
        document.add(.heading("Changes"))
        if changes.isEmpty { document.add(.paragraph("None.")) }
        document.add(
            .facts(
                changes.map { change in
                    let (from, to) = (change.from.words, change.to.words)
                    return .init("\(change.day)", "\(change.control.rawValue.spacedName): \(from) → \(to)")
                }))
        document.add(.heading("Open"))
        if open.isEmpty { document.add(.paragraph("Nothing.", tone: .good)) }
        document.add(
            .facts(
                open.map {
                    .init($0.control.rawValue.spacedName, "\($0.verdict.rawValue.spacedName) since \($0.since)")
                }))
        return document
    }

    /// A row for each day.
    func table() -> CSVTable {
        var table = CSVTable(columns: [
            "day", "subject", "profile", "compliant", "rules", "percent", "not_compliant", "unknown", "exempt",
        ])
        for day in days {
            table.add([
                .text(day.day.description), .text(subject.rawValue), .text(profile), .integer(UInt64(day.compliant)),
                .integer(UInt64(day.rules)), .integer(day.percent.map { UInt64($0) }),
                .integer(UInt64(day.notCompliant)),
                .integer(UInt64(day.unknown)), .integer(UInt64(day.exempt)),
            ])
        }
        return table
    }
}

extension String {
    /// A name with blanks in place of underscores.
    fileprivate var spacedName: String { replacing("_", with: " ") }
}

extension ComplianceReport.Verdict? {
    fileprivate var words: String { map { $0.rawValue.spacedName } ?? "not asked" }
}
