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

    @Option(name: .customLong("where"), help: "A label that its alerts have, such as alertname=health.cpu_usage.")
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
                mute = try self.mute(watch)
                try watch.dispatcher.begin(mute)
            } catch { throw ReportedError("\(error)") }
            words =
                "Muted: \(name), until \(HealthTimelineDocument.clock(mute.expires)), at most \(mute.countLimit) alerts, none "
                + "above \(mute.severityLimit.rawValue)."
                + (mute.coversAny(of: watch.engine) ? "" : " No alert of the signals that were seen is in its scope.")
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

    private func mute(_ watch: HealthWatch) throws(RuleError) -> AlertMute {
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
        let scope = try mute(0, .critical)
        guard alerts != nil || scope.coversAny(of: watch.engine) else {
            throw RuleError(
                .missing, place: "mute \(name)", problem: "no alert of the signals that were seen can be in its scope",
                remedy:
                    "write the component as alerts have it, such as node:n1, and labels such as alertname=health.cpu_usage or node=n1; or how many alerts it bears with --alerts, where it is for what is still to come"
            )
        }
        let (count, worst) = watch.dispatcher.firing(in: scope.covers)
        guard count > 0 || alerts != nil else {
            throw RuleError(
                .missing, place: "mute \(name)", problem: "nothing fires in its scope",
                remedy: "write how many alerts it bears, such as --alerts 10")
        }
        return try mute(alerts ?? count, severity ?? worst ?? .critical)
    }
}
#endif
