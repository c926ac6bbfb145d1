import Foundation
import TestSupport
import Testing

@Suite struct `clustermodel compliance` {
    private let example = "\(repositoryRoot)/Docs/Examples/security-posture.json"

    /// Reports of three days: signing is turned off on the second, and on again on the third.
    private func reports(in tree: TemporaryTree) throws -> [String] {
        let text = try repositoryText("Docs/Examples/security-posture.json")
        let on = #""smb_signing": {"state": "on"}"#
        try #require(text.contains(on))
        var files: [String] = []
        for (day, state) in [("2026-01-15", "on"), ("2026-01-16", "off"), ("2026-01-17", "on")] {
            try tree.write(text.replacing(on, with: #""smb_signing": {"state": "\#(state)"}"#), to: "posture.json")
            let file = tree.absolute("\(day).json")
            let outcome = try ClusterModel.run(
                ["security", tree.absolute("posture.json"), "--on", day, "--format", "json", "--output", file])
            #expect(outcome.status == 1)
            files.append(file)
        }
        return files
    }

    @Test func `AL-90 three days for people, whatever the order of the files`() throws {
        let tree = try TemporaryTree()
        try ClusterModel.assertText(
            ["compliance"] + reports(in: tree).reversed(), named: "compliance.txt", status: 1)
    }

    @Test func `AL-90 days, changes and since when something is open, as JSON and as CSV`() throws {
        let tree = try TemporaryTree()
        let files = try reports(in: tree)
        let (document, outcome) = try ClusterModel.json(["compliance"] + files)
        #expect(outcome.status == 1)
        let days = try #require(document["days"] as? [[String: Any]])
        #expect(days.map { $0["day"] as? String } == ["2026-01-15", "2026-01-16", "2026-01-17"])
        let compliant = days.compactMap { $0["compliant"] as? Int }
        #expect(compliant[1] == compliant[0] - 1 && compliant[2] == compliant[0])
        let changes = try #require(document["changes"] as? [[String: Any]])
        #expect(changes.map { $0["control"] as? String } == ["smb_signing", "smb_signing"])
        #expect(changes.map { $0["to"] as? String } == ["not_compliant", "compliant"])
        let open = try #require(document["open"] as? [[String: Any]])
        #expect(!open.isEmpty && open.allSatisfy { $0["since"] as? String == "2026-01-15" })
        let csv = try ClusterModel.run(["compliance", "--format", "csv"] + files).output
        let rows = csv.split(separator: "\r\n")
        #expect(rows.first == "day,subject,profile,compliant,rules,percent,not_compliant,unknown,exempt")
        #expect(rows.count == 4)
        let late = try ClusterModel.json(["compliance", "--since", "2026-01-16"] + files).document
        #expect((late["days"] as? [Any])?.count == 2)
    }

    @Test func `reports of several clusters, other documents and no reports are refused`() throws {
        let tree = try TemporaryTree()
        let files = try reports(in: tree)
        let text = try String(contentsOfFile: files[0], encoding: .utf8)
        try tree.write(text.replacing("cluster:branch", with: "cluster:other"), to: "other.json")
        let mixed = try ClusterModel.run(["compliance", files[0], tree.absolute("other.json")])
        #expect(mixed.status == 64)
        #expect(mixed.diagnostics.contains("keep a history for each cluster"))
        let posture = try ClusterModel.run(["compliance", example])
        #expect(posture.status == 64)
        #expect(posture.diagnostics.contains("security/1"))
        #expect(try ClusterModel.run(["compliance"]).status == 64)
        #expect(try ClusterModel.run(["compliance", files[0], "--since", "2027-01-01"]).status == 64)
        #expect(try ClusterModel.run(["compliance", tree.absolute("none.json")]).status == 64)
    }

    @Test(.enabled(if: SchemaCheck.isPossible, "python3-jsonschema is not installed"))
    func `the document holds to its schema, which describes every key`() throws {
        let tree = try TemporaryTree()
        let files = try reports(in: tree)
        let documents = [try ClusterModel.json(["compliance"] + files).outcome.output]
        #expect(try SchemaCheck.problems(documents[0], schema: "clustermodel.compliance-1") == [])
        let keys = try SchemaCheck.keys(ofSchema: "clustermodel.compliance-1", documents: documents)
        #expect(keys.written == keys.described)
        let security = try ClusterModel.json(["security", example]).outcome.output
        #expect(try SchemaCheck.problems(security, schema: "clustermodel.security-1") == [])
    }

    @Test func `AL-88 policies that come along are told beside the controls`() throws {
        let (document, _) = try ClusterModel.json(["security", example])
        let policies = try #require(document["policies"] as? [[String: Any]])
        #expect(
            policies.map { $0["policy"] as? String }
                == ["require_encryption", "security_baseline", "network_security", "pci_dss", "hipaa"])
    }
}

@Suite struct `clustermodel sovereignty` {
    private func example(_ name: String) -> String { "\(repositoryRoot)/Docs/Examples/\(name).yaml" }

    private func departure(_ data: String, _ arguments: [String]) throws -> (String?, Int32?) {
        let (document, outcome) = try ClusterModel.json(["sovereignty"] + arguments)
        let cluster = try #require((document["clusters"] as? [[String: Any]])?.first)
        let rows = try #require(cluster["data"] as? [[String: Any]])
        return (rows.first { $0["data"] as? String == data }?["departure"] as? String, outcome.status)
    }

