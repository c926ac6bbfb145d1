import Foundation
import TestSupport
import Testing

@Suite struct `clustermodel check` {
    private func example(_ name: String) -> String { "\(repositoryRoot)/Docs/Examples/\(name).yaml" }

    /// The model to start from, with changes, in a file of its own.
    private func changed(_ changes: [(String, String)], in tree: TemporaryTree) throws -> String {
        var text = try ClusterModel.run(["init", "--nodes", "4"]).output
        for (old, new) in changes {
            let range = try #require(text.firstRange(of: old))
            text = String(text[..<range.lowerBound] + new + text[range.upperBound...])
        }
        try tree.write(text, to: "cluster.yaml")
        return tree.absolute("cluster.yaml")
    }

    @Test(arguments: 1...16)
    func `what init writes is met by check`(nodes: Int) throws {
        let tree = try TemporaryTree()
        let file = tree.absolute("cluster.yaml")
        #expect(try ClusterModel.run(["init", "--nodes", "\(nodes)", "--output", file]).status == 0)
        let outcome = try ClusterModel.run(["check", file])
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.diagnostics)")
        #expect(outcome.output.contains("MET: every requirement that applies"))
    }

    @Test(arguments: ["0", "17", "-1", "1000000", "four"])
    func `init refuses other numbers of nodes`(nodes: String) throws {
        #expect(try ClusterModel.run(["init", "--nodes=\(nodes)"]).status == 64)
    }

    @Test func `the drawing of the architecture for people`() throws {
        try ClusterModel.assertText(["check", example("architecture-4-nodes")], named: "check-met.txt")
    }

    @Test func `critical, undetermined and advised for people`() throws {
        let tree = try TemporaryTree()
        let file = try changed(
            [
                ("size: 512GB", "size: 24GB"), ("ecc: true", "ecc: ~"),
                ("25Gbps, rdma: roce_v2", "10Gbps, rdma: roce_v2"),
            ],
            in: tree)
        try ClusterModel.assertText(["check", file], named: "check-not-met.txt", status: 1)
    }

    @Test func `2 where a critical requirement cannot be told, and 1 where one is broken besides`() throws {
        let tree = try TemporaryTree()
        #expect(try ClusterModel.run(["check", changed([("tpm: 2.0", "tpm: ~")], in: tree)]).status == 2)
        let both = try changed([("tpm: 2.0", "tpm: ~"), ("ecc: true", "ecc: false")], in: tree)
        #expect(try ClusterModel.run(["check", both]).status == 1)
        // Taking the broken value out does not make it better than undetermined.
        let without = try changed([("ecc: true", "ecc: ~")], in: tree)
        #expect(try ClusterModel.run(["check", without]).status == 2)
    }

    /// The requirement keeps its weight, and every form says that it cannot be told.
    @Test func `an unknown critical requirement is told as such, in every form`() throws {
        let tree = try TemporaryTree()
        let file = try changed([("ecc: true", "ecc: ~")], in: tree)
        let text = try ClusterModel.run(["check", file])
        #expect(text.status == 2)
        #expect(text.output.contains("? critical, undetermined  node.ecc cluster:c1/template:node"))
        #expect(text.output.contains("UNDETERMINED: 1 critical requirement cannot be told"))
        let (document, _) = try ClusterModel.json(["check", file])
        let finding = try #require(
            (document["findings"] as? [[String: Any]])?.first { $0["rule"] as? String == "node.ecc" })
        #expect(finding["severity"] as? String == "critical" && finding["outcome"] as? String == "undetermined")
        let csv = try ClusterModel.run(["check", file, "--format", "csv"]).output.split(separator: "\r\n")
        #expect(csv.first?.hasSuffix(",outcome") == true)
        #expect(csv.contains { $0.hasPrefix("node.ecc,critical,") && $0.hasSuffix(",undetermined") })
        let log = try ClusterModel.run(["check", file, "--format", "sarif"]).output
        // SARIF 2.1.0, 3.27.9 and 3.27.10: what could not be decided is open, and has no level.
        let parsed = try JSONSerialization.jsonObject(with: Data(log.utf8)) as? [String: Any]
        let run = parsed?["runs"] as? [[String: Any]]
        let result = try #require(
            (run?.first?["results"] as? [[String: Any]])?.first { $0["ruleId"] as? String == "node.ecc" })
        #expect(result["kind"] as? String == "open" && result["level"] as? String == "none")
        // Broken is told apart from it.
        let broken = try changed([("ecc: true", "ecc: false")], in: tree)
        #expect(try ClusterModel.run(["check", broken]).output.contains("✗ critical  node.ecc cluster:c1"))
        let rows = try ClusterModel.run(["check", broken, "--format", "csv"]).output.split(separator: "\r\n")
        #expect(rows.contains { $0.hasPrefix("node.ecc,critical,") && $0.hasSuffix(",not_met") })
    }

    @Test(arguments: ["architecture-4-nodes", "rack-aware-4and4", "hyperconverged-16-nodes", "disconnected-3-nodes"])
    func `no two cases of JUnit have one name`(name: String) throws {
        let text = try ClusterModel.run(["check", example(name), "--format", "junit"]).output
        let cases = text.split(separator: "\n").filter { $0.contains("<testcase ") }.map {
            String($0.prefix { $0 != ">" }.filter { $0 != "/" })
        }
        #expect(cases.count > 40)
        #expect(Set(cases).count == cases.count, "\(Dictionary(grouping: cases) { $0 }.filter { $1.count > 1 }.keys)")
    }

    @Test func `unreadable input is a document in the form that was asked for`() throws {
        let sarif = try ClusterModel.run(["check", "/nowhere.yaml", "--format", "sarif"])
        #expect(sarif.status == 64)
        let log = try JSONSerialization.jsonObject(with: Data(sarif.output.utf8)) as? [String: Any]
        let run = try #require((log?["runs"] as? [[String: Any]])?.first)
        let invocation = try #require((run["invocations"] as? [[String: Any]])?.first)
        #expect(invocation["executionSuccessful"] as? Bool == false)
        #expect(sarif.output.contains("nowhere.yaml"))
        #expect((run["results"] as? [Any])?.isEmpty == true)
        let junit = try ClusterModel.run(["check", "/nowhere.yaml", "--format=junit"])
        #expect(junit.status == 64)
        #expect(junit.output.contains("errors=\"1\"") && junit.output.contains("nowhere.yaml"))
        #expect(try ClusterModel.run(["check", "/nowhere.yaml", "--format", "csv"]).output.isEmpty)
    }

    @Test func `AL-89 an exemption of --rules lifts a rule that comes along, until its day`() throws {
        let tree = try TemporaryTree()
        let file = try changed([("size: 512GB", "size: 24GB")], in: tree)
        func rules(_ exemption: String) throws -> String {
            try tree.write(
                "schema: clustermodel.rules/1\nname: x\nversion: 1\nrules: []\nexemptions:\n  - {\(exemption), owner: me, "
                    + "reason: a trial, expires: 2026-12-31}\n", to: "rules.yaml")
            return tree.absolute("rules.yaml")
        }
        let good = try rules("rule: node.memory, subject: \"cluster:c1/template:node\"")
        func memory(_ arguments: [String]) throws -> [String] {
            let (document, _) = try ClusterModel.json(["check", file, "--rules"] + arguments)
            return (document["findings"] as? [[String: Any]] ?? []).filter { $0["rule"] as? String == "node.memory" }
                .compactMap { $0["severity"] as? String }
        }
        #expect(try memory([good, "--on", "2026-12-31"]) == ["information"])
        #expect(try memory([good, "--on", "2027-01-01"]) == ["critical"])
        // A rule that there is not is refused where it stands, with the nearest one.
        let misspelt = try ClusterModel.run(
            ["check", file, "--rules", rules("rule: nodee.memory, subject: \"cluster:c1/template:node\"")])
        #expect(misspelt.status == 64)
        #expect(misspelt.diagnostics.contains("rules.yaml:6:12 /exemptions/0/rule: "), "\(misspelt.diagnostics)")
        #expect(misspelt.diagnostics.contains("did you mean node.memory?"))
        // A part that there is not is told, and the finding stays.
        let lost = try rules("rule: node.memory, subject: \"cluster:c1/template:nod\"")
        let (document, outcome) = try ClusterModel.json(["check", file, "--rules", lost, "--on", "2026-01-01"])
        #expect(outcome.status == 1)
        let unused = (document["findings"] as? [[String: Any]])?.first {
            $0["rule"] as? String == "profile.exemption_unused"
        }
        #expect(unused?["remedy"] as? String == "did you mean cluster:c1/template:node?")
        #expect(try memory([lost, "--on", "2026-01-01"]) == ["critical"])
    }

    @Test func `a finding of a rule of one's own says what to do and where it is written`() throws {
        let tree = try TemporaryTree()
        try tree.write(
            """
            schema: clustermodel.rules/1
            name: contoso
            version: 7
            rules:
              - {rule: contoso.memory, title: much memory, for: "clusters[*].nodes[*]", require: {path: hardware.memory.size, at_least: 1TB}}
            """, to: "rules.yaml")
        let outcome = try ClusterModel.run(
            ["check", example("hyperconverged-4-nodes"), "--rules", tree.absolute("rules.yaml")])
        #expect(outcome.output.contains("remedy    change the model so that it holds"))
        #expect(outcome.output.contains("see       contoso, version 7"))
        #expect(!outcome.output.contains("clustermodel explain RULE"))
    }

    @Test func `a profile's slip is told by its line, in YAML too`() throws {
        let tree = try TemporaryTree()
        for (text, words) in [
            ("name: x\nversion: \"1\"\nrules:\n  node.ecc: {severty: critical}\n", "4:23 /rules/node.ecc: "),
            ("name: x\nversion: \"1\"\nrules:\n  node.ecc: {severity: critcal}\n", "did you mean critical?"),
            ("name: x\nversion: \"1\"\nrules:\n  node.memroy: {}\n", "4:16 /rules/node.memroy: "),
            ("name: x\nversion: \"1\"\nrules:\n  node.memroy: {}\n", "did you mean node.memory?"),
            ("{\"name\": \"x\",\n \"version\": \"1\", \"rules\": {", "close what is open"),
        ] {
            try tree.write(text, to: "profile.yaml")
            let outcome = try ClusterModel.run(
                ["check", example("hyperconverged-4-nodes"), "--profile", tree.absolute("profile.yaml")])
            #expect(outcome.status == 64)
            #expect(outcome.diagnostics.contains(words), "\(outcome.diagnostics)")
        }
        try tree.write(
            "name: mine\nversion: \"1\"\nextends: azureLocal23H2\nrules:\n  node.memory: {parameters: {minimum: 1TB}}\n",
            to: "profile.yaml")
        let outcome = try ClusterModel.run(
            ["check", example("hyperconverged-4-nodes"), "--profile", tree.absolute("profile.yaml")])
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("node.memory"))
    }

    @Test func `too many aliases and broken YAML are told by their line with what to do`() throws {
        let tree = try TemporaryTree()
        let aliases = (0..<9).map { "a\($0): *x\n" }.joined()
        for (text, words) in [
            ("x: &x 1\n" + aliases, "bad.yaml:10:1 /: it has more than 8 aliases"),
            ("name: a: b\n", "put quotes around a value that has a colon"), ("a: [1, 2\nb: 3\n", "close them"),
            ("a:\n\t- b\n", "indent with blanks, no tab"), ("a: \"b\n", "close the quote that is open"),
            ("", "bad.yaml: it is empty"),
        ] {
            try tree.write(text, to: "bad.yaml")
            let outcome = try ClusterModel.run(["check", tree.absolute("bad.yaml")])
            #expect(outcome.status == 64)
            #expect(outcome.diagnostics.contains(words), "\(outcome.diagnostics)")
        }
    }

    @Test(.enabled(if: SchemaCheck.isPossible, "python3-jsonschema is not installed"))
    func `the document holds to its schema, whatever the outcome`() throws {
        let tree = try TemporaryTree()
        var documents: [String] = []
        for file in [
            example("architecture-4-nodes"), example("rack-aware-4and4"),
            try changed([("ecc: true", "ecc: false"), ("tpm: 2.0", "tpm: ~")], in: tree),
        ] {
            let outcome = try ClusterModel.run(["check", file, "--format", "json"])
            #expect(try SchemaCheck.problems(outcome.output, schema: "clustermodel.check-1") == [])
            documents.append(outcome.output)
        }
        let rules = try ClusterModel.run(["explain", "--format", "json"])
        #expect(try SchemaCheck.problems(rules.output, schema: "clustermodel.rule-list-1") == [])
        let (described, written) = try SchemaCheck.keys(ofSchema: "clustermodel.check-1", documents: documents)
        #expect(written.subtracting(described) == [])
        let listed = try SchemaCheck.keys(ofSchema: "clustermodel.rule-list-1", documents: [rules.output])
        #expect(listed.described == listed.written)
    }

    @Test func `the document counts what was told`() throws {
        let (document, _) = try ClusterModel.json(["check", example("architecture-4-nodes")])
        #expect(document["outcome"] as? String == "met")
        #expect((document["findings"] as? [Any])?.isEmpty == true)
        let cluster = try #require((document["clusters"] as? [[String: Any]])?.first)
        #expect(cluster["size_class"] as? String == "common")
        #expect(cluster["nodes"] as? Int == 4)
        let rules = try #require(document["rules"] as? [[String: Any]])
        let counts = rules.compactMap { ($0["requirements"] as? [String: Any])?["met"] as? Int }
        #expect(counts.reduce(0, +) == (document["requirements"] as? [String: Any])?["met"] as? Int)
    }

    @Test func `SARIF, JUnit and CSV say the same findings`() throws {
        let tree = try TemporaryTree()
        let file = try changed([("size: 512GB", "size: 24GB"), ("tpm: 2.0", "tpm: ~")], in: tree)
        let (document, _) = try ClusterModel.json(["check", file])
        let findings = try #require(document["findings"] as? [[String: Any]])
        let rules = findings.compactMap { $0["rule"] as? String }
        let sarif = try ClusterModel.run(["check", file, "--format", "sarif"])
        let log = try JSONSerialization.jsonObject(with: Data(sarif.output.utf8)) as? [String: Any]
        let results = try #require(((log?["runs"] as? [[String: Any]])?.first?["results"]) as? [[String: Any]])
        #expect(results.compactMap { $0["ruleId"] as? String } == rules)
        let csv = try ClusterModel.run(["check", file, "--format", "csv"]).output
        let rows = csv.split(separator: "\r\n").dropFirst().map { String($0.prefix { $0 != "," }) }
        #expect(rows == rules)
        let junit = try ClusterModel.run(["check", file, "--format", "junit"]).output
        #expect(junit.contains("classname=\"node.memory\""))
        #expect(junit.split(separator: "<failure").count - 1 == findings.count { $0["rule"] as? String != "node.tpm" })
        #expect(junit.split(separator: "<skipped").count - 1 == 1)
    }

    /// SARIF 2.1.0, 3.30: lines and columns are counted from 1.
    @Test func `SARIF says where in the file the subject of a finding stands`() throws {
        let tree = try TemporaryTree()
        let file = try changed(
            [
                ("size: 512GB", "size: 24GB"), ("rdma: roce_v2", "rdma: infiniband"), ("ports: 48", "ports: 3"),
                ("affinity: different_nodes", "affinity: different_zones"),
            ], in: tree)
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false)
        let log =
            try JSONSerialization.jsonObject(
                with: Data(ClusterModel.run(["check", file, "--format", "sarif"]).output.utf8)) as? [String: Any]
        let results = try #require(((log?["runs"] as? [[String: Any]])?.first?["results"]) as? [[String: Any]])
        var found: [String: String] = [:]
        for result in results {
            let location = (result["locations"] as? [[String: Any]])?.first?["physicalLocation"] as? [String: Any]
            let region = try #require(location?["region"] as? [String: Int])
            let (line, column) = (try #require(region["startLine"]), try #require(region["startColumn"]))
            found[try #require(result["ruleId"] as? String)] = String(lines[line - 1].dropFirst(column - 1).prefix(16))
        }
        #expect(found["node.memory"] == "node:")
        #expect(found["network.transport"] == "{name: storage, ")
        #expect(found["switch.ports"] == "{names: [tor1, t")
        #expect(found["workload.apart"] == "{name: web, coun")
    }

    @Test(.enabled(if: Checkers.areAskedFor, Checkers.absence))
    func `SARIF holds to the schema that OASIS publishes, which refuses what is none`() throws {
        let tree = try TemporaryTree()
        let files = [
            example("architecture-4-nodes"),
            try changed([("size: 512GB", "size: 24GB"), ("tpm: 2.0", "tpm: ~")], in: tree),
        ]
        let logs = try files.map { try ClusterModel.run(["check", $0, "--format", "sarif"]).output }
        let good = try Checkers.check("sarif", logs)
        #expect(good.status == 0, "\(good.diagnostics)")
        let broken = try Checkers.check(
            "sarif", [logs[1].replacing("\"startLine\" : ", with: "\"startLine\" : -")])
        #expect(broken.status == 1)
        #expect(try Checkers.check("sarif", ["not json"]).status == 1)
    }

    @Test func `AL-89 a slip in a rule of one's own is told by its line`() throws {
        let tree = try TemporaryTree()
        try tree.write(
            """
            schema: clustermodel.rules/1
            name: contoso
            version: 1
            rules:
              - rule: contoso.memory
                title: nodes have at least 1 TB of memory
                for: clusters[*].nodes[*]
                require: {path: hardware.memroy.size, at_least: 1TB}
            """, to: "rules.yaml")
        let outcome = try ClusterModel.run(
            ["check", example("hyperconverged-4-nodes"), "--rules", tree.absolute("rules.yaml")])
        #expect(outcome.status == 64)
        #expect(outcome.diagnostics.contains("rules.yaml:8:21 /rules/0/require/path: rule contoso.memory: "))
        #expect(outcome.diagnostics.contains("did you mean hardware.memory?"))
    }

    @Test func `AL-89 rules of one's own are applied beside the profile's`() throws {
        let tree = try TemporaryTree()
        try tree.write(
            """
            schema: clustermodel.rules/1
            name: contoso
            version: 1
            rules:
              - rule: contoso.memory
                title: nodes have at least 1 TB of memory
                for: clusters[*].nodes[*]
                require: {path: hardware.memory.size, at_least: 1TB}
                severity: critical
                remedy: order more memory
                source: Contoso handbook
            exemptions:
              - {rule: contoso.memory, subject: "cluster:c1/node:node2", owner: operations, reason: replaced soon, expires: 2999-12-31}
            """, to: "rules.yaml")
        let outcome = try ClusterModel.run(
            ["check", example("hyperconverged-4-nodes"), "--rules", tree.absolute("rules.yaml")])
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("NOT MET: 3 critical findings"))
        #expect(outcome.output.contains("operations: replaced soon"))
        try tree.write("schema: clustermodel.rules/1\nname: x\nversion: 1\nruls: []\n", to: "wrong.yaml")
        let wrong = try ClusterModel.run(
            ["check", example("hyperconverged-4-nodes"), "--rules", tree.absolute("wrong.yaml")])
        #expect(wrong.status == 64)
        #expect(wrong.diagnostics.contains("wrong.yaml:4:1 "))
        #expect(wrong.diagnostics.contains("did you mean \"rules\"?"))
    }

    @Test func `a profile's modes and exemptions hold`() throws {
        let tree = try TemporaryTree()
        let file = try changed([("ecc: true", "ecc: false")], in: tree)
        try tree.write(
            #"{"name": "mine", "version": "1", "extends": "azureLocal23H2", "rules": {"node.ecc": {"mode": "audit"}}}"#,
            to: "audit.json")
        try tree.write(
            #"""
            {"name": "mine", "version": "1", "extends": "azureLocal23H2", "exemptions": [{"rule": "node",
             "subject": "cluster:c1", "owner": "me", "reason": "a test", "expires": "2999-12-31"}]}
            """#, to: "exempt.json")
        #expect(try ClusterModel.run(["check", file]).status == 1)
        for name in ["audit.json", "exempt.json"] {
            #expect(try ClusterModel.run(["check", file, "--profile", tree.absolute(name)]).status == 0, "\(name)")
        }
        try tree.write(#"{"name": "mine", "version": "1", "rules": {"node.eck": {}}}"#, to: "misspelt.json")
        let misspelt = try ClusterModel.run(["check", file, "--profile", tree.absolute("misspelt.json")])
        #expect(misspelt.status == 64)
        #expect(misspelt.diagnostics.contains("there is no rule node.eck"))
    }

    @Test func `explain tells a rule, its figures and that sources disagree`() throws {
        try ClusterModel.assertText(["explain", "node.memory"], named: "explain-node-memory.txt")
        try ClusterModel.assertText(["explain"], named: "explain.txt")
        let misspelt = try ClusterModel.run(["explain", "node.memroy"])
        #expect(misspelt.status == 64)
        #expect(misspelt.diagnostics.contains("did you mean node.memory?"))
        try ClusterModel.assertText(["explain", "network.tor"], named: "explain-network-tor.txt")
        let control = try ClusterModel.run(["explain", "security.tpm2", "--format", "json"])
        #expect(control.status == 0)
        if SchemaCheck.isPossible {
            #expect(try SchemaCheck.problems(control.output, schema: "clustermodel.rule-list-1") == [])
        }
        let none = try ClusterModel.run(["explain", "power.draw"])
        #expect(none.output.contains("It is not asked."))
    }

    @Test(arguments: ["check", "init", "explain"])
    func `help is as recorded, within 80 columns`(command: String) throws {
        try ClusterModel.assertText([command, "--help"], named: "help-\(command).txt")
    }
}
