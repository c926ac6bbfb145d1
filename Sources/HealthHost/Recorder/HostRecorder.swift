#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import ClusterCore
public import HealthModel
public import HostTopology

/// Reads the signals of one host, again and again: the files that ``LinuxReading`` knows, those that others wrote
/// (``HealthFile``), and what rules ask for, which follows from one reading or two: shares of processors and memory, latency
/// of drives, use of network adapters.
///
/// ```swift
/// var recorder = HostRecorder(root: .live, node: "n1")
/// let reading = recorder.read(at: HostRecorder.now())
/// ```
public struct HostRecorder: Sendable {
    public let root: HostRoot
    /// The node's name, which the signals of rules carry as their label `node`.
    public let node: String
    /// Files that other programs wrote.
    public let files: [HealthFile]
    private var shares: HostShares
    private var contents: [HealthFile: (stamp: HealthFile.Stamp, measurements: [Measurement])] = [:]
    private var forms: [SignalIdentity: SignalForm] = [:]

    /// The most files that one pattern may name.
    public static let filesPerPattern = 10_000

    public init(root: HostRoot, node: String, files: [HealthFile] = []) {
        self.root = root
        self.node = node
        self.files = files
        shares = HostShares(node: node)
    }

    /// What one reading gave.
    public struct Reading: Sendable {
        public var measurements: [Measurement]
        /// Files that are not what they should be, and values that cannot be.
        public var problems: [SignalError]
    }

    /// Reads the host once, and the files. What is absent is not measured, never zero;
    /// that a host says nothing at all is a problem.
    public mutating func read(at time: ReadingTime) -> Reading {
        let found = LinuxSource.all.flatMap { files(of: $0) }
        let reading = LinuxReading(found, at: time)
        let own = ReadingTime(
            time.time, monotonicNanoseconds: time.monotonicNanoseconds, boot: time.boot ?? reading.boot)
        var result = Reading(measurements: reading.measurements, problems: reading.problems)
        if reading.measurements.isEmpty, files.isEmpty {
            result.problems.append(
                SignalError(
                    .malformed, input: root.path.isEmpty ? "/" : root.path, problem: "no signal was read below it",
                    remedy: "name a folder that holds proc/ and sys/ of a Linux host"))
        }
        let (derived, problems) = shares.derived(from: reading.measurements, at: own)
        result.measurements += derived
        result.problems += problems
        var known = files.isEmpty ? [] : Set(result.measurements.map(\.identity))
        for file in files { read(file, own, &known, &result) }
        return result
    }

    /// What a signal of a file was when it first came.
    private struct SignalForm: Sendable, Equatable {
        var unit: SignalUnit
        var kind: SignalKind
    }

    private mutating func read(
        _ file: HealthFile, _ now: ReadingTime, _ known: inout Set<SignalIdentity>, _ result: inout Reading
    ) {
        do throws(SignalError) {
            let (bytes, stamp) = try file.content()
            if contents[file]?.stamp != stamp {
                let found = try file.measurements(of: bytes, at: ReadingTime(stamp.time), node: node)
                contents[file] = (stamp, found)
            }
            var isOld = false
            var ahead: Int64 = 0
            for measurement in contents[file]?.measurements ?? [] {
                let age = now.time.nanoseconds(since: measurement.time.time)
                guard age <= HealthFile.ageLimit.nanosecondsClamped else {
                    isOld = true
                    continue
                }
                guard age >= -HealthFile.futureLimit.nanosecondsClamped else {
                    ahead = max(ahead, Int64(clamping: age.magnitude))
                    continue
                }
                do throws(SignalError) {
                    try take(measurement, &known)
                    result.measurements.append(
                        Measurement(
                            measurement.identity, measurement.value, unit: measurement.unit, kind: measurement.kind,
                            source: measurement.source, time: now))
                } catch { result.problems.append(error) }
            }
            if ahead > 0 {
                result.problems.append(
                    SignalError(
                        .contradiction, input: file.path,
                        problem:
                            "some or all that it says is dated \(Duration.seconds(ahead / 1_000_000_000).unitText) in the future, so its age is not known",
                        remedy: "set the clock of whoever writes it, or of this host, and write it again"))
            }
            if isOld {
                throw SignalError(
                    .truncated, input: file.path,
                    problem: "some or all that it says is older than \(HealthFile.ageLimit.unitText)",
                    remedy: "write it again")
            }
        } catch { result.problems.append(error) }
    }

    /// Of two that claim one signal the first has it: the host, then the files in their order.
    private mutating func take(
        _ measurement: Measurement, _ known: inout Set<SignalIdentity>
    ) throws(SignalError) {
        let identity = measurement.identity
        guard known.insert(identity).inserted else {
            throw SignalError(
                .duplicate, input: measurement.source, place: "\(identity)",
                problem: "the host or another file has this signal too", remedy: "leave it out of one of them")
        }
        let form = SignalForm(unit: measurement.unit, kind: measurement.kind)
        guard forms[identity, default: form] == form else {
            throw SignalError(
                .contradiction, input: measurement.source, place: "\(identity)",
                problem: "its unit or its kind is another than before", remedy: "keep both as they were")
        }
        if forms.count < EngineSettings().signalLimit { forms[identity] = form }
    }

    /// The clocks of this host: the calendar's, and the one that only goes forward.
    public static func now() -> ReadingTime {
        var (calendar, steady) = (timespec(), timespec())
        unsafe clock_gettime(CLOCK_REALTIME, &calendar)
        unsafe clock_gettime(CLOCK_BOOTTIME, &steady)
        return ReadingTime(
            SignalTime(nanoseconds: Int64(calendar.tv_sec) * 1_000_000_000 + Int64(calendar.tv_nsec)),
            monotonicNanoseconds: Int64(steady.tv_sec) * 1_000_000_000 + Int64(steady.tv_nsec))
    }

    /// Waits between two readings.
    public static func pause(_ time: Duration) { Deadline(after: time).sleep(time) }

    // MARK: Files

    private func files(of source: LinuxSource) -> [HostFile] {
        let parts = source.pattern.split(separator: "/").map(String.init)
        var paths = [""]
        for (index, part) in parts.enumerated() {
            let isLast = index == parts.count - 1
            guard part.contains("*") else {
                paths = paths.map { $0.isEmpty ? part : "\($0)/\(part)" }
                continue
            }
            paths = paths.flatMap { folder in
                (root.names(in: folder) ?? []).filter { HostRecorder.matches($0, part) }.map { "\(folder)/\($0)" }
            }
            if paths.count > HostRecorder.filesPerPattern { paths.removeSubrange(HostRecorder.filesPerPattern...) }
            if paths.isEmpty || isLast { break }
        }
        return paths.compactMap { path in
            if source.isLink { return root.linkTarget(of: path).map { HostFile(path, .link($0)) } }
            return root.bytes(of: path, limit: LinuxReading.fileLimit).map { HostFile(path, bytes: $0) }
        }
    }

    /// Whether a name has the form of a pattern with stars.
    static func matches(_ name: String, _ pattern: String) -> Bool {
        let pieces = pattern.split(separator: "*", omittingEmptySubsequences: false).map(String.init)
        guard let first = pieces.first, let last = pieces.last, pieces.count > 1 else { return name == pattern }
        guard name.hasPrefix(first), name.count >= first.count + last.count, name.hasSuffix(last) else { return false }
        var rest = name.dropFirst(first.count).dropLast(last.count)
        for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
            guard let range = rest.firstRange(of: piece) else { return false }
            rest = rest[range.upperBound...]
        }
        return true
    }
}
