import Foundation
import StorageMath

/// The cells that are asked for, and what they came to.
struct Plan {
    let parts: Set<Part>
    let shapes: [Shape]
    let lengths: [Int]
    let buffers: [Buffers]
    let interleaving: Interleaving
    var measured: Measured

    /// Sizes of a mirror's writes.
    private var mirrorLengths: [Int] { measured.isSmoke ? [4096] : (0...7).map { 4096 << (2 * $0) } }
    /// Two threads take a while to start, so their turns are longer.
    private var longer: Interleaving {
        Interleaving(alternations: interleaving.alternations, block: 10 * interleaving.block)
    }

    mutating func measure() throws {
        try measureCopies()
        for shape in shapes {
            for length in lengths { for kind in buffers { try measure(shape, length, kind) } }
        }
        if parts.contains(.mirror) {
            let bench = Bench(interleaving: interleaving, kernel: measured.kernel)
            for length in mirrorLengths {
                for kind in buffers {
                    let stripe = try Stripe(streams: 4, length: length, buffers: kind)
                    let workload = try Workload.mirror(on: stripe, kernel: measured.kernel)
                    add(try bench.measure(workload, nil, layout: "3 copies", buffers: kind, on: stripe))
                }
            }
        }
        // By operation, and within each in the order of the layouts.
        let order = ["encode", "repair1", "repair2", "update", "verify", "call", "call-separate", "mirror"]
        let rank = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($0.element, $0.offset) })
        let sorted = measured.cells.enumerated().sorted {
            (rank[$0.element.operation] ?? 0, $0.offset) < (rank[$1.element.operation] ?? 0, $1.offset)
        }
        measured.cells = sorted.map(\.element)
    }

    private mutating func measure(_ shape: Shape, _ length: Int, _ kind: Buffers) throws {
        let stripe = try Plan.stripe(shape, length, kind)
        let bench = Bench(interleaving: interleaving, kernel: measured.kernel)
        for part in Part.allCases where parts.contains(part) {
            for workload in try workloads(part, shape, on: stripe, kind) {
                add(try bench.measure(workload, shape, buffers: kind, on: stripe))
            }
        }
        // Some cells are enough: whether memory keeps up depends on the sizes.
        if parts.contains(.threads), kind == .slab, ["4+2", "10+4"].contains(shape.name) {
            let other = try Stripe(streams: shape.symbols, length: length, buffers: kind)
            let workload = try pair(try shape.reedSolomon(.vandermondePowers), shape, stripe, other)
            add(
                try Bench(interleaving: longer, kernel: measured.kernel).measure(
                    workload, shape, buffers: kind, on: stripe, and: other))
        }
    }

    private mutating func add(_ cell: Cell) {
        measured.cells.append(cell)
        let ratio = cell.rivalRatio.map { String(format: "%.2f of %@", $0, cell.rivalName ?? "") } ?? "no rival"
        let line = "bench-ec: \(cell.operation) \(cell.convention ?? "") \(cell.place): \(ratio), "
        FileHandle.standardError.write(Data((line + String(format: "%.2f of the limit\n", cell.limitRatio)).utf8))
    }

    /// Memory for the symbols, and behind them for what updates and verification take besides.
    static func stripe(_ shape: Shape, _ length: Int, _ kind: Buffers) throws -> Stripe {
        try Stripe(streams: shape.symbols + max(shape.parities, 3), length: length, buffers: kind)
    }

    /// What a part measures on a stripe, which has to outlive it.
    func workloads(_ part: Part, _ shape: Shape, on stripe: Stripe, _ kind: Buffers) throws -> [Workload] {
        let convention = part == .cauchy ? CodeConvention.cauchy1 : .vandermondePowers
        // ISA-L has no local codes of its own, so those are compared in one convention.
        if part == .cauchy, shape.isLocal { return [] }
        // Calls cost something where little is calculated.
        if part == .call, stripe.length > 4096 || kind != .slab { return [] }
        // By its type, as a program that embeds StorageMath knows it.
        return shape.isLocal
            ? try workloads(part, try shape.localCode(convention), shape, convention, stripe)
            : try workloads(part, try shape.reedSolomon(convention), shape, convention, stripe)
    }

    private func workloads(
        _ part: Part, _ code: some ErasureCode, _ shape: Shape, _ convention: CodeConvention, _ stripe: Stripe
    ) throws -> [Workload] {
        let subject = try Subject(code, shape, kernel: measured.kernel, stripe: stripe, isal: measured.library)
        try subject.prepare()
        switch part {
        case .encode, .cauchy: return [subject.encoding(convention)]
        case .repair1: return [try subject.repair(1)]
        case .repair2: return [try subject.repair(2)]
        case .update: return [try subject.update()]
        case .verify: return [try subject.verify()]
        case .raid: return try subject.raid()
        case .call: return try subject.calls()
        case .threads, .mirror: return []
        }
    }

    private func pair(_ code: some ErasureCode, _ shape: Shape, _ stripe: Stripe, _ other: Stripe) throws -> Workload {
        let subject = try Subject(code, shape, kernel: measured.kernel, stripe: stripe, isal: nil)
        return try subject.pair(with: other)
    }

    /// What copying one stream to another takes, which is a limit of its own.
    private mutating func measureCopies() throws {
        for length in lengths {
            let stripe = try Stripe(streams: 2, length: length, buffers: .slab)
            let (from, to) = (stripe.streams[0], stripe.streams[1])
            let taken = try interleaving.medians([{ times in for _ in 0..<times { memcpy(to, from, length) } }])
            measured.copies.append((length, Double(length) / taken[0]))
        }
    }
}
