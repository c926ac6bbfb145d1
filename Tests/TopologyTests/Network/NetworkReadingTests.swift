import ClusterCore
import ClusterDocuments
import TestSupport
import Testing
import Topology

@Suite struct `A network read from a model` {
    private func reading(_ model: ClusterModel) throws -> NetworkReading {
        let installation = try model.installation()
        return NetworkReading(of: try #require(installation.clusters.first), in: installation)
    }

    private func reading(
        _ example: ExampleModel = .four, _ change: (inout ClusterModel) throws -> Void = { _ in }
    ) throws -> NetworkReading {
        var model = try example.read()
        try change(&model)
        return try reading(model)
    }

    @Test(arguments: ExampleModel.allCases.filter { $0 != .disaggregated })
    func `an example leaves nothing open and can be planned`(example: ExampleModel) throws {
        let reading = try reading(example)
        #expect(reading.findings == [])
        let model = try example.read()
        let nodes = try model.installation().nodes.count
        let plan = try #require(reading.plan)
        #expect(plan.demand.nodes == nodes)
        #expect(plan.demand.zones == (model.clusters[0].kind == .rackAware ? 2 : 1))
        #expect(plan.demand.storageRate == NetworkDemand.gigabits(example == .lowCapacity ? 10 : 25))
        #expect(plan.demand.managementVLAN == 10)
    }

    /// Microsoft, network-patterns-overview-disaggregated (2026-04-14) and iscsi-6-network-adapters-disaggregated-pattern
    /// (2026-06-11): an intent of two ports for management and compute; the cluster's networks and the paths to storage have
    /// two ports each that stand alone; 16 nodes of a rack take ports 1 to 48 of each of its two switches.
    @Test func `of a disaggregated cluster the intent, ports and addresses are planned, and the rest is named`() throws
    {
        let reading = try reading(.disaggregated)
        let plan = try #require(reading.plan)
        #expect(plan.intents.map(\.roles) == [[.management, .compute]])
        #expect(plan.intents.map(\.adapters) == [[1, 2]])
        #expect(plan.portsPerTor == 8 * 3)
        #expect(plan.managementSwitchPorts == 8)
        #expect(plan.demand.managementVLAN == 10)
        #expect(plan.storageNetworks == [] && plan.classes == nil && plan.bandwidth == nil)
        let finding = try #require(reading.findings.first)
        #expect(reading.findings.count == 1 && finding.rule == NetworkReading.openRule)
        #expect(finding.subject == "cluster:c1/network:storage")
        #expect(finding.required.map { "\($0)".contains("storage and cluster") } == true)
        #expect(finding.outcome == .undetermined && finding.measured == nil)
        // Four racks of 16 nodes, each with two switches of its own.
        let racks = try self.reading(.disaggregated) { model in
            let group = model.clusters[0].nodes[0]
            let switches = try #require(model.switches?.first)
            model.racks = (1...4).map { Rack(name: "rack\($0)") }
            model.switches = (1...4).map { number in
                var pair = switches
                (pair.names, pair.rack, pair.supplies) = (["left\(number)", "right\(number)"], "rack\(number)", nil)
                return pair
            }
            model.clusters[0].nodes = (1...4).map { number in
                var own = group
                (own.count, own.prefix, own.rack, own.supplies) = (16, "r\(number)n", "rack\(number)", nil)
                let pair = Cabling.switches(["left\(number)", "right\(number)"])
                own.cabling = ["storage": pair, "cluster": pair, "lan": pair]
                return own
            }
        }
        #expect(racks.plan?.demand.nodes == 64)
        #expect(racks.plan?.portsPerTor == 48)
        #expect(try self.reading(.disaggregated) { $0.clusters[0].nodes[0].count = 65 }.plan == nil)
    }

    @Test func `settings of a disaggregated cluster leave storage alone`() throws {
        let settings = try settings(.disaggregated)
        #expect(
            settings.networkATC == [
                "Add-NetIntent -Name ManagementCompute -Management -Compute -AdapterName pNIC01, pNIC02 -ManagementVlan 10"
            ])
        #expect(settings.switches == [] && settings.linux.allSatisfy { $0.lines.isEmpty })
    }

