extension NumberSet {
    /// Reads the kernel's list: `0-3,8`, the numbers and ranges in any order; the empty text is the empty set. A line end
    /// and spaces around it do not count.
    /// - Returns: `nil` for anything else, and where a number is ``limit`` or more.
    public init?(list text: some StringProtocol) { self.init(listBytes: Array(text.utf8)) }

    init?(listBytes bytes: [UInt8]) {
        self.init()
        var rest = NumberSet.trimmed(bytes)
        guard !rest.isEmpty else { return }
        while true {
            guard let low = NumberSet.number(from: &rest) else { return nil }
            var high = low
            if rest.first == UInt8(ascii: "-") {
                rest.removeFirst()
                guard let end = NumberSet.number(from: &rest), low <= end else { return nil }
                high = end
            }
            insert(low...high)
            guard let separator = rest.popFirst() else { return }
            guard separator == UInt8(ascii: ",") else { return nil }
        }
    }

    /// Reads the kernel's mask: hexadecimal words of 32 bits with commas between them, the highest first, all but the first
    /// with 8 digits: `ff,00000000`. A line end and spaces around it do not count.
    /// - Returns: `nil` for anything else, and where a number is ``limit`` or more.
    public init?(mask text: some StringProtocol) { self.init(maskBytes: Array(text.utf8)) }

    init?(maskBytes bytes: [UInt8]) {
        var words: [UInt32] = []
        var (word, digits): (UInt32, Int) = (0, 0)
        for byte in NumberSet.trimmed(bytes) {
            if byte == UInt8(ascii: ",") {
                guard digits == 8 || words.isEmpty && digits > 0, words.count < NumberSet.limit / 32 else { return nil }
                words.append(word)
                (word, digits) = (0, 0)
            } else {
                guard digits < 8, let digit = NumberSet.digit(byte) else { return nil }
                (word, digits) = (word << 4 | digit, digits + 1)
            }
        }
        guard digits == 8 || words.isEmpty && digits > 0, words.count < NumberSet.limit / 32 else { return nil }
        words.append(word)
        words.reverse()
        self.init(halfWords: words)
    }

    /// Reads hwloc's form of a mask: words of 32 bits as `0x000000ff`, the highest first, an empty word being zero.
    /// - Returns: `nil` for anything else, where a number is ``limit`` or more, and for hwloc's endless sets (`0xf...f`).
    public init?(hwlocMask text: some StringProtocol) {
        var parts: [Array<UInt8>.SubSequence] = []
        for part in NumberSet.trimmed(Array(text.utf8)).split(
            separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        {
            guard part.isEmpty || part.starts(with: "0x".utf8) else { return nil }
            parts.append(part.isEmpty ? [UInt8(ascii: "0")] : part.dropFirst(2))
        }
        guard let halfWords = NumberSet.halfWords(parts) else { return nil }
        self.init(halfWords: halfWords)
    }

    /// The kernel's list: `0-3,8`; empty for the empty set.
    public var listText: String {
        ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
    }

    /// The kernel's mask with as many words as are needed, each with 8 digits: `000000ff,00000000`.
    public var maskText: String {
        let words = halfWords.reversed().map { NumberSet.eightDigits($0) }
        return words.isEmpty ? "00000000" : words.joined(separator: ",")
    }

    /// hwloc's form of the mask: `0x000000ff,0x00000000`, and `0x0` for the empty set.
    public var hwlocMaskText: String {
        let words = halfWords.reversed().map { "0x" + NumberSet.eightDigits($0) }
        return words.isEmpty ? "0x0" : words.joined(separator: ",")
    }

    private static func halfWords(_ parts: [Array<UInt8>.SubSequence]) -> [UInt32]? {
        guard parts.count <= NumberSet.limit / 32 else { return nil }
        var result: [UInt32] = []
        for part in parts.reversed() {
            guard (1...8).contains(part.count) else { return nil }
            var word: UInt32 = 0
            for byte in part {
                guard let digit = digit(byte) else { return nil }
                word = word << 4 | digit
            }
            result.append(word)
        }
        return result
    }

    /// The value of a hexadecimal digit.
    private static func digit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    /// Takes a number of at most 7 digits off.
    private static func number(from rest: inout ArraySlice<UInt8>) -> Int? {
        var (value, count) = (0, 0)
        while let digit = rest.first, digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") {
            rest.removeFirst()
            (value, count) = (value * 10 + Int(digit - UInt8(ascii: "0")), count + 1)
            guard count <= 7 else { return nil }
        }
        return count > 0 && value < NumberSet.limit ? value : nil
    }

    private static func eightDigits(_ word: UInt32) -> String {
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }

    private static func trimmed(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 10 || byte == 0 || byte == 9 || byte == 13 }
        var rest = bytes.drop(while: isSpace)
        while let last = rest.last, isSpace(last) { rest.removeLast() }
        return rest
    }
}

extension NumberSet: CustomStringConvertible {
    public var description: String { listText }
}

extension NumberSet: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let set = NumberSet(list: text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\"\(text.prefix(40))\" is no list of numbers such as 0-3,8")
        }
        self = set
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(listText)
    }
}
