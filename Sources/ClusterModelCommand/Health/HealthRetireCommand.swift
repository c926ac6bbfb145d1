#if Tools
import ArgumentParser
import ConsoleIO
import HealthHost
import HealthModel
import Reports

/// `clustermodel health retire`
struct HealthRetireCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retire",
        abstract: "Takes signals out of service, such as those of a node that is gone: their alerts end.",
        usage: "clustermodel health retire <label=value> ... --state <file> [<options>]",
        discussion: """
            That they ended is told by the next health status with the same --state. A signal that is seen again is judged \
            again. Exit status: 0; 64 there is no such signal.
            """)

    @Argument(help: "Labels that the signals have, all of them, such as node=old.")
    var labels: [String]

    @Option(help: "The file that health status keeps.", completion: .file())
    var state: String

    @OptionGroup var which: HealthRulesArguments

    func run() throws {
        let set = try which.ruleSet()
        let file = HealthStateFile(path: state)
        var watch = try file.existing(set)
        let (count, step): (Int, HealthWatch.Step)
        do {
            let pairs = try labels.map { try LabelWord.read($0) }
            (count, step) = try watch.retire(at: HostRecorder.now().time) { identity in
                pairs.allSatisfy { identity[$0.label] == $0.value }
            }
        } catch { throw ReportedError("\(error)") }
        guard count > 0 else {
            throw ReportedError("--state \(state): no signal has \(labels.joined(separator: " and "))")
        }
        try file.write(watch)
        let ended = step.events.count { $0.kind == .resolved }
        try AnswerFile(path: nil).write(
            TextDocument([.paragraph("Retired: \(count) signals; \(ended) firing alerts ended.")]))
    }
}
#endif
