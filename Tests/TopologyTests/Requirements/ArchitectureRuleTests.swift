import ClusterCore
import StorageMath
import Testing
import Topology

/// The architecture's items, each with what breaks it and what just meets it.
@Suite struct `Rules of the architecture` {
    /// Every recorded change that breaks a rule is told by it, with the item as the source where the architecture says it.
    private func expectBroken(
        _ rule: RuleID, item: Int, profile: RuleProfile = TopologyProfile.architecture,
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        let mutations = RuleMutation.all.filter { $0.rule == rule }
        #expect(!mutations.isEmpty, sourceLocation: location)
        for mutation in mutations {
            let findings = try mutation.model().check(mutation.profile).findings.filter { $0.rule == rule }
            #expect(!findings.isEmpty, "\(mutation)", sourceLocation: location)
            for finding in findings {
                #expect(finding.remedy != nil && finding.required != nil, sourceLocation: location)
            }
        }
        #expect(
            profile.rules[rule]?.source?.architecture.contains(item) == true, "\(rule) does not cite \(item)",
            sourceLocation: location)
    }

    /// The findings of one rule after a change of the architecture's example.
    private func findings(
        _ rule: RuleID, _ profile: String = "architecture", of example: ExampleModel = .architecture,
        _ change: (inout ClusterModel) throws -> Void
    ) throws -> [Finding] {
        var model = try example.read()
        try change(&model)
        return try model.check(profile).findings.filter { $0.rule == rule }
    }

    // MARK: Nodes

    @Test(arguments: [(1, true), (16, true), (17, false), (64, false)])
    func `AL-1 a cluster has 1 to 16 nodes`(nodes: Int, isSupported: Bool) throws {
        let found = try findings("cluster.nodes", of: .four) { $0.clusters[0].nodes[0].count = nodes }
        #expect(found.isEmpty == isSupported)
        #expect(found.allSatisfy { $0.severity == .critical })
    }

    @Test func `AL-1 a cluster without nodes is refused`() throws {
        var model = try ExampleModel.four.read()
        model.clusters[0].nodes[0].count = 0
        #expect(throws: ModelProblem.self) { try model.installation() }
    }

    @Test func `AL-2 one node is allowed, and said to be without redundancy`() throws {
        let check = try ExampleModel.one.read().check()
        #expect(check.status == .requirementMet)
        #expect(check.classes.map(\.size) == [.single])
        #expect(SizeClass.single.meaning.contains("no redundancy of the cluster"))
        #expect(SizeClass.single.meaning.contains("edge"))
    }

    @Test func `AL-3 the size class goes by the number of nodes alone`() {
        let classes = (1...16).map { SizeClass(nodes: $0) }
        #expect(classes[0] == .single)
        #expect(classes[1...3].allSatisfy { $0 == .common })
        #expect(classes[4...7].allSatisfy { $0 == .large })
        #expect(classes[8...15].allSatisfy { $0 == .hyperScale })
    }

    @Test func `AL-4 one node in production is advised against, and elsewhere not`() throws {
        try expectBroken("cluster.production_nodes", item: 4)
        let found = try findings("cluster.production_nodes") {
            $0.clusters[0].nodes[0].count = 1
            $0.production = false
        }
        #expect(found.isEmpty)
    }

    @Test func `AL-5 processors are 64-bit x86 and virtualize`() throws {
        try expectBroken("node.virtualization", item: 5)
    }
    @Test func `AL-6 processors translate addresses in a second level`() throws {
        try expectBroken("node.slat", item: 6)
    }

    @Test func `AL-7 8 cores are advised, 16 in production`() throws {
        try expectBroken("node.cores", item: 7)
        for (cores, isProduction, fires) in [(4, false, false), (3, false, true), (4, true, true), (8, true, false)] {
            let found = try findings("node.cores") {
                $0.production = isProduction
                $0.changeTemplate { $0.processor?.cores = cores }
            }
            #expect(found.isEmpty != fires, "2 × \(cores), production \(isProduction)")
        }
    }

    @Test func `AL-8 processors are Xeon Scalable or EPYC`() throws {
        try expectBroken("node.processor_family", item: 8)
        #expect(
            try findings("node.processor_family") { $0.changeTemplate { $0.processor?.family = "AMD EPYC 9004" } } == []
        )
    }

    @Test func `AL-9 128 GB are the least memory, and that Microsoft's pages say 32 GB is told`() throws {
        try expectBroken("node.memory", item: 9)
        #expect(try findings("node.memory") { try $0.setMemory("128GB") } == [])
        let found = try #require(try findings("node.memory") { try $0.setMemory("64GB") }.first)
        #expect(found.severity == .critical)
        #expect(found.reference?.architecture == [9])
        let other = try #require(found.evidence.first { $0.source == "sources disagree" }?.value)
        #expect(other.contains("128 GB (AL-9)"))
        #expect(other.contains("32 GB (Microsoft, system-requirements-23h2 (2025-10-15))"))
        // By Microsoft's pages the same node is fine.
        #expect(try findings("node.memory", "azureLocal23H2") { try $0.setMemory("64GB") } == [])
    }

    @Test func `AL-10 384 GB to 1 TB are advised, 512 GB to 6 TB in production`() throws {
        try expectBroken("node.memory_advised", item: 10)
        for (memory, isProduction, fires) in [
            ("384GB", false, false), ("383GB", false, true), ("384GB", true, true), ("512GB", true, false),
            ("6TB", true, false),
        ] {
            let found = try findings("node.memory_advised") {
                $0.production = isProduction
                try $0.setMemory(memory)
            }
            #expect(found.isEmpty != fires, "\(memory), production \(isProduction)")
        }
    }

    @Test func `AL-11 memory corrects errors`() throws { try expectBroken("node.ecc", item: 11) }

    @Test func `AL-12 two mirrored system drives of 240 GB, where Microsoft's pages ask for 200 GB`() throws {
        try expectBroken("node.system_drives", item: 12)
        #expect(try findings("node.system_drives") { $0.setSystem("2x240GB:ssd") } == [])
        #expect(try findings("node.system_drives") { $0.setSystem("1x480GB") }.count == 1)
        #expect(try findings("node.system_drives", "azureLocal23H2") { $0.setSystem("1x200GB") } == [])
        #expect(try findings("node.system_drives", "azureLocal23H2") { $0.setSystem("1x199GB") }.count == 1)
    }

    @Test func `AL-13 AL-14 AL-15 drives are held to what storage's planner asks`() throws {
        try expectBroken("storage.cache", item: 13)
        try expectBroken("storage.drives", item: 14)
        try expectBroken("storage.drives", item: 15)
        let found = try findings("storage.drives") {
            $0.changeTemplate { $0.drives?.capacity = try? DriveList(parsing: "2x8TB:ssd") }
        }
        #expect(found.contains { "\($0.required ?? .text(""))".contains("at least 4 capacity drives") })
    }

    @Test func `AL-16 a cluster holds 400 drives`() throws { try expectBroken("cluster.drives", item: 16) }

    @Test func `AL-17 two ports of 10 GbE are the least`() throws {
        try expectBroken("node.adapters", item: 17, profile: TopologyProfile.azureLocal23H2)
        func count(_ rateText: String) throws -> Int {
            try findings("node.adapters") { model in
                model.changeTemplate { $0.adapters = $0.adapters.map { [$0[0]] } }
                model.changeAdapter("storage") { $0.rate = try? rate(rateText) }
                model.clusters[0].nodes[0].cabling = ["storage": .switches(["tor1", "tor2"])]
            }.count
        }
        #expect(try count("10GbE") == 0)
        #expect(try count("1GbE") == 1)
    }

    @Test func `AL-18 AL-49 adapters that carry storage do RDMA, for what it gives`() throws {
        try expectBroken("node.rdma", item: 18)
        try expectBroken("node.rdma", item: 49)
        let reason = try #require(TopologyRule.named("node.rdma")?.explanation.reason)
        for gain in ["processor", "below a millisecond", "full rate"] { #expect(reason.contains(gain)) }
    }

    @Test func `AL-19 adapters are of a known vendor`() throws { try expectBroken("node.adapter_vendor", item: 19) }

    @Test(arguments: [
        ("2.3.1c", true), ("2.3.1", false), ("2.3.0z", false), ("2.10", true), ("2.4", true), ("none", false),
    ])
    func `AL-20 UEFI is of version 2-3-1c or newer`(version: String, isNew: Bool) throws {
        #expect(try findings("node.uefi") { $0.changeTemplate { $0.firmware?.uefi = version } }.isEmpty == isNew)
        try expectBroken("node.uefi", item: 20)
    }

    @Test func `AL-21 a node has a TPM 2-0`() throws { try expectBroken("node.tpm", item: 21) }
    @Test func `AL-22 a node has two power supplies`() throws { try expectBroken("node.power_supplies", item: 22) }
    @Test func `AL-23 a node has a management controller`() throws { try expectBroken("node.bmc", item: 23) }

    @Test(arguments: [
        ("tier_1", ["Dell EMC", "HPE", "Lenovo", "Fujitsu"]),
        ("tier_2", ["Supermicro", "DataON", "QCT", "Wortmann AG"]),
    ])
    func `AL-24 nodes are of a vendor of one of two tiers`(tier: String, vendors: [String]) throws {
        for vendor in vendors {
            #expect(try findings("node.vendor") { $0.changeTemplate { $0.vendor = vendor } } == [])
            // Without its tier nobody knows it.
            let settings = RuleSettings(parameters: [tier: .list(["Nobody"])])
            let own = RuleProfile(
                name: "own", version: "1", extends: "architecture", rules: ["node.vendor": settings])
            var model = try ExampleModel.architecture.read()
            model.changeTemplate { $0.vendor = vendor }
            let check = try TopologyCheck(
                of: model.installation(), by: own.resolved(in: TopologyProfile.builtIn),
                on: CalendarDate(parsing: "2026-11-27"))
            #expect(check.findings.map(\.rule) == ["node.vendor"])
        }
        try expectBroken("node.vendor", item: 24)
    }

    @Test func `AL-25 the catalogue lists the node`() throws { try expectBroken("node.validated", item: 25) }

    @Test func `AL-60 Secure Boot is on`() throws { try expectBroken("node.secure_boot", item: 60) }
    @Test func `AL-62 processors keep devices and data pages in bounds`() throws {
        try expectBroken("node.security_features", item: 62)
    }

    // MARK: Load and growth

    @Test func `AL-106 AL-107 AL-108 few nodes are asked for a witness`() throws {
        try expectBroken("cluster.witness", item: 106)
        try expectBroken("cluster.witness_advised", item: 107, profile: TopologyProfile.azureLocal23H2)
        try expectBroken("cluster.witness_advised", item: 108, profile: TopologyProfile.azureLocal23H2)
        // Five nodes and more do without (Microsoft, quorum).
        for nodes in [5, 8, 16] {
            let found = try ExampleModel.four.read().withNodes(nodes).changed { $0.clusters[0].witness = nil }
                .firedRules()
            #expect(found.isDisjoint(with: ["cluster.witness", "cluster.witness_advised"]))
        }
    }

    /// Four nodes of 512 GB, of each 48 GB for the host: three hold 3 · 464 = 1392 GB, which are 43.5 machines of 32 GB.
    @Test func `AL-110 the machines fit the nodes that are left`() throws {
        #expect(try findings("cluster.headroom") { $0.clusters[0].workloads?[0].count = 43 } == [])
        let found = try #require(try findings("cluster.headroom") { $0.clusters[0].workloads?[0].count = 44 }.first)
        #expect(found.required == .text("at most 1.39 TB of memory with one node fewer"))
    }

    @Test func `AL-128 nodes are alike, which the architecture advises and Microsoft's pages demand`() throws {
        try expectBroken("cluster.alike", item: 128)
        let change = { (model: inout ClusterModel) in model.changeLastNode { $0.model = "PowerEdge R750" } }
        #expect(try findings("cluster.alike", "architecture", change).map(\.severity) == [.warning])
        #expect(try findings("cluster.alike", "azureLocal23H2", change).map(\.severity) == [.critical])
    }

    @Test func `AL-128 what is not known of two kinds of nodes is not the same`() throws {
        for change in [
            { $0.vendor = nil }, { $0.model = nil }, { $0.processor = nil }, { $0.drives = nil },
        ] as [(inout NodeTemplate) -> Void] {
            func alike(_ change: (inout ClusterModel) -> Void) throws -> Set<RequirementCheck.Outcome> {
                var model = try ExampleModel.four.read()
                change(&model)
                return Set(try model.check().checks.filter { $0.rule == "cluster.alike" }.map(\.outcome))
            }
            // One of the two, and both.
            #expect(try alike { $0.changeLastNode(change) }.contains(.undetermined))
            #expect(
                try alike {
                    $0.changeTemplate(change)
                    $0.changeLastNode { _ in }
                }.contains(.undetermined))
            // One template is like itself.
            #expect(try alike { $0.changeTemplate(change) } == [.met])
        }
    }

    @Test func `AL-129 beyond 16 nodes there are several clusters`() throws {
        var model = try ExampleModel.sixteen.read()
        var second = model.clusters[0]
        second.name = "c2"
        second.nodes[0].prefix = "other"
        second.nodes[0].rack = "rack2"
        var rack = Rack(name: "rack2")
        rack.units = 42
        model.racks?.append(rack)
        model.clusters.append(second)
        model.switches?[0].ports = 64
        model.givePower("32kW")
        let check = try model.check("azureLocal23H2")
        #expect(check.findings == [])
        #expect(check.classes.map(\.nodes) == [16, 16])
        #expect(TopologyRule.named("cluster.nodes")?.explanation.remedy.contains("several clusters") == true)
    }

    @Test func `AL-130 a stretched cluster is a matter of 5 ms, and for Microsoft's pages not supported`() throws {
        try expectBroken("cluster.stretched", item: 130)
        func fires(_ milliseconds: Int, _ profile: String) throws -> Bool {
            try !findings("cluster.stretched", profile) {
                $0.clusters[0].kind = .stretched
                $0.clusters[0].network?.zoneRoundTrip = .milliseconds(milliseconds)
                // As many nodes at each of two sites.
                var far = $0.clusters[0].nodes[0]
                (far.count, far.prefix, far.zone) = (2, "far", "south")
                $0.clusters[0].nodes[0].count = 2
                $0.clusters[0].nodes[0].zone = "north"
                $0.clusters[0].nodes.append(far)
            }.isEmpty
        }
        #expect(try !fires(4, "architecture"))
        #expect(try fires(5, "architecture"))
        #expect(try fires(1, "azureLocal23H2"))
    }
}

extension ClusterModel {
    mutating func setMemory(_ text: String) throws {
        let memory = try size(text)
        changeTemplate { $0.memory?.size = memory }
    }

    mutating func setSystem(_ text: String) { changeTemplate { $0.drives?.system = try? DriveList(parsing: text) } }

    func withNodes(_ count: Int) -> ClusterModel { changed { $0.clusters[0].nodes[0].count = count } }

    func changed(_ body: (inout ClusterModel) -> Void) -> ClusterModel {
        var model = self
        body(&model)
        return model
    }
}
