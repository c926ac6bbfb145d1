#if Tools
import ArgumentParser
import ConsoleIO
import Reports

/// How to say it, and where.
struct OutputArguments: ParsableArguments {
    @Option(help: "The form of the answer: text or json.")
    var format: Format = .text

    @Option(
        help: "Write the answer to this file, whole or not at all, instead of standard output.", completion: .file())
    var output: String?

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    /// Writes an answer where it was asked for.
    func write(_ value: some Encodable, schema: String, text document: @autoclosure () -> TextDocument) throws {
        let answer = AnswerFile(path: output)
        switch format {
        case .json: try answer.write(JSONDocument.encode(value, schema: schema))
        case .text: try answer.write(document())
        }
    }
}
#endif
