#if Tools
import ArgumentParser
import ClusterDocuments
import ConsoleIO

/// `clustermodel init`
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Writes a model of a cluster to start from.",
        discussion: "clustermodel init --nodes 4 > cluster.yaml && clustermodel check cluster.yaml")

    @Option(help: "How many nodes: 1 to 16; two have storage without a switch.")
    var nodes: Int = 4

    @Option(help: "Write it to this file instead of standard output.", completion: .file())
    var output: String?

    func run() throws {
        guard let text = StarterDocument.text(nodes: nodes) else {
            throw ValidationError("--nodes: \(nodes) is not 1 to 16; more nodes are several clusters")
        }
        if let output { return try AtomicFile.write(text, to: output) }
        try Terminal.show(text)
    }
}
#endif
