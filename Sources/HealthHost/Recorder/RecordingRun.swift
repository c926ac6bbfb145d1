#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import ClusterCore
import HealthModel

/// Records a host into a file until time, size or a wish ends it.
///
/// After each interval the file is forced to the disk, so whatever kills the process or the host loses at most the last
/// interval; a recording that was cut off is gone on with behind its last whole interval.
public struct RecordingRun: Sendable {
    public let path: String
    /// The time between two readings.
    public let interval: Duration
    /// How long is recorded, pauses of an earlier run not counted.
    public let length: Duration
    /// The most bytes of the file.
    public let sizeLimit: Int

    public init(path: String, interval: Duration, length: Duration, sizeLimit: Int) {
        self.path = path
        self.interval = max(interval, .milliseconds(10))
        self.length = length
        self.sizeLimit = min(sizeLimit, Recording.byteLimit)
    }

    /// How far a run has come.
    public struct Progress: Sendable, Hashable {
        public var readings = 0
        public var measurements = 0
        public var bytes = 0
        /// Files of the host that were not what they should be, at the last reading.
        public var problems = 0
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
        var writer = try begin(descriptor, recorder.node, resuming: resuming, &state)
        let end = Deadline(after: length)
        while true {
            let next = Deadline(after: interval)
            let time = HostRecorder.now()
            let reading = recorder.read(at: time)
            let bytes = try writer.samples(reading.measurements) + writer.moment(time.time)
            // Room for the record of the end.
            guard state.bytes + bytes.count + 64 <= sizeLimit else {
                state.ending = .size
                break
            }
            try append(bytes, to: descriptor, &state)
            state.readings += 1
            state.measurements += reading.measurements.count
            state.problems = reading.problems.count
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
    ) throws -> RecordingWriter {
        let old = resuming ? try SnapshotFile(path: path, sizeLimit: Recording.byteLimit).read() ?? [] : []
        if !old.isEmpty {
            let (recording, _) = try Recording.readable(old)
            let whole = try Recording.wholeBytes(old)
            guard ftruncate(descriptor, off_t(whole)) == 0, lseek(descriptor, 0, SEEK_END) >= 0 else {
                throw SnapshotFailure(path, "ftruncate", errno)
            }
            state.bytes = whole
            return RecordingWriter(continuing: recording)
        }
        let writer = try RecordingWriter(
            Recording.Header(
                source: node, begin: HostRecorder.now().time, intervalNanoseconds: interval.nanosecondsClamped))
        try append(writer.beginning, to: descriptor, &state)
        return writer
    }

    private func append(_ bytes: [UInt8], to descriptor: CInt, _ state: inout Progress) throws(SnapshotFailure) {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer -> Int in
                guard let start = buffer.baseAddress else { return 0 }
                return unsafe write(descriptor, start + written, buffer.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SnapshotFailure(path, "write", errno) }
            written += count
        }
        guard fsync(descriptor) == 0 else { throw SnapshotFailure(path, "fsync", errno) }
        state.bytes += bytes.count
    }
}
