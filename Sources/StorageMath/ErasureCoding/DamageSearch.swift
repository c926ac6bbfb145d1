/// The search for the shards whose damage explains the syndromes of a byte column.
struct DamageSearch {
    /// What an error of 1 in each symbol adds to the syndromes.
    let checks: [[UInt8]]
    /// The most shards to look for.
    let limit: Int
    let field: GaloisField
    /// Choices that explained a column before; damage goes on in the same shards.
    private var known: [[Int]] = []

    init(checks: [[UInt8]], limit: Int, field: GaloisField) {
        self.checks = checks
        self.limit = limit
        self.field = field
    }

    /// The fewest shards of which the syndromes are a sum of multiples, in rising order; `nil` where no choice within
    /// the limit is one.
    mutating func damaged(syndromes: [UInt8]) -> [Int]? {
        for choice in known {
            // A part of a choice may do; then it is the only choice within the limit, as the whole would be.
            if let damaged = part(of: choice, explaining: syndromes) { return damaged }
        }
        for count in 0...limit {
            for choice in Combinations(of: checks.count, taking: count) {
                guard let damaged = part(of: choice, explaining: syndromes) else { continue }
                known.insert(damaged, at: 0)
                // The oldest is the least likely to come again.
                if known.count > 64 { known.removeLast() }
                return damaged
            }
        }
        return nil
    }

    /// The shards of a choice that have a part in the sum, or `nil` where there is no such sum.
    private func part(of choice: [Int], explaining syndromes: [UInt8]) -> [Int]? {
        // One equation a syndrome: the columns of the choice, then the syndrome.
        let width = choice.count + 1
        var elements: [UInt8] = []
        elements.reserveCapacity(width * syndromes.count)
        for (row, syndrome) in syndromes.enumerated() {
            for symbol in choice { elements.append(checks[symbol][row]) }
            elements.append(syndrome)
        }
        var equations = CodingMatrix(unchecked: syndromes.count, width, elements, field)
        let pivots = equations.reduce(width: width)
        // A pivot among the syndromes says that zero is not zero.
        guard pivots.last != choice.count else { return nil }
        return zip(pivots.indices, pivots).filter { equations[$0.0, choice.count] != 0 }.map { choice[$0.1] }
    }
}
