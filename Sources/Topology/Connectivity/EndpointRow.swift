import ClusterCore

/// A row of a list before the region and the user's own names are put in.
///
/// A template holds `{region}` and `{identity}` where the region's name and its short name stand, `<key-vault>` and the
/// like as the first label where the user names the host, and a path behind a slash.
struct EndpointRow {
    let template: String
    let port: UInt16
    let component: EndpointComponent
    let gateway: GatewaySupport
    let phases: Set<EndpointPhase>
    let feature: ConnectivityFeature
    /// The regions that have the row; `nil` is all of its cloud.
    let only: Set<AzureRegion>?
    let modes: Set<ControlPlaneMode>

    init(
        _ template: String, _ port: UInt16, _ component: EndpointComponent, _ gateway: GatewaySupport,
        _ phases: Set<EndpointPhase>, feature: ConnectivityFeature = .core, only: Set<AzureRegion>? = nil,
        modes: Set<ControlPlaneMode> = [.connected]
    ) {
        self.template = template
        self.port = port
        self.component = component
        self.gateway = gateway
        self.phases = phases
        self.feature = feature
        self.only = only
        self.modes = modes
    }

    /// The endpoint in a region, with the names that the user gave.
    func endpoint(
        in region: AzureRegion, names: [OwnName: String], source: Reference
    ) throws(TopologyError) -> Endpoint {
        let parts = template.split(separator: "/", maxSplits: 1).map(String.init)
        var labels = parts[0].split(separator: ".").map { label in
            String(label).replacing("{region}", with: region.rawValue).replacing(
                "{identity}", with: region.identityCode)
        }
        var missing: OwnName?
        for name in OwnName.allCases where labels[0] == "<\(name.rawValue)>" {
            if let given = names[name] {
                let host = try HostPattern(parsing: given, place: name.rawValue)
                guard !host.hasWildcard, host.rest.isEmpty else {
                    throw TopologyError(
                        name.rawValue, given, bound: "the first label of a host",
                        remedy: "write only the name that stands before .\(labels.dropFirst().joined(separator: "."))")
                }
                labels[0] = host.description
            } else {
                labels[0] = "*"
                missing = name
            }
        }
        return Endpoint(
            host: try HostPattern(parsing: labels.joined(separator: ".")), ownName: missing, template: template,
            path: parts.count > 1 ? parts[1] : nil, port: port, transport: port == 123 ? .udp : .tcp,
            component: component, feature: feature, phases: phases, gateway: gateway, modes: modes, source: source)
    }
}

extension Set<EndpointPhase> {
    /// For deployment and after it.
    static let always: Set<EndpointPhase> = [.deploy, .run, .update]
    /// For deployment alone.
    static let deployment: Set<EndpointPhase> = [.deploy]
    /// After deployment.
    static let afterwards: Set<EndpointPhase> = [.run, .update]
}

extension Set<AzureRegion> {
    /// The regions of the public cloud, but for some.
    static func everywhere(but some: Set<AzureRegion>) -> Set<AzureRegion> {
        Set(AzureRegion.allCases).subtracting(some).subtracting([.usGovVirginia])
    }
}

extension GatewaySupport {
    static func from(_ release: Int) -> GatewaySupport { .since(AzureLocalRelease(release)) }
    static func obsolete(_ release: Int) -> GatewaySupport { .notRequiredSince(AzureLocalRelease(release)) }
}

// MARK: The architecture's list

extension EndpointRow {
    /// What the architecture names itself, by its items; all over TCP 443 (AL-101).
    static let architecture: [(item: Int, row: EndpointRow)] = [
        (96, EndpointRow("management.azure.com", 443, .arcAgent, .unknown, .always)),
        (96, EndpointRow("login.microsoftonline.com", 443, .arcAgent, .unknown, .always)),
        (96, EndpointRow("*.his.arc.azure.com", 443, .arcAgent, .unknown, .always)),
        (96, EndpointRow("*.guestconfiguration.azure.com", 443, .arcAgent, .unknown, .always)),
        (97, EndpointRow("*.ods.opinsights.azure.com", 443, .monitoring, .unknown, .afterwards, feature: .monitor)),
        (97, EndpointRow("*.oms.opinsights.azure.com", 443, .monitoring, .unknown, .afterwards, feature: .monitor)),
        (97, EndpointRow("*.monitoring.azure.com", 443, .monitoring, .unknown, .afterwards, feature: .monitor)),
        (98, update("*.download.microsoft.com")), (98, update("*.windowsupdate.com")),
        (98, update("*.delivery.mp.microsoft.com")),
        (99, EndpointRow("*.backup.windowsazure.com", 443, .backup, .unknown, .afterwards, feature: .backup)),
        (99, EndpointRow("*.blob.core.windows.net", 443, .backup, .unknown, .afterwards, feature: .backup)),
        (100, EndpointRow("*.vault.azure.net", 443, .keyVault, .unknown, .always, feature: .secrets)),
        (100, EndpointRow("*.servicebus.windows.net", 443, .serviceBus, .unknown, .always, feature: .events)),
    ]

    /// Updates reach a connected cluster and one that opens a link for them (AL-105).
    private static func update(_ template: String) -> EndpointRow {
        EndpointRow(
            template, 443, .update, .unknown, [.update], feature: .updates, modes: [.connected, .periodicLink])
    }

    /// What the appliance of a cluster that runs without a cloud reaches where it may send diagnostics.
    static let diagnostics: [EndpointRow] = [
        "gcs.prod.monitoring.core.windows.net", "*.prod.warm.ingest.monitor.core.windows.net",
        "login.windows.net", "login.microsoftonline.com", "pas.windows.net", "management.azure.com",
        "*.his.arc.azure.com", "*.guestconfiguration.azure.com",
    ].map {
        EndpointRow(
            $0, 443, $0.contains("monitor") ? .monitoring : .arcAgent, .unknown, .afterwards,
            modes: [.disconnectedDiagnostics])
    }

    /// A witness in a storage account of the public cloud.
    static let witness = EndpointRow(
        "<witness-account>.blob.core.windows.net", 443, .witness, .unknown, .always, feature: .cloudWitness)
}
