public import Testing

/// Checks that the first Swift example of a module's DocC page is the code that a test compiles and runs.
///
/// The test file holds the example between a line `// snippet` and a line `// end of snippet`, at any depth of
/// indentation; the page `Sources/<module>/<module>.docc/<module>.md` holds it as its first block fenced by ````
/// ```swift ````. Imports stand at the top of the test file, so import lines of the page must be found there. The
/// example has at most ten lines without imports.
public func assertSnippet(
    module: String, file: String = #filePath, sourceLocation: SourceLocation = #_sourceLocation
) {
    let page = "Sources/\(module)/\(module).docc/\(module).md"
    do {
        let document = try repositoryText(page)
        guard file.hasPrefix(repositoryRoot + "/") else {
            Issue.record("\(file) is outside the repository", sourceLocation: sourceLocation)
            return
        }
        let test = try repositoryText(String(file.dropFirst(repositoryRoot.utf8.count + 1)))
        for problem in snippetProblems(page: document, test: test) {
            Issue.record("\(page): \(problem)", sourceLocation: sourceLocation)
        }
    } catch {
        Issue.record("cannot read \(page) or the test: \(error)", sourceLocation: sourceLocation)
    }
}

/// What is wrong between a page's first example and the region that a test compiles; empty where they agree.
public func snippetProblems(page: String, test: String) -> [String] {
    guard let example = region(of: page, from: "```swift", to: "```") else { return ["no block fenced by ```swift"] }
    guard let compiled = region(of: test, from: "// snippet", to: "// end of snippet") else {
        return ["no region from // snippet to // end of snippet in the test"]
    }
    var problems: [String] = []
    let testLines = lines(of: test).map(trimmed)
    let imports = example.filter { $0.hasPrefix("import ") }
    for line in imports where !testLines.contains(line) && !testLines.contains("public " + line) {
        problems.append("the test does not \(line)")
    }
    let code = dropBlankEdges(example.filter { !$0.hasPrefix("import ") })
    let filled = code.filter { !$0.isEmpty }
    if filled.count > 10 { problems.append("the example has \(filled.count) lines, ten are the limit") }
    let tested = dropBlankEdges(compiled)
    for index in 0..<max(code.count, tested.count) {
        let (shown, run) = (index < code.count ? code[index] : "(end)", index < tested.count ? tested[index] : "(end)")
        if shown != run {
            problems.append("line \(index + 1) of the example is \"\(shown)\", the test runs \"\(run)\"")
            break
        }
    }
    return problems
}

/// The lines between two marks, without the indentation that all of them share.
private func region(of text: String, from start: String, to end: String) -> [String]? {
    let all = lines(of: text)
    guard let first = all.firstIndex(where: { trimmed($0) == start }),
        let last = all[(first + 1)...].firstIndex(where: { trimmed($0) == end })
    else { return nil }
    let inner = all[(first + 1)..<last]
    let indentation = inner.filter { !trimmed($0).isEmpty }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
    return inner.map { trimmed($0).isEmpty ? "" : String($0.dropFirst(indentation)) }
}

private func trimmed(_ line: Substring) -> String {
    var line = line.drop { $0 == " " || $0 == "\t" }
    while line.last == " " || line.last == "\t" || line.last == "\r" { line.removeLast() }
    return String(line)
}

private func dropBlankEdges(_ lines: [String]) -> [String] {
    var lines = lines[...]
    while lines.first == "" { lines.removeFirst() }
    while lines.last == "" { lines.removeLast() }
    return Array(lines)
}
