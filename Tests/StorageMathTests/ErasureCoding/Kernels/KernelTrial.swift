import StorageMath
import TestSupport
import Testing

/// Whether each kernel does with a code as the reference, on one random stripe; says what does not.
/// - Parameter given: the length of the shards, and where the first begins after a multiple of 64; else random.
func kernelsAgree(
    on code: some ErasureCode, in arena: GuardedArena, at given: (length: Int, alignment: Int)? = nil,
    using random: inout SeededRandom
) throws -> Bool {
    try KernelTrial.run(code, in: arena, at: given, using: &random)
}

/// One stripe, and all that a coder does with it, by each kernel beside the reference.
private struct KernelTrial<Coding: ErasureCode> {
    let code: Coding
    let arena: GuardedArena
    let regions: ShardRegions
    /// The whole stripe as the reference has it.
    let whole: [[UInt8]]

    private var length: Int { regions.length }
    private var symbols: Int { code.layout.symbols }
    private var parities: Range<Int> { code.layout.data..<symbols }
    private var shards: [UnsafeMutableRawBufferPointer] {
        regions.offsets.map { UnsafeMutableRawBufferPointer(start: arena.start + $0, count: length) }
    }

    fileprivate static func run(
        _ code: Coding, in arena: GuardedArena, at given: (length: Int, alignment: Int)?,
        using random: inout SeededRandom
    ) throws -> Bool {
        let length = given?.length ?? someLength(upTo: code.layout.symbols <= 12 ? 65_537 : 4_097, using: &random)
        let kind = Int.random(in: 0..<4, using: &random)
        let residue = Int.random(in: 0..<64, using: &random)
        let offsets = (0..<code.layout.symbols).map { symbol -> Int in
            let distance = 64 * Int.random(in: 3...30, using: &random)
            let any: [GuardedArena.Place] = [
                .beginning, .end, .within(distance + Int.random(in: 0..<64, using: &random)),
            ]
            // Each at another alignment than the one before, and 17 has no factor in common with 64.
            if let given {
                return arena.place(symbol, length: length, .within(192 + (given.alignment + 17 * symbol) % 64))
            }
            // All at one address modulo 4,096; or the parities at one modulo 64, as stores past the caches need.
            switch kind {
            case 0: return arena.place(symbol, length: length, .beginning)
            case 1: return arena.place(symbol, length: length, .end)
            case 2 where symbol >= code.layout.data:
                return arena.place(symbol, length: length, .within(distance + residue))
            default: return arena.place(symbol, length: length, any.randomElement(using: &random) ?? .end)
            }
        }
        let data = (0..<code.layout.data).map { _ in randomBytes(length, using: &random) }
        let trial = KernelTrial(
            code: code, arena: arena, regions: try ShardRegions(offsets: offsets, length: length),
            whole: data + (try plainParities(of: data, code)))
        for kernel in KernelEqualityTests.kernels {
            let stores = StorePolicy.allCases.randomElement(using: &random) ?? .automatic
            let caches = someCaches(using: &random)
            let coder = try ErasureCoder(code, kernel: kernel, stores: stores, caches: caches)
            if let wrong = try trial.problem(of: coder, using: &random) {
                Issue.record("\(kernel.rawValue), \(code.layout), \(length) bytes, \(stores), \(caches): \(wrong)")
                return false
            }
        }
        return true
    }

    private static func someLength(upTo most: Int, using random: inout SeededRandom) -> Int {
        let length =
            switch Int.random(in: 0..<60, using: &random) {
            case 0: Int.random(in: 65_535...65_537, using: &random)
            case 1, 2, 3: Int.random(in: 4_095...4_097, using: &random)
            case 4, 5, 6: 2_048 * Int.random(in: 1...4, using: &random) + Int.random(in: -2...2, using: &random)
            default: Int.random(in: 0...257, using: &random)
            }
        return length > most ? length % 258 : length
    }

