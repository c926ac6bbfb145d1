import StorageMath
import TestSupport
import Testing

/// The slab that is called the worst, against every slab that there is.
@Suite struct WorstSlabTests {
    private typealias Case = SurvivalCase

    /// Every way to lay a slab of a code over the cluster, by the rules of its type alone.
    private func everySlab(_ code: Code, _ cluster: ClusterLayout) throws -> [SlabPlacement] {
        let places: [[DrivePosition]]
        switch code {
        case .nestedCopies, .nestedParity:
            places = choices(cluster, 1, code.symbols / 2).flatMap { first in
                choices(cluster, 2, code.symbols / 2).map { first + $0 }
            }
        default:
            places = arrangements(Array(cluster.servers), code.symbols).filter { servers in
                guard case .copies(let count) = code, cluster.racks == 2, count % 2 == 0 else { return true }
                return servers.count { $0 <= cluster.drives.count / 2 } == count / 2
            }.flatMap { servers in
                servers.reduce([[]]) { slabs, server in
                    slabs.flatMap { slab in
                        (1...cluster.drives[server - 1]).map { slab + [DrivePosition(server: server, drive: $0)] }
                    }
                }
            }
        }
        return try places.map { try SlabPlacement(code, on: $0, in: cluster) }
    }

    private func arrangements(_ items: [Int], _ count: Int) -> [[Int]] {
        guard count > 0 else { return [[]] }
        return items.flatMap { item in arrangements(items.filter { $0 != item }, count - 1).map { [item] + $0 } }
    }

    private func choices(_ cluster: ClusterLayout, _ server: Int, _ count: Int) -> [[DrivePosition]] {
        arrangements(Array(1...cluster.drives[server - 1]), count).map { drives in
            drives.map { DrivePosition(server: server, drive: $0) }
        }
    }

    @Test(arguments: [
        ("three-way-mirror", [2, 1, 2, 1], 1), ("dual-parity", [2, 1, 2, 1, 1], 1), ("single-parity", [2, 2, 1], 1),
        ("two-way-mirror", [2, 2, 2], 1), ("nested-two-way-mirror", [3, 3], 1), ("nested-map:20%", [4, 4], 1),
        ("four-way-mirror", [1, 2, 1, 2], 2), ("two-way-mirror", [3, 2], 2), ("simple", [2, 1], 1),
        ("four-way-mirror", [1, 1, 1, 1, 1, 1], 2),
    ])
    func `no slab loses more, and data is lost where some slab is, for random failures`(
        type: String, drives: [Int], racks: Int
    ) throws {
        let cluster = try ClusterLayout(drives: drives, racks: racks, hasWitness: true)
        let placement = try VolumePlacement(Resiliency(parsing: type), in: cluster)
        let slabs = try placement.layout.parts.map { try everySlab($0.code, cluster) }
        let elements = Self.elements(of: cluster)
        forRandom(60) { random in
            let failures = try ClusterFailures(elements.filter { _ in random.next() % 4 == 0 }, in: cluster)
            let result = try placement.survival(after: [failures])
            for (worst, every) in zip(result.worstSlabs, slabs) {
                let outcomes = try every.map { try $0.survival(after: failures) }
                guard worst.lost.count == outcomes.map(\.lost.count).max() else { return false }
                guard worst.isReadable == outcomes.allSatisfy(\.isReadable) else { return false }
                guard every.contains(worst.slab) else { return false }
            }
            return true
        }
    }

    @Test func `AL-114 with an LRC data is lost where some choice of symbols on the affected servers is fatal by rank`()
        throws
    {
        let cluster = try ClusterLayout(servers: 12, drivesEach: 2, media: .hybrid, hasWitness: true)
        let placement = try VolumePlacement(.dualParity, in: cluster)
        let oracle = RankOracle(try ErasureLayout(data: 8, localParities: 2, globalParities: 1), seed: 2)
        for affected in 0...5 {
            let failures = try ClusterFailures((0..<affected).map { .server($0 + 1) }, in: cluster)
            let worst = try placement.survival(after: [failures]).worstSlabs[0]
            let fatal = (0..<(1 << 11)).contains { bits in
                bits.nonzeroBitCount == affected
                    && !oracle.canDecode(without: Set((0..<11).filter { bits >> $0 & 1 == 1 }))
            }
            #expect(worst.lost.count == affected)
            #expect(worst.isReadable == !fatal)
        }
    }

    @Test func `a slab of its own: pieces may be placed so that a failure takes two`() throws {
        let cluster = try Case.cluster(4)
        let slab = try SlabPlacement(
            .copies(2), on: [DrivePosition(server: 1, drive: 1), DrivePosition(server: 1, drive: 2)], in: cluster)
        let lost = try slab.survival(after: ClusterFailures([.server(1)], in: cluster))
        #expect(lost.lost == [0, 1])
        #expect(!lost.isReadable)
        let kept = try slab.survival(after: ClusterFailures([.drive(DrivePosition(server: 1, drive: 1))], in: cluster))
        #expect(kept.left == [1])
        #expect(kept.isReadable)
    }

    @Test func `AL-114 three symbols of one group lost is the end of a slab, one of each group and a parity is not`()
        throws
    {
        let cluster = try ClusterLayout(servers: 12, drivesEach: 1, media: .hybrid, hasWitness: true)
        let code = Code.erasure(try ErasureLayout(data: 8, localParities: 2, globalParities: 1))
        let slab = try SlabPlacement(code, on: (1...11).map { DrivePosition(server: $0, drive: 1) }, in: cluster)
        let oneGroup = try slab.survival(after: ClusterFailures([.server(1), .server(2), .server(9)], in: cluster))
        #expect(!oneGroup.isReadable)
        let spread = try slab.survival(after: ClusterFailures([.server(1), .server(5), .server(11)], in: cluster))
        #expect(spread.isReadable)
        #expect(spread.left.count == 8)
    }

    static func elements(of cluster: ClusterLayout) -> [FailedElement] {
        var result: [FailedElement] = cluster.servers.map { .server($0) } + (1...cluster.racks).map { .rack($0) }
        for server in cluster.servers {
            for drive in 1...cluster.drives[server - 1] {
                result.append(.drive(DrivePosition(server: server, drive: drive)))
            }
        }
        if cluster.hasWitness { result.append(.witness) }
        return result
    }
}
