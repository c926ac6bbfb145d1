#if Tools
import ArgumentParser
import ClusterCore
import ConsoleIO
import HealthHost
import HealthModel
import Reports

/// `clustermodel health record`
struct HealthRecordCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Records this host's signals into a file, for a time and up to a size.",
        usage: "clustermodel health record <recording> [<options>]",
        discussion: """
            The file is whole after each interval, and can be gone on with whatever ended the run. Exit status: 0 it was \
            recorded for the time that was asked for; 1 the size ended it; 2 not once was anything read; 130 SIGINT, 143 \
            SIGTERM or SIGHUP ended it; 64 it cannot be written, or gone on with.
            """)

    @Argument(help: "The file to record into.", completion: .file())
    var recording: String

    @Option(name: .customLong("for"), help: "How long, such as 1h. (default: 10m)", transform: DurationWord.read)
    var length = DurationWord(.seconds(600))

    @Option(
        help: "The time between two readings. (default: the recording's, or 10s)", transform: DurationWord.read)
    var every: DurationWord?

    @Option(help: "The largest file, such as 64MiB. (default: 64MiB)", transform: BytesWord.read)
    var maxSize = BytesWord(ByteCount(bytes: 64 << 20))

    @Flag(help: "Go on with a recording that is there, behind its last whole interval.")
    var resume = false

    @OptionGroup var host: HealthHostArguments

    @Option(help: "The form of the answer: text or json.")
    var format: OutputArguments.Format = .text

    func run() throws {
        if let every, every.value < RecordingRun.shortestInterval {
            throw ReportedError("--every must be at least \(RecordingRun.shortestInterval.unitText); write 10s")
        }
        guard maxSize.value.bytes >= UInt64(RecordingRun.leastSize) else {
            throw ReportedError("--max-size must be at least 4KiB, or nothing fits; write 64MiB")
        }
        let stop = StopRequest()
        StopSignals.route(withHangup: true) { stop.make($0) }
        let isShown = Terminal.isTerminal(.diagnostics)
        let run = RecordingRun(
            path: recording, interval: every?.value, length: length.value, sizeLimit: Int(clamping: maxSize.value.bytes)
        )
        let end: RecordingRun.Progress
        let recorder = try host.recorder()
        do {
            end = try run.run(
                recorder, resuming: resume,
                progress: { progress in
                    guard isShown else { return }
                    let size = ByteCount(bytes: UInt64(progress.bytes)).decimalText
                    Terminal.write("\r\(progress.readings) readings, \(size)   ", to: .diagnostics)
                }, shouldStop: { stop.reason != nil })
        } catch let error as SnapshotFailure { throw ReportedError("\(error)") } catch let error as RecordingError {
            throw ReportedError("\(recording): \(error)")
        }
        if isShown { Terminal.write("\n", to: .diagnostics) }
        let document = HealthRecordDocument(recording, end)
        let answer = AnswerFile(path: nil)
        switch format {
        case .json: try answer.write(JSONDocument.encode(document, schema: HealthRecordDocument.schema))
        case .text: try answer.write(document.text)
        }
        switch stop.reason {
        case .interrupt: throw Ended(status: .interrupted)
        case .terminate: throw Ended(status: .terminated)
        case nil:
            if end.ending == .size { throw Ended(status: .requirementNotMet) }
            if end.measurements == 0 { throw Ended(status: .undetermined) }
        }
    }
}

/// What was recorded: the document `clustermodel.health-record/1`.
struct HealthRecordDocument: Encodable {
    static let schema = "clustermodel.health-record/1"

    let recording: String
    let readings: Int
    let measurements: Int
    let sizeBytes: Int
    /// Bytes of the recording gone on with that were behind its last whole interval.
    let cutBytes: Int
    /// How many files and values were not what they should be, at the last reading.
    let problems: Int
    /// The first of them in words.
    let problemTexts: [String]
    /// `time`, `size` or `stopped`.
    @Explicit var ending: RecordingRun.Ending?

    enum CodingKeys: String, CodingKey {
        case recording, readings, measurements, problems, ending
        case sizeBytes = "size_bytes"
        case cutBytes = "cut_bytes"
        case problemTexts = "problem_texts"
    }

    init(_ path: String, _ progress: RecordingRun.Progress) {
        recording = path
        readings = progress.readings
        measurements = progress.measurements
        sizeBytes = progress.bytes
        cutBytes = progress.cutBytes
        problems = progress.problems.count
        problemTexts = progress.problems.prefix(100).map { "\($0)" }
        ending = progress.ending
    }

    var text: TextDocument {
        var facts: [TextDocument.Fact] = [
            .init("readings", "\(readings)"), .init("measurements", "\(measurements)"),
            .init("size", "\(ByteCount(bytes: UInt64(sizeBytes)).decimalText)"),
        ]
        if cutBytes > 0 {
            facts.append(.init("cut off", "\(cutBytes) bytes behind the last whole interval of the earlier run"))
        }
        facts += [.init("problems", "\(problems)"), .init("ended by", ending?.rawValue ?? "not known")]
        var document = TextDocument([.heading("Recorded into \(recording)"), .facts(facts)])
        for problem in problemTexts.prefix(20) { document.add(.paragraph("Not read: \(problem)", tone: .warning)) }
        return document
    }
}
#endif