    private static func someCaches(using random: inout SeededRandom) -> CodingCaches {
        // Several passes go over strips of 4,096 bytes where the second cache is small.
        let second = [nil, 0, 65_536, 1 << 20].randomElement(using: &random) ?? nil
        let alike = Bool.random(using: &random) ? Int.random(in: 2...8, using: &random) : nil
        return CodingCaches(
            secondLevel: second, streamingThreshold: [0, 1 << 20].randomElement(using: &random) ?? 0, mostAlike: alike)
    }

    private static func plainParities(of data: [[UInt8]], _ code: Coding) throws -> [[UInt8]] {
        let length = data[0].count
        let coder = try ErasureCoder(code, kernel: .reference)
        let regions = try ShardRegions(count: code.layout.symbols, length: length)
        var buffer = Array(data.joined()) + [UInt8](repeating: 0, count: length * code.parityMatrix.rowCount)
        var span = buffer.mutableSpan
        try coder.encode(&span, at: regions)
        return regions.offsets[code.layout.data...].map { Array(buffer[$0..<$0 + length]) }
    }

    // MARK: What a coder does

    private func problem(of coder: ErasureCoder<Coding>, using random: inout SeededRandom) throws -> String? {
        restore()
        wipe(parities)
        if Bool.random(using: &random) {
            let memory = arena.bytes
            var span = memory.mutableSpan
            try coder.encode(&span, at: regions)
        } else {
            try coder.encode(shards)
        }
        if let wrong = difference(from: whole) { return "encode: \(wrong)" }
        if let wrong = try problemOfVerification(by: coder, using: &random) { return "verify: \(wrong)" }
        if let wrong = try problemOfUpdate(by: coder, using: &random) { return "update: \(wrong)" }
        if let wrong = try problemOfRange(by: coder, using: &random) { return "range: \(wrong)" }
        if let wrong = try problemOfChecksums(by: coder) { return "checksums: \(wrong)" }
        return try problemOfReconstruction(by: coder, using: &random).map { "reconstruct: \($0)" }
    }

    private func problemOfVerification(
        by coder: ErasureCoder<Coding>, using random: inout SeededRandom
    ) throws -> String? {
        let memory = arena.bytes
        restore()
        guard try coder.verify(memory.span, at: regions) else { return "a whole stripe" }
        if let wrong = difference(from: whole) { return "it wrote: \(wrong)" }
        guard length > 0 else { return nil }
        for place in [0, length / 2, length - 1] {
            // A parity, several, or some data.
            let count = Int.random(in: 1...3, using: &random)
            let damaged = Set((0..<count).map { _ in Int.random(in: parities, using: &random) })
            var changed = whole
            for symbol in damaged { changed[symbol][place] ^= UInt8.random(in: 1...255, using: &random) }
            restore(changed)
            let found = try coder.mismatchedParities(in: memory.span, at: regions)
            guard found == damaged.sorted() else { return "byte \(place) of \(damaged.sorted()), found \(found)" }
            guard try !coder.verify(memory.span, at: regions) else { return "it agrees" }
            if let wrong = difference(from: changed) { return "it wrote: \(wrong)" }

            let symbol = Int.random(in: 0..<code.layout.data, using: &random)
            changed = whole
            changed[symbol][place] ^= UInt8.random(in: 1...255, using: &random)
            restore(changed)
            let expected = parities.filter { code.parityMatrix[$0 - code.layout.data, symbol] != 0 }
            guard try coder.mismatchedParities(in: memory.span, at: regions) == expected else {
                return "byte \(place) of data \(symbol)"
            }
        }
        return nil
    }

    private func problemOfUpdate(
        by coder: ErasureCoder<Coding>, using random: inout SeededRandom
    ) throws -> String? {
        let symbol = Int.random(in: 0..<code.layout.data, using: &random)
        let start = Int.random(in: 0...length, using: &random)
        let new = randomBytes(Int.random(in: 0...length - start, using: &random), using: &random)
        let old = Array(whole[symbol][start..<start + new.count])
        var expected = whole
        for parity in parities {
            let coefficient = code.parityMatrix[parity - code.layout.data, symbol]
            for byte in new.indices {
                expected[parity][start + byte] ^= code.field.multiply(coefficient, old[byte] ^ new[byte])
            }
        }
        restore()
        let memory = arena.bytes
        var span = memory.mutableSpan
        try coder.update(&span, at: regions, symbol: symbol, from: old.span, to: new.span, offset: start)
        return difference(from: expected)
    }

