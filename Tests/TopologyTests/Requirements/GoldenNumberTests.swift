import ClusterCore
import StorageMath
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
        // Azure/odinforazurelocal v0.23.01: Microsoft 365 Local has 9 nodes at least.
        ("microsoft365Local", [9, 16], [8, 17]),
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

    private func outcome(_ rule: RuleID, _ profile: String, _ model: ClusterModel) throws -> RequirementCheck.Outcome? {
        try model.check(profile).checks.first { $0.rule == rule }?.outcome
    }

    /// Microsoft, system-requirements-disaggregated (2026-04-09): 1 to 8 racks. Azure/odinforazurelocal v0.23.01: up to 16
    /// nodes in each of 1 to 4 racks, 12 in 5, 10 in 6, 9 in 7, 8 in 8.
    @Test(arguments: [(1, 16), (2, 16), (3, 16), (4, 16), (5, 12), (6, 10), (7, 9), (8, 8), (9, 0)])
    func `AL-129 a disaggregated cluster has up to 8 racks, and in each an equal part of 64 nodes`(
        racks: Int, nodes: Int
    ) throws {
        func model(inFirst count: Int) throws -> ClusterModel {
            var model = try ExampleModel.disaggregated.read()
            model.racks = (1...racks).map { Rack(name: "rack\($0)") }
            model.switches = nil
            model.clusters[0].nodes = (1...racks).map { number in
                var group = NodeGroup(template: "node", count: number == 1 ? count : 1, prefix: "r\(number)n")
                group.rack = "rack\(number)"
                return group
            }
            return model
        }
        let within = try outcome("cluster.racks", "disaggregated", model(inFirst: max(1, nodes)))
        #expect(within == (nodes > 0 ? .met : .notMet))
        #expect(try outcome("cluster.racks", "disaggregated", model(inFirst: nodes + 1)) == .notMet)
    }

    /// Microsoft, system-requirements-23h2 and physical-network-requirements: all nodes in one rack.
    @Test func `AL-26 AL-31 a hyperconverged cluster stands in one rack, a rack-aware one in two`() throws {
        var two = try ExampleModel.four.read()
        two.moveLastNode(to: "rack2")
        #expect(try outcome("cluster.racks", "azureLocal23H2", two) == .notMet)
        #expect(try outcome("cluster.racks", "rackAware", two) == .met)
        two.clusters[0].nodes[1].rack = nil
        #expect(try outcome("cluster.racks", "azureLocal23H2", two) == .undetermined)
    }

    /// Microsoft, system-requirements-23h2 (2025-10-15): 512 logical processors.
    @Test func `AL-7 a node has at most 512 logical processors, whatever its threads`() throws {
        for (cores, threads, expected) in [
            (256, 1, .met), (257, 1, .notMet), (128, 2, .met), (129, 2, .notMet), (128, nil, .met), (257, nil, .notMet),
            (200, nil, .undetermined),
        ] as [(Int, Int?, RequirementCheck.Outcome)] {
            var model = try ExampleModel.four.read()
            model.changeTemplate {
                // Two sockets.
                $0.processor?.cores = cores
                $0.processor?.threads = threads
            }
            let found = try outcome("node.logical_processors", "azureLocal23H2", model)
            #expect(found == expected, "\(cores), \(threads ?? 0)")
        }
    }

    /// Microsoft, system-requirements-small-23h2 (2025-05-07): 14 cores, 32 to 128 GB, one data drive of 1 TB, one port of
    /// 1 Gbit/s.
    @Test func `AL-7 AL-9 AL-15 AL-17 the low-capacity class has the published bounds`() throws {
        for (rule, expected, change) in [
            ("node.cores", .met, { $0.processor?.cores = 14 }), ("node.cores", .notMet, { $0.processor?.cores = 15 }),
            ("node.memory", .met, { $0.memory?.size = try? size("128GB") }),
            ("node.memory", .notMet, { $0.memory?.size = try? size("129GB") }),
            ("node.memory", .met, { $0.memory?.size = try? size("32GB") }),
            ("node.memory", .notMet, { $0.memory?.size = try? size("31GB") }),
            ("storage.drives", .met, { $0.drives?.capacity = try? DriveList(parsing: "1x1TB:ssd") }),
            ("storage.drives", .notMet, { $0.drives?.capacity = try? DriveList(parsing: "1x999GB:ssd") }),
            ("node.adapters", .met, { for index in 0..<2 { $0.adapters?[index].rate = try? rate("1Gbps") } }),
            ("node.adapters", .notMet, { for index in 0..<2 { $0.adapters?[index].rate = try? rate("999Mbps") } }),
        ] as [(RuleID, RequirementCheck.Outcome, (inout NodeTemplate) -> Void)] {
            var model = try ExampleModel.lowCapacity.read()
            model.changeTemplate(change)
            #expect(try outcome(rule, "lowCapacity", model) == expected, "\(rule)")
        }
    }

    /// Microsoft, disconnected-operations-overview: 24 cores, 64 GB, 2 TB and 960 GB to boot from, of each node.
    @Test func `AL-7 AL-9 AL-12 AL-14 nodes of disconnected operations have the published size`() throws {
        for (rule, expected, change) in [
            ("node.cores", .met, { $0.processor?.cores = 12 }), ("node.cores", .notMet, { $0.processor?.cores = 11 }),
            ("node.memory", .met, { $0.memory?.size = try? size("64GB") }),
            ("node.memory", .notMet, { $0.memory?.size = try? size("63GB") }),
            ("node.capacity", .met, { $0.drives?.capacity = try? DriveList(parsing: "2x1TB:ssd") }),
            ("node.capacity", .notMet, { $0.drives?.capacity = try? DriveList(parsing: "2x999GB:ssd") }),
            ("node.system_drives", .notMet, { $0.drives?.system = try? DriveList(parsing: "2x959GB:ssd") }),
        ] as [(RuleID, RequirementCheck.Outcome, (inout NodeTemplate) -> Void)] {
            var model = try ExampleModel.disconnected.read()
            model.changeTemplate(change)
            #expect(try outcome(rule, "disconnected", model) == expected, "\(rule)")
        }
    }

    /// Microsoft, host-network-requirements (2025-08-25): Broadcom RoCE, Intel iWARP and RoCE on some, Marvell both, NVIDIA
    /// RoCE; a team of 8 adapters at most.
    @Test func `AL-19 AL-50 AL-51 vendors offer the transports of the published matrix`() throws {
        for (vendor, iwarp, roce) in [
            ("Broadcom", false, true), ("Intel", true, true), ("Marvell", true, true), ("NVIDIA", false, true),
            ("Mellanox", false, true),
        ] {
            for (transport, expected) in [(RDMATransport.iwarp, iwarp), (.roceV2, roce)] {
                var model = try ExampleModel.four.read()
                model.changeAdapter("storage") { ($0.vendor, $0.rdma) = (vendor, transport) }
                let met = try outcome("network.rdma_vendor", "azureLocal23H2", model)
                #expect(met == (expected ? .met : .notMet), "\(vendor) \(transport)")
            }
        }
    }

    /// Microsoft, network-atc and manage-network-atc (2024-11-13): 1 live migration at once, of 1 to 10.
    @Test func `AL-43 a node runs one live migration at once, and at most ten`() throws {
        for (count, expected) in [(nil, .met), (1, .met), (10, .met), (11, .notMet)]
            as [(Int?, RequirementCheck.Outcome)]
        {
            var model = try ExampleModel.four.read()
            model.clusters[0].network?.liveMigrations = count
            #expect(try outcome("network.live_migrations", "azureLocal23H2", model) == expected)
        }
        let settings = try #require(TopologyProfile.azureLocal23H2.rules["network.live_migrations"])
        #expect(settings.parameters["usual"] == .count(1))
    }

    /// Microsoft, system-requirements-23h2 (2025-10-15): pass-through, no RAID and no SAN; flash with power-loss protection.
    @Test func `AL-14 drives are passed through, and flash outlives a power cut`() throws {
        for (controller, expected) in [(.hba, .met), (.raid, .notMet), (.san, .notMet), (nil, .undetermined)]
            as [(DriveController?, RequirementCheck.Outcome)]
        {
            var model = try ExampleModel.four.read()
            model.changeTemplate { $0.drives?.controller = controller }
            #expect(try outcome("node.drive_controller", "azureLocal23H2", model) == expected)
        }
        for (isProtected, drives, expected) in [
            (true, "6x4TB:ssd", .met), (false, "6x4TB:ssd", .notMet), (nil, "6x4TB:ssd", .undetermined),
            (nil, "6x4TB:hdd", .met), (nil, "6x4TB", .undetermined),
        ] as [(Bool?, String, RequirementCheck.Outcome)] {
            var model = try ExampleModel.four.read()
            model.changeTemplate {
                $0.drives?.powerLossProtection = isProtected
                $0.drives?.capacity = try? DriveList(parsing: drives)
            }
            #expect(try outcome("node.power_loss_protection", "azureLocal23H2", model) == expected, "\(drives)")
        }
    }

    @Test func `AL-58 a team has at most 8 ports`() throws {
        for (ports, expected) in [(8, false), (9, true)] {
            var model = try ExampleModel.four.read()
            model.changeAdapter("lan") { $0.ports = ports }
            #expect(try model.firedRules().contains("network.team_size") == expected)
            // Storage that stands outside of virtual switches is no team.
            var storage = try ExampleModel.four.read()
            storage.changeAdapter("storage") { $0.ports = ports }
            #expect(try !storage.firedRules().contains("network.team_size"))
        }
    }

    /// Microsoft, network-atc (2024-11-13): RoCE has VLANs 1 to 4094, iWARP may have 0.
    @Test func `AL-135 iWARP may go without a VLAN, RoCE may not`() throws {
        func outcome(_ transport: RDMATransport?, _ vlan: Int) throws -> RequirementCheck.Outcome? {
            var model = try ExampleModel.four.read()
            model.changeAdapter("storage") { $0.rdma = transport }
            model.clusters[0].network?.vlans?["storage"] = [vlan]
            return try self.outcome("network.vlans", "azureLocal23H2", model)
        }
        #expect(try outcome(.iwarp, 0) == .met)
        #expect(try outcome(.roceV2, 0) == .notMet)
        #expect(try outcome(nil, 0) == .undetermined)
        #expect(try outcome(.roceV2, 4094) == .met && outcome(.iwarp, 4095) == .notMet)
    }

    /// Microsoft, rack-aware-cluster-room-to-room-connectivity: as many links between the rooms as storage ports of a zone.
    @Test(arguments: [(ExampleModel.rackAware2, 4), (.rackAware4, 8)])
    func `links between rooms are one for each storage port of a zone`(example: ExampleModel, links: Int) throws {
        let installation = try example.read().installation()
        let between = installation.cables.filter { $0.from.device.hasPrefix("tor") && $0.to.device.hasPrefix("tor") }
        #expect(between.count == links)
        #expect(try outcome("cluster.zone_links", "rackAware", example.read()) == .met)
        var without = try example.read()
        without.cables = nil
        #expect(try outcome("cluster.zone_links", "rackAware", without) == .notMet)
    }

    /// Microsoft, rack-aware-cluster-reference-architecture (2025-10), option D: nodes on the switches of both rooms need no
    /// link between those.
    @Test func `nodes that are cabled to both rooms need no link between them`() throws {
        var model = try ExampleModel.rackAware2.read()
        model.cables = nil
        for index in 0..<2 { model.clusters[0].nodes[index].cabling?["storage"] = .switches(["tor1", "tor3"]) }
        #expect(try outcome("cluster.zone_links", "rackAware", model) == .met)
        // The switches of one room alone are no link to the other.
        for index in 0..<2 { model.clusters[0].nodes[index].cabling?["storage"] = .switches(["tor1", "tor2"]) }
        #expect(try outcome("cluster.zone_links", "rackAware", model) == .notMet)
    }

    /// Microsoft, rack-aware-cluster-requirements (2025-10): a zone is a rack or a room.
    @Test func `AL-130 zones share no rack, and a zone of two racks has one room`() throws {
        func outcome(_ change: (inout ClusterModel) -> Void) throws -> RequirementCheck.Outcome? {
            var model = try ExampleModel.rackAware2.read()
            var third = Rack(name: "rack3")
            third.room = "south"
            model.racks?.append(third)
            change(&model)
            return try self.outcome("cluster.zone_places", "rackAware", model)
        }
        func split(_ model: inout ClusterModel) {
            model.clusters[0].nodes[1].count = 1
            var other = model.clusters[0].nodes[1]
            other.prefix = "further"
            other.rack = "rack3"
            model.clusters[0].nodes.append(other)
        }
        #expect(try outcome { _ in } == .met)
        #expect(try outcome { $0.clusters[0].nodes[1].rack = "rack1" } == .notMet)
        #expect(try outcome { $0.clusters[0].nodes[1].rack = nil } == .undetermined)
        #expect(try outcome(split) == .met)
        #expect(
            try outcome {
                split(&$0)
                $0.racks?[2].room = "attic"
            } == .notMet)
        #expect(
            try outcome {
                split(&$0)
                $0.racks?[2].room = nil
            } == .undetermined)
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

    /// What is not said of a drive is not taken for flash.
    @Test func `drives of an unknown kind meet nothing that depends on it`() throws {
        func outcome(_ rule: RuleID, _ drives: String, _ example: ExampleModel = .rackAware2) throws
            -> RequirementCheck.Outcome?
        {
            var model = try example.read()
            model.changeTemplate { $0.drives?.capacity = try? DriveList(parsing: drives) }
            return try self.outcome(rule, try example.read().profile ?? "", model)
        }
        #expect(try outcome("node.all_flash", "6x3.84TB") == .undetermined)
        #expect(try outcome("node.all_flash", "6x3.84TB:ssd") == .met)
        #expect(try outcome("node.all_flash", "6x3.84TB,1x4TB:hdd") == .notMet)
        // Two are enough of flash, four are asked of disks; one is too few and four are enough whatever they are.
        #expect(try outcome("storage.drives", "2x3.84TB", .four) == .undetermined)
        #expect(try outcome("storage.drives", "2x3.84TB:nvme", .four) == .met)
        #expect(try outcome("storage.drives", "2x3.84TB:hdd", .four) == .notMet)
        #expect(try outcome("storage.drives", "1x3.84TB", .four) == .notMet)
        #expect(try outcome("storage.drives", "4x3.84TB", .four) == .met)
        #expect(try outcome("node.cache_tier", "4x3.84TB", .four) == .undetermined)
        #expect(try DriveList(parsing: "6x3.84TB,2x4TB:hdd").drives.map(\.kind) == [nil, .hdd])
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
