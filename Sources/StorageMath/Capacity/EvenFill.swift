import ClusterCore

/// Stripes over places, so that all places are as full as each other as far as stripes allow.
///
/// The fullest place is as little full as it can be, then the next one, and so on. For some places `S` of `n`, whatever
/// does not fit on the others, one symbol of a stripe on each, must lie on `S`; so the fill of `S` is at least that over its
/// room. The worst such `S` is made of the smallest places, is filled evenly with just that, and leaves every other place
/// with a symbol of each stripe that reaches it: what is left is the same question with fewer places.
enum EvenFill {
    /// Stripes with as many symbols as there are places for; each symbol has so many bytes.
    struct Stripes {
        var bytes: ByteCount
        var width: Int
    }

    /// Bytes on each place.
    /// - Throws: where they do not fit.
    static func bytes(of stripes: [Stripes], on room: [ByteCount]) throws -> [ByteCount] {
        var held = Array(repeating: ByteCount.zero, count: room.count)
        // From small to large.
        var left = room.indices.sorted { (room[$0], $0) < (room[$1], $1) }
        var stripes = stripes
        while !left.isEmpty {
            var (tight, most) = (0, ByteCount.zero)
            var fullest: Fraction?
            var sum = ByteCount.zero
            for count in 1...left.count {
                sum = try sum.adding(room[left[count - 1]])
                let need = try need(of: stripes, outside: left.count - count)
                guard need > .zero else { continue }
                let share = try need.share(of: sum)
                // Of level ones the widest, which leaves fewer steps.
                if share >= fullest ?? .zero { (tight, most, fullest) = (count, need, share) }
            }
            guard let level = fullest else { break }
            guard level <= .one else {
                throw StorageMathError(
                    "volumes", most.humanText, bound: "within the pool", remedy: "plan them first: they do not all fit")
            }
            var rest = most
            for index in left.prefix(tight) {
                held[index] = try room[index].multiplied(by: level, rounding: .down)
                rest = try rest.subtracting(held[index])
            }
            // What rounding left: less than a byte for each.
            for index in left.prefix(tight) where rest > .zero && held[index] < room[index] {
                held[index] = try held[index].adding(ByteCount(bytes: 1))
                rest = try rest.subtracting(ByteCount(bytes: 1))
            }
            left.removeFirst(tight)
            for index in stripes.indices { stripes[index].width = min(stripes[index].width, left.count) }
        }
        return held
    }

    private static func need(of stripes: [Stripes], outside: Int) throws(UnitError) -> ByteCount {
        var sum = ByteCount.zero
        for stripe in stripes where stripe.width > outside {
            sum = try sum.adding(stripe.bytes.multiplied(by: UInt64(stripe.width - outside)))
        }
        return sum
    }
}
