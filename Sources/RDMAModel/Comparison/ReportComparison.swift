public import ClusterCore

/// What changed from one report to a later one: the document `rdmaprobe.comparison/1`.
///
/// ```swift
/// let comparison = ReportComparison(from: accepted, to: today)
/// print(comparison.outcome, comparison.reasons)
/// ```
///
/// A figure is better or worse only where the confidence intervals of both reports lie apart
/// (``PercentileInterval``) and, beyond that, by more than the tolerance. What is missing decides nothing: a cell or a
/// figure that only the old report has leaves the comparison undetermined.
public struct ReportComparison: Sendable, Hashable, Codable {
    /// What is concluded.
    public var outcome: Outcome
    /// Why, in sentences.
    public var reasons: [String]
    public var old: Side
    public var new: Side
    /// The confidence of each interval.
    public var confidence: Double
    /// A shift must also exceed this share of the old figure.
    public var tolerance: Double
    /// What is not the same about the hosts, the devices and the way between them.
    public var changes: [Change]
    /// The cells of both reports, in the order of the old one, then those that only the new one has.
    public var cells: [Cell]
    /// The flows of both reports, likewise; `nil` where neither planned any.
    @Explicit public var flows: [Flow]?
    /// The datagrams of both reports, likewise; `nil` where neither planned any.
    @Explicit public var datagrams: [Datagrams]?

    /// The name and major version of the document.
    public static let schema = "rdmaprobe.comparison/1"

    private enum CodingKeys: String, CodingKey {
        case outcome, reasons, old, new, changes, cells, flows, datagrams
        case confidence = "confidence_share"
        case tolerance = "tolerance_share"
    }

    /// What is concluded.
    public enum Outcome: String, Sendable, Hashable, Codable, CaseIterable {
        /// Nothing is worse beyond its noise, and nothing was changed.
        case notWorse = "not_worse"
        /// Something is worse beyond its noise, or something was changed.
        case changed
        /// Something of the old report cannot be compared.
        case undetermined
    }

    /// One of the reports.
    public struct Side: Sendable, Hashable, Codable {
        public var toolVersion: String
        @Explicit public var startedUnixSeconds: Int64?
        public var host: String
        @Explicit public var peer: String?
        public var profile: String
        public var verdict: Verdict.Outcome

        private enum CodingKeys: String, CodingKey {
            case host, peer, profile, verdict
            case toolVersion = "tool_version"
            case startedUnixSeconds = "started_unix_s"
        }

        init(_ report: ProbeReport) {
            toolVersion = report.tool.version
            startedUnixSeconds = report.environment.startedUnixSeconds
            host = report.host.name
            peer = report.peer?.name
            profile = report.verdict.profile
            verdict = report.verdict.outcome
        }
    }

    /// Something that is not the same.
    public struct Change: Sendable, Hashable, Codable {
        /// The place in the report: `host/device/firmware`.
        public var place: String
        /// `nil` where it is not known.
        @Explicit public var old: String?
        /// `nil` where it is not known.
        @Explicit public var new: String?
        /// Whether it counts: something that one report does not know is told and does not count.
        public var counts: Bool

        public init(place: String, old: String?, new: String?) {
            self.place = place
            self.old = old
            self.new = new
            counts = old != nil && new != nil
        }
    }

    /// How a figure moved.
    public enum Shift: String, Sendable, Hashable, Codable, CaseIterable {
        case better
        case worse
        /// The intervals overlap, or the tolerance is not exceeded.
        case withinNoise = "within_noise"
        /// One of the reports does not know it.
        case unknown
    }

    /// An operation at a size, in both reports.
    public struct Cell: Sendable, Hashable, Codable {
        public var cell: ProbePlan.Cell
        public var load: Load
        /// Samples of the old report; `nil` where it has no such cell.
        @Explicit public var oldSamples: UInt64?
        @Explicit public var newSamples: UInt64?
        @Explicit public var oldLost: UInt64?
        @Explicit public var newLost: UInt64?
        /// Whether losses came or went; a number that only rose or fell is within noise.
        public var loss: Shift
        public var figures: [Figure]

