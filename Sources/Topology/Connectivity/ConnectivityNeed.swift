import ClusterCore

/// What a cluster needs the outside for: the question that a list of required endpoints answers.
public struct ConnectivityNeed: Sendable, Hashable {
    /// Whose word counts.
    public var catalogue: EndpointCatalogue
    /// How the cluster is governed.
    public var mode: ControlPlaneMode
    /// The region with which it is registered; the architecture's list does not depend on it.
    public var region: AzureRegion
    /// What it is used for; `nil` is all that is not optional.
    public var features: Set<ConnectivityFeature>?
    /// When; all phases unless said.
    public var phases: Set<EndpointPhase>
    /// The release, if it is known, by which endpoints are no longer needed.
    public var release: AzureLocalRelease?
    /// Whether an Arc gateway carries what it can; it needs a release.
    public var usesArcGateway: Bool
    /// Whose servers they are.
    public var vendor: HardwareVendor?
    /// The names that only the user knows: without them some hosts are not known.
    public var names: [OwnName: String]

    /// A question with the usual answers to what is not given.
    public init(
        catalogue: EndpointCatalogue = .azureLocal, mode: ControlPlaneMode = .connected,
        region: AzureRegion = .eastUS,
        features: Set<ConnectivityFeature>? = nil, phases: Set<EndpointPhase> = Set(EndpointPhase.allCases),
        release: AzureLocalRelease? = nil, usesArcGateway: Bool = false, vendor: HardwareVendor? = nil,
        names: [OwnName: String] = [:]
    ) {
        self.catalogue = catalogue
        self.mode = mode
        self.region = region
        self.features = features
        self.phases = phases
        self.release = release
        self.usesArcGateway = usesArcGateway
        self.vendor = vendor
        self.names = names
    }
}

/// Whose list of required endpoints counts, since sources disagree.
public enum EndpointCatalogue: String, Sendable, Hashable, Codable, CaseIterable {
    /// The 14 patterns of the architecture (AL-96 to AL-100).
    case architecture
    /// Microsoft's list of the region, with the architecture's endpoints of the services that the lists leave out.
    case azureLocal = "azureLocal23H2"
}

extension ConnectivityNeed {
    /// The endpoints that answer the question, each host and port once, in the order of the lists.
    ///
    /// Without a connection there are none (AL-104), but for diagnostics (eight patterns, Microsoft,
    /// disconnected-operations-network, 2025-03-19) and for the updates of a link that is opened for them (AL-105).
    /// - Throws: where a name of the user's is none, or an Arc gateway is used without a release.
    public func endpoints() throws(TopologyError) -> [Endpoint] {
        var seen: Set<String> = []
        return try asked().filter { seen.insert($0.key).inserted }
    }

    /// The endpoints that answer the question, as often as a list or a service names them.
    func asked() throws(TopologyError) -> [Endpoint] {
        guard !usesArcGateway || release != nil else {
            throw TopologyError(
                "the release beside an Arc gateway", "not given", bound: "a release: a gateway carries more with each",
                remedy: "say which release is deployed, such as 2411")
        }
        return try candidates().filter { endpoint in
            endpoint.modes.contains(mode) && isWanted(endpoint.feature) && !endpoint.phases.isDisjoint(with: phases)
                && !isSpared(endpoint.gateway)
        }
    }

    private func isWanted(_ feature: ConnectivityFeature) -> Bool {
        switch feature {
        case .core: true
        case .arcGateway: usesArcGateway || features?.contains(feature) == true
        case .hardwareVendor: vendor != nil
        default: features?.contains(feature) ?? !feature.isOptional
        }
    }

    /// Whether the release or the gateway makes the endpoint unnecessary.
    private func isSpared(_ support: GatewaySupport) -> Bool {
        switch support {
        case .no, .registrationRequired, .unknown: false
        case .since(let first): usesArcGateway && release.map { $0 >= first } == true
        case .notRequiredSince(let first): release.map { $0 >= first } == true
        }
    }

    /// All rows of the catalogue for the region, whatever mode, feature and phase.
    private func candidates() throws(TopologyError) -> [Endpoint] {
        var found: [Endpoint] = []
        func add(_ rows: [EndpointRow], _ source: Reference) throws(TopologyError) {
            for row in rows where row.only?.contains(region) ?? true {
                found.append(try row.endpoint(in: region, names: names, source: source))
            }
        }
        if catalogue == .azureLocal {
            let page = Reference(document: region.page, date: "2025-11-27")
            if region == .usGovVirginia {
                try add(EndpointRow.government, page)
            } else {
                try add(EndpointRow.publicCloud, page)
                try add(EndpointRow.someRegions, page)
                try add(
                    [EndpointRow.witness], Reference(document: "Microsoft, firewall-requirements", date: "2024-10-17"))
            }
            if let vendor {
                try add(
                    EndpointRow.vendors[vendor] ?? [],
                    Reference(document: "Azure/AzureStack-Tools, HCI/OEMEndpoints", date: "2025-03-19"))
            }
        }
        for (item, row) in EndpointRow.architecture where catalogue == .architecture || isLeftOut(row) {
            try add([row], Reference(architecture: [item, 101]))
        }
        try add(
            EndpointRow.diagnostics,
            Reference(
                architecture: [104], document: "Microsoft, disconnected-operations-network", date: "2025-03-19"))
        return found
    }

    /// Whether the regional lists leave a row of the architecture's to other pages: services that not everybody uses, and
    /// the link that is opened for updates.
    private func isLeftOut(_ row: EndpointRow) -> Bool {
        switch row.feature {
        case .monitor, .backup: region != .usGovVirginia
        case .updates: mode == .periodicLink
        default: false
        }
    }
}
