extension ErasureCode {
    /// The fewest symbols that give the wanted ones back, in rising order, where the wanted and the `lost` cannot be
    /// read.
    ///
    /// Where each wanted symbol is the only loss of its local group, the others of those groups: *k*/*l* a group. Else
    /// *k* independent symbols, data first, then local parities: a symbol beyond the reach of its group is a sum of
    /// others only if these determine all data, as the rank of symbols of a maximally recoverable code is min(*k*, Σ
    /// min(in group, *k*/*l*) + global parities) (Gopalan et al., "Explicit Maximally Recoverable Codes with Locality",
    /// 2014).
    ///
    /// An error where there is no such symbol, or what is left does not give them.
    public func readSet(
        toRebuild wanted: Set<Int>, without lost: Set<Int> = []
    ) throws(StorageMathError) -> [Int] {
        let gone = lost.union(wanted)
        for symbol in gone.sorted() { try require(symbol: symbol) }
        if wanted.isEmpty { return [] }
        if let local = localReadSet(toRebuild: wanted, gone: gone) { return local }
        guard layout.isDecodable(without: gone) else { throw beyondRepair(gone) }
        var reads = (0..<layout.data).filter { !gone.contains($0) }
        if let groupSize = layout.groupSize {
            for group in 0..<layout.localParities where !gone.contains(layout.data + group) {
                // The parity of a group that is there in full says nothing new.
                let isWhole = (group * groupSize..<(group + 1) * groupSize).allSatisfy { !gone.contains($0) }
                if !isWhole { reads.append(layout.data + group) }
            }
        }
        let globals = (layout.data + layout.localParities..<layout.symbols).filter { !gone.contains($0) }
        return reads + globals.prefix(layout.data - reads.count)
    }

    /// How the wanted symbols come back from the fewest others, where the wanted and the `lost` cannot be read.
    ///
    /// An error where none is wanted, there is no such symbol, or what is left does not give them.
    public func reconstruction(
        of wanted: Set<Int>, without lost: Set<Int> = []
    ) throws(StorageMathError) -> Reconstruction {
        guard !wanted.isEmpty else {
            throw StorageMathError(
                "symbols wanted", "0", bound: "1 to \(layout.symbols)", remedy: "name what is to come back")
        }
        let reads = try readSet(toRebuild: wanted, without: lost)
        let wanted = wanted.sorted()
        let known = CodingMatrix(unchecked: reads.count, layout.data, reads.flatMap { row(of: $0) }, field)
        let asked = CodingMatrix(unchecked: wanted.count, layout.data, wanted.flatMap { row(of: $0) }, field)
        // Never missing for a code that is what its proof says.
        guard let coefficients = known.combination(giving: asked) else { throw beyondRepair(lost.union(wanted)) }
        return Reconstruction(wanted: wanted, reads: reads, coefficients: coefficients)
    }

    /// The wanted shards, those that are there as they are. `nil` stands for a shard that is lost; nothing is
    /// calculated but what is wanted, nothing read but the fewest shards.
    ///
    /// An error where there are not as many entries as symbols, lengths differ, or what is left does not give them.
    public func reconstruct(
        _ wanted: Set<Int>, from shards: [[UInt8]?]
    ) throws(StorageMathError) -> [Int: [UInt8]] {
        let (lost, length) = try lostShards(in: shards)
        for symbol in wanted.sorted() { try require(symbol: symbol) }
        var result: [Int: [UInt8]] = [:]
        for symbol in wanted { if let shard = shards[symbol] { result[symbol] = shard } }
        let missing = wanted.intersection(lost)
        if missing.isEmpty { return result }
        let plan = try reconstruction(of: missing, without: lost)
        let rebuilt = plan.apply(to: plan.reads.compactMap { shards[$0] }, range: 0..<length)
        for (symbol, shard) in zip(plan.wanted, rebuilt) { result[symbol] = shard }
        return result
    }

    /// Fills in all lost shards, which are `nil`.
    ///
    /// An error, and nothing changed, where there are not as many entries as symbols, lengths differ, or what is left
    /// does not give them back.
    public func reconstruct(_ shards: inout [[UInt8]?]) throws(StorageMathError) {
        let lost = Set(shards.indices.filter { shards[$0] == nil })
        for (symbol, shard) in try reconstruct(lost, from: shards) { shards[symbol] = shard }
    }

    private func localReadSet(toRebuild wanted: Set<Int>, gone: Set<Int>) -> [Int]? {
        guard let groupSize = layout.groupSize, wanted.allSatisfy({ $0 < layout.data + layout.localParities }) else {
            return nil
        }
        var reads: Set<Int> = []
        for symbol in wanted {
            let group = symbol < layout.data ? symbol / groupSize : symbol - layout.data
            let others = Set(group * groupSize..<(group + 1) * groupSize).union([layout.data + group])
                .subtracting([symbol])
            guard others.isDisjoint(with: gone) else { return nil }
            reads.formUnion(others)
        }
        return reads.sorted()
    }

    private func lostShards(in shards: [[UInt8]?]) throws(StorageMathError) -> (lost: Set<Int>, length: Int) {
        guard shards.count == layout.symbols else {
            throw StorageMathError(
                "shards given to \(layout)", "\(shards.count)", bound: "\(layout.symbols)",
                remedy: "give an entry for each symbol, nil where it is lost")
        }
        var lost: Set<Int> = []
        var length: Int?
        for (symbol, shard) in shards.enumerated() {
            guard let shard else {
                lost.insert(symbol)
                continue
            }
            if let length, shard.count != length { throw wrongLength(shard.count, of: symbol, expected: length) }
            length = shard.count
        }
        return (lost, length ?? 0)
    }

    func beyondRepair(_ lost: Set<Int>) -> StorageMathError {
        StorageMathError(
            "symbols of \(layout) that are lost or wanted", lost.sorted().map { name(of: $0) }.joined(separator: ", "),
            bound: "a loss that the code survives", remedy: "bring one of these shards back from elsewhere")
    }
}
