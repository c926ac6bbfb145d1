import Foundation
import TestSupport
import Testing

/// What somebody meets who starts from `clustermodel init` and changes the model by hand.
@Suite struct `From clustermodel init to a clean check` {
    /// A slip in the model that init writes.
    struct Slip: Sendable, CustomStringConvertible {
        let old: String
        let new: String
        /// Where the column points: what stands there.
        let place: String
        let path: String
        let words: String
        var description: String { new }

        init(_ old: String, _ new: String, at place: String, _ path: String, _ words: String) {
            self.old = old
            self.new = new
            self.place = place
            self.path = path
            self.words = words
        }

        static let keys = [
            Slip("racks:", "rakcs:", at: "rakcs", "/", "there is no \"rakcs\" here; did you mean \"racks\"?"),
            Slip("clusters:\n", "cluster:\n", at: "cluster", "/", "did you mean \"clusters\"?"),
            Slip("separate_aisles", "seperate_aisles", at: "seperate", "/sites/0", "did you mean \"separate_aisles\"?"),
            Slip("line_rate: true", "linerate: true", at: "linerate", "/switches/0", "did you mean \"line_rate\"?"),
            Slip("memory: {size", "memroy: {size", at: "memroy", "/templates/node", "did you mean \"memory\"?"),
            Slip("capacity: 6x", "capcity: 6x", at: "capcity", "/templates/node/drives", "did you mean \"capacity\"?"),
            Slip(
                "cards: 2, rate", "card: 2, rate", at: "card:", "/templates/node/adapters/0", "did you mean \"cards\"?"),
            Slip("host_memory", "host-memory", at: "host-memory", "/clusters/0", "did you mean \"host_memory\"?"),
            Slip("teaming:", "teamng:", at: "teamng", "/clusters/0/network", "did you mean \"teaming\"?"),
            Slip(
                "compute: [100]", "compte: [100]", at: "{management", "/clusters/0/network/vlans", "mean \"compute\"?"),
            Slip("    tpm: 2.0", "    tpm: 2.0\n    tpm: 1.2", at: "tpm", "/", "a key is written twice: tpm"),
        ]

        static let figures = [
            Slip(
                "size: 512GB", "size: 512", at: "512", "/templates/node/memory/size",
                "has no unit; write it as in 512GB"),
            Slip(
                "size: 512GB", "size: 512Gbps", at: "512Gbps", "/templates/node/memory/size",
                "the unit \"Gbps\" is that of a bit rate; write one of B, kB"),
            Slip(
                "rate: 25Gbps, rdma: roce", "rate: 25GB, rdma: roce", at: "25GB", "/templates/node/adapters/0/rate",
                "the unit \"GB\" is that of a number of bytes; write one of bit/s"),
            Slip(
                "highest: 27C", "highest: 80F", at: "80F", "/sites/0/ambient/highest",
                "\"F\" is not known; write one of"),
            Slip(
                "every: 30d", "every: 1month", at: "1month", "/clusters/0/updates/every",
                "write one of ns, us, ms, s, m, h, d"),
            Slip(
                "count: 4, prefix", "count: 0, prefix", at: "0,", "/clusters/0/nodes/0/count",
                "0 nodes: write 1 or more"),
            Slip(
                "count: 4, prefix", "count: four, prefix", at: "four", "/clusters/0/nodes/0/count", "write digits alone"
            ),
            Slip("units: 42", "units: -42", at: "-42", "/racks/0/units", "write 1 to 100"),
            Slip("unit: 1, supplies", "unit: 0, supplies", at: "0,", "/clusters/0/nodes/0/unit", "write 1 to 100"),
            Slip(
                "[711, 712]", "[711, 5000]", at: "5000", "/clusters/0/network/vlans/storage/1",
                "5000 as a VLAN: write 0 to 4095"),
            Slip(
                "reservation: 50%", "reservation: 50", at: "50", "/templates/node/adapters/0/dcb/reservation",
                "write 0% to 100%"),
            Slip(
                "6x3.84TB:nvme", "6x3.84TB:nvm", at: "6x3", "/templates/node/drives/capacity",
                "there is: nvme, ssd, hdd"),
            Slip("tpm: 2.0", "tpm: two", at: "two", "/templates/node/tpm", "is no version: write it as 2.0, or none"),
            Slip(
                "uefi: 2.7", "uefi: v2.7", at: "v2.7", "/templates/node/firmware/uefi", "is no version: write it as 2.7"
            ),
            Slip(
                "validated: true", "validated: ture", at: "ture", "/templates/node/validated",
                "neither true nor false; write"),
        ]

