import Foundation
import HostTopology
import TestSupport
import Testing

@Suite struct `clustermodel host` {
    private func tree(_ change: (TemporaryTree) throws -> Void = { _ in }) throws -> TemporaryTree {
        let tree = try TemporaryTree()
        try tree.build(host: "two-sockets")
        try change(tree)
        return tree
    }

    private func json(_ tree: TemporaryTree, _ arguments: [String] = []) throws -> (
        document: [String: Any], status: Int32?
    ) {
        let (document, outcome) = try ClusterModel.json(["host", "--root", tree.path] + arguments)
        return (document, outcome.status)
    }

    /// What a rule's findings say was measured; `nil` stands for "not known".
    private func measured(_ rule: String, _ document: [String: Any]) -> [String?] {
        (document["findings"] as? [[String: Any]] ?? []).filter { $0["rule"] as? String == rule }
            .map { $0["measured"] as? String }
    }

    private func outcome(_ rule: String, _ document: [String: Any]) -> String? {
        (document["rules"] as? [[String: Any]])?.first { $0["rule"] as? String == rule }?["outcome"] as? String
    }

    // MARK: For people

    @Test func `a host for people, with its picture, within 80 columns`() throws {
        let tree = try tree()
        try ClusterModel.assertText(["host", "--root", tree.path], named: "host.txt", status: 2)
    }

    @Test func `a host with what is wrong with it for people`() throws {
        let tree = try tree { tree in
            try tree.write("1\n", to: "proc/irq/101/effective_affinity_list")
            try tree.write("8\n", to: "sys/devices/pci0000:16/0000:16:02.0/0000:17:00.0/current_link_width")
            try tree.write("8.0 GT/s PCIe\n", to: "sys/devices/pci0000:16/0000:16:02.0/0000:17:00.0/current_link_speed")
            try tree.write("Node 1 MemTotal: 0 kB\n", to: "sys/devices/system/node/node1/meminfo")
            try tree.write("1\n", to: "sys/class/tpm/tpm0/tpm_version_major")
        }
        try ClusterModel.assertText(["host", "--root", tree.path], named: "host-not-met.txt", status: 1)
    }

    @Test func `the help for people`() throws {
        try ClusterModel.assertText(["host", "--help"], named: "help-host.txt")
    }

    @Test func `a rule of placement is explained`() throws {
        try ClusterModel.assertText(["explain", "host.slot_bandwidth"], named: "explain-host-slot-bandwidth.txt")
        let wrong = try ClusterModel.run(["explain", "slot_bandwidth"])
        #expect(wrong.status == 64 && wrong.diagnostics.contains("did you mean host.slot_bandwidth?"))
    }

    // MARK: For programs

    /// A host with one thing wrong of each kind, and a tree of which nothing is known.
    private func broken() throws -> TemporaryTree {
        try tree { tree in
            try tree.write("1\n", to: "proc/irq/101/effective_affinity_list")
            try tree.write("Node 1 MemTotal: 0 kB\n", to: "sys/devices/system/node/node1/meminfo")
            try tree.write("1\n", to: "sys/class/tpm/tpm0/tpm_version_major")
        }
    }

