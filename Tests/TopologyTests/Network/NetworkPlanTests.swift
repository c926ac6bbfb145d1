import ClusterCore
import StorageMath
import Testing
import Topology

@Suite struct `Network plans` {
    private func gigabits(_ count: UInt32) -> BitRate { NetworkDemand.gigabits(count) }

    @Test(
        arguments: [
            (.fullyConverged, 2), (.storageIsolated, 4), (.fullySeparated, 6), (.managementIsolated, 4),
        ] as [(AdapterSharing, Int)])
    func `AL-27 AL-45 AL-46 AL-47 AL-48 a host has two ports for each group of its traffic`(
        option: AdapterSharing, ports: Int
    )
        throws
    {
        #expect(option.portsPerNode == ports)
        let plan = try NetworkPlan(NetworkDemand(nodes: 4, option: option))
        #expect(plan.intents.map(\.adapters.count).reduce(0, +) == ports)
        // Every role is in one intent, every adapter too.
        #expect(plan.intents.flatMap { Array($0.roles) }.count == 3)
        #expect(Set(plan.intents.flatMap(\.adapters)) == Set(1...ports))
        #expect(plan.portsPerTor == 4 * ports / 2)
        #expect(plan.managementSwitchPorts == 4)
    }

    /// Microsoft, host-network-requirements, 2025-08-25: speed, team, SMB, storage, live migration and heartbeat in Mbit/s. The
    /// row of 10 has a shifted cell: 200 is the heartbeat's.
    @Test(arguments: [
        [10, 20_000, 10_000, 7000, 2800, 200], [25, 50_000, 25_000, 17_500, 7250, 250],
        [40, 80_000, 40_000, 28_000, 11_600, 400], [50, 100_000, 50_000, 35_000, 14_500, 500],
        [100, 200_000, 100_000, 70_000, 29_000, 1000], [200, 400_000, 200_000, 140_000, 58_000, 2000],
    ])
    func `the published table of bandwidths`(row: [UInt64]) throws {
        let plan = try NetworkPlan(
            NetworkDemand(nodes: 4, option: .fullyConverged, storageRate: gigabits(UInt32(row[0]))))
        let found = try #require(plan.bandwidth)
        let rates = [found.team, found.reserved, found.storage, found.liveMigration, found.heartbeat]
        #expect(rates.map { $0.bitsPerSecond / 1_000_000 } == Array(row.dropFirst()))
        #expect(found.migratesOverRDMA == (row[0] > 10))
    }

    /// Microsoft, rack-aware-cluster-requirements: machines of a zone, speed of two ports, Gbit/s between the rooms.
    @Test(arguments: [
        (1, 10, 20), (2, 10, 40), (3, 10, 60), (4, 10, 80), (1, 25, 50), (2, 25, 100), (3, 25, 150), (4, 25, 200),
    ])
    func `the published bandwidth between the rooms of a rack-aware cluster`(machines: Int, speed: UInt32, room: UInt32)
        throws
    {
        let plan = try NetworkPlan(NetworkDemand(nodes: 2 * machines, storageRate: gigabits(speed), zones: 2))
        #expect(plan.roomBandwidth == gigabits(room))
        // Each of the four switches serves the hosts of its zone.
        #expect(plan.portsPerTor == machines * 2)
    }

    @Test(arguments: [0, 17, -1, .max])
    func `a plan has 1 to 16 hosts`(nodes: Int) {
        #expect(throws: TopologyError.self) { try NetworkPlan(NetworkDemand(nodes: nodes)) }
    }

    @Test func `what a rack-aware cluster cannot have is refused`() {
        for demand in [
            NetworkDemand(nodes: 3, zones: 2), NetworkDemand(nodes: 10, zones: 2),
            NetworkDemand(nodes: 4, option: .fullyConverged, zones: 2),
            NetworkDemand(nodes: 2, storagePath: .switchless(linksPerPair: 1), zones: 2),
            NetworkDemand(nodes: 6, zones: 3),
        ] {
            #expect(throws: TopologyError.self) { try NetworkPlan(demand) }
        }
    }

