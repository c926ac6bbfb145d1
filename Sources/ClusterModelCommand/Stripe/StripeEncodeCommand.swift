#if Tools
import ArgumentParser
import ClusterCore
import ConsoleIO
import StorageMath
import StripeFiles

/// `clustermodel stripe encode`
struct StripeEncodeCommand: ParsableCommand {
    private static let unit = BytesWord(ByteCount(bytes: 64 << 10))
    private static let convention = ConventionWord(.vandermondePowers)

    static let configuration = CommandConfiguration(
        commandName: "encode",
        abstract: "Stripes a file, or standard input, over shards.",
        usage: "clustermodel stripe encode <file> --into <folder> --layout <layout>",
        discussion: """
            clustermodel stripe encode disk.img --into shards --layout 12,2,1 --threads 2

            The shards are called disk.img.00.shard, disk.img.01.shard, … Any loss that the layout survives is \
            repaired; put them on different drives, best in different servers.
            """)

    @Argument(help: "The file; - is standard input.", completion: .file())
    var file: String

    @Option(help: "The folder for the shards; it is made where there is none.", completion: .directory)
    var into: String

    @Option(
        help: "The code: 4+2 (data, parities) or 12,2,1 (data, local and global parities).",
        transform: LayoutWord.read)
    var layout: LayoutWord

    @Option(
        help: """
            Whose parity bytes: v-pow (ISA-L, RAID-6), cauchy1, backblaze, zfec, jerasure, raid-z or par1. \
            (default: \(convention))
            """, transform: ConventionWord.read)
    var convention = convention

    @Option(help: "The stripe unit, such as 256KiB: 16 MiB at most. (default: 64KiB)", transform: BytesWord.read)
    var unit = unit

    @Option(help: "What the shards are called. (default: the file's name)")
    var name: String?

    @Flag(help: "Replace shards of that name.")
    var force = false

    @OptionGroup var work: StripeRunArguments
    @OptionGroup var output: OutputArguments

    func validate() throws {
        guard !file.isEmpty else { throw ValidationError("<file> is empty: name a file, or - for standard input") }
        guard !into.isEmpty else { throw ValidationError("--into is empty: name a folder") }
    }

    func run() throws {
        let name = name ?? (file == "-" ? "stdin" : String(file.split(separator: "/").last ?? ""))
        let input: StripeInput = file == "-" ? .descriptor(0, name: InputFile.name(of: file)) : .file(file)
        let striped = try work.perform(asJSON: output.format == .json) { run in
            let striping = try Striping(
                layout.value, convention: convention.value, unit: Int(clamping: unit.value.bytes))
            let encoder = try StripeEncoder(striping)
            let files = (file == "-" ? [] : [file]) + encoder.shardPaths(in: into, named: name)
            try StripeError.requireApart(report: output.output, from: files)
            return try encoder.encode(input, into: into, named: name, replacing: force, run: run)
        }
        let document = StripeDocument(striped)
        try output.write(document, schema: StripeDocument.schema, text: document.text())
    }
}
#endif
