import CGaloisField

/// A pass with its tables laid out for C.
///
/// Unchecked, because the compiler does not know C's memory: nothing of it changes once it is made.
@safe final class NativePass: @unchecked Sendable {
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
        if let native = kernel.native { unsafe cgf_prepare(native, body) }
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
