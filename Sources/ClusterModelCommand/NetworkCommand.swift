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
            give the settings alone, as one types them; nothing is run. Where storage lies outside of the nodes, its paths and \
            the cluster's own networks are named and not planned. Exit status: 0 planned; 1 no plan can be made, \
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
            What to hold the plan to: architecture, azureLocal23H2 or a profile's file in YAML or JSON. (default: \
            architecture where the model names it, else azureLocal23H2)
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

    @Option(
        help: """
            What runs on the network beside the cluster and takes addresses: \(ChoiceWord<AddressCount.Services>.list). \
            (default: none)
            """, transform: ChoiceWord<AddressCount.Services>.read)
    var services = ChoiceWord<AddressCount.Services>(.none)

    @Flag(help: "A vendor's machine of management takes an address too.")
    var vendorMachine = false

    @Option(
        help: ArgumentHelp(
            """
            Addresses that the deployment may take for itself, such as 10.0.0.10-10.0.0.20; with --management-subnet they \
            are held to what its validator asks.
            """, valueName: "ranges"), transform: WordList<RangeWord>.read)
    var pool: WordList<RangeWord>?

    @Option(help: "The subnet of management, such as 10.0.0.0/24.", transform: SubnetWord.read)
    var managementSubnet: SubnetWord?

    @Option(
        help: ArgumentHelp("The hosts' addresses of management, with commas between them.", valueName: "addresses"),
        transform: WordList<RangeWord>.read)
    var hostAddresses: WordList<RangeWord>?

    @Option(
        help: """
            How the rooms of a rack-aware cluster are joined: A, two switches a room, each joined to one of the other room; \
            B, all of them joined; C, one switch a room; D, hosts joined to the switches of both rooms.
            """, transform: ChoiceWord<RoomLinkOption>.read)
    var roomLinks: ChoiceWord<RoomLinkOption>?

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
        guard device == nil || format == .linux || format == .nxos else {
            throw ReportedError(
                "--device: \"\(printable(device ?? ""))\" goes with --format linux or nxos; the other forms are of all "
                    + "devices")
        }
        guard (pool == nil) == (managementSubnet == nil), hostAddresses == nil || pool != nil else {
            throw ReportedError(
                "--pool, --management-subnet and --host-addresses: a pool is checked within its subnet; give both of the "
                    + "first two")
        }
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
                    if let roomLinks, let plan = reading.plan, plan.demand.zones < 2 {
                        throw ReportedError(
                            "--room-links: \"\(roomLinks)\" joins two rooms, and cluster \(cluster.name) is in one")
                    }
                    let judged =
                        try (reading.plan?.findings(by: resolved) ?? [])
                        + (infrastructurePool(of: cluster, reading.plan)?.findings(by: resolved) ?? [])
                    return NetworkDocument.Planned(
                        reading, try reading.settings(in: installation, names: names), judged,
                        NetworkDocument.Extras(
                            services: services.value, hasVendorMachine: vendorMachine, roomLinks: roomLinks?.value))
                })
        } catch let error as TopologyError {
            throw ReportedError("\(error)")
        } catch let error as ProfileError {
            throw ReportedError("--profile \(name): \(error)")
        }
        try write(answer)
        if answer.status != .requirementMet { throw Ended(status: answer.status) }
    }

    private func infrastructurePool(of cluster: InstalledCluster, _ plan: NetworkPlan?) -> InfrastructurePool? {
        guard let pool, let subnet = managementSubnet else { return nil }
        return InfrastructurePool(
            ranges: pool.values.map(\.value), management: subnet.value,
            hosts: hostAddresses?.values.map(\.value.first) ?? [],
            storage: plan?.storageNetworks.map(\.subnet) ?? [],
            isDisconnected: cluster.design.controlPlane?.mode == .disconnected)
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

/// Addresses from a first to a last, or one.
struct RangeWord: WordReadable {
    let value: AddressRange
    init(word: String) throws { value = try AddressRange(parsing: word) }
    var description: String { value.description }
}

/// A subnet with its prefix.
struct SubnetWord: WordReadable {
    let value: Subnet
    init(word: String) throws { value = try Subnet(parsing: word) }
    var description: String { "\(value)" }
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
