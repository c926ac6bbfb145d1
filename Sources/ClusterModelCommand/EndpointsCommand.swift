#if Tools
import ArgumentParser
import ClusterCore
import ConsoleIO
import Reports
import Topology

/// `clustermodel endpoints`
struct EndpointsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "endpoints",
        abstract: "Says which endpoints a cluster must reach, and whether an allow-list lets it.",
        usage: "clustermodel endpoints [<options>]",
        discussion: """
            An allow-list has a host or a URL a line, then ports and protocols: *.blob.core.windows.net 443/tcp. Exit \
            status: 0; with --allow-list 1 where it misses an endpoint, 2 where nobody can tell before a name is given; \
            with --compare or --compare-region 1 where the lists differ.
            """)

    @Option(
        help: "The region with which the cluster is registered: \(ChoiceWord<AzureRegion>.list). (default: eastus)",
        transform: ChoiceWord<AzureRegion>.read)
    var region = ChoiceWord<AzureRegion>(.eastUS)

    @Option(
        help: "How the cluster is governed: \(ChoiceWord<ControlPlaneMode>.list). (default: connected)",
        transform: ChoiceWord<ControlPlaneMode>.read)
    var mode = ChoiceWord<ControlPlaneMode>(.connected)

    @Option(
        help: """
            A service beside the core, as often as there are: all, \(ChoiceWord<ConnectivityFeature>.list). (default: \
            those that nearly all use)
            """,
        transform: FeatureWord.read)
    var feature: [FeatureWord] = []

    @Option(
        help: "When: deploy, run or update; as often as there are. (default: all)",
        transform: ChoiceWord<EndpointPhase>.read)
    var phase: [ChoiceWord<EndpointPhase>] = []

    @Option(
        help: "Whose list: azureLocal23H2 or architecture. (default: azureLocal23H2)",
        transform: ChoiceWord<EndpointCatalogue>.read)
    var profile = ChoiceWord<EndpointCatalogue>(.azureLocal)

    @Option(help: "The release, such as 2411: some endpoints are no longer needed.", transform: ReleaseWord.read)
    var release: ReleaseWord?

    @Flag(help: "An Arc gateway carries what it can; needs --release.")
    var arcGateway = false

    @Option(
        help: "Whose servers they are, for their updates: \(ChoiceWord<HardwareVendor>.list).",
        transform: ChoiceWord<HardwareVendor>.read)
    var vendor: ChoiceWord<HardwareVendor>?

    @Option(
        help: ArgumentHelp(
            "Your name of a service: key-vault=contoso, arc-gateway=… or witness-account=….", valueName: "service=name"),
        transform: OwnNameWord.read)
    var name: [OwnNameWord] = []

    @Option(help: "The allow-list to hold against them; - is standard input.", completion: .file())
    var allowList: String?

    @Option(
        help: "How deep *. of the allow-list reaches: any_depth or one_label. (default: any_depth)",
        transform: ChoiceWord<WildcardReach>.read)
    var wildcards = ChoiceWord<WildcardReach>(.anyDepth)

    @Option(
        help: "Ports that a line without one allows, such as 80,443. (default: 443)", transform: WordList<PortWord>.read
    )
    var defaultPorts = WordList<PortWord>([PortWord(443)])

    @Option(help: "Another allow-list: what changes from it to --allow-list.", completion: .file())
    var compare: String?

    @Option(help: "Another region: what changes from it to --region.", transform: ChoiceWord<AzureRegion>.read)
    var compareRegion: ChoiceWord<AzureRegion>?

    @Option(help: "What the link carries, such as 50Mbps: held to the profile.", transform: LinkWord.read)
    var bandwidth: LinkWord?

    @Option(help: "A round trip to the region, such as 120ms: held to the profile.", transform: DurationWord.read)
    var roundTrip: DurationWord?

    @Flag(inversion: .prefixedNo, help: "Something on the way opens encrypted traffic: held to the profile.")
    var inspection: Bool?

    @Flag(inversion: .prefixedNo, help: "A private link is the only way out: held to the profile.")
    var privateOnly: Bool?

    @Flag(inversion: .prefixedNo, help: "Connections from the Internet are let in: held to the profile.")
    var inbound: Bool?

    @OptionGroup var output: TableOutputArguments

    func run() throws {
        guard compare == nil || allowList != nil else {
            throw ReportedError("--compare: \"\(compare ?? "")\" needs another list beside it; give --allow-list too")
        }
        guard compare == nil || compareRegion == nil else {
            throw ReportedError("--compare and --compare-region: only one of them; run twice")
        }
        guard !arcGateway || release != nil else {
            throw ReportedError(
                "--arc-gateway: it carries more with each; say which release is deployed, such as --release 2411")
        }
        do {
            let need = need(in: region.value)
            let endpoints = try need.endpoints()
            let list = try allowList.map { try read($0) }
            let coverage = list?.coverage(
                of: endpoints, reach: wildcards.value, defaultPorts: Set(defaultPorts.values.map(\.value)))
            var difference: EndpointDifference?
            if let compare, let list { difference = EndpointDifference(from: try read(compare), to: list) }
            if let compareRegion {
                difference = EndpointDifference(from: try self.need(in: compareRegion.value).endpoints(), to: endpoints)
            }
            try finish(EndpointsDocument(need, endpoints, coverage, difference, try linkFindings()))
        } catch let error as TopologyError {
            throw ReportedError("\(error)")
        }
    }

    private func finish(_ document: EndpointsDocument) throws {
        try output.write(document, schema: EndpointsDocument.schema, text: document.text(), table: document.table())
        if document.status != .requirementMet { throw Ended(status: document.status) }
    }

    private func need(in region: AzureRegion) -> ConnectivityNeed {
        let features = Set(feature.flatMap(\.values))
        return ConnectivityNeed(
            catalogue: profile.value, mode: mode.value, region: region, features: features.isEmpty ? nil : features,
            phases: phase.isEmpty ? Set(EndpointPhase.allCases) : Set(phase.map(\.value)), release: release?.value,
            usesArcGateway: arcGateway, vendor: vendor?.value,
            names: Dictionary(name.map { ($0.service, $0.name) }, uniquingKeysWith: { $1 }))
    }

    private func linkFindings() throws -> [Finding] {
        guard let chosen = ConnectivityProfile.named(profile.value.rawValue) else { return [] }
        let resolved = try chosen.resolved(in: ConnectivityProfile.builtIn)
        for (option, isGiven, rule) in [
            ("--bandwidth", bandwidth != nil, ConnectivityProfile.bandwidth),
            ("--round-trip", roundTrip != nil, ConnectivityProfile.roundTrip),
            ("--inspection", inspection != nil, ConnectivityProfile.inspection),
            ("--private-only", privateOnly != nil, ConnectivityProfile.privateOnly),
            ("--inbound", inbound != nil, ConnectivityProfile.inbound),
        ] where isGiven && resolved.rules[rule] == nil {
            let others = ConnectivityProfile.builtIn.filter { $0.rules[rule] != nil }.map(\.name)
            throw ReportedError(
                "\(option): the profile \(resolved.name) asks nothing of it; hold it to --profile "
                    + others.joined(separator: " or "))
        }
        // Only what was given is judged: what the call leaves out is no question here.
        return try InternetLink(
            bandwidth: bandwidth?.value, roundTrip: roundTrip?.value, inspectsHTTPS: inspection,
            isPrivateOnly: privateOnly, allowsInbound: inbound
        ).findings(by: resolved).filter { $0.measured != nil }
    }

    private func read(_ path: String) throws -> AllowList {
        let bytes = try InputFile.bytes(of: path, limit: AllowList.Limit.bytes)
        do throws(TopologyError) { return try AllowList(parsing: bytes) } catch {
            throw ReportedError("\(InputFile.name(of: path)): \(error)")
        }
    }
}

