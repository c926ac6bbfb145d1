/// A pure module reads no clock, no random source, no file and no environment: the caller hands them in.
enum PurityRule {
    /// What is looked for in code, as text that does not continue a name, and what it is.
    static let forbidden: [(text: String, what: String)] = [
        ("Date()", "a clock"), ("Date.now", "a clock"), ("ContinuousClock", "a clock"), ("SuspendingClock", "a clock"),
        ("DispatchTime", "a clock"), ("clock_gettime", "a clock"), ("gettimeofday", "a clock"), ("time(nil", "a clock"),
        ("Task.sleep", "a clock"),
        ("SystemRandomNumberGenerator", "a random source"), (".random(in:", "a random source"),
        (".random()", "a random source"),
        (".randomElement()", "a random source"), (".shuffled()", "a random source"), (".shuffle()", "a random source"),
        ("arc4random", "a random source"), ("getrandom", "a random source"), ("UUID()", "a random source"),
        ("getenv", "the environment"), ("setenv", "the environment"), ("ProcessInfo", "the environment"),
        ("CommandLine.", "the environment"), ("Locale.current", "the environment"),
        ("TimeZone.current", "the environment"),
        ("FileManager", "a file"), ("FileHandle", "a file"), ("contentsOf:", "a file"), ("contentsOfFile:", "a file"),
        ("contentsOfDirectory", "a file"), ("fopen", "a file"), ("readLine(", "a file"), ("print(", "a file"),
        ("Process()", "a process"),
    ]

    static func offences(in source: SwiftSource) -> [Offence] {
        guard let module = source.module, ModuleTable.all[module]?.isPure == true else { return [] }
        return source.codeLines.enumerated().flatMap { index, line in
            forbidden.filter { holds(line, $0.text) }.map {
                Offence(
                    path: source.path, line: index + 1,
                    message: "\($0.text) is \($0.what), and \(module) is pure: let the caller hand it in")
            }
        }
    }

    /// Whether the code names something, not as part of a longer name. With an argument for the random source,
    /// `.random(in: range, using: &source)`, it is the caller's.
    private static func holds(_ line: String, _ text: String) -> Bool {
        var rest = line[...]
        while let range = rest.firstRange(of: text) {
            let before = range.lowerBound > line.startIndex ? line[line.index(before: range.lowerBound)] : " "
            let after = range.upperBound < line.endIndex ? line[range.upperBound] : " "
            let startsName = text.first?.isLetter == true
            let endsName = text.last?.isLetter == true
            let continues =
                (startsName && (isPartOfName(before) || (text == "print(" && before == ".")))
                || (endsName && isPartOfName(after))
            let isDeclared = line[..<range.lowerBound].hasSuffix("func ")
            let isHandedIn = text.hasPrefix(".random") && line[range.upperBound...].contains("using:")
            // An argument's label is a name that anybody may give: sequences append(contentsOf:).
            let isAppend =
                text == "contentsOf:"
                && (line[..<range.lowerBound].hasSuffix("append(") || line[..<range.lowerBound].hasSuffix("insert("))
            if !continues, !isDeclared, !isHandedIn, !isAppend { return true }
            rest = rest[range.upperBound...]
        }
        return false
    }

    private static func isPartOfName(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_"
    }
}
