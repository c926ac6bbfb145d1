#if Tools
import ArgumentParser
import ClusterCore
import ConsoleIO
import Reports
import StripeFiles

/// `clustermodel stripe decode`
struct StripeDecodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decode",
        abstract: "Puts the file together again from the shards that are left.",
        usage: "clustermodel stripe decode <shards> ... --output <output> [<options>]",
        discussion: """
            Where shards of several files are there, --name or --set says which is meant; without them nothing is \
            decoded. A file is there whole or not at all. Standard output has got what came before the place of an error; the \
            exit status says whether it is all. Exit status: 0 the file is what was striped; 1 too much is lost; 2 too \
            many shards cannot be read.
            """)

    @OptionGroup var shards: StripeSetArguments

    @Option(help: "Where the file goes; - is standard output.", completion: .file())
    var output: String

    @Flag(help: "Replace the file that is there.")
    var force = false

    @Option(help: "The form of the answer: text or json.")
    var format: OutputArguments.Format = .text

    @OptionGroup var work: StripeRunArguments

    func validate() throws {
        guard !output.isEmpty else { throw ValidationError("--output is empty: name a file, or - for standard output") }
        guard output != "-" || format == .text else {
            throw ValidationError(
                "--format json: standard output has the file; name a file with --output to have a document there")
        }
    }

    func run() throws {
        let isStream = output == "-"
        let target: StripeOutput = isStream ? .descriptor(1, name: "standard output") : .file(output)
        let document = try work.perform(asJSON: format == .json) { run in
            let set = try shards.open()
            return StripeDocument(
                set, try set.decode(to: target, replacing: force, run: run), output: isStream ? nil : output)
        }
        if isStream {
            for rejected in document.rejected {
                Terminal.write("clustermodel: \(rejected.message)\n", to: .diagnostics)
            }
            return
        }
        var arguments = OutputArguments()
        arguments.format = format
        arguments.output = nil
        try arguments.write(document, schema: StripeDocument.schema, text: document.text())
    }
}
#endif
