import ClusterCore
import StorageMath
import TestSupport
import Testing

@Suite struct GrowthTests {
    @Test func `a fifth equal server takes a fifth of what is stored`() throws {
        let before = try Pool(servers: 4, of: drives(16, 2))
        let after = try before.adding([drives(16, 2)])
        let growth = try before.growth(to: after, with: [volume("a", "three-way-mirror", 20)])
        // 60 TB over four servers are 15 TB each, over five 12 TB.
        #expect(growth.moved == terabytes(12))
        #expect(growth.heldBefore == [15, 15, 15, 15, 0].map { terabytes($0) })
        #expect(growth.heldAfter == [12, 12, 12, 12, 12].map { terabytes($0) })
        #expect(after.reserveBytes == before.reserveBytes)
    }

    @Test func `AL-124 drives added to a server take their share of what it holds`() throws {
        let before = try Pool(servers: 3, of: drives(4, 1))
        let after = try before.adding(DriveGroup(count: 4, size: terabytes(1)), toServer: 3)
        let growth = try before.growth(to: after, with: [volume("a", "three-way-mirror", 3)])
        // Each server holds a copy of everything, so nothing moves between them; 3 TB on four drives spread over eight.
        #expect(growth.heldAfter == growth.heldBefore)
        #expect(growth.moved == terabytes(1.5))
    }

    @Test func `in a rack-aware cluster nothing moves to the other rack`() throws {
        let before = try Pool(servers: 8, of: drives(4, 4), racks: 2)
        let after = try before.adding(DriveGroup(count: 4, size: terabytes(4)), toServer: 1)
        let growth = try before.growth(to: after, with: [volume("a", "four-way-mirror", 6)])
        // Rack 1 holds 12 TB; of its 80 TB server 1 has 32, so 4.8 TB where 3 were, all of which comes from its rack. Of the
        // 4.8 TB half lie on the new drives.
        #expect(growth.heldAfter[0] == terabytes(4.8))
        #expect(growth.heldAfter[4...].allSatisfy { $0 == terabytes(3) } == true)
        #expect(growth.moved == terabytes(2.4))
    }

    @Test func `one copy in a rack-aware cluster goes where there is room`() throws {
        let before = try Pool(servers: [drives(1, 10), drives(1, 2)], racks: 2, reserve: .fixed(.zero))
        let simple = try volume("s", "simple", 11)
        #expect(try before.plan([simple], by: profile()).volumes[0].fits)
        let growth = try before.growth(to: before, with: [simple])
        #expect(growth.heldAfter.reduce(0) { $0 + $1.bytes } == terabytes(11).bytes)
        #expect(zip(growth.heldAfter, before.servers).allSatisfy { $0 <= $1.capacityBytes })
        let stranded = try before.stranded(by: Resiliency.simple.layout(in: before.shape))
        #expect(stranded.largestVolume == terabytes(12))
        #expect(stranded.onServers == [terabytes(10), terabytes(2)])
    }

    @Test func `a seventh of six servers' data moves to a seventh, to the byte`() throws {
        let before = try Pool(servers: 6, of: drives(4, 1))
        let growth = try before.growth(to: before.adding([drives(4, 1)]), with: [volume("a", "dual-parity", 1)])
        // 2 TB: 2/7 TB are 285714285714.28… bytes.
        #expect(growth.moved.bytes == 285_714_285_714 || growth.moved.bytes == 285_714_285_715)
    }

    @Test func `volumes that fit together are placed together`() throws {
        let before = try Pool(servers: [drives(10, 1), drives(10, 1), drives(15, 1)], reserve: .fixed(.zero))
        let volumes = [try volume("s", "simple", 5), try volume("m", "three-way-mirror", 9)]
        let growth = try before.growth(to: before.adding([drives(10, 1)]), with: volumes)
        #expect(growth.heldBefore.reduce(0) { $0 + $1.bytes } == terabytes(32).bytes)
        #expect(growth.heldAfter.reduce(0) { $0 + $1.bytes } == terabytes(32).bytes)
    }

    @Test func `Storage Spaces Direct FAQ, a third server leaves a two-way mirror one`() throws {
        let before = try Pool(servers: 2, of: drives(4, 2))
        let growth = try before.growth(to: before.adding([drives(4, 2)]), with: [volume("a", "two-way-mirror", 2)])
        #expect(growth.findings.contains { $0.subject == "volume:a" && $0.measured == .text("stays a two-way mirror") })
    }

    @Test func `dual parity keeps RS 2+2 when a seventh server would have RS 4+2`() throws {
        let before = try Pool(servers: 6, of: drives(4, 2))
        let growth = try before.growth(to: before.adding([drives(4, 2)]), with: [volume("a", "dual-parity", 2)])
        #expect(
            growth.findings.contains {
                $0.measured == .text("keeps its layout, RS 2+2") && $0.remedy == "a volume made anew would have RS 4+2"
            })
    }

    @Test func `rebalancing loses and adds nothing, and overfills no server`() throws {
        forRandom(200) { random in
            let before = try pool(
                (0..<Int.random(in: 3...8, using: &random)).map { _ in Double(Int.random(in: 5...20, using: &random)) })
            let after = try before.adding([drives(1, Double(Int.random(in: 1...20, using: &random)))])
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