        static let names = [
            Slip(
                "template: node,", "template: nod,", at: "nod,", "/clusters/0/nodes/0/template",
                "did you mean \"node\"?"),
            Slip(
                "rack: rack1, unit: 1,", "rack: rack2, unit: 1,", at: "rack2", "/clusters/0/nodes/0/rack",
                "mean \"rack1\"?"),
            Slip(
                "lan: [tor1, tor2], bmc", "lan: [tor1, tor3], bmc", at: "tor3", "/clusters/0/nodes/0/cabling/lan/1",
                "there is no switch \"tor3\"; did you mean \"tor1\"?"),
            Slip(
                "{storage: [tor1", "{storge: [tor1", at: "{storge", "/clusters/0/nodes/0/cabling", "mean \"storage\"?"),
            Slip("source: ups-a,", "source: ups-x,", at: "ups-x", "/power/pdus/0/source", "did you mean \"ups-a\"?"),
            Slip("names: [mgmt1]", "names: [tor1]", at: "tor1", "/switches/1/names/0", "the name of another device"),
            Slip(
                "count: 4, prefix: node", "names: [a, a, b, c]", at: "{template", "/clusters/0/nodes/0",
                "\"a\" is the name of another device"),
            Slip(
                "kind: hyperconverged", "kind: Hyperconverged", at: "Hyper", "/clusters/0/kind",
                "mean \"hyperconverged\"?"),
            Slip(
                "role: top_of_rack", "role: top-of-rack", at: "top-of", "/switches/0/role",
                "did you mean \"top_of_rack\"?"),
            Slip("rdma: roce_v2", "rdma: RoCEv2", at: "RoCE", "/templates/node/adapters/0/rdma", "mean \"roce_v2\"?"),
            Slip("azureLocal23H2", "azurelocal23H2", at: "azure", "/profile", "did you mean azureLocal23H2?"),
            Slip("cluster/1", "cluster/2", at: "clustermodel", "/schema", "write clustermodel.cluster/1"),
        ]

        static let shapes = [
            Slip("witness: {kind: cloud}", "witness: [cloud]", at: "[cloud]", "/clusters/0/witness", "write {kind: …}"),
            Slip(
                "management: [10]", "management: 10", at: "10", "/clusters/0/network/vlans/management",
                "this must be a list; write it in brackets"),
            Slip("    vendor: Dell\n", "\tvendor: Dell\n", at: "\t", "/", "indent with blanks, no tab"),
            Slip("name: 4-nodes", "name: \"4-nodes", at: "\"4-nodes", "/", "close the quote that is open"),
            Slip("R760\n", "R760: new\n", at: ": new", "/", "put quotes around a value that has a colon"),
            Slip("rate: 25Gbps, rdma: roce", "rate: 25Gbps rdma: roce", at: ": roce", "/", "put commas between"),
        ]

        static let cables = [
            Slip("", "{from: tor1/48, to: tor9/48}", at: "tor9", "/cables/0/to", "did you mean \"tor1\"?"),
            Slip("", "{from: node9/lan.1, to: tor1/48}", at: "node9", "/cables/0/from", "did you mean \"node1\"?"),
            Slip("", "{from: node1/lna.1, to: tor1/48}", at: "node1", "/cables/0/from", "it has lan.1 to lan.2"),
            Slip("", "{from: tor1/48}", at: "{from", "/cables/0", "\"to\" is missing here"),
            Slip("", "{from: tor1, to: tor2/48}", at: "tor1", "/cables/0/from", "write the device and its port"),
            Slip("", "{from: tor1/48, to: tor1/47}", at: "{from", "/cables/0", "a cable joins two devices"),
        ]
    }

    @Test(arguments: Slip.keys + Slip.figures + Slip.names + Slip.shapes + Slip.cables)
    func `each slip on the way of a new user is told by its place, with what to do`(slip: Slip) throws {
        let tree = try TemporaryTree()
        var text = try ClusterModel.run(["init", "--nodes", "4"]).output
        if slip.old.isEmpty {
            text += "cables:\n  - \(slip.new)\n"
        } else {
            let range = try #require(text.firstRange(of: slip.old))
            text = String(text[..<range.lowerBound] + slip.new + text[range.upperBound...])
        }
        try tree.write(text, to: "cluster.yaml")
        let file = tree.absolute("cluster.yaml")
        let outcome = try ClusterModel.run(["check", file])
        #expect(outcome.status == 64)
        #expect(outcome.output.isEmpty)
        #expect(outcome.diagnostics.contains(" \(slip.path): "), "\(outcome.diagnostics)")
        #expect(outcome.diagnostics.contains(slip.words), "\(outcome.diagnostics)")
        let told = try #require(outcome.diagnostics.wholeMatch(of: /clustermodel: (.*?):(\d+):(\d+) .*\n/)?.output)
        #expect(told.1 == file)
        let (line, column) = (try #require(Int(told.2)), try #require(Int(told.3)))
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let wanted = try #require(slip.new.split(separator: "\n").first)
        #expect(lines[line - 1].contains(wanted), "line \(line)")
        #expect(lines[line - 1].dropFirst(column - 1).hasPrefix(slip.place), "column \(column)")
        let json = try ClusterModel.run(["check", file, "--format", "json"])
        let document = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
        #expect(document?["schema"] as? String == "clustermodel.error/1")
    }

    @Test(arguments: [
        ("2026-13-01", "there is no such day"), ("2026-02-30", "there is no such day"), ("28.11.2026", "2026-11-24"),
    ])
    func `a wrong date is told where an exemption has it`(day: String, words: String) throws {
        let tree = try TemporaryTree()
        try tree.write(
            """
            schema: clustermodel.rules/1
            name: own
            version: 1
            rules: []
            exemptions:
              - {rule: node.memory, subject: "cluster:c1", owner: me, reason: a trial, expires: \(day)}
            """, to: "rules.yaml")
        try tree.write(ClusterModel.run(["init"]).output, to: "cluster.yaml")
        let outcome = try ClusterModel.run(
            ["check", tree.absolute("cluster.yaml"), "--rules", tree.absolute("rules.yaml")])
        #expect(outcome.status == 64)
        #expect(outcome.diagnostics.contains("rules.yaml:6:85 /exemptions/0/expires: \"\(day)\" is not a date"))
        #expect(outcome.diagnostics.contains(words), "\(outcome.diagnostics)")
    }
}
