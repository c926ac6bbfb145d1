/// Every item of the architecture that the sources name has a test with that name, and every such number exists.
enum ArchitectureRule {
    static let items = 1...142

    /// The items that a text names, with their lines: 42 for `AL-42`.
    static func mentions(in text: String) -> [(item: Int, line: Int)] {
        text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().flatMap { index, line in
            var found: [(item: Int, line: Int)] = []
            var rest = line
            while let range = rest.firstRange(of: "AL-") {
                let before = range.lowerBound > line.startIndex ? line[line.index(before: range.lowerBound)] : " "
                let digits = rest[range.upperBound...].prefix { ("0"..."9").contains($0) }
                if !digits.isEmpty, !before.isLetter, !before.isNumber {
                    // A number that no integer holds is no item either.
                    found.append((Int(digits) ?? .max, index + 1))
                }
                rest = rest[range.upperBound...]
            }
            return found
        }
    }

    /// The items named by tests: by the raw identifiers of their functions and suites.
    static func tested(in text: String) -> Set<Int> {
        Set(names(in: text).flatMap { mentions(in: $0).map(\.item) })
    }

    /// The raw identifiers of functions and suites.
    static func names(in text: String) -> [String] {
        var names: [String] = []
        var isBroken = false
        for line in text.split(separator: "\n") {
            let words = line.drop { $0 == " " }
            // The formatter puts a long name behind a `func` of its own.
            let name = isBroken && words.first == "`" ? "func " + words : String(line)
            isBroken = words == "func"
            for keyword in ["func `", "struct `", "class `", "enum `"] {
                guard let start = name.firstRange(of: keyword)?.upperBound else { continue }
                names.append(String(name[start...].prefix { $0 != "`" }))
            }
        }
        return names
    }

    static func offences(sources: [(path: String, text: String)], tests: [(path: String, text: String)]) -> [Offence] {
        let tested = tests.reduce(into: Set<Int>()) { $0.formUnion(ArchitectureRule.tested(in: $1.text)) }
        var offences: [Offence] = []
        for (path, text) in sources {
            for (item, line) in mentions(in: text) where items.contains(item) && !tested.contains(item) {
                offences.append(
                    Offence(path: path, line: line, message: "AL-\(item) has no test whose name begins with it"))
            }
        }
        for (path, text) in sources + tests {
            for (item, line) in mentions(in: text) where !items.contains(item) {
                offences.append(
                    Offence(path: path, line: line, message: "AL-\(item) is no item: they run from 1 to 142"))
            }
        }
        return offences
    }
}
