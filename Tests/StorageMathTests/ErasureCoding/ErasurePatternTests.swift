import TestSupport
import Testing

@testable import StorageMath

/// Every loss of small codes.
@Suite struct ErasurePatternTests {
    /// How many losses of one to *m* shards were repaired, each compared with what was lost.
    private func repaired(_ data: Int, _ parity: Int, _ convention: CodeConvention) throws -> Int {
        let code = try ReedSolomon(data: data, parity: parity, convention: convention)
        var random = SeededRandom(seed: UInt64(100 * data + parity))
        let whole = try stripe(of: code, length: 2, using: &random)
        var count = 0
        for size in 1...parity {
            for loss in choices(of: data + parity, taking: size) {
                var shards = whole.map(Optional.some)
                for symbol in loss { shards[symbol] = nil }
                try code.reconstruct(&shards)
                guard shards == whole.map(Optional.some) else {
                    Issue.record("\(convention) \(data)+\(parity) without \(loss)")
                    return count
                }
                count += 1
            }
        }
        return count
    }

    @Test(arguments: 1...16)
    func `every loss of up to m shards comes back by every kernel, m up to 4, V-pow`(data: Int) throws {
        // Whole passes of every kernel, and a rest of each width.
        let length = 259
        let arena = try GuardedArena(memories: data + 4, room: 4_096)
        var pairs = 0
        for parity in 1...4 {
            let code = try ReedSolomon(data: data, parity: parity, convention: .vandermondePowers)
            var random = SeededRandom(seed: UInt64(100 * data + parity))
            let whole = try stripe(of: code, length: length, using: &random)
            let regions = try ShardRegions(
                offsets: whole.indices.map {
                    // With one parity more, the guard page after a shard lies before it.
                    let places: [GuardedArena.Place] = [.end, .beginning, .within(192 + 13 * $0)]
                    return arena.place($0, length: length, places[($0 + parity) % 3])
                }, length: length)
            for (shard, offset) in zip(whole, regions.offsets) { arena.write(shard, at: offset) }
            let coders = try CodingKernel.available.map { try ErasureCoder(code, kernel: $0) }
            let nothing = [UInt8](repeating: 0xEE, count: length)
            var count = 0
            for size in 1...parity {
                for loss in choices(of: data + parity, taking: size) {
                    let plan = try code.reconstruction(of: Set(loss))
                    let pair = SumPass.pair(for: plan, of: code)
                    if pair != nil { pairs += 1 }
                    for coder in coders {
                        // The reference goes byte by byte: of larger codes it does two bytes at the end.
                        let range = coder.kernel == .reference && data > 4 ? length - 2..<length : 0..<length
                        let program = SumProgram(
                            plan.coefficients, sources: plan.reads, sums: plan.wanted, kernel: coder.kernel,
                            caches: coder.caches, pair: pair)
                        for symbol in loss { arena.write(nothing, at: regions.offsets[symbol]) }
                        let memory = arena.bytes
                        var span = memory.mutableSpan
                        try coder.reconstruct(
                            PreparedReconstruction(plan: plan, program: program, core: coder.core), in: &span,
                            at: regions, range: range)
                        let isRight = loss.allSatisfy {
                            arena.holds(Array(nothing[..<range.lowerBound]) + whole[$0][range], at: regions.offsets[$0])
                                && arena.isUntouched(around: regions.offsets[$0], in: $0, length: length)
                        }
                        for symbol in loss { arena.write(whole[symbol], at: regions.offsets[symbol]) }
                        guard isRight else {
                            Issue.record("\(coder.kernel.rawValue), \(data)+\(parity) without \(loss)")
                            return
                        }
                    }
                    count += 1
                }
            }
            #expect(zip(whole, regions.offsets).allSatisfy { arena.holds($0, at: $1) }, "a shard that was read changed")
            #expect(count == (1...parity).reduce(0) { $0 + choices(of: data + parity, taking: $1).count })
        }
        // With P and Q there, two data shards come back from two syndromes: C(k, 2) losses for each m from 2 to 4.
        #expect(pairs == (data > 1 ? 3 * data * (data - 1) / 2 : 0))
    }

    @Test func `the losses of k up to 16 and m up to 4 are 35,300 patterns, of which 16+4 has 6,195`() {
        func patterns(_ data: Int, _ parity: Int) -> Int {
            (1...parity).reduce(0) { $0 + choices(of: data + parity, taking: $1).count }
        }
        #expect(patterns(16, 4) == 6_195)
        #expect((1...16).reduce(0) { sum, data in (1...4).reduce(sum) { $0 + patterns(data, $1) } } == 35_300)
    }

    @Test(arguments: CodeConvention.named)
    func `every loss of up to m shards comes back, by each convention`(convention: CodeConvention) throws {
        for (data, parity) in [(1, 1), (1, 3), (2, 2), (4, 2), (5, 3), (8, 3)] {
            let expected = (1...parity).reduce(0) { $0 + choices(of: data + parity, taking: $1).count }
            #expect(try repaired(data, parity, convention) == expected)
        }
    }

    @Test(arguments: [1, 2, 4, 7, 10])
    func `every loss of m + 1 shards is refused and changes nothing`(data: Int) throws {
        for parity in 1...4 {
            let code = try ReedSolomon(data: data, parity: parity, convention: .cauchy1)
            var random = SeededRandom(seed: 3)
            let whole = try stripe(of: code, length: 1, using: &random)
            for loss in choices(of: data + parity, taking: parity + 1) {
                var shards = whole.map(Optional.some)
                for symbol in loss { shards[symbol] = nil }
                let before = shards
                #expect(throws: StorageMathError.self) { try code.reconstruct(&shards) }
                #expect(shards == before)
            }
        }
    }

    @Test func `the 15,504 losses of five of 16+4 are refused`() throws {
        let code = try ReedSolomon(data: 16, parity: 4, convention: .vandermondePowers)
        let losses = choices(of: 20, taking: 5)
        #expect(losses.count == 15_504)
        #expect(losses.allSatisfy { (try? code.readSet(toRebuild: Set($0))) == nil })
    }

    @Test func `256 shards, half of them lost`() throws {
        let code = try ReedSolomon(data: 192, parity: 64, convention: .cauchy1)
        var random = SeededRandom(seed: 5)
        let whole = try stripe(of: code, length: 3, using: &random)
        var shards = whole.map(Optional.some)
        for symbol in (0..<256).shuffled(using: &random).prefix(64) { shards[symbol] = nil }
        try code.reconstruct(&shards)
        #expect(shards == whole.map(Optional.some))
    }

    @Test func `random shapes, lengths up to 70,000 and losses, by every convention`() throws {
        forRandom(12, seed: 900) { random in
            let convention = CodeConvention.named.randomElement(using: &random) ?? .cauchy1
            let (data, parity) = (Int.random(in: 1...6, using: &random), Int.random(in: 1...3, using: &random))
            let length = [0, 1, 15, 16, 17, 255, 4_096, 4_097, 65_537, 70_000].randomElement(using: &random) ?? 0
            let code = try ReedSolomon(data: data, parity: parity, convention: convention)
            let whole = try stripe(of: code, length: length, using: &random)
            var shards = whole.map(Optional.some)
            let lost = (0..<data + parity).shuffled(using: &random).prefix(Int.random(in: 0...parity, using: &random))
            for symbol in lost { shards[symbol] = nil }
            try code.reconstruct(&shards)
            return try shards == whole.map(Optional.some) && code.verify(whole)
        }
    }
}