    @Test func `AL-81 the report for people, of a call and of a model`() throws {
        try ClusterModel.assertText(["sovereignty"], named: "sovereignty.txt")
        try ClusterModel.assertText(
            ["sovereignty", example("disconnected-3-nodes")], named: "sovereignty-disconnected.txt")
    }

    @Test func `AL-76 AL-81 workloads' data stays unless a service takes it`() throws {
        #expect(try departure("workload_data", []).0 == "stays")
        #expect(try departure("workload_data", ["--feature", "backup"]).0 == "by_choice")
        #expect(try departure("workload_data", ["--replicated"]).0 == "by_choice")
        // The example's backups go to the cloud, and its witness stands there.
        #expect(try departure("backups", [example("hyperconverged-4-nodes")]).0 == "by_choice")
        #expect(try departure("witness", [example("hyperconverged-4-nodes")]).0 == "by_choice")
        let disconnected = try departure("workload_data", [example("disconnected-3-nodes")])
        #expect(disconnected.0 == "stays" && disconnected.1 == 0)
        #expect(try departure("telemetry", ["--mode", "disconnected"]).0 == "stays")
        #expect(try departure("telemetry", []).0 == "always")
    }

    @Test func `AL-81 what may leave is a list, and 1 where something else does`() throws {
        #expect(try ClusterModel.run(["sovereignty", "--mode", "disconnected", "--may-leave", "none"]).status == 0)
        let none = try ClusterModel.json(["sovereignty", "--may-leave", "none"])
        #expect(none.outcome.status == 1)
        let findings = try #require(none.document["findings"] as? [[String: Any]])
        #expect(findings.contains { $0["subject"] as? String == "cluster/data:telemetry" })
        #expect(!findings.contains { $0["subject"] as? String == "cluster/data:workload_data" })
        let wrong = try ClusterModel.run(["sovereignty", "--may-leave", "everything"])
        #expect(wrong.status == 64)
    }

    /// A model that does not say how its cluster is governed: all is told as of a connected one, and the run ends with 2.
    @Test(arguments: [
        ("control_plane: {mode: disconnected, sync: {by: portable_media, every: 30d}}", "control_plane: ~"),
        ("witness: {kind: file_share", "#"), ("backups: [{kind: local_software", "#"),
    ])
    func `what the model leaves open is never better`(old: String, new: String) throws {
        let tree = try TemporaryTree()
        let text = try repositoryText("Docs/Examples/disconnected-3-nodes.yaml")
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.contains(old.prefix { $0 != "," }) ? (new == "#" ? "" : "    \(new)") : String(line)
        }
        try #require(lines.joined(separator: "\n") != text)
        try tree.write(lines.joined(separator: "\n"), to: "cluster.yaml")
        #expect(try ClusterModel.run(["sovereignty", tree.absolute("cluster.yaml")]).status == 2)
    }

    /// What `clustermodel check` tells under these rules: a plan in which nothing leaves, since nothing of it works.
    @Test(arguments: [
        ("witness: {kind: file_share, site: main}", "witness: {kind: cloud}", "control.witness"),
        ("backups: [{kind: local_software", "backups: [{kind: cloud_backup", "backup.cloud"),
    ])
    func `AL-104 a disconnected cluster that counts on the cloud is told`(
        old: String, new: String, rule: String
    ) throws {
        let tree = try TemporaryTree()
        let text = try repositoryText("Docs/Examples/disconnected-3-nodes.yaml")
        try #require(text.contains(old))
        try tree.write(text.replacing(old, with: new), to: "cluster.yaml")
        let (document, outcome) = try ClusterModel.json(["sovereignty", tree.absolute("cluster.yaml")])
        #expect(outcome.status == 1)
        let findings = try #require(document["findings"] as? [[String: Any]])
        #expect(findings.map { $0["rule"] as? String } == [rule])
        #expect(findings.map { $0["severity"] as? String } == ["critical"])
        // Connected by the call's word, there is nothing wrong with it; nor is there with the example.
        let connected = try ClusterModel.run(["sovereignty", tree.absolute("cluster.yaml"), "--mode", "connected"])
        #expect(connected.status == 0)
        let disconnected = ["sovereignty", example("hyperconverged-4-nodes"), "--mode", "portable_media"]
        #expect(try ClusterModel.run(disconnected).status == 1)
    }

    @Test func `AL-81 a row for each endpoint, for a spreadsheet`() throws {
        let outcome = try ClusterModel.run(["sovereignty", example("hyperconverged-4-nodes"), "--format", "csv"])
        let rows = outcome.output.split(separator: "\r\n")
        #expect(rows.first == "cluster,mode,data,departure,endpoint,reference")
        #expect(rows.contains { $0.hasPrefix("c1,connected,identities,always,login.microsoftonline.com:443,") })
        #expect(rows.contains { $0.hasPrefix("c1,connected,metrics_and_logs,stays,,") })
    }

    @Test(.enabled(if: SchemaCheck.isPossible, "python3-jsonschema is not installed"))
    func `documents hold to their schema, which describes every key`() throws {
        let documents = try [
            [], [example("rack-aware-2and2"), "--may-leave", "none"], ["--mode", "periodic_link"],
        ].map { try ClusterModel.json(["sovereignty"] + $0).outcome.output }
        for document in documents {
            #expect(try SchemaCheck.problems(document, schema: "clustermodel.sovereignty-1") == [])
        }
        let keys = try SchemaCheck.keys(ofSchema: "clustermodel.sovereignty-1", documents: documents)
        #expect(keys.written.subtracting(keys.described) == [])
    }
}
