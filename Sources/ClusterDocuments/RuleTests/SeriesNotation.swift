import HealthModel

/// Reads promtool's notation of a series: `up{job="a"}` and `1+2x3 _x4 stale 0`.
///
/// | item | values |
/// | --- | --- |
/// | `a` | a |
/// | `a+bxn`, `a-bxn` | a, a+b, a+2b, … a+nb: n + 1 values |
/// | `axn` | a, n + 1 times |
/// | `_`, `_xn` | no sample, once or n times |
/// | `stale` | the series ends |
///
/// Numbers are decimal with an exponent, or `inf` and `nan` in any case. Native histograms (`{{…}}`) are refused.
/// Source: Prometheus 2.42, `promql/parser/generated_parser.y` (series_values) and `lex.go` (lexValueSequence).
struct SeriesNotation {
    /// The most values of a series.
    static let valueLimit = 100_000
    /// The most labels of a series.
    static let labelLimit = 64

    /// What is wrong, and at which byte of the text.
    struct Failure: Error {
        let offset: Int
        let words: String
    }

    private let bytes: [UInt8]
    private var place = 0

    private init(_ text: String) { bytes = Array(text.utf8) }

    // MARK: Values

    static func values(_ text: String) throws(Failure) -> [PromtoolTest.Value] {
        var notation = SeriesNotation(text)
        var values: [PromtoolTest.Value] = []
        notation.skipSpaces()
        while !notation.isAtEnd {
            try notation.item(into: &values)
            guard notation.isAtEnd || notation.isSpace else { throw notation.unexpected("a space between two items") }
            notation.skipSpaces()
        }
        return values
    }

    private mutating func item(into values: inout [PromtoolTest.Value]) throws(Failure) {
        let start = place
        if take("_") {
            let count = take("x") ? try repetitions() : 1
            return try append(.missing, count, to: &values, from: start)
        }
        if starts(with: "{{") {
            throw Failure(
                offset: place, words: "native histograms are not read here; give the series of a classic histogram")
        }
        if takeWord("stale") { return try append(.stale, 1, to: &values, from: start) }
        let first = try number()
        guard !isAtEnd, !isSpace else { return try append(.sample(first), 1, to: &values, from: start) }
        if take("x") {
            return try append(.sample(first), try repetitions() + 1, to: &values, from: start)
        }
        guard next == UInt8(ascii: "+") || next == UInt8(ascii: "-") else {
            throw unexpected("x, + or - after a number")
        }
        let step = try number()
        guard take("x") else { throw unexpected("x and how many steps follow") }
        let count = try repetitions()
        try checkRoom(count + 1, values, from: start)
        // As promtool adds: rounding included.
        var value = first
        for _ in 0...count {
            values.append(.sample(value))
            value += step
        }
    }

    private func checkRoom(_ count: Int, _ values: [PromtoolTest.Value], from start: Int) throws(Failure) {
        guard count <= SeriesNotation.valueLimit - values.count else {
            throw Failure(
                offset: start,
                words: "a series of more than \(SeriesNotation.valueLimit) values is too long; split the test")
        }
    }

    private func append(
        _ value: PromtoolTest.Value, _ count: Int, to values: inout [PromtoolTest.Value], from start: Int
    ) throws(Failure) {
        try checkRoom(count, values, from: start)
        values.append(contentsOf: repeatElement(value, count: count))
    }

    private mutating func repetitions() throws(Failure) -> Int {
        let digits = takeDigits()
        guard let count = Int(digits), !isWordByte else { throw unexpected("a whole number of steps") }
        return count <= SeriesNotation.valueLimit ? count : SeriesNotation.valueLimit
    }

    private mutating func number() throws(Failure) -> Double {
        let start = place
        let isNegative = next == UInt8(ascii: "-")
        if isNegative || next == UInt8(ascii: "+") { place += 1 }
        let sign: Double = isNegative ? -1 : 1
        if takeWord("inf", inAnyCase: true) { return sign * .infinity }
        if takeWord("nan", inAnyCase: true) { return .nan }
        let from = place
        let whole = takeDigits()
        var fraction = ""
        if take(".") { fraction = takeDigits() }
        guard !whole.isEmpty || !fraction.isEmpty else {
            place = start
            throw unexpected("a number, _, _xn or stale")
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            place += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { place += 1 }
            guard !takeDigits().isEmpty else { throw unexpected("digits of an exponent") }
        }
        // The x of a repetition may follow directly, another letter may not.
        guard next == UInt8(ascii: "x") || !isWordByte else { throw unexpected("the end of a number") }
        var text = String(decoding: bytes[from..<place], as: UTF8.self)
        if text.hasPrefix(".") { text = "0" + text }
        text = text.replacing(".e", with: ".0e").replacing(".E", with: ".0E")
        if text.hasSuffix(".") { text += "0" }
        guard let value = Double(text), value.isFinite else {
            throw Failure(offset: start, words: "\"\(text.prefix(40))\" is no number of 64 bits")
        }
        return sign * value
    }

    // MARK: The series

