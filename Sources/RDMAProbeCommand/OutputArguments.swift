#if Tools
import ArgumentParser
import ClusterCore
import ConsoleIO
import RDMAModel
import Reports

/// How to say it: shared by `test` and `selftest`.
struct OutputArguments: ParsableArguments {
    @Option(
        help: "What to hold the path to: architecture, software, or a profile's JSON file.", completion: .file())
    var profile: String = "architecture"

    @Option(help: "The form of the report: text, json, csv, junit, prometheus or oneline.")
    var format: Format = .text

    @Option(
        help: "Write the report to this file, whole or not at all, instead of standard output.", completion: .file())
    var output: String?

    @Option(help: "Write what happens to this file as it happens, a JSON document a line.", completion: .file())
    var events: String?

    @Option(help: "The live line on standard error: auto (on a terminal), always or never.")
    var progress: When = .auto

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, csv, junit, prometheus, oneline }
    enum When: String, ExpressibleByArgument, CaseIterable { case auto, always, never }

    var showsProgress: Bool {
        switch progress {
        case .always: true
        case .never: false
        case .auto: Terminal.isTerminal(.diagnostics) && Terminal.environment("TERM") != "dumb"
        }
    }

    static let sameFile = "--events and --output name the same file: give two"

    func validate() throws {
        guard events == nil || events != output else { throw ValidationError(OutputArguments.sameFile) }
    }

    /// The profile by its name or from its file.
    func readProfile() throws -> RuleProfile {
        if let known = ProbeProfile.named(profile) { return known }
        return try ProfileFile.read(profile)
    }

    /// Writes a report where it was asked for.
    func write(_ report: ProbeReport) throws {
        let text =
            switch format {
            case .csv: report.csv.text
            case .junit: report.junit.text
            case .prometheus: report.metrics.text
            case .oneline: reportLine(report)
            case .json: try JSONDocument.encode(report, schema: ProbeReport.schema)
            case .text:
                reportText(
                    report, style: TextStyle(colour: output == nil && Terminal.wantsColour(.output)),
                    columns: output == nil ? Terminal.columns(of: .output) : 80)
            }
        if let output { return try AtomicFile.write(text, to: output) }
        // Whoever reads only the beginning (`| head`) has what he wants.
        let code = Terminal.write(text, to: .output)
        guard code == 0 || Terminal.isReaderGone(code) else {
            throw ReportedError(
                "cannot write the report to standard output: \(Terminal.words(for: code))", followsAnswer: true)
        }
    }
}
#endif
