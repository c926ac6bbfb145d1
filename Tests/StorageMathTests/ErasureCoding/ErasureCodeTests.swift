import StorageMath
import TestSupport
import Testing

/// What one does with a code beside encoding and repairing a whole stripe.
@Suite struct ErasureCodeTests {
    static let codes: [any ErasureCode] = {
        let codes: [(any ErasureCode)?] = [
            try? ReedSolomon(data: 4, parity: 2, convention: .vandermondePowers),
            try? ReedSolomon(data: 5, parity: 3, convention: .jerasure),
            try? ReedSolomon(data: 3, parity: 1, convention: .raidZ),
            try? LocalReconstructionCode(data: 8, localParities: 2, globalParities: 1),
            try? LocalReconstructionCode(data: 6, localParities: 2, globalParities: 2),
            try? LocalReconstructionCode(data: 4, localParities: 2, globalParities: 0),
        ]
        return codes.compactMap { $0 }
    }()

    @Test func `all codes of this suite exist`() {
        #expect(ErasureCodeTests.codes.count == 6)
    }

    @Test(arguments: codes.indices)
    func `verification names the parities that a change of one byte makes wrong`(index: Int) throws {
        let code = ErasureCodeTests.codes[index]
        forRandom(30) { random in
            let whole = try stripe(of: code, length: 9, using: &random)
            guard try code.verify(whole) else { return false }
            let symbol = Int.random(in: 0..<code.layout.symbols, using: &random)
            var shards = whole
            shards[symbol][Int.random(in: 0..<9, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
            let expected = (0..<code.parityMatrix.rowCount).filter {
                symbol < code.layout.data ? code.parityMatrix[$0, symbol] != 0 : symbol - code.layout.data == $0
            }
            return try code.mismatchedParities(in: shards) == expected.map { $0 + code.layout.data }
                && !code.verify(shards)
        }
    }

    @Test(arguments: codes.indices)
    func `an update of a range equals encoding anew`(index: Int) throws {
        let code = ErasureCodeTests.codes[index]
        forRandom(30) { random in
            var data = (0..<code.layout.data).map { _ in randomBytes(20, using: &random) }
            var parities = try code.encode(data)
            let symbol = Int.random(in: 0..<code.layout.data, using: &random)
            let start = Int.random(in: 0...20, using: &random)
            let new = randomBytes(Int.random(in: 0...20 - start, using: &random), using: &random)
            let range = start..<start + new.count
            try code.update(&parities, symbol: symbol, from: Array(data[symbol][range]), to: new, at: start)
            data[symbol].replaceSubrange(range, with: new)
            return try parities == code.encode(data)
        }
    }

    @Test(arguments: codes.indices)
    func `shards that arrive in any order give the same parities`(index: Int) throws {
        func check(_ code: some ErasureCode) throws {
            var random = SeededRandom(seed: 17)
            let data = (0..<code.layout.data).map { _ in randomBytes(33, using: &random) }
            var progress = ProgressiveEncoding(code)
            for symbol in data.indices.shuffled(using: &random) {
                #expect(throws: StorageMathError.self) { try progress.parities() }
                try progress.add(data[symbol], as: symbol)
                #expect(!progress.missing.contains(symbol))
                #expect(throws: StorageMathError.self) { try progress.add(data[symbol], as: symbol) }
            }
            #expect(try progress.parities() == code.encode(data))
            #expect(throws: StorageMathError.self) { try progress.add([], as: code.layout.data) }
        }
        try check(ErasureCodeTests.codes[index])
    }

    @Test func `a shard of another length is not taken in`() throws {
        var progress = ProgressiveEncoding(try ReedSolomon(data: 2, parity: 1, convention: .cauchy1))
        try progress.add([1, 2], as: 1)
        #expect(throws: StorageMathError.self) { try progress.add([1], as: 0) }
        #expect(progress.missing == [0])
    }

    @Test(arguments: codes.indices)
    func `only what is asked for is rebuilt, and what is there is given as it is`(index: Int) throws {
        let code = ErasureCodeTests.codes[index]
        forRandom(40) { random in
            let whole = try stripe(of: code, length: 5, using: &random)
            var shards = whole.map(Optional.some)
            let lost = Set((0..<code.layout.symbols).filter { _ in Int.random(in: 0..<5, using: &random) == 0 })
            for symbol in lost { shards[symbol] = nil }
            let wanted = Set((0..<code.layout.symbols).filter { _ in Bool.random(using: &random) })
            guard try code.layout.canDecode(without: lost) else { return true }
            let result = try code.reconstruct(wanted, from: shards)
            return Set(result.keys) == wanted && result.allSatisfy { whole[$0.key] == $0.value }
        }
    }

    @Test(arguments: codes.indices)
    func `damaged ranges are repaired place by place, also where more shards are damaged than the code has parities`(
        index: Int
    ) throws {
        let code = ErasureCodeTests.codes[index]
        var repairs = 0
        forRandom(60) { random in
            let length = 40
            let whole = try stripe(of: code, length: length, using: &random)
            var shards = whole
            var damaged: [Int: [Range<Int>]] = [:]
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                let symbol = Int.random(in: 0..<code.layout.symbols, using: &random)
                let start = Int.random(in: 0...length, using: &random)
                let range = start..<Int.random(in: start...min(length, start + 12), using: &random)
                damaged[symbol, default: []].append(range)
                for byte in range { shards[symbol][byte] = UInt8.random(in: 0...255, using: &random) }
            }
            let fits = try (0..<length).allSatisfy { byte in
                try code.layout.canDecode(without: Set(damaged.filter { $0.value.contains { $0.contains(byte) } }.keys))
            }
            let before = shards
            do throws(StorageMathError) {
                try code.repair(&shards, damaged: damaged)
                if damaged.count > code.parityMatrix.rowCount { repairs += 1 }
                return fits && shards == whole
            } catch {
                return !fits && shards == before
            }
        }
        #expect(repairs > 0)
    }

    @Test(arguments: codes.indices)
    func `in one buffer, with any order and gaps, it is the same`(index: Int) throws {
        let code = ErasureCodeTests.codes[index]
        forRandom(30) { random in
            let length = Int.random(in: 0...19, using: &random)
            let whole = try stripe(of: code, length: length, using: &random)
            var offsets = [Int](repeating: 0, count: whole.count)
            var end = 0
            for symbol in whole.indices.shuffled(using: &random) {
                end += Int.random(in: 0...3, using: &random)
                offsets[symbol] = end
                end += length
            }
            var expected = randomBytes(end + 2, using: &random)
            var buffer = expected
            for (symbol, shard) in whole.enumerated() {
                expected.replaceSubrange(offsets[symbol]..<offsets[symbol] + length, with: shard)
                if symbol < code.layout.data {
                    buffer.replaceSubrange(offsets[symbol]..<offsets[symbol] + length, with: shard)
                }
            }
            let regions = try ShardRegions(offsets: offsets, length: length)
            var span = buffer.mutableSpan
            try code.encode(&span, at: regions)
            guard buffer == expected else { return false }
            let lost = Set(whole.indices.shuffled(using: &random).prefix(code.layout.lossesTolerated))
            for symbol in lost { for byte in 0..<length { buffer[offsets[symbol] + byte] = 0xee } }
            var again = buffer.mutableSpan
            try code.reconstruct(lost, in: &again, at: regions)
            return buffer == expected
        }
    }

    @Test func `regions that overlap are refused by name, others not`() throws {
        let error = #expect(throws: StorageMathError.self) { try ShardRegions(offsets: [0, 32, 47], length: 16) }
        #expect(error?.quantity == "start of shard 2")
        #expect(error?.bound == "at least 48, where shard 1 ends")
        #expect(throws: StorageMathError.self) { try ShardRegions(offsets: [16, 0, 16], length: 16) }
        #expect(throws: StorageMathError.self) { try ShardRegions(offsets: [-1], length: 16) }
        #expect(throws: StorageMathError.self) { try ShardRegions(offsets: [Int.max], length: 1) }
        #expect(throws: StorageMathError.self) { try ShardRegions(offsets: [0], length: -1) }
        #expect(throws: StorageMathError.self) { try ShardRegions(offsets: [], length: 1) }
        #expect(throws: StorageMathError.self) { try ShardRegions(count: 6, length: 16, stride: 15) }
        #expect(throws: StorageMathError.self) { try ShardRegions(count: 6, length: 16, stride: Int.max) }
        #expect(throws: StorageMathError.self) { try ShardRegions(count: Int.max, length: 16) }
        #expect(try ShardRegions(count: 6, length: 16).offsets == [0, 16, 32, 48, 64, 80])
        #expect(try ShardRegions(count: 6, length: 16, stride: 20).end == 116)
        #expect(try ShardRegions(offsets: [0, 0], length: 0).end == 0)
    }

    @Test(arguments: codes.indices)
    func `shards of no bytes have parities of no bytes`(index: Int) throws {
        let code = ErasureCodeTests.codes[index]
        let data = [[UInt8]](repeating: [], count: code.layout.data)
        let parities = try code.encode(data)
        #expect(parities == Array(repeating: [], count: code.parityMatrix.rowCount))
        #expect(try code.verify(data + parities))
        var shards = (data + parities).map(Optional.some)
        shards[0] = nil
        try code.reconstruct(&shards)
        #expect(shards[0] == [])
        #expect(try code.locateDamage(in: data + parities) == .consistent(certainUpTo: code.layout.lossesTolerated))
    }

    @Test func `what does not fit is refused with its name, and nothing is changed`() throws {
        let code = try ReedSolomon(data: 4, parity: 2, convention: .vandermondePowers)
        var random = SeededRandom(seed: 1)
        let whole = try stripe(of: code, length: 4, using: &random)
        var uneven = whole
        uneven[5].append(0)
        let error = #expect(throws: StorageMathError.self) { try code.verify(uneven) }
        #expect(error?.quantity == "bytes of parity 2")
        #expect(throws: StorageMathError.self) { try code.encode(whole) }
        #expect(throws: StorageMathError.self) { try code.encode([]) }
        #expect(throws: StorageMathError.self) { try code.encode(Array(uneven[2...])) }
        #expect(throws: StorageMathError.self) { try code.locateDamage(in: []) }
        #expect(throws: StorageMathError.self) { try code.reconstruct([6], from: whole.map(Optional.some)) }
        #expect(throws: StorageMathError.self) { try code.reconstruct([0], from: [nil]) }
        #expect(throws: StorageMathError.self) { try code.reconstruct([0], from: uneven.map(Optional.some)) }
        #expect(throws: StorageMathError.self) { try code.reconstruction(of: []) }
        #expect(throws: StorageMathError.self) { try code.reconstruction(of: [0], without: [-1]) }
        let plan = try code.reconstruction(of: [0])
        #expect(throws: StorageMathError.self) { try plan.apply(to: []) }
        #expect(throws: StorageMathError.self) { try plan.apply(to: [[1], [], [1], [1]]) }

        var parities = Array(whole[4...])
        for (symbol, old, new, offset) in [
            (4, 1, 1, 0), (-1, 1, 1, 0), (0, 1, 2, 0), (0, 5, 5, 0), (0, 1, 1, 4), (0, 1, 1, -1), (0, 1, 1, Int.max),
        ] {
            #expect(throws: StorageMathError.self) {
                try code.update(
                    &parities, symbol: symbol, from: Array(repeating: 1, count: old),
                    to: Array(repeating: 2, count: new), at: offset)
            }
        }
        #expect(parities == Array(whole[4...]))

        var shards = whole
        for damaged in [[0: [-1..<1]], [0: [3..<5]], [6: [0..<1]], [0: [0..<1], 1: [0..<1], 2: [0..<1]]] {
            #expect(throws: StorageMathError.self) { try code.repair(&shards, damaged: damaged) }
        }
        #expect(shards == whole)
        var buffer = [UInt8](repeating: 0, count: 23)
        var span = buffer.mutableSpan
        let regions = try ShardRegions(count: 6, length: 4)
        let few = try ShardRegions(count: 5, length: 4)
        do throws(StorageMathError) {
            try code.encode(&span, at: regions)
            Issue.record("23 bytes do not hold 24")
        } catch {
            #expect(error.bound == "at least 24, where the last shard ends")
        }
        do throws(StorageMathError) {
            try code.reconstruct([0], in: &span, at: few)
            Issue.record("5 regions do not hold 6 shards")
        } catch {
            #expect(error.bound == "6")
        }
    }
}