    @Test(arguments: ["sarif", "junit", "csv"])
    func `findings for programs are as recorded`(format: String) throws {
        let tree = try broken()
        let outcome = try ClusterModel.run(["host", "--root", tree.path, "--format", format])
        #expect(outcome.status == 1 && outcome.diagnostics.isEmpty, "\(outcome.diagnostics)")
        assertSnapshot(outcome.output, named: "host-\(format).txt", testFile: #filePath)
    }

    @Test func `SARIF, JUnit and CSV of a host say the findings of the document`() throws {
        let tree = try broken()
        let (document, _) = try json(tree)
        let findings = try #require(document["findings"] as? [[String: Any]])
        let rules = findings.compactMap { $0["rule"] as? String }
        func output(_ format: String) throws -> String {
            try ClusterModel.run(["host", "--root", tree.path, "--format", format]).output
        }
        let log = try JSONSerialization.jsonObject(with: Data(output("sarif").utf8)) as? [String: Any]
        let run = try #require((log?["runs"] as? [[String: Any]])?.first)
        let results = try #require(run["results"] as? [[String: Any]])
        #expect(results.compactMap { $0["ruleId"] as? String } == rules)
        let levels = ["critical": "error", "warning": "warning", "information": "note"]
        #expect(
            results.compactMap { $0["level"] as? String }
                == findings.compactMap { finding in
                    // What cannot be told is open, and has no level.
                    finding["outcome"] as? String == "undetermined"
                        ? "none" : (finding["severity"] as? String).flatMap { levels[$0] }
                })
        // Every rule is told in words, not by its name alone.
        let driver = (run["tool"] as? [String: Any])?["driver"] as? [String: Any]
        for rule in try #require(driver?["rules"] as? [[String: Any]]) {
            #expect(rule["help"] != nil, "\(rule)")
        }
        #expect(
            try output("csv").split(separator: "\r\n").dropFirst().map { String($0.prefix { $0 != "," }) } == rules)
        let junit = try output("junit")
        let counts = try #require(document["requirements"] as? [String: Int])
        #expect(junit.split(separator: "<testcase").count - 1 == counts.values.reduce(0, +))
        #expect(junit.split(separator: "<skipped").count - 1 == counts["undetermined"])
        #expect(junit.split(separator: "<failure").count - 1 == counts["not_met"])
    }

    @Test func `SARIF names the document that a host was read from, and no file of a tree`() throws {
        let tree = try broken()
        let file = tree.absolute("host.xml")
        _ = try ClusterModel.run(["host", "--root", tree.path, "--format", "hwloc", "--output", file])
        func places(_ arguments: [String]) throws -> [Any] {
            let text = try ClusterModel.run(["host"] + arguments + ["--format", "sarif"]).output
            let log = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
            let results = (log?["runs"] as? [[String: Any]])?.first?["results"] as? [[String: Any]] ?? []
            return results.compactMap { result in
                ((result["locations"] as? [[String: Any]])?.first?["physicalLocation"] as? [String: Any])?[
                    "artifactLocation"]
            }
        }
        #expect(try places(["--root", tree.path]).isEmpty)
        let named = try places(["--hwloc-xml", file]).compactMap { ($0 as? [String: String])?["uri"] }
        #expect(!named.isEmpty && named.allSatisfy { $0 == file })
    }

    @Test(.enabled(if: Checkers.areAskedFor, Checkers.absence))
    func `SARIF and JUnit of a host hold to the schemas of others`() throws {
        let (full, empty) = (try broken(), try TemporaryTree())
        try empty.makeFolder("sys")
        for format in ["sarif", "junit"] {
            let documents = try [full.path, empty.path].map { path in
                try ClusterModel.run(["host", "--root", path, "--format", format]).output
            }
            let outcome = try Checkers.check(format, documents)
            #expect(outcome.status == 0, "\(outcome.diagnostics)")
        }
    }

    @Test(.enabled(if: SchemaCheck.isPossible, "python3-jsonschema is not installed"))
    func `the document holds to its schema, of a full tree and of an empty one`() throws {
        let empty = try TemporaryTree()
        try empty.makeFolder("sys")
        let full = try tree()
        var documents: [String] = []
        for folder in [full.path, empty.path] {
            let outcome = try ClusterModel.run(["host", "--root", folder, "--format", "json"])
            #expect(try SchemaCheck.problems(outcome.output, schema: "clustermodel.host-1") == [])
            documents.append(outcome.output)
        }
        let (described, written) = try SchemaCheck.keys(ofSchema: "clustermodel.host-1", documents: documents)
        #expect(written.subtracting(described) == [])
        // These findings say all in words, never in numbers with units.
        let unwritten = described.subtracting(written).filter { path in
            !path.contains("/findings[]/") && !isOtherSide(path, written)
        }
        #expect(unwritten.isEmpty, "\(unwritten)")
    }

    /// Whether a path belongs to what a fact would have if it were known, or if it were not, and the fact is the other.
    private func isOtherSide(_ path: String, _ written: Set<String>) -> Bool {
        let parts = path.split(separator: "/")
        return parts.indices.contains { index in
            let fact = "/" + parts[..<index].joined(separator: "/")
            return parts[index].hasPrefix("value") && !written.contains("\(fact)/value")
                || parts[index] == "unknown" && !written.contains("\(fact)/unknown")
                    && written.contains("\(fact)/value")
        }
    }

    @Test func `the document holds the whole host, with the source of every fact, and is read as that again`() throws {
        struct Document: Decodable { let observed: ObservedHost }
        let (full, empty) = (try broken(), try TemporaryTree())
        try empty.makeFolder("sys")
        for path in [full.path, empty.path] {
            let output = try ClusterModel.run(["host", "--root", path, "--format", "json"]).output
            let document = try JSONDecoder().decode(Document.self, from: Data(output.utf8))
            #expect(document.observed == ObservedHost.read(at: HostRoot(path: path)))
        }
    }

    @Test func `every fact that is not known is counted by a finding`() throws {
        let empty = try TemporaryTree()
        try empty.makeFolder("sys")
        for tree in [try tree(), empty] {
            var expected: [String: Int] = [:]
            ObservedHost.read(at: HostRoot(path: tree.path)).forEachFact { place, reason, _ in
                if reason != nil { expected[place, default: 0] += 1 }
            }
            var told: [String: Int] = [:]
            for words in try measured("host.unknown", json(tree).document).compactMap(\.self) {
                // `numa_nodes[].cpus, 1 of 2: why`, or `name: why`.
                let parts = words.prefix { $0 != ":" }.split(separator: ",")
                let count = parts.count == 1 ? 1 : parts[1].split(separator: " ").first.flatMap { Int($0) } ?? 0
                told[String(parts[0]), default: 0] += count
            }
            #expect(told == expected)
        }
    }

    @Test func `the document tells nodes, packages, functions, interfaces and RDMA devices`() throws {
        let (document, status) = try json(tree())
        #expect(status == 2)
        #expect(document["schema"] as? String == "clustermodel.host/1")
        let nodes = try #require(document["numa_nodes"] as? [[String: Any]])
        #expect(nodes.map { $0["id"] as? Int } == [0, 1])
        #expect(nodes.map { $0["cpus"] as? String } == ["0,2,4,6", "1,3,5,7"])
        #expect(nodes.map { $0["memory_bytes"] as? Int } == [135_168_000_000, 135_168_000_000])
        let distances = nodes.map { ($0["distances"] as? [[String: Int]] ?? []).compactMap { $0["value"] } }
        #expect(distances == [[10, 21], [21, 10]])
        #expect((document["packages"] as? [[String: Any]])?.map { ($0["cores"] as? [Any])?.count } == [2, 2])
        let functions = try #require(document["pci_devices"] as? [[String: Any]])
        let adapter = try #require(functions.first { $0["address"] as? String == "0000:17:00.0" })
        // 16 lanes of 16 GT/s at 128 in 130 bits, in whole steps.
        #expect(adapter["link_bits_per_second"] as? Int == 252_061_538_432)
        #expect(adapter["numa_node"] as? Int == 0 && adapter["vendor"] as? String == "Mellanox")
        let interfaces = try #require(document["network_interfaces"] as? [[String: Any]])
        #expect(interfaces.map { $0["name"] as? String } == ["eno1", "enp101s0", "enp23s0"])
        #expect(document["storage_ports"] as? [String] == ["enp23s0", "enp101s0"])
        #expect((document["rdma_devices"] as? [[String: Any]])?.map { $0["numa_node"] as? Int } == [0, 1])
    }

    @Test func `what is not known is null, and a finding says why`() throws {
        let (document, _) = try json(
            tree { tree in
                try tree.remove("sys/devices/system/node/node1/meminfo")
                try tree.remove("sys/class/tpm")
            })
        let nodes = try #require(document["numa_nodes"] as? [[String: Any]])
        #expect(nodes[1]["memory_bytes"] is NSNull)
        let words = measured("host.unknown", document).compactMap(\.self)
        #expect(words.contains("numa_nodes[].memory_bytes, 1 of 2: nothing tells it"))
        #expect(words.contains("firmware.tpms: nothing tells it"))
    }

    // MARK: A node's rules

    /// What the rules of a model say of the host as it is.
    @Test(arguments: [
        ("node.virtualization", "met", "AL-5"), ("node.slat", "met", "AL-6"), ("node.cores", "not_met", "AL-7"),
        ("node.processor_family", "met", "AL-8"), ("node.memory", "met", "AL-9"),
        ("node.memory_advised", "not_met", "AL-10"),
        ("node.ecc", "met", "AL-11"), ("node.system_drives", "undetermined", "AL-12"),
        ("node.adapters", "met", "AL-17"),
        ("node.uefi", "undetermined", "AL-20"), ("node.tpm", "met", "AL-21"),
        ("node.power_supplies", "undetermined", "AL-22"),
        ("node.bmc", "undetermined", "AL-23"), ("node.vendor", "met", "AL-24"),
        ("node.validated", "undetermined", "AL-25"),
        ("node.secure_boot", "met", "AL-60"), ("node.security_features", "met", "AL-62"),
    ])
    func `AL-5 to AL-25, AL-60 to AL-62 are told of a host as of a model`(rule: String, expected: String, item: String)
        throws
    {
        let (document, _) = try json(tree(), ["--profile", "architecture"])
        #expect(outcome(rule, document) == expected, "\(item)")
    }

    /// One file changed or lost, and what becomes of the rule that is told from it.
    @Test(
        arguments: [
            ("AL-5", "node.virtualization", "proc/cpuinfo", "flags\t: lm nx ept\n", "not_met"),
            ("AL-5", "node.virtualization", "proc/cpuinfo", nil, "undetermined"),
            ("AL-6", "node.slat", "proc/cpuinfo", "flags\t: lm nx vmx\n", "not_met"),
            ("AL-6", "node.slat", "proc/cpuinfo", nil, "undetermined"),
            ("AL-11", "node.ecc", "sys/devices/system/edac/mc/mc0/dimm1/dimm_edac_mode", "None", "not_met"),
            ("AL-11", "node.ecc", "sys/devices/system/edac/mc/mc0/dimm1/dimm_edac_mode", nil, "undetermined"),
            ("AL-11", "node.ecc", "sys/devices/system/edac", nil, "undetermined"),
            ("AL-20", "node.uefi", "sys/firmware/efi", nil, "undetermined"),
            ("AL-21", "node.tpm", "sys/class/tpm/tpm0/tpm_version_major", "1", "not_met"),
            ("AL-21", "node.tpm", "sys/class/tpm/tpm0/tpm_version_major", "junk", "undetermined"),
            ("AL-21", "node.tpm", "sys/class/tpm/tpm0", nil, "not_met"),
            ("AL-61", "node.tpm", "sys/class/tpm", nil, "undetermined"),
            (
                "AL-60", "node.secure_boot", "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
                nil, "undetermined"
            ),
            ("AL-62", "node.security_features", "proc/cpuinfo", "flags\t: lm vmx ept\n", "not_met"),
            ("AL-62", "node.security_features", "sys/class/iommu", nil, "undetermined"),
        ] as [(String, String, String, String?, String)])
    func `AL-5 to AL-62 change with the file that tells them, and without it nobody can tell`(
        item: String, rule: String, file: String, text: String?, expected: String
    ) throws {
        let tree = try tree { tree in
            if let text { try tree.write(text, to: file) } else { try tree.remove(file) }
        }
        let (document, _) = try json(tree, ["--profile", "architecture"])
        #expect(outcome(rule, document) == expected, "\(item)")
        if expected == "undetermined" { #expect(measured(rule, document).contains(nil), "\(item)") }
    }

    @Test func `AL-9 memory is what is plugged in, else what the kernel has, else not known`() throws {
        func told(_ change: (TemporaryTree) throws -> Void) throws -> String? {
            try outcome("node.memory", json(tree(change), ["--profile", "architecture"]).document)
        }
        // Modules of 256 GiB stand against a kernel that was given little.
        #expect(try told { try $0.write("MemTotal: 64000000 kB\n", to: "proc/meminfo") } == "met")
        #expect(
            try told { tree in
                try tree.remove("sys/devices/system/edac/mc/mc0/dimm1/size")
                try tree.write("MemTotal: 64000000 kB\n", to: "proc/meminfo")
            } == "not_met")
        #expect(
            try told { tree in
                try tree.remove("sys/devices/system/edac")
                try tree.remove("proc/meminfo")
            } == "undetermined")
    }

    @Test func `AL-17 and AL-19 count ports of hardware and know their vendors`() throws {
        let (document, _) = try json(
            tree { tree in
                try tree.write("1000\n", to: "sys/devices/pci0000:64/0000:64:02.0/0000:65:00.0/net/enp101s0/speed")
                try tree.write("0x1af4\n", to: "sys/devices/pci0000:00/0000:00:1c.0/0000:02:00.0/vendor")
            }, ["--profile", "architecture"])
        #expect(measured("node.adapters", document) == ["1"])
        #expect(measured("node.adapter_vendor", document) == [])
        let (other, _) = try json(
            tree { try $0.write("0x1af4\n", to: "sys/devices/pci0000:16/0000:16:02.0/0000:17:00.0/vendor") },
            ["--profile", "architecture"])
        #expect(measured("node.adapter_vendor", other) == ["Red Hat"])
    }

    @Test func `a tree that holds nothing is never fit, and nothing of it is known`() throws {
        let empty = try TemporaryTree()
        try empty.makeFolder("sys")
        let (document, status) = try json(empty)
        #expect(status == 2)
        let rules = try #require(document["rules"] as? [[String: Any]])
        #expect(rules.allSatisfy { $0["outcome"] as? String == "undetermined" }, "\(rules)")
        for key in ["name", "memory_bytes", "numa_nodes", "pci_devices", "network_interfaces", "rdma_devices"] {
            #expect(document[key] is NSNull, "\(key)")
        }
    }

    @Test func `AL-134 placement is held to the same profile, and a user's own figures hold`() throws {
        let tree = try tree {
            try $0.write("1500\n", to: "sys/devices/pci0000:16/0000:16:02.0/0000:17:00.0/net/enp23s0/mtu")
        }
        #expect(try measured("host.storage_mtu", json(tree).document) == ["1500"])
        try tree.write(
            """
            {"name": "mine", "version": "1", "extends": "azureLocal23H2",
             "rules": {"host.storage_mtu": {"parameters": {"minimum": 1400}, "severity": "critical"}}}
            """, to: "mine.json")
        #expect(try measured("host.storage_mtu", json(tree, ["--profile", tree.absolute("mine.json")]).document) == [])
        // Such a profile is one for clusters too: what is about hosts is passed over there.
        let model = "\(repositoryRoot)/Docs/Examples/architecture-4-nodes.yaml"
        #expect(try ClusterModel.run(["check", model, "--profile", tree.absolute("mine.json")]).status != 64)
    }

    // MARK: Forms and input

    @Test func `the picture is an SVG, and what is wrong is marked in it`() throws {
        let whole = try tree()
        let fine = try ClusterModel.run(["host", "--root", whole.path, "--format", "svg"])
        #expect(fine.output.hasPrefix("<?xml") && fine.output.contains("NUMA node 1"))
        #expect(!fine.output.contains("<rect class=\"warning\""))
        let broken = try tree { try $0.write("Node 1 MemTotal: 0 kB\n", to: "sys/devices/system/node/node1/meminfo") }
        let marked = try ClusterModel.run(["host", "--root", broken.path, "--format", "svg"])
        #expect(marked.output.contains("<rect class=\"warning\""))
    }

    @Test func `hwloc's XML goes out and comes in again`() throws {
        let tree = try tree()
        let file = tree.absolute("host.xml")
        #expect(try ClusterModel.run(["host", "--root", tree.path, "--format", "hwloc", "--output", file]).status == 2)
        let (document, outcome) = try ClusterModel.json(["host", "--hwloc-xml", file])
        #expect(outcome.status == 2)
        #expect((document["numa_nodes"] as? [[String: Any]])?.map { $0["cpus"] as? String } == ["0,2,4,6", "1,3,5,7"])
        #expect(document["captured"] as? Bool == true)
    }

    @Test(arguments: [
        (["--root", "/nonexistent"], "no folder that holds sys/"),
        (["--root", "/", "--hwloc-xml", "x"], "exclude each other"),
        (["--hwloc-xml", "/nonexistent"], "cannot read"),
        (["--storage", "nosuch0"], "has no interface and no RDMA device"),
        (["--profile", "nosuch"], "no built-in profile"), (["--format", "pdf"], "pdf"),
    ])
    func `wrong usage is 64 and says what to do`(arguments: [String], words: String) throws {
        let outcome = try ClusterModel.run(["host"] + arguments)
        #expect(outcome.status == 64)
        #expect(outcome.diagnostics.contains(words), "\(outcome.diagnostics)")
    }

    @Test func `a document that is no topology is refused with line and column`() throws {
        let tree = try TemporaryTree()
        try tree.write("<topology version=\"3.0\">\n<object type=\"Machine\">\n", to: "cut.xml")
        let outcome = try ClusterModel.run(["host", "--hwloc-xml", tree.absolute("cut.xml")])
        #expect(outcome.status == 64)
        #expect(outcome.diagnostics.contains("cut.xml:3:1 the document ends within <object>"), "\(outcome.diagnostics)")
    }

    @Test func `this host is read, whatever it is`() throws {
        let outcome = try ClusterModel.run(["host", "--format", "json"])
        #expect([0, 1, 2].contains(outcome.status), "\(outcome.diagnostics)")
        #expect(outcome.diagnostics.isEmpty)
    }
}
