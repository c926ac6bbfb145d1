import ClusterCore
import StorageMath
import TestSupport
import Testing

/// Microsoft, drive-symmetry-considerations; the formula for the optimum is derived in facts of coding and flow.
@Suite struct StrandedCapacityTests {
    private func stranded(_ sizes: [Double], _ type: Resiliency) throws -> StrandedCapacity {
        let pool = try pool(sizes)
        return try pool.stranded(by: type.layout(in: pool.shape))
    }

    @Test func `drive-symmetry, 10, 10 and 15 TB in a three-way mirror strand 5 TB on server 3`() throws {
        let found = try stranded([10, 10, 15], .threeWayMirror)
        #expect(found.largestVolume == terabytes(10))
        #expect(found.stranded == terabytes(5))
        #expect(found.onServers == [terabytes(10), terabytes(10), terabytes(10)])
    }

    @Test func `drive-symmetry, 10, 10, 10 and 15 TB strand nothing`() throws {
        let found = try stranded([10, 10, 10, 15], .threeWayMirror)
        #expect(found.largestVolume == terabytes(15))
        #expect(found.stranded == .zero)
    }

    @Test func `drive-symmetry, 16, 16 and 24 TB hold 16 TB and strand 8 TB`() throws {
        let found = try stranded([16, 16, 24], .threeWayMirror)
        #expect(found.largestVolume == terabytes(16))
        #expect(found.stranded == terabytes(8))
    }

    @Test func `10, 10 and 15 TB in a two-way mirror hold 17.5 TB and strand nothing`() throws {
        let found = try stranded([10, 10, 15], .twoWayMirror)
        #expect(found.largestVolume == terabytes(17.5))
        #expect(found.stranded == .zero)
    }

    @Test func `the witness names the full servers, which no volume can avoid`() throws {
        // Two copies of every stripe lie on servers 2 and 3, one of each on either: both are full, and so is the optimum.
        let found = try stranded([15, 10, 10], .threeWayMirror)
        guard case .places(.servers, let full) = found.witness else {
            Issue.record("\(found.witness)")
            return
        }
        #expect(!full.isEmpty && Set(full).isSubset(of: [2, 3]))
        #expect(try stranded([1, 100, 100], .twoWayMirror).stranded == .zero)
        #expect(try stranded([1, 1, 100], .twoWayMirror).witness == .places(.servers, [1, 2]))
        #expect(try stranded([1, 1, 100], .twoWayMirror).stranded == terabytes(98))
    }

    /// Places slabs at random, each copy on another server with room, until none can be placed.
    private func randomSlabs(_ room: [Int], _ copies: Int, _ random: inout SeededRandom) -> Int {
        var left = room
        var slabs = 0
        while true {
            let open = left.indices.filter { left[$0] > 0 }
            guard open.count >= copies else { return slabs }
            for server in open.shuffled(using: &random).prefix(copies) { left[server] -= 1 }
            slabs += 1
        }
    }

    @Test func `no random placement beats the optimum, and filling the fullest first reaches it`() throws {
        forRandom(300) { random in
            let servers = Int.random(in: 3...8, using: &random)
            let room = (0..<servers).map { _ in Int.random(in: 1...40, using: &random) }
            for (type, copies) in [(Resiliency.twoWayMirror, 2), (.threeWayMirror, 3)] {
                let pool = try Pool(
                    servers: room.map {
                        try ServerDrives(capacity: [DriveGroup(count: 1, size: ByteCount(bytes: UInt64($0)))])
                    })
                let best = try pool.stranded(by: type.layout(in: pool.shape)).largestVolume.bytes
                if UInt64(randomSlabs(room, copies, &random)) > best { return false }
                // Whole slabs: always the servers with most room left.
                var left = room
                var slabs: UInt64 = 0
                while true {
                    let fullest = left.indices.sorted { left[$0] > left[$1] }.prefix(copies)
                    guard fullest.allSatisfy({ left[$0] > 0 }) else { break }
                    for server in fullest { left[server] -= 1 }
                    slabs += 1
                }
                if slabs != best { return false }
            }
            return true
        }
    }

    @Test func `what is on the servers adds up and is nowhere more than there is or than a stripe allows`() throws {
        forRandom(300) { random in
            let servers = Int.random(in: 4...16, using: &random)
            let pool = try Pool(
                servers: (0..<servers).map { _ in
                    try ServerDrives(
                        capacity: [
                            DriveGroup(
                                count: 1, size: ByteCount(bytes: UInt64.random(in: 1...1_000_000, using: &random)))
                        ])
                })
            for type in [Resiliency.threeWayMirror, .dualParity, .twoWayMirror] {
                let found = try pool.stranded(by: type.layout(in: pool.shape))
                let sum = found.onServers.reduce(UInt64(0)) { $0 + $1.bytes }
                let left = pool.rawBytes.bytes - found.footprint.bytes
                // Less than a byte of the volume takes may be left over by rounding.
                guard sum == found.footprint.bytes,
                    left == found.stranded.bytes || (found.stranded == .zero && left < 3)
                else { return false }
                for (held, server) in zip(found.onServers, pool.servers) where held > server.capacityBytes {
                    return false
                }
                if type == .threeWayMirror, found.onServers.contains(where: { $0 > found.largestVolume }) {
                    return false
                }
            }
            return true
        }
    }

    @Test func `a drive more never makes the largest volume smaller`() throws {
        forRandom(200) { random in
            let sizes = (0..<Int.random(in: 3...8, using: &random)).map { _ in
                Double(Int.random(in: 1...20, using: &random))
            }
            let before = try pool(sizes)
            let number = Int.random(in: 1...sizes.count, using: &random)
            let after = try before.adding(
                DriveGroup(count: 1, size: terabytes(Double(Int.random(in: 1...20, using: &random)))), toServer: number)
            let layout = try Resiliency.threeWayMirror.layout(in: before.shape)
            return try after.stranded(by: layout).largestVolume >= before.stranded(by: layout).largestVolume
        }
    }

    @Test func `a rack holds two of four copies, so the smaller rack decides`() throws {
        let pool = try pool([10, 10, 4, 4], racks: 2)
        let found = try pool.stranded(by: Resiliency.fourWayMirror.layout(in: pool.shape))
        #expect(found.largestVolume == terabytes(4))
        #expect(found.stranded == terabytes(12))
    }

    @Test func `nested copies lie on two drives of each server, so an odd large drive strands`() throws {
        // Server 1 has 8 and 1 TB: two copies of 1 TB at most.
        let server = try ServerDrives(
            capacity: [DriveGroup(count: 1, size: terabytes(8)), DriveGroup(count: 1, size: terabytes(1))])
        let pool = try Pool(servers: [server, drives(4, 4)])
        let found = try pool.stranded(by: Resiliency.nestedTwoWayMirror.layout(in: pool.shape))
        #expect(found.largestVolume == terabytes(1))
    }
}
