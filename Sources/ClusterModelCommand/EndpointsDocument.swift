import ClusterCore
import Reports
import Topology

/// What a cluster must reach, and whether it may: the document `clustermodel.endpoints/1`.
struct EndpointsDocument: Encodable {
    static let schema = "clustermodel.endpoints/1"

    let profile: EndpointCatalogue
    let mode: ControlPlaneMode
    let region: AzureRegion
    let phases: [EndpointPhase]
    @Explicit var release: String?
    let arcGateway: Bool
    @Explicit var vendor: HardwareVendor?
    let endpoints: [Row]
    @Explicit var coverage: Coverage?
    @Explicit var comparison: Comparison?
    let findings: [Finding]

    enum CodingKeys: String, CodingKey {
        case profile, mode, region, phases, release, vendor, endpoints, coverage, comparison, findings
        case arcGateway = "arc_gateway"
    }

    struct Row: Encodable {
        let host: String
        /// The name that the user has to give, or `nil` where the host is known.
        @Explicit var ownName: OwnName?
        @Explicit var path: String?
        let port: UInt16
        let transport: EndpointTransport
        let component: EndpointComponent
        let feature: ConnectivityFeature
        let phases: [EndpointPhase]
        let arcGateway: String
        let reference: Reference
        /// The host as an allow-list can say it; not part of the document.
        let pattern: String

        enum CodingKeys: String, CodingKey {
            case host, path, port, transport, component, feature, phases, reference
            case ownName = "own_name"
            case arcGateway = "arc_gateway"
        }
    }

    struct Coverage: Encodable {
        let covered: Int
        let missing: [String]
        let undetermined: [String]
        let unneededLines: [Int]
        let addressLines: [Int]

        enum CodingKeys: String, CodingKey {
            case covered, missing, undetermined
            case unneededLines = "unneeded_lines"
            case addressLines = "address_lines"
        }
    }

    struct Comparison: Encodable {
        let added: [String]
        let removed: [String]
        let changed: [Change]

        struct Change: Encodable {
            let name: String
            let from: [String]
            let to: [String]
        }
    }

    init(
        _ need: ConnectivityNeed, _ endpoints: [Endpoint], _ coverage: ConnectivityCoverage?,
        _ difference: EndpointDifference?, _ link: [Finding]
    ) {
        profile = need.catalogue
        mode = need.mode
        region = need.region
        phases = EndpointPhase.allCases.filter(need.phases.contains)
        release = need.release?.description
        arcGateway = need.usesArcGateway
        vendor = need.vendor
        self.endpoints = endpoints.map { endpoint in
            Row(
                host: endpoint.hostText, ownName: endpoint.ownName, path: endpoint.path, port: endpoint.port,
                transport: endpoint.transport, component: endpoint.component, feature: endpoint.feature,
                phases: EndpointPhase.allCases.filter(endpoint.phases.contains), arcGateway: endpoint.gateway.words,
                reference: endpoint.source, pattern: endpoint.host.description)
        }
        self.coverage = coverage.map {
            Coverage(
                covered: $0.answers.count - $0.missing.count - $0.undetermined.count,
                missing: $0.missing.map(\.address), undetermined: $0.undetermined.map(\.address),
                unneededLines: $0.unneededLines, addressLines: $0.addressLines)
        }
        comparison = difference.map {
            Comparison(
                added: $0.added, removed: $0.removed,
                changed: $0.changed.map { Comparison.Change(name: $0.name, from: $0.from, to: $0.to) })
        }
        findings = ((coverage?.findings ?? []) + link).ordered()
    }

    /// How the run ends.
    var status: ExitStatus {
        if findings.status != .requirementMet { return findings.status }
        if let comparison, !comparison.added.isEmpty || !comparison.removed.isEmpty || !comparison.changed.isEmpty {
            return .requirementNotMet
        }
        return .requirementMet
    }
}

// MARK: For people

