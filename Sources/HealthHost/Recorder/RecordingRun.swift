#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import ClusterCore
public import HealthModel

/// Records a host into a file until time, size or a wish ends it.
///
/// After each interval the file is forced to the disk, so whatever kills the process or the host loses at most the last
/// interval; a recording that was cut off is gone on with behind its last whole interval. One that is damaged is never gone
/// on with: what is behind the damage may be good.
public struct RecordingRun: Sendable {
    public let path: String
    /// The time between two readings; `nil` for that of the recording that is gone on with, or ``usualInterval``.
    public let interval: Duration?
    /// How long is recorded, pauses of an earlier run not counted.
    public let length: Duration
    /// The most bytes of the file.
    public let sizeLimit: Int

    /// The time between two readings where none is asked for.
    public static let usualInterval = Duration.seconds(10)
    /// The shortest time between two readings.
    public static let shortestInterval = Duration.milliseconds(10)
    /// The least that ``sizeLimit`` may be, in bytes: room for the beginning and the end.
    public static let leastSize = 4096

    public init(path: String, interval: Duration? = nil, length: Duration, sizeLimit: Int) {
        self.path = path
        self.interval = interval.map { max($0, RecordingRun.shortestInterval) }
        self.length = length
        self.sizeLimit = min(sizeLimit, Recording.byteLimit)
    }

    /// How far a run has come.
    public struct Progress: Sendable, Hashable {
        public var readings = 0
        public var measurements = 0
        public var bytes = 0
        /// Bytes behind the last whole interval of the recording that is gone on with, which were cut off.
        public var cutBytes = 0
        /// Files that were not what they should be, at the last reading.
        public var problems: [SignalError] = []
        public var ending: Ending?
    }

    /// Why a run ended.
    public enum Ending: String, Sendable, Hashable, Codable, CaseIterable {
        /// The time that was asked for is over.
        case time
        /// The next interval would not fit.
        case size
        /// Somebody wished it.
        case stopped
    }

    /// Records.
    /// - Parameters:
    ///   - recorder: reads the host.
    ///   - resuming: whether a recording that is there is gone on with; otherwise it is refused.
    ///   - shouldStop: asked several times a second.
    /// - Throws: ``SnapshotFailure`` where the file cannot be written, `RecordingError` where it is no recording.
    public func run(
        _ recorder: HostRecorder, resuming: Bool, progress: (Progress) -> Void, shouldStop: () -> Bool
    ) throws -> Progress {
        var recorder = recorder
        guard sizeLimit >= RecordingRun.leastSize else {
            throw SnapshotFailure(
                path: path, words: "\(sizeLimit) bytes hold no recording; allow at least \(RecordingRun.leastSize)")
        }
        let descriptor = unsafe open(
            path, O_RDWR | O_CREAT | O_CLOEXEC | (resuming ? 0 : O_EXCL), 0o600)
        guard descriptor >= 0 else {
            if errno == EEXIST {
                throw SnapshotFailure(
                    path: path, words: "it is there already; go on with it by --resume, or name another")
            }
            throw SnapshotFailure(path, "open", errno)
        }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw SnapshotFailure(path: path, words: "another process records into it; name another file")
        }
        var state = Progress()
        var (writer, interval) = try begin(descriptor, recorder.node, resuming: resuming, &state)
        let end = Deadline(after: length)
        while true {
            let next = Deadline(after: interval)
            let time = HostRecorder.now()
            let reading = recorder.read(at: time)
            var bytes = try writer.samples(reading.measurements)
            // A host of which nothing can be read gives no sign of life.
            if !reading.measurements.isEmpty { bytes += writer.heartbeat(of: "node:\(recorder.node)", at: time.time) }
            bytes += writer.moment(time.time)
            // Room for the record of the end.
            guard state.bytes + bytes.count + 64 <= sizeLimit else {
                state.ending = .size
                break
            }
            try append(bytes, to: descriptor, &state)
            state.readings += 1
            state.measurements += reading.measurements.count
            state.problems = reading.problems
            progress(state)
            while !next.isOver, !end.isOver, !shouldStop() { next.sleep(.milliseconds(50)) }
            if shouldStop() {
                state.ending = .stopped
                break
            }
            if end.isOver {
                state.ending = .time
                break
            }
        }
        try append(writer.end(), to: descriptor, &state)
        return state
    }

    private func begin(
        _ descriptor: CInt, _ node: String, resuming: Bool, _ state: inout Progress
    ) throws -> (writer: RecordingWriter, interval: Duration) {
        let old = resuming ? try SnapshotFile(path: path, sizeLimit: Recording.byteLimit).read() ?? [] : []
        if !old.isEmpty { return try goOn(behind: old, descriptor, node, &state) }
        let interval = interval ?? RecordingRun.usualInterval
        let writer = try RecordingWriter(
            Recording.Header(
                source: node, begin: HostRecorder.now().time, intervalNanoseconds: interval.nanosecondsClamped))
        try append(writer.beginning, to: descriptor, &state)
        return (writer, interval)
    }

    private func goOn(
        behind old: [UInt8], _ descriptor: CInt, _ node: String, _ state: inout Progress
    ) throws -> (writer: RecordingWriter, interval: Duration) {
        let (recording, damage) = try Recording.readable(old)
        if let damage, damage.kind != .truncated { throw damage }
        // Two nodes, or two paces, in one recording could not be told apart when it is judged.
        guard recording.header.source == node else {
            throw SnapshotFailure(
                path: path,
                words: "it is of the node \(recording.header.source), not of \(node); name that node, or another file")
        }
        let own = Duration.nanoseconds(recording.header.intervalNanoseconds)
        guard interval == nil || interval == own else {
            throw SnapshotFailure(
                path: path,
                words: "it has a reading every \(own.unitText); go on at that interval, or name another file")
        }
        let whole = try Recording.wholeBytes(old)
        guard ftruncate(descriptor, off_t(whole)) == 0, lseek(descriptor, 0, SEEK_END) >= 0 else {
            throw SnapshotFailure(path, "ftruncate", errno)
        }
        state.bytes = whole
        state.cutBytes = old.count - whole - (damage == nil ? RecordingWriter.endBytes : 0)
        return (RecordingWriter(continuing: recording), max(own, RecordingRun.shortestInterval))
    }

    /// Writes all of it or, where that fails, nothing: the file ends with what was whole before.
    private func append(_ bytes: [UInt8], to descriptor: CInt, _ state: inout Progress) throws(SnapshotFailure) {
        do throws(SnapshotFailure) { try write(bytes, to: descriptor) } catch {
            _ = ftruncate(descriptor, off_t(state.bytes))
            throw error
        }
        state.bytes += bytes.count
    }

    private func write(_ bytes: [UInt8], to descriptor: CInt) throws(SnapshotFailure) {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer -> Int in
                guard let start = buffer.baseAddress else { return 0 }
                return unsafe Glibc.write(descriptor, start + written, buffer.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SnapshotFailure(path, "write", errno) }
            written += count
        }
        guard fsync(descriptor) == 0 else { throw SnapshotFailure(path, "fsync", errno) }
    }
}
