import ClusterCore
import StorageMath
import TestSupport
import Testing

/// Local reconstruction codes, against the rank of what is left of their own matrices.
@Suite struct LocalReconstructionCodeTests {
    /// The rank of every set of symbols of a code, by bits: calculated row by row, without any rule.
    private func ranks(of code: some ErasureCode) -> [UInt8] {
        let (data, symbols) = (code.layout.data, code.layout.symbols)
        let rows = (0..<symbols).map { symbol in
            (0..<data).map { symbol < data ? ($0 == symbol ? 1 : 0) : code.parityMatrix[symbol - data, $0] }
        }
        let field = code.field
        var ranks = [UInt8](repeating: 0, count: 1 << symbols)
        // Each level decides about one symbol; the basis has rows with a leading 1, by the place of it.
        func descend(_ symbol: Int, _ mask: Int, _ basis: [[UInt8]?], _ rank: UInt8) throws {
            guard symbol < symbols else {
                ranks[mask] = rank
                return
            }
            try descend(symbol + 1, mask, basis, rank)
            var row = rows[symbol]
            for place in 0..<data where row[place] != 0 {
                let factor = row[place]
                guard let pivot = basis[place] else {
                    let inverse = try field.inverse(of: factor)
                    var larger = basis
                    larger[place] = row.map { field.multiply($0, inverse) }
                    try descend(symbol + 1, mask | 1 << symbol, larger, rank + 1)
                    return
                }
                for entry in place..<data where pivot[entry] != 0 { row[entry] ^= field.multiply(factor, pivot[entry]) }
            }
            try descend(symbol + 1, mask | 1 << symbol, basis, rank)
        }
        do { try descend(0, 0, Array(repeating: nil, count: data), 0) } catch { Issue.record(error) }
        return ranks
    }

    private func set(_ mask: Int, below count: Int) -> Set<Int> {
        Set((0..<count).filter { mask >> $0 & 1 == 1 })
    }

    @Test(arguments: [(8, 2, 1), (12, 2, 1), (12, 2, 2), (6, 2, 2), (6, 3, 1), (4, 2, 0), (4, 4, 1), (5, 1, 2)])
    func `AL-114 every loss is decodable by the rule where and only where the rank of the code's own matrix says so`(
        data: Int, local: Int, global: Int
    ) throws {
        let code = try LocalReconstructionCode(data: data, localParities: local, globalParities: global)
        let symbols = code.layout.symbols
        let ranks = ranks(of: code)
        let all = (1 << symbols) - 1
        var wrong = 0
        for left in ranks.indices {
            let isDecodable = try code.layout.canDecode(without: set(all & ~left, below: symbols))
            if isDecodable != (ranks[left] == data) { wrong += 1 }
        }
        #expect(wrong == 0)
    }

    /// Compares the read set of wanted symbols, in every `step`-th loss of others, with the smallest set of those left
    /// that has the same rank with the wanted ones as without.
    private func checkReads(of wanted: [Int], _ code: LocalReconstructionCode, _ ranks: [UInt8], step: Int = 1) {
        let symbols = code.layout.symbols
        let all = (1 << symbols) - 1
        let bits = wanted.reduce(0) { $0 | 1 << $1 }
        var fewest = ranks.indices.map { mask in
            mask & bits == 0 && ranks[mask] == ranks[mask | bits] ? mask.nonzeroBitCount : Int.max
        }
        for left in ranks.indices where left & bits == 0 {
            for symbol in 0..<symbols where left >> symbol & 1 == 1 {
                fewest[left] = min(fewest[left], fewest[left & ~(1 << symbol)])
            }
            guard left % step == 0 else { continue }
            let lost = set(all & ~left, below: symbols)
            let reads = try? code.readSet(toRebuild: Set(wanted), without: lost)
            guard (reads?.count ?? Int.max) == fewest[left], reads.map({ lost.isDisjoint(with: $0) }) != false else {
                Issue.record("\(wanted) of \(code.layout) without \(lost): \(reads ?? [])")
                return
            }
        }
    }

    @Test(arguments: [(8, 2, 1), (6, 2, 2), (6, 3, 1), (4, 2, 0), (5, 1, 2)])
    func `the read set of every symbol in every loss is the smallest, by brute force`(
        data: Int, local: Int, global: Int
    ) throws {
        let code = try LocalReconstructionCode(data: data, localParities: local, globalParities: global)
        let ranks = ranks(of: code)
        for symbol in 0..<code.layout.symbols { checkReads(of: [symbol], code, ranks) }
    }