    /// The page of rack-aware clusters: 25 GbE, two ports, two and four machines in a zone.
    @Test func `the rooms of the rack-aware examples need 100 and 200 Gbit a second`() throws {
        #expect(try reading(.rackAware2).plan?.roomBandwidth == NetworkDemand.gigabits(100))
        #expect(try reading(.rackAware4).plan?.roomBandwidth == NetworkDemand.gigabits(200))
        #expect(try reading(.four).plan?.roomBandwidth == nil)
    }

    @Test func `rooms without a cable between them are told, with what the cables must carry`() throws {
        let reading = try reading(.rackAware2) { $0.cables = nil }
        #expect(reading.findings.map(\.rule) == [NetworkReading.planRule])
        #expect(reading.findings.first?.severity == .critical)
        #expect(reading.plan?.roomBandwidth == NetworkDemand.gigabits(100))
    }

    @Test func `AL-45 AL-46 AL-47 AL-48 the option and the ports follow from what adapters carry`() throws {
        #expect(try reading().demand?.option == .storageIsolated)
        #expect(try reading().plan?.portsPerTor == 8)
        let together = try reading {
            $0.changeTemplate { $0.adapters?.removeLast() }
            $0.changeAdapter("storage") { $0.carries = [.management, .storage, .compute, .cluster] }
            $0.clusters[0].nodes[0].cabling?["lan"] = nil
        }
        #expect(together.demand?.option == .fullyConverged)
        #expect(together.plan?.portsPerTor == 4)
        let apart = try reading {
            $0.changeAdapter("lan") { $0.carries = [.compute] }
            $0.changeTemplate {
                var own = AdapterGroup(name: "mgmt")
                (own.ports, own.rate, own.carries) = (2, NetworkDemand.gigabits(1), [.management])
                $0.adapters?.append(own)
            }
        }
        #expect(apart.demand?.option == .fullySeparated)
        #expect(apart.demand?.managementRate == NetworkDemand.gigabits(1))
        #expect(apart.demand?.computeRate == NetworkDemand.gigabits(25))
        let management = try reading {
            $0.changeAdapter("storage") { $0.carries = [.storage, .compute] }
            $0.changeAdapter("lan") { $0.carries = [.management] }
        }
        #expect(management.demand?.option == .managementIsolated)
    }

    @Test func `as many ports as the model has, also of management and compute`() throws {
        let wide = try reading {
            $0.changeAdapter("lan") { $0.ports = 4 }
            $0.changeAdapter("storage") { $0.ports = 4 }
            $0.clusters[0].network?.vlans?["storage"] = [711, 712, 713, 714]
        }
        #expect(wide.findings == [])
        #expect(wide.plan?.intents.map(\.adapters.count) == [4, 4])
        #expect(wide.plan?.portsPerTor == 16)
    }

    @Test func `storage from host to host is told from its cables`() throws {
        let two = try reading(.two)
        #expect(two.demand?.storagePath == .switchless(linksPerPair: 2))
        // Between two hosts each cable may have a VLAN of its own, as Network ATC gives each adapter.
        #expect(two.plan?.storageNetworks.map(\.vlan) == [711, 712])
        let three = try reading(.two) {
            $0.clusters[0].nodes[0].count = 3
            $0.changeAdapter("storage") { $0.ports = 4 }
            $0.clusters[0].network?.vlans?["storage"] = [711]
        }
        #expect(three.plan?.storageNetworks.count == 6)
        let half = try reading(.two) {
            $0.clusters[0].nodes[0].cabling?["storage"] = nil
            $0.cables = [
                Cable(from: "node1/storage.1", to: "node2/storage.1"), Cable(from: "node1/storage.2", to: "tor1/40"),
            ]
        }
        #expect(half.plan == nil)
        #expect(half.findings.map(\.rule) == [NetworkReading.planRule])
        #expect(half.findings.map(\.severity) == [.critical])
    }

