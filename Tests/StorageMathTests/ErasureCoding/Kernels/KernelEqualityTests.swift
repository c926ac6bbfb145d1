import StorageMath
import TestSupport
import Testing

/// Every kernel that this processor has gives the bytes of the plain reference, whatever the code, the length, where the
/// shards lie, what is said of the caches, and how results are stored. Guard pages at both ends of each shard.
@Suite struct KernelEqualityTests {
    static let kernels = CodingKernel.available.filter { $0 != .reference }
    private static let runs = environment("LAB_SOAK") == nil ? 30 : 20_000

    @Test func `this processor runs the portable kernel, and says which others`() {
        let missing = CodingKernel.allCases.filter { !$0.isAvailable }.map(\.rawValue)
        print(
            "coding kernels run natively:", CodingKernel.available.map(\.rawValue).joined(separator: ", "),
            "- not here:", missing.joined(separator: ", "))
        #expect(CodingKernel.available.starts(with: [.reference, .portable]))
        #expect(CodingKernel.available.contains(CodingKernel.detected))
    }

    @Test func `a kernel that this processor has not is refused by name`() throws {
        let code = try ReedSolomon(data: 2, parity: 1, convention: .cauchy1)
        for kernel in CodingKernel.allCases where !kernel.isAvailable {
            let error = #expect(throws: StorageMathError.self) { try ErasureCoder(code, kernel: kernel) }
            #expect(error?.value == kernel.rawValue)
        }
    }

    @Test func `every convention, up to 20+12 and 253+3, and local codes`() throws {
        #expect(KernelCodes.named.count == 55)
        let arena = try GuardedArena(memories: 256, room: 70_000)
        forRandom(Self.runs, seed: 10_000) { random in
            let code = KernelCodes.named.randomElement(using: &random) ?? KernelCodes.named[0]
            return try kernelsAgree(on: code, in: arena, using: &random)
        }
        // Each at least once.
        forRandom(KernelCodes.named.count, seed: 0) { random in
            let code = KernelCodes.named[Int(random.next() % 55)]
            return try kernelsAgree(on: code, in: arena, using: &random)
        }
    }

    /// Lengths times 64 alignments are 16,896 stripes: each length at one alignment here, and in the soak at all.
    @Test func `lengths 0 to 257, around 4,096 and around 65,536, at 64 alignments in turn`() throws {
        let arena = try GuardedArena(memories: 7, room: 70_000)
        let lengths = Array(0...257) + Array(4_095...4_097) + Array(65_535...65_537)
        #expect(lengths.count == 264)
        let codes: [any ErasureCode] = [
            try ReedSolomon(data: 4, parity: 2, convention: .vandermondePowers),
            try ReedSolomon(data: 3, parity: 3, convention: .cauchy1),
            try LocalReconstructionCode(data: 4, localParities: 2, globalParities: 1),
        ]
        let steps = environment("LAB_SOAK") == nil ? 1 : 64
        var tried: [Int: Set<Int>] = [:]
        var ofParities: Set<Int> = []
        for (turn, length) in lengths.enumerated() {
            for step in 0..<steps {
                // 5 has no factor in common with 64; the second term parts lengths that are 64 apart.
                let alignment = (5 * turn + 13 * (turn / 64) + step) % 64
                let code = codes[(turn + step) % codes.count]
                var random = SeededRandom(seed: UInt64(64 * turn + step))
                guard try kernelsAgree(on: code, in: arena, at: (length, alignment), using: &random) else { return }
                tried[length, default: []].insert(alignment)
                for symbol in code.layout.data..<code.layout.symbols {
                    ofParities.insert((alignment + 17 * symbol) % 64)
                }
            }
        }
        #expect(tried.count == 264 && tried.values.allSatisfy { $0.count == steps })
        #expect(tried.values.reduce(into: Set<Int>()) { $0.formUnion($1) }.count == 64 && ofParities.count == 64)
        // Every rest of a pass of 64 bytes meets several alignments.
        for rest in 0..<64 {
            let met = tried.filter { $0.key % 64 == rest }.values.reduce(into: Set<Int>()) { $0.formUnion($1) }
            #expect(met.count >= 4, "\(rest)")
        }
    }

    @Test func `matrices of random rows over either field`() throws {
        let arena = try GuardedArena(memories: 256, room: 70_000)
        forRandom(Self.runs, seed: 20_000) { random in
            let code = try KernelCodes.random(using: &random)
            return try kernelsAgree(on: code, in: arena, using: &random)
        }
    }

    @Test(arguments: KernelCodes.shapes.keys.sorted())
    func `matrices that decide how sums are shared out`(shape: String) throws {
        let rows = try #require(KernelCodes.shapes[shape])
        let arena = try GuardedArena(memories: 256, room: 70_000)
        for field in [GaloisField.storage, .aes] {
            let code = try MatrixCode(rows, over: field)
            forRandom(2, seed: 30_000) { try kernelsAgree(on: code, in: arena, using: &$0) }
        }
    }
}
