#if Tools
import ArgumentParser
import ClusterCore
import ConsoleIO
import Reports
import StorageMath

/// `clustermodel resiliency`
struct ResiliencyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resiliency",
        abstract: "Says which resiliency types a cluster may use, how each is laid out and what it stores.",
        usage: "clustermodel resiliency --servers <servers> [<options>]",
        discussion: "Exit status: 0; with --type 1 where one of them may not be used.")

    @Option(help: "How many servers: 1 to 16.")
    var servers: Int

    @Option(help: "1, or 2 in a rack-aware cluster of two zones.")
    var racks: Int = 1

    @Option(help: "What the drives are: hybrid or all_flash.")
    var media: PoolArguments.MediaWord = .allFlash

    @Option(help: "Capacity drives of each server; nested parity depends on it.")
    var drivesPerServer: Int = 4

    @Option(
        help: "Only this type, such as dual-parity or map:20%; as often as there are. (default: all)",
        transform: ResiliencyWord.read)
    var type: [ResiliencyWord] = []

    @OptionGroup var output: OutputArguments

    func run() throws {
        let shape = try asked {
            try ClusterShape(
                servers: servers, racks: racks, media: media.value, capacityDrivesPerServer: drivesPerServer)
        }
        let types = type.isEmpty ? try ResiliencyDocument.usual() : type.map(\.value)
        let document = try ResiliencyDocument(types, in: shape)
        try output.write(document, schema: ResiliencyDocument.schema, text: document.text(shape))
        guard type.isEmpty || document.types.allSatisfy(\.allowed) else { throw Ended(status: .requirementNotMet) }
    }
}

/// A resiliency type by its name.
struct ResiliencyWord: WordReadable {
    let value: Resiliency
    init(word: String) throws { value = try Resiliency(parsing: word) }
    var description: String { value.description }
}
#endif