        private enum CodingKeys: String, CodingKey {
            case cell, load, loss, figures
            case oldSamples = "old_samples"
            case newSamples = "new_samples"
            case oldLost = "old_lost"
            case newLost = "new_lost"
        }
    }

    /// A percentile in both reports.
    public struct Figure: Sendable, Hashable, Codable {
        public var percentile: Percentile
        @Explicit public var old: UInt64?
        @Explicit public var new: UInt64?
        /// The new figure less the old one, as a share of the old one.
        @Explicit public var shiftShare: Double?
        @Explicit public var oldInterval: PercentileInterval?
        @Explicit public var newInterval: PercentileInterval?
        public var shift: Shift

        private enum CodingKeys: String, CodingKey {
            case percentile, shift
            case old = "old_ns"
            case new = "new_ns"
            case shiftShare = "shift_share"
            case oldInterval = "old_interval"
            case newInterval = "new_interval"
        }
    }
}

extension ReportComparison {
    /// The percentiles that are compared.
    public static let percentiles: [Percentile] = [.p50, .p99, .p999]

    /// Compares two reports.
    /// - Parameters:
    ///   - old: the report that was accepted.
    ///   - new: the one that is compared with it.
    ///   - tolerance: a shift must also exceed this share of the old figure; 0 takes every shift beyond noise.
    public init(from old: ProbeReport, to new: ProbeReport, tolerance: Double = 0) {
        self.old = Side(old)
        self.new = Side(new)
        confidence = PercentileInterval.confidence
        self.tolerance = tolerance
        changes = ReportComparison.changes(from: old, to: new)
        let added = new.latency.filter { cell in !old.latency.contains { $0.isSameKind(as: cell) } }
        cells =
            old.latency.map { cell in
                Cell(cell, from: cell, to: new.latency.first { $0.isSameKind(as: cell) }, tolerance: tolerance)
            } + added.map { Cell($0, from: nil, to: $0, tolerance: tolerance) }
        flows = ReportComparison.flows(from: old, to: new, tolerance: tolerance)
        datagrams = ReportComparison.datagrams(from: old, to: new, tolerance: tolerance)
        outcome = .notWorse
        reasons = []
        conclude()
    }

    private mutating func conclude() {
        let fell = [.optimal, .acceptable].contains(old.verdict) && new.verdict == .unfit
        if fell { reasons.append("The verdict was \(old.verdict.rawValue) and is unfit.") }
        for change in changes where change.counts {
            reasons.append("\(change.place) was \(printable(change.old ?? "")) and is \(printable(change.new ?? "")).")
        }
        for cell in cells {
            if cell.loss == .worse {
                reasons.append("\(cell.cell.words) lost nothing, and now \(cell.newLost ?? 0) operations.")
            }
            for figure in cell.figures where figure.shift == .worse {
                reasons.append("\(figure.percentile) of \(cell.cell.words) is worse beyond its noise.")
            }
        }
        reasons += worseFlowsAndDatagrams
        guard reasons.isEmpty else {
            outcome = .changed
            return
        }
        for cell in cells where cell.oldSamples != nil {
            if cell.newSamples == nil {
                reasons.append("\(cell.cell.words) is not in the new report.")
            } else {
                for figure in cell.figures where figure.shift == .unknown && figure.old != nil {
                    reasons.append("\(figure.percentile) of \(cell.cell.words) is not known in the new report.")
                }
            }
        }
        reasons += missingFlowsAndDatagrams
        if [.optimal, .acceptable].contains(old.verdict), new.verdict == .undetermined {
            reasons.append("The verdict was \(old.verdict.rawValue) and is undetermined.")
        }
        if !cells.contains(where: { $0.figures.contains { $0.shift != .unknown } }) {
            reasons.append("The reports have no figure in common.")
        }
        outcome = reasons.isEmpty ? .notWorse : .undetermined
        if reasons.isEmpty { reasons = ["Nothing is worse beyond its noise, and nothing was changed."] }
    }
}
