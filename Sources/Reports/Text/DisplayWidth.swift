/// The text made safe to print: control and formatting characters (escape sequences, changes of direction, line ends)
/// become `?`, so that a name from outside can neither move the cursor nor forge a line.
public func printable(_ text: String) -> String {
    var safe = ""
    for scalar in text.unicodeScalars {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse: safe += "?"
        default: safe.unicodeScalars.append(scalar)
        }
    }
    return safe
}

/// The text with something else in the place of some scalars, whatever follows them: as characters, a quote and a quote with
/// an accent behind it are two, and only one of them would be found.
func escaped(_ text: String, _ escapes: [Unicode.Scalar: String]) -> String {
    var safe = ""
    for scalar in text.unicodeScalars {
        if let escape = escapes[scalar] { safe += escape } else { safe.unicodeScalars.append(scalar) }
    }
    return safe
}

/// How many columns of a terminal a text takes: 2 for wide characters (East Asian, emoji), 0 for combining marks, 1 for
/// all others. Terminals differ in rare cases; tables stay aligned in the common ones.
public func displayWidth(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + displayWidth($1) }
}

private func displayWidth(_ scalar: Unicode.Scalar) -> Int {
    if scalar.value < 0x300 { return scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) ? 0 : 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: break
    }
    if scalar.properties.isEmojiPresentation { return 2 }
    return wideRanges.contains { $0.contains(scalar.value) } ? 2 : 1
}

/// The blocks whose characters are wide or full-width by Unicode Standard Annex 11.
private let wideRanges: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
    0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
    0x17000...0x18AFF, 0x1B000...0x1B2FF, 0x20000...0x3FFFD,
]

extension TextStyle {
    /// The text cut to a width, with a mark where it was cut.
    func cut(_ text: String, to width: Int) -> String {
        guard displayWidth(text) > width else { return text }
        let mark = symbol("…", ascii: "~")
        var kept = ""
        var taken = 0
        for character in text {
            let next = displayWidth(String(character))
            guard taken + next <= width - 1 else { break }
            kept.append(character)
            taken += next
        }
        return width > 0 ? kept + mark : ""
    }
}

/// The text broken into lines of at most `width` columns at spaces; a word that is wider is broken inside. Line ends in
/// the text are kept, and what follows a line that begins with a number (`1. `) hangs under its text.
/// - Precondition: `width` is positive.
func wrapped(_ text: String, width: Int) -> [String] {
    precondition(width > 0, "a line holds at least one column")
    return text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
        let safe = printable(String(line))
        let number = safe.prefix { $0.isASCII && $0.isNumber }
        let hang = number.count + 2
        guard !number.isEmpty, safe.dropFirst(number.count).hasPrefix(". "), width > 2 * hang else {
            return wrappedLine(safe, width: width)
        }
        let indentation = String(repeating: " ", count: hang)
        return wrappedLine(String(safe.dropFirst(hang)), width: width - hang).enumerated().map { index, piece in
            (index == 0 ? "\(number). " : indentation) + piece
        }
    }
}

private func wrappedLine(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    var taken = 0
    for word in text.split(separator: " ") {
        var word = String(word)
        var wordWidth = displayWidth(word)
        if !line.isEmpty, taken + 1 + wordWidth <= width {
            line += " " + word
            taken += 1 + wordWidth
            continue
        }
        if !line.isEmpty { lines.append(line) }
        while wordWidth > width {
            var piece = ""
            var pieceWidth = 0
            for character in word {
                let next = displayWidth(String(character))
                // A character wider than the line still makes a line of its own.
                guard pieceWidth + next <= width || piece.isEmpty else { break }
                piece.append(character)
                pieceWidth += next
            }
            lines.append(piece)
            word.removeFirst(piece.count)
            wordWidth = displayWidth(word)
        }
        (line, taken) = (word, wordWidth)
    }
    if !line.isEmpty || lines.isEmpty { lines.append(line) }
    return lines
}
