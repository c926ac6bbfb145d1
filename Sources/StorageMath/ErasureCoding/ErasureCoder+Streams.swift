extension ErasureCoder {
    /// Writes the parities, of shards that each have a memory of their own.
    ///
    /// Several threads may code ranges of one stripe side by side, so long as the ranges do not overlap.
    ///
    /// - Parameters:
    ///   - shards: one for each symbol, all of one length, and each readable, those of parities writable too, for as
    ///     long as the call takes.
    ///   - range: the bytes of the shards that are coded; all where none is given.
    ///
    /// An error, and nothing written, where there are not as many shards as symbols, their lengths differ, one of a
    /// parity overlaps another shard, or the range is not within them.
    public func encode(
        _ shards: [UnsafeMutableRawBufferPointer], range: Range<Int>? = nil
    ) throws(StorageMathError) {
        if unsafe core.encode(shards, range) { return }
        throw try unsafe refusal(of: shards, range, writing: code.layout.data..<code.layout.symbols)
    }

    /// Writes the wanted shards, of shards that each have a memory of their own; those that are neither wanted nor read
    /// are not touched. As for ``encode(_:range:)``; no shard that is wanted may overlap another.
    public func reconstruct(
        _ prepared: PreparedReconstruction, in shards: [UnsafeMutableRawBufferPointer], range: Range<Int>? = nil
    ) throws(StorageMathError) {
        try require(prepared)
        if unsafe core.run(prepared.program, on: shards, range) { return }
        throw try unsafe refusal(of: shards, range, writing: prepared.plan.wanted)
    }

    /// What of the shards or the range does not fit.
    private func refusal(
        of shards: [UnsafeMutableRawBufferPointer], _ range: Range<Int>?, writing: some Collection<Int>
    ) throws(StorageMathError) -> StorageMathError {
        guard unsafe shards.count == code.layout.symbols else {
            throw unsafe StorageMathError(
                "shards given to \(code.layout)", "\(shards.count)", bound: "\(code.layout.symbols)",
                remedy: "give one for each symbol: data, local parities, global parities")
        }
        let length = unsafe shards[0].count
        for symbol in unsafe shards.indices where unsafe shards[symbol].count != length {
            throw unsafe code.wrongLength(shards[symbol].count, of: symbol, expected: length)
        }
        if length > 0 {
            for symbol in writing {
                let start = unsafe UInt(bitPattern: shards[symbol].baseAddress)
                for other in unsafe shards.indices where other != symbol {
                    let place = unsafe UInt(bitPattern: shards[other].baseAddress)
                    let distance = max(start, place) - min(start, place)
                    guard distance >= UInt(length) else {
                        throw StorageMathError(
                            "distance of \(code.name(of: symbol)) from \(code.name(of: other)) in memory",
                            "\(distance)", bound: "at least \(length) bytes, a shard's length",
                            remedy: "give each shard bytes of its own")
                    }
                }
            }
        }
        return code.wrongRange(range ?? 0..<length, length: length)
    }
}
