import ClusterCore
import StorageMath
import TestSupport
import Testing

/// Bytes read for one lost byte.
@Suite struct RepairReadsTests {
    private func cost(_ name: String, _ shape: ClusterShape, _ scope: RepairScope = .drive) throws -> RepairCost {
        try Resiliency(parsing: name).layout(in: shape).repairCost(of: scope)
    }

    /// Sathiamoorthy et al., "XORing elephants", VLDB 2013, table 1: repair traffic of three copies, RS(10,4) and the
    /// LRC with 10 data symbols in two groups.
    @Test func `Xorbas table 1: repair reads 1x, 10x and 5x`() throws {
        #expect(Code.copies(3).repairCost(of: .drive)?.reads == .one)
        let reedSolomon = try ErasureLayout(data: 10, globalParities: 4)
        #expect(Code.erasure(reedSolomon).repairCost(of: .drive)?.reads == Fraction(10))
        let local = try ErasureLayout(data: 10, localParities: 2, globalParities: 4)
        #expect(local.repairReads(of: .data) == 5)
        #expect(local.repairReads(of: .localParity) == 5)
    }

    /// Huang et al., ATC 2012, gives 3.6 for (6,2,2); the others follow by enumeration of all symbols.
    @Test(arguments: [(6, 2, 2, "18/5"), (8, 2, 1, "48/11"), (12, 2, 1, "32/5"), (12, 2, 2, "27/4")])
    func `Azure LRC: average reads to rebuild one symbol`(_ k: Int, _ l: Int, _ r: Int, _ reads: String) throws {
        let layout = try ErasureLayout(data: k, localParities: l, globalParities: r)
        #expect(layout.averageRepairReads == (try Fraction(parsing: reads)))
    }

    @Test func `a data fragment of LRC(12,2,2) is rebuilt from 6`() throws {
        #expect(try ErasureLayout(data: 12, localParities: 2, globalParities: 2).repairReads(of: .data) == 6)
    }

    /// No smaller set of other symbols gives a lost one back: every subset, over GF(2^8).
    @Test(arguments: [(4, 0, 2), (4, 2, 1), (6, 2, 2), (6, 3, 1)])
    func `reads of every symbol are the fewest, by trying all sets`(_ k: Int, _ l: Int, _ r: Int) throws {
        let layout = try ErasureLayout(data: k, localParities: l, globalParities: r)
        let rows = FieldRows.rows(of: layout)
        for lost in rows.indices {
            let others = rows.indices.filter { $0 != lost }
            let fewest = (1..<(1 << others.count)).filter { set in
                let chosen = others.indices.filter { set >> $0 & 1 == 1 }.map { rows[others[$0]] }
                return FieldRows.rank(chosen + [rows[lost]]) == FieldRows.rank(chosen)
            }.map(\.nonzeroBitCount).min()
            let kind: ErasureLayout.SymbolKind = lost < k ? .data : lost < k + l ? .localParity : .globalParity
            #expect(layout.repairReads(of: kind) == fewest)
        }
    }

    @Test func `mirror-accelerated parity is weighed by what a drive holds of each part`() throws {
        // 4 servers, 20 % mirror: 0.6 stored bytes of mirror read 1, 1.6 of RS 2+2 read 2: 3.8 / 2.2.
        let shape = try ClusterShape(servers: 4)
        #expect(try cost("map:20%", shape).reads == Fraction(19, over: 11))
        #expect(try cost("map:20%", shape).transfers == Fraction(19, over: 11))
    }

    @Test func `nested types rebuild a drive without the network and a server by copy`() throws {
        let shape = try ClusterShape(servers: 2, capacityDrivesPerServer: 6)
        let drive = try cost("nested-two-way-mirror", shape)
        #expect((drive.reads, drive.transfers) == (.one, .zero))
        // Per byte of the volume 10 % mirror stores 0.4, 90 % parity 2.16: 0.4 x 1 + 2.16 x 5 read for 2.56 lost.
        let nested = try cost("nested-map:10%", shape)
        #expect(nested.reads == (try Fraction(1120, over: 256)))
        #expect(nested.transfers == .zero)
        #expect(nested.assumptions.count == 2)
        #expect(try cost("nested-map:10%", shape, .server).reads == .one)
        #expect(try cost("nested-map:10%", shape, .server).transfers == .one)
    }

    @Test func `a simple volume cannot be rebuilt`() throws {
        let error = #expect(throws: StorageMathError.self) { try cost("simple", ClusterShape(servers: 4)) }
        #expect(error?.remedy.contains("backup") == true)
    }

    @Test func `reads lie between those of the parts`() throws {
        forRandom(500) { random in
            let share = try MirrorShare(Fraction(Int64(random.next() % 99) + 1, over: 100))
            let shape = try ClusterShape(
                servers: Int(random.next() % 13) + 4, media: random.next() % 2 == 0 ? .hybrid : .allFlash)
            let parity = try Resiliency.dualParity.layout(in: shape).repairCost(of: .drive).reads
            let mixed = try Resiliency.mirrorAcceleratedParity(share).layout(in: shape).repairCost(of: .drive).reads
            return mixed > .one && mixed < parity
        }
    }

    @Test func `a share whose exact result does not fit is refused`() throws {
        let share = try MirrorShare(Fraction(.max / 2, over: .max))
        let layout = try Resiliency.mirrorAcceleratedParity(share).layout(in: ClusterShape(servers: 16))
        #expect(throws: StorageMathError.self) { try layout.repairCost(of: .drive) }
    }
}
