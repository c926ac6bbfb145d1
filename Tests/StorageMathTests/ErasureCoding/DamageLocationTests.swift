import StorageMath
import TestSupport
import Testing

/// Damaged shards, found by the parities alone.
@Suite struct DamageLocationTests {
    /// A few errors of each kind: one bit, some, all.
    private let errors: [UInt8] = [0x01, 0x80, 0x1d, 0xff]

    private func ranges(_ symbols: [Int], _ range: Range<Int>) -> [Int: [Range<Int>]] {
        Dictionary(uniqueKeysWithValues: symbols.map { ($0, [range]) })
    }

    @Test(arguments: CodeConvention.named)
    func `every damage of one shard is located and repaired, with two parities or three`(convention: CodeConvention)
        throws
    {
        for (data, parity) in [(1, 2), (2, 2), (4, 2), (6, 2), (5, 3)] {
            let code = try ReedSolomon(data: data, parity: parity, convention: convention)
            #expect(code.locatable == 1)
            var random = SeededRandom(seed: 8)
            let whole = try stripe(of: code, length: 257, using: &random)
            for symbol in 0..<data + parity {
                var shards = whole
                // Every error there is, each in a byte column of its own.
                for error in UInt8(1)...255 { shards[symbol][Int(error)] ^= error }
                let found = try code.locateDamage(in: shards)
                #expect(found == .located([symbol: [1..<256]], certainUpTo: parity - 1), "\(data)+\(parity)")
                guard case .located(let damaged, _) = found else { continue }
                try code.repair(&shards, damaged: damaged)
                #expect(shards == whole)
            }
        }
    }

    @Test(
        arguments: [
            (2, 4, .vandermondePowers), (4, 4, .cauchy1), (3, 4, .backblaze), (10, 4, .jerasure), (3, 5, .zfec),
        ] as [(Int, Int, CodeConvention)])
    func `every damage of two shards, up to a common factor, is located and repaired, with four parities or five`(
        data: Int, parity: Int, convention: CodeConvention
    ) throws {
        let code = try ReedSolomon(data: data, parity: parity, convention: convention)
        #expect(code.locatable == 2)
        var random = SeededRandom(seed: 9)
        let whole = try stripe(of: code, length: 257, using: &random)
        for pair in choices(of: data + parity, taking: 2) {
            var shards = whole
            for ratio in UInt8(1)...255 {
                // The code is linear: errors times a factor have the syndromes times that factor.
                let factor = UInt8.random(in: 1...255, using: &random)
                shards[pair[0]][Int(ratio)] ^= factor
                shards[pair[1]][Int(ratio)] ^= code.field.multiply(ratio, factor)
            }
            let found = try code.locateDamage(in: shards)
            #expect(found == .located(ranges(pair, 1..<256), certainUpTo: parity - 2), "\(pair)")
            guard case .located(let damaged, _) = found else { continue }
            try code.repair(&shards, damaged: damaged)
            #expect(shards == whole)
        }
    }

    @Test(arguments: [(2, 2), (4, 2), (6, 2), (4, 3), (4, 1), (2, 4)])
    func `no answer is wrong about damage of as many shards as it says: every damage of two, up to a common factor`(
        data: Int, parity: Int
    ) throws {
        let code = try ReedSolomon(data: data, parity: parity, convention: .vandermondePowers)
        var random = SeededRandom(seed: 10)
        let whole = try stripe(of: code, length: 1, using: &random)
        for pair in choices(of: data + parity, taking: 2) {
            for ratio in UInt8(1)...255 {
                var shards = whole
                shards[pair[0]][0] ^= 1
                shards[pair[1]][0] ^= ratio
                try check(code, shards, damaged: pair)
            }
        }
    }

    @Test(arguments: [(6, 2), (4, 3), (8, 3), (4, 1), (6, 4), (5, 5)])
    func `no answer is wrong about damage of as many shards as it says: random damage of up to all shards`(
        data: Int, parity: Int
    ) throws {
        let code = try ReedSolomon(data: data, parity: parity, convention: .cauchy1)
        var random = SeededRandom(seed: 18)
        let whole = try stripe(of: code, length: 1, using: &random)
        for _ in 0..<500 {
            let count = Int.random(in: 1...data + parity, using: &random)
            let symbols = Array((0..<data + parity).shuffled(using: &random).prefix(count))
            var shards = whole
            for symbol in symbols { shards[symbol][0] ^= UInt8.random(in: 1...255, using: &random) }
            try check(code, shards, damaged: symbols)
        }
    }

    /// What an answer says of one damaged byte column is true, or more is damaged than it is certain about.
    private func check(_ code: ReedSolomon, _ shards: [[UInt8]], damaged: [Int]) throws {
        switch try code.locateDamage(in: shards) {
        case .consistent(let certain):
            #expect(certain == code.layout.globalParities)
            #expect(damaged.count > certain)
        case .located(let located, let certain):
            #expect(located.count <= code.locatable)
            #expect(certain == code.layout.globalParities - located.count)
            #expect(damaged.count > certain || Set(located.keys) == Set(damaged), "\(damaged)")
        case .beyondReach(let byte):
            #expect(byte == 0)
            #expect(damaged.count > code.locatable)
        }
    }

