#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
public import HealthModel
public import HostTopology

/// Reads the signals of one host, again and again: the files that ``LinuxReading`` knows, and the shares of processor time
/// and memory that rules ask for, which follow from two readings.
///
/// ```swift
/// var recorder = HostRecorder(root: .live, node: "n1")
/// let reading = recorder.read(at: HostRecorder.now())
/// ```
public struct HostRecorder: Sendable {
    public let root: HostRoot
    /// The node's name, which the signals of rules carry as their label `node`.
    public let node: String
    private var earlier: (times: ProcessorTime, boot: BootIdentifier?)?

    /// The most files that one pattern may name.
    public static let filesPerPattern = 10_000

    public init(root: HostRoot, node: String) {
        self.root = root
        self.node = node
    }

    /// What one reading gave.
    public struct Reading: Sendable {
        public var measurements: [Measurement]
        /// Files that are not what they should be.
        public var problems: [SignalError]
    }

    /// Reads the host once. What is absent is not measured, never zero.
    public mutating func read(at time: ReadingTime) -> Reading {
        let found = LinuxSource.all.flatMap { files(of: $0) }
        let reading = LinuxReading(found, at: time)
        let own = ReadingTime(
            time.time, monotonicNanoseconds: time.monotonicNanoseconds, boot: time.boot ?? reading.boot)
        var measurements = reading.measurements
        measurements += derived(from: reading.measurements, own)
        return Reading(measurements: measurements, problems: reading.problems)
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

    // MARK: Shares

    private mutating func derived(from measurements: [Measurement], _ time: ReadingTime) -> [Measurement] {
        var values: [String: Double] = [:]
        for measurement in measurements where measurement.identity.labels.isEmpty {
            values[measurement.identity.name.text] = measurement.value.double
        }
        var result: [Measurement] = []
        func add(_ name: String, _ value: Double, _ unit: SignalUnit, _ source: String) {
            guard let identity = try? SignalIdentity(name, [SignalLabel("node", node)]) else { return }
            result.append(
                Measurement(identity, .decimal(value), unit: unit, kind: .gauge, source: source, time: time))
        }
        let available =
            values["node_memory_MemAvailable_bytes"] ?? values["host_memory_available_estimated_bytes"]
        if let total = values["node_memory_MemTotal_bytes"], total > 0, let available {
            add("node_memory_usage_ratio", min(1, max(0, 1 - available / total)), .ratio, "/proc/meminfo")
            add("node_memory_available_ratio", min(1, max(0, available / total)), .ratio, "/proc/meminfo")
            add("node_memory_available_bytes", available, .bytes, "/proc/meminfo")
        }
        let times = HostRecorder.processorTime(measurements)
        if let times, let earlier, earlier.boot == time.boot, let share = times.busyShare(since: earlier.times) {
            add("node_cpu_usage_ratio", share, .ratio, "/proc/stat")
        }
        earlier = times.map { ($0, time.boot) }
        return result
    }

    /// The times of all processors together; `nil` where none was read.
    private static func processorTime(_ measurements: [Measurement]) -> ProcessorTime? {
        var sums: [String: Double] = [:]
        for measurement in measurements where measurement.identity.name.text == "node_cpu_seconds_total" {
            guard let mode = measurement.identity["mode"] else { continue }
            sums[mode, default: 0] += measurement.value.double
        }
        guard let user = sums["user"], let nice = sums["nice"], let system = sums["system"], let idle = sums["idle"]
        else {
            return nil
        }
        return ProcessorTime(
            user: user, nice: nice, system: system, idle: idle, iowait: sums["iowait"] ?? 0, irq: sums["irq"] ?? 0,
            softirq: sums["softirq"] ?? 0, steal: sums["steal"] ?? 0)
    }

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
