import ClusterCore
import ClusterDocuments
import Testing
import Topology

@Suite struct `Rules of one's own` {
    private func policy(_ rules: String, _ rest: String = "") throws -> Policy {
        try PolicyDocument(
            Array("schema: clustermodel.rules/1\nname: contoso\nversion: 1\nrules:\n\(rules)\n\(rest)".utf8)
        ).policy
    }

    private func rule(_ require: String, _ more: String = "", subjects: String = "clusters[*].nodes[*]") -> String {
        "  - {rule: contoso.test, title: a test, for: \"\(subjects)\", require: \(require)\(more.isEmpty ? "" : ", " + more)}"
    }

    private func check(_ policy: Policy, on day: String = "2026-11-27") throws -> TopologyCheck {
        try ExampleModel.four.read().check(policy: policy, on: day)
    }

    private func outcomes(_ require: String, subjects: String = "clusters[*].nodes[*]") throws -> Set<String> {
        let all = try check(policy(rule(require, subjects: subjects))).checks
        return Set(all.filter { $0.rule == "contoso.test" }.map(\.outcome.rawValue))
    }

    /// The example's nodes have 512 GB, 2 × 16 cores, 25 Gbit/s, 500 W.
    @Test(arguments: [
        ("{path: hardware.memory.size, at_least: 512GB}", "met"),
        ("{path: hardware.memory.size, at_least: 513GB}", "not_met"),
        ("{path: hardware.memory.size, at_most: 512GB}", "met"),
        ("{path: hardware.memory.size, equals: 512GB}", "met"),
        ("{path: hardware.processor.cores, at_least: 17}", "not_met"),
        ("{path: \"hardware.adapters[*].rate\", at_least: 25Gbps}", "met"),
        ("{path: \"hardware.adapters[*].rate\", at_least: 26Gbps}", "not_met"),
        ("{path: hardware.draw.typical, at_most: 0.5kW}", "met"),
        ("{path: hardware.vendor, one_of: [HPE, Dell]}", "met"),
        ("{path: hardware.vendor, equals: HPE}", "not_met"),
        ("{path: hardware.model, begins_with: PowerEdge}", "met"),
        ("{path: hardware.firmware.secure_boot, equals: true}", "met"),
        ("{path: hardware.firmware.secure_boot, equals: false}", "not_met"),
        ("{path: hardware.processor.features, contains: slat}", "met"),
        ("{path: hardware.processor.features, contains: sse}", "not_met"),
        ("{path: hardware.adapters.count, at_least: 3}", "not_met"),
        ("{path: zone, exists: false}", "met"),
        ("{path: zone, exists: true}", "not_met"),
        ("{path: zone, equals: north}", "undetermined"),
        ("{all: [{path: zone, equals: north}, {path: hardware.vendor, equals: HPE}]}", "not_met"),
        ("{all: [{path: zone, equals: north}, {path: hardware.vendor, equals: Dell}]}", "undetermined"),
        ("{any: [{path: zone, equals: north}, {path: hardware.vendor, equals: Dell}]}", "met"),
        ("{any: [{path: zone, equals: north}, {path: hardware.vendor, equals: HPE}]}", "undetermined"),
        ("{none: [{path: hardware.vendor, equals: HPE}]}", "met"),
        ("{none: [{path: hardware.vendor, equals: Dell}, {path: zone, equals: north}]}", "not_met"),
        ("{none: [{path: zone, equals: north}]}", "undetermined"),
    ])
    func `AL-89 a predicate holds, does not, or cannot be told`(require: String, outcome: String) throws {
        #expect(try outcomes(require) == [outcome])
    }

    /// A path that exists and of which the model says nothing.
    @Test func `what the model does not say is not met by anything`() throws {
        #expect(try outcomes("{path: name, exists: true}", subjects: "ups[*]") == ["met"])
        let found = try check(
            policy(rule("{path: zone, equals: north}", "severity: critical", subjects: "clusters[*].nodes[*]")))
        #expect(found.status == .undetermined)
    }

