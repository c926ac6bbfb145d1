extension ErasureCode {
    /// Writes the parities into the buffer that holds the data; an error, and nothing written, where there are not as
    /// many regions as symbols or the buffer is too short.
    public func encode(
        _ buffer: inout MutableSpan<UInt8>, at regions: ShardRegions
    ) throws(StorageMathError) {
        try require(regions, in: buffer.count)
        for parity in 0..<parityCount {
            let row = self.row(of: layout.data + parity)
            combine(
                &buffer, row, regions.offsets[..<layout.data], into: regions.offsets[layout.data + parity],
                regions.length)
        }
    }

    /// Writes the lost shards into their places in the buffer that holds the others. What is in those places before
    /// counts for nothing.
    ///
    /// An error, and nothing written, where there are not as many regions as symbols, the buffer is too short, there is
    /// no such symbol, or what is left does not give them back.
    public func reconstruct(
        _ lost: Set<Int>, in buffer: inout MutableSpan<UInt8>, at regions: ShardRegions
    ) throws(StorageMathError) {
        try require(regions, in: buffer.count)
        if lost.isEmpty { return }
        let plan = try reconstruction(of: lost)
        let sources = plan.reads.map { regions.offsets[$0] }
        for (index, symbol) in plan.wanted.enumerated() {
            let start = index * plan.reads.count
            let row = Array(plan.coefficients.elements[start..<start + plan.reads.count])
            combine(&buffer, row, sources[...], into: regions.offsets[symbol], regions.length)
        }
    }

    private func require(_ regions: ShardRegions, in count: Int) throws(StorageMathError) {
        guard regions.offsets.count == layout.symbols else {
            throw StorageMathError(
                "regions given to \(layout)", "\(regions.offsets.count)", bound: "\(layout.symbols)",
                remedy: "give one for each symbol: data, local parities, global parities")
        }
        guard regions.end <= count else {
            throw StorageMathError(
                "bytes of the buffer", "\(count)", bound: "at least \(regions.end), where the last shard ends",
                remedy: "give a larger buffer")
        }
    }

    private func combine(
        _ buffer: inout MutableSpan<UInt8>, _ row: [UInt8], _ sources: ArraySlice<Int>, into target: Int, _ length: Int
    ) {
        for index in 0..<length {
            var sum: UInt8 = 0
            for (coefficient, source) in zip(row, sources) {
                sum ^= field.multiply(coefficient, buffer[source + index])
            }
            buffer[target + index] = sum
        }
    }
}
