#if Tools
import ArgumentParser
import ConsoleIO
import Reports

/// How to say it, where, and as a table for spreadsheets.
struct TableOutputArguments: ParsableArguments {
    @Option(help: "The form of the answer: text, json or csv.")
    var format: Format = .text

    @Option(
        help: "Write the answer to this file, whole or not at all, instead of standard output.", completion: .file())
    var output: String?

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, csv }

    /// Writes an answer where it was asked for.
    func write(
        _ value: some Encodable, schema: String, text document: @autoclosure () -> TextDocument,
        table: @autoclosure () -> CSVTable
    ) throws {
        let text: String
        switch format {
        case .json: text = try JSONDocument.encode(value, schema: schema)
        case .csv: text = table().text
        case .text:
            let style = TextStyle(colour: output == nil && Terminal.wantsColour(.output))
            let columns = output == nil ? Terminal.columns(of: .output) : 80
            text = document().text(width: min(max(columns, 40), 100), style: style)
        }
        if let output { return try AtomicFile.write(text, to: output) }
        try Terminal.show(text)
    }
}
#endif
