/// What arrived of numbered messages, in memory that does not grow: a window of the last 64 numbers tells a message that
/// came twice from one that came late.
///
/// The window is that of IPsec's check against replays (RFC 4303, section 3.4.3).
public struct Arrivals: Sendable, Hashable, Codable {
    /// Messages that arrived, each counted once.
    public private(set) var distinct: UInt64 = 0
    /// Arrivals of a message that had arrived already.
    public private(set) var duplicated: UInt64 = 0
    /// Messages that arrived after one with a higher number.
    public private(set) var reordered: UInt64 = 0
    /// The highest number that arrived; `nil` before the first.
    private var highest: UInt64?
    /// The bit `n` stands for the number `highest - n`.
    private var seen: UInt64 = 0

    private enum CodingKeys: String, CodingKey { case distinct, duplicated, reordered }

    public init() {}

    /// Takes in one message by its number. One that lies further back than the window counts as new and reordered:
    /// whether it came before is not known any more.
    public mutating func add(_ number: UInt64) {
        guard let last = highest else {
            highest = number
            seen = 1
            distinct = 1
            return
        }
        if number > last {
            let step = number - last
            seen = step < 64 ? seen << step | 1 : 1
            highest = number
            distinct += 1
            return
        }
        let back = last - number
        if back < 64, seen >> back & 1 == 1 {
            duplicated += 1
            return
        }
        if back < 64 { seen |= 1 << back }
        distinct += 1
        reordered += 1
    }
}
