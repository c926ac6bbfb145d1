/// Every library module has a DocC page of its own whose example a test compiles.
enum CatalogueRule {
    static func page(of module: String) -> String { "Sources/\(module)/\(module).docc/\(module).md" }

    /// - Parameters:
    ///   - modules: the modules that exist.
    ///   - files: the paths of all files.
    ///   - tests: the texts of all test files.
    static func offences(modules: [String], files: Set<String>, tests: [String]) -> [Offence] {
        modules.filter { ModuleTable.all[$0]?.tier != .command }.flatMap { module -> [Offence] in
            let page = page(of: module)
            guard files.contains(page) else {
                return [Offence(path: page, line: 0, message: "\(module) has no first page")]
            }
            guard tests.contains(where: { $0.contains("assertSnippet(module: \"\(module)\"") }) else {
                return [Offence(path: page, line: 0, message: "no test calls assertSnippet(module: \"\(module)\")")]
            }
            return []
        }
    }
}
