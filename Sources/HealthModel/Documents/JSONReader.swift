/// Reads JSON strictly, without recursion deeper than its limit.
struct JSONReader {
    let bytes: [UInt8]
    let source: String
    let limits: JSONValue.Limits
    /// The byte that is read next, or at which an error was found.
    private(set) var next = 0
    private var values = 0

    init(bytes: [UInt8], source: String, limits: JSONValue.Limits) {
        self.bytes = bytes
        self.source = source
        self.limits = limits
    }

    mutating func document() throws(SignalError) -> JSONValue {
        let value = try value(depth: 0)
        skipBlanks()
        guard next == bytes.count else { throw error(.malformed, "something follows the document", "end it there") }
        return value
    }

    private func error(_ kind: SignalError.Kind, _ problem: String, _ remedy: String) -> SignalError {
        SignalError(kind, input: source, place: "byte \(next)", problem: problem, remedy: remedy)
    }

    private func unexpected(_ what: String) -> SignalError {
        guard next < bytes.count else { return error(.truncated, "it ends where \(what) must follow", "complete it") }
        let byte = bytes[next]
        let found = byte > 0x20 && byte < 0x7F ? "\"\(Unicode.Scalar(byte))\"" : "byte \(byte)"
        return error(.malformed, "\(found) stands for \(what)", "write \(what)")
    }

