public import ClusterCore

/// What a plan says to hosts and switches, as an operator types it; nothing is run.
public struct NetworkSettings: Sendable, Hashable {
    /// For Linux hosts, node by node.
    public let linux: [Device]
    /// For all hosts at once, in PowerShell.
    public let networkATC: [String]
    /// For the switches at the top of the racks, in the language of Cisco NX-OS; empty where none carries storage.
    public let switches: [Device]
    /// Where cables are not laid as the plan has them, so that nothing is written for a switch.
    public let findings: [Finding]

    /// The lines for one device.
    public struct Device: Sendable, Hashable {
        /// A node or a switch, as the model calls it.
        public let name: String
        public let lines: [String]
    }

    /// How things are called that a model does not name.
    public struct Names: Sendable, Hashable {
        /// The interfaces of a Linux host's storage ports in their order; `nil` calls them `storage1` and so on.
        public var interfaces: [String]?
        /// The adapters of a Windows host in the order of the intents; `nil` calls them `pNIC01` and so on.
        public var adapters: [String]?
        /// What stands before the number of a switch's port.
        public var port: String
        /// The VLAN of untagged frames on a switch's ports; 99 in the published reference.
        public var nativeVLAN: Int

        public init(
            interfaces: [String]? = nil, adapters: [String]? = nil, port: String = "Ethernet1/", nativeVLAN: Int = 99
        ) {
            self.interfaces = interfaces
            self.adapters = adapters
            self.port = port
            self.nativeVLAN = nativeVLAN
        }
    }
}

extension NetworkReading {
    /// The settings that follow from the plan; `nil` where there is none.
    /// - Parameters:
    ///   - installation: the same that the plan was read from.
    ///   - names: how interfaces, adapters and ports are called.
    /// - Throws: ``TopologyError`` where names are not as many as there are ports, or are none.
    public func settings(
        in installation: Installation, names: NetworkSettings.Names = NetworkSettings.Names()
    ) throws(TopologyError) -> NetworkSettings? {
        guard let plan, let cluster = installation.clusters.first(where: { $0.name == self.cluster }) else {
            return nil
        }
        var linux: [NetworkSettings.Device] = []
        for (index, node) in cluster.nodes.enumerated() {
            let count = plan.storagePorts(of: index + 1).count
            let interfaces = names.interfaces ?? (0..<count).map { "storage\($0 + 1)" }
            // A single host has no storage network, whatever its interfaces are called.
            linux.append(
                NetworkSettings.Device(
                    name: node.name,
                    lines: try plan.linuxCommands(node: index + 1, interfaces: count == 0 ? [] : interfaces)))
        }
        var switches: [NetworkSettings.Device] = []
        var findings: [Finding] = []
        if plan.cables.isEmpty, !plan.storageNetworks.isEmpty {
            for carrier in carriers(plan, cluster, installation) {
                guard let tor = carrier.tor else {
                    findings.append(carrier.finding(cluster))
                    continue
                }
                let lines = try plan.nxosInterfaces(
                    tor: tor, ports: carrier.ports.map { names.port + $0.switchPort }, nativeVLAN: names.nativeVLAN,
                    otherVLANs: otherVLANs(plan, cluster))
                let service = plan.nxosQualityOfService
                switches.append(
                    NetworkSettings.Device(
                        name: carrier.name, lines: service + (service.isEmpty ? [] : ["!"]) + lines))
            }
        }
        return NetworkSettings(
            linux: linux, networkATC: try plan.networkATCCommands(adapters: names.adapters), switches: switches,
            findings: findings)
    }

    /// VLANs beside storage's on the ports that carry storage.
    private func otherVLANs(_ plan: NetworkPlan, _ cluster: InstalledCluster) -> [Int] {
        let roles = plan.intents.first { $0.roles.contains(.storage) }?.roles ?? []
        let vlans = cluster.design.network?.vlans ?? [:]
        let own = Set(plan.storageNetworks.map(\.vlan))
        return roles.subtracting([.storage]).flatMap { vlans[$0.rawValue] ?? [] }
            .filter { ModelRange.usableVLAN.contains($0) && !own.contains($0) }.sorted()
    }

    /// A switch with the storage ports of nodes that its ports lead to.
    private struct Carrier {
        let name: String
        /// In the order of the nodes and of their ports.
        var ports: [(node: Int, adapter: Int, switchPort: String)] = []
        /// Which of its zone's switches it is by the plan, from 1 on; `nil` where its cables are no plan's.
        var tor: Int?

        func finding(_ cluster: InstalledCluster) -> Finding {
            Finding(
                rule: NetworkReading.planRule, severity: .warning,
                subject: ComponentIdentifier(rawValue: "switch:\(name)"),
                required: .text("the same storage port of every node of a zone on the same switch"),
                measured: .text(
                    ports.prefix(8).map { "\(cluster.nodes[$0.node - 1].name) port \($0.adapter)" }
                        .joined(separator: ", ") + (ports.count > 8 ? " and others" : "")),
                remedy: "lead the storage ports to the switches in turn, as cabling: {storage: [tor1, tor2]} does",
                reference: Reference(architecture: [26, 48]))
        }
    }

    private func carriers(
        _ plan: NetworkPlan, _ cluster: InstalledCluster, _ installation: Installation
    ) -> [Carrier] {
        let numbers = Dictionary(
            cluster.nodes.enumerated().map { ($0.element.name, $0.offset + 1) }, uniquingKeysWith: { first, _ in first }
        )
        var carriers: [String: Carrier] = [:]
        for cable in installation.cables {
            for (near, far) in [(cable.from, cable.to), (cable.to, cable.from)] {
                guard let node = numbers[near.device], String(near.group) == storageGroup,
                    let adapter = Int(near.port.split(separator: ".").last ?? ""), numbers[far.device] == nil
                else { continue }
                carriers[far.device, default: Carrier(name: far.device)].ports.append((node, adapter, far.port))
            }
        }
        return carriers.values.sorted { $0.name < $1.name }.map { carrier in
            var carrier = carrier
            carrier.ports.sort { ($0.node, $0.adapter) < ($1.node, $1.adapter) }
            carrier.tor = place(of: carrier, plan, cluster)
            return carrier
        }
    }

    /// The place of a switch in its zone, where its cables are those of the plan.
    private func place(of carrier: Carrier, _ plan: NetworkPlan, _ cluster: InstalledCluster) -> Int? {
        guard let first = carrier.ports.first else { return nil }
        let count = plan.demand.torSwitches
        let tor = (first.adapter - 1) % count + 1
        let zone = plan.demand.zones == 2 ? cluster.nodes[first.node - 1].zone : nil
        let nodes = cluster.nodes.indices.filter { plan.demand.zones == 1 || cluster.nodes[$0].zone == zone }
        let adapters = plan.storageNetworks.map(\.number).filter { ($0 - 1) % count == tor - 1 }
        let wanted = nodes.flatMap { node in adapters.map { [node + 1, $0] } }
        return carrier.ports.map { [$0.node, $0.adapter] } == wanted ? tor : nil
    }
}
