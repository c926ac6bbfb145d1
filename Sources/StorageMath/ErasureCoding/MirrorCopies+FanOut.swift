import CGaloisField

extension MirrorCopies {
    /// Writes the same bytes to every copy, reading them once.
    ///
    /// - Parameters:
    ///   - source: as many bytes as a region has.
    ///   - regions: one for each copy.
    ///   - stores: where the copies are large, past the caches, unless it says otherwise.
    ///
    /// An error, and nothing written, where there are not as many regions as copies, the source has not their length, the
    /// buffer is too short, or this processor has not the kernel.
    public func write(
        _ source: Span<UInt8>, to buffer: inout MutableSpan<UInt8>, at regions: ShardRegions,
        kernel: CodingKernel = .detected, stores: StorePolicy = .automatic
    ) throws(StorageMathError) {
        try require(regions, in: buffer.count)
        guard source.count == regions.length else {
            throw StorageMathError(
                "bytes to write to each copy", "\(source.count)", bound: "\(regions.length), as many as a region has",
                remedy: "give regions of the source's length")
        }
        try kernel.requireAvailable()
        guard let native = kernel.native else {
            for offset in regions.offsets { for byte in source.indices { buffer[offset + byte] = source[byte] } }
            return
        }
        let isStreamed =
            switch stores {
            case .cached: false
            case .streaming: true
            case .automatic: regions.length > MirrorCopies.streamedFrom / (count + 1)
            }
        unsafe buffer.withUnsafeMutableBufferPointer { bytes in
            unsafe source.withUnsafeBufferPointer { source in
                unsafe withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<UInt8>?.self, capacity: count) { copies in
                    guard let base = bytes.baseAddress, let from = source.baseAddress else { return }
                    for (index, offset) in regions.offsets.enumerated() {
                        unsafe copies.initializeElement(at: index, to: base + offset)
                    }
                    unsafe cgf_copy(
                        native, from, count, copies.baseAddress, regions.length, isStreamed ? CGF_STREAM : CGF_STORE)
                }
            }
        }
    }

    /// Whether all copies hold the same bytes; an error where there are not as many regions as copies or the buffer is
    /// too short.
    public func agree(in buffer: Span<UInt8>, at regions: ShardRegions) throws(StorageMathError) -> Bool {
        try require(regions, in: buffer.count)
        // Each copy is the exclusive or of the first alone.
        let ones = CodingMatrix(unchecked: count - 1, 1, [UInt8](repeating: 1, count: count - 1), .storage)
        let program = SumProgram(
            ones, sources: [0], sums: Array(1..<count), kernel: .detected, caches: .detected)
        var agrees = true
        unsafe buffer.withUnsafeBufferPointer { bytes in
            unsafe regions.offsets.withUnsafeBufferPointer { offsets in
                guard let base = bytes.baseAddress, let offsets = offsets.baseAddress else { return }
                // Nothing is written: the kernels compare.
                unsafe program.mismatches(
                    on: UnsafeMutablePointer(mutating: base), offsets, 0..<regions.length
                ) { _ in agrees = false }
            }
        }
        return agrees
    }

    /// Bytes of the source and its copies above which copies go past the caches.
    private static var streamedFrom: Int { CodingCaches.detected.streamingThreshold }

    private func require(_ regions: ShardRegions, in length: Int) throws(StorageMathError) {
        guard regions.offsets.count == count else {
            throw StorageMathError(
                "regions given to a mirror", "\(regions.offsets.count)", bound: "\(count)",
                remedy: "give one for each copy")
        }
        guard regions.end <= length else {
            throw StorageMathError(
                "bytes of the buffer", "\(length)", bound: "at least \(regions.end), where the last copy ends",
                remedy: "give a larger buffer")
        }
    }
}
