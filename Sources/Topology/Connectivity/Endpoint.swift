public import ClusterCore

/// Something outside that a cluster must be able to reach: one row of a list of required endpoints.
///
/// All are reached from inside; nothing here is a connection from the Internet (AL-101).
public struct Endpoint: Sendable, Hashable {
    /// The host. Where ``ownName`` is not `nil` it is not known yet, and this is the pattern in which it will lie.
    public let host: HostPattern
    /// The name that the user has to give before the host is known: `<key-vault>.vault.azure.net`.
    public let ownName: OwnName?
    /// The host as the list has it, with `{region}` where the region's name stands: the same row of two regions has the same
    /// template.
    public let template: String
    /// The path to which access may be limited, without the first slash, or `nil` for all of the host.
    public let path: String?
    /// The port, from 1 on.
    public let port: UInt16
    /// TCP, or UDP for the time.
    public let transport: EndpointTransport
    /// The part of the system that asks for it.
    public let component: EndpointComponent
    /// What it is needed for.
    public let feature: ConnectivityFeature
    /// When it is needed.
    public let phases: Set<EndpointPhase>
    /// Whether an Arc gateway carries its traffic.
    public let gateway: GatewaySupport
    /// The modes in which it is needed.
    public let modes: Set<ControlPlaneMode>
    /// The list or the item that asks for it, with its date.
    public let source: Reference

    /// Where it is, as an allow-list says it: `ocsp2.globalsign.com:80`, `crl.microsoft.com:80/pkiinfra`.
    public var address: String { "\(hostText):\(port)" + (path.map { "/\($0)" } ?? "") }

    /// What makes two rows one endpoint.
    var key: String { "\(transport) \(address)" }

    /// The host, with a name in angle brackets where the user has to give it.
    public var hostText: String {
        guard let ownName, case .any = host.first else { return host.description }
        return (["<\(ownName.rawValue)>"] + host.rest).joined(separator: ".")
    }
}

/// The protocol that carries a connection.
public enum EndpointTransport: String, Sendable, Hashable, Codable, CaseIterable {
    case tcp, udp
}

/// A name that only the user can know.
public enum OwnName: String, Sendable, Hashable, Codable, CaseIterable {
    case keyVault = "key-vault"
    case arcGateway = "arc-gateway"
    case witnessAccount = "witness-account"
}

/// The part of the system that asks for an endpoint, as the regional lists sort them.
public enum EndpointComponent: String, Sendable, Hashable, Codable, CaseIterable {
    case kubernetes
    case resourceBridge = "resource_bridge"
    case arcAgent = "arc_agent"
    case arcGateway = "arc_gateway"
    case authentication, benefits, certificates, deployment, billing, management, monitoring
    case update, defender
    case windowsAdminCenter = "windows_admin_center"
    case backup
    case keyVault = "key_vault"
    case serviceBus = "service_bus"
    case witness
    case hardwareVendor = "hardware_vendor"
}

/// What an endpoint is needed for; who does without the feature does without the endpoint.
public enum ConnectivityFeature: String, Sendable, Hashable, Codable, CaseIterable {
    /// Deploying, governing and billing the cluster: always.
    case core
    /// Updates (AL-98).
    case updates
    /// Secrets in a key vault (AL-100).
    case secrets
    /// Events over a service bus (AL-100).
    case events
    /// Windows Admin Center in the portal.
    case windowsAdminCenter = "windows_admin_center"
    /// Traffic through an Arc gateway.
    case arcGateway = "arc_gateway"
    /// Defender for Endpoint.
    case defender
    /// A witness in a storage account.
    case cloudWitness = "cloud_witness"
    /// Metrics and logs (AL-97).
    case monitor
    /// Backup in a vault (AL-99).
    case backup
    /// Updates of the hardware vendor's.
    case hardwareVendor = "hardware_vendor"

    /// Whether a list of required endpoints leaves it out unless it is asked for.
    public var isOptional: Bool {
        switch self {
        case .core, .updates, .secrets, .events, .windowsAdminCenter: false
        case .arcGateway, .defender, .cloudWitness, .monitor, .backup, .hardwareVendor: true
        }
    }
}

/// When an endpoint is needed.
///
/// Lists know deployment and what comes after it; what they ask for afterwards counts for running and for updating.
public enum EndpointPhase: String, Sendable, Hashable, Codable, CaseIterable {
    case deploy, run, update
}

/// A release of Azure Local by year and month: `2411`.
public struct AzureLocalRelease: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Year and month as four digits.
    public let number: Int

    init(_ number: Int) { self.number = number }

    /// Reads four digits, the last two a month: `2411`.
    public init(parsing text: String) throws(TopologyError) {
        guard text.utf8.count == 4, text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(text),
            (1...12).contains(number % 100)
        else {
            throw TopologyError(
                "release", text, bound: "a year and a month as four digits", remedy: "write 2411 for November 2024")
        }
        self.number = number
    }

    public var description: String { String(repeating: "0", count: max(0, 4 - "\(number)".count)) + "\(number)" }
    public static func < (left: AzureLocalRelease, right: AzureLocalRelease) -> Bool { left.number < right.number }
}

/// Whether an Arc gateway carries the traffic to an endpoint, so that an allow-list can do without it.
public enum GatewaySupport: Sendable, Hashable {
    /// It does not.
    case no
    /// It does not: the endpoint is needed before there is a gateway, to register with Arc.
    case registrationRequired
    /// It does in new deployments from this release on.
    case since(AzureLocalRelease)
    /// New deployments from this release on do not need the endpoint at all.
    case notRequiredSince(AzureLocalRelease)
    /// No source says.
    case unknown
}

/// The regions whose lists are known.
public enum AzureRegion: String, Sendable, Hashable, Codable, CaseIterable {
    case australiaEast = "australiaeast"
    case canadaCentral = "canadacentral"
    case centralIndia = "centralindia"
    case eastUS = "eastus"
    case japanEast = "japaneast"
    case southCentralUS = "southcentralus"
    case southeastAsia = "southeastasia"
    case usGovVirginia = "usgovvirginia"
    case westEurope = "westeurope"

    /// How the region is called in the names of the hybrid identity service.
    var identityCode: String {
        switch self {
        case .australiaEast: "ae"
        case .canadaCentral: "cc"
        case .centralIndia: "pn"
        case .eastUS: "eus"
        case .japanEast: "je"
        case .southCentralUS: "scus"
        case .southeastAsia: "sea"
        case .usGovVirginia: "usgv"
        case .westEurope: "weu"
        }
    }

    /// The list of the region, by its path in the repository that publishes the lists.
    var page: String {
        let name =
            switch self {
            case .australiaEast: "AustraliaEastendpoints/AustraliaEast"
            case .canadaCentral: "CanadaCentralEndpoints/canadacentral"
            case .centralIndia: "IndiaCentralEndpoints/IndiaCentral"
            case .eastUS: "EastUSendpoints/eastus"
            case .japanEast: "JapanEastEndpoints/japaneast"
            case .southCentralUS: "SouthCentralUSEndpoints/southcentralus"
            case .southeastAsia: "SouthEastAsiaEndpoints/southeastasia"
            case .usGovVirginia: "usgovvirginia-hci-endpoints/usgovvirginia"
            case .westEurope: "WestEuropeendpoints/westeurope"
            }
        return "Azure/AzureStack-Tools, HCI/\(name)-hci-endpoints.md"
    }
}

/// The vendors whose lists of update endpoints are known.
public enum HardwareVendor: String, Sendable, Hashable, Codable, CaseIterable {
    case dataON = "dataon"
    case dell, hitachi, hpe, lenovo
}
