extension ErasureCode {
    /// Repairs damaged ranges, as of unreadable sectors: each byte column with the shards that are good there, so that
    /// more shards may be damaged than the code has parities, if not in one place.
    ///
    /// - Parameter damaged: the ranges of each damaged symbol; they may overlap. What they hold counts for nothing.
    ///
    /// An error, and nothing changed, where there are not all shards of one length, a range is not within them, or some
    /// byte column has lost too much. Work: the columns that are damaged, and a set of coefficients for each different
    /// loss.
    public func repair(
        _ shards: inout [[UInt8]], damaged: [Int: [Range<Int>]]
    ) throws(StorageMathError) {
        let length = try requireShards(shards, count: layout.symbols)
        var plans: [Set<Int>: Reconstruction] = [:]
        var repairs: [(symbol: Int, start: Int, bytes: [UInt8])] = []
        for (range, lost) in try losses(damaged, length: length) {
            let plan: Reconstruction
            if let known = plans[lost] {
                plan = known
            } else {
                do throws(StorageMathError) {
                    plan = try reconstruction(of: lost)
                } catch {
                    throw StorageMathError(
                        "\(error.quantity) in bytes \(range.lowerBound) to \(range.upperBound - 1)", error.value,
                        bound: error.bound, remedy: error.remedy)
                }
                plans[lost] = plan
            }
            let rebuilt = plan.apply(to: plan.reads.map { shards[$0] }, range: range)
            for (symbol, bytes) in zip(plan.wanted, rebuilt) { repairs.append((symbol, range.lowerBound, bytes)) }
        }
        for repair in repairs {
            shards[repair.symbol].replaceSubrange(
                repair.start..<repair.start + repair.bytes.count, with: repair.bytes)
        }
    }

    /// The stretches in which the same shards are damaged, in order, without those in which none is.
    private func losses(
        _ damaged: [Int: [Range<Int>]], length: Int
    ) throws(StorageMathError) -> [(range: Range<Int>, lost: Set<Int>)] {
        var edges: [(place: Int, symbol: Int, change: Int)] = []
        for (symbol, ranges) in damaged.sorted(by: { $0.key < $1.key }) {
            try require(symbol: symbol)
            for range in ranges where !range.isEmpty {
                guard range.lowerBound >= 0, range.upperBound <= length else {
                    throw StorageMathError(
                        "damaged range of \(name(of: symbol))", "\(range)", bound: "within 0..<\(length)",
                        remedy: "name bytes of the shard")
                }
                edges.append((range.lowerBound, symbol, 1))
                edges.append((range.upperBound, symbol, -1))
            }
        }
        edges.sort { $0.place < $1.place }
        var depth = [Int](repeating: 0, count: layout.symbols)
        var lost: Set<Int> = []
        var start = 0
        var losses: [(range: Range<Int>, lost: Set<Int>)] = []
        for edge in edges {
            if edge.place > start, !lost.isEmpty { losses.append((start..<edge.place, lost)) }
            start = edge.place
            depth[edge.symbol] += edge.change
            if depth[edge.symbol] > 0 { lost.insert(edge.symbol) } else { lost.remove(edge.symbol) }
        }
        return losses
    }
}
