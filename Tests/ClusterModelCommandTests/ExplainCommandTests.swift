import Foundation
import TestSupport
import Testing

/// `clustermodel explain`: what a rule in a finding is about.
@Suite struct `clustermodel explain` {
    /// First words of rules' names, by which names of rules are found among the strings of the sources.
    private static let families = [
        "backup", "cluster", "connectivity", "control", "control_plane", "health", "host", "lint", "network", "node",
        "power", "profile", "rack", "recovery", "security", "site", "sovereignty", "storage", "switch", "updates",
        "workload",
    ]

    /// Strings of that form that are no rules.
    private static let others: [String: String] = [
        "storage.rdma": "a fact of a model that a plan of the network lacks",
        "storage.mtu": "such a fact", "storage.cabling": "such a fact", "storage.dcb": "such a fact",
    ]

    private func listed() throws -> [[String: Any]] {
        let (document, outcome) = try ClusterModel.json(["explain"])
        #expect(outcome.status == 0)
        return try #require(document["rules"] as? [[String: Any]])
    }

    /// The strings in the sources that have a rule's form.
    private func named() throws -> Set<String> {
        var found: Set<String> = []
        for path in repositoryFiles(below: "Sources")
        where path.hasSuffix(".swift") && !path.hasPrefix("Sources/RDMA") && !path.hasPrefix("Sources/Reports/") {
            let code = try repositoryText(path).split(separator: "\n")
                .filter { !$0.drop { $0 == " " }.hasPrefix("//") }.joined(separator: "\n")
            for match in code.matches(of: /"(([a-z_]+)(\.[a-z0-9_]+)+)"/)
            where Self.families.contains(String(match.2)) { found.insert(String(match.1)) }
        }
        return found
    }

    @Test func `every rule that the sources name is explained, in words, and no other string is taken for one`() throws
    {
        let rules = try listed()
        let explained = Set(rules.compactMap { $0["rule"] as? String })
        #expect(explained.count == rules.count)
        let named = try named()
        #expect(named.count > 120)
        #expect(named.subtracting(explained).subtracting(Self.others.keys) == [])
        #expect(explained.intersection(Self.others.keys) == [])
        // Those of security are made of the controls' names.
        #expect(explained.subtracting(named).filter { !$0.hasPrefix("security.") } == [])
        for rule in rules {
            for key in ["title", "reason", "remedy"] {
                #expect((rule[key] as? String)?.isEmpty == false, "\(rule["rule"] ?? ""): \(key)")
            }
            for parameter in rule["parameters"] as? [[String: Any]] ?? [] {
                #expect((parameter["meaning"] as? String)?.isEmpty == false, "\(rule["rule"] ?? "")")
            }
        }
    }

    @Test func `a list of the families names is complete: each has a rule, and each rule is in one`() throws {
        let first = Set(try listed().compactMap { ($0["rule"] as? String)?.prefix { $0 != "." } }.map { String($0) })
        #expect(first == Set(Self.families))
    }

    /// Findings of this kind have names with a level, a kind or a profile's own parameters behind them.
    @Test(arguments: [
        ("health.region_round_trip.critical", "health.region_round_trip"), ("health.export.gap", "health.export"),
        ("health.drive_latency.ssd", "health.drive_latency.ssd"), ("storage.fit", "storage.fit"),
        ("host.numa_disagrees", "host.numa_disagrees"), ("host.unknown", "host.unknown"),
    ])
    func `a rule's level or kind is explained by the rule`(asked: String, told: String) throws {
        let (document, outcome) = try ClusterModel.json(["explain", asked])
        #expect(outcome.status == 0)
        let rules = try #require(document["rules"] as? [[String: Any]])
        #expect(rules.map { $0["rule"] as? String } == [told])
    }

