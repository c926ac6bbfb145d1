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
        let answer = AnswerFile(path: output)
        switch format {
        case .json: try answer.write(JSONDocument.encode(value, schema: schema))
        case .csv: try answer.write(table().text)
        case .text: try answer.write(document())
        }
    }
}
#endif
