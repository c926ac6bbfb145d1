import ClusterCore
import TestSupport
import Testing

@testable import StorageMath

/// Volumes of any widths together on servers of any size.
@Suite struct EvenFillTests {
    private struct Case {
        var stripes: [EvenFill.Stripes]
        var room: [ByteCount]
    }

    private func make(_ random: inout SeededRandom) -> Case {
        let servers = Int.random(in: 2...6, using: &random)
        let room = (0..<servers).map { _ in ByteCount(bytes: UInt64.random(in: 50...1000, using: &random)) }
        let stripes = (0..<Int.random(in: 1...4, using: &random)).map { _ in
            EvenFill.Stripes(
                bytes: ByteCount(bytes: UInt64.random(in: 1...200, using: &random)),
                width: Int.random(in: 1...servers, using: &random))
        }
        return Case(stripes: stripes, room: room)
    }

    /// The fullest that some places must be: over all subsets, what must lie on them over what they hold.
    private func fullest(_ one: Case) -> Double {
        let count = one.room.count
        return (1..<(1 << count)).reduce(0) { worst, subset in
            let members = (0..<count).filter { subset >> $0 & 1 == 1 }
            let outside = count - members.count
            let need = one.stripes.reduce(0.0) { $0 + Double($1.bytes.bytes) * Double(max(0, $1.width - outside)) }
            return max(worst, need / members.reduce(0.0) { $0 + Double(one.room[$1].bytes) })
        }
    }

    @Test
    func
        `nothing is lost or added, no place is overfilled, none holds two symbols, and the fullest is as empty as it can be`()
    {
        forRandom(2000) { random in
            let one = make(&random)
            let least = fullest(one)
            guard least <= 1 else {
                return (try? EvenFill.bytes(of: one.stripes, on: one.room)) == nil
            }
            let held = try EvenFill.bytes(of: one.stripes, on: one.room)
            let total = one.stripes.reduce(UInt64(0)) { $0 + $1.bytes.bytes * UInt64($1.width) }
            let symbols = one.stripes.reduce(UInt64(0)) { $0 + $1.bytes.bytes }
            let sum = held.reduce(UInt64(0)) { $0 + $1.bytes }
            let most = zip(held, one.room).map { Double($0.bytes) / Double($1.bytes) }.max() ?? 0
            // A byte of rounding on the smallest place of 50 is 2 %.
            return sum == total && zip(held, one.room).allSatisfy { $0 <= $1 }
                && held.allSatisfy { $0.bytes <= symbols + 1 } && abs(most - least) <= 1.0 / 50
        }
    }

    /// Places slabs of one byte one by one, trying every choice of servers, until all of them lie somewhere.
    private func packs(_ slabs: [Int], _ room: inout [Int], from index: Int) -> Bool {
        guard index < slabs.count else { return true }
        let servers = room.indices.filter { room[$0] > 0 }
        guard servers.count >= slabs[index] else { return false }
        for subset in 0..<(1 << servers.count) where subset.nonzeroBitCount == slabs[index] {
            let chosen = servers.indices.filter { subset >> $0 & 1 == 1 }.map { servers[$0] }
            for server in chosen { room[server] -= 1 }
            if packs(slabs, &room, from: index + 1) { return true }
            for server in chosen { room[server] += 1 }
        }
        return false
    }

    @Test func `mixed volumes fit exactly where their slabs can be packed by trying everything`() {
        forRandom(150) { random in
            let room = (0..<4).map { _ in Int.random(in: 1...4, using: &random) }
            let pool = try Pool(
                servers: room.map {
                    try ServerDrives(capacity: [DriveGroup(count: 1, size: ByteCount(bytes: UInt64($0)))])
                }, reserve: .fixed(.zero))
            let volumes: [(Resiliency, Int, Int)] = [
                (.threeWayMirror, 3, Int.random(in: 1...2, using: &random)),
                (.twoWayMirror, 2, Int.random(in: 1...2, using: &random)), (.simple, 1, 1),
            ]
            var allocation = try Allocation(pool)
            var fits = true
            for (type, _, bytes) in volumes where fits {
                fits = try allocation.take(ByteCount(bytes: UInt64(bytes)), type.layout(in: pool.shape))
            }
            var left = room
            let slabs = volumes.flatMap { Array(repeating: $0.1, count: $0.2) }
            return packs(slabs, &left, from: 0) == fits
        }
    }
}
