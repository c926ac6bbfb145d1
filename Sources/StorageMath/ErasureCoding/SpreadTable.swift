import CGaloisField

/// What one source adds to some sums, laid out for a kernel: a coefficient for each.
///
/// Unchecked, because the compiler does not know C's memory: nothing of it changes once it is made.
@safe final class SpreadTable: @unchecked Sendable {
    private let native: cgf_kernel?
    private let field: GaloisField
    /// The streams of the sums that change, those with the coefficient 1 first, and their coefficients.
    private let targets: UnsafeMutablePointer<UInt16>
    private let coefficients: [UInt8]
    private let plain: Int
    private let tables: UnsafeMutablePointer<UInt8>

    /// A table.
    ///
    /// - Parameters:
    ///   - coefficients: one for each sum; those that are 0 do not change.
    ///   - first: the stream of the first sum; the others follow it.
    init(_ coefficients: [UInt8], first: Int, _ field: GaloisField, _ kernel: CodingKernel) {
        let ones = coefficients.indices.filter { coefficients[$0] == 1 }
        let others = coefficients.indices.filter { coefficients[$0] > 1 }
        let order = ones + others
        let stride = Int(CGF_TABLE_BYTES)
        native = kernel.native
        self.field = field
        self.coefficients = order.map { coefficients[$0] }
        plain = ones.count
        unsafe targets = .allocate(capacity: max(order.count, 1))
        for (index, sum) in order.enumerated() { unsafe (targets + index).initialize(to: UInt16(first + sum)) }
        unsafe tables = .allocate(capacity: max(others.count, 1) * stride)
        unsafe tables.initialize(repeating: 0, count: max(others.count, 1) * stride)
        guard let native else { return }
        for (index, sum) in others.enumerated() {
            let start = Int(coefficients[sum]) << 8
            unsafe cgf_table(native, Array(field.products[start..<start + 256]), tables + index * stride)
        }
    }

    deinit {
        unsafe targets.deallocate()
        unsafe tables.deallocate()
    }

    /// Adds (old + new) times the coefficient to each sum, from byte `start` of its stream; `old` may be `nil` for zeros.
    /// The caller has seen to it that the streams have those bytes and that nothing overlaps.
    func add(
        _ old: UnsafePointer<UInt8>?, _ new: UnsafePointer<UInt8>, _ count: Int, to base: UnsafeMutablePointer<UInt8>,
        _ offsets: UnsafePointer<Int>, at start: Int
    ) {
        guard let native else {
            for (target, coefficient) in coefficients.enumerated() {
                let bytes = unsafe base + offsets[Int(targets[target])] + start
                for index in 0..<count {
                    let change = unsafe new[index] ^ (old.map { unsafe $0[index] } ?? 0)
                    unsafe bytes[index] ^= field.multiply(coefficient, change)
                }
            }
            return
        }
        unsafe cgf_spread_to(
            native, old, new, coefficients.count, plain, tables, targets, base, offsets, start, count)
    }
}