    /// StorageProfile: 80 % by the architecture (AL-140), 70 % by Microsoft's page on thin provisioning.
    @Test func `figures of a rule that check does not ask are those of its own kind of profile`() throws {
        for (profile, value) in [("azureLocal23H2", "7/10"), ("architecture", "4/5"), ("rackAware", "7/10")] {
            let (document, _) = try ClusterModel.json(["explain", "storage.use", "--profile", profile])
            let rule = try #require((document["rules"] as? [[String: Any]])?.first)
            let parameter = try #require((rule["parameters"] as? [[String: Any]])?.first)
            #expect(parameter["value"] as? String == value, "\(profile)")
            #expect((parameter["disagreement"] as? String)?.contains("(architecture)") == true)
        }
    }

    @Test func `a rule without figures, and one of health, are as recorded`() throws {
        try ClusterModel.assertText(["explain", "host.numa_disagrees"], named: "explain-host-numa-disagrees.txt")
        try ClusterModel.assertText(["explain", "storage.volumes"], named: "explain-storage-volumes.txt")
        try ClusterModel.assertText(
            ["explain", "health.capacity_usage", "--profile", "architecture"],
            named: "explain-health-capacity-usage.txt")
    }

    @Test func `no rule's name is cut, and each says in words what it asks`() throws {
        let text = try ClusterModel.run(["explain"]).output
        #expect(!text.contains("…"))
        for rule in try listed() {
            let name = try #require(rule["rule"] as? String)
            #expect(text.contains(name), "\(name)")
            let title = try #require(rule["title"] as? String)
            #expect(!title.contains("rDMA") && !title.hasPrefix("tpm2"), "\(title)")
            if name.hasPrefix("security.") { #expect(!title.contains("s is on"), "\(title)") }
        }
    }

    /// What an option takes stands in the help, not only in the error of a wrong word.
    @Test(arguments: [
        ("endpoints", ["portable_media", "windows_admin_center", "westeurope", "lenovo"]),
        ("sovereignty", ["portable_media", "cloud_witness", "usgovvirginia", "public_lookups"]),
        ("operations", ["portable_media", "create_virtual_machine"]),
    ])
    func `help lists the words of options`(command: String, words: [String]) throws {
        let text = try ClusterModel.run([command, "--help"]).output
        for word in words { #expect(text.contains(word), "\(command): \(word)") }
    }

    /// The profiles that an unknown name is answered with are those of the help, and the page names those of models.
    @Test(arguments: [
        ("check", "hyperconverged-4-nodes.yaml", 7), ("explain", "node.memory", 7),
        ("network", "hyperconverged-4-nodes.yaml", 2), ("security", "security-posture.json", 2),
        ("capacity", "storage-cluster.yaml", 3), ("operations", "", 2),
    ])
    func `help lists every profile`(command: String, argument: String, count: Int) throws {
        let isFile = argument.hasSuffix("yaml") || argument.hasSuffix("json")
        let path = isFile ? "\(repositoryRoot)/Docs/Examples/\(argument)" : argument
        let arguments = command == "capacity" ? ["--file", path] : path.isEmpty ? [] : [path]
        let refused = try ClusterModel.run([command] + arguments + ["--profile", "nosuch"])
        #expect(refused.status == 64)
        let list = try #require(refused.diagnostics.firstMatch(of: /no built-in profile \(([^)]*)\)/)?.output.1)
        let names = list.split(separator: ", ").map(String.init)
        #expect(names.count == count)
        let words = try ClusterModel.run([command, "--help"]).output.split { $0.isWhitespace || $0 == "," }
        let page = try repositoryText("Docs/ClusterModel.md")
        for name in names {
            #expect(words.contains { $0 == name }, "\(command): \(name)")
            if count == 7 { #expect(page.contains("`\(name)`"), "\(name)") }
        }
    }

    @Test func `a rule that there is not is refused with the nearest one`() throws {
        for (word, near) in [("storage.voluems", "storage.volumes"), ("numa_disagrees", "host.numa_disagrees")] {
            let outcome = try ClusterModel.run(["explain", word])
            #expect(outcome.status == 64 && outcome.diagnostics.contains("did you mean \(near)?"), "\(outcome)")
        }
    }
}
