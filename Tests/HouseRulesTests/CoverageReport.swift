/// The page that says of each item of the architecture what answers for it, and what on it is not true.
struct CoverageReport {
    let sources: [(path: String, text: String)]
    /// The test targets with a test named by an item.
    let tests: [Int: [String]]

    init(sources: [(path: String, text: String)], tests: [(path: String, text: String)]) {
        self.sources = sources
        var found: [Int: Set<String>] = [:]
        for (path, text) in tests {
            let parts = path.split(separator: "/")
            guard parts.count > 1 else { continue }
            for item in ArchitectureRule.tested(in: text) { found[item, default: []].insert(String(parts[1])) }
        }
        self.tests = found.mapValues { $0.sorted() }
    }

    /// Symbols and rules that the table names and the code does not have, and items that are missing or twice.
    func offences(in sections: [(title: String, items: [CoverageTable.Item])]) -> [Offence] {
        let path = "Tests/HouseRulesTests/CoverageTable.swift"
        var offences: [Offence] = []
        func refuse(_ words: String) { offences.append(Offence(path: path, line: 0, message: words)) }
        let items = sections.flatMap(\.items)
        if items.map(\.number).sorted() != Array(ArchitectureRule.items) {
            refuse("the items are not 1 to 142, each once")
        }
        let declared = declaredNames
        let known = Set(sources.flatMap { literals(in: $0.text) })
        for item in items {
            for symbol in item.symbols {
                for part in symbol.split(separator: ".") where !declared.contains(String(part)) {
                    refuse("AL-\(item.number): nothing declares \(part) of \(symbol)")
                }
            }
            for rule in item.rules where !known.contains(rule) {
                refuse("AL-\(item.number): no rule is called \(rule)")
            }
            let isNamed = !item.symbols.isEmpty || !item.rules.isEmpty
            if isNamed, tests[item.number] == nil { refuse("AL-\(item.number): no test is named by it") }
            if !isNamed, tests[item.number] != nil { refuse("AL-\(item.number) has a test; name what it tests") }
        }
        return offences
    }

    private var declaredNames: Set<String> {
        let keywords: Set<Substring> = [
            "struct", "class", "enum", "protocol", "actor", "typealias", "func", "var", "let", "case",
        ]
        var names: Set<String> = []
        for source in sources {
            for line in source.text.split(separator: "\n") {
                let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "`") }
                for (keyword, name) in zip(words, words.dropFirst()) where keywords.contains(keyword) {
                    names.insert(String(name.drop { $0 == "`" }))
                }
            }
        }
        return names
    }

    private func literals(in text: String) -> [String] {
        text.split(separator: "\n").flatMap { line in
            line.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
                .filter { $0.offset % 2 == 1 && $0.element.contains(".") }.map { String($0.element) }
        }
    }

    /// The page.
    func page(of sections: [(title: String, items: [CoverageTable.Item])]) -> String {
        let items = sections.flatMap(\.items)
        let open = items.count { $0.symbols.isEmpty && $0.rules.isEmpty }
        var page = """
            # Coverage of the architecture

            The suite models the architecture of a hyper-converged cluster as 142 numbered items. Rules, tests and documents name
            an item by its number, `AL-1` to `AL-142`; `swift test --filter AL-42` runs the tests of item 42.

            This page is made of `Tests/HouseRulesTests/CoverageTable.swift` and the names of tests, and a test fails when it is
            stale or names a symbol, a rule or a test that does not exist; `RECORD_COVERAGE=1 swift test --filter coverage` writes
            it anew. \(items.count - open) items have something that answers for them, \(open) are open. `clustermodel explain RULE` tells
            a rule's sources and figures.

            """
        for section in sections {
            page += "\n## \(section.title)\n\n| item | about | module | symbol | rule | tested in | remark |\n"
            page += "| --- | --- | --- | --- | --- | --- | --- |\n"
            for item in section.items {
                let isOpen = item.symbols.isEmpty && item.rules.isEmpty
                func code(_ words: [String]) -> String { words.map { "`\($0)`" }.joined(separator: ", ") }
                let tested = (tests[item.number] ?? []).joined(separator: ", ")
                page +=
                    "| AL-\(item.number) | \(item.about) | \(item.module) | \(isOpen ? "open" : code(item.symbols)) | "
                page += "\(code(item.rules)) | \(isOpen ? "" : tested) | \(item.note) |\n"
            }
        }
        return page
    }
}
