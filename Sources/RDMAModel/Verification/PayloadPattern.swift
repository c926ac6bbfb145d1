/// The bytes of one message of a verified pass. Every eight bytes depend on the run, on the message and on their own
/// place, so that data of another message, of another place, or none at all is never taken for what was sent.
///
/// ```swift
/// let pattern = PayloadPattern(seed: 7, number: 3)
/// pattern.difference(in: received)      // nil where every byte is right
/// ```
public struct PayloadPattern: Sendable, Hashable {
    /// What the run draws; both ends know it.
    public let seed: UInt64
    /// The number of the message within the run.
    public let number: UInt64

    public init(seed: UInt64, number: UInt64) {
        self.seed = seed
        self.number = number
    }

    /// The eight bytes at a place, the lowest first. The mixing is that of SplitMix64 (G. L. Steele, D. Lea and
    /// C. H. Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014), once for the message and once for
    /// the place.
    private func word(_ index: UInt64) -> UInt64 {
        PayloadPattern.mix(PayloadPattern.mix(seed &+ PayloadPattern.step &* number) &+ PayloadPattern.step &* index)
    }

    private static let step: UInt64 = 0x9e37_79b9_7f4a_7c15

    private static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value &+ step
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }

    /// The byte at a place.
    public func byte(at offset: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: word(UInt64(offset / 8)) >> UInt64(offset % 8 * 8))
    }

    /// The first bytes of the message.
    public func bytes(_ count: Int) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(count)
        var index: UInt64 = 0
        while result.count < count {
            var word = word(index)
            for _ in 0..<min(8, count - result.count) {
                result.append(UInt8(truncatingIfNeeded: word))
                word >>= 8
            }
            index += 1
        }
        return result
    }

    /// How bytes differ from the message; `nil` where every one of them is right.
    /// - Parameters:
    ///   - found: as many bytes as the message has.
    ///   - guardBytes: bytes behind the message that must have stayed as they were.
    ///   - guardValue: what each of them was.
    public func difference(
        in found: [UInt8], guardBytes: [UInt8] = [], guardValue: UInt8 = PayloadPattern.guardValue
    ) -> PayloadDifference? {
        let wanted = bytes(found.count)
        let wrong = found.indices.filter { found[$0] != wanted[$0] }
        if let first = wrong.first {
            return PayloadDifference(
                kind: kind(of: found, wanted, from: first), offset: first, found: found[first], wanted: wanted[first],
                differing: wrong.count, size: found.count)
        }
        guard let beyond = guardBytes.firstIndex(where: { $0 != guardValue }) else { return nil }
        return PayloadDifference(
            kind: .beyond, offset: found.count + beyond, found: guardBytes[beyond], wanted: guardValue,
            differing: guardBytes.count { $0 != guardValue }, size: found.count)
    }

    /// What memory holds where nothing is to arrive.
    public static let guardValue: UInt8 = 0xa5

    /// What the bytes from the first wrong one on look like.
    private func kind(of found: [UInt8], _ wanted: [UInt8], from first: Int) -> PayloadDifference.Kind {
        // Too few bytes to tell one from the other.
        let sample = Array(found[first..<min(found.count, first + 16)])
        guard sample.count >= 8 else { return .changed }
        if found[first...].allSatisfy({ $0 == PayloadPattern.guardValue }) { return .short }
        for back in 1...16 as ClosedRange<UInt64> where number >= back {
            let earlier = PayloadPattern(seed: seed, number: number - back)
            if sample.indices.allSatisfy({ sample[$0] == earlier.byte(at: first + $0) }) {
                return .stale(number: number - back)
            }
        }
        guard let place = PayloadPattern.place(of: sample, in: wanted) else { return .changed }
        return .elsewhere(offset: place)
    }

    /// Where in the message a few bytes belong.
    private static func place(of sample: [UInt8], in wanted: [UInt8]) -> Int? {
        guard sample.count <= wanted.count else { return nil }
        return (0...(wanted.count - sample.count)).first { place in
            sample.indices.allSatisfy { wanted[place + $0] == sample[$0] }
        }
    }
}

/// How what arrived differs from what was sent.
public struct PayloadDifference: Sendable, Hashable {
    /// What the wrong bytes look like.
    public enum Kind: Sendable, Hashable {
        /// Bytes of an earlier message of the run.
        case stale(number: UInt64)
        /// Bytes of this message that belong to another place: shifted, or swapped with others.
        case elsewhere(offset: Int)
        /// The end of the message did not arrive.
        case short
        /// Bytes behind the message were written.
        case beyond
        /// None of these.
        case changed
    }

    public var kind: Kind
    /// The first wrong byte's place, counted from the beginning of the message.
    public var offset: Int
    /// What is there, and what should be.
    public var found: UInt8
    public var wanted: UInt8
    /// How many bytes are wrong.
    public var differing: Int
    /// How many bytes the message has.
    public var size: Int

    public init(kind: Kind, offset: Int, found: UInt8, wanted: UInt8, differing: Int, size: Int) {
        self.kind = kind
        self.offset = offset
        self.found = found
        self.wanted = wanted
        self.differing = differing
        self.size = size
    }

    /// One line for a person.
    public var words: String {
        let look =
            switch kind {
            case .stale(let number): "they are of the earlier message \(number)"
            case .elsewhere(let place): "they belong to byte \(place) of the message"
            case .short: "the rest of the message did not arrive"
            case .beyond: "they lie behind the message"
            case .changed: "they are of no message"
            }
        return "\(differing) of \(size) bytes are wrong from byte \(offset) on "
            + "(\(found) instead of \(wanted)); \(look)"
    }
}
