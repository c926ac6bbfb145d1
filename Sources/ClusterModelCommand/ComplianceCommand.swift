#if Tools
import ArgumentParser
import ClusterCore
import ConsoleIO
import Reports
import Topology

/// `clustermodel compliance`
struct ComplianceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compliance",
        abstract: "Tells how compliance went from day to day, from reports that were kept.",
        usage: "clustermodel compliance <reports> ... [<options>]",
        discussion: """
            A report is what clustermodel security --format json writes. They are sorted by day; the last of a day counts. \
            Exit status: that of the newest report: 0 it complies; 1 it does not; 2 something is not known.
            """)

    @Argument(help: "The reports, of one cluster by one profile; - is standard input.", completion: .file())
    var reports: [String]

    @Option(help: "Only from this day on, such as 2026-01-01.", transform: DayWord.read)
    var since: DayWord?

    @OptionGroup var output: TableOutputArguments

    func run() throws {
        guard !reports.isEmpty else {
            throw ReportedError("no report is given; write some with clustermodel security --format json --output FILE")
        }
        var kept: [ComplianceReport] = []
        for path in reports {
            let bytes = try InputFile.bytes(of: path, limit: 4 << 20)
            do throws(JSONDocumentError) {
                kept.append(
                    try JSONDocument.decode(KeptReport.self, from: bytes, schema: SecurityDocument.schema).report)
            } catch { throw ReportedError("\(InputFile.name(of: path)): \(error)") }
        }
        if let since { kept.removeAll { $0.day < since.value } }
        let history: ComplianceHistory
        do throws(TopologyError) { history = try ComplianceHistory(kept) } catch { throw ReportedError("\(error)") }
        guard let document = ComplianceDocument(history) else {
            throw ReportedError("--since: no report is of that day or later; leave it out")
        }
        try output.write(
            document, schema: ComplianceDocument.schema, text: document.text(), table: document.table())
        if document.status != .requirementMet { throw Ended(status: document.status) }
    }
}
#endif
