import ClusterCore
import Foundation
import RDMAModel
import TestSupport
import Testing

/// Every rule that a finding can name is described.
@Suite struct RuleDescriptionTests {
    @Test func `every rule that the sources name is described, and every description is of one that they name`() throws
    {
        var named: Set<String> = []
        let enumerator = try #require(FileManager.default.enumerator(atPath: repositoryRoot + "/Sources"))
        for case let path as String in enumerator
        where path.hasSuffix(".swift") && !path.hasPrefix("ClusterCore/") && !path.hasPrefix("Reports/") {
            let code = try repositoryText("Sources/" + path).split(separator: "\n")
                .filter { !$0.drop { $0 == " " }.hasPrefix("//") }.joined(separator: "\n")
            for match in code.matches(of: /"(rdma(\.[a-z0-9_]+)+)"/) { named.insert(String(match.1)) }
        }
        #expect(named.count > 8)
        #expect(named == Set(RuleDescription.all.map(\.rule.rawValue)))
    }

    @Test func `no rule is described twice and no description is empty`() {
        #expect(Set(RuleDescription.all.map(\.rule)).count == RuleDescription.all.count)
        for description in RuleDescription.all {
            for text in [description.title, description.reason, description.method, description.effect] {
                #expect(text.hasSuffix(".") && text.count > 15 && !text.contains("  "), "\(text)")
            }
            #expect(!description.remedies.isEmpty, "\(description.rule)")
        }
    }

    @Test func `every figure of the built-in profiles is described under its rule, and no other`() {
        let vocabulary = RuleVocabulary(of: ProbeProfile.builtIn)
        for description in RuleDescription.all {
            let known = Set((vocabulary.rules[description.rule] ?? [:]).keys)
            #expect(Set(description.parameters.map(\.name)) == known, "\(description.rule)")
        }
    }

    @Test func `what a broken rule means is what the table of shortfalls says`() throws {
        for row in Shortfall.allCases where row.rule != "rdma.latency" {
            let effect = try #require(RuleDescription.of(row.rule.rawValue)).effect
            #expect(effect.contains(row.outcome.rawValue), "\(row)")
        }
    }

    @Test(
        arguments: [
            ("rdma.latncy", "rdma.latency"), ("RDMA.LOSS", "rdma.loss"), ("rdma.conection", "rdma.connection"),
            ("rdma.control.refusd", "rdma.control.refused"), ("latency", "rdma.latency"),
            ("refused", "rdma.control.refused"),
            ("", nil), (".", nil), ("cluster", nil),
            (String(repeating: "x", count: 100_000), nil),
        ] as [(String, String?)])
    func `a misspelt rule finds the nearest, and nonsense none`(word: String, nearest: String?) {
        #expect(RuleDescription.nearest(to: word)?.rawValue == nearest)
    }
}
