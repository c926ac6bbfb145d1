#if Tools
import ArgumentParser
import ClusterCore
import ConsoleIO
import RDMAModel
import Reports

/// `rdmaprobe compare OLD NEW`
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Says what changed from one report to a later one: the hosts, the way, the figures.",
        usage: "rdmaprobe compare [<options>] <old> <new>",
        discussion: """
            Both are JSON documents that --format json wrote. A figure is worse only where the confidence intervals of \
            both reports lie apart. Exit status: 0 nothing is worse or changed; 1 something is; 2 something of the \
            old report cannot be compared.
            """)

    @Argument(help: "The report that was accepted.")
    var old: String

    @Argument(help: "The report to compare with it; - is standard input.")
    var new: String

    @Option(
        help: "How much of a figure's shift to accept beyond its noise, such as 5%. (default: 0%)",
        transform: ToleranceWord.read)
    var tolerance = ToleranceWord(Fraction(0))

    @Option(help: "The form of the answer: text or json.")
    var format: ExplainCommand.Format = .text

    func validate() throws {
        guard !(old == "-" && new == "-") else {
            throw ValidationError("both reports cannot come from standard input: name a file")
        }
    }

    func run() throws {
        let comparison = ReportComparison(
            from: try ReportFile.read(old), to: try ReportFile.read(new), tolerance: tolerance.share)
        switch format {
        case .json: try Terminal.show(try JSONDocument.encode(comparison, schema: ReportComparison.schema))
        case .text:
            try Terminal.show(
                comparisonText(
                    comparison, style: TextStyle(colour: Terminal.wantsColour(.output)),
                    columns: Terminal.columns(of: .output)))
        }
        throw Ended(status: ExitStatus(comparison.outcome))
    }
}

/// A share of a figure: `5%`, `0.05`.
struct ToleranceWord: WordReadable {
    let value: Fraction
    init(_ value: Fraction) { self.value = value }

    init(word: String) throws {
        value = try Fraction(parsing: word)
        guard value >= Fraction(0), value <= Fraction(10) else {
            throw ValidationError("\(word): a tolerance is 0% to 1000%; try 5%")
        }
    }

    var share: Double { value.doubleValue }
    var description: String { "\(value)" }
}
#endif