    private mutating func skipBlanks() {
        while next < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[next]) { next += 1 }
    }

    private mutating func value(depth: Int) throws(SignalError) -> JSONValue {
        skipBlanks()
        guard next < bytes.count else { throw unexpected("a value") }
        values += 1
        guard values <= limits.values else {
            throw error(.tooLarge, "more than \(limits.values) values", "read a smaller document")
        }
        switch bytes[next] {
        case UInt8(ascii: "{"): return try object(depth: depth + 1)
        case UInt8(ascii: "["): return try list(depth: depth + 1)
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "t"): return try word("true", .flag(true))
        case UInt8(ascii: "f"): return try word("false", .flag(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        default: throw unexpected("a value")
        }
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(SignalError) -> JSONValue {
        guard bytes[next...].starts(with: word.utf8) else { throw unexpected("a value") }
        next += word.utf8.count
        return value
    }

    private func checkDepth(_ depth: Int) throws(SignalError) {
        guard depth <= limits.depth else {
            throw error(.tooLarge, "more than \(limits.depth) levels", "nest it less")
        }
    }

    private mutating func list(depth: Int) throws(SignalError) -> JSONValue {
        try checkDepth(depth)
        next += 1
        var items: [JSONValue] = []
        skipBlanks()
        if next < bytes.count, bytes[next] == UInt8(ascii: "]") {
            next += 1
            return .list(items)
        }
        while true {
            items.append(try value(depth: depth))
            skipBlanks()
            guard next < bytes.count else { throw unexpected(", or ]") }
            next += 1
            if bytes[next - 1] == UInt8(ascii: "]") { return .list(items) }
            guard bytes[next - 1] == UInt8(ascii: ",") else {
                next -= 1
                throw unexpected(", or ]")
            }
        }
    }

    private mutating func object(depth: Int) throws(SignalError) -> JSONValue {
        try checkDepth(depth)
        next += 1
        var members: [JSONMember] = []
        var keys: Set<String> = []
        skipBlanks()
        if next < bytes.count, bytes[next] == UInt8(ascii: "}") {
            next += 1
            return .object(members)
        }
        while true {
            skipBlanks()
            guard next < bytes.count, bytes[next] == UInt8(ascii: "\"") else { throw unexpected("a key in quotes") }
            let place = next
            let key = try text()
            guard keys.insert(key).inserted else {
                next = place
                throw error(.duplicate, "the key \"\(key)\" is there twice", "say it once")
            }
            skipBlanks()
            guard next < bytes.count, bytes[next] == UInt8(ascii: ":") else { throw unexpected(":") }
            next += 1
            members.append(JSONMember(key, try value(depth: depth)))
            skipBlanks()
            guard next < bytes.count else { throw unexpected(", or }") }
            next += 1
            if bytes[next - 1] == UInt8(ascii: "}") { return .object(members) }
            guard bytes[next - 1] == UInt8(ascii: ",") else {
                next -= 1
                throw unexpected(", or }")
            }
        }
    }

    private mutating func number() throws(SignalError) -> SignalValue {
        let start = next
        var end = next
        while end < bytes.count,
            bytes[end] == UInt8(ascii: "-") || bytes[end] == UInt8(ascii: "+")
                || bytes[end] == UInt8(ascii: ".") || (bytes[end] | 0x20) == UInt8(ascii: "e") || bytes[end] &- 48 < 10
        { end += 1 }
        let digits = bytes[start] == UInt8(ascii: "-") ? start + 1 : start
        // RFC 8259: no leading zeros, no point without digits on both sides.
        let hasZero = digits + 1 < end && bytes[digits] == UInt8(ascii: "0") && bytes[digits + 1] &- 48 < 10
        let startsWell = digits < end && bytes[digits] &- 48 < 10 && !hasZero
        let pointsWell = (start..<end).allSatisfy {
            bytes[$0] != UInt8(ascii: ".") || ($0 + 1 < end && bytes[$0 + 1] &- 48 < 10)
        }
        var place = next
        let value = ExpositionNumber.read(bytes.span, &place, end)
        next = place
        guard startsWell, pointsWell, let value, next == end else {
            next = start
            throw error(.badNumber, "it is no number of JSON", "write digits, a point, an exponent")
        }
        // A double that is infinite would turn a large number into no number.
        guard value.double.isFinite else {
            next = start
            throw error(.badNumber, "the number is above all doubles", "write a smaller one")
        }
        return value
    }

    private mutating func text() throws(SignalError) -> String {
        next += 1
        let start = next
        var raw: [UInt8] = []
        var copied = start
        while next < bytes.count {
            let byte = bytes[next]
            if byte == UInt8(ascii: "\"") {
                guard next - start <= limits.textBytes else {
                    throw error(.tooLarge, "a text of more than \(limits.textBytes) bytes", "write a shorter one")
                }
                raw.append(contentsOf: bytes[copied..<next])
                guard let text = String(validating: raw, as: UTF8.self) else {
                    throw error(.malformed, "the text is no UTF-8", "write UTF-8")
                }
                next += 1
                return text
            }
            guard byte >= 0x20 else { throw unexpected("a character of a text") }
            next += 1
            if byte == UInt8(ascii: "\\") {
                raw.append(contentsOf: bytes[copied..<next - 1])
                try escape(into: &raw)
                copied = next
            }
        }
        throw unexpected("a closing quote")
    }

    private mutating func escape(into raw: inout [UInt8]) throws(SignalError) {
        guard next < bytes.count else { throw unexpected("an escape") }
        let byte = bytes[next]
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): raw.append(byte)
        case UInt8(ascii: "b"): raw.append(0x08)
        case UInt8(ascii: "f"): raw.append(0x0C)
        case UInt8(ascii: "n"): raw.append(0x0A)
        case UInt8(ascii: "r"): raw.append(0x0D)
        case UInt8(ascii: "t"): raw.append(0x09)
        case UInt8(ascii: "u"):
            next += 1
            raw.append(contentsOf: Array(String(try scalar()).utf8))
            return
        default: throw unexpected("an escape")
        }
        next += 1
    }

    /// One code point, of one escape or of two that are surrogates of each other.
    private mutating func scalar() throws(SignalError) -> Unicode.Scalar {
        let first = try unit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, next + 1 < bytes.count, bytes[next] == UInt8(ascii: "\\"),
            bytes[next + 1] == UInt8(ascii: "u")
        else { throw unexpected("the other half of a surrogate pair") }
        next += 2
        let second = try unit()
        guard second >= 0xDC00, second <= 0xDFFF,
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw unexpected("the other half of a surrogate pair") }
        return scalar
    }

    private mutating func unit() throws(SignalError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard next < bytes.count, let digit = Character(Unicode.Scalar(bytes[next])).hexDigitValue else {
                throw unexpected("a hexadecimal digit")
            }
            value = value << 4 | UInt32(digit)
            next += 1
        }
        return value
    }
}