    /// The subject's path, the rule's, and what is to be said: the nearest path that exists.
    @Test(arguments: [
        ("clusters[*].nodes[*]", "hardware.memry.size", "did you mean hardware.memory?"),
        ("clusters[*].nodes[*]", "memory.size", "did you mean hardware.memory?"),
        ("clusters[*].nodes[*]", "hardware.memory.siez", "did you mean hardware.memory.size?"),
        ("clusters[*].nodes[*]", "hardware.adapters.rate", "is a list; write hardware.adapters[*].rate"),
        ("clusters[*].nodes[*]", "hardware.memory[*]", "hardware.memory is no list"),
        ("clusters[*].nodes[*]", "name.first", "name is a text and has nothing in it"),
        ("clusters[*].nodes[*]", "xyzzy", "there are cluster, hardware, name, rack, template, unit, zone"),
        ("clusters[*]", "design.network.vlans.storag", ""),
        ("clusters[*]", "design.nodes[*].cabling.lan", ""),
        ("racks[*]", "reservd_units", "did you mean reserved_units?"),
    ])
    func `AL-89 a path that does not exist offers the nearest`(subjects: String, path: String, words: String) throws {
        let text = rule("{path: \"\(path)\", exists: true}", subjects: subjects)
        if words.isEmpty {
            _ = try policy(text)
            return
        }
        let error = #expect(throws: DocumentProblem.self) { try policy(text) }
        #expect(error?.problem.contains(words) == true, "\(error?.problem ?? "")")
        #expect(error?.path == "/rules/0/require/path")
        #expect(error?.position?.line == 5)
    }

