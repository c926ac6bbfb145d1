/// A place in the bytes of a document, and what can be taken from there.
struct XMLCursor {
    private let bytes: [UInt8]
    private var offset = 0
    /// The place up to which lines and columns are counted, so that each byte is counted once.
    private var counted = 0
    private var line = 1
    private var column = 1

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            offset = 3
            counted = 3
        }
    }

    var isAtEnd: Bool { offset >= bytes.count }
    var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    static func isSpace(_ byte: UInt8?) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    func byte(at distance: Int) -> UInt8? { offset + distance < bytes.count ? bytes[offset + distance] : nil }

    mutating func advance() { offset += 1 }

    /// Line and column of this place.
    mutating func position() -> XMLPosition {
        while counted < min(offset, bytes.count) {
            let byte = bytes[counted]
            if byte == 0x0A {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
            counted += 1
        }
        return XMLPosition(line: line, column: column)
    }

    func error(_ problem: String) -> XMLError {
        var copy = self
        return XMLError(position: copy.position(), problem: problem)
    }

    func starts(with text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        guard offset + length <= bytes.count else { return false }
        for index in 0..<length where unsafe text.utf8Start[index] != bytes[offset + index] { return false }
        return true
    }

    @discardableResult
    mutating func skip(_ text: StaticString) -> Bool {
        guard starts(with: text) else { return false }
        offset += text.utf8CodeUnitCount
        return true
    }

    @discardableResult
    mutating func skipSpace() -> Bool {
        let start = offset
        while XMLCursor.isSpace(next) { offset += 1 }
        return offset > start
    }

    /// The bytes before a text, which is skipped; `nil` where there is no such text.
    mutating func take(until end: StaticString) -> ArraySlice<UInt8>? {
        let start = offset
        while !isAtEnd {
            if starts(with: end) {
                let taken = bytes[start..<offset]
                offset += end.utf8CodeUnitCount
                return taken
            }
            offset += 1
        }
        return nil
    }

    mutating func take(until end: UInt8) -> ArraySlice<UInt8>? {
        let start = offset
        while let byte = next {
            offset += 1
            if byte == end { return bytes[start..<(offset - 1)] }
        }
        return nil
    }

    /// Takes a byte of text; CR and CR LF are LF.
    mutating func takeCharacter(into text: inout [UInt8]) {
        guard let byte = next else { return }
        offset += 1
        guard byte == 0x0D else { return text.append(byte) }
        if next == 0x0A { offset += 1 }
        text.append(0x0A)
    }

    /// Takes the name of an element, an attribute or an instruction.
    mutating func name(limit: Int) throws(XMLError) -> String {
        let start = self
        while let byte = next, XMLCursor.mayBeInName(byte) { offset += 1 }
        guard offset - start.offset <= limit else { throw start.error("a name is longer than \(limit) bytes") }
        let name = String(decoding: bytes[start.offset..<offset], as: UTF8.self)
        guard let first = name.unicodeScalars.first, XMLCursor.mayBeginName(first) else {
            throw start.error("a name is missing: one begins with a letter, _ or :")
        }
        guard name.unicodeScalars.allSatisfy(XMLCursor.mayBeInName) else {
            throw start.error("a name holds a character that no name may hold")
        }
        return name
    }

    private static func mayBeInName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "-"),
            UInt8(ascii: "."), 0x80...:
            true
        default: false
        }
    }

    /// NameStartChar of XML 1.0, fifth edition.
    private static func mayBeginName(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x3A, 0x41...0x5A, 0x5F, 0x61...0x7A, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x2FF, 0x370...0x37D,
            0x37F...0x1FFF, 0x200C...0x200D, 0x2070...0x218F, 0x2C00...0x2FEF, 0x3001...0xD7FF, 0xF900...0xFDCF,
            0xFDF0...0xFFFD, 0x10000...0xEFFFF:
            true
        default: false
        }
    }

    /// NameChar of XML 1.0, fifth edition.
    private static func mayBeInName(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x2D, 0x2E, 0x30...0x39, 0xB7, 0x300...0x36F, 0x203F...0x2040: true
        default: mayBeginName(scalar)
        }
    }

    /// Takes `&amp;` or `&#60;`, at an ampersand.
    /// - Returns: the character's bytes.
    mutating func reference() throws(XMLError) -> [UInt8] {
        let start = self
        offset += 1
        // The longest that there is: &#x10FFFF; with some zeros before.
        let inside = bytes[offset..<min(bytes.count, offset + 32)].prefix { $0 != UInt8(ascii: ";") }
        guard offset + inside.count < bytes.count, bytes[offset + inside.count] == UInt8(ascii: ";") else {
            throw start.error("& begins a reference that does not end; a plain & is written &amp;")
        }
        offset += inside.count + 1
        let name = String(decoding: inside, as: UTF8.self)
        switch name {
        case "lt": return [UInt8(ascii: "<")]
        case "gt": return [UInt8(ascii: ">")]
        case "amp": return [UInt8(ascii: "&")]
        case "quot": return [UInt8(ascii: "\"")]
        case "apos": return [UInt8(ascii: "'")]
        default: break
        }
        guard name.hasPrefix("#") else {
            throw start.error("the entity &\(name); is not known: XML has lt, gt, amp, quot and apos")
        }
        let isHexadecimal = name.hasPrefix("#x")
        let digits = name.dropFirst(isHexadecimal ? 2 : 1)
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isHexDigit }),
            let value = UInt32(digits, radix: isHexadecimal ? 16 : 10), let scalar = Unicode.Scalar(value),
            XMLCursor.isCharacter(value)
        else { throw start.error("&\(name); is no character of XML") }
        return Array(String(Character(scalar)).utf8)
    }

    /// Char of XML 1.0.
    static func isCharacter(_ value: UInt32) -> Bool {
        switch value {
        case 0x09, 0x0A, 0x0D, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }

    /// Checks that all of the document is UTF-8 of characters that XML allows.
    func checkCharacters() throws(XMLError) {
        if bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE]) || bytes.prefix(4).contains(0) {
            throw error("the document is UTF-16 or UTF-32, or no text at all; save it as UTF-8")
        }
        var place = self
        while let byte = place.next {
            let length: Int
            switch byte {
            case 0x20...0x7F, 0x09, 0x0A, 0x0D:
                place.offset += 1
                continue
            case 0xC2...0xDF: length = 2
            case 0xE0...0xEF: length = 3
            case 0xF0...0xF4: length = 4
            case ..<0x20: throw place.error("a control character (byte \(byte)) is no character of XML")
            default: throw place.error("byte \(byte) is not UTF-8; save the document as UTF-8")
            }
            let end = min(bytes.count, place.offset + length)
            guard let character = String(validating: bytes[place.offset..<end], as: UTF8.self),
                let scalar = character.unicodeScalars.first
            else { throw place.error("byte \(byte) does not begin a character of UTF-8; save the document as UTF-8") }
            guard XMLCursor.isCharacter(scalar.value) else {
                throw place.error("U+\(String(scalar.value, radix: 16, uppercase: true)) is no character of XML")
            }
            place.offset = end
        }
    }
}