    @Test(arguments: [(8, 2, 1), (6, 2, 2), (4, 2, 0)])
    func `the read set of every two symbols in every loss is the smallest, by brute force`(
        data: Int, local: Int, global: Int
    ) throws {
        let code = try LocalReconstructionCode(data: data, localParities: local, globalParities: global)
        let ranks = ranks(of: code)
        for pair in choices(of: code.layout.symbols, taking: 2) { checkReads(of: pair, code, ranks) }
    }

    /// Each symbol in every loss of others: 2^14 for each of 15 symbols, 2^15 for each of 16.
    @Test(arguments: [(12, 2, 1), (12, 2, 2)])
    func `the read set of every symbol in every loss of the codes with 12 is the smallest, by brute force`(
        data: Int, local: Int, global: Int
    ) throws {
        let code = try LocalReconstructionCode(data: data, localParities: local, globalParities: global)
        let ranks = ranks(of: code)
        for symbol in 0..<code.layout.symbols { checkReads(of: [symbol], code, ranks) }
    }

    @Test(arguments: [(12, 2, 1), (12, 2, 2)])
    func `the read sets of symbols of each kind, in one loss of 31, are the smallest, by brute force`(
        data: Int, local: Int, global: Int
    ) throws {
        let code = try LocalReconstructionCode(data: data, localParities: local, globalParities: global)
        let ranks = ranks(of: code)
        for wanted in [[0], [13], [14], [0, 6], [0, 1], [11, 12]] { checkReads(of: wanted, code, ranks, step: 31) }
    }

    @Test(arguments: [(8, 2, 1, 2), (12, 2, 1, 2), (6, 2, 2, 3), (12, 2, 2, 3)])
    func `what is lost comes back, for every loss that the code guarantees and one in seven beyond`(
        data: Int, local: Int, global: Int, guaranteed: Int
    ) throws {
        let code = try LocalReconstructionCode(data: data, localParities: local, globalParities: global)
        #expect(code.layout.lossesTolerated == guaranteed)
        var random = SeededRandom(seed: 2)
        let whole = try stripe(of: code, length: 1, using: &random)
        for size in 1...local + global {
            for (index, loss) in choices(of: code.layout.symbols, taking: size).enumerated() {
                if size > guaranteed, index % 7 != 0 { continue }
                var shards = whole.map(Optional.some)
                for symbol in loss { shards[symbol] = nil }
                if try code.layout.canDecode(without: Set(loss)) {
                    try code.reconstruct(&shards)
                    #expect(shards == whole.map(Optional.some))
                } else {
                    #expect(throws: StorageMathError.self) { try code.reconstruct(&shards) }
                }
            }
        }
    }

    @Test(arguments: [
        (8, 2, 1, 3, 125, 165), (12, 2, 1, 3, 343, 455), (6, 2, 2, 4, 180, 210), (12, 2, 2, 4, 1568, 1820),
    ])
    func `losses beyond the guarantee that are survived: 86 % of four for Azure's (6,2,2)`(
        data: Int, local: Int, global: Int, size: Int, survived: Int, losses: Int
    ) throws {
        let code = try LocalReconstructionCode(data: data, localParities: local, globalParities: global)
        let ranks = ranks(of: code)
        let all = (1 << code.layout.symbols) - 1
        let masks = ranks.indices.filter { (all & ~$0).nonzeroBitCount == size }
        #expect(masks.count == losses)
        #expect(masks.count { ranks[$0] == data } == survived)
        // The survived losses of as many symbols as there are parities are what the proof looks at, but for the loss of
        // all parities.
        #expect(code.proof == .exhaustive(minors: survived - 1))
    }

