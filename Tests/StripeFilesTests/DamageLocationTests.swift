import Foundation
import StorageMath
import TestSupport
import Testing

@testable import StripeFiles

extension StripedExample {
    /// Changes bytes of a unit and gives it the checksum of what it then holds: what a broken memory or a forger makes.
    func forge(_ shard: Int, stripe: Int, at places: [Int] = [0]) throws {
        let unit = striped.striping.unit
        try change(shard) { bytes in
            let start = 64 + stripe * (unit + 4)
            for place in places { bytes[start + place] ^= 1 }
            let place = littleEndian(UInt64(shard), 4) + littleEndian(UInt64(stripe), 8)
            let checksum = plainCRC32C(place + Array(bytes[start..<start + unit]))
            bytes.replaceSubrange(start + unit..<start + unit + 4, with: littleEndian(UInt64(checksum), 4))
        }
    }
}

/// Checksums that name no culprit: the parities do, and the set's identifier confirms it.
@Suite struct `Shards that are wrong under right checksums` {
    @Test(arguments: [0, 1, 3, 4, 5])
    func `any one shard of RS 4+2 is named, and repaired to the bytes that it had`(shard: Int) throws {
        let example = try StripedExample(.rs(4, 2, unit: 8), length: 200)
        let shards = try example.shardBytes()
        for stripe in [1, 3, 4] { try example.forge(shard, stripe: stripe, at: [0, 5]) }
        let report = try example.set().verify(run: StripeRun(threads: 2))
        #expect(report.shards.map(\.state) == (0..<6).map { $0 == shard ? .wrong : .whole })
        #expect(report.shards[shard].lost.ranges == [1..<2, 3..<5])
        #expect(report.shards[shard].firstLostByte == 64 + 12)
        #expect(report.disagreeingStripes.ranges == [1..<2, 3..<5])
        #expect(report.isRecoverable && !report.isWhole)
        if shard < 4 {
            // What reads the data alone is not told by parities, and refuses.
            let error = #expect(throws: StripeError.self) { try example.decoded() }
            #expect(error?.problem == .wrongContent)
            #expect(!FileManager.default.fileExists(atPath: example.tree.absolute("decoded")))
        }
        #expect(try example.set().repair().written == [shard: example.shard(shard)])
        #expect(try example.shardBytes() == shards)
        #expect(try example.decoded() == example.content)
    }

    @Test func `another shard in each stripe`() throws {
        let example = try StripedExample(.rs(4, 2, unit: 8, .cauchy1), length: 192)
        let shards = try example.shardBytes()
        for stripe in 0..<6 { try example.forge(stripe, stripe: stripe) }
        let report = try example.set().verify()
        #expect(report.shards.map(\.state) == Array(repeating: .wrong, count: 6))
        #expect((0..<6).allSatisfy { report.shards[$0].lost.ranges == [$0..<$0 + 1] })
        #expect(try example.set().repair().written.count == 6)
        #expect(try example.shardBytes() == shards)
    }

    @Test func `two shards of RS 4+4, and both parities of RS 4+2, whose data is what was striped`() throws {
        let wide = try StripedExample(.rs(4, 4, unit: 8, .cauchy1), length: 100)
        let shards = try wide.shardBytes()
        for shard in [2, 6] { try wide.forge(shard, stripe: 2) }
        #expect(try wide.set().repair().written.keys.sorted() == [2, 6])
        #expect(try wide.shardBytes() == shards)
        let example = try StripedExample(.rs(4, 2, unit: 8), length: 100)
        let before = try example.shardBytes()
        for shard in [4, 5] { try example.forge(shard, stripe: 1) }
        let report = try example.set().verify()
        #expect(report.shards.map(\.state) == [.whole, .whole, .whole, .whole, .wrong, .wrong])
        #expect(try example.set().repair().written.keys.sorted() == [4, 5])
        #expect(try example.shardBytes() == before)
    }

