#if Tools
import ArgumentParser
import ClusterCore
import ConsoleIO
import StorageMath

/// `clustermodel survive`
struct SurviveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "survive",
        abstract: "Says what failures leave of volumes, and which single one more would end them.",
        discussion: """
            clustermodel survive --servers 4 --drives 4x2TB --type three-way-mirror --fail server:2,drive:3.1

            Failures with commas happen at once; each further --fail happens after the one before, with no repair in \
            between. Exit status: 0 every volume can be used; 1 one cannot.
            """)

    @OptionGroup var pool: PoolArguments

    @Option(
        help: "A resiliency type to ask about, such as three-way-mirror or map:20%; as often as there are.",
        transform: ResiliencyWord.read)
    var type: [ResiliencyWord] = []

    @Option(
        help: "What fails: server:2, drive:3.1 (drive 1 of server 3), rack:1, witness; with commas at once.",
        transform: WordList<FailureWord>.read)
    var fail: [WordList<FailureWord>] = []

    @Flag(inversion: .prefixedNo, help: "Whether the cluster has a witness.")
    var witness = true

    @Option(help: "Also count all sets of up to this many drives and servers that fail at once: 1 to 6.")
    var sets: Int?

    @OptionGroup var output: OutputArguments

    func run() throws {
        try pool.check()
        let (pool, volumes) = try pool.pool()
        let types = volumes.map { ($0.name, $0.resiliency) } + type.map { ("\($0.value)", $0.value) }
        guard !types.isEmpty else {
            throw ValidationError(
                "--type is missing: name a resiliency, as in --type three-way-mirror, or a --file with volumes")
        }
        let document = try asked {
            let cluster = try ClusterLayout(
                drives: pool.servers.map(\.capacityCount), racks: pool.shape.racks, media: pool.shape.media,
                hasWitness: witness)
            var steps: [ClusterFailures] = []
            for step in fail { steps.append(try ClusterFailures(step.values.map(\.value), in: cluster)) }
            return try SurvivalDocument(types, in: cluster, after: steps, setsUpTo: sets)
        }
        try output.write(document, schema: SurvivalDocument.schema, text: document.text())
        if document.volumes.contains(where: { $0.state == .offline }) { throw Ended(status: .requirementNotMet) }
    }
}

/// Something that fails.
struct FailureWord: WordReadable {
    let value: FailedElement
    init(word: String) throws { value = try FailedElement(parsing: word) }
    var description: String { value.name }
}
#endif
