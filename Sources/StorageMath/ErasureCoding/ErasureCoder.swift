import CGaloisField

/// A code made ready for a kernel: the fast way to code many stripes. What it needs for a code is laid out once; a call
/// allocates nothing.
///
/// ```swift
/// let code = try ReedSolomon(data: 4, parity: 2, convention: .vandermondePowers)
/// let coder = try ErasureCoder(code)
/// let regions = try ShardRegions(count: 6, length: 65_536)
/// var stripe = [UInt8](repeating: 0, count: regions.end)
/// // … fill in the data …
/// var bytes = stripe.mutableSpan
/// try coder.encode(&bytes, at: regions)
/// ```
///
/// Shards may begin anywhere and have any length. Where they are one after the other in a buffer, and their length is a
/// multiple of 4,096, a distance of a few hundred bytes between them spares the caches: ``ShardRegions``' `stride`.
public struct ErasureCoder<Coding: ErasureCode>: Sendable {
    // Before the code, whose size depends on its type.
    let core: CoderCore
    /// The code.
    public let code: Coding
    /// What calculates.
    public let kernel: CodingKernel
    /// How results are written.
    public let stores: StorePolicy
    let caches: CodingCaches

    /// A coder; an error where this processor has not the kernel.
    public init(
        _ code: Coding, kernel: CodingKernel = .detected, stores: StorePolicy = .automatic,
        caches: CodingCaches = .detected
    ) throws(StorageMathError) {
        try kernel.requireAvailable()
        self.code = code
        self.kernel = kernel
        self.stores = stores
        self.caches = caches
        core = CoderCore(code, kernel, stores, caches)
    }

    /// Writes the parities into the buffer that holds the data; an error, and nothing written, where there are not as
    /// many regions as symbols or the buffer is too short.
    public func encode(_ buffer: inout MutableSpan<UInt8>, at regions: ShardRegions) throws(StorageMathError) {
        if !core.encode(&buffer, regions) { try code.require(regions, in: buffer.count) }
    }

    /// Writes the parities, and into `checksums` the CRC-32C of each shard, calculated while its bytes are in the caches.
    ///
    /// - Parameter checksums: one for each symbol.
    ///
    /// An error, and nothing written, as for ``encode(_:at:)``, or where there are not as many checksums as symbols.
    public func encode(
        _ buffer: inout MutableSpan<UInt8>, at regions: ShardRegions, checksums: inout [UInt32]
    ) throws(StorageMathError) {
        try code.require(regions, in: buffer.count)
        guard checksums.count == code.layout.symbols else {
            throw StorageMathError(
                "places for checksums", "\(checksums.count)", bound: "\(code.layout.symbols)",
                remedy: "give one for each symbol")
        }
        for symbol in checksums.indices { checksums[symbol] = .max }
        // As much of each shard as leaves the first caches room for all of them.
        let strip = max(32_768 / code.layout.symbols & ~4095, 4096)
        var start = 0
        while start < regions.length {
            let range = start..<min(regions.length, start + strip)
            _ = core.encodeIntoCaches(&buffer, regions, range)
            unsafe buffer.withUnsafeBufferPointer { bytes in
                guard let base = bytes.baseAddress else { return }
                for symbol in checksums.indices {
                    checksums[symbol] = unsafe cgf_crc32c(
                        kernel == .reference, checksums[symbol], base + regions.offsets[symbol] + start, range.count)
                }
            }
            start = range.upperBound
        }
        for symbol in checksums.indices { checksums[symbol] = ~checksums[symbol] }
    }

    /// Whether the parities in the buffer are those of the data; an error where there are not as many regions as symbols
    /// or the buffer is too short.
    public func verify(_ buffer: Span<UInt8>, at regions: ShardRegions) throws(StorageMathError) -> Bool {
        var agrees = true
        try compare(buffer, at: regions) { _ in agrees = false }
        return agrees
    }

    /// The parities, as symbols in rising order, that are not those of the data. What is damaged may be the data. An
    /// error as for ``verify(_:at:)``.
    public func mismatchedParities(
        in buffer: Span<UInt8>, at regions: ShardRegions
    ) throws(StorageMathError) -> [Int] {
        var mismatched: Set<Int> = []
        try compare(buffer, at: regions) { mismatched.insert(code.layout.data + $0) }
        return mismatched.sorted()
    }

    /// Brings the parities in the buffer up to date with a change of one data shard, or of a range of it, without the
    /// other data: each takes the difference times its coefficient. The data shards in the buffer are not looked at.
    ///
    /// - Parameters:
    ///   - symbol: the data shard that changes.
    ///   - old: the bytes that it had in the range.
    ///   - new: the bytes that it has, as many.
    ///   - offset: where in the shard the range begins.
    ///
    /// An error, and nothing written, where the regions or the buffer do not fit, there is no such data shard, or the
    /// range is not within it.
    public func update(
        _ buffer: inout MutableSpan<UInt8>, at regions: ShardRegions, symbol: Int, from old: Span<UInt8>,
        to new: Span<UInt8>, offset: Int = 0
    ) throws(StorageMathError) {
        if core.update(&buffer, regions, symbol, old, new, offset) { return }
        try code.require(regions, in: buffer.count)
        try code.requireChange(of: symbol, from: old.count, to: new.count, at: offset, length: regions.length)
    }

    private func compare(
        _ buffer: Span<UInt8>, at regions: ShardRegions, found: (Int) -> Void
    ) throws(StorageMathError) {
        if !core.compare(buffer, regions, found: found) { try code.require(regions, in: buffer.count) }
    }
}
