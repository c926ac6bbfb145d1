/// Which units of a shard, or which stripes of a set, something holds for: how many, and the first stretches of them.
public struct UnitRanges: Sendable, Hashable {
    /// The first stretches, in rising order, ``limit`` at most.
    public private(set) var ranges: [Range<Int>] = []
    /// All of them.
    public private(set) var count = 0

    /// How many stretches are kept.
    public static let limit = 64

    /// None yet.
    public init() {}

    /// Whether there are none.
    public var isEmpty: Bool { count == 0 }
    /// Whether there are more than ``ranges`` tell.
    public var isCut: Bool { ranges.reduce(0) { $0 + $1.count } < count }

    /// Takes one more in; they come in rising order.
    mutating func add(_ number: Int) { add(number..<number + 1) }

    /// Takes a stretch in that follows all before it.
    mutating func add(_ stretch: Range<Int>) {
        if stretch.isEmpty { return }
        count += stretch.count
        if let last = ranges.last, last.upperBound == stretch.lowerBound {
            ranges[ranges.count - 1] = last.lowerBound..<stretch.upperBound
        } else if ranges.count < UnitRanges.limit {
            ranges.append(stretch)
        }
    }
}

extension UnitRanges: CustomStringConvertible {
    /// As in `3, 7-9, 12 and 5 more`.
    public var description: String {
        let shown = ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound - 1)" }
        let more = count - ranges.reduce(0) { $0 + $1.count }
        return shown.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
    }
}
