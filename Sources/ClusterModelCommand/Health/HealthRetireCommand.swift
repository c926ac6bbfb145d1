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
        let identities = (0..<watch.engine.catalogue.count).map {
            watch.engine.catalogue.identity(of: SignalIndex(position: $0))
        }
        let pairs: [(label: String, value: String)]
        let (count, step): (Int, HealthWatch.Step)
        do {
            pairs = try labels.map { try LabelWord.read($0) }
            (count, step) = try watch.retire(at: HostRecorder.now().time) { identity in
                pairs.allSatisfy { identity[$0.label] == $0.value }
            }
        } catch { throw ReportedError("\(error)") }
        guard count > 0 else {
            throw ReportedError(
                "--state \(state): no signal has \(labels.joined(separator: " and ")); \(Self.remedy(pairs, identities))"
            )
        }
        try file.write(watch)
        let ended = step.events.count { $0.kind == .resolved }
        try AnswerFile(path: nil).write(
            TextDocument([.paragraph("Retired: \(count) signals; \(ended) firing alerts ended.")]))
    }

    /// Which labels there are, of the first that no signal has.
    private static func remedy(_ pairs: [(label: String, value: String)], _ identities: [SignalIdentity]) -> String {
        func listed(_ names: Set<String>) -> String {
            let sorted = names.sorted()
            let rest = sorted.count > 20 ? " and \(sorted.count - 20) more" : ""
            return sorted.prefix(20).joined(separator: ", ") + rest
        }
        for (label, value) in pairs {
            let values = Set(identities.compactMap { $0[label] })
            if values.isEmpty {
                let names = Set(identities.flatMap { $0.labels.map(\.name) })
                return names.isEmpty
                    ? "none of them has a label"
                    : "write one of their labels with its value: \(listed(names))"
            }
            if !values.contains(value) { return "write a value that \(label) has: \(listed(values))" }
        }
        return "write fewer labels: each is there, but no signal has all of them"
    }
}
#endif
