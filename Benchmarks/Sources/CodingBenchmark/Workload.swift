import CodingRivals
import Glibc
import StorageMath

/// One operation on one stripe, ours and the rival's: what is measured of it and what a limit has to move.
struct Workload {
    typealias Calls = (_ times: Int) throws -> Void

    let operation: String
    var convention: String? = CodeConvention.vandermondePowers.description
    /// Streams that are read, and written, by number.
    let reads: [Int]
    let writes: [Int]
    /// Bytes of data that a call works on.
    let dataBytes: Int
    let ours: Calls
    var rivalName: String?
    var rival: Calls?
    /// Bytes of data that a call of the rival works on, where they are others.
    var rivalDataBytes: Int?
    /// How many threads ours takes.
    var threads = 1
    /// Whether what is there before counts, as for sums that are added to.
    var accumulates = false
    /// Holds ours to the rival's, where comparing the bytes written is not it.
    var check: (() throws -> Void)?

    /// Bytes that a call reads and writes.
    func totalBytes(_ length: Int) -> Int { threads * (reads.count + writes.count) * length }

    /// Fails where ours and the rival do not give the same bytes.
    func compare(on stripe: Stripe) throws {
        if let check { return try check() }
        guard let rival else { return try ours(1) }
        if !accumulates { for stream in writes { memset(stripe.streams[stream], 0xa5, stripe.length) } }
        let before = stripe.copy(writes)
        try rival(1)
        let expected = stripe.copy(writes)
        stripe.restore(writes, before)
        try ours(1)
        if let stream = stripe.differs(writes, from: expected) {
            throw Failure("\(operation): stream \(stream) is not what \(rivalName ?? "the rival") gives")
        }
    }
}

/// What the last calls of a verification said.
private final class Answer {
    var ours = true
    var rival = true
}

/// What is measured of a code: the coder, and where its symbols lie.
struct Subject<Coding: ErasureCode> {
    let shape: Shape
    let coder: ErasureCoder<Coding>
    let stripe: Stripe
    let regions: ShardRegions
    let isal: ISAL?

    init(_ code: Coding, _ shape: Shape, kernel: CodingKernel, stripe: Stripe, isal: ISAL?) throws {
        self.shape = shape
        coder = try ErasureCoder(code, kernel: kernel)
        self.stripe = stripe
        regions = try stripe.regions(0..<shape.symbols)
        self.isal = isal
    }

    private var data: Range<Int> { 0..<shape.data }
    private var parities: Range<Int> { shape.data..<shape.symbols }
    private func streams(_ numbers: some Sequence<Int>) -> [Stripe.Stream] { numbers.map { stripe.streams[$0] } }

    /// The parities right again, whatever was measured before.
    func prepare() throws {
        let memory = stripe.bytes
        var bytes = memory.mutableSpan
        try coder.encode(&bytes, at: regions)
    }

    private func encode(_ times: Int) throws {
        let memory = stripe.bytes
        var bytes = memory.mutableSpan
        for _ in 0..<times { try coder.encode(&bytes, at: regions) }
    }

    func encoding(_ convention: CodeConvention) -> Workload {
        var workload = Workload(
            operation: "encode", convention: convention.description, reads: Array(data), writes: Array(parities),
            dataBytes: shape.data * stripe.length, ours: encode)
        if let isal {
            let generator = isal.generator(shape, isCauchy: convention == .cauchy1)
            let coding = ISALCoding(
                isal, rows: Array(generator[(shape.data * shape.data)...]), sources: streams(data),
                sums: streams(parities), length: stripe.length)
            workload.rivalName = isal.encodeName
            workload.rival = { for _ in 0..<$0 { coding.encode() } }
        }
        return workload
    }

    /// The first data shards come back.
    func repair(_ count: Int) throws -> Workload {
        let prepared = try coder.reconstruction(of: Set(0..<count))
        let (reads, wanted) = (prepared.plan.reads, prepared.plan.wanted)
        let memory = stripe.bytes
        var workload = Workload(
            operation: "repair\(count)", reads: reads, writes: wanted, dataBytes: reads.count * stripe.length,
            ours: { times in
                var bytes = memory.mutableSpan
                for _ in 0..<times { try coder.reconstruct(prepared, in: &bytes, at: regions) }
            })
        if let isal {
            let generator = isal.generator(shape, isCauchy: false)
            let rows = try isal.decoding(wanted, from: reads, generator, data: shape.data)
            let coding = ISALCoding(
                isal, rows: rows, sources: streams(reads), sums: streams(wanted), length: stripe.length)
            workload.rivalName = isal.encodeName
            workload.rival = { for _ in 0..<$0 { coding.encode() } }
        }
        return workload
    }

