import StorageMath
import Testing

@Suite struct SymbolPlacementTests {
    @Test(arguments: [
        (8, 2, 1, 4, 1), (12, 2, 1, 5, 1), (12, 2, 2, 4, 1), (12, 2, 2, 8, 2), (6, 2, 2, 3, 1), (4, 0, 2, 3, 1),
        (4, 0, 2, 6, 2),
    ])
    func `every loss of the domains leaves a code that decodes, and every symbol has one place`(
        data: Int, local: Int, global: Int, domains: Int, losses: Int
    ) throws {
        let layout = try ErasureLayout(data: data, localParities: local, globalParities: global)
        let placement = try layout.placement(across: domains, surviving: losses)
        #expect(placement.domains.count == domains)
        #expect(placement.domains.flatMap(\.self).sorted() == Array(0..<layout.symbols))
        for lost in subsets(of: domains, atMost: losses) {
            let symbols = Set(lost.flatMap { placement.domains[$0] })
            #expect(try layout.canDecode(without: symbols), "\(layout) without domains \(lost)")
        }
    }

    @Test func `LRC(12,2,2) on sixteen domains has one symbol in each, as Azure places it (Huang et al. 2012)`() throws
    {
        let layout = try ErasureLayout(data: 12, localParities: 2, globalParities: 2)
        let placement = try layout.placement(across: 16, surviving: 3)
        #expect(placement.domains.allSatisfy { $0.count == 1 })
    }

    @Test(arguments: [(2, 0, 1), (2, 0, 2), (3, 0, 2), (4, 2, 1), (4, 2, 2), (2, 1, 1), (3, 1, 1)])
    func `a placement is refused exactly where trying all finds none`(data: Int, local: Int, global: Int) throws {
        let layout = try ErasureLayout(data: data, localParities: local, globalParities: global)
        for domains in 2...4 {
            for losses in 1..<domains {
                let exists = try hasPlacement(layout, domains, losses)
                let found = try? layout.placement(across: domains, surviving: losses)
                #expect((found != nil) == exists, "\(layout) over \(domains), \(losses) lost")
            }
        }
    }

    @Test func `a domain may hold one symbol of each group and as many more as there are global parities`() throws {
        // 11 symbols, 3 a domain: 4 domains are enough and 3 are not.
        let layout = try ErasureLayout(data: 8, localParities: 2, globalParities: 1)
        #expect(try layout.placement(across: 4).mostSymbols == 3)
        #expect(throws: StorageMathError.self) { try layout.placement(across: 3) }
    }

    @Test func `refusals say what is too few`() throws {
        let layout = try ErasureLayout(data: 4, globalParities: 2)
        #expect {
            try layout.placement(across: 2)
        } throws: { error in
            "\(error)".contains("RS 4+2") && "\(error)".contains("more fault domains")
        }
        #expect(throws: StorageMathError.self) { try layout.placement(across: 0) }
        #expect(throws: StorageMathError.self) { try layout.placement(across: 3, surviving: 3) }
        #expect(throws: StorageMathError.self) { try layout.placement(across: 300) }
        #expect(throws: StorageMathError.self) { try layout.placement(across: 8, surviving: 5) }
    }

    /// All placements, one after the other, by the oracle of the layout.
    private func hasPlacement(_ layout: ErasureLayout, _ domains: Int, _ losses: Int) throws -> Bool {
        var places = [Int](repeating: 0, count: layout.symbols)
        let lost = subsets(of: domains, atMost: losses)
        while true {
            let isSafe = try lost.allSatisfy { domains in
                try layout.canDecode(without: Set(places.indices.filter { domains.contains(places[$0]) }))
            }
            if isSafe { return true }
            var place = 0
            while place < places.count, places[place] == domains - 1 {
                places[place] = 0
                place += 1
            }
            if place == places.count { return false }
            places[place] += 1
        }
    }

    private func subsets(of count: Int, atMost size: Int) -> [[Int]] {
        (1..<1 << count).map { mask in (0..<count).filter { mask >> $0 & 1 == 1 } }.filter { $0.count <= size }
    }
}
