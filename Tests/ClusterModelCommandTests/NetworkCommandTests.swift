import Foundation
import TestSupport
import Testing

@Suite struct `clustermodel network` {
    static let examples = [
        "architecture-4-nodes", "disconnected-3-nodes", "hyperconverged-1-node", "hyperconverged-2-nodes",
        "hyperconverged-4-nodes", "hyperconverged-8-nodes", "hyperconverged-16-nodes", "rack-aware-2and2",
        "rack-aware-4and4",
    ]

    private func example(_ name: String) -> String { "\(repositoryRoot)/Docs/Examples/\(name).yaml" }

    /// An example with a change, in a file of its own.
    private func changed(_ name: String, _ old: String, _ new: String, in tree: TemporaryTree) throws -> String {
        let text = try repositoryText("Docs/Examples/\(name).yaml")
        try #require(text.contains(old))
        try tree.write(text.replacing(old, with: new), to: "cluster.yaml")
        return tree.absolute("cluster.yaml")
    }

    @Test(arguments: examples)
    func `AL-46 AL-48 an example's plan for people, within 80 columns`(name: String) throws {
        try ClusterModel.assertText(["network", example(name)], named: "network-\(name).txt")
    }

    @Test func `AL-53 the settings of hosts and switches, as one types them`() throws {
        for format in ["linux", "network_atc", "nxos"] {
            let outcome = try ClusterModel.run(["network", example("hyperconverged-2-nodes"), "--format", format])
            #expect(outcome.status == 0)
            assertSnapshot(outcome.output, named: "network-2-nodes-\(format).txt", testFile: #filePath)
        }
        let tor = try ClusterModel.run(
            ["network", example("hyperconverged-4-nodes"), "--format", "nxos", "--device", "tor2"])
        assertSnapshot(tor.output, named: "network-4-nodes-tor2.txt", testFile: #filePath)
        let node = try ClusterModel.run(
            [
                "network", example("hyperconverged-4-nodes"), "--format", "linux", "--device", "node3", "--interfaces",
                "ens1f0,ens1f1",
            ])
        #expect(node.output.contains("ip address replace 10.71.2.3/24 dev ens1f1.712\n"))
        #expect(!node.output.contains("10.71.2.2"))
    }

    /// What stands before settings is a comment to the shell that reads them.
    @Test func `findings are comments before settings`() throws {
        let tree = try TemporaryTree()
        let file = try changed("hyperconverged-4-nodes", "rate: 25Gbps, rdma: roce_v2, ", "rdma: roce_v2, ", in: tree)
        let outcome = try ClusterModel.run(["network", file, "--format", "linux"])
        #expect(outcome.status == 2)
        let first = try #require(outcome.output.split(separator: "\n").first)
        #expect(first.hasPrefix("# warning network.open cluster:c1/network:storage.rate"))
        #expect(first.contains("not known"))
    }

    @Test func `2 where the plan rests on what is not known, 1 where there is none, and both are 1`() throws {
        let tree = try TemporaryTree()
        let open = try changed("hyperconverged-4-nodes", "mtu: 9014}", "}", in: tree)
        #expect(try ClusterModel.run(["network", open]).status == 2)
        let none = try changed("hyperconverged-4-nodes", "mtu: 9014}", "mtu: 5000}", in: tree)
        let outcome = try ClusterModel.run(["network", none])
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("No plan can be made"))
        let unknown = try changed("hyperconverged-4-nodes", "carries: [management, compute]", "mtu: 1514", in: tree)
        #expect(try ClusterModel.run(["network", unknown]).status == 2)
    }

    @Test func `sources disagree: 10 Gbit a second is too little for the architecture, and enough for Microsoft`()
        throws
    {
        let tree = try TemporaryTree()
        let file = try changed(
            "hyperconverged-4-nodes", "rate: 25Gbps, rdma: roce_v2", "rate: 10Gbps, rdma: roce_v2", in: tree)
        #expect(try ClusterModel.run(["network", file]).status == 0)
        #expect(try ClusterModel.run(["network", file, "--profile", "architecture"]).status == 1)
    }

    @Test func `one document with the plan and the settings`() throws {
        let (document, outcome) = try ClusterModel.json(["network", example("rack-aware-4and4")])
        #expect(outcome.status == 0)
        let cluster = try #require((document["clusters"] as? [[String: Any]])?.first)
        let plan = try #require(cluster["plan"] as? [String: Any])
        // Four machines of a room, two ports of 25 GbE each (Microsoft, rack-aware-cluster-requirements).
        #expect(plan["room_bandwidth_bits_per_second"] as? Int == 200_000_000_000)
        #expect((plan["ports"] as? [String: Int])?["per_top_of_rack_switch"] == 8)
        let settings = try #require(plan["settings"] as? [String: Any])
        #expect(
            (settings["nxos"] as? [[String: Any]])?.map { $0["name"] as? String } == ["tor1", "tor2", "tor3", "tor4"])
        #expect((settings["linux"] as? [Any])?.count == 8)
    }