    /// The last data shard changes from one stream to another; both lie behind the symbols, and room for their
    /// difference, which ISA-L's user calculates.
    func update() throws -> Workload {
        let changed = shape.data - 1
        let (old, new, difference) = (shape.symbols, shape.symbols + 1, shape.symbols + 2)
        let memory = stripe.bytes
        let (oldBytes, newBytes) = (stripe.span(old), stripe.span(new))
        // Parities in which the shard is. ISA-L is given these alone, too.
        let touched = parities.filter { coder.code.parityMatrix[$0 - shape.data, changed] != 0 }
        var workload = Workload(
            operation: "update", reads: [old, new] + touched, writes: touched, dataBytes: stripe.length,
            ours: { times in
                var bytes = memory.mutableSpan
                let before = oldBytes.span
                let after = newBytes.span
                for _ in 0..<times { try coder.update(&bytes, at: regions, symbol: changed, from: before, to: after) }
            }, accumulates: true)
        guard let isal else { return workload }
        let generator = isal.generator(shape, isCauchy: false)
        let coding = ISALCoding(
            isal, rows: touched.flatMap { generator[$0 * shape.data..<($0 + 1) * shape.data] }, sources: streams(data),
            sums: streams(touched), length: stripe.length)
        let delta = stripe.streams[difference]
        if let xor = isal.library.xor_gen {
            let array = ISALArray(streams([old, new, difference]), length: stripe.length)
            workload.rivalName = "xor_gen + ec_encode_data_update"
            workload.rival = { times in
                for _ in 0..<times {
                    array.call(xor)
                    coding.update(changed, by: delta)
                }
            }
        } else {
            let (before, after, length) = (stripe.streams[old], stripe.streams[new], stripe.length)
            workload.rivalName = "xor loop + ec_encode_data_update"
            workload.rival = { times in
                for _ in 0..<times {
                    for byte in 0..<length { delta[byte] = before[byte] ^ after[byte] }
                    coding.update(changed, by: delta)
                }
            }
        }
        return workload
    }

    /// Whether the parities are right. ISA-L's user encodes into other memory, behind the symbols, and compares.
    func verify() throws -> Workload {
        let answer = Answer()
        let memory = UnsafeBufferPointer(stripe.bytes)
        var workload = Workload(
            operation: "verify", reads: Array(data) + parities, writes: [], dataBytes: shape.data * stripe.length,
            ours: { times in
                let bytes = memory.span
                for _ in 0..<times { answer.ours = try coder.verify(bytes, at: regions) }
            })
        if let isal {
            let generator = isal.generator(shape, isCauchy: false)
            let scratch = streams(shape.symbols..<shape.symbols + shape.parities)
            let stored = streams(parities)
            let coding = ISALCoding(
                isal, rows: Array(generator[(shape.data * shape.data)...]), sources: streams(data), sums: scratch,
                length: stripe.length)
            workload.rivalName = "\(isal.encodeName) + memcmp"
            workload.rival = { times in
                for _ in 0..<times {
                    coding.encode()
                    var agrees = true
                    for (made, kept) in zip(scratch, stored) where memcmp(made, kept, stripe.length) != 0 {
                        agrees = false
                    }
                    answer.rival = agrees
                }
            }
        }
        workload.check = { [ours = workload.ours, rival = workload.rival] in
            for expected in [false, true] {
                stripe.streams[shape.symbols - 1][stripe.length - 1] ^= 0x40
                try ours(1)
                try rival?(1)
                guard answer.ours == expected, rival == nil || answer.rival == expected else {
                    throw Failure("verify: a right stripe and a wrong one are not told apart")
                }
            }
        }
        return workload
    }

    /// The same sums by ISA-L's calls for RAID, where they have the shape: P and Q, and one exclusive or.
    func raid() throws -> [Workload] {
        guard let isal else { return [] }
        var found: [Workload] = []
        if !shape.isLocal, shape.parities == 2, let generate = isal.library.pq_gen {
            let array = ISALArray(streams(0..<shape.symbols), length: stripe.length)
            var workload = encoding(.vandermondePowers)
            workload.rivalName = "pq_gen"
            workload.rival = { for _ in 0..<$0 { array.call(generate) } }
            found.append(workload)
        }
        if let generate = isal.library.xor_gen {
            var workload = try repair(1)
            let array = ISALArray(streams(workload.reads + workload.writes), length: stripe.length)
            workload.rivalName = "xor_gen"
            workload.rival = { for _ in 0..<$0 { array.call(generate) } }
            found.append(workload)
        }
        return found
    }
}
