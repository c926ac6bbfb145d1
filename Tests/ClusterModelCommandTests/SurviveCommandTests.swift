import Foundation
import TestSupport
import Testing

/// Microsoft, fault-tolerance (2023-04), examples 1 to 8, at the prompt.
@Suite struct `clustermodel survive` {
    private func state(_ type: String, _ failures: String, drives: Int = 10) throws -> (String?, Int32?) {
        let (document, outcome) = try ClusterModel.json([
            "survive", "--servers", "6", "--drives", "\(drives)x2TB", "--type", type, "--fail", failures,
        ])
        let volumes = try #require(document["volumes"] as? [[String: Any]])
        return (volumes.first?["state"] as? String, outcome.status)
    }

    @Test(
        arguments: ["three-way-mirror", "dual-parity"],
        [
            "drive:1.1", "server:1", "server:1,drive:2.1", "drive:1.1,drive:2.1",
            "drive:1.1,drive:1.2,drive:1.3,drive:2.1,drive:2.2", "server:1,server:2",
        ])
    func `AL-113 AL-114 what two affected servers leave is online`(type: String, failures: String) throws {
        let found = try state(type, failures)
        #expect(found.0 == "degraded")
        #expect(found.1 == 0)
    }

    @Test(
        arguments: ["three-way-mirror", "dual-parity"], ["drive:1.1,drive:2.1,drive:3.1", "server:1,server:2,server:3"])
    func `AL-113 AL-114 drives lost in three servers at once, or three servers, take it offline`(
        type: String, failures: String
    ) throws {
        let found = try state(type, failures)
        #expect(found.0 == "offline")
        #expect(found.1 == 1)
    }

    @Test func `what is left and what would end it, for people`() throws {
        try ClusterModel.assertText(
            [
                "survive", "--servers", "4", "--drives", "4x2TB", "--type", "three-way-mirror", "--type", "map:20%",
                "--fail",
                "server:2,drive:3.1", "--sets", "2",
            ], named: "survive.txt")
    }

    @Test func `all sets of up to three failures of 20 elements are as many as there are`() throws {
        let (document, _) = try ClusterModel.json([
            "survive", "--servers", "4", "--drives", "4x2TB", "--type", "three-way-mirror", "--sets", "3",
        ])
        let volumes = try #require(document["volumes"] as? [[String: Any]])
        let sets = try #require(volumes.first?["sets"] as? [[String: Any]])
        let totals = sets.map { set in ["online", "degraded", "offline"].compactMap { set[$0] as? Int }.reduce(0, +) }
        #expect(totals == [20, 190, 1140])
    }

    @Test(arguments: [
        (["--fail", "server:9"], "server: 9 is not 1 to 4"), (["--fail", "drive:1.99"], "is not 1 to 4"),
        (["--fail", "disk:1"], "the name of something that can fail"),
        (["--fail", "server:1,,server:2"], "empty place"),
        (["--fail", "witness", "--no-witness"], "the cluster has none"), (["--sets", "7"], "is not 1 to 6"),
        (["--type", "nested-map:10%"], "exactly 2 servers"),
    ])
    func `a wrong call names the value and the bound`(arguments: [String], words: String) throws {
        let outcome = try ClusterModel.run(
            ["survive", "--servers", "4", "--drives", "4x2TB", "--type", "three-way-mirror"] + arguments)
        #expect(outcome.status == 64)
        #expect(outcome.diagnostics.contains(words), "\(outcome.diagnostics)")
    }
}

/// Microsoft, quorum (2024-02), at the prompt.
@Suite struct `clustermodel quorum` {
    /// Servers, witness; cluster and pool for one failure, one then another, two at once.
    @Test(arguments: [
        (3, false, ["Yes", "50/50", "No"], ["Yes", "No", "No"]), (3, true, ["Yes", "Yes", "No"], ["Yes", "No", "No"]),
        (4, false, ["Yes", "Yes", "50/50"], ["Yes", "No", "No"]),
        (4, true, ["Yes", "Yes", "Yes"], ["Yes", "Yes", "Yes"]),
        (5, false, ["Yes", "Yes", "Yes"], ["Yes", "Yes", "Yes"]),
        (5, true, ["Yes", "Yes", "Yes"], ["Yes", "Yes", "Yes"]),
    ])
    func `AL-109 the published tables`(servers: Int, witness: Bool, cluster: [String], pool: [String]) throws {
        let (document, outcome) = try ClusterModel.json([
            "quorum", "--servers", "\(servers)", witness ? "--witness" : "--no-witness",
        ])
        #expect(outcome.status == 0)
        let answers = try #require(document["answers"] as? [[String: Any]])
        #expect(answers.map { $0["cluster"] as? String } == cluster)
        #expect(answers.map { $0["pool"] as? String } == pool)
    }

    @Test func `the votes for people`() throws {
        try ClusterModel.assertText(["quorum", "--servers", "4", "--no-witness"], named: "quorum-4.txt")
    }

    @Test func `a quorum that is lost ends with 1`() throws {
        #expect(try ClusterModel.run(["quorum", "--servers", "4", "--fail", "server:1,server:2,server:3"]).status == 1)
        #expect(
            try ClusterModel.run(["quorum", "--servers", "4", "--fail", "server:1", "--fail", "server:2"]).status == 0)
    }
}
