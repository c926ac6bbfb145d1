import Foundation
import StorageMath
import TestSupport
import Testing

@testable import StripeFiles

@Suite struct `Damaged shards` {
    @Test func `each flipped byte of each shard is located by shard and unit, and given back`() throws {
        let example = try StripedExample(.rs(2, 2, unit: 5), length: 27)
        let shards = try example.shardBytes()
        // 27 bytes: two stripes of 10 and one whose units have 4.
        #expect(shards.allSatisfy { $0.count == 64 + 9 + 9 + 8 })
        for (index, bytes) in shards.enumerated() {
            for byte in bytes.indices {
                try example.change(index) { $0[byte] ^= UInt8(1 << (byte % 8)) }
                let report = try example.set().verify()
                if byte < 64 {
                    #expect(report.rejected.map(\.file) == [example.shard(index)])
                    #expect(report.shards[index].state == .missing)
                } else {
                    #expect(report.shards[index].state == .damaged)
                    let unit = min((byte - 64) / 9, 2)
                    #expect(report.shards[index].lost.ranges == [unit..<unit + 1])
                    #expect(report.shards[index].firstLostByte == 64 + 9 * unit)
                }
                #expect(report.isRecoverable && !report.isWhole)
                #expect(report.shards.allSatisfy { $0.index == index || $0.state == .whole })
                if byte % 7 == 0 { #expect(try example.decoded() == example.content) }
                try example.write(bytes, to: example.shard(index))
            }
        }
    }

    @Test func `a shard cut off at any length is told so, and its whole units still count`() throws {
        let example = try StripedExample(.rs(2, 1, unit: 5), length: 27)
        let bytes = try example.bytes(of: example.shard(1))
        for count in 0..<bytes.count {
            try example.write(Array(bytes[..<count]), to: example.shard(1))
            let set = try example.set()
            let report = try set.verify()
            if count < 64 {
                #expect(set.rejected.map(\.problem) == [.truncated])
                #expect(report.shards[1].state == .missing)
            } else {
                #expect(report.shards[1].state == .truncated)
                #expect(report.shards[1].lost.ranges.first?.lowerBound == (count - 64) / 9)
            }
            #expect(report.isRecoverable)
            #expect(try example.decoded() == example.content)
            _ = try set.repair()
            #expect(try example.bytes(of: example.shard(1)) == bytes)
        }
    }

    @Test func `a shard that is too long is told so, and its units still count`() throws {
        let example = try StripedExample(.rs(2, 1, unit: 5), length: 27)
        let bytes = try example.bytes(of: example.shard(0))
        try example.write(bytes + [0], to: example.shard(0))
        let report = try example.set().verify()
        #expect(report.shards[0].state == .tooLong)
        #expect(report.shards[0].lost.isEmpty)
        #expect(report.shards[0].bytes == bytes.count + 1 && report.shards[0].expectedBytes == bytes.count)
        _ = try example.set().repair()
        #expect(try example.bytes(of: example.shard(0)) == bytes)
    }

    @Test func `more shards are damaged than the code has parities, but no stripe has too many`() throws {
        let example = try StripedExample(.rs(4, 2, unit: 8), length: 600)
        let shards = try example.shardBytes()
        // Two units of each stripe, and every shard is hit.
        for stripe in 0..<18 {
            for lost in [stripe % 6, (stripe + 1) % 6] {
                try example.change(lost) { $0[64 + stripe * 12 + stripe % 12] ^= 0x80 }
            }
        }
        let report = try example.set().verify()
        #expect(report.shards.allSatisfy { $0.state == .damaged && $0.lost.count == 6 })
        #expect(report.isRecoverable)
        #expect(try example.decoded() == example.content)
        let repair = try example.set().repair(run: StripeRun(threads: 2))
        #expect(repair.written.count == 6)
        #expect(try example.shardBytes() == shards)
    }

    @Test func `a unit in the place of another of the same shard, or of another shard, is damage`() throws {
        let example = try StripedExample(.rs(2, 2, unit: 8), length: 64)
        let other = try example.bytes(of: example.shard(1))
        try example.change(0) { bytes in
            bytes.replaceSubrange(64..<76, with: bytes[76..<88])
            bytes.replaceSubrange(88..<100, with: other[88..<100])
        }
        #expect(try example.set().verify().shards[0].lost.ranges == [0..<1, 2..<3])
        #expect(try example.decoded() == example.content)
    }

    @Test func `units of zeros, as a file system leaves them where a write never came, are damage`() throws {
        let tree = try TemporaryTree()
        let example = try StripedExample(.rs(2, 1, unit: 8), length: 64, tree: tree)
        try example.change(2) { bytes in for place in 64..<bytes.count { bytes[place] = 0 } }
        #expect(try example.set().verify().shards[2].lost.count == 4)
    }

    /// Whatever is flipped, zeroed, cut off or taken away: what each stripe lost decides, and nothing else.
    @Test func `random damage is survived exactly where each stripe lost no more than the code gives back`() throws {
        let striping = try Striping.lrc(4, 2, 1, unit: 6)
        let example = try StripedExample(striping, length: 301)
        let shards = try example.shardBytes()
        let stripes = example.striped.geometry.stripes
        forRandom(60) { random in
            var lost: [Set<Int>] = Array(repeating: [], count: stripes)
            for (index, bytes) in shards.enumerated() { try example.write(bytes, to: example.shard(index)) }
            for _ in 0..<random.next() % 12 {
                let (shard, stripe) = (Int(random.next() % 7), Int(random.next() % UInt64(stripes)))
                let start = 64 + stripe * 10
                guard FileManager.default.fileExists(atPath: example.shard(shard)) else { continue }
                switch random.next() % 8 {
                case 0:
                    try example.remove([shard])
                    for stripe in 0..<stripes { lost[stripe].insert(shard) }
                case 1:
                    try example.change(shard) { $0 = Array($0.prefix(start + 3)) }
                    for cut in stripe..<stripes { lost[cut].insert(shard) }
                default:
                    try example.change(shard) { bytes in if start + 1 < bytes.count { bytes[start + 1] ^= 0x55 } }
                    // The same unit flipped twice is whole again.
                    if lost[stripe].contains(shard), try example.set().verify().shards[shard].lost.isEmpty {
                        lost[stripe].remove(shard)
                    } else {
                        lost[stripe].insert(shard)
                    }
                }
            }
            guard lost.contains(where: { $0.count < 7 }) else { return true }
            let expected = try lost.allSatisfy { try striping.layout.canDecode(without: $0) }
            guard let set = try? example.set() else { return !expected }
            let report = try set.verify(run: StripeRun(threads: 2))
            guard report.isRecoverable == expected else { return false }
            guard expected else { return (try? set.repair()) == nil }
            guard try example.decoded() == example.content else { return false }
            _ = try set.repair()
            return try example.shardBytes() == shards
        }
    }

    @Test func `units that the system does not read are lost, and given back by the others`() throws {
        let example = try StripedExample(.rs(4, 2, unit: 8), length: 200)
        var set = try example.set()
        let member = try #require(set.members[2])
        // A descriptor that is open for writing only refuses every read, as a drive that fails does.
        set.members[2] = StripeSet.Member(
            file: OpenFile(open(member.path, O_WRONLY | O_CLOEXEC), path: member.path), header: member.header,
            size: member.size)
        let report = try set.verify()
        #expect(report.shards.map(\.state) == [.whole, .whole, .unreadable, .whole, .whole, .whole])
        #expect(report.isRecoverable && report.shards[2].lost.count == 7)
        let output = example.tree.absolute("out")
        #expect(try set.decode(to: .file(output)).rebuiltUnits == 7)
        #expect(try example.bytes(of: output) == example.content)
    }

    @Test func `the stretches of a report are limited, their number is not`() throws {
        var ranges = UnitRanges()
        for number in 0..<1000 where number % 2 == 0 { ranges.add(number) }
        #expect(ranges.ranges.count == UnitRanges.limit && ranges.count == 500 && ranges.isCut)
        #expect(ranges.description.hasPrefix("0, 2, 4") && ranges.description.hasSuffix(" and 436 more"))
        var joined = UnitRanges()
        for number in [3, 7, 8, 9, 12] { joined.add(number) }
        #expect(joined.description == "3, 7-9, 12" && !joined.isCut)
    }
}
