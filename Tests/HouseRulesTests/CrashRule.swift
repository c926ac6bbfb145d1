/// Nothing that a user supplies can crash the suite, so nothing in it may trap on purpose.
enum CrashRule {
    static func offences(in source: SwiftSource) -> [Offence] {
        source.codeLines.enumerated().flatMap { index, line -> [Offence] in
            let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "!") }
            return ["fatalError", "try!", "as!"].filter { word in words.contains { $0 == word } }.map {
                Offence(
                    path: source.path, line: index + 1, message: "\($0) traps: throw an error that says what was found")
            }
        }
    }

    /// Flags that a package may not use if others are to depend on it.
    static func unsafeFlags(path: String, text: String) -> [Offence] {
        SwiftSource(path: path, text: text).codeLines.enumerated().filter { $0.element.contains("unsafeFlags") }.map {
            Offence(path: path, line: $0.offset + 1, message: "unsafeFlags: no package could depend on this one")
        }
    }
}