    @Test(arguments: [(4, 3), (8, 3), (5, 5)])
    func `with an odd parity, every damage of one shard too many is told and nothing claimed`(data: Int, parity: Int)
        throws
    {
        // Up to (m + 1) / 2 damaged shards cannot look like (m - 1) / 2 others: the distance is m + 1.
        let code = try ReedSolomon(data: data, parity: parity, convention: .cauchy1)
        var random = SeededRandom(seed: 11)
        let whole = try stripe(of: code, length: 1, using: &random)
        for symbols in choices(of: data + parity, taking: code.locatable + 1) {
            var shards = whole
            for symbol in symbols { shards[symbol][0] ^= UInt8.random(in: 1...255, using: &random) }
            #expect(try code.locateDamage(in: shards) == .beyondReach(byte: 0), "\(symbols)")
        }
    }

    @Test func `each byte column is judged on its own: different shards may be damaged in different places`() throws {
        let code = try ReedSolomon(data: 6, parity: 2, convention: .vandermondePowers)
        var random = SeededRandom(seed: 12)
        let whole = try stripe(of: code, length: 64, using: &random)
        var shards = whole
        let damage = [0: [3..<9, 20..<21], 4: [9..<12], 5: [63..<64], 7: [0..<1, 30..<40]]
        for (symbol, ranges) in damage {
            for range in ranges { for byte in range { shards[symbol][byte] ^= 0x5a } }
        }
        #expect(try code.locateDamage(in: shards) == .located(damage, certainUpTo: 1))
        try code.repair(&shards, damaged: damage)
        #expect(shards == whole)
    }

    @Test(arguments: [(8, 2, 1), (12, 2, 1), (6, 2, 2), (12, 2, 2)])
    func `an LRC locates every damage of one shard: it survives every two losses`(data: Int, local: Int, global: Int)
        throws
    {
        let code = try LocalReconstructionCode(data: data, localParities: local, globalParities: global)
        #expect(code.locatable == 1)
        var random = SeededRandom(seed: 13)
        let whole = try stripe(of: code, length: 2, using: &random)
        for symbol in 0..<code.layout.symbols {
            for error in errors {
                var shards = whole
                shards[symbol][1] ^= error
                let expected = DamageLocation.located(
                    [symbol: [1..<2]], certainUpTo: code.layout.lossesTolerated - 1)
                #expect(try code.locateDamage(in: shards) == expected)
            }
        }
    }

    @Test func `one parity says that something is damaged and not what`() throws {
        let code = try ReedSolomon(data: 4, parity: 1, convention: .raidZ)
        var random = SeededRandom(seed: 14)
        var shards = try stripe(of: code, length: 5, using: &random)
        #expect(try code.locateDamage(in: shards) == .consistent(certainUpTo: 1))
        shards[2][3] ^= 1
        #expect(try code.locateDamage(in: shards) == .beyondReach(byte: 3))
    }

    @Test func `where there are too many choices of damaged shards, it is said at once`() throws {
        let code = try ReedSolomon(data: 200, parity: 56, convention: .cauchy1)
        var random = SeededRandom(seed: 15)
        var shards = try stripe(of: code, length: 1, using: &random)
        #expect(try code.locateDamage(in: shards) == .consistent(certainUpTo: 56))
        shards[0][0] ^= 1
        let error = #expect(throws: StorageMathError.self) { try code.locateDamage(in: shards) }
        #expect(error?.value == "more than 1048576")
    }

    @Test(arguments: [(4, 2), (6, 3)])
    func
        `by checksums as many shards as the code has parities are found and repaired, and none is claimed unproven`(
            data: Int, parity: Int
        ) throws
    {
        let code = try ReedSolomon(data: data, parity: parity, convention: .cauchy1)
        var random = SeededRandom(seed: 16)
        let whole = try stripe(of: code, length: 24, using: &random)
        let checksums = whole.map { CRC32C.checksum(of: $0) }
        for size in 0...parity + 1 {
            for symbols in choices(of: data + parity, taking: size) {
                var shards = whole
                for symbol in symbols { shards[symbol][Int.random(in: 0..<24, using: &random)] ^= 0x40 }
                let before = shards
                if size <= parity {
                    let repaired = try code.repair(&shards, checksums: checksums)
                    #expect(repaired == symbols.sorted())
                    #expect(shards == whole)
                    // A damaged checksum makes a good shard suspect, or keeps a damaged one from being confirmed.
                    var wrong = checksums
                    wrong[data] ^= 1
                    shards = before
                    #expect(throws: StorageMathError.self) { try code.repair(&shards, checksums: wrong) }
                    #expect(shards == before)
                } else {
                    #expect(throws: StorageMathError.self) { try code.repair(&shards, checksums: checksums) }
                    #expect(shards == before)
                }
            }
        }
        var shards = whole
        #expect(throws: StorageMathError.self) { try code.repair(&shards, checksums: []) }
    }
}
