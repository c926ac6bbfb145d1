#if Tools
import ArgumentParser
import ClusterCore
import ConsoleIO
import Reports
import StripeFiles
import Synchronization

/// How a run over shards goes about its work, and how its failures become words and an exit status.
struct StripeRunArguments: ParsableArguments {
    @Option(help: "Threads that calculate: 1 to 64.")
    var threads: Int = 1

    func validate() throws {
        guard (1...64).contains(threads) else {
            throw ValidationError("--threads: \(threads) is not 1 to 64; the processors of this host are enough")
        }
    }

    /// Runs something that signals may stop, with its progress on a terminal.
    /// - Parameter asJSON: whether a failure is to be a document on standard output too.
    func perform<Value>(asJSON: Bool, _ body: (StripeRun) throws -> Value) throws -> Value {
        let stop = StopRequest()
        StopSignals.route { stop.make($0) }
        let line = StripeProgressLine(shown: Terminal.isTerminal(.diagnostics))
        let run = StripeRun(
            threads: threads, progress: { line.show($0) }, shouldStop: { stop.reason != nil })
        do {
            let value = try asked { try body(run) }
            line.clear()
            return value
        } catch let error as StripeError {
            line.clear()
            let status: ExitStatus =
                switch error.problem {
                case .stopped: stop.reason == .terminate ? .terminated : .interrupted
                case .undetermined: .undetermined
                case .tooMuchLost, .contradiction, .wrongContent: .requirementNotMet
                default: .usage
                }
            let option =
                if error.remedy.hasSuffix("allow to replace it") {
                    " with --force"
                } else {
                    error.remedy == StripeSet.remedyOfSeveral ? " (--name, --set)" : ""
                }
            let message = "clustermodel: " + printable("\(error)") + option
            Terminal.write(message + "\n", to: .diagnostics)
            if asJSON { Terminal.write(ErrorDocument(message: message).text(of: "clustermodel"), to: .output) }
            throw Ended(status: status)
        } catch {
            line.clear()
            throw error
        }
    }
}

/// Which shards are meant.
struct StripeSetArguments: ParsableArguments {
    @Argument(help: "A folder with the shards of one file, or the shards.", completion: .file())
    var shards: [String]

    @Option(help: "What the shards are called, where those of several files are there.")
    var name: String?

    @Option(help: "The set, 32 hexadecimal digits, where shards of several sets are there.", transform: SetWord.read)
    var set: SetWord?

    func open() throws -> StripeSet { try StripeSet(shards, named: name, set: set?.value) }
}

/// One line on standard error that says how far a run has come, written over itself.
private final class StripeProgressLine: Sendable {
    private let shown: Bool
    private let drawn = Atomic<Int>(0)

    init(shown: Bool) { self.shown = shown }

    func show(_ progress: StripeRun.Progress) {
        guard shown else { return }
        let done = ByteCount(bytes: UInt64(progress.doneBytes)).decimalText
        let share = progress.totalBytes.map { total in
            let percent = total == 0 ? 100 : Int(Double(progress.doneBytes) / Double(total) * 100)
            return " of \(ByteCount(bytes: UInt64(total)).decimalText), \(percent) %"
        }
        let text = String("\(progress.step.rawValue): \(done)\(share ?? "")".prefix(79))
        let padding = String(repeating: " ", count: max(0, drawn.load(ordering: .relaxed) - text.count))
        Terminal.write("\r\(text)\(padding)", to: .diagnostics)
        drawn.store(text.count, ordering: .relaxed)
    }

    /// Takes the line away before the answer comes.
    func clear() {
        let length = drawn.exchange(0, ordering: .relaxed)
        guard length > 0 else { return }
        Terminal.write("\r" + String(repeating: " ", count: length) + "\r", to: .diagnostics)
    }
}
#endif
