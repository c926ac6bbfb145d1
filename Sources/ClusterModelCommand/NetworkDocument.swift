import ClusterCore
import Reports
import StorageMath
import Topology

/// Networks planned from a model: the document `clustermodel.network/1`.
struct NetworkDocument: Encodable {
    static let schema = "clustermodel.network/1"

    let model: String
    let profile: String
    let clusters: [Planned]
    let findings: [Finding]

    /// A cluster with its plan.
    struct Planned: Encodable {
        let cluster: String
        @Explicit var plan: Plan?
        /// Those of the model, of its cables and of the plan.
        let findings: [Finding]

        enum CodingKeys: String, CodingKey { case cluster, plan }

        init(_ reading: NetworkReading, _ settings: NetworkSettings?, _ judged: [Finding], _ extras: Extras) {
            cluster = reading.cluster
            plan = reading.plan.flatMap { plan in settings.map { Plan(plan, $0, extras) } }
            let own = judged.map { finding in
                var finding = finding
                finding.subject = ComponentIdentifier(rawValue: "cluster:\(reading.cluster)/\(finding.subject)")
                return finding
            }
            findings = (reading.findings + (settings?.findings ?? []) + own).ordered()
        }
    }

    /// What no model says, and the call does.
    struct Extras {
        var services: AddressCount.Services = .none
        var hasVendorMachine = false
        var roomLinks: RoomLinkOption?
    }

    struct Plan: Encodable {
        let nodes: Int
        let zones: Int
        let option: AdapterSharing
        // These are null where storage lies outside of the hosts, and so is the bandwidth.
        @Explicit var switched: Bool?
        @Explicit var rdma: RDMAProtocol?
        @Explicit var storageRate: UInt64?
        @Explicit var frame: Int?
        let intents: [Intent]
        let storageNetworks: [Network]
        @Explicit var classes: [Class]?
        @Explicit var bandwidth: Bandwidth?
        let ports: Ports
        let addresses: Addresses
        @Explicit var roomBandwidth: UInt64?
        @Explicit var roomLinks: RoomLinks?
        let switchCapabilities: [SwitchNeed]
        let settings: Settings

        enum CodingKeys: String, CodingKey {
            case nodes, zones, option, switched, rdma, intents, classes, bandwidth, ports, addresses, settings
            case storageRate = "storage_rate_bits_per_second"
            case frame = "frame_bytes"
            case storageNetworks = "storage_networks"
            case roomBandwidth = "room_bandwidth_bits_per_second"
            case roomLinks = "room_links"
            case switchCapabilities = "switch_capabilities"
        }
    }

    struct Intent: Encodable {
        let name: String
        let roles: [TrafficRole]
        let adapters: [Int]
        let team: Bool
    }

    struct Network: Encodable {
        let number: Int
        let vlan: Int
        let subnet: String
        let ports: [Port]

        struct Port: Encodable {
            let node: Int
            let adapter: Int
            let address: String
        }
    }

    struct Class: Encodable {
        let kind: TrafficClasses.Kind
        let priority: Int
        let percent: Int
        let lossless: Bool
    }

    struct Bandwidth: Encodable {
        let team: UInt64
        let reserved: UInt64
        let storage: UInt64
        let liveMigration: UInt64
        let heartbeat: UInt64
        let migratesOverRDMA: Bool

        enum CodingKeys: String, CodingKey {
            case team = "team_bits_per_second"
            case reserved = "smb_bits_per_second"
            case storage = "storage_bits_per_second"
            case liveMigration = "live_migration_bits_per_second"
            case heartbeat = "heartbeat_bits_per_second"
            case migratesOverRDMA = "migrates_over_rdma"
        }
    }

    struct Ports: Encodable {
        let node: Int
        let storage: Int
        let tor: Int
        let management: Int

        enum CodingKeys: String, CodingKey {
            case node = "per_node"
            case storage = "storage_per_node"
            case tor = "per_top_of_rack_switch"
            case management = "management_switch"
        }
    }

    struct Addresses: Encodable {
        let services: AddressCount.Services
        let storage: Int
        let management: Int
        let provider: Int
        let total: Int
    }

    /// How rooms are joined.
    struct RoomLinks: Encodable {
        let option: RoomLinkOption
        let switches: Int
        let needsRoomLink: Bool
        let singlePointOfFailure: Bool

        enum CodingKeys: String, CodingKey {
            case option, switches
            case needsRoomLink = "needs_room_link"
            case singlePointOfFailure = "single_point_of_failure"
        }
    }