extension EndpointsDocument {
    func text() -> TextDocument {
        var document = TextDocument()
        document.add(.heading("Endpoints that the cluster must reach"))
        document.add(
            .facts([
                .init("list", profile == .architecture ? "the architecture's" : "Microsoft's for \(region.rawValue)"),
                .init("mode", mode.rawValue.replacing("_", with: " ")),
                .init("needed to", phases.map(\.rawValue).joined(separator: ", ")),
                .init("endpoints", "\(endpoints.count)"),
            ]))
        if let coverage { add(coverage, to: &document) }
        if let comparison { add(comparison, to: &document) }
        if coverage == nil, comparison == nil { addEndpoints(to: &document) }
        // What the allow-list misses has been told.
        let others = findings.filter { $0.rule != ConnectivityCoverage.rule || $0.severity == .information }
        if !others.isEmpty {
            document.add(.heading("Findings"))
            document.add(.findings(others))
        }
        return document
    }

    private func addEndpoints(to document: inout TextDocument) {
        guard !endpoints.isEmpty else {
            document.add(.paragraph("None: nothing of this cluster reaches outside."))
            return
        }
        document.add(.heading("All connections go out; none comes in from the Internet"))
        var table = TextTable(columns: [.init("host"), .init("port", .right), .init("only to")])
        for row in endpoints {
            let port = row.transport == .udp ? "\(row.port)/udp" : "\(row.port)"
            // A name is never cut; a path that would cut it stands in the other forms.
            let place = row.host + (row.path.map { "/\($0)" } ?? "")
            let isAlways = row.phases.count == EndpointPhase.allCases.count
            table.add([
                .init(place.count <= 56 ? place : row.host), .init(port),
                .init(isAlways ? "" : row.phases.map(\.rawValue).joined(separator: " ")),
            ])
        }
        document.add(.table(table))
    }

    private func add(_ coverage: Coverage, to document: inout TextDocument) {
        document.add(.heading("The allow-list"))
        var facts: [TextDocument.Fact] = [
            .init(
                "covers", "\(coverage.covered) of \(endpoints.count)", tone: coverage.missing.isEmpty ? .good : .warning
            )
        ]
        for address in coverage.missing {
            facts.append(.init("misses", address + note(address), tone: .bad))
        }
        for address in coverage.undetermined {
            facts.append(.init("cannot tell", address + note(address), tone: .warning))
        }
        if !coverage.unneededLines.isEmpty {
            let shown = coverage.unneededLines.prefix(10).map(String.init).joined(separator: ", ")
            let more = coverage.unneededLines.count > 10 ? " and \(coverage.unneededLines.count - 10) more" : ""
            facts.append(.init("not needed", "lines \(shown)\(more)"))
        }
        document.add(.facts(facts))
    }

    /// What a finding says of an address beside that it is missing.
    private func note(_ address: String) -> String {
        let subject = ComponentIdentifier(rawValue: "").appending("endpoint", address)
        guard let finding = findings.first(where: { $0.subject == subject }) else { return "" }
        if let reason = finding.evidence.first?.value { return ": \(reason)" }
        guard case .text(let words) = finding.measured, words.hasPrefix("line") else { return "" }
        return ": \(words)"
    }

    private func add(_ comparison: Comparison, to document: inout TextDocument) {
        document.add(.heading("What changes"))
        var facts: [TextDocument.Fact] = []
        for address in comparison.added { facts.append(.init("added", address)) }
        for address in comparison.removed { facts.append(.init("removed", address)) }
        for change in comparison.changed {
            let fields = zip(change.from, change.to).map { "\($0) → \($1)" }.joined(separator: "; ")
            facts.append(.init("changed", "\(change.name): \(fields)"))
        }
        document.add(facts.isEmpty ? .paragraph("Nothing.") : .facts(facts))
    }

    // MARK: For spreadsheets

    /// The endpoints; with an allow-list also what became of each. Reads back as an allow-list.
    func table() -> CSVTable {
        let missing = Set(coverage?.missing ?? [])
        let undetermined = Set(coverage?.undetermined ?? [])
        var table = CSVTable(columns: [
            "host", "port", "transport", "path", "component", "feature", "phases", "arc_gateway", "reference",
            "allowed",
        ])
        for row in endpoints {
            let address = "\(row.host):\(row.port)" + (row.path.map { "/\($0)" } ?? "")
            table.add([
                .text(row.pattern), .integer(UInt64(row.port)), .text(row.transport.rawValue), .text(row.path),
                .text(row.component.rawValue), .text(row.feature.rawValue),
                .text(row.phases.map(\.rawValue).joined(separator: " ")), .text(row.arcGateway),
                .text(row.reference.description),
                coverage == nil || undetermined.contains(address) ? .unknown : .flag(!missing.contains(address)),
            ])
        }
        return table
    }
}
