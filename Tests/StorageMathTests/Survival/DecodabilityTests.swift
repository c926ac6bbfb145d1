import StorageMath
import TestSupport
import Testing

/// Which losses of symbols a code survives.
@Suite struct DecodabilityTests {
    private func subsets(of count: Int) -> some Sequence<Set<Int>> {
        (0..<(1 << count)).lazy.map { bits in Set((0..<count).filter { bits >> $0 & 1 == 1 }) }
    }

    @Test(arguments: [(2, 0, 2), (4, 0, 2), (6, 0, 2), (8, 2, 1), (6, 2, 2), (6, 3, 1), (4, 4, 1), (4, 2, 0)])
    func `AL-114 every loss of symbols is judged as the rank of what is left says`(
        data: Int, local: Int, global: Int
    ) throws {
        let layout = try ErasureLayout(data: data, localParities: local, globalParities: global)
        let oracle = RankOracle(layout, seed: 7)
        for lost in subsets(of: layout.symbols) {
            #expect(try layout.canDecode(without: lost) == oracle.canDecode(without: lost), "\(layout), \(lost)")
        }
    }

    @Test func `AL-114 LRC(12,2,1) is judged as the rank says, for losses up to four symbols and at random beyond`()
        throws
    {
        let layout = try ErasureLayout(data: 12, localParities: 2, globalParities: 1)
        let oracle = RankOracle(layout, seed: 11)
        for lost in subsets(of: 15) where lost.count <= 4 {
            #expect(try layout.canDecode(without: lost) == oracle.canDecode(without: lost), "\(lost)")
        }
        forRandom(2_000) { random in
            let lost = Set((0..<15).filter { _ in Int.random(in: 0..<4, using: &random) == 0 })
            return try layout.canDecode(without: lost) == oracle.canDecode(without: lost)
        }
    }

    @Test(arguments: [(8, 11), (12, 15)])
    func `AL-114 an LRC of three parities survives every two losses and not every three: it is no n - k code`(
        data: Int, symbols: Int
    ) throws {
        let layout = try ErasureLayout(data: data, localParities: 2, globalParities: 1)
        #expect(layout.symbols == symbols)
        #expect(layout.symbols - layout.data == 3)
        #expect(layout.lossesTolerated == 2)
        let oracle = RankOracle(layout, seed: 3)
        #expect(subsets(of: symbols).filter { $0.count == 2 }.allSatisfy { oracle.canDecode(without: $0) })
        #expect(!oracle.canDecode(without: [0, 1, 2]))
        #expect(try !layout.canDecode(without: [0, 1, 2]))
        #expect(try layout.canDecode(without: [0, 1, data / 2]))
    }

    @Test func `LRC(6,2,2) loses data in 30 of the 210 losses of four symbols, counted by hand`() throws {
        // 2: a whole group. 16: three of a group and a global parity. 12: two of a group and both global parities.
        let layout = try ErasureLayout(data: 6, localParities: 2, globalParities: 2)
        let fours = subsets(of: 10).filter { $0.count == 4 }
        #expect(fours.count == 210)
        #expect(try fours.count { try !layout.canDecode(without: $0) } == 30)
        #expect(layout.lossesTolerated == 3)
    }

    @Test(arguments: 4...7)
    func `nested parity is judged as the rank of what both servers have left`(columns: Int) throws {
        let oracle = RankOracle(nestedParityOf: columns)
        let code = Code.nestedParity(columns: columns)
        for lost in subsets(of: 2 * columns) {
            #expect(try code.canRead(without: lost) == oracle.canDecode(without: lost), "\(lost)")
        }
    }

    @Test func `copies are read while one is left`() throws {
        for code in [Code.copies(1), .copies(3), .copies(4), .nestedCopies] {
            for lost in subsets(of: code.symbols) {
                #expect(try code.canRead(without: lost) == (lost.count < code.symbols))
            }
        }
    }

    @Test func `the losses that a code tolerates are the most of which the rank survives all`() throws {
        for (data, local, global) in [(2, 0, 1), (4, 0, 2), (8, 2, 1), (6, 2, 2), (6, 3, 1), (4, 4, 1), (4, 2, 0)] {
            let layout = try ErasureLayout(data: data, localParities: local, globalParities: global)
            let oracle = RankOracle(layout, seed: 5)
            let fatal = subsets(of: layout.symbols).filter { !oracle.canDecode(without: $0) }.map(\.count).min()
            #expect(fatal == layout.lossesTolerated + 1, "\(layout)")
        }
    }

    @Test func `a symbol that a code does not have is refused by name`() throws {
        let layout = try ErasureLayout(data: 4, globalParities: 2)
        #expect(throws: StorageMathError.self) { try layout.canDecode(without: [6]) }
        #expect(throws: StorageMathError.self) { try layout.canDecode(without: [-1]) }
        let error = #expect(throws: StorageMathError.self) { try Code.copies(3).canRead(without: [3]) }
        #expect(error?.value == "3")
        #expect(error?.bound == "0 to 2")
    }

    @Test func `pieces are named as people count them`() throws {
        let layout = try ErasureLayout(data: 8, localParities: 2, globalParities: 1)
        let code = Code.erasure(layout)
        #expect(
            [0, 7, 8, 9, 10].map { code.symbolName($0) } == [
                "data 1", "data 8", "local parity 1", "local parity 2", "global parity 1",
            ])
        #expect(Code.nestedCopies.symbolName(2) == "copy 1 of the second server")
        #expect(Code.nestedParity(columns: 4).symbolName(3) == "column 4 of the first server")
    }
}
