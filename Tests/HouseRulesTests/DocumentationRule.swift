/// A public type says what it is, and a public function what it does.
enum DocumentationRule {
    static func offences(in source: SwiftSource) -> [Offence] {
        source.codeLines.enumerated().compactMap { index, line in
            guard let name = declaration(in: line), !isDocumented(source, above: index) else { return nil }
            return Offence(path: source.path, line: index + 1, message: "public \(name) has no doc comment")
        }
    }

    /// `struct Finding` or `func ordered` for a line that declares such a thing in public; what a protocol of the
    /// standard library asks for needs no words.
    private static func declaration(in line: String) -> String? {
        let words = line.split { $0 == " " || $0 == "(" || $0 == ":" || $0 == "{" }.map {
            // The name without its generic parameters; an operator stays what it is.
            $0.first?.isLetter == true ? String($0.prefix { $0 != "<" }) : String($0)
        }
        guard let access = words.firstIndex(where: { $0 == "public" || $0 == "open" }) else { return nil }
        let kinds: Set<String> = ["struct", "class", "enum", "protocol", "actor", "func", "typealias"]
        let modifiers: Set<String> = [
            "final", "indirect", "static", "mutating", "nonmutating", "consuming", "borrowing", "nonisolated",
            "override",
        ]
        var next = access + 1
        while next < words.count, modifiers.contains(words[next]) || words[next].hasPrefix("@") { next += 1 }
        guard next + 1 < words.count, kinds.contains(words[next]), words[next + 1].first?.isLetter == true else {
            return nil
        }
        let expected: Set<String> = ["encode", "hash", "makeIterator", "index", "run", "validate"]
        if words[next] == "func", expected.contains(words[next + 1]) { return nil }
        if words[next] == "enum", words[next + 1] == "CodingKeys" { return nil }
        return "\(words[next]) \(words[next + 1])"
    }

    private static func isDocumented(_ source: SwiftSource, above index: Int) -> Bool {
        var above = index - 1
        while above >= 0 {
            let line = source.lines[above].drop { $0 == " " || $0 == "\t" }
            if line.hasPrefix("///") || line.hasSuffix("*/") { return true }
            guard line.hasPrefix("@") || line.hasPrefix("#if") || line.hasPrefix("//") else { return false }
            above -= 1
        }
        return false
    }
}
