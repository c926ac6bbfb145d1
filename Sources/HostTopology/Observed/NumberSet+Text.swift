extension NumberSet {
    /// Reads the kernel's list: `0-3,8`, the numbers and ranges in any order; the empty text is the empty set. A line end
    /// and spaces around it do not count.
    /// - Returns: `nil` for anything else, and where a number is ``limit`` or more.
    public init?(list text: some StringProtocol) {
        self.init()
        let trimmed = NumberSet.trimmed(text.utf8)
        if trimmed.isEmpty { return }
        for part in trimmed.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            let ends = part.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
            guard ends.count <= 2, let low = ends.first.flatMap({ NumberSet.number($0) }),
                let high = ends.last.flatMap({ NumberSet.number($0) }), low <= high
            else { return nil }
            insert(low...high)
        }
    }

    /// Reads the kernel's mask: hexadecimal words of 32 bits with commas between them, the highest first, all but the first
    /// with 8 digits: `ff,00000000`. A line end and spaces around it do not count.
    /// - Returns: `nil` for anything else, and where a number is ``limit`` or more.
    public init?(mask text: some StringProtocol) {
        let parts = NumberSet.trimmed(text.utf8).split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard parts.dropFirst().allSatisfy({ $0.count == 8 }), let halfWords = NumberSet.halfWords(parts) else {
            return nil
        }
        self.init(halfWords: halfWords)
    }

    /// Reads hwloc's form of a mask: words of 32 bits as `0x000000ff`, the highest first, an empty word being zero.
    /// - Returns: `nil` for anything else, where a number is ``limit`` or more, and for hwloc's endless sets (`0xf...f`).
    public init?(hwlocMask text: some StringProtocol) {
        var parts: [Array<UInt8>.SubSequence] = []
        for part in NumberSet.trimmed(text.utf8).split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
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
            for digit in part {
                switch digit {
                case UInt8(ascii: "0")...UInt8(ascii: "9"): word = word << 4 | UInt32(digit - UInt8(ascii: "0"))
                case UInt8(ascii: "a")...UInt8(ascii: "f"): word = word << 4 | UInt32(digit - UInt8(ascii: "a") + 10)
                case UInt8(ascii: "A")...UInt8(ascii: "F"): word = word << 4 | UInt32(digit - UInt8(ascii: "A") + 10)
                default: return nil
                }
            }
            result.append(word)
        }
        return result
    }

    private static func number(_ digits: Array<UInt8>.SubSequence) -> Int? {
        guard (1...7).contains(digits.count) else { return nil }
        var value = 0
        for digit in digits {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return value < NumberSet.limit ? value : nil
    }

    private static func eightDigits(_ word: UInt32) -> String {
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }

    private static func trimmed(_ bytes: some Sequence<UInt8>) -> Array<UInt8>.SubSequence {
        let isSpace: (UInt8) -> Bool = { $0 == 32 || $0 == 10 || $0 == 0 || $0 == 9 || $0 == 13 }
        var rest = Array(bytes)[...].drop(while: isSpace)
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
