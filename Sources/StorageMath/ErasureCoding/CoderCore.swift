/// What of a coder does not depend on the type of its code. Calls of a generic type from another module are not compiled
/// for that type; here they are, once for all.
final class CoderCore: Sendable {
    private let symbols: Int
    private let stores: StorePolicy
    private let encoding: SumProgram
    private let spreads: [SpreadTable]

    init(_ code: some ErasureCode, _ kernel: CodingKernel, _ stores: StorePolicy, _ caches: CodingCaches) {
        let layout = code.layout
        symbols = layout.symbols
        self.stores = stores
        encoding = SumProgram(
            code.parityMatrix, sources: Array(0..<layout.data), sums: Array(layout.data..<layout.symbols),
            kernel: kernel, caches: caches)
        spreads = (0..<layout.data).map { symbol in
            SpreadTable(
                (0..<code.parityCount).map { code.parityMatrix[$0, symbol] }, first: layout.data, code.field, kernel)
        }
    }

    /// Each of these is `false`, and nothing is done, where an argument does not fit; the caller then says which.
    func encode(_ buffer: inout MutableSpan<UInt8>, _ regions: ShardRegions) -> Bool {
        run(encoding, on: &buffer, regions, 0..<regions.length, stores)
    }

    func encodeIntoCaches(_ buffer: inout MutableSpan<UInt8>, _ regions: ShardRegions, _ range: Range<Int>) -> Bool {
        run(encoding, on: &buffer, regions, range, .cached)
    }

    func run(
        _ program: SumProgram, on buffer: inout MutableSpan<UInt8>, _ regions: ShardRegions, _ range: Range<Int>
    ) -> Bool {
        run(program, on: &buffer, regions, range, stores)
    }

    private func run(
        _ program: SumProgram, on buffer: inout MutableSpan<UInt8>, _ regions: ShardRegions, _ range: Range<Int>,
        _ stores: StorePolicy
    ) -> Bool {
        guard regions.offsets.count == symbols, regions.end <= buffer.count else { return false }
        guard range.lowerBound >= 0, range.upperBound <= regions.length else { return false }
        unsafe buffer.withUnsafeMutableBufferPointer { bytes in
            unsafe regions.offsets.withUnsafeBufferPointer { offsets in
                guard let base = bytes.baseAddress, let offsets = offsets.baseAddress else { return }
                unsafe program.run(on: base, offsets, range, stores)
            }
        }
        return true
    }

    func compare(_ buffer: Span<UInt8>, _ regions: ShardRegions, found: (Int) -> Void) -> Bool {
        guard regions.offsets.count == symbols, regions.end <= buffer.count else { return false }
        unsafe buffer.withUnsafeBufferPointer { bytes in
            unsafe regions.offsets.withUnsafeBufferPointer { offsets in
                guard let base = bytes.baseAddress, let offsets = offsets.baseAddress else { return }
                // Nothing is written: the kernels compare.
                unsafe encoding.mismatches(
                    on: UnsafeMutablePointer(mutating: base), offsets, 0..<regions.length, found: found)
            }
        }
        return true
    }

    func update(
        _ buffer: inout MutableSpan<UInt8>, _ regions: ShardRegions, _ symbol: Int, _ old: Span<UInt8>,
        _ new: Span<UInt8>, _ offset: Int
    ) -> Bool {
        guard regions.offsets.count == symbols, regions.end <= buffer.count, spreads.indices.contains(symbol),
            old.count == new.count, old.count <= regions.length, offset >= 0, offset <= regions.length - old.count
        else { return false }
        unsafe buffer.withUnsafeMutableBufferPointer { bytes in
            unsafe old.withUnsafeBufferPointer { old in
                unsafe new.withUnsafeBufferPointer { new in
                    unsafe regions.offsets.withUnsafeBufferPointer { offsets in
                        guard let base = bytes.baseAddress, let new = new.baseAddress,
                            let offsets = offsets.baseAddress
                        else { return }
                        unsafe spreads[symbol].add(old.baseAddress, new, old.count, to: base, offsets, at: offset)
                    }
                }
            }
        }
        return true
    }

    /// Shards in memories of their own: `nil` for the whole length.
    func encode(_ shards: [UnsafeMutableRawBufferPointer], _ range: Range<Int>?) -> Bool {
        unsafe run(encoding, on: shards, range)
    }

    func run(_ program: SumProgram, on shards: [UnsafeMutableRawBufferPointer], _ range: Range<Int>?) -> Bool {
        guard unsafe shards.count == symbols else { return false }
        return unsafe shards.withUnsafeBufferPointer { shards in
            // Beyond this size a temporary allocation is one on the heap, and an array of a fixed size is not. Up to it,
            // the compiler makes room on the stack without asking whether there is any.
            guard symbols <= 128 else {
                var places = InlineArray<256, Int>(repeating: 0)
                var span = places.mutableSpan
                return unsafe span.withUnsafeMutableBufferPointer { offsets in
                    unsafe run(program, on: shards, range, offsets: offsets)
                }
            }
            return unsafe withUnsafeTemporaryAllocation(of: Int.self, capacity: 128) { offsets in
                unsafe run(program, on: shards, range, offsets: offsets)
            }
        }
    }

    @inline(__always)
    private func run(
        _ program: SumProgram, on shards: UnsafeBufferPointer<UnsafeMutableRawBufferPointer>, _ range: Range<Int>?,
        offsets: UnsafeMutableBufferPointer<Int>
    ) -> Bool {
        guard let shards = shards.baseAddress, let offsets = offsets.baseAddress else { return false }
        let length = unsafe shards.pointee.count
        let range = range ?? 0..<length
        guard range.lowerBound >= 0, range.upperBound <= length else { return false }
        guard length > 0 else { return (0..<symbols).allSatisfy { unsafe shards[$0].isEmpty } }
        let first = unsafe Int(bitPattern: shards.pointee.baseAddress)
        // Shards that lie in order, each beyond the one before, need no further look.
        var isInOrder = true
        var before = Int.min
        for symbol in 0..<symbols {
            guard unsafe shards[symbol].count == length else { return false }
            let offset = unsafe Int(bitPattern: shards[symbol].baseAddress) &- first
            if offset < before { isInOrder = false }
            before = offset &+ length
            unsafe (offsets + symbol).initialize(to: offset)
        }
        guard unsafe isInOrder || areApart(program.sums, offsets, length) else { return false }
        guard let base = unsafe UnsafeMutablePointer<UInt8>(bitPattern: first) else { return true }
        unsafe program.run(on: base, offsets, range, stores)
        return true
    }

    /// Whether no sum overlaps another stream: whether nothing but itself is nearer to it than a length, on either side.
    private func areApart(_ sums: [Int], _ offsets: UnsafePointer<Int>, _ length: Int) -> Bool {
        sums.allSatisfy { sum in
            (0..<symbols).allSatisfy { symbol in
                let distance = unsafe offsets[sum] &- offsets[symbol]
                return distance >= length || distance <= -length || symbol == sum
            }
        }
    }
}
