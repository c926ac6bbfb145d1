import CodingRivals
import StorageMath

/// What one operation came to at one size. Rates are bytes of data a second; what a call moves besides is in `moved`.
struct Cell {
    let operation: String
    let convention: String?
    let shape: Shape?
    let layout: String
    let fragmentBytes: Int
    let buffers: Buffers
    let kernel: CodingKernel
    let threads: Int
    let ours: Double
    let rivalName: String?
    let rival: Double?
    let limit: Double
    /// Bytes read and written for each byte of data.
    let moved: Double
    /// How many times faster the limit is on as many threads than on one; `nil` on one.
    var limitScaling: Double?

    var rivalRatio: Double? { rival.map { ours / $0 } }
    var limitRatio: Double { ours / limit }
    /// Whether it counts in the geometric means: V-pow, against the functions that encode.
    var countsInMeans: Bool {
        threads == 1 && convention == CodeConvention.vandermondePowers.description
            && rivalName?.contains("ec_encode_data") == true
    }
}

/// Measures workloads.
struct Bench {
    let interleaving: Interleaving
    let kernel: CodingKernel

    /// Holds ours to the rival's, then measures both and the limit.
    ///
    /// - Parameter other: the stripe of the second thread, where there is one.
    func measure(
        _ workload: Workload, _ shape: Shape?, layout: String? = nil, buffers: Buffers, on stripe: Stripe,
        and other: Stripe? = nil
    ) throws -> Cell {
        try workload.compare(on: stripe)
        let limits = (0..<Int(LIMIT_WAYS)).map { way in
            let stripes = other.map { [stripe, $0] } ?? [stripe]
            let moves = stripes.map { Bench.limit(workload, on: $0, limit_way(UInt32(way))) }
            return moves.count == 1 ? moves[0] : { times in try atOnce(moves.map { move in { try move(times) } }) }
        }
        // Without outputs, ways to write differ in nothing.
        let ways = workload.writes.isEmpty ? [0, 2, 4] : Array(limits.indices)
        let way = ways[try interleaving.fastest(ways.map { limits[$0] })]
        var sides = [workload.ours, limits[way]]
        if let rival = workload.rival { sides.append(rival) }
        if other != nil { sides.append(Bench.limit(workload, on: stripe, limit_way(UInt32(way)))) }
        let taken = try interleaving.medians(sides)
        // What was lost is there again.
        try workload.ours(1)
        let bytes = Double(workload.dataBytes)
        return Cell(
            operation: workload.operation, convention: workload.convention, shape: shape,
            layout: layout ?? shape?.name ?? "", fragmentBytes: stripe.length, buffers: buffers, kernel: kernel,
            threads: workload.threads, ours: bytes / taken[0], rivalName: workload.rivalName,
            rival: workload.rival.map { _ in Double(workload.rivalDataBytes ?? workload.dataBytes) / taken[2] },
            limit: bytes / taken[1], moved: Double(workload.totalBytes(stripe.length)) / bytes,
            limitScaling: other.map { _ in 2 * taken[3] / taken[1] })
    }

    private static func limit(_ workload: Workload, on stripe: Stripe, _ way: limit_way) -> Workload.Calls {
        final class Pointers {
            let reads: [UnsafePointer<UInt8>?]
            let writes: [UnsafeMutablePointer<UInt8>?]
            init(_ reads: [UnsafePointer<UInt8>?], _ writes: [UnsafeMutablePointer<UInt8>?]) {
                self.reads = reads
                self.writes = writes
            }
        }
        let pointers = Pointers(
            workload.reads.map { UnsafePointer(stripe.streams[$0]) }, workload.writes.map { stripe.streams[$0] })
        let length = stripe.length
        return { times in
            pointers.reads.withUnsafeBufferPointer { reads in
                pointers.writes.withUnsafeBufferPointer { writes in
                    limit_move(reads.count, reads.baseAddress, writes.count, writes.baseAddress, length, way, times)
                }
            }
        }
    }
}
