import ClusterCore
import Reports
import Topology

/// What can be done in a situation: the document `clustermodel.operations/1`.
struct OperationsDocument: Encodable {
    static let schema = "clustermodel.operations/1"

    let mode: ControlPlaneMode
    @Explicit var link: ControlPlaneSituation.LinkState?
    @Explicit var daysSinceSync: Int?
    let localControl: ControlPlaneSituation.LocalControl
    let profile: String
    let operations: [Operation]
    let clocks: [Clock]
    let findings: [Finding]

    enum CodingKeys: String, CodingKey {
        case mode, link, profile, operations, clocks, findings
        case daysSinceSync = "days_since_sync"
        case localControl = "local_control"
    }

    struct Operation: Encodable {
        let operation: ControlPlaneOperation
        let side: ControlPlaneSide
        let availability: ControlPlaneAnswer.Availability
        let reason: String
        let reference: Reference
    }

    struct Clock: Encodable {
        let rule: RuleID
        let days: Int
        @Explicit var daysLeft: Int?
        let consequence: String

        enum CodingKeys: String, CodingKey {
            case rule, days, consequence
            case daysLeft = "days_left"
        }
    }

    init(
        _ table: DecisionTable, only: [ControlPlaneOperation], _ profile: String, _ clocks: [ControlPlaneClock],
        _ findings: [Finding]
    ) {
        mode = table.situation.mode
        link = table.situation.link
        daysSinceSync = table.situation.daysSinceSync
        localControl = table.situation.localControl
        self.profile = profile
        operations = table.rows.filter { only.isEmpty || only.contains($0.operation) }.map { row in
            Operation(
                operation: row.operation, side: row.operation.side, availability: row.answer.availability,
                reason: row.answer.reason, reference: row.answer.reference)
        }
        self.clocks = clocks.map {
            Clock(rule: $0.rule, days: $0.days, daysLeft: $0.daysLeft, consequence: $0.consequence)
        }
        self.findings = findings
    }

    func text() -> TextDocument {
        var document = TextDocument()
        document.add(.heading("What can be done"))
        document.add(
            .facts([
                .init("mode", mode.rawValue.replacing("_", with: " ")), .init("link", link?.rawValue ?? "not known"),
                .init("last sync", daysSinceSync.map { "\($0) days ago" } ?? "not known"), .init("profile", profile),
            ]))
        var table = TextTable(columns: [.init("operation"), .init("availability"), .init("see")])
        for row in operations {
            table.add([
                .init(row.operation.rawValue.replacing("_", with: " ")),
                .init(row.availability.rawValue, row.availability.tone),
                .init(row.reference.architecture.map { "AL-\($0)" }.joined(separator: " ")),
            ])
        }
        document.add(.table(table))
        let others = operations.filter { $0.availability != .available }
        if !others.isEmpty {
            document.add(.heading("Why not"))
            document.add(
                .facts(others.map { .init($0.operation.rawValue.replacing("_", with: " "), $0.reason) }))
        }
        if !clocks.isEmpty {
            document.add(.heading("Clocks"))
            document.add(
                .facts(
                    clocks.map { clock in
                        let left =
                            clock.daysLeft.map { $0 < 0 ? "run out" : "\($0) days left, then" } ?? "not known; then"
                        return .init("\(clock.days) days", "\(left): \(clock.consequence)")
                    }))
        }
        if !findings.isEmpty {
            document.add(.heading("Findings"))
            document.add(.findings(findings))
        }
        return document
    }

    func table() -> CSVTable {
        var table = CSVTable(columns: ["operation", "side", "availability", "reason", "reference"])
        for row in operations {
            table.add([
                .text(row.operation.rawValue), .text(row.side.rawValue), .text(row.availability.rawValue),
                .text(row.reason), .text(row.reference.description),
            ])
        }
        return table
    }
}

extension ControlPlaneAnswer.Availability {
    fileprivate var tone: TextStyle.Tone {
        switch self {
        case .available: .good
        case .degraded, .unknown: .warning
        case .unavailable: .bad
        }
    }
}
