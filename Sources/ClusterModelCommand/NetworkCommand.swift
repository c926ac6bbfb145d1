#if Tools
import ArgumentParser
import ClusterCore
import ClusterDocuments
import ConsoleIO
import Reports
import Topology

/// `clustermodel network`
struct NetworkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "network",
        abstract: "Plans a cluster's network from its model, with the settings of hosts and switches.",
        usage: "clustermodel network <file> [<options>]",
        discussion: """
            What the model leaves open is taken as usual and told as a finding. --format linux, network_atc and nxos \
            give the settings alone, as one types them; nothing is run. Exit status: 0 planned; 1 no plan can be made, \
            or a critical requirement is broken; 2 the plan rests on what the model leaves open.
            """)

    @Argument(help: "The model; - is standard input.", completion: .file())
    var file: String

    @Option(help: "Only this cluster of the model.")
    var cluster: String?

    @Option(help: "Only this node or switch, in settings.")
    var device: String?

    @Option(
        help: """
            What to hold the plan to: architecture, azureLocal23H2 or a file of your own. (default: architecture where \
            the model names it, else azureLocal23H2)
            """, completion: .file())
    var profile: String?

    @Option(
        help: ArgumentHelp(
            "The interfaces of a Linux host's storage ports in their order. (default: storage1 and so on)",
            valueName: "names"), transform: NameList.read)
    var interfaces: NameList?

    @Option(
        help: ArgumentHelp(
            "The adapters of a Windows host, intent by intent. (default: pNIC01 and so on)", valueName: "names"),
        transform: NameList.read)
    var adapters: NameList?

    @Option(help: "What stands before the number of a switch's port.")
    var portPrefix: String = "Ethernet1/"

    @Option(help: "The VLAN of untagged frames on a switch's ports.")
    var nativeVlan: Int = 99

    @Option(help: "The form of the answer: text, json, linux, network_atc or nxos.")
    var format: Format = .text

    @Option(
        help: "Write the answer to this file, whole or not at all, instead of standard output.", completion: .file())
    var output: String?

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, linux
        case networkATC = "network_atc"
        case nxos
    }

    func run() throws {
        let document = try ModelFile.read(file)
        let installation = document.installation
        let chosen = installation.clusters.filter { cluster == nil || $0.name == cluster }
        guard !chosen.isEmpty else {
            let known = installation.clusters.map(\.name).joined(separator: ", ")
            throw ReportedError("--cluster: there is no cluster \"\(printable(cluster ?? ""))\"; there are \(known)")
        }
        let name = profile ?? (document.model.profile == "architecture" ? "architecture" : "azureLocal23H2")
        let resolved = try ProfileFile.resolved(name, among: NetworkProfile.builtIn)
        let names = NetworkSettings.Names(
            interfaces: interfaces?.names, adapters: adapters?.names, port: portPrefix, nativeVLAN: nativeVlan)
        let answer: NetworkDocument
        do {
            answer = NetworkDocument(
                model: installation.name, profile: resolved.name,
                try chosen.map { cluster in
                    let reading = NetworkReading(of: cluster, in: installation)
                    return NetworkDocument.Planned(
                        reading, try reading.settings(in: installation, names: names),
                        try reading.plan?.findings(by: resolved) ?? [])
                })
        } catch let error as TopologyError {
            throw ReportedError("\(error)")
        } catch let error as ProfileError {
            throw ReportedError("--profile \(name): \(error)")
        }
        try write(answer)
        if answer.status != .requirementMet { throw Ended(status: answer.status) }
    }

    private func write(_ answer: NetworkDocument) throws {
        let place = AnswerFile(path: output)
        switch format {
        case .json: try place.write(JSONDocument.encode(answer, schema: NetworkDocument.schema))
        case .text: try place.write(answer.text)
        case .linux: try place.write(answer.script("#", device) { $0.linux })
        case .networkATC: try place.write(answer.script("#", device) { [.init(name: "", lines: $0.networkATC)] })
        case .nxos: try place.write(answer.script("!", device) { $0.switches })
        }
    }
}

/// Names with commas between them, which may have blanks.
struct NameList: WordReadable {
    let names: [String]
    init(word: String) throws {
        names = word.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    var description: String { names.joined(separator: ",") }
}
#endif
