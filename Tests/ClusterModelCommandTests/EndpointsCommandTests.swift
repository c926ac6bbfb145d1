import Foundation
import TestSupport
import Testing

@Suite struct `clustermodel endpoints` {
    private let example = "\(repositoryRoot)/Docs/Examples/allow-list.txt"

    private func addresses(_ arguments: [String]) throws -> [String] {
        let (document, _) = try ClusterModel.json(["endpoints"] + arguments)
        let rows = try #require(document["endpoints"] as? [[String: Any]])
        return rows.map { "\($0["host"] as? String ?? ""):\($0["port"] as? Int ?? 0)" }
    }

    @Test func `AL-104 disconnected there are none, with diagnostics eight`() throws {
        #expect(try addresses(["--mode", "disconnected", "--feature", "all"]) == [])
        #expect(try addresses(["--mode", "disconnected_diagnostics"]).count == 8)
    }

    @Test func `AL-96 AL-97 AL-98 AL-99 AL-100 the architecture's list has 14 patterns on 443`() throws {
        let found = try addresses(["--profile", "architecture", "--feature", "all"])
        #expect(found.count == 14)
        #expect(found.allSatisfy { $0.hasSuffix(":443") })
    }

    @Test func `its own list as CSV covers all, and without one line misses that one`() throws {
        let whole = try ClusterModel.run(["endpoints", "--region", "japaneast", "--format", "csv"])
        #expect(whole.status == 0)
        let tree = try TemporaryTree()
        try tree.write(whole.output, to: "whole.csv")
        let lines = whole.output.split(separator: "\r\n", omittingEmptySubsequences: true)
        try tree.write(lines.filter { !$0.hasPrefix("ocsp2.globalsign.com") }.joined(separator: "\n"), to: "fewer.csv")
        let call = ["endpoints", "--region", "japaneast", "--allow-list"]
        #expect(try ClusterModel.run(call + [tree.absolute("whole.csv")]).status == 0)
        let (document, outcome) = try ClusterModel.json(call + [tree.absolute("fewer.csv")])
        #expect(outcome.status == 1)
        #expect((document["coverage"] as? [String: Any])?["missing"] as? [String] == ["ocsp2.globalsign.com:80"])
    }

    @Test func `one key vault that nobody named ends with 2`() throws {
        let whole = try ClusterModel.run(["endpoints", "--format", "csv"]).output
        let tree = try TemporaryTree()
        try tree.write(whole.replacing("*.vault.azure.net", with: "contoso.vault.azure.net"), to: "list.csv")
        let call = ["endpoints", "--allow-list", tree.absolute("list.csv")]
        #expect(try ClusterModel.run(call).status == 2)
        #expect(try ClusterModel.run(call + ["--name", "key-vault=contoso"]).status == 0)
        #expect(try ClusterModel.run(call + ["--name", "key-vault=fabrikam"]).status == 1)
    }

    @Test func `regions and lists are compared`() throws {
        let (document, outcome) = try ClusterModel.json([
            "endpoints", "--region", "westeurope", "--compare-region", "eastus",
        ])
        #expect(outcome.status == 1)
        let comparison = try #require(document["comparison"] as? [String: Any])
        #expect((comparison["removed"] as? [String])?.count == 3)
        #expect((comparison["added"] as? [String])?.count == 0)
        #expect(try ClusterModel.run(["endpoints", "--compare-region", "eastus"]).status == 0)
        let same = ["endpoints", "--mode", "disconnected", "--allow-list", example, "--compare", example]
        #expect(try ClusterModel.run(same).status == 0)
    }

    @Test func `AL-102 AL-103 the link is held to the profile`() throws {
        func status(_ arguments: [String]) throws -> Int32? {
            try ClusterModel.run(["endpoints", "--profile", "architecture"] + arguments).status
        }
        #expect(try status(["--bandwidth", "1Gbps", "--round-trip", "149ms"]) == 0)
        #expect(try status(["--bandwidth", "500kbps"]) == 1)
        #expect(try status(["--round-trip", "250ms"]) == 1)
    }

