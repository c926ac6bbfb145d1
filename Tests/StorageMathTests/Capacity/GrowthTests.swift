import ClusterCore
import StorageMath
import TestSupport
import Testing

@Suite struct GrowthTests {
    @Test func `a fifth equal server takes a fifth of what is stored`() throws {
        let before = try Pool(servers: 4, of: drives(16, 2))
        let after = try before.adding(drives(16, 2))
        let growth = try before.growth(to: after, with: [volume("a", "three-way-mirror", 20)])
        // 60 TB over four servers are 15 TB each, over five 12 TB.
        #expect(growth.moved == terabytes(12))
        #expect(growth.heldBefore == [15, 15, 15, 15, 0].map { terabytes($0) })
        #expect(growth.heldAfter == [12, 12, 12, 12, 12].map { terabytes($0) })
        #expect(after.reserveBytes == before.reserveBytes)
    }

    @Test func `AL-124 a drive more in one server moves data there, up to one copy of every stripe`() throws {
        let before = try Pool(servers: 3, of: drives(4, 1))
        let after = try before.adding(DriveGroup(count: 4, size: terabytes(1)), toServer: 3)
        let growth = try before.growth(to: after, with: [volume("a", "three-way-mirror", 2)])
        // Each server holds a copy already, so nothing can move.
        #expect(growth.moved == .zero)
    }

    @Test func `Storage Spaces Direct FAQ, a third server leaves a two-way mirror one`() throws {
        let before = try Pool(servers: 2, of: drives(4, 2))
        let growth = try before.growth(to: before.adding(drives(4, 2)), with: [volume("a", "two-way-mirror", 2)])
        #expect(growth.findings.contains { $0.subject == "volume:a" && $0.measured == .text("stays a two-way mirror") })
    }

    @Test func `dual parity keeps RS 2+2 when a seventh server would have RS 4+2`() throws {
        let before = try Pool(servers: 6, of: drives(4, 2))
        let growth = try before.growth(to: before.adding(drives(4, 2)), with: [volume("a", "dual-parity", 2)])
        #expect(
            growth.findings.contains {
                $0.measured == .text("keeps its layout, RS 2+2") && $0.remedy == "a volume made anew would have RS 4+2"
            })
    }

    @Test func `rebalancing loses and adds nothing, and overfills no server`() throws {
        forRandom(200) { random in
            let before = try pool(
                (0..<Int.random(in: 3...8, using: &random)).map { _ in Double(Int.random(in: 5...20, using: &random)) })
            let after = try before.adding(drives(1, Double(Int.random(in: 1...20, using: &random))))
            let layout = try Resiliency.threeWayMirror.layout(in: before.shape)
            let room = try Allocation(before).largest(layout).size
            guard room > .zero else { return true }
            let size = ByteCount(bytes: UInt64.random(in: 1...room.bytes, using: &random))
            let one = try Volume(name: "v", resiliency: .threeWayMirror, size: size)
            let growth = try before.growth(to: after, with: [one])
            let (old, new) = (
                growth.heldBefore.reduce(UInt64(0)) { $0 + $1.bytes },
                growth.heldAfter.reduce(UInt64(0)) { $0 + $1.bytes }
            )
            let fits = zip(growth.heldAfter, after.servers).allSatisfy { $0 <= $1.capacityBytes }
            return old == new && old == size.bytes * 3 && fits && growth.heldAfter.allSatisfy { $0 <= size }
        }
    }

    @Test func `the fewest servers and drives for some volumes, and why one fewer does not do`() throws {
        let volumes = [
            try volume("a", "three-way-mirror", 12), try volume("b", "three-way-mirror", 12),
            try volume("c", "dual-parity", 12), try volume("d", "dual-parity", 12),
        ]
        let servers = try Sizing.servers(for: volumes, of: drives(16, 2), by: profile())
        #expect(servers.pool?.servers.count == 4)
        #expect(servers.refused.map(\.count) == [1, 2, 3])
        // The worked example is exactly full, so a drive fewer does not do.
        let count = try Sizing.drives(for: volumes, servers: 4, kind: .ssd, size: terabytes(2), by: profile())
        #expect(count.pool?.servers.first?.capacityCount == 16)
        #expect(count.refused.last?.count == 15)
        let none = try Sizing.servers(for: [volume("a", "three-way-mirror", 5000)], of: drives(4, 1), by: profile())
        #expect(none.pool == nil)
    }
}
