import Foundation
import StorageMath
import TestSupport
import Testing

@testable import StripeFiles

@Suite struct `Which shards are a set` {
    @Test func `a shard of another file is refused by name, and the file comes back without it`() throws {
        let tree = try TemporaryTree()
        let example = try StripedExample(.rs(4, 2), length: 500, tree: tree)
        let other = try StripedExample(.rs(4, 2), length: 500, seed: 9, folder: "others", tree: tree)
        let foreign = try example.bytes(of: other.shard(2))
        try example.write(foreign, to: example.shard(2))
        let most = try example.set()
        #expect(most.rejected.map(\.problem) == [.otherSet])
        #expect(most.rejected[0].file == example.shard(2))
        #expect(most.rejected[0].found.contains("\(other.striped.set), not \(example.striped.set)"))
        let report = try most.verify()
        #expect(report.shards[2].state == .missing && !report.isWhole)
        let set = try StripeSet([example.folder], set: example.striped.set)
        #expect(set.rejected == [] && set.missing == [2])
        _ = try set.decode(to: .file(tree.absolute("out")))
        #expect(try example.bytes(of: tree.absolute("out")) == example.content)
        // Another file's shard is not ours to replace.
        let error = #expect(throws: StripeError.self) { try set.repair() }
        #expect(error?.problem == .exists)
        #expect(error?.file == example.shard(2))
        #expect(try example.bytes(of: example.shard(2)) == foreign)
        try FileManager.default.createDirectory(atPath: tree.absolute("new"), withIntermediateDirectories: true)
        let repair = try set.repair(into: tree.absolute("new"))
        #expect(repair.written == [2: tree.absolute("new") + "/file.02.shard"])
    }

    @Test func `of two files with as many shards neither is chosen`() throws {
        let tree = try TemporaryTree()
        _ = try StripedExample(.rs(2, 1), length: 50, name: "a", tree: tree)
        _ = try StripedExample(.rs(2, 1), length: 50, seed: 2, name: "b", tree: tree)
        let error = #expect(throws: StripeError.self) { try StripeSet([tree.absolute("shards")]) }
        #expect(error?.problem == .severalSets)
        try tree.remove("shards/b.02.shard")
        #expect(try StripeSet([tree.absolute("shards")]).rejected.count == 2)
    }

    @Test func `nothing is decoded or repaired where nobody said which of two files is meant`() throws {
        let tree = try TemporaryTree()
        let old = try StripedExample(.rs(4, 2), length: 500, name: "img", tree: tree)
        let new = try StripedExample(.rs(4, 2), length: 500, seed: 2, name: "img.new", tree: tree)
        // The new file could be had back, and the old one has more shards.
        try new.remove([0])
        let names = try new.names()
        let (folder, output) = (tree.absolute("shards"), tree.absolute("out"))
        let most = try StripeSet([folder])
        #expect(most.identifier == old.striped.set)
        for act in [{ _ = try most.decode(to: .file(output)) }, { _ = try most.repair() }] {
            let error = #expect(throws: StripeError.self) { try act() }
            #expect(error?.problem == .severalSets)
            for word in ["img (set \(old.striped.set), 6 shards)", "img.new (set \(new.striped.set), 5 shards)"] {
                #expect(error?.found.contains(word) == true)
            }
        }
        #expect(!FileManager.default.fileExists(atPath: output))
        #expect(try new.names() == names)
        for example in [old, new] {
            let name = example.striped.name
            for set in [try StripeSet([folder], named: name), try StripeSet([folder], set: example.striped.set)] {
                #expect(set.name == name && set.rejected == [])
                _ = try set.decode(to: .file(output), replacing: true)
                #expect(try example.bytes(of: output) == example.content)
            }
        }
        #expect(try StripeSet([folder], named: "img").verify().isWhole)
        #expect(try StripeSet([folder], named: "img.new").repair().written.count == 1)
        let none = SetIdentifier(high: 0, low: 1)
        for wrong in [{ try StripeSet([folder], named: "none") }, { try StripeSet([folder], set: none) }] {
            let error = #expect(throws: StripeError.self) { try wrong() }
            #expect(error?.problem == .noShards)
        }
    }

    @Test func `an identifier is read as it is written, and nothing else is one`() {
        let set = SetIdentifier(high: 0x0123_4567_89ab_cdef, low: 0xfedc_ba98_7654_3210)
        #expect(SetIdentifier("0123456789abcdeffedcba9876543210") == set)
        for word in ["", "0123456789abcdeffedcba987654321", "+123456789abcdeffedcba9876543210", "\(set)0"] {
            #expect(SetIdentifier(word) == nil)
        }
    }

