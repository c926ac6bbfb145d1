import ClusterCore
import Testing
import Topology

/// Figures that others published, each with its source.
@Suite struct `Published figures of topology` {
    /// Microsoft: system-requirements-23h2 (2025-10-15), rack-aware-cluster-requirements (2025-10),
    /// system-requirements-disaggregated (2026-04-09), system-requirements-small-23h2 (2025-05-07),
    /// disconnected-operations-overview.
    @Test(arguments: [
        ("architecture", [1, 16], [17]), ("azureLocal23H2", [1, 16], [17]),
        ("rackAware", [2, 4, 6, 8], [1, 3, 5, 7, 10]),
        ("disaggregated", [1, 17, 64], [65]), ("lowCapacity", [1, 3], [4]), ("disconnected", [3, 16], [1, 2, 17]),
    ])
    func `AL-1 each profile has its own range of nodes`(profile: String, allowed: [Int], refused: [Int]) throws {
        for nodes in allowed + refused {
            let check = try ExampleModel.four.read().withNodes(nodes).check(profile)
            let fires = check.findings.contains { $0.rule == "cluster.nodes" }
            #expect(fires == refused.contains(nodes), "\(nodes) nodes by \(profile)")
        }
    }

    /// Microsoft, rack-aware-cluster-requirements (2025-10): machines of a zone × rate × storage ports.
    @Test(arguments: [("10GbE", [20, 40, 60, 80]), ("25GbE", [50, 100, 150, 200])])
    func `bandwidth between rooms by machines of a zone`(port: String, gigabits: [UInt64]) throws {
        for (index, expected) in gigabits.enumerated() {
            var model = try ExampleModel.rackAware4.read()
            model.changeAdapter("storage") { $0.rate = try? rate(port) }
            model.clusters[0].nodes[0].count = index + 1
            model.clusters[0].nodes[1].count = index + 1
            let cluster = try #require(try model.installation().clusters.first)
            #expect(try ZoneBandwidth.needed(by: cluster) == BitRate(bitsPerSecond: expected * 1_000_000_000))
        }
    }

    /// Microsoft, rack-aware-cluster-room-to-room-connectivity: as many links between the rooms as storage ports of a zone.
    @Test(arguments: [(ExampleModel.rackAware2, 4), (.rackAware4, 8)])
    func `links between rooms are one for each storage port of a zone`(example: ExampleModel, links: Int) throws {
        let installation = try example.read().installation()
        let between = installation.cables.filter { $0.from.device.hasPrefix("tor") && $0.to.device.hasPrefix("tor") }
        #expect(between.count == links)
    }

    /// Microsoft, four-node-switchless-two-switches-two-links: 6 ports a node and 12 subnets for four nodes; with three
    /// nodes 4 ports and 6 subnets. Azure/odinforazurelocal: 2 → 2, 3 → 4, 4 → 6.
    @Test func `switchless storage takes 2(n-1) ports and 2·n(n-1)/2 subnets`() {
        #expect((2...4).map { SwitchlessStorage.ports(nodes: $0) } == [2, 4, 6])
        #expect((2...4).map { SwitchlessStorage.subnets(nodes: $0) } == [2, 6, 12])
        #expect(SwitchlessStorage.ports(nodes: 0) == 0)
    }

    @Test(arguments: [2, 3, 4])
    func `a mesh joins each two nodes twice`(nodes: Int) throws {
        var model = try ExampleModel.two.read().withNodes(nodes)
        model.changeAdapter("storage") { $0.ports = 2 * (nodes - 1) }
        let installation = try model.installation()
        let mesh = installation.cables.filter { $0.from.group == "storage" && $0.to.group == "storage" }
        #expect(mesh.count == SwitchlessStorage.subnets(nodes: nodes))
        let pairs = Dictionary(grouping: mesh) { Set([$0.from.device, $0.to.device]) }
        #expect(pairs.count == nodes * (nodes - 1) / 2)
        #expect(pairs.values.allSatisfy { $0.count == 2 })
        #expect(try !model.firedRules().contains("network.switchless"))
    }

    /// Azure/odinforazurelocal v0.23.01: two 32-core halves of 64-core processors of 350 W, 512 GB, 6 flash drives.
    @Test func `AL-33 the published node draws 748 W`() throws {
        let node = try PowerEstimate(
            sockets: 2, processor: Watts(milliwatts: 350_000), coreShare: .ratio(32, 64), memory: size("512GB"),
            flashDrives: 6
        ).node()
        #expect(node == Watts(milliwatts: 748_000))
        // Four of them with two switches and one for management: 3,642 W, 12,427 BTU/h, 31,904 kWh a year.
        let all = try node.multiplied(by: 4).adding(PowerEstimate.topOfRackSwitch.multiplied(by: 2))
            .adding(PowerEstimate.managementSwitch)
        #expect(all == Watts(milliwatts: 3_642_000))
        #expect(PowerEstimate.heatUnitsPerHour(of: all) == 12_427)
        #expect((all.milliwatts * 24 * 365 + 500_000) / 1_000_000 == 31_904)
    }

    /// Three pages of Microsoft give three limits, and of memory for disconnected operations two sources two.
    @Test func `where pages disagree all are told`() throws {
        let switchless = try #require(TopologyRule.named("network.switchless")?.disagreement(on: "nodes_maximum"))
        #expect(switchless.positions.map(\.value) == [.count(4), .count(3), .count(16)])
        let memory = try #require(TopologyRule.named("node.memory"))
        let disconnected = try #require(memory.disagreement(on: "minimum", setBy: "disconnected"))
        #expect(disconnected.positions.map(\.value) == [.bytes(try size("64GB")), .bytes(try size("96GB"))])
        let general = try #require(memory.disagreement(on: "minimum"))
        #expect(general.positions.map(\.value) == [.bytes(try size("128GB")), .bytes(try size("32GB"))])
        #expect(memory.disagreement(on: "maximum") == nil)
    }

    @Test func `an estimate of no node at all is what is left, and the largest draw has a figure`() throws {
        let empty = PowerEstimate(sockets: 0, processor: .zero, memory: .zero)
        // 116 W / 0.96 = 120.8 W.
        #expect(try empty.node() == Watts(milliwatts: 121_000))
        #expect(PowerEstimate.heatUnitsPerHour(of: Watts(milliwatts: .max)) > 0)
        let huge = PowerEstimate(
            sockets: .max, processor: Watts(milliwatts: .max), memory: ByteCount(bytes: .max), flashDrives: .max)
        #expect(throws: UnitError.self) { try huge.node() }
    }
}
