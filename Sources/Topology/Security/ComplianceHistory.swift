public import ClusterCore

/// Compliance over time: the reports of one cluster by one profile, day after day (AL-90).
public struct ComplianceHistory: Sendable, Hashable {
    /// The reports, by day; the last one of each day.
    public let reports: [ComplianceReport]

    /// The most reports that a history holds: one a day for a century.
    public static let limit = 36_525

    /// A history of reports in any order.
    /// - Throws: where they are of several subjects or profiles, or more than ``limit``.
    public init(_ reports: [ComplianceReport]) throws(TopologyError) {
        guard reports.count <= ComplianceHistory.limit else {
            throw TopologyError(
                "history", "\(reports.count) reports", bound: "at most \(ComplianceHistory.limit) reports",
                remedy: "keep one a day")
        }
        if let first = reports.first {
            for report in reports where report.subject != first.subject || report.profile != first.profile {
                throw TopologyError(
                    "history", "\(report.subject) by \(report.profile)", bound: "\(first.subject) by \(first.profile)",
                    remedy: "keep a history for each cluster and each profile")
            }
        }
        var days: [CalendarDate: ComplianceReport] = [:]
        for report in reports { days[report.day] = report }
        self.reports = days.values.sorted { $0.day < $1.day }
    }

    /// A day on which a control's verdict changed.
    public struct Change: Sendable, Hashable {
        /// The day.
        public let day: CalendarDate
        /// The control.
        public let control: SecurityControl
        /// What it was on the day before, or `nil` where it was not asked for.
        public let from: ComplianceReport.Verdict?
        /// What it is, or `nil` where it is no longer asked for.
        public let to: ComplianceReport.Verdict?
    }

    /// The changes from report to report, in the order of the days and the controls.
    public var changes: [Change] {
        zip(reports, reports.dropFirst()).flatMap { old, new in
            let (before, after) = (old.verdicts, new.verdicts)
            return SecurityControl.allCases.compactMap { control in
                let (from, to) = (before[control], after[control])
                return from == to ? nil : Change(day: new.day, control: control, from: from, to: to)
            }
        }
    }

    /// Since when a control has had the verdict that it has, or `nil` where it is not asked for.
    public func since(_ control: SecurityControl) -> CalendarDate? {
        guard let last = reports.last, let verdict = last.verdicts[control] else { return nil }
        return reports.reversed().prefix { $0.verdicts[control] == verdict }.last?.day
    }
}

extension ComplianceReport {
    fileprivate var verdicts: [SecurityControl: Verdict] {
        Dictionary(rows.map { ($0.control, $0.verdict) }, uniquingKeysWith: { first, _ in first })
    }
}
