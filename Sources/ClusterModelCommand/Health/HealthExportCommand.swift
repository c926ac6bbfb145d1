#if Tools
import ArgumentParser
import ClusterCore
import ConsoleIO
import HealthHost
import HealthModel
import Reports

/// `clustermodel health rules export`
struct HealthExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes rules for Prometheus, or routes and inhibitions for Alertmanager.",
        usage: "clustermodel health rules export [<options>]",
        discussion: """
            What the other engine cannot say is told on standard error and in the file's comments. Exit status: 0; 1 a rule \
            or a receiver is left out.
            """)

    @OptionGroup var which: HealthRulesArguments

    @Option(help: "For which engine: prometheus or alertmanager.")
    var engine: Engine = .prometheus

    @Option(help: "The time between two evaluations, such as 30s. (default: 1m)", transform: DurationWord.read)
    var interval = DurationWord(.seconds(60))

    @Option(help: "Where Alertmanager tells of alerts, such as http://127.0.0.1:9000/alerts.")
    var webhook: String?

    @OptionGroup var output: OutputArguments

    enum Engine: String, ExpressibleByArgument, CaseIterable, Encodable { case prometheus, alertmanager }

    func run() throws {
        let set = try which.ruleSet()
        let (text, findings): (String, [Finding])
        switch engine {
        case .prometheus:
            guard interval.value > .zero else { throw ReportedError("--interval must be more than 0; write 1m") }
            guard webhook == nil else {
                throw ReportedError("--webhook goes with --engine alertmanager; rules of Prometheus tell nobody")
            }
            let export = PrometheusRules(set, interval: interval.value)
            (text, findings) = (export.text, export.findings)
        case .alertmanager:
            if let webhook {
                do throws(HTTPFailure) { _ = try HTTPAddress(webhook) } catch {
                    throw ReportedError("--webhook: \(error)")
                }
            }
            let dispatch = DispatchSettings(routes: [AlertRoute(actionGroup: "webhook")])
            let export = AlertmanagerConfiguration(set, dispatch, receivers: webhook.map { ["webhook": $0] } ?? [:])
            (text, findings) = (export.text, export.findings)
        }
        let place = AnswerFile(path: output.output)
        switch output.format {
        case .json:
            let document = HealthExportDocument(
                engine: engine, rules: .init(set), findings: findings, text: text)
            try place.write(JSONDocument.encode(document, schema: HealthExportDocument.schema))
        case .text:
            try place.write(text)
            let lines = FindingsText(findings.filter { $0.severity > .information }).lines(
                width: 80, style: TextStyle(colour: false))
            if !lines.isEmpty { Terminal.write(lines.joined(separator: "\n") + "\n", to: .diagnostics) }
        }
        if findings.contains(where: { $0.severity == .critical }) { throw Ended(status: .requirementNotMet) }
    }
}

/// Rules for another engine: the document `clustermodel.health-export/1`.
struct HealthExportDocument: Encodable {
    static let schema = "clustermodel.health-export/1"

    let engine: HealthExportCommand.Engine
    let rules: HealthFindingsDocument.RulesName
    let findings: [Finding]
    /// The file.
    let text: String
}
#endif
