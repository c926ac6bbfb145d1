#if Tools
import ArgumentParser
import ClusterCore
import ClusterDocuments
import ConsoleIO
import Reports
import Topology

/// `clustermodel sovereignty`
struct SovereigntyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sovereignty",
        abstract: "Says what leaves the premises, where it goes, and who asked for it.",
        usage: "clustermodel sovereignty [<file>] [<options>]",
        discussion: """
            With a model, its control plane, backups and witness are added to the options. Exit status: 0; 1 where the \
            model counts on a cloud that its mode does not reach, and with --may-leave where something else leaves; 2 \
            where the model does not say how its cluster is governed.
            """)

    @Argument(help: "A model; - is standard input.", completion: .file())
    var file: String?

    @Option(help: "Only this cluster of the model.")
    var cluster: String?

    @Option(
        help: "The region with which the cluster is registered: \(ChoiceWord<AzureRegion>.list). (default: eastus)",
        transform: ChoiceWord<AzureRegion>.read)
    var region = ChoiceWord<AzureRegion>(.eastUS)

    @Option(
        help: """
            How the cluster is governed: \(ChoiceWord<ControlPlaneMode>.list). (default: as the model says, else connected)
            """,
        transform: ChoiceWord<ControlPlaneMode>.read)
    var mode: ChoiceWord<ControlPlaneMode>?

    @Option(
        help: """
            A service beside the core, as often as there are: all, \(ChoiceWord<ConnectivityFeature>.list). (default: \
            those that nearly all use)
            """,
        transform: FeatureWord.read)
    var feature: [FeatureWord] = []

    @Option(
        help: "Whose list: azureLocal23H2 or architecture. (default: azureLocal23H2)",
        transform: ChoiceWord<EndpointCatalogue>.read)
    var profile = ChoiceWord<EndpointCatalogue>(.azureLocal)

    @Flag(help: "Virtual machines are replicated to the cloud.")
    var replicated = false

    @Option(
        help: """
            Data that may leave, as often as there are: none, \(ChoiceWord<DataCategory>.list). Anything else is a finding.
            """,
        transform: DataWord.read)
    var mayLeave: [DataWord] = []

    @OptionGroup var output: TableOutputArguments

    func run() throws {
        guard file != nil || cluster == nil else {
            throw ReportedError("--cluster: \"\(printable(cluster ?? ""))\" is of no model; give the model too")
        }
        let situations: [SovereigntyDocument.Situation]
        if let file {
            let installation = try ModelFile.read(file).installation
            situations = try installation.clusters.filter { cluster == nil || $0.name == cluster }.map {
                try SovereigntyDocument.Situation(
                    $0, in: installation, mode: mode?.value, isReplicated: replicated)
            }
            guard !situations.isEmpty else {
                let known = installation.clusters.map(\.name).joined(separator: ", ")
                throw ReportedError(
                    "--cluster: there is no cluster \"\(printable(cluster ?? ""))\"; there are \(known)")
            }
        } else {
            situations = [
                SovereigntyDocument.Situation(mode: mode?.value ?? .connected, isReplicated: replicated)
            ]
        }
        let allowed = mayLeave.isEmpty ? nil : Set(mayLeave.compactMap(\.value))
        let document: SovereigntyDocument
        do throws(TopologyError) {
            var clusters: [SovereigntyDocument.Cluster] = []
            for situation in situations {
                let usual = ConnectivityFeature.allCases.filter { !$0.isOptional }
                let features = Set(feature.isEmpty ? usual : feature.flatMap(\.values)).union(situation.features)
                clusters.append(
                    try SovereigntyDocument.Cluster(
                        situation,
                        ConnectivityNeed(
                            catalogue: profile.value, mode: situation.mode ?? .connected, region: region.value,
                            features: features), mayLeave: allowed))
            }
            document = SovereigntyDocument(
                region: region.value, catalogue: profile.value, clusters: clusters,
                findings: clusters.flatMap(\.findings).ordered())
        } catch { throw ReportedError("\(error)") }
        try output.write(
            document, schema: SovereigntyDocument.schema, text: document.text(), table: document.table())
        if document.status != .requirementMet { throw Ended(status: document.status) }
    }
}

/// A kind of data, or none.
struct DataWord: WordReadable {
    let value: DataCategory?
    init(word: String) throws {
        value = word == "none" ? nil : try ChoiceWord<DataCategory>(word: word).value
    }
    var description: String { value?.rawValue ?? "none" }
}
#endif
