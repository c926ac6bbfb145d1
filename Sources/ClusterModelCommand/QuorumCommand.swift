#if Tools
import ArgumentParser
import ClusterCore
import ConsoleIO
import StorageMath

/// `clustermodel quorum`
struct QuorumCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quorum",
        abstract: "Says whether cluster and pool keep their quorum, and shows the votes.",
        usage: "clustermodel quorum --servers <servers> [<options>]",
        discussion: """
            Without --fail it answers the three questions of the published tables: one failure, one then another, two at \
            once. Exit status: with --fail 0 where both are kept for certain, else 1.
            """)

    @Option(help: "How many servers: 1 to 16.")
    var servers: Int

    @Flag(inversion: .prefixedNo, help: "Whether the cluster has a witness.")
    var witness = true

    @Option(help: "Capacity drives of each server; each has a vote in the pool.")
    var drivesPerServer: Int = 4

    @Option(
        help: "What fails: server:2, drive:3.1 (drive 1 of server 3), witness; with commas at once.",
        transform: WordList<FailureWord>.read)
    var fail: [WordList<FailureWord>] = []

    @Option(help: "How pool votes are counted, since pages disagree: table, text or promised.")
    var pool: PoolWord = .table

    enum PoolWord: String, ExpressibleByArgument, CaseIterable {
        case table, text, promised

        var value: PoolReading {
            switch self {
            case .table: .table
            case .text: .text
            case .promised: .promised
            }
        }
    }

    @OptionGroup var output: OutputArguments

    func run() throws {
        let document = try asked {
            let cluster = try ClusterLayout(servers: servers, drivesEach: drivesPerServer, hasWitness: witness)
            guard !fail.isEmpty else { return try QuorumDocument(questionsOf: cluster, pool.value) }
            var steps: [ClusterFailures] = []
            for step in fail { steps.append(try ClusterFailures(step.values.map(\.value), in: cluster)) }
            return QuorumDocument(
                cluster, pool.value, [("failures", try cluster.quorum(after: steps, reading: pool.value))])
        }
        try output.write(document, schema: QuorumDocument.schema, text: document.text())
        guard fail.isEmpty || document.answers.allSatisfy({ $0.cluster == "Yes" && $0.pool == "Yes" }) else {
            throw Ended(status: .requirementNotMet)
        }
    }
}
#endif
