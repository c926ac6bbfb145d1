extension ErasureCode {
    /// The parities of the data; an error where there are not *k* shards of one length.
    public func encode(_ data: [[UInt8]]) throws(StorageMathError) -> [[UInt8]] {
        let length = try requireShards(data, count: layout.data)
        return parities(of: data, length: length)
    }

    /// Whether the parities are those of the data; an error where there are not all shards, of one length.
    public func verify(_ shards: [[UInt8]]) throws(StorageMathError) -> Bool {
        try mismatchedParities(in: shards).isEmpty
    }

    /// The parities that are not those of the data, as symbols. What is damaged may be the data: see
    /// ``locateDamage(in:among:)``. An error where there are not all shards, of one length.
    public func mismatchedParities(in shards: [[UInt8]]) throws(StorageMathError) -> [Int] {
        let length = try requireShards(shards, count: layout.symbols)
        let right = parities(of: Array(shards[..<layout.data]), length: length)
        return (layout.data..<layout.symbols).filter { shards[$0] != right[$0 - layout.data] }
    }

    /// Brings the parities up to date with a change of one data shard, or of a range of it, without the other data:
    /// each takes the difference times its coefficient.
    ///
    /// - Parameters:
    ///   - parities: all of them, in order.
    ///   - symbol: the data shard that changes.
    ///   - old: the bytes that it had in the range.
    ///   - new: the bytes that it has, as many.
    ///   - offset: where the range begins.
    ///
    /// An error, and no parity changed, where one of them does not fit.
    public func update(
        _ parities: inout [[UInt8]], symbol: Int, from old: [UInt8], to new: [UInt8], at offset: Int = 0
    ) throws(StorageMathError) {
        let length = try requireShards(parities, count: parityCount, first: layout.data)
        try requireChange(of: symbol, from: old.count, to: new.count, at: offset, length: length)
        var difference = old
        field.accumulate(1, new, from: 0, into: &difference, at: 0, count: new.count)
        for parity in 0..<parityCount {
            field.accumulate(
                parityMatrix[parity, symbol], difference, from: 0, into: &parities[parity], at: offset,
                count: difference.count)
        }
    }

    func requireChange(
        of symbol: Int, from old: Int, to new: Int, at offset: Int, length: Int
    ) throws(StorageMathError) {
        try StorageMathError.require(
            symbol, in: 0...(layout.data - 1), "data shard of \(layout)", remedy: "name the data shard that changes")
        guard old == new else {
            throw StorageMathError(
                "new bytes of \(name(of: symbol))", "\(new)", bound: "\(old), as many as the old ones",
                remedy: "give the old and the new bytes of one range")
        }
        guard old <= length else {
            throw StorageMathError(
                "changed bytes of \(name(of: symbol))", "\(old)", bound: "at most \(length)",
                remedy: "a shard has as many bytes as its parities")
        }
        try StorageMathError.require(
            offset, in: 0...(length - old), "start of the change of \(name(of: symbol))",
            remedy: "the change ends within the shard")
    }

    func parities(of data: [[UInt8]], length: Int) -> [[UInt8]] {
        ShardStreams.sums(of: data, 0..<length, encodingProgram)
    }

    /// What makes the parities: the streams are the symbols.
    var encodingProgram: SumProgram {
        SumProgram(
            parityMatrix, sources: Array(0..<layout.data), sums: Array(layout.data..<layout.symbols), kernel: .detected,
            caches: .detected)
    }
}
