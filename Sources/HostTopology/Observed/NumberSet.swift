/// A set of processors or of NUMA nodes by their numbers, one bit each.
///
/// Numbers reach from 0 to ``limit`` - 1; what is beyond is no member and is not put in. A set written as JSON is the
/// kernel's list, such as `"0-3,8"`.
public struct NumberSet: Sendable, Hashable {
    /// One more than the highest number: more than any kernel is built for.
    public static let limit = 1_048_576

    /// The lowest number in the lowest bit of the first word; the last word is never zero.
    private var words: [UInt64]

    /// The empty set.
    public init() { words = [] }

    /// The set of some numbers; numbers that cannot be members are left out.
    public init(_ numbers: some Sequence<Int>) {
        words = []
        for number in numbers { insert(number) }
    }

    /// All numbers of a range that can be members.
    public init(_ range: ClosedRange<Int>) {
        words = []
        insert(range)
    }

    /// Whether a number is a member.
    public func contains(_ number: Int) -> Bool {
        guard number >= 0, number >> 6 < words.count else { return false }
        return words[number >> 6] >> UInt64(number & 63) & 1 == 1
    }

    /// Puts a number in.
    /// - Returns: whether it is a member now.
    @discardableResult
    public mutating func insert(_ number: Int) -> Bool {
        guard number >= 0, number < NumberSet.limit else { return false }
        grow(to: number >> 6 + 1)
        words[number >> 6] |= 1 << UInt64(number & 63)
        return true
    }

    /// Puts in all numbers of a range that can be members. Takes a step for each 64 of them.
    public mutating func insert(_ range: ClosedRange<Int>) {
        let (low, high) = (Swift.max(0, range.lowerBound), Swift.min(NumberSet.limit - 1, range.upperBound))
        guard low <= high else { return }
        grow(to: high >> 6 + 1)
        for word in (low >> 6)...(high >> 6) {
            let first: UInt64 = word == low >> 6 ? .max << UInt64(low & 63) : .max
            let last: UInt64 = word == high >> 6 ? .max >> UInt64(63 - high & 63) : .max
            words[word] |= first & last
        }
    }

    /// Takes a number out.
    public mutating func remove(_ number: Int) {
        guard contains(number) else { return }
        words[number >> 6] &= ~(1 << UInt64(number & 63))
        shrink()
    }

    /// How many members there are.
    public var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    public var isEmpty: Bool { words.isEmpty }

    /// The lowest member.
    public var first: Int? {
        words.firstIndex { $0 != 0 }.map { $0 << 6 + words[$0].trailingZeroBitCount }
    }

    /// The highest member.
    public var last: Int? { words.last.map { (words.count - 1) << 6 + 63 - $0.leadingZeroBitCount } }

    /// What is in either.
    public func union(_ other: NumberSet) -> NumberSet {
        var result = words.count < other.words.count ? other : self
        let shorter = words.count < other.words.count ? self : other
        for index in shorter.words.indices { result.words[index] |= shorter.words[index] }
        return result
    }

    /// What is in both.
    public func intersection(_ other: NumberSet) -> NumberSet {
        var result = NumberSet()
        result.words = zip(words, other.words).map { $0 & $1 }
        result.shrink()
        return result
    }

    /// What is in this and not in the other.
    public func subtracting(_ other: NumberSet) -> NumberSet {
        var result = self
        for index in 0..<Swift.min(words.count, other.words.count) { result.words[index] &= ~other.words[index] }
        result.shrink()
        return result
    }

    /// Whether all members are members of the other too.
    public func isSubset(of other: NumberSet) -> Bool { subtracting(other).isEmpty }

    /// Whether no member is a member of the other.
    public func isDisjoint(with other: NumberSet) -> Bool { zip(words, other.words).allSatisfy { $0 & $1 == 0 } }

    /// The runs of members that follow each other, in order.
    public var ranges: [ClosedRange<Int>] {
        var result: [ClosedRange<Int>] = []
        for number in self {
            if let open = result.last, open.upperBound == number - 1 {
                result[result.count - 1] = open.lowerBound...number
            } else {
                result.append(number...number)
            }
        }
        return result
    }

    /// The bits by words of 32, the lowest first; the last is not zero.
    var halfWords: [UInt32] {
        var result = words.flatMap { [UInt32(truncatingIfNeeded: $0), UInt32(truncatingIfNeeded: $0 >> 32)] }
        if result.last == 0 { result.removeLast() }
        return result
    }

    /// The set whose bits are these words of 32, the lowest first; `nil` where a number is too high.
    init?(halfWords: [UInt32]) {
        words = []
        let used = halfWords.count - halfWords.reversed().prefix { $0 == 0 }.count
        guard used <= NumberSet.limit / 32 else { return nil }
        words.reserveCapacity((used + 1) / 2)
        for index in stride(from: 0, to: used, by: 2) {
            words.append(UInt64(halfWords[index]) | (index + 1 < used ? UInt64(halfWords[index + 1]) << 32 : 0))
        }
    }

    private mutating func grow(to count: Int) {
        if words.count < count { words += repeatElement(0, count: count - words.count) }
    }

    private mutating func shrink() {
        while words.last == 0 { words.removeLast() }
    }
}

extension NumberSet: Sequence {
    /// Goes through the members from the lowest on.
    public struct Iterator: IteratorProtocol {
        private let words: [UInt64]
        private var index = 0
        private var left: UInt64

        init(_ words: [UInt64]) {
            self.words = words
            left = words.first ?? 0
        }

        /// The next number in rising order; `nil` after the last.
        public mutating func next() -> Int? {
            while left == 0 {
                index += 1
                guard index < words.count else { return nil }
                left = words[index]
            }
            defer { left &= left - 1 }
            return index << 6 + left.trailingZeroBitCount
        }
    }

    public func makeIterator() -> Iterator { Iterator(words) }

    public var underestimatedCount: Int { count }
}

extension NumberSet: ExpressibleByArrayLiteral {
    public init(arrayLiteral elements: Int...) { self.init(elements) }
}