    @Test func `the same shard twice is refused, the same file twice is one`() throws {
        let example = try StripedExample(.rs(2, 1), length: 50)
        try example.write(try example.bytes(of: example.shard(1)), to: example.tree.absolute("copy.shard"))
        let paths = example.striped.shards + [example.tree.absolute("copy.shard")]
        let error = #expect(throws: StripeError.self) { try StripeSet(paths) }
        #expect(error?.problem == .repeated)
        #expect(error?.found.contains("it is shard 1, and so is") == true)
        try example.tree.link("link.shard", to: example.shard(1))
        #expect(try StripeSet(example.striped.shards + [example.tree.absolute("link.shard")]).verify().isWhole)
    }

    @Test func `a header that was forged to other parameters is rejected`() throws {
        let example = try StripedExample(.rs(2, 2), length: 50)
        try example.change(3) { bytes in
            bytes[13] = 2
            bytes.replaceSubrange(60..<64, with: littleEndian(UInt64(plainCRC32C(Array(bytes[..<60]))), 4))
        }
        #expect(try example.set().rejected.map(\.problem) == [.otherParameters])
        #expect(try example.decoded() == example.content)
    }

    @Test func `what is no file is refused without waiting`() throws {
        let tree = try TemporaryTree()
        let example = try StripedExample(.rs(2, 1), length: 50, tree: tree)
        try tree.makeFolder("shards/a.00.shard")
        try #require(mkfifo(tree.absolute("shards/b.00.shard"), 0o600) == 0)
        try tree.link("shards/c.00.shard", to: "/nowhere/at/all")
        try tree.link("shards/d.00.shard", to: "/dev/zero")
        let problems = try example.set().rejected.map(\.problem)
        #expect(problems == [.notAFile, .notAFile, .unreadable, .notAFile])
        for path in ["shards/b.00.shard", "shards/d.00.shard", "nothing"] {
            #expect(throws: StripeError.self) { try StripeSet([tree.absolute(path)]) }
        }
        let none = #expect(throws: StripeError.self) { try StripeSet([]) }
        #expect(none?.problem == .noShards)
        try tree.makeFolder("empty")
        let empty = #expect(throws: StripeError.self) { try StripeSet([tree.absolute("empty")]) }
        #expect(empty?.problem == .noShards)
    }

    @Test func `a header that promises more than the files hold costs neither time nor memory`() throws {
        let example = try StripedExample(.rs(4, 2), length: 100)
        for index in 0..<6 {
            try example.change(index) { bytes in
                bytes.replaceSubrange(24..<28, with: littleEndian(16 << 20, 4))
                bytes.replaceSubrange(32..<40, with: littleEndian(1 << 56, 8))
                bytes.replaceSubrange(60..<64, with: littleEndian(UInt64(plainCRC32C(Array(bytes[..<60]))), 4))
            }
        }
        let set = try example.set()
        #expect(set.readableStripes == 0)
        let report = try set.verify()
        #expect(report.lostStripes.count == 1 << 30)
        #expect(report.shards.allSatisfy { $0.state == .truncated })
        #expect(throws: StripeError.self) { try set.repair() }
        let error = #expect(throws: StripeError.self) { try example.decoded() }
        #expect(error?.problem == .tooMuchLost)
    }

    @Test func `shards that lie elsewhere behind links are read and repaired there`() throws {
        let tree = try TemporaryTree()
        let example = try StripedExample(.rs(2, 1), length: 100, tree: tree)
        let bytes = try example.bytes(of: example.shard(1))
        try tree.makeFolder("far")
        try FileManager.default.moveItem(atPath: example.shard(1), toPath: tree.absolute("far/disk1"))
        try FileManager.default.createSymbolicLink(
            atPath: example.shard(1), withDestinationPath: tree.absolute("far/disk1"))
        #expect(try example.set().verify().isWhole)
        try example.change(1) { $0[80] ^= 1 }
        var far = bytes
        far[80] ^= 1
        try example.write(far, to: tree.absolute("far/disk1"))
        try? FileManager.default.removeItem(atPath: example.shard(1))
        try FileManager.default.createSymbolicLink(
            atPath: example.shard(1), withDestinationPath: tree.absolute("far/disk1"))
        _ = try example.set().repair()
        #expect(try example.bytes(of: tree.absolute("far/disk1")) == bytes)
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: example.shard(1)) == tree.absolute("far/disk1"))
    }
}
