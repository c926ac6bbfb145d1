#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import ConsoleIO
import RDMAModel
import RDMAProbe
import Reports

/// `--events FILE`: a line of JSON an event, written as it happens.
///
/// What goes wrong on the way does not end the measurement: the stream stops, and the run ends with the reason after its
/// report is written.
final class EventStream {
    private let path: String
    private let began = ContinuousClock.now
    private var descriptor: CInt
    private var count: UInt64 = 0
    private var failure: CInt = 0
    private var begunSteps: Set<ConnectionStep.Name> = []
    private var begunCells: Set<ProbePlan.Cell> = []

    /// A reader of a pipe that takes nothing for this long ends the stream, not the run.
    private static let patienceMilliseconds: CInt = 1000

    /// Opens the file anew, or a pipe that somebody reads.
    init(_ path: String) throws(ReportedError) {
        self.path = path
        // Without O_NONBLOCK a pipe that nobody reads would hold the run.
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NONBLOCK, 0o644)
        guard descriptor >= 0 else {
            let words = errno == ENXIO ? "it is a pipe that nobody reads" : Terminal.words(for: errno)
            throw ReportedError("cannot write events to \(path): \(words); choose another --events")
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Writes an event as the next line.
    func write(_ occurrence: ProbeEvent.Occurrence) {
        guard failure == 0 else { return }
        let elapsed = (ContinuousClock.now - began).components
        let event = ProbeEvent(
            number: count + 1,
            elapsedNanoseconds: UInt64(clamping: elapsed.seconds) &* 1_000_000_000
                &+ UInt64(clamping: elapsed.attoseconds / 1_000_000_000),
            occurrence: occurrence)
        guard let line = try? JSONDocument.encode(event, schema: ProbeEvent.schema, layout: .compact) else { return }
        failure = put(Array(line.utf8))
        if failure == 0 { count += 1 }
    }

    /// Writes what a run tells of itself, as far as it is news.
    func note(_ progress: ProbeProgress) {
        switch progress {
        // The control connection is told twice: for reaching the far end and for agreeing with it.
        case .step(let name): if begunSteps.insert(name).inserted { write(.step(name)) }
        case .measuring(let cell, let number, let total, _, _):
            if begunCells.insert(cell).inserted { write(.cellBegun(cell, number: number, count: total)) }
        case .measured(let cell, let number, let total): write(.cellEnded(cell, number: number, count: total))
        case .asyncEvent(let event): write(.asyncEvent(event))
        // How far a flow or an exchange of datagrams has come is no news; the report has what it came to.
        case .flowing, .datagrams: break
        }
    }

    /// That every event so far was written.
    /// - Parameter followsAnswer: whether the report went to standard output before.
    func check(followsAnswer: Bool = false) throws(ReportedError) {
        guard failure != 0 else { return }
        let words = failure == EAGAIN ? "its reader does not take them" : Terminal.words(for: failure)
        throw ReportedError(
            "cannot write events to \(path) after \(count) of them: \(words); choose another --events",
            followsAnswer: followsAnswer)
    }

    /// Whether a path leads to the very file that the events go to: a report there would take their place.
    func isWritten(to path: String) -> Bool {
        var (own, other) = (stat(), stat())
        guard unsafe fstat(descriptor, &own) == 0, own.st_mode & S_IFMT == S_IFREG else { return false }
        guard unsafe stat(path, &other) == 0 else { return false }
        return own.st_dev == other.st_dev && own.st_ino == other.st_ino
    }

    /// Writes bytes whole, without a buffer in between; 0 or the errno value for which it could not.
    private func put(_ bytes: [UInt8]) -> CInt {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer -> Int in
                guard let start = buffer.baseAddress else { return 0 }
                return unsafe Glibc.write(descriptor, start + written, buffer.count - written)
            }
            if count > 0 {
                written += count
            } else if count < 0, errno == EAGAIN {
                var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                if unsafe poll(&entry, 1, EventStream.patienceMilliseconds) <= 0 { return EAGAIN }
            } else if count == 0 || errno != EINTR {
                return count == 0 ? EIO : errno
            }
        }
        return 0
    }
}
