import StorageMath
import TestSupport
import Testing

/// Shards that each have a memory of their own, laid anywhere in one buffer so that some meet.
@Suite struct SeparateShardsTests {
    private struct Trial {
        var starts: [Int]
        let length: Int

        /// Whether one that is written lies over another, byte by byte.
        func overlaps(_ written: some Collection<Int>) -> Bool {
            written.contains { symbol in
                starts.indices.contains { other in
                    other != symbol
                        && !Set(starts[symbol]..<starts[symbol] + length)
                            .isDisjoint(with: starts[other]..<starts[other] + length)
                }
            }
        }
    }

    /// In any order; most beside each other without a gap, some a byte or more over another.
    private func trial(_ symbols: Int, using random: inout SeededRandom) -> Trial {
        let length = Int.random(in: 1...24, using: &random)
        var starts = [Int](repeating: 0, count: symbols)
        for (place, symbol) in starts.indices.shuffled(using: &random).enumerated() { starts[symbol] = place * length }
        if Bool.random(using: &random) {
            let symbol = Int.random(in: 0..<symbols, using: &random)
            let other = Int.random(in: 0..<symbols, using: &random)
            let distances = [-length, -length + 1, -1, 0, 1, length - 1, length]
            let distance = distances[Int.random(in: distances.indices, using: &random)]
            starts[symbol] = max(0, starts[other] + distance)
        }
        return Trial(starts: starts, length: length)
    }

    @Test func `a shard that is written over another is refused and nothing is written; beside it, none is`() throws {
        let code = try ReedSolomon(data: 4, parity: 2, convention: .vandermondePowers)
        let coder = try ErasureCoder(code)
        var random = SeededRandom(seed: 61)
        var (refused, coded) = (0, 0)
        for _ in 0..<4000 {
            let trial = trial(6, using: &random)
            var bytes = (0..<8 * trial.length).map { _ in UInt8.random(in: 0...255, using: &random) }
            let before = bytes
            let lost = Set([0, 1, 2, 3, 4, 5].shuffled(using: &random).prefix(2))
            let repairs = Bool.random(using: &random)
            let written = repairs ? lost : [4, 5]
            func run() throws {
                try bytes.withUnsafeMutableBytes { memory in
                    let shards = trial.starts.map {
                        UnsafeMutableRawBufferPointer(rebasing: memory[$0..<$0 + trial.length])
                    }
                    if repairs {
                        try coder.reconstruct(coder.reconstruction(of: lost), in: shards)
                    } else {
                        try coder.encode(shards)
                    }
                }
            }
            if trial.overlaps(written) {
                #expect("\(trial)") { try run() } throws: { "\($0)".contains("in memory") }
                #expect(bytes == before, "\(trial)")
                refused += 1
            } else {
                try run()
                let shards = trial.starts.map { Array(before[$0..<$0 + trial.length]) }
                let expected =
                    try repairs
                    ? code.reconstruct(lost, from: shards.indices.map { lost.contains($0) ? nil : shards[$0] })
                    : Dictionary(uniqueKeysWithValues: zip(4..., code.encode(Array(shards[..<4]))))
                for symbol in written {
                    let start = trial.starts[symbol]
                    #expect(Array(bytes[start..<start + trial.length]) == expected[symbol], "\(trial)")
                }
                coded += 1
            }
        }
        #expect(refused > 400 && coded > 400)
    }
}