    /// Microsoft, firewall-requirements, 2024-10-17: no inspection, no private link alone; AL-101: nothing is let in.
    @Test(
        arguments: [
            ("--inspection", "azureLocal23H2", "connectivity.inspection", 1),
            ("--private-only", "azureLocal23H2", "connectivity.private_only", 1),
            ("--inbound", "architecture", "connectivity.inbound", 0),
        ] as [(String, String, String, Int32)])
    func `AL-101 what is on the way is held to the profile`(
        option: String, profile: String, rule: String, status: Int32
    ) throws {
        func findings(_ option: String) throws -> ([String], Int32?) {
            let (document, outcome) = try ClusterModel.json(["endpoints", "--profile", profile, option])
            let findings = document["findings"] as? [[String: Any]]
            return (findings?.compactMap { $0["rule"] as? String } ?? [], outcome.status)
        }
        #expect(try findings(option) == ([rule], status))
        #expect(try findings(option.replacing("--", with: "--no-")) == ([], 0))
        let other = profile == "architecture" ? "azureLocal23H2" : "architecture"
        let outcome = try ClusterModel.run(["endpoints", "--profile", other, option])
        #expect(outcome.status == 64)
        #expect(outcome.diagnostics.contains("asks nothing of it; hold it to --profile \(profile)"))
    }

    @Test func `an Arc gateway without a release is told what to write`() throws {
        let outcome = try ClusterModel.run(["endpoints", "--arc-gateway"])
        #expect(outcome.status == 64)
        #expect(outcome.diagnostics.contains("such as --release 2411"))
    }

    @Test func `a list that lets UDP out on 443 and TCP on 80 covers no image registry`() throws {
        let tree = try TemporaryTree()
        try tree.write("mcr.microsoft.com 443/udp,80/tcp\n", to: "list")
        let (document, outcome) = try ClusterModel.json(["endpoints", "--allow-list", tree.absolute("list")])
        #expect(outcome.status == 1)
        #expect((document["coverage"] as? [String: Any])?["covered"] as? Int == 0)
    }

    @Test func `an allow-list, regions and the architecture's list for people`() throws {
        try ClusterModel.assertText(
            ["endpoints", "--region", "westeurope", "--allow-list", example], named: "endpoints-allow-list.txt",
            status: 1)
        try ClusterModel.assertText(
            ["endpoints", "--region", "westeurope", "--compare-region", "eastus"], named: "endpoints-regions.txt",
            status: 1)
        try ClusterModel.assertText(
            ["endpoints", "--profile", "architecture", "--feature", "all", "--round-trip", "180ms"],
            named: "endpoints-architecture.txt")
        try ClusterModel.assertText(["endpoints", "--vendor", "dell"], named: "endpoints-dell.txt")
    }

    @Test(arguments: [
        (["--region", "mars"], "none of australiaeast"), (["--feature", "x"], "none of core"),
        (["--release", "2413"], "a year and a month"), (["--arc-gateway"], "which release is deployed"),
        (["--name", "key-vault"], "key-vault=contoso"), (["--name", "key-vault=a.b"], "first label"),
        (["--allow-list", "/nonexistent"], "cannot read"), (["--compare", "x"], "--allow-list too"),
        (["--default-ports", "0"], "1 to 65535"), (["--allow-list", "/dev/zero"], "longer than"),
    ])
    func `a wrong call names the value and what to write`(arguments: [String], words: String) throws {
        let outcome = try ClusterModel.run(["endpoints"] + arguments)
        #expect(outcome.status == 64)
        #expect(outcome.diagnostics.contains(words), "\(outcome.diagnostics)")
        #expect(outcome.output == "")
    }

    @Test func `a bad line is told with the file and its number`() throws {
        let tree = try TemporaryTree()
        try tree.write("mcr.microsoft.com 443\n\u{1B}[2Jevil 443\n", to: "list.txt")
        let outcome = try ClusterModel.run(["endpoints", "--allow-list", tree.absolute("list.txt")])
        #expect(outcome.status == 64)
        #expect(outcome.diagnostics.contains("list.txt: line 2 of the allow-list"))
        #expect(!outcome.diagnostics.contains("\u{1B}"))
    }

    @Test(.enabled(if: SchemaCheck.isPossible, "python3-jsonschema is not installed"))
    func `documents hold to their schema, and the schema describes every key`() throws {
        let documents = try [
            [], ["--mode", "disconnected"],
            ["--release", "2504", "--arc-gateway", "--vendor", "hpe", "--feature", "all"],
            ["--allow-list", example, "--bandwidth", "1Mbps"], ["--compare-region", "usgovvirginia"],
        ].map { try ClusterModel.json(["endpoints"] + $0).outcome.output }
        for document in documents {
            #expect(try SchemaCheck.problems(document, schema: "clustermodel.endpoints-1") == [])
        }
        let keys = try SchemaCheck.keys(ofSchema: "clustermodel.endpoints-1", documents: documents)
        #expect(keys.written.subtracting(keys.described) == [])
    }
}