    /// A fact taken out of a complete model, and the part of the finding that says so.
    @Test(
        arguments: [
            NetworkChange("storage.rate") { $0.changeAdapter("storage") { $0.rate = nil } },
            NetworkChange("storage.ports") { $0.changeAdapter("storage") { $0.ports = nil } },
            NetworkChange("storage.rdma") { $0.changeAdapter("storage") { $0.rdma = nil } },
            NetworkChange("storage.mtu") { $0.changeAdapter("storage") { $0.mtu = nil } },
            NetworkChange("management.rate") { $0.changeAdapter("lan") { $0.rate = nil } },
            NetworkChange("compute.rate") { $0.changeAdapter("lan") { $0.rate = nil } },
            NetworkChange("zones") { $0.clusters[0].kind = .rackAware },
            NetworkChange("vlans") { $0.clusters[0].network = nil },
            NetworkChange("kind") { $0.clusters[0].kind = nil },
            NetworkChange("storage.cabling") { $0.clusters[0].nodes[0].cabling?["storage"] = nil },
            NetworkChange("switches") { $0.clusters[0].nodes[0].cabling = nil },
            NetworkChange("adapters") { $0.changeAdapter("lan") { $0.carries = nil } },
            NetworkChange("adapters") {
                $0.changeTemplate { $0.adapters = nil }
                $0.clusters[0].nodes[0].cabling = nil
            },
        ])
    func `what the model leaves open is told, and never planned in silence`(
        change: NetworkChange
    ) throws {
        let part = change.part
        var model = try ExampleModel.four.read()
        change.body(&model)
        if part == "storage.ports" { model.clusters[0].nodes[0].cabling = nil }
        let found = try reading(model).findings
        #expect(!found.isEmpty)
        #expect(found.contains { $0.subject.rawValue == "cluster:c1/network:\(part)" })
        #expect(found.allSatisfy { $0.rule == NetworkReading.openRule && $0.measured == nil && $0.remedy != nil })
    }

    @Test(
        arguments: [
            NetworkChange("frames") { $0.changeAdapter("storage") { $0.mtu = 5000 } },
            NetworkChange("share") { $0.changeAdapter("storage") { $0.dcb?.reservation = .ratio(1, 3) } },
            NetworkChange("priority") { $0.changeAdapter("storage") { $0.dcb?.pfcPriority = 5 } },
            NetworkChange("ports") { $0.changeAdapter("storage") { $0.ports = 9 } },
            NetworkChange("stretched") { $0.clusters[0].kind = .stretched },
            NetworkChange("17 nodes") { $0.clusters[0].nodes[0].count = 17 },
            NetworkChange("one VLAN") { $0.clusters[0].network?.vlans?["storage"] = [711] },
            NetworkChange("a VLAN twice") { $0.clusters[0].network?.vlans?["storage"] = [711, 10] },
            NetworkChange("no compute") { $0.changeAdapter("lan") { $0.carries = [.management] } },
            NetworkChange("other adapters") { $0.changeLastNode { $0.adapters?[0].rate = NetworkDemand.gigabits(10) } },
        ])
    func `what cannot be planned is told with what was found`(change: NetworkChange) throws {
        var model = try ExampleModel.four.read()
        change.body(&model)
        let reading = try reading(model)
        #expect(reading.plan == nil)
        let critical = reading.findings.filter { $0.severity == .critical && $0.rule == NetworkReading.planRule }
        #expect(!critical.isEmpty)
        #expect(critical.allSatisfy { $0.measured != nil && $0.remedy?.isEmpty == false })
    }

    @Test func `a rack-aware cluster has two zones`() throws {
        let three = try reading(.rackAware2) { $0.clusters[0].nodes[1].zone = "west" }
        #expect(three.plan != nil)
        let one = try reading(.rackAware2) { $0.clusters[0].nodes[1].zone = "north" }
        #expect(one.plan == nil)
        #expect(one.findings.map(\.subject.rawValue) == ["cluster:c1/network:zones"])
    }

    // MARK: Settings

    private func settings(
        _ example: ExampleModel = .four, names: NetworkSettings.Names = NetworkSettings.Names(),
        _ change: (inout ClusterModel) -> Void = { _ in }
    ) throws -> NetworkSettings {
        var model = try example.read()
        change(&model)
        let installation = try model.installation()
        let reading = NetworkReading(of: installation.clusters[0], in: installation)
        return try #require(try reading.settings(in: installation, names: names))
    }

