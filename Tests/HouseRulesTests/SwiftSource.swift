/// A Swift file with its comments and its texts told apart from its code.
///
/// Not a parser: it knows comments (nested too), string literals (raw, multi-line, with interpolation, whose inside is
/// code) and raw identifiers, which is all that the rules need so as not to stumble over words.
struct SwiftSource {
    let path: String
    let text: String
    /// The code, everything else replaced by spaces, line by line as in the file.
    let codeLines: [String]
    /// The lines of the file as they are.
    let lines: [String]

    init(path: String, text: String) {
        self.path = path
        self.text = text
        var scanner = Scanner(bytes: Array(text.utf8))
        scanner.scanCode(untilParenthesis: false)
        codeLines = SwiftSource.split(String(decoding: scanner.code, as: UTF8.self))
        lines = SwiftSource.split(text)
    }

    /// The module in whose folder the file lies: `Verbs` for `Sources/Verbs/QueuePair.swift`.
    var module: String? {
        let parts = path.split(separator: "/")
        return parts.count >= 3 ? String(parts[1]) : nil
    }

    private static func split(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
}

private struct Scanner {
    let bytes: [UInt8]
    var index = 0
    var code: [UInt8] = []

    init(bytes: [UInt8]) {
        self.bytes = bytes
        code.reserveCapacity(bytes.count)
    }

    private func byte(_ offset: Int = 0) -> UInt8? { index + offset < bytes.count ? bytes[index + offset] : nil }
    private func starts(with text: StaticString) -> Bool {
        text.withUTF8Buffer { wanted in wanted.enumerated().allSatisfy { byte($0.offset) == $0.element } }
    }

    /// Keeps a byte as code.
    private mutating func keep() {
        code.append(bytes[index])
        index += 1
    }

    /// Replaces a byte by a space; ends of lines stay, so that line numbers do.
    private mutating func blank() {
        code.append(bytes[index] == UInt8(ascii: "\n") ? UInt8(ascii: "\n") : UInt8(ascii: " "))
        index += 1
    }

    mutating func scanCode(untilParenthesis: Bool) {
        var depth = 0
        while let next = byte() {
            if starts(with: "//") {
                while let inside = byte(), inside != UInt8(ascii: "\n") { blank() }
            } else if starts(with: "/*") {
                scanBlockComment()
            } else if next == UInt8(ascii: "\"") || (next == UInt8(ascii: "#") && isRawString) {
                scanString()
            } else if next == UInt8(ascii: "`") {
                scanRawIdentifier()
            } else {
                if next == UInt8(ascii: "(") { depth += 1 }
                if next == UInt8(ascii: ")") {
                    if untilParenthesis, depth == 0 { return }
                    depth -= 1
                }
                keep()
            }
        }
    }

    private var isRawString: Bool {
        var offset = 0
        while byte(offset) == UInt8(ascii: "#") { offset += 1 }
        return byte(offset) == UInt8(ascii: "\"")
    }

    private mutating func scanBlockComment() {
        var depth = 0
        repeat {
            if starts(with: "/*") {
                depth += 1
                blank()
            } else if starts(with: "*/") {
                depth -= 1
                blank()
            }
            if byte() != nil { blank() }
        } while depth > 0 && byte() != nil
    }

    private mutating func scanString() {
        var hashes = 0
        while byte() == UInt8(ascii: "#") {
            hashes += 1
            blank()
        }
        let isMultiLine = starts(with: "\"\"\"")
        let quotes = isMultiLine ? 3 : 1
        for _ in 0..<quotes { blank() }
        func isFollowedByHashes(_ offset: Int) -> Bool {
            (0..<hashes).allSatisfy { byte(offset + $0) == UInt8(ascii: "#") }
        }
        while let next = byte() {
            if !isMultiLine, next == UInt8(ascii: "\n") { return }
            if next == UInt8(ascii: "\\"), isFollowedByHashes(1) {
                for _ in 0...hashes { blank() }
                if byte() == UInt8(ascii: "(") {
                    keep()
                    scanCode(untilParenthesis: true)
                    if byte() != nil { keep() }
                } else if byte() != nil {
                    blank()
                }
            } else if next == UInt8(ascii: "\""), !isMultiLine || starts(with: "\"\"\""), isFollowedByHashes(quotes) {
                for _ in 0..<(quotes + hashes) { blank() }
                return
            } else {
                blank()
            }
        }
    }

    private mutating func scanRawIdentifier() {
        blank()
        while let next = byte(), next != UInt8(ascii: "`"), next != UInt8(ascii: "\n") { blank() }
        if byte() == UInt8(ascii: "`") { blank() }
    }
}
