import Foundation
import StorageMath
import TestSupport
import Testing

@testable import StripeFiles

@Suite struct `Lost shards` {
    /// Takes each subset of the shards away in turn, and looks whether what is left gives the file back.
    /// - Returns: how many losses of each size it survives.
    private func losses(_ striping: Striping, length: Int, upTo most: Int) throws -> [Int: Int] {
        let example = try StripedExample(striping, length: length)
        let shards = try example.shardBytes()
        var survived: [Int: Int] = [:]
        for pattern in 0..<1 << shards.count where pattern.nonzeroBitCount <= most {
            let left = shards.indices.filter { pattern >> $0 & 1 == 0 }
            guard !left.isEmpty else { continue }
            let lost = Set(shards.indices).subtracting(left)
            let set = try StripeSet(left.map { example.shard($0) })
            let output = example.tree.absolute("out")
            if try striping.layout.canDecode(without: lost) {
                _ = try set.decode(to: .file(output), replacing: true)
                let decoded = try example.bytes(of: output)
                guard decoded == example.content else {
                    Issue.record("without \(lost.sorted()) other bytes come back")
                    continue
                }
                survived[lost.count, default: 0] += 1
            } else {
                let error = #expect(throws: StripeError.self) { try set.decode(to: .file(output), replacing: true) }
                #expect(error?.problem == .tooMuchLost)
                let report = try set.verify()
                #expect(!report.isRecoverable && report.lostStripes.count == set.geometry.stripes)
                #expect(report.isContentRight == nil)
            }
        }
        return survived
    }

    @Test func `RS 4+2 gives the file back after each of the 21 losses of one or two shards and after no other`() throws
    {
        #expect(try losses(.rs(4, 2, unit: 4), length: 41, upTo: 6) == [0: 1, 1: 6, 2: 15])
    }

    /// storage.md 1.15, as published for Azure: all losses of 3, 180 of 210 of 4.
    @Test func `AL-114 LRC(6,2,2) gives the file back after 180 of 210 losses of four shards`() throws {
        #expect(try losses(.lrc(6, 2, 2, unit: 2), length: 29, upTo: 5) == [0: 1, 1: 10, 2: 45, 3: 120, 4: 180])
    }

    @Test func `AL-114 LRC(8,2,1) gives the file back after 125 of 165 losses of three shards`() throws {
        #expect(try losses(.lrc(8, 2, 1, unit: 1), length: 11, upTo: 3) == [0: 1, 1: 11, 2: 55, 3: 125])
    }

    @Test func `an empty file comes back from any one shard`() throws {
        let example = try StripedExample(.rs(4, 2), length: 0)
        for index in 0..<6 {
            #expect(try example.bytes(of: example.shard(index)).count == 64)
            let set = try StripeSet([example.shard(index)])
            _ = try set.decode(to: .file(example.tree.absolute("out")), replacing: true)
            #expect(try example.bytes(of: example.tree.absolute("out")) == [])
        }
        try example.remove(0..<5)
        _ = try example.set().repair()
        #expect(try example.set().verify().isWhole)
    }

    @Test func `what is needed is named: stripe, file, how many`() throws {
        let example = try StripedExample(.rs(4, 2, unit: 10), length: 400)
        try example.remove([1, 4])
        // The third loss is in stripe 7 alone: 64 + 7 * 14.
        try example.change(5) { $0[64 + 7 * 14] ^= 0x10 }
        let error = #expect(throws: StripeError.self) { try example.decoded() }
        #expect(error?.problem == .tooMuchLost)
        #expect(error?.file == example.shard(5))
        #expect(error?.offset == 64 + 7 * 14)
        #expect(error?.found.hasPrefix("stripe 7, bytes 280 to 319 of the file, has lost 3 of 6 units") == true)
        #expect(error?.found.contains("data 2 (file.01.shard, missing), parity 1 (file.04.shard, missing)") == true)
        #expect(error?.remedy == "bring back one of these shards")
        let report = try example.set().verify()
        #expect(report.lostStripes.ranges == [7..<8])
        #expect(report.firstLoss == error)
        #expect(report.shards.map(\.state) == [.whole, .missing, .whole, .whole, .missing, .damaged])
    }

    /// A link that leads to itself: the system refuses to open it, also for root.
    private func close(_ example: StripedExample, _ index: Int) throws {
        try example.remove([index])
        let path = example.shard(index)
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: path)
    }

    @Test func `shards that cannot be opened are unreadable, and whether the file is lost stays open`() throws {
        let example = try StripedExample(.rs(4, 2), length: 500)
        try close(example, 0)
        var report = try example.set().verify()
        #expect(report.shards.map(\.state) == [.unreadable, .whole, .whole, .whole, .whole, .whole])
        #expect(report.shards[0].path == example.shard(0) && report.shards[0].bytes == nil)
        #expect(report.isRecoverable && !report.isUndetermined && !report.isWhole)
        #expect(try example.decoded() == example.content)
        // What it holds is not known, so it is not replaced.
        let kept = #expect(throws: StripeError.self) { try example.set().repair() }
        #expect(kept?.problem == .exists)

        for index in [2, 5] { try close(example, index) }
        report = try example.set().verify()
        #expect(report.shards.map(\.state) == [.unreadable, .whole, .unreadable, .whole, .whole, .unreadable])
        #expect(!report.isRecoverable && report.isUndetermined && report.firstLoss?.problem == .undetermined)
        for act in [{ _ = try example.decoded() }, { _ = try example.set().repair() }] {
            let error = #expect(throws: StripeError.self) { try act() }
            #expect(error?.problem == .undetermined && error?.file == example.shard(0))
            #expect(error?.found.hasPrefix("cannot be read and 2 more") == true)
            #expect(error?.remedy == "make one of these shards readable")
        }

        // Three that are gone for good are too many, whatever a fourth holds.
        let fresh = try StripedExample(.rs(4, 2), length: 500)
        try fresh.remove([0, 1, 2])
        try close(fresh, 3)
        report = try fresh.set().verify()
        #expect(!report.isUndetermined && report.firstLoss?.problem == .tooMuchLost)
    }
}