    @Test(arguments: [
        (8, 2, 1, "48/11"), (12, 2, 1, "96/15"), (6, 2, 2, "36/10"), (12, 2, 2, "108/16"),
    ])
    func `reads of a single repair on average: 4_364, 6_4, 3_6 and 6_75 (Huang 2012)`(
        data: Int, local: Int, global: Int, average: String
    ) throws {
        let code = try LocalReconstructionCode(data: data, localParities: local, globalParities: global)
        let reads = try (0..<code.layout.symbols).reduce(0) { try $0 + code.readSet(toRebuild: [$1]).count }
        #expect("\(reads)/\(code.layout.symbols)" == average)
        #expect(
            try Fraction(Int64(reads)).divided(by: Fraction(Int64(code.layout.symbols)))
                == code.layout.averageRepairReads)
    }

    @Test(arguments: [(8, 2, 1), (12, 2, 1), (12, 2, 2)])
    func `a loss in a group is repaired by exclusive or within it`(data: Int, local: Int, global: Int) throws {
        let code = try LocalReconstructionCode(data: data, localParities: local, globalParities: global)
        let size = data / local
        for symbol in 0..<data + local {
            let plan = try code.reconstruction(of: [symbol])
            let group = symbol < data ? symbol / size : symbol - data
            #expect(plan.isExclusiveOr)
            #expect(
                Set(plan.reads) == Set(group * size..<(group + 1) * size).union([data + group]).subtracting([symbol]))
        }
        #expect(try code.reconstruction(of: [0, size]).isExclusiveOr)
        #expect(try !code.reconstruction(of: [0, 1]).isExclusiveOr)
    }

    @Test func `conventions give the global parities, or are refused with the loss that would be fatal`() throws {
        for convention in [CodeConvention.vandermondePowers, .cauchy1, .jerasure, .raidZ, .par1] {
            let code = try LocalReconstructionCode(
                data: 8, localParities: 2, globalParities: 1, convention: convention)
            let row = try convention.parityMatrix(data: 8, parity: 2).rows[1]
            #expect(code.parityMatrix.rows[2] == row, "\(convention)")
        }
        // Two data shards of a group with one coefficient cannot be told apart.
        let same = try CodingMatrix([[1, 2, 3, 3]])
        let error = #expect(throws: StorageMathError.self) {
            try LocalReconstructionCode(data: 4, localParities: 2, globalParities: 1, convention: .custom(same))
        }
        #expect(error?.value.contains("parity rows [1, 2] and data columns [2, 3]") == true)
        // In different groups they are.
        let apart = try CodingMatrix([[1, 2, 1, 3]])
        #expect(throws: Never.self) {
            try LocalReconstructionCode(data: 4, localParities: 2, globalParities: 1, convention: .custom(apart))
        }
    }

    @Test(arguments: [(12, 2, 2), (6, 2, 3), (12, 4, 2), (4, 2, 4)])
    func `a refusal names the convention, and those that have the shape and no other`(
        data: Int, local: Int, global: Int
    ) throws {
        var refusals: [CodeConvention: StorageMathError] = [:]
        for convention in CodeConvention.named {
            do {
                _ = try LocalReconstructionCode(
                    data: data, localParities: local, globalParities: global, convention: convention)
            } catch { refusals[convention] = error }
        }
        #expect(!refusals.isEmpty && refusals.count < CodeConvention.named.count)
        let accepted = CodeConvention.named.filter { refusals[$0] == nil }
        for (convention, error) in refusals where error.value.hasPrefix("singular") {
            #expect(error.quantity == "parity matrix of \(convention) LRC(\(data),\(local),\(global))")
            for other in CodeConvention.named {
                let isNamed = error.remedy.contains("\(other) or") || error.remedy.contains("\(other),")
                #expect(isNamed == accepted.contains(other), "\(error.remedy)")
            }
        }
    }

    @Test(arguments: [(12, 2, 3), (12, 3, 3), (20, 2, 2), (24, 2, 2)])
    func `where no convention has a shape the refusal says so`(data: Int, local: Int, global: Int) {
        for convention in [CodeConvention.vandermondePowers, .cauchy1, .zfec, .jerasure] {
            let error = #expect(throws: StorageMathError.self) {
                try LocalReconstructionCode(
                    data: data, localParities: local, globalParities: global, convention: convention)
            }
            #expect(error?.remedy.hasSuffix("use a smaller one, or a custom matrix") == true)
        }
    }

    @Test func `shapes that are none are refused, and those too large to prove`() {
        for (data, local, global) in [
            (8, 0, 2), (8, 3, 1), (0, 2, 1), (250, 5, 5), (Int.max, 2, 1), (8, Int.max, 1), (8, 2, -1),
        ] {
            #expect(throws: StorageMathError.self, "\(data), \(local), \(global)") {
                try LocalReconstructionCode(data: data, localParities: local, globalParities: global)
            }
        }
        #expect(throws: Never.self) { try LocalReconstructionCode(data: 255, localParities: 1, globalParities: 0) }
        let error = #expect(throws: StorageMathError.self) {
            try LocalReconstructionCode(data: 60, localParities: 6, globalParities: 4)
        }
        #expect(error?.value == "more than 1048576")
    }
}
