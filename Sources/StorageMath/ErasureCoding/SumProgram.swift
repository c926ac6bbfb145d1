import CGaloisField

/// Sums of multiples of some streams, made ready for a kernel: which pass gives which sums, with the tables that it
/// takes. The same for every stripe.
///
/// Streams are known by number. What is calculated does not depend on the kernel or on how the passes are cut.
final class SumProgram: Sendable {
    /// The coefficients: one row a sum, one column a source.
    let matrix: CodingMatrix
    let sources: [Int]
    let sums: [Int]
    let kernel: CodingKernel
    private let passes: [NativePass]
    private let strip: Int?
    private let threshold: Int

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
        self.kernel = kernel
        let passes =
            kernel.native == nil
            ? [] : pair.map { [$0] } ?? SumPass.passes(for: matrix, sources: sources, sums: sums, kernel: kernel)
        self.passes = passes.map { NativePass($0, matrix.field, kernel, mostAlike: caches.mostAlike ?? 0) }
        threshold = caches.streamingThreshold
        // Passes after the first find the sources in the second cache.
        if passes.count > 1, let cache = caches.secondLevel {
            strip = max(cache / 2 / (sources.count + sums.count) & ~4095, 4096)
        } else {
            strip = nil
        }
    }

    /// Calculates a range of the sums. The caller has seen to it that the streams have those bytes, that no sum overlaps
    /// another stream, and that the kernel is available.
    func run(
        on base: UnsafeMutablePointer<UInt8>, _ offsets: UnsafePointer<Int>, _ range: Range<Int>, _ stores: StorePolicy
    ) {
        let streams: Bool
        switch stores {
        case .cached: streams = false
        case .streaming: streams = true
        case .automatic: streams = range.count > threshold / (sources.count + sums.count)
        }
        guard let native = kernel.native else { return unsafe runPlainly(on: base, offsets, range) }
        var start = range.lowerBound
        while start < range.upperBound {
            let end = min(range.upperBound, strip.map { start + $0 } ?? range.upperBound)
            for pass in passes {
                _ = unsafe cgf_run_plan(
                    native, pass.plan, base, offsets, start, end - start, streams ? CGF_STREAM : CGF_STORE)
            }
            start = end
        }
    }

    /// The places, in ``sums``, of those that are not what their streams hold, in a range.
    func mismatches(
        on base: UnsafeMutablePointer<UInt8>, _ offsets: UnsafePointer<Int>, _ range: Range<Int>, found: (Int) -> Void
    ) {
        guard let native = kernel.native else { return unsafe comparePlainly(on: base, offsets, range, found: found) }
        for pass in passes {
            var differ = unsafe cgf_run_plan(
                native, pass.plan, base, offsets, range.lowerBound, range.count, CGF_COMPARE)
            while differ != 0 {
                if let place = pass.places[differ.trailingZeroBitCount] { found(place) }
                differ &= differ - 1
            }
        }
    }

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

/// A pass with its tables laid out for C. Nothing of it changes once it is made.
@safe private final class NativePass: @unchecked Sendable {
    let plan: UnsafePointer<cgf_plan>
    /// Which sum a bit of a comparison is about.
    let places: [Int?]
    private let memory: [UnsafeMutableRawPointer]
    private let body: UnsafeMutablePointer<cgf_plan>

    init(_ pass: SumPass, _ field: GaloisField, _ kernel: CodingKernel, mostAlike: Int) {
        var memory: [UnsafeMutableRawPointer] = unsafe []
        func copy<Element: BitwiseCopyable>(_ elements: [Element]) -> UnsafePointer<Element> {
            let start = UnsafeMutablePointer<Element>.allocate(capacity: max(elements.count, 1))
            unsafe start.initialize(from: elements, count: elements.count)
            unsafe memory.append(UnsafeMutableRawPointer(start))
            return unsafe UnsafePointer(start)
        }
        let stride = Int(CGF_TABLE_BYTES)
        var tables = [UInt8](repeating: 0, count: pass.coefficients.count * stride)
        for (index, coefficient) in pass.coefficients.enumerated() {
            let products = Array(field.products[Int(coefficient) << 8..<Int(coefficient) << 8 + 256])
            unsafe tables.withUnsafeMutableBufferPointer { tables in
                if let start = tables.baseAddress, let native = kernel.native {
                    unsafe cgf_table(native, products, start + index * stride)
                }
            }
        }
        let none = UInt16(CGF_NONE)
        func number(_ stream: Int?) -> UInt16 { stream.map { UInt16($0) } ?? none }
        var plan = unsafe cgf_plan()
        unsafe plan.steps = pass.order.count
        unsafe plan.order = copy(pass.order.map(number))
        unsafe plan.groups = pass.groups.count
        unsafe plan.ends = copy(pass.groups.map { UInt32($0.end) })
        if pass.groups.contains(where: { $0.sum != nil }) {
            unsafe plan.sums = copy(pass.groups.map { number($0.sum?.stream) })
        }
        unsafe plan.horner = number(pass.horner?.stream)
        unsafe plan.rows = pass.products.count
        unsafe plan.products = copy(pass.products.map { number($0.stream) })
        unsafe plan.tables = copy(tables)
        unsafe plan.most_alike = mostAlike
        if let pair = pass.pair {
            unsafe plan.is_pair = true
            unsafe plan.pair_group = pair.group
            unsafe plan.pair_sum = number(pair.sum)
            unsafe plan.pair_horner = number(pair.horner)
            unsafe plan.pair_first = number(pair.first)
            unsafe plan.pair_second = number(pair.second)
        }
        let body = UnsafeMutablePointer<cgf_plan>.allocate(capacity: 1)
        unsafe body.initialize(to: plan)
        unsafe self.body = body
        unsafe self.plan = UnsafePointer(body)
        unsafe self.memory = memory
        places = pass.groups.map { $0.sum?.place } + [pass.horner?.place] + pass.products.map { $0.place }
    }

    deinit {
        for index in unsafe memory.indices { unsafe memory[index].deallocate() }
        unsafe body.deallocate()
    }
}