    static func series(_ text: String) throws(Failure) -> (name: String, labels: [String: String]) {
        var notation = SeriesNotation(text)
        notation.skipSpaces()
        var name = notation.takeName(colons: true)
        notation.skipSpaces()
        var labels: [String: String] = [:]
        if notation.take("{") {
            notation.skipSpaces()
            while !notation.take("}") {
                try notation.label(into: &labels)
                notation.skipSpaces()
                if notation.take(",") {
                    notation.skipSpaces()
                } else if notation.next != UInt8(ascii: "}") {
                    throw notation.unexpected("a comma or } after a label")
                }
            }
        }
        notation.skipSpaces()
        guard notation.isAtEnd else { throw notation.unexpected("the end of the series' name") }
        if let given = labels.removeValue(forKey: "__name__") {
            guard name.isEmpty else { throw Failure(offset: 0, words: "the metric is named twice; take __name__ out") }
            name = given
        }
        guard !name.isEmpty else {
            throw Failure(offset: 0, words: "a series needs its metric's name, as in up{job=\"a\"}")
        }
        // An empty value is the same as no label.
        return (name, labels.filter { !$0.value.isEmpty })
    }

    private mutating func label(into labels: inout [String: String]) throws(Failure) {
        let start = place
        let name = takeName(colons: false)
        guard !name.isEmpty else { throw unexpected("a label's name") }
        skipSpaces()
        guard take("="), next != UInt8(ascii: "~") else { throw unexpected("= and the label's value in quotes") }
        skipSpaces()
        let value = try quoted()
        guard labels.updateValue(value, forKey: name) == nil else {
            throw Failure(offset: start, words: "the label \"\(name)\" is written twice; write it once")
        }
        guard labels.count <= SeriesNotation.labelLimit else {
            throw Failure(offset: start, words: "more than \(SeriesNotation.labelLimit) labels are too many")
        }
    }

    private mutating func quoted() throws(Failure) -> String {
        let start = place
        guard let quote = next, [UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`")].contains(quote) else {
            throw unexpected("a value in quotes")
        }
        place += 1
        var value: [UInt8] = []
        while let byte = next, byte != quote {
            place += 1
            guard byte == UInt8(ascii: "\\"), quote != UInt8(ascii: "`") else {
                value.append(byte)
                continue
            }
            switch next {
            case UInt8(ascii: "n"): value.append(UInt8(ascii: "\n"))
            case UInt8(ascii: "t"): value.append(UInt8(ascii: "\t"))
            case UInt8(ascii: "\\"): value.append(UInt8(ascii: "\\"))
            case quote: value.append(quote)
            default: throw unexpected("one of \\n, \\t, \\\\ and the quote itself after a backslash")
            }
            place += 1
        }
        guard next == quote else { throw Failure(offset: start, words: "the quote that begins here has no end") }
        place += 1
        guard let text = String(validating: value, as: UTF8.self) else {
            throw Failure(offset: start, words: "the value is not UTF-8")
        }
        return text
    }

    // MARK: Bytes

    private var isAtEnd: Bool { place == bytes.count }
    private var next: UInt8? { isAtEnd ? nil : bytes[place] }
    private var isSpace: Bool { next.map { [0x20, 0x09, 0x0A, 0x0D].contains($0) } ?? false }
    private var isWordByte: Bool { next.map(SeriesNotation.isWord) ?? false }

    private static func isWord(_ byte: UInt8) -> Bool {
        isLetter(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "_") || byte >= 0x80
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }

    private mutating func skipSpaces() { while isSpace { place += 1 } }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        place += 1
        return true
    }

    private func starts(with text: String) -> Bool { bytes[place...].starts(with: text.utf8) }

    /// Takes a word, unless it goes on: `infx2` is one word.
    private mutating func takeWord(_ word: String, inAnyCase: Bool = false) -> Bool {
        let end = place + word.utf8.count
        let bit: UInt8 = inAnyCase ? 0x20 : 0
        guard end <= bytes.count, bytes[place..<end].elementsEqual(word.utf8, by: { $0 | bit == $1 }) else {
            return false
        }
        if end < bytes.count, SeriesNotation.isWord(bytes[end]) { return false }
        place = end
        return true
    }

    private mutating func takeDigits() -> String {
        let start = place
        while let byte = next, (48...57).contains(byte) { place += 1 }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    private mutating func takeName(colons: Bool) -> String {
        let start = place
        while let byte = next,
            SeriesNotation.isLetter(byte) || byte == UInt8(ascii: "_") || (colons && byte == UInt8(ascii: ":"))
                || (place > start && (48...57).contains(byte))
        {
            place += 1
        }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    private func unexpected(_ wanted: String) -> Failure {
        guard let byte = next else { return Failure(offset: place, words: "it ends where \(wanted) should come") }
        let found = byte < 0x80 && byte >= 0x20 ? "\"\(Character(Unicode.Scalar(byte)))\"" : "a byte \(byte)"
        return Failure(offset: place, words: "\(found) stands where \(wanted) should come")
    }
}