    private func problemOfRange(
        by coder: ErasureCoder<Coding>, using random: inout SeededRandom
    ) throws -> String? {
        let range = someRange(using: &random)
        restore()
        wipe(parities)
        try coder.encode(shards, range: range)
        return difference(from: wiped(parities, except: range))
    }

    private func problemOfChecksums(by coder: ErasureCoder<Coding>) throws -> String? {
        restore()
        wipe(parities)
        var checksums = [UInt32](repeating: 7, count: symbols)
        let memory = arena.bytes
        var span = memory.mutableSpan
        try coder.encode(&span, at: regions, checksums: &checksums)
        let expected = whole.map { shard in
            var checksum = CRC32C(kernel: .reference)
            checksum.update(shard.span)
            return checksum.checksum
        }
        return checksums == expected ? difference(from: whole) : "\(checksums)"
    }

    private func problemOfReconstruction(
        by coder: ErasureCoder<Coding>, using random: inout SeededRandom
    ) throws -> String? {
        for _ in 0..<2 {
            let count = Int.random(in: 1...min(parities.count, symbols - 1), using: &random)
            let gone = Set((0..<symbols).shuffled(using: &random).prefix(count))
            let wanted = Set(gone.filter { _ in Bool.random(using: &random) || count < 3 })
            // Nothing was proven about a matrix.
            guard !wanted.isEmpty, let prepared = try? coder.reconstruction(of: wanted, without: gone) else { continue }
            let range = Bool.random(using: &random) ? nil : someRange(using: &random)
            restore()
            wipe(gone)
            if Bool.random(using: &random) {
                let memory = arena.bytes
                var span = memory.mutableSpan
                try coder.reconstruct(prepared, in: &span, at: regions, range: range)
            } else {
                try coder.reconstruct(prepared, in: shards, range: range)
            }
            var expected = wiped(wanted, except: range ?? 0..<length)
            for symbol in gone.subtracting(wanted) { expected[symbol] = [UInt8](repeating: 0xEE, count: length) }
            if let wrong = difference(from: expected) {
                return "\(wanted.sorted()) without \(gone.sorted()), range \(range ?? 0..<length): \(wrong)"
            }
        }
        return nil
    }

    // MARK: Bytes

    private func someRange(using random: inout SeededRandom) -> Range<Int> {
        let start = Int.random(in: 0...length, using: &random)
        return start..<Int.random(in: start...length, using: &random)
    }

    private func restore(_ content: [[UInt8]]? = nil) {
        for (symbol, bytes) in (content ?? whole).enumerated() { arena.write(bytes, at: regions.offsets[symbol]) }
    }

    private func wipe(_ which: some Sequence<Int>) {
        let nothing = [UInt8](repeating: 0xEE, count: length)
        for symbol in which { arena.write(nothing, at: regions.offsets[symbol]) }
    }

    private func wiped(_ which: some Sequence<Int>, except range: Range<Int>) -> [[UInt8]] {
        var content = whole
        for symbol in which {
            content[symbol] = [UInt8](repeating: 0xEE, count: length)
            content[symbol].replaceSubrange(range, with: whole[symbol][range])
        }
        return content
    }

    /// The first shard that does not hold what it should, or around which something changed.
    private func difference(from expected: [[UInt8]]) -> String? {
        for (symbol, bytes) in expected.enumerated() {
            let offset = regions.offsets[symbol]
            if !arena.holds(bytes, at: offset) { return "symbol \(symbol) has other bytes" }
            if !arena.isUntouched(around: offset, in: symbol, length: length) {
                return "bytes around symbol \(symbol) changed"
            }
        }
        return nil
    }
}