// MARK: Words

/// A service, or all of them.
struct FeatureWord: WordReadable {
    let values: [ConnectivityFeature]
    init(word: String) throws {
        values = word == "all" ? ConnectivityFeature.allCases : [try ChoiceWord<ConnectivityFeature>(word: word).value]
    }
    var description: String { values.map(\.rawValue).joined(separator: ",") }
}

/// A release by year and month.
struct ReleaseWord: WordReadable {
    let value: AzureLocalRelease
    init(word: String) throws { value = try AzureLocalRelease(parsing: word) }
    var description: String { value.description }
}

/// A service and the name that it has here.
struct OwnNameWord: WordReadable {
    let service: OwnName
    let name: String

    init(word: String) throws {
        let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2 else {
            throw ReportedError("\"\(word)\" is no service with a name; write key-vault=contoso")
        }
        service = try ChoiceWord<OwnName>(word: parts[0]).value
        name = parts[1]
    }

    var description: String { "\(service.rawValue)=\(name)" }
}

/// A port.
struct PortWord: WordReadable {
    let value: UInt16
    init(_ value: UInt16) { self.value = value }
    init(word: String) throws {
        guard word.utf8.allSatisfy({ (48...57).contains($0) }), let value = UInt16(word), value > 0 else {
            throw ReportedError("\"\(word)\" is no port; write a number from 1 to 65535")
        }
        self.value = value
    }
    var description: String { "\(value)" }
}
#endif
