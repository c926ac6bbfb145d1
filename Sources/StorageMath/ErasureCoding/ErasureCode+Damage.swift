extension ErasureCode {
    /// How many damaged shards can be located in one byte column: half of the losses tolerated, rounded down; ⌊*m*/2⌋
    /// of a Reed-Solomon code (Hamming, "Error Detecting and Error Correcting Codes", 1950: distance 2*t* + 1 corrects
    /// *t*).
    public var locatable: Int { layout.lossesTolerated / 2 }

    /// Finds the damaged bytes of a whole stripe, of which nothing is known but the shards.
    ///
    /// The parities that do not match are the syndromes of a byte column; what is damaged are the fewest shards of
    /// which the syndromes can be a sum of multiples. Up to ``locatable`` shards in a column that choice is the only
    /// one.
    ///
    /// An error where there are not all shards of one length, or there are more than 1,048,576 choices of damaged
    /// shards to look at in a column: then checksums are the way (``repair(_:checksums:)``). Work: a column without
    /// damage costs what verification does, one with damage where it was before in the stripe a few products, else all
    /// choices at most.
    ///
    /// - Parameter suspects: the symbols of which any may be damaged, where checksums confirm the others; all where
    ///   none are given.
    public func locateDamage(
        in shards: [[UInt8]], among suspects: Set<Int>? = nil
    ) throws(StorageMathError) -> DamageLocation {
        let length = try requireShards(shards, count: layout.symbols)
        if let suspects { for symbol in suspects { try require(symbol: symbol) } }
        let candidates = suspects?.sorted() ?? Array(0..<layout.symbols)
        var syndromes = parities(of: Array(shards[..<layout.data]), length: length)
        for parity in 0..<parityCount {
            field.accumulate(1, shards[layout.data + parity], from: 0, into: &syndromes[parity], at: 0, count: length)
        }
        let tolerated = layout.lossesTolerated
        let columns = (0..<length).filter { byte in syndromes.contains { $0[byte] != 0 } }
        guard !columns.isEmpty else { return .consistent(certainUpTo: tolerated) }
        try requireSearchable(candidates.count)
        let checks = checkColumns
        var search = DamageSearch(checks: candidates.map { checks[$0] }, limit: locatable, field: field)
        var damaged: [Int: [Range<Int>]] = [:]
        var most = 0
        for byte in columns {
            guard let found = search.damaged(syndromes: syndromes.map { $0[byte] }) else {
                return .beyondReach(byte: byte)
            }
            most = max(most, found.count)
            for symbol in found.map({ candidates[$0] }) {
                var ranges = damaged[symbol, default: []]
                if let last = ranges.last, last.upperBound == byte {
                    ranges[ranges.count - 1] = last.lowerBound..<byte + 1
                } else {
                    ranges.append(byte..<byte + 1)
                }
                damaged[symbol] = ranges
            }
        }
        return .located(damaged, certainUpTo: tolerated - most)
    }

    /// Repairs the shards that do not have the checksum (CRC-32C) that was kept of them, and gives their symbols. The
    /// repaired bytes must have it, or nothing is changed: a repair is never claimed that the checksums do not confirm.
    ///
    /// An error where there are not all shards of one length with a checksum each, the code does not survive the loss
    /// of those that are damaged, or a repaired shard has not the checksum that was kept.
    public func repair(
        _ shards: inout [[UInt8]], checksums: [UInt32]
    ) throws(StorageMathError) -> [Int] {
        _ = try requireShards(shards, count: layout.symbols)
        guard checksums.count == layout.symbols else {
            throw StorageMathError(
                "checksums given to \(layout)", "\(checksums.count)", bound: "\(layout.symbols)",
                remedy: "give one for each symbol")
        }
        let damaged = Set(shards.indices.filter { CRC32C.checksum(of: shards[$0]) != checksums[$0] })
        if damaged.isEmpty { return [] }
        let plan = try reconstruction(of: damaged)
        let rebuilt = try plan.apply(to: plan.reads.map { shards[$0] })
        for (symbol, bytes) in zip(plan.wanted, rebuilt) {
            let found = CRC32C.checksum(of: bytes)
            guard found == checksums[symbol] else {
                throw StorageMathError(
                    "CRC-32C of the repaired \(name(of: symbol))", "0x" + String(found, radix: 16),
                    bound: "0x" + String(checksums[symbol], radix: 16),
                    remedy: "the checksum kept, or a shard that has the right one, is wrong: nothing was changed")
            }
        }
        for (symbol, bytes) in zip(plan.wanted, rebuilt) { shards[symbol] = bytes }
        return plan.wanted
    }

    /// What an error of 1 in each symbol adds to the syndromes: the columns of the parity check matrix.
    private var checkColumns: [[UInt8]] {
        (0..<layout.symbols).map { symbol in
            (0..<parityCount).map { parity in
                if symbol < layout.data { return parityMatrix[parity, symbol] }
                return symbol - layout.data == parity ? 1 : 0
            }
        }
    }

    /// How many choices of damaged shards among so many there are to look at; `nil` above a limit.
    package func choicesOfDamage(among candidates: Int, limit: Int) -> Int? {
        var choices = 0
        for count in 0...locatable {
            guard let more = Combinations.number(of: candidates, taking: count, limit: limit) else { return nil }
            choices += more
            guard choices <= limit else { return nil }
        }
        return choices
    }

    private func requireSearchable(_ candidates: Int) throws(StorageMathError) {
        guard choicesOfDamage(among: candidates, limit: CodingMatrix.minorLimit) == nil else { return }
        throw StorageMathError(
            "choices of up to \(locatable) damaged shards of \(candidates)", "more than \(CodingMatrix.minorLimit)",
            bound: "at most \(CodingMatrix.minorLimit)", remedy: "keep checksums and use repair(_:checksums:)")
    }
}
