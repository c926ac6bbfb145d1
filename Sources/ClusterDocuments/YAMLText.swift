#if Documents
import Yams

/// A YAML or JSON text within the limits that make it safe to parse. Every JSON document is one of YAML 1.2 too.
enum YAMLText {
    /// The longest text.
    static let sizeLimit = 1 << 20
    /// Lists and objects in brackets, in all: the parser recurses into them.
    static let bracketLimit = 10_000
    /// Levels of nesting: those that brackets make at once, or that indentation or `- - -` make on one line.
    static let depthLimit = 100

    /// Places where a part is used again (`*name`): what is expanded there can be as deep and as long as all the parts
    /// that it names, together.
    static let aliasLimit = 8

    /// The document's root.
    static func root(of bytes: [UInt8]) throws(DocumentProblem) -> Node {
        guard bytes.count <= sizeLimit else {
            throw DocumentProblem(nil, "", "it has more than \(sizeLimit) bytes; split it")
        }
        guard let text = String(validating: withoutByteOrderMark(bytes), as: UTF8.self) else {
            throw DocumentProblem(nil, "", "it is not UTF-8; save it as UTF-8")
        }
        try refuseDepth(in: text)
        try refuseAliases(in: text)
        let node: Node?
        // Tags are nobody's business here: scalars are read as they are written, and keys that look alike are alike.
        do { node = try Yams.compose(yaml: text, .basic) } catch let error as YamlError {
            throw DocumentProblem(position(of: error), "", words(of: error))
        } catch {
            throw DocumentProblem(nil, "", "it cannot be read: \(error)")
        }
        guard let node else { throw DocumentProblem(nil, "", "it is empty") }
        return node
    }

    /// A text that nests deeper than any document would, could end the process inside the parser.
    ///
    /// Indentation counts in columns: a level takes one at least. Brackets within quotes count too, which only refuses a
    /// document that nobody has.
    private static func refuseDepth(in text: String) throws(DocumentProblem) {
        var depth = 0
        for (number, line) in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .enumerated()
        {
            var markers = 0
            var isStart = true
            for byte in line {
                switch byte {
                case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "-"), UInt8(ascii: "?"):
                    if isStart { markers += 1 }
                case UInt8(ascii: "["), UInt8(ascii: "{"):
                    isStart = false
                    depth += 1
                case UInt8(ascii: "]"), UInt8(ascii: "}"):
                    isStart = false
                    depth = max(0, depth - 1)
                default: isStart = false
                }
                guard depth <= depthLimit, markers <= 2 * depthLimit else {
                    throw DocumentProblem(
                        .init(line: number + 1, column: 1), "",
                        "it nests deeper than \(depthLimit) levels; write it flatter")
                }
            }
        }
        // Closing brackets within quotes could hide the depth of others.
        let brackets = text.utf8.count { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "{") }
        guard brackets <= bracketLimit else {
            throw DocumentProblem(nil, "", "it has more than \(bracketLimit) lists and objects in brackets; split it")
        }
    }

    /// Counts what may be an alias, also within quotes and comments: too many of those only refuse a document that nobody
    /// has.
    private static func refuseAliases(in text: String) throws(DocumentProblem) {
        var count = 0
        var before = UInt8(ascii: "\n")
        var isStar = false
        var line = 1
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\n") { line += 1 }
            let isName =
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
                || byte == UInt8(ascii: "-")
            if isStar, isName { count += 1 }
            guard count <= aliasLimit else {
                throw DocumentProblem(
                    .init(line: line, column: 1), "",
                    "it has more than \(aliasLimit) aliases (*name); write this one and the further ones out")
            }
            isStar = byte == UInt8(ascii: "*") && " \t\r\n[{,:?-".utf8.contains(before)
            before = byte
        }
    }

    private static func position(of error: YamlError) -> DocumentProblem.Position? {
        switch error {
        // A quote that nothing closes is found at the end of the text, and stands where it was opened.
        case .scanner(let context?, let problem, _, _) where problem.contains("end of stream"):
            .init(line: context.mark.line, column: context.mark.column)
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _):
            .init(line: mark.line, column: mark.column)
        case .duplicatedKeysInMapping(_, let context):
            .init(line: context.mark.line, column: context.mark.column)
        default: nil
        }
    }

    /// What libyaml says beside what most often made it say so.
    private static func remedy(for problem: String) -> String {
        let known = [
            (
                "mapping values are not allowed",
                "put quotes around a value that has a colon, or indent the line as its neighbours"
            ),
            ("expected key", "indent the line as the keys beside it, and close quotes and brackets before it"),
            ("could not find expected ':'", "write key: value, with a colon and a blank"),
            ("'-' indicator", "indent the items of a list alike, each with a dash and a blank"),
            ("',' or", "put commas between what stands in brackets, and close them"),
            (
                "cannot start any token",
                "indent with blanks, no tab, and put quotes around a value that begins with a sign"
            ),
            ("node content", "write the value that is missing, or close what is open"),
            ("end of stream", "close the quote that is open"),
            ("undefined alias", "write &name at the part that it names"),
            ("escape", "write \\\\ for a backslash within double quotes, or use single ones"),
        ]
        return known.first { problem.contains($0.0) }?.1
            ?? "see whether indentation, quotes and brackets are whole here"
    }

    private static func words(of error: YamlError) -> String {
        switch error {
        case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _):
            "it is no YAML here: \(problem); \(remedy(for: problem))"
        case .duplicatedKeysInMapping(let keys, _):
            "a key is written twice: \(keys.map { "\($0)" }.sorted().joined(separator: ", ")); write it once"
        default: "it is no YAML: \(error)"
        }
    }
}
#endif