    /// Beyond what parities tell: any claim could be a wrong one.
    @Test(
        arguments: [
            (2, [0, 1], []), (2, [0, 4], []), (2, [1], [5]), (1, [2], []), (3, [0, 1], []),
        ] as [(Int, [Int], [Int])])
    func `beyond what the parities tell nothing is claimed and nothing written`(
        parities: Int, wrong: [Int], missing: [Int]
    ) throws {
        let example = try StripedExample(.rs(4, parities, unit: 8), length: 200)
        for shard in wrong { try example.forge(shard, stripe: 3) }
        try example.remove(missing)
        let names = try example.names()
        let shards = try names.map { try example.bytes(of: example.folder + "/" + $0) }
        let report = try example.set().verify()
        #expect(report.shards.allSatisfy { $0.state == (missing.contains($0.index) ? .missing : .whole) })
        #expect(report.isContentRight == false && !report.isRecoverable)
        #expect(report.disagreeingStripes.ranges == [3..<4])
        let error = #expect(throws: StripeError.self) { try example.set().repair() }
        #expect(error?.problem == .contradiction)
        #expect(error?.found.contains("which shard is wrong they do not tell") == true)
        #expect(throws: StripeError.self) { try example.decoded() }
        #expect(try example.names() == names)
        #expect(try names.map { try example.bytes(of: example.folder + "/" + $0) } == shards)
    }

    @Test func `without parities nothing disagrees, and the identifier tells`() throws {
        let example = try StripedExample(.rs(4, 2, unit: 8), length: 200)
        try example.forge(1, stripe: 0)
        try example.remove([4, 5])
        #expect(try example.set().verify().isContentRight == false)
        let refused = #expect(throws: StripeError.self) { try example.set().repair() }
        #expect(refused?.problem == .wrongContent)
        #expect(try example.names().count == 4)
    }

    @Test func `a wrong shard beside missing and damaged ones, in stripes that have all`() throws {
        let example = try StripedExample(.lrc(4, 2, 1, unit: 8), length: 300)
        let shards = try example.shardBytes()
        try example.forge(2, stripe: 1)
        for stripe in [3, 5] { try example.change(6) { $0[64 + 12 * stripe] ^= 1 } }
        let report = try example.set().verify()
        #expect(report.shards.map(\.state) == [.whole, .whole, .wrong, .whole, .whole, .whole, .damaged])
        #expect(try example.set().repair().written.keys.sorted() == [2, 6])
        #expect(try example.shardBytes() == shards)
    }
}

/// Stripes with more units without their checksum than the code gives back.
@Suite struct `Bytes that are located within lost stripes` {
    @Test func `every unit of a stripe is damaged, each in another place, and all come back`() throws {
        let example = try StripedExample(.rs(4, 2, unit: 8), length: 200)
        let shards = try example.shardBytes()
        for shard in 0..<6 { try example.change(shard) { $0[64 + 2 * 12 + shard] ^= 0x10 } }
        let report = try example.set().verify()
        #expect(report.shards.allSatisfy { $0.state == .damaged && $0.lost.ranges == [2..<3] })
        #expect(report.isRecoverable && report.lostStripes.isEmpty)
        #expect(try example.decoded() == example.content)
        #expect(try example.set().repair().written.count == 6)
        #expect(try example.shardBytes() == shards)
    }

    @Test func `damaged checksums of whole units are no loss`() throws {
        let example = try StripedExample(.rs(4, 2, unit: 8), length: 200)
        let shards = try example.shardBytes()
        for shard in 0..<5 { try example.change(shard) { $0[64 + 12 + 8] ^= 0x10 } }
        #expect(try example.decoded() == example.content)
        #expect(try example.set().repair().written.count == 5)
        #expect(try example.shardBytes() == shards)
    }

    @Test func `two wrong units in one place, of three without their checksum, are lost, and a repair changes nothing`()
        throws
    {
        let example = try StripedExample(.rs(4, 2, unit: 8), length: 200)
        for (shard, place) in [(0, 3), (1, 3), (2, 6)] {
            try example.change(shard) { $0[64 + 12 + place] ^= UInt8(3 + 7 * shard) }
        }
        let shards = try example.shardBytes()
        let report = try example.set().verify()
        #expect(report.lostStripes.ranges == [1..<2] && !report.isRecoverable)
        let error = #expect(throws: StripeError.self) { try example.set().repair() }
        #expect(error?.problem == .tooMuchLost)
        #expect(try example.shardBytes() == shards)
    }