    /// 14 addresses of three nodes (Microsoft, three-node-ip-requirements): 8 of management and 6 of storage.
    @Test func `three nodes take 14 addresses`() throws {
        let (document, _) = try ClusterModel.json(["network", example("disconnected-3-nodes")])
        let plan = try #require((document["clusters"] as? [[String: Any]])?.first?["plan"] as? [String: Any])
        let addresses = try #require(plan["addresses"] as? [String: Any])
        #expect(
            addresses.compactMapValues { $0 as? Int } == ["storage": 6, "management": 8, "provider": 0, "total": 14])
    }

    /// The page's totals of three nodes: 15 with microsegmentation, 26 with SDN, and one more with a vendor's machine.
    @Test(arguments: [(["microsegmentation"], 15), (["sdn"], 26), (["sdn", "--vendor-machine"], 27)])
    func `three nodes take more addresses for services`(services: [String], total: Int) throws {
        let (document, _) = try ClusterModel.json(
            ["network", example("disconnected-3-nodes"), "--services"] + services)
        let plan = try #require((document["clusters"] as? [[String: Any]])?.first?["plan"] as? [String: Any])
        #expect((plan["addresses"] as? [String: Any])?["total"] as? Int == total)
        #expect((plan["addresses"] as? [String: Any])?["services"] as? String == services[0])
    }

    /// Azure/AzureLocal-Supportability, TSG/EnvironmentValidator: six addresses in a row, in the subnet, of no host.
    @Test(
        arguments: [
            (["10.0.0.10-10.0.0.15"], nil), (["10.0.0.10-10.0.0.14"], "6 to 255 addresses"),
            (["10.0.1.10-10.0.1.15"], "addresses within 10.0.0.0/24"),
            (["10.0.0.10-10.0.0.15", "--host-addresses", "10.0.0.1,10.0.0.12"], "addresses that no host has"),
        ] as [([String], String?)])
    func `a pool of addresses is held to what the validator asks`(pool: [String], broken: String?) throws {
        let (document, outcome) = try ClusterModel.json(
            ["network", example("hyperconverged-4-nodes"), "--management-subnet", "10.0.0.0/24", "--pool"] + pool)
        let findings = try #require(document["findings"] as? [[String: Any]])
        let found = findings.filter { $0["rule"] as? String == "network.infrastructure_pool" }
        #expect(found.compactMap { $0["required"] as? String } == (broken.map { [$0] } ?? []))
        #expect(outcome.status == (broken == nil ? 0 : 1))
    }

    /// The published options (Microsoft, rack-aware-cluster): D does without a link between rooms, C with one switch a room.
    @Test(arguments: [("A", 4, true, false), ("B", 4, true, false), ("C", 2, true, true), ("D", 4, false, false)])
    func `rooms are joined in four ways`(option: String, switches: Int, link: Bool, single: Bool) throws {
        let (document, _) = try ClusterModel.json(["network", example("rack-aware-2and2"), "--room-links", option])
        let plan = try #require((document["clusters"] as? [[String: Any]])?.first?["plan"] as? [String: Any])
        let links = try #require(plan["room_links"] as? [String: Any])
        #expect(links["switches"] as? Int == switches)
        #expect(links["needs_room_link"] as? Bool == link)
        #expect(links["single_point_of_failure"] as? Bool == single)
        let text = try ClusterModel.run(["network", example("rack-aware-2and2"), "--room-links", option]).output
        #expect(text.contains("between rooms") == link)
    }

    @Test(arguments: [
        (["--cluster", "c9"], "there are c1"), (["--format", "linux", "--device", "node9"], "node1, node2"),
        (["--profile", "none"], "no built-in profile"), (["--interfaces", "a"], "is not 2 of them"),
        (["--interfaces", "a,b c"], "is not the name of an interface"), (["--native-vlan", "5000"], "1 to 4094"),
        (["--device", "tor1"], "goes with --format linux or nxos"), (["--services", "all"], "none, microsegmentation"),
        (["--pool", "10.0.0.1-10.0.0.9"], "--management-subnet"), (["--room-links", "A"], "is in one"),
        (["--pool", "10.0.0.9-10.0.0.1", "--management-subnet", "10.0.0.0/24"], "write the lower one first"),
        (["--adapters", "a,b"], "is not 4 of them"), (["--port-prefix", "x y"], "is not the name of a port"),
    ])
    func `a wrong call names what there is`(arguments: [String], words: String) throws {
        let outcome = try ClusterModel.run(["network", example("hyperconverged-4-nodes")] + arguments)
        #expect(outcome.status == 64)
        #expect(outcome.output.isEmpty)
        #expect(outcome.diagnostics.contains(words), "\(outcome.diagnostics)")
    }

    @Test(.enabled(if: SchemaCheck.isPossible, "python3-jsonschema is not installed"))
    func `documents hold to their schema, which describes every key`() throws {
        let tree = try TemporaryTree()
        let open = try changed("hyperconverged-4-nodes", "mtu: 9014}", "mtu: 5000}", in: tree)
        let files = [
            example("rack-aware-2and2"), example("hyperconverged-1-node"), example("hyperconverged-2-nodes"), open,
        ]
        let documents =
            try files.map { try ClusterModel.json(["network", $0]).outcome.output }
            + [ClusterModel.json(["network", example("rack-aware-2and2"), "--room-links", "C"]).outcome.output]
        for document in documents {
            #expect(try SchemaCheck.problems(document, schema: "clustermodel.network-1") == [])
        }
        let keys = try SchemaCheck.keys(ofSchema: "clustermodel.network-1", documents: documents)
        #expect(keys.written.subtracting(keys.described) == [])
    }

    @Test(arguments: ["network", "compliance", "sovereignty"])
    func `help is as recorded, within 80 columns`(command: String) throws {
        try ClusterModel.assertText([command, "--help"], named: "help-\(command).txt")
    }
}