    @Test func `AL-89 a subject that does not exist is refused, and a policy that no document holds too`() throws {
        let error = #expect(throws: DocumentProblem.self) {
            try policy(rule("{path: name, exists: true}", subjects: "clusters[*].machines[*]"))
        }
        #expect(error?.path == "/rules/0/for")
        #expect(error?.description.hasPrefix("5:") == true)
        let own = Policy(
            name: "own", version: "1",
            rules: [
                PolicyRule(
                    "own.rule", title: "t", subjects: try ModelPath(parsing: "clstrs[*]"), require: PolicyPredicate())
            ])
        #expect(own.problems.map(\.path) == ["/rules/0/for"])
        #expect(throws: PolicyError.self) { try check(own) }
    }

    @Test func `AL-89 a fault deep in a predicate is told by its line`() throws {
        let text = """
              - rule: contoso.deep
                title: deep
                for: clusters[*].nodes[*]
                require:
                  any:
                    - {path: hardware.vendor, equals: Dell}
                    - all:
                        - {path: hardware.memory.size, at_least: 512}
            """
        let error = #expect(throws: DocumentProblem.self) { try policy(text) }
        #expect(error?.path == "/rules/0/require/any/1/all/0")
        #expect(error?.position?.line == 12)
        #expect(error?.problem.contains("\"512\" has no unit; write it as in 512GB") == true)
    }

    /// Each of them is somewhere in an example.
    @Test(arguments: [
        "clusters[*].design.workloads[*].affinity", "clusters[*].design.control_plane.mode",
        "clusters[*].design.backups[*].recovery_point", "sites[*].links.wan", "racks[*].units", "ups[*].runtime",
        "pdus[*].monitored", "switches[*].hardware.capabilities", "cables[*].from.device", "cords[*].supply", "feeds",
        "production", "profile", "clusters[*].nodes[*].hardware.drives.capacity",
        "clusters[*].nodes[*].hardware.adapters[*].carries", "clusters[*].design.witness.kind",
        "clusters[*].design.network.vlans.storage", "clusters[*].nodes.count",
    ])
    func `AL-89 what an example says can be asked`(path: String) throws {
        var predicate = PolicyPredicate()
        predicate.path = try ModelPath(parsing: path)
        predicate.exists = true
        // One part stands for the whole, from which the paths begin.
        let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
        if parts.count == 2 {
            predicate.path = try ModelPath(parsing: parts[1])
            let own = Policy(
                name: "own", version: "1",
                rules: [
                    PolicyRule("own.rule", title: "t", subjects: try ModelPath(parsing: parts[0]), require: predicate)
                ])
            let found = try check(own).checks.filter { $0.rule == "own.rule" }
            #expect(!found.isEmpty && found.allSatisfy { $0.outcome == .met }, "\(path)")
        } else {
            let own = Policy(
                name: "own", version: "1",
                rules: [
                    PolicyRule("own.rule", title: "t", subjects: try ModelPath(parsing: path), require: predicate)
                ])
            #expect(!own.problems.contains { $0.path == "/rules/0/for" })
        }
    }

    @Test func `parts are named like those of other findings`() throws {
        let found = try check(policy(rule("{path: unit, at_least: 3}")))
        #expect(found.findings.map(\.subject.rawValue) == ["cluster:c1/node:node1"])
        #expect(found.findings.first?.measured == .text("unit: 1"))
        let switches = try check(policy(rule("{path: hardware.ports, at_least: 49}", subjects: "switches[*]")))
        #expect(switches.findings.map(\.subject.rawValue) == ["switch:mgmt1", "switch:tor1", "switch:tor2"])
    }

    @Test func `when narrows it down`() throws {
        let narrow = try check(
            policy(
                rule(
                    "{path: hardware.mtu, at_least: 9000}", "when: {path: hardware.role, equals: top_of_rack}",
                    subjects: "switches[*]")))
        #expect(narrow.findings == [])
    }

    @Test func `AL-89 audit reports and does not decide, off is silent, and enforce decides`() throws {
        func with(_ mode: String) throws -> TopologyCheck {
            try check(policy(rule("{path: hardware.memory.size, at_least: 1TB}", "severity: critical, mode: \(mode)")))
        }
        #expect(try with("enforce").status == .requirementNotMet)
        #expect(try with("audit").status == .requirementMet)
        #expect(try with("audit").findings.map(\.severity) == Array(repeating: .warning, count: 4))
        #expect(try with("off").findings == [])
    }

    @Test func `AL-89 an exemption has an owner and a last day, and is told when it is over`() throws {
        let exempted = try policy(
            rule("{path: unit, at_least: 3}", "severity: critical"),
            """
            exemptions:
              - {rule: contoso.test, subject: "cluster:c1/node:node1", owner: operations, reason: moved soon, expires: 2026-12-31}
            """)
        let before = try check(exempted, on: "2026-12-31")
        #expect(before.status == .requirementMet)
        #expect(before.findings.map(\.severity) == [.information])
        #expect(
            before.findings.first?.evidence.contains { $0.value?.contains("operations: moved soon") == true } == true)
        let after = try check(exempted, on: "2027-01-01")
        #expect(after.status == .requirementNotMet)
        #expect(after.findings.contains { $0.rule == ResolvedProfile.expiredExemption })
    }

    @Test(arguments: [
        ("{path: hardware.memory.size, at_least: 512}", "has no unit; write it as in 512GB"),
        ("{path: hardware.memory.size, at_least: 512W}", "is not a number of bytes"),
        ("{path: hardware.vendor, at_least: 3}", "cannot be compared"),
        ("{path: hardware.processor.cores, at_least: many}", "cannot be compared"),
        ("{path: hardware.processor, equals: x}", "cannot be compared"),
        ("{path: hardware.vendor}", "is compared with nothing"),
        ("{}", "asks nothing"),
    ])
    func `what cannot be compared is an error, not a verdict`(require: String, words: String) throws {
        let error = #expect(throws: DocumentProblem.self) { _ = try policy(rule(require)) }
        #expect(error?.problem.contains(words) == true, "\(error?.description ?? "")")
        #expect(error?.problem.hasPrefix("rule contoso.test") == true)
        #expect(error?.path == "/rules/0/require")
    }

    @Test(arguments: ["", "a..b", "a[0]", "a[*", "a b", ".a", String(repeating: "a.", count: 40) + "a"])
    func `what is no path is refused where it stands`(path: String) throws {
        let error = #expect(throws: DocumentProblem.self) { try policy(rule("{path: \"\(path)\", exists: true}")) }
        #expect(error?.path == "/rules/0/require/path")
    }

    @Test func `names of rules are used once and not those of the suite`() throws {
        let twice = try policy(rule("{path: unit, exists: true}") + "\n" + rule("{path: unit, exists: true}"))
        #expect(throws: PolicyError.self) { try check(twice) }
        let own = try policy(
            "  - {rule: node.memory, title: t, for: \"clusters[*].nodes[*]\", require: {path: name, exists: true}}")
        #expect(throws: PolicyError.self) { try check(own) }
    }

    @Test func `predicates nest to a limit`() throws {
        var predicate = PolicyPredicate()
        predicate.path = try ModelPath(parsing: "unit")
        predicate.exists = true
        for _ in 0..<40 {
            var outer = PolicyPredicate()
            outer.all = [predicate]
            predicate = outer
        }
        let deep = Policy(
            name: "deep", version: "1",
            rules: [
                PolicyRule(
                    "deep.rule", title: "deep", subjects: try ModelPath(parsing: "clusters[*].nodes[*]"),
                    require: predicate)
            ])
        let error = #expect(throws: PolicyError.self) { try check(deep) }
        #expect(error?.problem.contains("nests deeper") == true)
    }

    /// The example's four nodes, each of which is a value and has a unit to look at.
    @Test func `rules look at values to a limit`() throws {
        let own = try policy(rule("{path: unit, exists: true}"))
        func check(_ values: Int) throws -> Int {
            try TopologyCheck(
                of: ExampleModel.four.read().installation(),
                by: TopologyProfile.azureLocal23H2.resolved(in: TopologyProfile.builtIn), policy: own, values: values,
                on: CalendarDate(parsing: "2026-11-27")
            ).checks.count { $0.rule == "contoso.test" }
        }
        #expect(try check(1000) == 4)
        let error = #expect(throws: PolicyError.self) { try check(8) }
        #expect(error?.description.hasPrefix("rule contoso.test: it looks at more values") == true)
    }
}