    /// Whatever is in the units: what comes back is what was striped, or it is refused.
    @Test func `random bytes are damaged in random units, and never is anything else given for the file`() throws {
        let example = try StripedExample(.rs(3, 2, unit: 6), length: 100)
        let shards = try example.shardBytes()
        let stripes = example.striped.geometry.stripes
        var (recovered, refused) = (0, 0)
        forRandom(80) { random in
            for (index, bytes) in shards.enumerated() { try example.write(bytes, to: example.shard(index)) }
            let stripe = Int(random.next() % UInt64(stripes - 1))
            // Wrong bytes of each column of the stripe.
            var wrong: [Int: Set<Int>] = [:]
            for _ in 0..<3 + random.next() % 3 {
                let (shard, place) = (Int(random.next() % 5), Int(random.next() % 6))
                let error = UInt8(truncatingIfNeeded: random.next() | 1)
                guard wrong[place, default: []].insert(shard).inserted else { continue }
                try example.change(shard) { $0[64 + 10 * stripe + place] ^= error }
            }
            let units = wrong.values.reduce(Set()) { $0.union($1) }
            // One wrong byte of a column is located; with two or more nothing must be claimed.
            let expected = units.count <= 2 || wrong.values.allSatisfy { $0.count == 1 }
            let report = try example.set().verify()
            guard report.isRecoverable == expected else { return false }
            guard expected else {
                refused += 1
                return (try? example.decoded()) == nil && (try? example.set().repair()) == nil
            }
            recovered += 1
            guard try example.decoded() == example.content else { return false }
            _ = try example.set().repair()
            return try example.shardBytes() == shards
        }
        #expect(recovered > 10 && refused > 10)
    }
}

/// A shard whose header is damaged counts as lost, unless a stripe is lost without it.
@Suite struct `Shards with a damaged header` {
    @Test(arguments: [0, 9, 24, 36, 50, 62])
    func `its units give back what would be lost without them`(byte: Int) throws {
        let example = try StripedExample(.rs(4, 2, unit: 8), length: 200)
        let shards = try example.shardBytes()
        try example.remove([0, 5])
        try example.change(2) { $0[byte] ^= 0x20 }
        let set = try example.set()
        #expect(set.rejected.count == 1)
        let report = try set.verify()
        #expect(report.isRecoverable && report.lostStripes.isEmpty)
        #expect(try example.decoded() == example.content)
        #expect(try set.repair().written.keys.sorted() == [0, 2, 5])
        #expect(try example.shardBytes() == shards)
    }

    @Test func `the sector of the header reads as zeros, and the units behind it count`() throws {
        let example = try StripedExample(.rs(2, 1, unit: 400), length: 8000)
        let shards = try example.shardBytes()
        try example.change(1) { for place in 0..<512 { $0[place] = 0 } }
        // Stripe 0, and of stripe 1 the first bytes, are gone with it: another loss in them is one too many.
        try example.change(0) { $0[64 + 5 * 404] ^= 1 }
        #expect(try example.decoded() == example.content)
        _ = try example.set().repair()
        #expect(try example.shardBytes() == shards)
        try example.change(1) { for place in 0..<512 { $0[place] = 0 } }
        try example.change(0) { $0[64] ^= 1 }
        #expect(try example.set().verify().lostStripes.ranges == [0..<1])
    }

    @Test func `damaged units of it are lost`() throws {
        let example = try StripedExample(.rs(4, 2, unit: 8), length: 200)
        try example.remove([0, 5])
        try example.change(2) {
            $0[30] ^= 1
            $0[64 + 12 * 4] ^= 1
        }
        let report = try example.set().verify()
        #expect(report.lostStripes.ranges == [4..<5])
        #expect(throws: StripeError.self) { try example.set().repair() }
    }

    /// It was another content, and its units have right checksums all the same: the identifier tells.
    @Test func `an older shard with a damaged header harms nothing, and is not taken for the file's`() throws {
        let tree = try TemporaryTree()
        let example = try StripedExample(.rs(4, 2, unit: 8), length: 200, tree: tree)
        let old = try StripedExample(.rs(4, 2, unit: 8), length: 200, seed: 5, folder: "old", tree: tree)
        let shards = try example.shardBytes()
        var stale = try example.bytes(of: old.shard(2))
        stale[62] ^= 1
        try example.write(stale, to: example.shard(2))
        #expect(try example.decoded() == example.content)
        try example.remove([0])
        #expect(try example.decoded() == example.content)
        try example.remove([5])
        let report = try example.set().verify()
        #expect(report.isContentRight == false && !report.isRecoverable)
        #expect(throws: StripeError.self) { try example.decoded() }
        #expect(throws: StripeError.self) { try example.set().repair() }
        #expect(try example.bytes(of: example.shard(2)) == stale)
        try example.write(shards[5], to: example.shard(5))
        _ = try example.set().repair()
        #expect(try example.shardBytes() == shards)
    }
}