    @Test func `AL-26 each switch has the ports that the model's cables lead to`() throws {
        let settings = try settings()
        #expect(settings.switches.map(\.name) == ["tor1", "tor2"])
        for (device, vlan) in zip(settings.switches, [711, 712]) {
            let own = device.lines.filter { $0.hasPrefix("interface ") }
            #expect(
                own == [
                    "interface Ethernet1/5", "interface Ethernet1/6", "interface Ethernet1/7", "interface Ethernet1/8",
                ])
            #expect(device.lines.contains("  switchport trunk allowed vlan \(vlan)"))
            #expect(device.lines.first == "policy-map type network-qos QOS_NETWORK")
        }
        #expect(settings.linux.map(\.name) == ["node1", "node2", "node3", "node4"])
        #expect(settings.linux[1].lines.contains("ip address replace 10.71.1.2/24 dev storage1.711"))
        #expect(settings.findings == [])
        // Each room has switches of its own.
        #expect(try self.settings(.rackAware2).switches.map(\.name) == ["tor1", "tor2", "tor3", "tor4"])
        #expect(try self.settings(.two).switches == [])
        #expect(try self.settings(.one).switches == [])
    }

    @Test func `a switch whose cables are no plan's gets no lines but a finding`() throws {
        let crossed = try settings {
            $0.cables = [
                Cable(from: "node2/storage.1", to: "tor2/40"), Cable(from: "node2/storage.2", to: "tor1/40"),
            ]
        }
        #expect(crossed.switches == [])
        #expect(crossed.findings.map(\.subject.rawValue) == ["switch:tor1", "switch:tor2"])
    }

    @Test func `names of interfaces, adapters and ports are the user's`() throws {
        let own = try settings(
            names: NetworkSettings.Names(
                interfaces: ["ens1f0", "ens1f1"], adapters: ["A", "B", "C", "D"], port: "Eth1/0/", nativeVLAN: 7))
        #expect(own.linux[0].lines.first == "ip link set dev ens1f0 mtu 9000 up")
        #expect(own.networkATC.contains { $0.contains("-AdapterName C, D") })
        #expect(own.switches[0].lines.contains("interface Eth1/0/5"))
        #expect(own.switches[0].lines.contains("  switchport trunk native vlan 7"))
        #expect(throws: TopologyError.self) {
            try settings(names: NetworkSettings.Names(interfaces: ["only-one"]))
        }
        #expect(throws: TopologyError.self) { try settings(names: NetworkSettings.Names(nativeVLAN: 0)) }
    }

    /// Whatever a model that can be written out says, its network is planned, or it is told why not; nothing traps.
    @Test func `no model ends the process`() throws {
        let example = try ExampleModel.four.read()
        forRandom(300) { random in
            func any(_ values: [Int?]) -> Int? { values[Int(random.next() % UInt64(values.count))] }
            var model = example
            model.clusters[0].nodes[0].count = any([1, 2, 3, 4, 5, 16, 17])
            model.changeAdapter("storage") {
                $0.ports = any([nil, 0, 1, 2, 3, 8, 9, 1024])
                $0.mtu = any([nil, .min, 0, 1500, 9014, .max])
                $0.rate = any([nil, 0, 1, 25]).map {
                    BitRate(bitsPerSecond: $0 == 1 ? .max : UInt64($0) * 1_000_000_000)
                }
                $0.rdma = [nil, .iwarp, .roceV2, .infiniband, RDMATransport.none].randomElement(using: &random) ?? nil
                $0.dcb?.pfcPriority = any([nil, .min, 3, 4, 8, .max])
                $0.dcb?.reservation = any([nil, 0, 1, 2]).flatMap { try? Fraction(Int64($0), over: 2) }
                if any([0, 1]) == 1 { $0.carries = Array(Traffic.allCases.shuffled(using: &random).dropLast(2)) }
            }
            model.changeAdapter("lan") { $0.ports = any([nil, 0, 1, 2, 9]) }
            model.clusters[0].kind =
                ([nil] + Cluster.Kind.allCases.map(Optional.some)).randomElement(using: &random) ?? nil
            model.clusters[0].network?.vlans?["storage"] =
                any([0, 1]) == 0 ? nil : [any([.min, 0, 711, .max]) ?? 0, 712]
            model.clusters[0].network?.vlans?["management"] = [any([.min, 0, 711, 4095]) ?? 0]
            if any([0, 1]) == 1 { model.clusters[0].nodes[0].cabling?["storage"] = .mesh }
            guard let installation = try? model.installation() else { return true }
            let reading = NetworkReading(of: installation.clusters[0], in: installation)
            _ = try? reading.settings(in: installation)
            return reading.plan != nil || reading.findings.contains { $0.severity == .critical }
        }
    }
}

/// A change of a model, with a word for what it is about.
struct NetworkChange: Sendable, CustomStringConvertible {
    let part: String
    let body: @Sendable (inout ClusterModel) -> Void

    init(_ part: String, _ body: @escaping @Sendable (inout ClusterModel) -> Void) {
        self.part = part
        self.body = body
    }

    var description: String { part }
}