    struct SwitchNeed: Encodable {
        let role: SwitchRole
        let capabilities: [SwitchCapability]
    }

    struct Settings: Encodable {
        let linux: [Device]
        let networkATC: [String]
        let switches: [Device]

        enum CodingKeys: String, CodingKey {
            case linux
            case networkATC = "network_atc"
            case switches = "nxos"
        }
    }

    struct Device: Encodable {
        let name: String
        let lines: [String]
    }

    init(model: String, profile: String, _ clusters: [Planned]) {
        self.model = model
        self.profile = profile
        self.clusters = clusters
        findings = clusters.flatMap(\.findings).ordered()
    }

    /// How the run ends.
    var status: ExitStatus {
        if findings.greatestSeverity == .critical, findings.contains(where: { !$0.isOpen && $0.severity == .critical })
        {
            return .requirementNotMet
        }
        return findings.contains(where: \.isOpen) ? .undetermined : .requirementMet
    }
}

extension Finding {
    /// Whether it tells what the model leaves open.
    fileprivate var isOpen: Bool { rule == NetworkReading.openRule }
}

extension NetworkDocument.Plan {
    init(_ plan: NetworkPlan, _ settings: NetworkSettings, _ extras: NetworkDocument.Extras) {
        let demand = plan.demand
        nodes = demand.nodes
        zones = demand.zones
        option = demand.option
        let isOutside = demand.storagePath == .outside
        switched = isOutside ? nil : plan.cables.isEmpty
        rdma = demand.rdma
        storageRate = isOutside ? nil : demand.storageRate.bitsPerSecond
        frame = isOutside ? nil : demand.jumbo.rawValue
        intents = plan.intents.map { intent in
            .init(
                name: intent.name, roles: TrafficRole.allCases.filter(intent.roles.contains),
                adapters: intent.adapters, team: intent.isTeam)
        }
        storageNetworks = plan.storageNetworks.map { network in
            .init(
                number: network.number, vlan: network.vlan, subnet: "\(network.subnet)",
                ports: network.ports.map { .init(node: $0.node, adapter: $0.adapter, address: "\($0.address)") })
        }
        classes = plan.classes?.classes.map {
            .init(kind: $0.kind, priority: $0.priority, percent: $0.percent, lossless: $0.isLossless)
        }
        bandwidth = plan.bandwidth.map {
            .init(
                team: $0.team.bitsPerSecond, reserved: $0.reserved.bitsPerSecond, storage: $0.storage.bitsPerSecond,
                liveMigration: $0.liveMigration.bitsPerSecond, heartbeat: $0.heartbeat.bitsPerSecond,
                migratesOverRDMA: $0.migratesOverRDMA)
        }
        ports = .init(
            node: plan.intents.reduce(0) { $0 + $1.adapters.count } + demand.standalonePorts,
            storage: plan.storagePortsPerNode,
            tor: plan.portsPerTor, management: plan.managementSwitchPorts)
        // A plan has 1 to 64 hosts and at most 8 networks over switches, which is all that the count refuses.
        let count = try? AddressCount(
            nodes: demand.nodes, storageNetworks: plan.cables.isEmpty ? plan.storageNetworks.count : 0,
            services: extras.services, hasVendorMachine: extras.hasVendorMachine)
        let cabled = plan.cables.reduce(0) { $0 + $1.ports.count }
        addresses = .init(
            services: extras.services, storage: (count?.storage ?? 0) + cabled, management: count?.management ?? 0,
            provider: count?.provider ?? 0, total: (count?.total ?? 0) + cabled)
        roomBandwidth = plan.roomBandwidth?.bitsPerSecond
        roomLinks = extras.roomLinks.map {
            .init(
                option: $0, switches: $0.switches, needsRoomLink: $0.needsRoomLink,
                singlePointOfFailure: $0.hasSinglePointOfFailure)
        }
        switchCapabilities = SwitchRole.allCases.filter { role in
            role != .computeSDN && (role != .storage || (!isOutside && plan.cables.isEmpty && demand.nodes > 1))
        }.map { role in
            .init(role: role, capabilities: SwitchCapability.allCases.filter(role.capabilities.contains))
        }
        self.settings = .init(
            linux: settings.linux.map { .init(name: $0.name, lines: $0.lines) }, networkATC: settings.networkATC,
            switches: settings.switches.map { .init(name: $0.name, lines: $0.lines) })
    }
}
