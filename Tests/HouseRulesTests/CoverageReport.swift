/// The page that says of each item of the architecture what answers for it, and what on it is not true.
struct CoverageReport {
    let symbols: DeclaredSymbols
    /// The rules that cite an item as their source, by the profiles that come along.
    let rules: [Int: [String]]
    /// The tests named by an item: their target and their name.
    let tests: [Int: [(target: String, name: String)]]

    init(
        sources: [(path: String, text: String)], rules: [Int: [String]], tests: [(path: String, text: String)]
    ) {
        symbols = DeclaredSymbols(sources.map { SwiftSource(path: $0.path, text: $0.text) })
        self.rules = rules
        var found: [Int: [(target: String, name: String)]] = [:]
        for (path, text) in tests {
            let parts = path.split(separator: "/")
            guard parts.count > 1 else { continue }
            for name in ArchitectureRule.names(in: text) {
                for item in Set(ArchitectureRule.mentions(in: name).map(\.item)) {
                    found[item, default: []].append((String(parts[1]), name))
                }
            }
        }
        self.tests = found.mapValues { $0.sorted { $0 < $1 } }
    }

    /// Whether nothing answers for an item.
    private func isOpen(_ item: CoverageTable.Item) -> Bool { item.symbols.isEmpty && rules[item.number] == nil }

    /// Symbols that the table names and the code does not have, and items that are missing, twice or without a test.
    func offences(in sections: [(title: String, items: [CoverageTable.Item])]) -> [Offence] {
        let path = "Tests/HouseRulesTests/CoverageTable.swift"
        var offences: [Offence] = []
        func refuse(_ words: String) { offences.append(Offence(path: path, line: 0, message: words)) }
        let items = sections.flatMap(\.items)
        if items.map(\.number).sorted() != Array(ArchitectureRule.items) {
            refuse("the items are not 1 to 142, each once")
        }
        for item in items {
            for symbol in item.symbols {
                if let problem = symbols.problem(with: symbol) { refuse("AL-\(item.number): \(problem)") }
            }
            if !isOpen(item), tests[item.number] == nil { refuse("AL-\(item.number): no test is named by it") }
            if isOpen(item), tests[item.number] != nil {
                refuse("AL-\(item.number) has a test; name what it tests")
            }
        }
        return offences
    }

    /// The page.
    func page(of sections: [(title: String, items: [CoverageTable.Item])]) -> String {
        let items = sections.flatMap(\.items)
        let open = items.count { isOpen($0) }
        var page = """
            # Coverage of the architecture

            The suite models the architecture of a hyper-converged cluster as 142 numbered items. Rules, tests and documents name
            an item by its number, `AL-1` to `AL-142`; `swift test --filter AL-42` runs the tests of item 42.

            This page is made of `Tests/HouseRulesTests/CoverageTable.swift`, of the rules that cite an item as their source in a
            profile that comes along, and of the names of tests. A test fails when it is stale or names a type, a member of a type
            or a test that does not exist; `RECORD_COVERAGE=1 swift test --filter coverage` writes it anew. \(items.count - open) items have
            something that answers for them, \(open) are open; a remark says how far it goes. `clustermodel explain RULE` tells a
            rule's sources and figures.

            """
        for section in sections {
            page += "\n## \(section.title)\n\n| item | about | module | symbol | rule | remark |\n"
            page += "| --- | --- | --- | --- | --- | --- |\n"
            func code(_ words: [String]) -> String { words.map { "`\($0)`" }.joined(separator: ", ") }
            for item in section.items {
                page +=
                    "| AL-\(item.number) | \(item.about) | \(item.module) | \(isOpen(item) ? "open" : code(item.symbols)) | "
                page += "\(code(rules[item.number] ?? [])) | \(item.note) |\n"
            }
            let tested = section.items.filter { tests[$0.number] != nil }
            if !tested.isEmpty { page += "\nTests:\n\n" }
            for item in tested {
                page += "- AL-\(item.number)\n"
                for test in tests[item.number] ?? [] { page += "  - \(test.target): \(test.name)\n" }
            }
        }
        return page
    }
}
