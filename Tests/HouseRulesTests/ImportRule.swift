/// A module imports what the graph of the house allows, and a C library's module only where it can be imported.
enum ImportRule {
    /// The imports of a file with their lines: `FoundationEssentials` for `public import struct
    /// FoundationEssentials.Data`.
    static func imports(of source: SwiftSource) -> [(module: String, line: Int)] {
        source.codeLines.enumerated().compactMap { index, line in
            var words = line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == ";" }).map(String.init)
            let before = ["public", "package", "internal", "fileprivate", "private"]
            while let first = words.first, first.hasPrefix("@") || before.contains(first) { words.removeFirst() }
            guard words.first == "import", words.count >= 2 else { return nil }
            let kinds = ["struct", "class", "enum", "protocol", "typealias", "func", "var", "let"]
            let name = kinds.contains(words[1]) && words.count >= 3 ? words[2] : words[1]
            return (String(name.prefix { $0 != "." }), index + 1)
        }
    }

    static func offences(in source: SwiftSource) -> [Offence] {
        guard let module = source.module else { return [] }
        guard let entry = ModuleTable.all[module] else {
            return [
                Offence(
                    path: source.path, line: 0, message: "the module \(module) has no place in the graph of the house")
            ]
        }
        return imports(of: source).filter { !entry.allowed.contains($0.module) }.map {
            Offence(path: source.path, line: $0.line, message: "\(module) must not import \($0.module)")
        }
    }

    /// `import Glibc` outside `#if canImport(Glibc)` breaks the build with another C library.
    static func unguarded(in source: SwiftSource) -> [Offence] {
        let found = Dictionary(
            imports(of: source).map { ($0.line, $0.module) }, uniquingKeysWith: { first, _ in first })
        var conditions: [String] = []
        var offences: [Offence] = []
        for (index, line) in source.codeLines.enumerated() {
            let trimmed = line.drop { $0 == " " || $0 == "\t" }
            if trimmed.hasPrefix("#if") {
                conditions.append(String(trimmed))
            } else if trimmed.hasPrefix("#elseif") || trimmed.hasPrefix("#else"), !conditions.isEmpty {
                conditions[conditions.count - 1] = String(trimmed)
            } else if trimmed.hasPrefix("#endif") {
                _ = conditions.popLast()
            }
            guard let module = found[index + 1], ModuleTable.cLibraries.contains(module) else { continue }
            if !conditions.contains(where: { $0.contains("canImport(\(module))") }) {
                offences.append(
                    Offence(
                        path: source.path, line: index + 1,
                        message: "import \(module) only inside #if canImport(\(module))"))
            }
        }
        return offences
    }
}
