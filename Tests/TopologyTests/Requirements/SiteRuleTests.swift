import ClusterCore
import Testing
import Topology

/// Racks, power, links and operation: the architecture's items with what breaks them and what just meets them.
@Suite struct `Rules of racks, power, networks and operation` {
    private func expectBroken(
        _ rule: RuleID, item: Int, profile: RuleProfile = TopologyProfile.architecture,
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        let mutations = RuleMutation.all.filter { $0.rule == rule }
        #expect(!mutations.isEmpty, sourceLocation: location)
        for mutation in mutations {
            #expect(
                try mutation.model().firedRules(mutation.profile).contains(rule), "\(mutation)",
                sourceLocation: location)
        }
        #expect(
            profile.rules[rule]?.source?.architecture.contains(item) == true, "\(rule) does not cite \(item)",
            sourceLocation: location)
    }

    private func fires(
        _ rule: RuleID, _ profile: String = "architecture", of example: ExampleModel = .architecture,
        _ change: (inout ClusterModel) throws -> Void
    ) throws -> Bool {
        var model = try example.read()
        try change(&model)
        return try model.firedRules(profile).contains(rule)
    }

    // MARK: Updates

    @Test func `AL-91 AL-142 updates go from node to node and have a way back; what is not said is not known`() throws {
        for rule: RuleID in ["updates.rolling", "updates.rollback"] {
            try expectBroken(rule, item: 91)
            try expectBroken(rule, item: 142)
        }
        #expect(try fires("updates.rolling") { $0.clusters[0].updates?.rolling = nil })
        #expect(try fires("updates.rollback") { $0.clusters[0].updates?.rollback = nil })
        #expect(try !fires("updates.rolling") { $0.clusters[0].updates?.rollback = false })
    }

    // MARK: Racks and sites

    @Test func `AL-26 each node is on two top-of-rack switches`() throws {
        try expectBroken("network.top_of_rack", item: 26)
        var model = try ExampleModel.architecture.read()
        model.clusters[0].nodes[0].cabling?["lan"] = .switches(["tor1"])
        // Storage still goes to both.
        #expect(try !model.firedRules().contains("network.top_of_rack"))
    }

    @Test func `AL-27 each management controller is on a management switch`() throws {
        try expectBroken("network.management_switch", item: 27)
    }

    @Test func `AL-28 nodes and switches hang on UPS and PDU, on two sides`() throws {
        try expectBroken("power.ups", item: 28)
        try expectBroken("power.redundancy", item: 28)
        // The management switch too.
        #expect(try fires("power.redundancy") { $0.switches?[1].supplies = ["pdu-a"] })
    }

    @Test func `AL-29 no single switch, card, feed or supply cuts a node off`() throws {
        try expectBroken("network.redundancy", item: 29)
        try expectBroken("power.redundancy", item: 29)
        // Both PDUs on one feed, each behind a UPS of its own: the feed is the single point.
        #expect(try fires("power.redundancy") { $0.power?.ups?[1].source = "feed-a" })
    }

    @Test func `AL-30 cables leave the air its way`() throws { try expectBroken("rack.cables", item: 30) }

    @Test func `AL-31 all devices fit one rack of 42 units, and none shares a unit`() throws {
        try expectBroken("rack.space", item: 31)
        // Four nodes of two units from unit 33 on end at 40, where a switch is.
        #expect(try fires("rack.space") { $0.clusters[0].nodes[0].unit = 33 })
        #expect(try !fires("rack.space") { $0.clusters[0].nodes[0].unit = 32 })
    }

    @Test func `AL-32 nodes take 1 or 2 units, and a rack keeps room for another`() throws {
        try expectBroken("rack.node_height", item: 32)
        try expectBroken("rack.growth", item: 32)
        #expect(try !fires("rack.node_height") { $0.changeTemplate { $0.height = 1 } })
    }

    /// 2 units a node, two switches and one for management: 2n + 3, and 2n + 6 in two racks (Azure/odinforazurelocal).
    @Test(arguments: [(ExampleModel.four, 11), (.eight, 19), (.sixteen, 35), (.rackAware2, 14), (.rackAware4, 22)])
    func `AL-32 units of a cluster are 2n + 3, rack-aware 2n + 6`(example: ExampleModel, units: Int) throws {
        let installation = try example.read().installation()
        let nodes = installation.nodes.reduce(0) { $0 + ($1.hardware.height ?? 0) }
        #expect(nodes + installation.switches.reduce(0) { $0 + ($1.hardware.height ?? 0) } == units)
    }

    @Test(arguments: [(300, 1200, true), (299, 1200, false), (800, 1200, true), (801, 1200, false), (500, 1199, false)])
    func `AL-33 a node draws 300 to 800 W typically, and 1200 W and more are planned for`(
        typical: UInt64, most: UInt64, isUsual: Bool
    ) throws {
        try expectBroken("power.draw", item: 33)
        let fires = try fires("power.draw") {
            $0.changeTemplate {
                $0.draw?.typical = Watts(milliwatts: typical * 1000)
                $0.draw?.most = Watts(milliwatts: most * 1000)
            }
        }
        #expect(fires != isUsual)
    }

    /// 5 to 10 kW for nodes and switches of a cluster of four, and nothing of another size.
    @Test func `AL-34 a cluster of four nodes is planned with 5 to 10 kW`() throws {
        try expectBroken("power.cluster", item: 34)
        func fires(_ watts: UInt64, _ nodes: Int = 4) throws -> Bool {
            try self.fires("power.cluster") {
                $0.clusters[0].nodes[0].count = nodes
                $0.changeTemplate { $0.draw?.most = Watts(milliwatts: watts * 1000) }
            }
        }
        // With 650 W of switches.
        #expect(try !fires(1088) && !fires(2337))
        #expect(try fires(1087) && fires(2338))
        #expect(try !fires(1087, 3) && !fires(2338, 5))
    }

    /// Four nodes of 1200 W and switches of 250, 250 and 150 W: 5450 W, in the range that the architecture gives for four
    /// nodes, if its figure is what breakers must carry.
    @Test func `AL-34 four nodes at 1200 W need 5450 W on either side`() throws {
        try expectBroken("power.capacity", item: 34)
        #expect(try !fires("power.capacity") { $0.power?.pdus?[0].capacity = Watts(milliwatts: 5_450_000) })
        #expect(try fires("power.capacity") { $0.power?.ups?[0].capacity = Watts(milliwatts: 5_449_999) })
    }

    @Test func `AL-35 a UPS outlasts the shutdown, and PDUs tell their load`() throws {
        try expectBroken("power.runtime", item: 35)
        try expectBroken("power.monitoring", item: 35)
        #expect(try !fires("power.runtime") { $0.power?.ups?[0].runtime = .seconds(600) })
    }

    @Test func `AL-36 the air is between 10 and 35 degrees`() throws {
        try expectBroken("site.temperature", item: 36)
        #expect(
            try !fires("site.temperature") {
                $0.sites?[0].ambient = TemperatureRange(
                    lowest: Celsius(millidegrees: 10_000), highest: Celsius(millidegrees: 35_000))
            })
    }

    @Test func `AL-37 air goes one way in a rack, and aisles are separate`() throws {
        try expectBroken("rack.airflow", item: 37)
        try expectBroken("site.aisles", item: 37)
        // Back to front is as good, if all do it.
        #expect(
            try !fires("rack.airflow") {
                $0.racks?[0].airflow = .backToFront
                $0.switches?[0].airflow = .backToFront
                $0.switches?[1].airflow = .backToFront
                $0.changeTemplate { $0.airflow = .backToFront }
            })
    }

    @Test func `AL-38 temperature and humidity are watched`() throws { try expectBroken("site.monitoring", item: 38) }

    @Test func `AL-39 a site has its links, and the Internet where a cluster is connected`() throws {
        try expectBroken("site.links", item: 39)
        #expect(
            try !fires("site.links") {
                $0.sites?[0].links?.internet = false
                $0.clusters[0].controlPlane = ControlPlane(mode: .disconnected)
            })
    }

    // MARK: Networks

    @Test func `AL-40 four kinds of traffic have ports, by Microsoft's pages three`() throws {
        try expectBroken("network.traffic", item: 40)
        #expect(try !fires("network.traffic", "azureLocal23H2") { $0.changeAdapter("heartbeat") { $0.carries = [] } })
    }

    @Test func `AL-41 management does with 1 GbE`() throws {
        try expectBroken("network.management", item: 41)
        #expect(try !fires("network.management") { $0.changeAdapter("lan") { $0.rate = try? rate("1GbE") } })
    }

    @Test func `AL-42 storage needs 25 GbE, by Microsoft's pages 10`() throws {
        try expectBroken("network.storage", item: 42)
        let change = { (model: inout ClusterModel) in
            model.changeAdapter("storage") { $0.rate = try? rate("10GbE") }
        }
        #expect(try fires("network.storage", "architecture", change))
        #expect(try !fires("network.storage", "azureLocal23H2", change))
        #expect(try fires("network.storage_advised", "azureLocal23H2", change))
    }

    @Test func `AL-43 compute needs 10 GbE`() throws {
        try expectBroken("network.compute", item: 43)
        #expect(try !fires("network.compute") { $0.changeAdapter("lan") { $0.rate = try? rate("10GbE") } })
    }

    @Test func `AL-44 heartbeats have ports of their own`() throws { try expectBroken("network.cluster", item: 44) }

    @Test func `AL-45 AL-46 AL-47 the option is told from what adapters carry`() throws {
        func option(_ groups: [[Traffic]]) -> NetworkOption? {
            var node = NodeTemplate()
            node.adapters = groups.enumerated().map { index, traffic in
                var group = AdapterGroup(name: "a\(index)")
                group.carries = traffic
                return group
            }
            return NetworkOption(of: node)
        }
        #expect(option([[.management, .storage, .compute, .cluster]]) == .fullyConverged)
        #expect(option([[.storage], [.management, .compute, .cluster]]) == .storageIsolated)
        #expect(option([[.storage, .cluster], [.management, .compute]]) == .storageIsolated)
        #expect(option([[.management], [.storage], [.compute]]) == .fullySeparated)
        #expect(option([[.compute, .storage], [.management]]) == .other)
        #expect(NetworkOption(of: NodeTemplate()) == nil)
        try expectBroken("network.converged", item: 45)
        try expectBroken("network.converged", item: 46)
        try expectBroken("network.converged", item: 47)
    }

    @Test func `AL-48 the options take 2, 4 and 6 ports a node, half of them on each switch`() throws {
        #expect(NetworkOption.allCases.map(\.portsPerNode) == [2, 4, 6, nil])
        #expect(NetworkOption.storageIsolated.portsPerSwitch(nodes: 4) == 8)
        #expect(NetworkOption.fullySeparated.portsPerSwitch(nodes: 16) == 48)
        try expectBroken("switch.ports", item: 48)
        let installation = try ExampleModel.four.read().installation()
        #expect(installation.cables.count { $0.touches("tor1") } == 8)
    }

    @Test func `AL-49 AL-50 AL-51 AL-53 RoCE needs a lossless class on host and switch, iWARP does not`() throws {
        try expectBroken("network.dcb", item: 51)
        try expectBroken("network.dcb", item: 53)
        try expectBroken("switch.lossless", item: 53)
        #expect(
            try !fires("network.dcb") {
                $0.changeAdapter("storage") { $0.rdma = .iwarp }
                $0.changeAdapter("storage") { $0.dcb = nil }
            })
        #expect(
            try !fires("switch.lossless") {
                $0.changeAdapter("storage") { $0.rdma = .iwarp }
                $0.switches?[0].capabilities?.removeAll { $0 == .pfc || $0 == .ets }
            })
        #expect(TopologyProfile.architecture.rules["node.rdma"]?.source?.architecture.contains(49) == true)
        #expect(TopologyProfile.architecture.rules["network.transport"]?.source?.architecture.contains(50) == true)
    }

    @Test func `AL-52 InfiniBand is an option of the architecture and not supported by Microsoft's pages`() throws {
        let change = { (model: inout ClusterModel) in model.changeAdapter("storage") { $0.rdma = .infiniband } }
        #expect(try !fires("network.transport", "architecture", change))
        #expect(try fires("network.transport", "azureLocal23H2", change))
        let rule = try #require(TopologyRule.named("network.transport"))
        #expect(rule.disagreements.map(\.parameter) == ["transports"])
        try expectBroken("network.transport", item: 52)
    }

    @Test func `AL-55 a storage switch runs at line rate, at 25 Gbit/s or more`() throws {
        try expectBroken("switch.line_rate", item: 55)
        #expect(try fires("switch.line_rate") { $0.switches?[0].rate = try? rate("24Gbps") })
    }

    @Test func `AL-56 a storage switch takes less than 5 µs`() throws {
        try expectBroken("switch.latency", item: 56)
        #expect(try !fires("switch.latency") { $0.switches?[0].latency = .nanoseconds(4999) })
    }

    @Test func `AL-57 a storage switch has RDMA, DCB for RoCE, and frames of 9000 bytes`() throws {
        try expectBroken("switch.lossless", item: 57)
        try expectBroken("switch.mtu", item: 57)
        #expect(try !fires("switch.mtu") { $0.switches?[0].mtu = 9000 })
        #expect(try fires("switch.lossless") { $0.switches?[0].capabilities?.removeAll { $0 == .rdma } })
    }

    @Test
    func `AL-58 management switches have layers, VLANs and aggregation, hosts no aggregation by Microsoft's pages`()
        throws
    {
        try expectBroken("switch.management", item: 58)
        try expectBroken("network.teaming", item: 58, profile: TopologyProfile.azureLocal23H2)
    }

    @Test(arguments: ["Cisco Nexus", "Arista", "Dell EMC", "Mellanox", "NVIDIA Spectrum"])
    func `AL-59 switches are of a vendor of the list`(vendor: String) throws {
        #expect(try !fires("switch.vendor") { $0.switches?[0].vendor = vendor })
        try expectBroken("switch.vendor", item: 59)
    }

    @Test func `AL-68 AL-135 storage has VLANs of its own`() throws {
        try expectBroken("network.vlans", item: 68)
        try expectBroken("network.vlans", item: 135)
        for vlan in [0, 4095] {
            #expect(try fires("network.vlans") { $0.clusters[0].network?.vlans?["storage"] = [vlan] })
        }
        #expect(try !fires("network.vlans") { $0.clusters[0].network?.vlans?["storage"] = [1, 4094] })
    }

    // MARK: Operation

    @Test func `AL-79 AL-104 a disconnected cluster is updated by hand and backed up on the premises`() throws {
        try expectBroken("control.updates", item: 79)
        try expectBroken("control.updates", item: 104)
        try expectBroken("backup.cloud", item: 104)
    }

    @Test func `AL-93 AL-94 AL-95 AL-116 a cluster has a backup`() throws {
        for item in [93, 94, 95] { try expectBroken("backup.some", item: item) }
        try expectBroken("backup.some", item: 116, profile: TopologyProfile.disconnected)
    }

    @Test func `AL-93 a vault's copies are consistent, scheduled, kept, encrypted and in two regions`() throws {
        for rule in [
            "backup.consistent", "backup.scheduled", "backup.retention", "backup.encrypted", "backup.redundant",
        ] as [RuleID] {
            try expectBroken(rule, item: 93)
            // What is said of a vault is not asked of software on the premises, which is the example's second backup.
            #expect(try !fires(rule) { $0.clusters[0].backups?.removeFirst() })
        }
        #expect(try !fires("backup.scheduled") { $0.clusters[0].backups?[0].every = .seconds(24 * 3600) })
        #expect(try fires("backup.retention") { $0.clusters[0].backups?[0].every = .seconds(365 * 86400) })
        #expect(try fires("backup.encrypted") { $0.clusters[0].backups?[0].encrypted = [] })
        #expect(try fires("backup.redundant") { $0.clusters[0].backups?[0].redundancy = .zone })
    }

    @Test func `AL-102 the cloud needs 1 Mbit/s for each cluster, 50 are advised, by Microsoft's pages 10`() throws {
        try expectBroken("site.wan", item: 102)
        try expectBroken("site.wan_advised", item: 102)
        #expect(try !fires("site.wan") { $0.sites?[0].links?.wan = try rate("1Mbps") })
        #expect(try fires("site.wan") { $0.sites?[0].links?.wan = try rate("999kbps") })
        #expect(try !fires("site.wan", "azureLocal23H2") { $0.sites?[0].links?.wan = try rate("10Mbps") })
    }

    @Test func `AL-103 the region is nearer than 250 ms, better 150`() throws {
        try expectBroken("site.region_round_trip", item: 103)
        try expectBroken("site.region_round_trip_advised", item: 103)
        #expect(
            try !fires("site.region_round_trip") { $0.sites?[0].links?.regionRoundTrip = .milliseconds(249) })
        #expect(
            try !fires("site.region_round_trip_advised") { $0.sites?[0].links?.regionRoundTrip = .milliseconds(149) })
    }

    @Test func `AL-105 a disconnected cluster says how updates come in: by a link or on media`() throws {
        try expectBroken("control.sync", item: 105)
        for way in [ControlPlane.Sync.Way.link, .portableMedia] {
            #expect(
                try !fires("control.sync", "disconnected", of: .disconnected) {
                    $0.clusters[0].controlPlane?.sync?.by = way
                })
        }
    }

    @Test func `AL-117 backups in the cloud need a connected cluster`() throws {
        try expectBroken("backup.cloud", item: 117)
        #expect(try !fires("backup.cloud", of: .four) { _ in })
        #expect(
            try fires("backup.cloud", "disconnected", of: .disconnected) {
                $0.clusters[0].backups?[0].kind = .cloudReplication
            })
    }

    @Test func `AL-141 backups are tried`() throws { try expectBroken("backup.tested", item: 141) }
}
