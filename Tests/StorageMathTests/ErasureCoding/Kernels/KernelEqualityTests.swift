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
