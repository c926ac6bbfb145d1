#if Tools
import ArgumentParser
import ClusterCore
import ConsoleIO
import HealthHost
import HealthModel
import Reports

/// `clustermodel health rules lint`
struct HealthLintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: "Finds rules that contradict each other, never fire, or mistake a unit.",
        usage: "clustermodel health rules lint [<options>]",
        discussion: """
            What health rules export would leave out is a critical finding here, too. Exit status: 0 nothing critical; 1 a \
            critical finding.
            """)

    @OptionGroup var which: HealthRulesArguments

    @Option(
        help: "The time between two samples, such as 10s, by which windows are judged. (default: any)",
        transform: DurationWord.read)
    var every: DurationWord?

    @Option(
        help: "The time between two evaluations by Prometheus, such as 30s. (default: 1m)", transform: DurationWord.read
    )
    var interval = DurationWord(.seconds(60))

    @OptionGroup var output: OutputArguments

    func run() throws {
        let set = try which.ruleSet()
        guard interval.value > .zero else { throw ReportedError("--interval must be more than 0; write 1m") }
        let settings = try every.map { every in
            guard every.value >= RecordingRun.shortestInterval else {
                throw ReportedError("--every must be at least \(RecordingRun.shortestInterval.unitText); write 10s")
            }
            return EngineSettings(sampleIntervalNanoseconds: every.value.nanosecondsClamped)
        }
        let document = HealthFindingsDocument(
            set, RuleLint.findings(in: set, settings: settings, interval: interval.value))
        try output.write(document, schema: HealthFindingsDocument.schema, text: document.text)
        if document.findings.contains(where: { $0.severity == .critical }) { throw Ended(status: .requirementNotMet) }
    }
}
#endif
