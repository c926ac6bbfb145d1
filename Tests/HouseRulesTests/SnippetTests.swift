import TestSupport
import Testing

@Suite struct `Examples of first pages` {
    private let page = "# Page\n\n```swift\nimport ClusterCore\n\nlet a = 1\nif a > 0 {\n    f()\n}\n```\n"
    private let test =
        "import ClusterCore\nfunc t() {\n    // snippet\n    let a = 1\n    if a > 0 {\n        f()\n    }\n    // end of snippet\n}\n"

    private func changed(_ text: String, _ old: String, _ new: String) -> String {
        guard let range = text.firstRange(of: old) else { return text }
        return text[..<range.lowerBound] + new + text[range.upperBound...]
    }

    @Test func `an example that is tested as it stands has no problem`() {
        #expect(snippetProblems(page: page, test: test) == [])
    }

    @Test func `a changed line is told`() {
        #expect(
            snippetProblems(page: page, test: changed(test, "let a = 1", "let a = 2"))
                == ["line 1 of the example is \"let a = 1\", the test runs \"let a = 2\""])
    }

    @Test func `a missing import, page block or region is told`() {
        #expect(
            snippetProblems(page: page, test: changed(test, "import ClusterCore", "")) == [
                "the test does not import ClusterCore"
            ])
        #expect(snippetProblems(page: "# Page", test: test).count == 1)
        #expect(snippetProblems(page: page, test: changed(test, "// snippet", "//")).count == 1)
    }

    @Test func `an example has at most ten lines`() {
        func texts(_ count: Int) -> (String, String) {
            let lines = (0..<count).map { "f(\($0))" }.joined(separator: "\n")
            return ("```swift\n\(lines)\n```", "// snippet\n\(lines)\n// end of snippet")
        }
        #expect(snippetProblems(page: texts(10).0, test: texts(10).1).isEmpty)
        #expect(snippetProblems(page: texts(11).0, test: texts(11).1).count == 1)
    }
}
