import FoundationEssentials
import TestSupport
import Testing

@Suite struct `The coverage of the architecture` {
    private var report: CoverageReport {
        CoverageReport(
            sources: Repository.shared.sources.map { ($0.path, $0.text) },
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

    @Test func `a symbol, a rule or a test that does not exist is told`() {
        let small = CoverageReport(
            sources: [("Sources/A/A.swift", "struct Known { var part = 1 }\nlet rule = \"a.rule\"")],
            tests: [("Tests/ATests/T.swift", "@Test func `AL-1 x`() {}\n@Test func `AL-3 x`() {}")])
        func words(_ item: CoverageTable.Item) -> [String] {
            small.offences(in: [("s", [item])]).map(\.message).filter { !$0.contains("each once") }
        }
        #expect(words(.init(1, "a", "A", ["Known.part"], rules: ["a.rule"])) == [])
        #expect(words(.init(1, "a", "A", ["Unknown"])) == ["AL-1: nothing declares Unknown of Unknown"])
        #expect(words(.init(1, "a", "A", ["Known.other"])) == ["AL-1: nothing declares other of Known.other"])
        #expect(words(.init(1, "a", "A", rules: ["b.rule"])) == ["AL-1: no rule is called b.rule"])
        #expect(words(.init(2, "a", "A", ["Known"])) == ["AL-2: no test is named by it"])
        #expect(words(.init(3, "a", "A")) == ["AL-3 has a test; name what it tests"])
        #expect(words(.init(4, "a", "A")) == [])
    }
}
