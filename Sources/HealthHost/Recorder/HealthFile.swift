public import HealthModel
import RDMAModel

/// A file with signals that another program wrote, of this host or of others.
///
/// What a file says is as old as the file says itself or, where it does not, as the file. Up to ``ageLimit`` it counts as
/// what is the case when the file is read; what is older is not known any more, and that is told. What is dated in the
/// future, by more than ``futureLimit``, has no age that is known: it does not count either.
public struct HealthFile: Sendable, Hashable {
    public let kind: Kind
    public let path: String

    /// What is in a file.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A report of `smartctl --json`.
        case smartctl
        /// A report of `rdmaprobe test --format json`.
        case rdmaprobe
        /// Events as `journalctl -o json` or, in XML, Windows export them.
        case log
        /// Exposition text of Prometheus or OpenMetrics.
        case exposition

        /// The largest file that is read, in bytes.
        public var sizeLimit: Int {
            switch self {
            case .smartctl, .rdmaprobe: 8 << 20
            case .log: LogBatch.Limit.bytes
            case .exposition: 64 << 20
            }
        }
    }

    /// How old what a file says may be: two scans of drives as the Health Service has them, 15 minutes apart.
    public static let ageLimit = Duration.seconds(1800)

    /// How far in the future what a file says may be dated: clocks of two hosts differ by a little, and a file may be
    /// written while it is read.
    public static let futureLimit = Duration.seconds(10)

    public init(_ kind: Kind, path: String) {
        self.kind = kind
        self.path = path
    }

    typealias Stamp = RegularFile.Stamp

    /// An error that names the file where it is not there or cannot be read.
    func content() throws(SignalError) -> (bytes: [UInt8], stamp: Stamp) {
        do throws(SnapshotFailure) {
            if let content = try RegularFile.read(path, limit: kind.sizeLimit) { return content }
        } catch {
            throw SignalError(.malformed, input: path, problem: error.words, remedy: "name a file of \(kind.rawValue)")
        }
        throw SignalError(
            .malformed, input: path, problem: "there is no such file", remedy: "write it, or leave it out")
    }

    /// An error that names the file where it is not what its kind says.
    /// - Parameter node: the node whose drives a report of smartctl is about.
    public func check(node: String) throws(SignalError) {
        let (bytes, stamp) = try content()
        _ = try measurements(of: bytes, at: ReadingTime(stamp.time), node: node)
    }

    /// What it says: the signals of its format, and of them those that rules judge, with the rules' labels.
    /// - Parameter node: the node whose drives a report of smartctl is about.
    func measurements(of bytes: [UInt8], at time: ReadingTime, node: String) throws(SignalError) -> [Measurement] {
        switch kind {
        case .smartctl:
            let report = try DriveReport(parsing: bytes, source: path)
            return try report.measurements(at: time) + report.ruleMeasurements(at: time, node: node)
        case .rdmaprobe:
            let report = try ProbeReport(healthDocument: bytes, source: path)
            return try report.measurements(at: time, source: path)
        case .log:
            let isJournal = bytes.first { $0 > 0x20 }.map { $0 == UInt8(ascii: "{") } ?? true
            let batch =
                try isJournal ? LogBatch(journal: bytes, source: path) : LogBatch(windowsEvents: bytes, source: path)
            var counter = LogCounter()
            counter.count(batch)
            return try counter.measurements(at: time, source: path)
                + counter.ruleMeasurements(at: time, source: path)
        case .exposition:
            let limits = ExpositionLimits(bytes: kind.sizeLimit)
            let exposition = try Exposition(
                parsing: bytes, as: HealthFile.format(of: bytes), source: path, limits: limits)
            return try exposition.measurements(at: time)
        }
    }

    /// OpenMetrics ends with `# EOF`, as nothing of Prometheus' format does by itself.
    private static func format(of bytes: [UInt8]) -> ExpositionFormat {
        let end = bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes[...]
        return end.suffix(5).elementsEqual("# EOF".utf8) ? .openMetrics : .prometheusText
    }
}
