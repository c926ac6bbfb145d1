import FoundationEssentials
import TestSupport
import Testing

@Suite struct `The coverage of the architecture` {
    private var report: CoverageReport {
        CoverageReport(
            sources: Repository.shared.sources.map { ($0.path, $0.text) }, rules: CitedItems.rules,
            tests: Repository.shared.tests)
    }

    @Test func `what the coverage names exists`() {
        for offence in report.offences(in: CoverageTable.sections) { Issue.record("\(offence)") }
    }

    @Test func `the page of the coverage is what code and tests say`() throws {
        let page = report.page(of: CoverageTable.sections)
        let path = "Docs/Coverage.md"
        if environment("RECORD_COVERAGE") == "1" {
            try page.write(to: URL(filePath: "\(repositoryRoot)/\(path)"), atomically: true, encoding: .utf8)
            Issue.record("wrote \(path); run again without RECORD_COVERAGE")
            return
        }
        let written = try repositoryText(path)
        let lines = zip(
            written.split(separator: "\n", omittingEmptySubsequences: false),
            page.split(separator: "\n", omittingEmptySubsequences: false))
        let difference = lines.first { $0 != $1 }
        #expect(
            written == page,
            "\(path) is stale; RECORD_COVERAGE=1 swift test --filter coverage writes it. First: \(String(describing: difference))"
        )
    }

    @Test func `a symbol or a test that does not exist is told`() {
        let code = """
            public struct Known: Sendable { var part = 1; func act() { let inside = 2 }
                enum Kind { case one, two
                    case three(Int), four } }
            extension Known.Kind { var extended: Int { switch self { case .one: 1; default: 2 } } }
            struct Other { let elsewhere = 1 }
            """
        let small = CoverageReport(
            sources: [("Sources/A/A.swift", code)], rules: [5: ["a.rule"], 6: ["a.rule"]],
            tests: [("Tests/ATests/T.swift", "@Test func `AL-1 x`() {}\n@Test func `AL-3 x and AL-5`() {}")])
        func words(_ item: CoverageTable.Item) -> [String] {
            small.offences(in: [("s", [item])]).map(\.message).filter { !$0.contains("each once") }
        }
        for symbol in [
            "Known", "Known.part", "Known.act", "Known.Kind", "Known.Kind.one", "Kind.two", "Kind.three", "Kind.four",
            "Kind.extended", "Known.Kind.extended",
        ] {
            #expect(words(.init(1, "a", "A", [symbol])) == [], "\(symbol)")
        }
        #expect(words(.init(1, "a", "A", ["Unknown"])) == ["AL-1: no type is called Unknown"])
        // Names that are declared, in another place than the one that is named.
        #expect(words(.init(1, "a", "A", ["part"])) == ["AL-1: no type is called part"])
        #expect(words(.init(1, "a", "A", ["Known.elsewhere"])) == ["AL-1: Known has no member elsewhere"])
        #expect(words(.init(1, "a", "A", ["Known.inside"])) == ["AL-1: Known has no member inside"])
        #expect(words(.init(1, "a", "A", ["Known.Kind.part"])) == ["AL-1: Known.Kind has no member part"])
        #expect(words(.init(2, "a", "A", ["Known"])) == ["AL-2: no test is named by it"])
        #expect(words(.init(3, "a", "A")) == ["AL-3 has a test; name what it tests"])
        #expect(words(.init(4, "a", "A")) == [])
        #expect(words(.init(5, "a", "A")) == [])
        #expect(words(.init(6, "a", "A")) == ["AL-6: no test is named by it"])
        let page = small.page(of: [("s", [.init(5, "about", "A")])])
        #expect(page.contains("| AL-5 | about | A |  | `a.rule` |  |"))
        #expect(page.contains("- AL-5\n  - ATests: AL-3 x and AL-5\n"))
    }

    /// The profiles' own words, one of each kind.
    @Test func `rules are counted for the items that they cite`() {
        let rules = CitedItems.rules
        #expect(rules[21] == ["node.tpm"])
        #expect(rules[61]?.contains("security.tpm2") == true)
        #expect(rules[102]?.contains("connectivity.bandwidth") == true)
        #expect(Set(rules.keys).isSubset(of: Set(ArchitectureRule.items)))
    }
}
