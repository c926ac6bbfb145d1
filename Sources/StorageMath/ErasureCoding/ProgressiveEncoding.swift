/// The parities of a stripe whose data shards arrive one after the other, in any order: each is needed once and can be
/// let go.
public struct ProgressiveEncoding<Coding: ErasureCode>: Sendable {
    /// The code.
    public let code: Coding
    /// The data shards that have not come yet.
    public private(set) var missing: Set<Int>
    private var sums: [[UInt8]] = []

    /// A stripe of which nothing has come yet.
    public init(_ code: Coding) {
        self.code = code
        missing = Set(0..<code.layout.data)
    }

    /// Takes a data shard in. An error, and nothing changed, where there is no such data shard, it came before, or its
    /// length is not that of the first that came.
    public mutating func add(_ shard: [UInt8], as symbol: Int) throws(StorageMathError) {
        try StorageMathError.require(
            symbol, in: 0...(code.layout.data - 1), "data shard of \(code.layout)", remedy: "parities are calculated")
        guard missing.contains(symbol) else {
            throw StorageMathError(
                "shard added", code.name(of: symbol), bound: "one that has not come yet",
                remedy: "each counts once: use update(_:symbol:from:to:at:) for a change")
        }
        if let length = sums.first?.count {
            guard shard.count == length else { throw code.wrongLength(shard.count, of: symbol, expected: length) }
        } else {
            sums = Array(repeating: [UInt8](repeating: 0, count: shard.count), count: code.parityCount)
        }
        for parity in sums.indices {
            code.field.accumulate(
                code.parityMatrix[parity, symbol], shard, from: 0, into: &sums[parity], at: 0, count: shard.count)
        }
        missing.remove(symbol)
    }

    /// The parities, in order; an error that names what is missing where not all data has come.
    public func parities() throws(StorageMathError) -> [[UInt8]] {
        guard missing.isEmpty else {
            let names = missing.sorted().map { code.name(of: $0) }.joined(separator: ", ")
            throw StorageMathError(
                "data shards that have come", "\(code.layout.data - missing.count)", bound: "\(code.layout.data)",
                remedy: "add \(names)")
        }
        return sums
    }
}