    /// Microsoft, network-atc, 2024-11-13.
    @Test func `AL-68 AL-135 storage adapters have the VLANs 711 to 718 and subnets of their own`() throws {
        let plan = try NetworkPlan(NetworkDemand(nodes: 16, storagePorts: 8))
        #expect(plan.storageNetworks.map(\.vlan) == Array(711...718))
        #expect(
            plan.storageNetworks.prefix(3).map(\.subnet.description) == [
                "10.71.1.0/24", "10.71.2.0/24", "10.71.3.0/24",
            ])
        #expect(Set(plan.storageNetworks.flatMap(\.ports).map(\.address)).count == 16 * 8)
        for network in plan.storageNetworks {
            #expect(network.ports.allSatisfy { network.subnet.contains($0.address) })
        }
        #expect(throws: TopologyError.self) { try NetworkPlan(NetworkDemand(nodes: 4, storagePorts: 9)) }
        #expect(throws: TopologyError.self) { try StorageNetwork.defaultVLAN(adapter: 9) }
    }

    @Test(
        arguments: [
            (.roce, [0, 712], false), (.roce, [1, 4094], true), (.roce, [711, 4095], false), (.iwarp, [0, 0], true),
            (.iwarp, [-1, 5], false), (.roce, [711], false), (.roce, [711, 711], false), (.roce, [711, 50], false),
        ] as [(RDMAProtocol, [Int], Bool)])
    func `AL-53 RoCE needs a VLAN of 1 to 4094, iWARP may use 0`(kind: RDMAProtocol, vlans: [Int], works: Bool) {
        let demand = NetworkDemand(nodes: 4, rdma: kind, storageVLANs: vlans, managementVLAN: 50)
        #expect(((try? NetworkPlan(demand)) != nil) == works)
    }

    /// Nodes, links for each pair; ports of a host and subnets: 2(n-1) and 2·C(n,2) with two links.
    @Test(arguments: [(2, 2, 2, 2), (3, 2, 4, 6), (4, 2, 6, 12), (2, 1, 1, 1), (3, 1, 2, 3), (4, 1, 3, 6)])
    func `AL-48 without switches each pair of hosts has cables and subnets of its own`(
        nodes: Int, links: Int, ports: Int, subnets: Int
    ) throws {
        let plan = try NetworkPlan(NetworkDemand(nodes: nodes, storagePath: .switchless(linksPerPair: links)))
        #expect(plan.storagePortsPerNode == ports)
        #expect(plan.cables.count == subnets)
        #expect(Set(plan.cables.map(\.subnet)).count == subnets)
        #expect(Set(plan.cables.map(\.vlan)) == [711])
        for node in 1...nodes {
            #expect(plan.storagePorts(of: node).map(\.port.adapter) == Array(1...ports))
        }
        // The switches see management and compute alone.
        #expect(plan.portsPerTor == nodes)
    }

    /// Microsoft, four-node-switchless-two-switches-two-links, 2025-01-14: the addresses of the template, adapter by adapter.
    @Test func `four hosts without switches have the addresses of the published template`() throws {
        let plan = try NetworkPlan(NetworkDemand(nodes: 4, storagePath: .switchless(linksPerPair: 2)))
        let template = [
            ["10.0.1.2", "10.0.1.3", "10.0.3.3", "10.0.5.3"], ["10.0.2.2", "10.0.2.3", "10.0.4.3", "10.0.6.3"],
            ["10.0.3.2", "10.0.7.2", "10.0.7.3", "10.0.9.3"], ["10.0.4.2", "10.0.8.2", "10.0.8.3", "10.0.10.3"],
            ["10.0.5.2", "10.0.9.2", "10.0.11.2", "10.0.11.3"], ["10.0.6.2", "10.0.10.2", "10.0.12.2", "10.0.12.3"],
        ]
        for node in 1...4 {
            #expect(plan.storagePorts(of: node).map(\.port.address.description) == template.map { $0[node - 1] })
        }
        let pairs = plan.cables.map { $0.ports.map(\.node) }
        #expect(
            pairs == [
                [1, 2], [1, 2], [1, 3], [1, 3], [1, 4], [1, 4], [2, 3], [2, 3], [2, 4], [2, 4], [3, 4], [3, 4],
            ])
    }

    @Test func `without switches there are 2 to 4 hosts with storage adapters of their own`() {
        for demand in [
            NetworkDemand(nodes: 1, storagePath: .switchless(linksPerPair: 2)),
            NetworkDemand(nodes: 5, storagePath: .switchless(linksPerPair: 2)),
            NetworkDemand(nodes: 2, option: .fullyConverged, storagePath: .switchless(linksPerPair: 2)),
            NetworkDemand(nodes: 2, option: .managementIsolated, storagePath: .switchless(linksPerPair: 2)),
            NetworkDemand(nodes: 2, storagePath: .switchless(linksPerPair: 3)),
        ] {
            #expect(throws: TopologyError.self) { try NetworkPlan(demand) }
        }
    }

    /// Microsoft, network-atc: cluster 7 with 2 % up to 10 Gbit/s, else 1 %, storage 3 with 50 %, the rest.
    @Test(arguments: [(10, 2, 48), (25, 1, 49), (100, 1, 49)] as [(UInt32, Int, Int)])
    func `AL-53 AL-135 three classes share a port`(speed: UInt32, cluster: Int, rest: Int) throws {
        let classes = try TrafficClasses(rate: gigabits(speed))
        #expect(classes.classes.map(\.percent) == [rest, 50, cluster])
        #expect(classes.classes.map(\.priority) == [0, 3, 7])
        #expect(classes.classes.filter(\.isLossless).map(\.kind) == [.storage])
    }

    @Test func `every choice of classes sums up to 100 or is refused`() {
        for storage in 0...8 {
            for cluster in 0...8 {
                for percent in [-1, 0, 1, 50, 97, 98, 99, 100] {
                    for speed in [10, 25] as [UInt32] {
                        let choice = TrafficClassChoice(
                            storagePriority: storage, clusterPriority: cluster, storagePercent: percent)
                        guard let found = try? TrafficClasses(choice, rate: gigabits(speed)) else {
                            let isValid =
                                (3...4).contains(storage) && (5...7).contains(cluster)
                                && (1...(speed == 10 ? 97 : 98)).contains(percent)
                            #expect(!isValid)
                            continue
                        }
                        #expect(found.classes.map(\.percent).reduce(0, +) == 100)
                        #expect(found.classes.allSatisfy { $0.percent > 0 })
                        #expect(Set(found.classes.map(\.priority)).count == 3)
                    }
                }
            }
        }
    }

    @Test func `AL-50 AL-51 RoCE requires bridging, iWARP does not`() {
        #expect(RDMAProtocol.roce.requiresDCB)
        #expect(!RDMAProtocol.iwarp.requiresDCB)
    }

    /// Microsoft, deploy-via-portal: 1514, 4088 and 9014 with the header of 14 bytes.
    @Test func `AL-57 the largest frames carry 9000 bytes`() {
        #expect(JumboPacket.allCases.map(\.mtu) == [1500, 4074, 9000])
        #expect(NetworkPlan.switchMTU == 9216)
    }

    /// Microsoft, three-node-ip-requirements, 2024-10-17.
    @Test(
        arguments: [
            (.none, 14, 15), (.microsegmentation, 15, 16), (.sdn, 26, 27),
        ] as [(AddressCount.Services, Int, Int)])
    func `three hosts take the published numbers of addresses`(services: AddressCount.Services, plain: Int, vendor: Int)
        throws
    {
        #expect(try AddressCount(nodes: 3, services: services).total == plain)
        #expect(try AddressCount(nodes: 3, services: services, hasVendorMachine: true).total == vendor)
    }

    @Test func `with two storage networks a cluster takes 3n + 5 addresses`() throws {
        for nodes in 1...16 { #expect(try AddressCount(nodes: nodes).total == 3 * nodes + 5) }
        #expect(throws: TopologyError.self) { try AddressCount(nodes: 65) }
    }

    /// Azure/AzureLocal-Supportability, TSG/EnvironmentValidator.
    @Test(
        arguments: [
            (["10.0.0.10-10.0.0.15"], ""), (["10.0.0.9", "10.0.0.10-10.0.0.15"], ""),
            (["10.0.0.10-10.0.0.14"], "6 to 255"),
            ([], "1 to 2 ranges"), (["10.0.0.9-10.0.0.10", "10.0.0.20-10.0.0.30"], "at most 1 address in the first"),
            (["10.0.0.9", "10.0.0.9-10.0.0.20"], "ranges apart"), (["10.0.0.1-10.0.1.10"], "within 10.0.0.0/24"),
            (["10.0.0.2-10.0.0.9"], "no host has"), (["10.0.0.9", "10.0.0.20-10.0.0.24"], "6 addresses in a row"),
        ] as [([String], String)])
    func `an infrastructure pool is as the validator asks`(texts: [String], words: String) throws {
        let ranges = try texts.map { try AddressRange(parsing: $0) }
        let pool = InfrastructurePool(
            ranges: ranges, management: try Subnet(parsing: "10.0.0.0/24"), hosts: [try IPAddress(parsing: "10.0.0.5")],
            storage: [try Subnet(parsing: "10.71.1.0/24")])
        let told = try pool.findings(by: azureLocal()).map { "\($0.required.map { "\($0)" } ?? "")" }
        #expect(words.isEmpty ? told == [] : told.contains { $0.contains(words) }, "\(told)")
    }

    @Test(arguments: [
        ("10.244.3.0/24", "10.244.3.10-10.244.3.20", false, true),
        ("10.100.0.0/24", "10.100.0.10-10.100.0.20", false, true),
        ("10.131.19.0/24", "10.131.19.10-10.131.19.20", false, false),
        ("10.131.19.0/24", "10.131.19.10-10.131.19.20", true, true),
        ("10.112.0.0/24", "10.112.0.10-10.112.0.20", false, false),
    ])
    func `a pool stays off the ranges of pods, services and the appliance`(
        subnet: String, range: String, disconnected: Bool, told: Bool
    ) throws {
        let pool = InfrastructurePool(
            ranges: [try AddressRange(parsing: range)], management: try Subnet(parsing: subnet),
            isDisconnected: disconnected)
        #expect(try pool.findings(by: azureLocal()).isEmpty != told)
        let shared = InfrastructurePool(
            ranges: [try AddressRange(parsing: range)], management: try Subnet(parsing: subnet),
            storage: [try Subnet(parsing: subnet)], isDisconnected: disconnected)
        #expect(try shared.findings(by: azureLocal()).count == pool.findings(by: azureLocal()).count + 1)
    }

    private func azureLocal() throws -> ResolvedProfile {
        try NetworkProfile.azureLocal23H2.resolved(in: NetworkProfile.builtIn)
    }

    @Test(arguments: [
        ("ranges_maximum", ParameterValue.count(1), ["10.0.0.9", "10.0.0.10-10.0.0.15"], "1 to 1 ranges"),
        ("first_of_several_maximum", .count(2), ["10.0.0.7-10.0.0.9", "10.0.0.10-10.0.0.15"], "at most 2 addresses"),
        ("addresses_minimum", .count(8), ["10.0.0.10-10.0.0.16"], "8 to 255 addresses"),
        ("addresses_maximum", .count(7), ["10.0.0.10-10.0.0.17"], "6 to 7 addresses"),
        ("in_a_row_minimum", .count(7), ["10.0.0.9", "10.0.0.11-10.0.0.16"], "7 addresses in a row"),
        ("pods_subnet", .text("10.0.0.0/28"), ["10.0.0.15-10.0.0.20"], "outside 10.0.0.0/28, which pods use"),
        ("services_subnet", .text("10.0.0.0/28"), ["10.0.0.15-10.0.0.20"], "which services of Kubernetes use"),
        ("appliance_subnet", .text("10.0.0.0/28"), ["10.0.0.15-10.0.0.20"], "which the appliance's containers use"),
    ])
    func `a pool is held to the profile's figures, and one that is missing is named`(
        figure: String, value: ParameterValue, texts: [String], words: String
    ) throws {
        let pool = InfrastructurePool(
            ranges: try texts.map { try AddressRange(parsing: $0) }, management: try Subnet(parsing: "10.0.0.0/24"),
            isDisconnected: true)
        var profile = NetworkProfile.azureLocal23H2
        profile.rules[InfrastructurePool.rule]?.parameters[figure] = value
        let told = try pool.findings(by: profile.resolved(in: [])).map { "\($0.required.map { "\($0)" } ?? "")" }
        #expect(told.count == 1 && told[0].contains(words), "\(told)")
        profile.rules[InfrastructurePool.rule]?.parameters[figure] = nil
        let missing = try #require(
            #expect(throws: ProfileError.self) { try pool.findings(by: profile.resolved(in: [])) })
        for name in [profile.name, InfrastructurePool.rule.rawValue, "\"\(figure)\""] {
            #expect("\(missing)".contains(name))
        }
    }

    @Test func `a subnet that a profile misspells is named, and a profile without the rule checks no pool in silence`()
        throws
    {
        let pool = InfrastructurePool(
            ranges: [try AddressRange(parsing: "10.0.0.10-10.0.0.15")], management: try Subnet(parsing: "10.0.0.0/24"))
        var profile = NetworkProfile.architecture
        #expect(try pool.findings(by: profile.resolved(in: [])) == [])
        profile.rules[InfrastructurePool.rule]?.parameters["pods_subnet"] = .text("10.0.0/16")
        let misspelt = try #require(
            #expect(throws: ProfileError.self) { try pool.findings(by: profile.resolved(in: [])) })
        #expect("\(misspelt)".contains("/rules/network.infrastructure_pool/parameters/pods_subnet"))
        profile.rules[InfrastructurePool.rule] = nil
        let missing = try #require(
            #expect(throws: ProfileError.self) { try pool.findings(by: profile.resolved(in: [])) })
        #expect("\(missing)".contains("there is no rule network.infrastructure_pool"))
    }

    @Test(arguments: ["", "10.0.0.9-10.0.0.8", "10.0.0.1-", "fd00::1-fd00::2", "a-b", "10.0.0.0/24"])
    func `what is no range is refused`(text: String) {
        #expect(throws: TopologyError.self) { try AddressRange(parsing: text) }
    }

    @Test func `whole IPv4 is a range, and prefixes of 0 and 32 are`() throws {
        #expect(try AddressRange(parsing: "0.0.0.0-255.255.255.255").count == 4_294_967_296)
        let pool = InfrastructurePool(
            ranges: [try AddressRange(parsing: "10.0.0.1-10.0.0.6")], management: try Subnet(parsing: "0.0.0.0/0"),
            storage: [try Subnet(parsing: "10.9.9.9/32")])
        #expect(try pool.findings(by: azureLocal()).count == 1)
    }
}
