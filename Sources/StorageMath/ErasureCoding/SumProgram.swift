import CGaloisField

/// Sums of multiples of some streams, made ready for a kernel: which pass gives which sums, with the tables that it
/// takes. The same for every stripe.
///
/// Streams are known by number. What is calculated does not depend on the kernel or on how the passes are cut. Unchecked,
/// because the compiler does not know C's memory: nothing of it changes once it is made.
@safe final class SumProgram: @unchecked Sendable {
    /// The coefficients: one row a sum, one column a source.
    let matrix: CodingMatrix
    let sources: [Int]
    let sums: [Int]
    private let native: cgf_kernel?
    private let passes: [NativePass]
    /// The plans of the passes, side by side: a call goes to C once.
    private let plans: UnsafeMutablePointer<UnsafePointer<cgf_plan>?>
    private let strip: Int
    /// Bytes of a stream above which results go past the caches.
    private let streamedFrom: Int

    /// A program.
    ///
    /// - Parameters:
    ///   - matrix: one row a sum, one column a source.
    ///   - sources: the streams that the columns are.
    ///   - sums: the streams that the rows are; no source among them.
    ///   - pair: a shorter way to two sums, where there is one.
    init(
        _ matrix: CodingMatrix, sources: [Int], sums: [Int], kernel: CodingKernel, caches: CodingCaches,
        pair: SumPass? = nil
    ) {
        self.matrix = matrix
        self.sources = sources
        self.sums = sums
        native = kernel.native
        let cuts =
            kernel.native == nil
            ? [] : pair.map { [$0] } ?? SumPass.passes(for: matrix, sources: sources, sums: sums, kernel: kernel)
        passes = cuts.map { NativePass($0, matrix.field, kernel, mostAlike: caches.mostAlike ?? 0) }
        unsafe plans = .allocate(capacity: max(passes.count, 1))
        for (index, pass) in passes.enumerated() { unsafe (plans + index).initialize(to: pass.plan) }
        let streams = sources.count + sums.count
        streamedFrom = caches.streamingThreshold / streams
        // Passes after the first find the sources in the second cache.
        if passes.count > 1, let cache = caches.secondLevel {
            strip = max(cache / 2 / streams & ~4095, 4096)
        } else {
            strip = .max
        }
    }

    deinit { unsafe plans.deallocate() }

    /// Calculates a range of the sums. The caller has seen to it that the streams have those bytes, that no sum overlaps
    /// another stream, and that the kernel is available.
    func run(
        on base: UnsafeMutablePointer<UInt8>, _ offsets: UnsafePointer<Int>, _ range: Range<Int>, _ stores: StorePolicy
    ) {
        guard let native else { return unsafe runPlainly(on: base, offsets, range) }
        let isStreamed =
            switch stores {
            case .cached: false
            case .streaming: true
            case .automatic: range.count > streamedFrom
            }
        if passes.count == 1, let plan = unsafe plans[0] {
            _ = unsafe cgf_run_plan(
                native, plan, base, offsets, range.lowerBound, range.count, isStreamed ? CGF_STREAM : CGF_STORE)
            return
        }
        unsafe cgf_run_plans(
            native, plans, passes.count, base, offsets, range.lowerBound, range.upperBound, strip,
            isStreamed ? CGF_STREAM : CGF_STORE)
    }

    /// The places, in ``sums``, of those that are not what their streams hold, in a range.
    func mismatches(
        on base: UnsafeMutablePointer<UInt8>, _ offsets: UnsafePointer<Int>, _ range: Range<Int>, found: (Int) -> Void
    ) {
        guard let native else { return unsafe comparePlainly(on: base, offsets, range, found: found) }
        for pass in passes {
            var differ = unsafe cgf_run_plan(
                native, pass.plan, base, offsets, range.lowerBound, range.count, CGF_COMPARE)
            while differ != 0 {
                if let place = pass.places[differ.trailingZeroBitCount] { found(place) }
                differ &= differ - 1
            }
        }
    }
}

extension SumProgram {
    /// The reference: byte by byte, by the tables of the field.
    private func runPlainly(on base: UnsafeMutablePointer<UInt8>, _ offsets: UnsafePointer<Int>, _ range: Range<Int>) {
        for (row, sum) in sums.enumerated() {
            for byte in range { unsafe base[offsets[sum] + byte] = unsafe element(of: row, byte, base, offsets) }
        }
    }

    private func comparePlainly(
        on base: UnsafeMutablePointer<UInt8>, _ offsets: UnsafePointer<Int>, _ range: Range<Int>, found: (Int) -> Void
    ) {
        for (row, sum) in sums.enumerated() {
            let differs = range.contains { byte in
                unsafe base[offsets[sum] + byte] != element(of: row, byte, base, offsets)
            }
            if differs { found(row) }
        }
    }

    private func element(
        of row: Int, _ byte: Int, _ base: UnsafeMutablePointer<UInt8>, _ offsets: UnsafePointer<Int>
    ) -> UInt8 {
        var sum: UInt8 = 0
        for (column, source) in sources.enumerated() {
            unsafe sum ^= matrix.field.multiply(matrix[row, column], base[offsets[source] + byte])
        }
        return sum
    }
}
