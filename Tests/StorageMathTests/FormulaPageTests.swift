import TestSupport
import Testing

/// That the page "Formulas" is whole, and says what the tests run.
@Suite struct FormulaPageTests {
    private static let page = "Sources/StorageMath/StorageMath.docc/Formulas.md"
    private static let codingPage = "Sources/StorageMath/StorageMath.docc/ErasureCoding.md"

    @Test(arguments: [(page, "FormulasTests"), (codingPage, "CodingFormulasTests")])
    func `every example of a page is run here, word for word`(page: String, test: String) throws {
        let text = try repositoryText("Tests/StorageMathTests/\(test).swift")
        #expect(try FormulaExamples(page: repositoryText(page)).problems(against: FormulaExamples(test: text)) == [])
    }

    @Test func `an example that differs, has no name, is missing or is twice there is found`() throws {
        let page = try repositoryText(Self.page)
        let tested = try FormulaExamples(test: repositoryText("Tests/StorageMathTests/FormulasTests.swift"))
        func problems(_ page: String) -> [String] { FormulaExamples(page: page).problems(against: tested) }
        #expect(
            problems(page.replacing("lossesTolerated\n//", with: "lossesTolerated + 1\n//"))
                == ["decodability: the page and the test differ"])
        #expect(problems(page.replacing("any 2 losses", with: "any 3 losses")).count == 1)
        #expect(
            problems(page.replacing("<!-- example: nested -->\n", with: ""))
                == ["a block of the page has no name", "nested: on one side alone"])
        #expect(problems(page + "\n<!-- example: new -->\n```swift\nlet a = 1\n```\n") == ["new: on one side alone"])
        #expect(problems(page + "\n<!-- example: nested -->\n```swift\n```\n").contains("nested: twice"))
    }

    @Test func `each formula says its symbols, source, assumptions, implementation and has an example`() throws {
        let sections =
            try repositoryText(Self.page).split(separator: "\n### ").dropFirst()
            + repositoryText(Self.codingPage).split(separator: "\n### ").dropFirst()
        #expect(sections.count > 30)
        for section in sections {
            for part in ["**Formula**", "**Symbols**", "**Source**", "**Assumed**", "**Swift**", "<!-- example: "] {
                #expect(section.contains(part), "\(section.prefix { $0 != "\n" })")
            }
        }
    }

    @Test func `the first page lists every public type, and this article`() throws {
        let page = try repositoryText("Sources/StorageMath/StorageMath.docc/StorageMath.md")
        #expect(page.contains("\n- <doc:Formulas>\n- <doc:ErasureCoding>\n"))
        for file in repositoryFiles(below: "Sources/StorageMath") where file.hasSuffix(".swift") {
            for line in try repositoryText(file).split(separator: "\n") {
                let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_") }
                guard line.hasPrefix("public "), words.count > 2, ["struct", "enum"].contains(words[1]) else {
                    continue
                }
                #expect(page.contains("\n- ``\(words[2])``\n"), "\(words[2]) of \(file)")
            }
        }
    }
}
