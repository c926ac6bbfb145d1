extension ErasureCode {
    /// Writes the parities into the buffer that holds the data; an error, and nothing written, where there are not as
    /// many regions as symbols or the buffer is too short. For many stripes, make an ``ErasureCoder``.
    public func encode(
        _ buffer: inout MutableSpan<UInt8>, at regions: ShardRegions
    ) throws(StorageMathError) {
        try require(regions, in: buffer.count)
        let program = encodingProgram
        unsafe buffer.withUnsafeMutableBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return }
            unsafe regions.offsets.withUnsafeBufferPointer { offsets in
                guard let offsets = offsets.baseAddress else { return }
                unsafe program.run(on: base, offsets, 0..<regions.length, .automatic)
            }
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
        let coder = try ErasureCoder(self)
        try coder.reconstruct(coder.reconstruction(of: lost), in: &buffer, at: regions)
    }

    func require(_ regions: ShardRegions, in count: Int) throws(StorageMathError) {
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
}
