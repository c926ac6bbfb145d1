#if Tools
import ArgumentParser
import ClusterDocuments
import ConsoleIO
import HealthModel
import Topology

/// What depends on what in the cluster.
struct HealthClusterArguments: ParsableArguments {
    @Option(
        help:
            "The cluster's model, as clustermodel check reads it: alerts wait for the switches and racks of their node.",
        completion: .file())
    var cluster: String?

    /// The dependencies that the model tells; without one, those that names tell.
    /// - Parameter nodes: the hosts that are judged, of which the model must have one at least.
    func dependencies(of nodes: [String]) throws -> DependencyGraph {
        guard let cluster else { return DependencyGraph() }
        let installation = try ModelFile.read(cluster).installation
        let known = installation.nodes.map(\.name)
        guard nodes.contains(where: known.contains) else {
            throw ReportedError(
                "--cluster \(InputFile.name(of: cluster)): it has no node \(nodes.prefix(10).joined(separator: ", ")), but \(known.prefix(20).joined(separator: ", ")); name its model, or the node as the model does with --node"
            )
        }
        do throws(RuleError) { return try DependencyGraph(installation) } catch {
            throw ReportedError("--cluster \(InputFile.name(of: cluster)): \(error)")
        }
    }
}
#endif
