import TestSupport

/// The files of the repository, read once.
struct Repository: Sendable {
    static let shared = Repository()

    /// The Swift files of the modules.
    let sources: [SwiftSource]
    /// The Swift files of the tests.
    let tests: [(path: String, text: String)]
    /// Swift and C files of all of them.
    let allCode: [(path: String, text: String)]
    let manifest: String
    let files: Set<String>
    /// The modules that exist: folders of Sources that hold Swift.
    var modules: [String] { Set(sources.compactMap(\.module)).sorted() }

    private init() {
        let paths =
            repositoryFiles(below: "Sources") + repositoryFiles(below: "Tests") + repositoryFiles(below: "CShims")
        files = Set(paths)
        let code = paths.filter { path in [".swift", ".c", ".h"].contains { path.hasSuffix($0) } }
        allCode = code.compactMap { path in (try? repositoryText(path)).map { (path, $0) } }
        let swift = allCode.filter { $0.path.hasSuffix(".swift") }
        sources = swift.filter { $0.path.hasPrefix("Sources/") }.map { SwiftSource(path: $0.path, text: $0.text) }
        tests = swift.filter { $0.path.hasPrefix("Tests/") && !$0.path.hasPrefix("Tests/HouseRulesTests/") }
        manifest = (try? repositoryText("Package.swift")) ?? ""
    }
}
