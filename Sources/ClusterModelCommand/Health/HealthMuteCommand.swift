#if Tools
import ArgumentParser
import ClusterCore
import ConsoleIO
import HealthHost
import HealthModel
import Reports

/// `clustermodel health mute`
struct HealthMuteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mute",
        abstract: "Keeps alerts of a scope from being told for a while, until things get worse.",
        usage: "clustermodel health mute <name> --state <file> [<options>]",
        discussion: """
            A mute ends when its time is over, when more alerts fire in its scope than it bears, or a more severe one. Alerts \
            are judged as ever, and one that was told is told to be over. Exit status: 0; 64 the mute cannot be.
            """)

    @Argument(help: "The name by which it is lifted.")
    var name: String

    @Option(help: "The file that health status keeps.", completion: .file())
    var state: String

    @OptionGroup var which: HealthRulesArguments

    @Flag(help: "Lift the mute of that name.")
    var lift = false

    @Option(help: "A component with all below it, such as node:n1.")
    var subject: String?

    @Option(name: .customLong("where"), help: "A label that its alerts have, such as rule=health.cpu_usage.")
    var labels: [String] = []

    @Option(name: .customLong("for"), help: "How long, such as 8h.", transform: DurationWord.read)
    var length: DurationWord?

    @Option(help: "How many alerts it bears. (default: as many as fire now)")
    var alerts: Int?

    @Option(
        help: "The most severe it bears. (default: the worst that fires now, else critical)",
        transform: HealthMuteCommand.severity)
    var severity: Severity?

    @Flag(help: "End it when nothing fires in its scope any more.")
    var untilClear = false

    @Option(help: "Who wants it.")
    var owner = "not named"

    @Option(help: "Why.")
    var reason = "not said"

    func run() throws {
        let set = try which.ruleSet()
        let file = HealthStateFile(path: state)
        var watch = try file.existing(set)
        let words: String
        if lift {
            guard watch.dispatcher.lift(name) else {
                let names = watch.dispatcher.mutes.keys.sorted().joined(separator: ", ")
                throw ReportedError("there is no mute \(name); there is \(names.isEmpty ? "none" : names)")
            }
            words = "Lifted: \(name)."
        } else {
            let mute: AlertMute
            do throws(RuleError) {
                mute = try self.mute(watch.dispatcher)
                try watch.dispatcher.begin(mute)
            } catch { throw ReportedError("\(error)") }
            words =
                "Muted: \(name), until \(HealthTimelineDocument.clock(mute.expires)), at most \(mute.countLimit) alerts, none "
                + "above \(mute.severityLimit.rawValue)."
        }
        try file.write(watch)
        try AnswerFile(path: nil).write(TextDocument([.paragraph(words)]))
    }

    private static func severity(_ text: String) throws -> Severity {
        guard let severity = Severity(rawValue: text) else {
            throw ValidationError("write one of \(Severity.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return severity
    }

    private func mute(_ dispatcher: AlertDispatcher) throws(RuleError) -> AlertMute {
        guard let length else {
            throw RuleError(
                .missing, place: "--for", problem: "no time is given", remedy: "write how long, such as --for 8h")
        }
        var matchers: [LabelMatcher] = []
        for text in labels {
            let (label, value) = try LabelWord.read(text)
            matchers.append(try .oneOf(label, [value]))
        }
        func mute(_ count: Int, _ severity: Severity) throws(RuleError) -> AlertMute {
            try AlertMute(
                name: name, matchers: matchers, subject: subject.map { ComponentIdentifier(rawValue: $0) },
                from: HostRecorder.now().time, lasting: length.value, countLimit: count, severityLimit: severity,
                isSticky: !untilClear, owner: owner, reason: reason)
        }
        let (count, worst) = dispatcher.firing(in: try mute(0, .critical).covers)
        guard count > 0 || alerts != nil else {
            throw RuleError(
                .missing, place: "mute \(name)", problem: "nothing fires in its scope",
                remedy: "write how many alerts it bears, such as --alerts 10")
        }
        return try mute(alerts ?? count, severity ?? worst ?? .critical)
    }
}

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

/// A label with its value, as people write it.
enum LabelWord {
    static func read(_ text: String) throws(RuleError) -> (label: String, value: String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty else {
            throw RuleError(
                .badDocument, place: "label", problem: "\"\(text)\" is no label with a value",
                remedy: "write them as node=n1")
        }
        return (parts[0], parts[1])
    }
}
#endif
