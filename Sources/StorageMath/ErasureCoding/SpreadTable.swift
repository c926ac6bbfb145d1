import CGaloisField

/// What one source adds to some sums, laid out for a kernel: a coefficient for each.
struct SpreadTable: Sendable {
    private let kernel: CodingKernel
    private let field: GaloisField
    /// The sums that change, those with the coefficient 1 first, and their coefficients.
    private let targets: [Int]
    private let coefficients: [UInt8]
    private let plain: Int
    private let tables: [UInt8]

    init(_ coefficients: [UInt8], _ field: GaloisField, _ kernel: CodingKernel) {
        let ones = coefficients.indices.filter { coefficients[$0] == 1 }
        let others = coefficients.indices.filter { coefficients[$0] > 1 }
        let stride = Int(CGF_TABLE_BYTES)
        var tables = [UInt8](repeating: 0, count: max(others.count, 1) * stride)
        if let native = kernel.native {
            for (index, sum) in others.enumerated() {
                let start = Int(coefficients[sum]) << 8
                let products = Array(field.products[start..<start + 256])
                unsafe tables.withUnsafeMutableBufferPointer { tables in
                    guard let base = tables.baseAddress else { return }
                    unsafe cgf_table(native, products, base + index * stride)
                }
            }
        }
        self.kernel = kernel
        self.field = field
        targets = ones + others
        self.coefficients = targets.map { coefficients[$0] }
        plain = ones.count
        self.tables = tables
    }

    /// Adds (old + new) times the coefficient to each sum; `old` may be `nil` for zeros. The caller has seen to it that
    /// nothing overlaps.
    ///
    /// - Parameter sum: where the bytes of a sum begin.
    func add(
        _ old: UnsafePointer<UInt8>?, _ new: UnsafePointer<UInt8>, _ count: Int,
        sum: (Int) -> UnsafeMutablePointer<UInt8>
    ) {
        guard let native = kernel.native else {
            for (target, coefficient) in zip(targets, coefficients) {
                let bytes = unsafe sum(target)
                for index in 0..<count {
                    let change = unsafe new[index] ^ (old.map { unsafe $0[index] } ?? 0)
                    unsafe bytes[index] ^= field.multiply(coefficient, change)
                }
            }
            return
        }
        unsafe withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<UInt8>?.self, capacity: targets.count) { sums in
            for (index, target) in targets.enumerated() { unsafe sums.initializeElement(at: index, to: sum(target)) }
            unsafe cgf_spread(native, old, new, targets.count, plain, tables, sums.baseAddress, count)
        }
    }
}
