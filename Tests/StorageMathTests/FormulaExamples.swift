/// Examples by name: those of a page, or those that a test runs.
struct FormulaExamples {
    /// The lines of each, without the indentation that all of them share.
    private(set) var code: [String: [String]] = [:]
    private var faults: [String] = []

    /// Blocks fenced as Swift, each below its name.
    init(page: String) {
        read(page, from: "```swift", to: "```") { _, before in
            guard before.hasPrefix("<!-- example: "), before.hasSuffix(" -->") else { return nil }
            return String(before.dropFirst(14).dropLast(4))
        }
    }

    /// Regions between marks, the first of which names them.
    init(test: String) {
        read(test, from: "// example: ", to: "// end of example") { first, _ in String(first.dropFirst(12)) }
    }

    /// What differs; empty where both say the same.
    func problems(against other: FormulaExamples) -> [String] {
        let names = Set(code.keys).union(other.code.keys).sorted()
        return faults + other.faults
            + names.compactMap { name in
                guard let mine = code[name], let theirs = other.code[name] else { return "\(name): on one side alone" }
                return mine == theirs ? nil : "\(name): the page and the test differ"
            }
    }

    private mutating func read(
        _ text: String, from start: String, to end: String, name: (_ first: String, _ before: String) -> String?
    ) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let bare = lines.map { String($0.drop { $0 == " " }) }
        var index = 0
        while let first = bare[index...].firstIndex(where: { $0.hasPrefix(start) }) {
            guard let last = bare[first...].dropFirst().firstIndex(of: end) else {
                faults.append("a block has no end")
                return
            }
            index = last + 1
            guard let name = name(bare[first], first == 0 ? "" : bare[first - 1]) else {
                faults.append("a block of the page has no name")
                continue
            }
            let depth = lines[first].count - bare[first].count
            let inner = lines[(first + 1)..<last].map { $0.allSatisfy { $0 == " " } ? "" : String($0.dropFirst(depth)) }
            if code.updateValue(inner, forKey: name) != nil { faults.append("\(name): twice") }
        }
    }
}
