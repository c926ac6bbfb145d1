import Foundation
import StorageMath
import TestSupport
import Testing

@testable import StripeFiles
import Threads

@Suite struct `Repair of shards` {
    @Test func `all that is missing comes back byte for byte, and a second repair has nothing to do`() throws {
        for striping in [try Striping.rs(4, 2, unit: 9), try .lrc(6, 2, 2, unit: 9)] {
            let example = try StripedExample(striping, length: 1000)
            let shards = try example.shardBytes()
            for lost in [[0], [1, 4], [striping.layout.symbols - 1, 0]] {
                try example.remove(lost)
                let repair = try example.set().repair(run: StripeRun(threads: 2))
                #expect(Set(repair.written.keys) == Set(lost))
                #expect(try example.shardBytes() == shards)
                #expect(try example.set().repair().written.isEmpty)
            }
        }
    }

    @Test func `what a killed run left is taken away, what another one writes is not`() throws {
        let example = try StripedExample(.rs(4, 2), length: 500)
        let leftovers = [0, 3].map { example.shard($0) + ".stripe-partial" }
        for leftover in leftovers { try example.write([1, 2, 3], to: leftover) }
        try example.remove([3])
        #expect(try example.set().verify().leftovers == leftovers)
        let repair = try example.set().repair()
        #expect(repair.removedLeftovers == [leftovers[0]])
        #expect(try example.names() == example.striped.shards.map { Path.name(of: $0) })
        #expect(try example.set().verify().isWhole)

        try example.remove([3])
        let other = try PartialFile(replacing: example.shard(3))
        let error = #expect(throws: StripeError.self) { try example.set().repair() }
        #expect(error?.problem == .busy)
        #expect(try example.names().contains("file.03.shard.stripe-partial"))
        _ = consume other
        #expect(!(try example.names().contains("file.03.shard.stripe-partial")))
        #expect(try example.set().repair().written.count == 1)
    }

    @Test func `the second name that a killed run left of a complete shard is taken away`() throws {
        let example = try StripedExample(.rs(4, 2), length: 500)
        let partial = example.shard(2) + ".stripe-partial"
        try #require(link(example.shard(2), partial) == 0)
        #expect(try example.set().repair().removedLeftovers == [partial])
        #expect(try example.set().verify().isWhole)
        #expect(FileStatus(at: example.shard(2))?.names == 1)
    }

    @Test func `what is no leftover of ours is left alone`() throws {
        let example = try StripedExample(.rs(4, 2), length: 500)
        try example.remove([3])
        try example.tree.write("precious", to: "precious")
        let partial = example.shard(3) + ".stripe-partial"
        try FileManager.default.createSymbolicLink(
            atPath: partial, withDestinationPath: example.tree.absolute("precious"))
        let linked = #expect(throws: StripeError.self) { try example.set().repair() }
        #expect(linked?.problem == .exists)
        try FileManager.default.removeItem(atPath: partial)
        try #require(link(example.tree.absolute("precious"), partial) == 0)
        #expect(throws: StripeError.self) { try example.set().repair() }
        #expect(try String(contentsOfFile: example.tree.absolute("precious"), encoding: .utf8) == "precious")
    }

    @Test func `a run that is stopped leaves what was there and nothing else`() throws {
        let striping = try Striping.rs(2, 1, unit: 1)
        let example = try StripedExample(striping, length: 10_000)
        try example.remove([1])
        let names = try example.names()
        // Five batches a pass: the stop comes in the verification, in the rebuilding, and before the renames.
        for asked in [1, 3, 6, 9, 11, 12] {
            let left = Guarded(asked)
            let run = StripeRun(
                threads: asked % 3 + 1,
                shouldStop: {
                    left.withLock { left in
                        left -= 1
                        return left < 0
                    }
                })
            let error = #expect(throws: StripeError.self) { try example.set().repair(run: run) }
            #expect(error?.problem == .stopped)
            #expect(try example.names() == names)
        }
        let error = #expect(throws: StripeError.self) { try example.decoded(run: StripeRun(shouldStop: { true })) }
        #expect(error?.problem == .stopped)
        #expect(!FileManager.default.fileExists(atPath: example.tree.absolute("decoded")))
        let encoder = try StripeEncoder(striping)
        #expect(throws: StripeError.self) {
            try encoder.encode(
                .file(example.tree.absolute("file")), into: example.tree.absolute("new"), named: "file",
                run: StripeRun(shouldStop: { true }))
        }
        #expect(!FileManager.default.fileExists(atPath: example.tree.absolute("new")))
    }

    @Test func `progress rises to the whole, one step after the other`() throws {
        let example = try StripedExample(.rs(2, 1, unit: 1), length: 10_000)
        try example.remove([1])
        let heard = Guarded<[StripeRun.Progress]>([])
        let run = StripeRun(threads: 3, progress: { told in heard.withLock { $0.append(told) } })
        _ = try example.set().repair(run: run)
        let progress = heard.withLock { $0 }
        for step in [StripeRun.Progress.Step.verifying, .rebuilding] {
            let done = progress.filter { $0.step == step }.map(\.doneBytes)
            #expect(done == [2048, 4096, 6144, 8192, 10_000])
        }
        #expect(progress.allSatisfy { $0.totalBytes == 10_000 })
    }

    @Test func `shards in several folders have missing ones written where it is said`() throws {
        let tree = try TemporaryTree()
        let example = try StripedExample(.rs(2, 2), length: 100, tree: tree)
        var paths: [String] = []
        for index in 0..<3 {
            try tree.makeFolder("disk\(index)")
            paths.append(tree.absolute("disk\(index)/file.0\(index).shard"))
            try FileManager.default.moveItem(atPath: example.shard(index), toPath: paths[index])
        }
        let missing = try example.bytes(of: example.shard(3))
        try example.remove([3])
        let error = #expect(throws: StripeError.self) { try StripeSet(paths).repair() }
        #expect(error?.remedy == "say in which folder it is to be written")
        _ = try StripeSet(paths).repair(into: tree.absolute("shards"))
        #expect(try example.bytes(of: example.shard(3)) == missing)
    }

    @Test(.enabled(if: getuid() != 0, "root writes everywhere"))
    func `a folder that cannot be written is named`() throws {
        let example = try StripedExample(.rs(2, 1), length: 100)
        try example.remove([1])
        try #require(chmod(example.folder, 0o500) == 0)
        defer { chmod(example.folder, 0o700) }
        let error = #expect(throws: StripeError.self) { try example.set().repair() }
        #expect(error?.problem == .unwritable)
        #expect(error?.file == example.shard(1))
    }

    @Test func `a repaired shard keeps the permissions of the one that it replaces`() throws {
        let example = try StripedExample(.rs(2, 1), length: 100)
        try example.change(1) { $0[70] ^= 1 }
        try #require(chmod(example.shard(1), 0o640) == 0)
        _ = try example.set().repair()
        #expect(FileStatus(at: example.shard(1))?.mode == 0o640)
    }
}

@Suite struct `What a repair replaces` {
    @Test func `a shard with a flipped bit anywhere in its header, also in the version`() throws {
        let example = try StripedExample(.rs(2, 1), length: 100)
        let shards = try example.shardBytes()
        for byte in 0..<64 {
            try example.change(0) { $0[byte] ^= 2 }
            #expect(try example.set().repair().written == [0: example.shard(0)], "byte \(byte)")
            #expect(try example.shardBytes() == shards)
        }
    }

    @Test func `a shard of a later version stays`() throws {
        let example = try StripedExample(.rs(2, 1), length: 100)
        try example.change(0) { bytes in
            bytes[8] = 2
            bytes.replaceSubrange(60..<64, with: littleEndian(UInt64(plainCRC32C(Array(bytes[..<60]))), 4))
        }
        let error = #expect(throws: StripeError.self) { try example.set().repair() }
        #expect(error?.problem == .exists)
    }

    @Test func `what was never a shard stays, sectors of zeros do not`() throws {
        let example = try StripedExample(.rs(2, 1, unit: 1024), length: 5000)
        let shards = try example.shardBytes()
        let other = [UInt8](repeating: 0, count: 600) + Array("what somebody keeps here".utf8)
        for kept in [Array("hello\n".utf8), Array(repeating: 0, count: 100) + [1], Array(repeating: 65, count: 9000)] {
            try example.write(kept, to: example.shard(0))
            let error = #expect(throws: StripeError.self) { try example.set().repair() }
            #expect(error?.problem == .exists && error?.file == example.shard(0))
            #expect(error?.found == "shard 0 belongs here, and it does not begin as a shard does")
            #expect(try example.bytes(of: example.shard(0)) == kept)
        }
        for lost in [[], Array(shards[0][..<40]), Array(repeating: 0, count: 100), other] {
            try example.write(lost, to: example.shard(0))
            #expect(try example.set().repair().written == [0: example.shard(0)])
            #expect(try example.shardBytes() == shards)
        }
    }

    @Test func `what stays rejected is told, with what to do about it`() throws {
        let example = try StripedExample(.rs(2, 1), length: 100)
        try example.remove([1])
        let stray = example.folder + "/z69.shard"
        var damaged = try example.bytes(of: example.shard(0))
        damaged[30] ^= 1
        try example.write(damaged, to: stray)
        try example.write(damaged, to: example.shard(1))
        let rejected = try example.set().rejected
        #expect(rejected.map(\.file) == [example.shard(1), stray])
        #expect(rejected.map(\.problem) == [.damagedHeader, .damagedHeader])
        #expect(rejected[0].remedy == "it counts as lost: repair writes it anew")
        #expect(rejected[1].remedy == "no shard belongs here: remove it, or move it away")
        let repair = try example.set().repair()
        #expect(repair.written == [1: example.shard(1)])
        #expect(repair.remaining.map(\.file) == [stray])
        #expect(try !example.set().verify().isWhole)
        try FileManager.default.removeItem(atPath: stray)
        #expect(try example.set().repair().remaining == [] && example.set().verify().isWhole)
    }
}

@Suite struct `Encoding and decoding` {
    @Test func `shards that are there are kept, unless they may be replaced`() throws {
        let tree = try TemporaryTree()
        let old = try StripedExample(.lrc(6, 2, 2), length: 300, tree: tree)
        let shards = try old.shardBytes()
        try tree.write("other", to: "other")
        let encoder = try StripeEncoder(.rs(4, 2))
        func encode(replacing: Bool) throws {
            _ = try encoder.encode(
                .file(tree.absolute("other")), into: old.folder, named: "file", replacing: replacing)
        }
        let error = #expect(throws: StripeError.self) { try encode(replacing: false) }
        #expect(error?.problem == .exists)
        #expect(try old.shardBytes() == shards)
        try encode(replacing: true)
        // Ten shards were there, six are now.
        #expect(try old.names().count == 6)
        #expect(try old.set().verify().isWhole)
        #expect(try old.decoded() == Array("other".utf8))
    }

    @Test func `an output that is there is kept, unless it may be replaced`() throws {
        let example = try StripedExample(.rs(2, 1), length: 100)
        try example.tree.write("kept", to: "out")
        let output = StripeOutput.file(example.tree.absolute("out"))
        let error = #expect(throws: StripeError.self) { try example.set().decode(to: output) }
        #expect(error?.problem == .exists)
        #expect(try example.bytes(of: output.name) == Array("kept".utf8))
        _ = try example.set().decode(to: output, replacing: true)
        #expect(try example.bytes(of: output.name) == example.content)
        let folder = #expect(throws: StripeError.self) { try example.set().decode(to: .file(example.tree.path)) }
        #expect(folder?.problem == .notAFile)
        _ = try example.set().decode(to: .file("/dev/null"))
        try example.change(0) { $0[70] ^= 1 }
        #expect(try example.set().decode(to: .file("/dev/null")).rebuiltUnits == 1)
    }

    @Test func `the file that is striped is never replaced by a shard of it`() throws {
        let tree = try TemporaryTree()
        try tree.write("the only copy", to: "real")
        try tree.makeFolder("z")
        let encoder = try StripeEncoder(.rs(2, 2))
        // In the place of a shard, behind a link there, under a second name, where a partial or an older shard lies.
        for place in ["q.00.shard", "q.03.shard", "q.00.shard.stripe-partial", "q.09.shard"] {
            for isLink in [true, false] {
                let path = tree.absolute("z/\(place)")
                if isLink {
                    if place.hasSuffix("partial") { continue }
                    try FileManager.default.createSymbolicLink(
                        atPath: path, withDestinationPath: tree.absolute("real"))
                } else {
                    try #require(link(tree.absolute("real"), path) == 0)
                }
                for input in [path, tree.absolute("real")] {
                    let error = #expect(throws: StripeError.self) {
                        try encoder.encode(.file(input), into: tree.absolute("z"), named: "q", replacing: true)
                    }
                    #expect(error?.problem == .exists)
                    #expect(error?.found == "it is a file that is read, and would be replaced")
                }
                #expect(try String(contentsOfFile: tree.absolute("real"), encoding: .utf8) == "the only copy")
                #expect(try FileManager.default.contentsOfDirectory(atPath: tree.absolute("z")) == [place])
                try FileManager.default.removeItem(atPath: path)
            }
        }
    }

    @Test func `a shard that is read is never replaced by the file, nor written to`() throws {
        let example = try StripedExample(.rs(2, 2), length: 100)
        let shards = try example.shardBytes()
        // A damaged one is still the next repair's.
        try example.change(1) { $0[61] ^= 1 }
        for shard in 0..<2 {
            let error = #expect(throws: StripeError.self) {
                try example.set().decode(to: .file(example.shard(shard)), replacing: true)
            }
            #expect(error?.problem == .exists)
        }
        let descriptor = open(example.shard(0), O_WRONLY | O_APPEND)
        defer { close(descriptor) }
        let appended = #expect(throws: StripeError.self) {
            try example.set().decode(to: .descriptor(descriptor, name: "standard output"))
        }
        #expect(appended?.problem == .exists)
        _ = try example.set().repair()
        #expect(try example.shardBytes() == shards)
    }

    @Test func `paths of one file are known as such, also before it is there`() throws {
        let tree = try TemporaryTree()
        try tree.write("x", to: "a/file")
        try tree.link("b", to: tree.absolute("a"))
        let root = tree.path
        for (one, other, same) in [
            ("a/file", "b/file", true), ("a/./file", "a//file", true), ("a/new", "b/new", true),
            ("c/new", "./c//new", true), ("c/d/new", "c/./d/new", true), ("a/new", "a/file", false),
            ("a/new", "a/other", false), ("c/new", "a/new", false), ("c/new", "d/new", false),
        ] {
            #expect(Path.isSame(root + "/" + one, root + "/" + other) == same, "\(one), \(other)")
        }
        #expect(Path.isSame("nothing-here", "./nothing-here") && !Path.isSame("nothing-here", "nor-here"))
    }

    @Test func `whoever may not read the file reads no shard of it, nor what is made from them`() throws {
        let tree = try TemporaryTree()
        try tree.write("private", to: "file")
        for mode: mode_t in [0o600, 0o640, 0o444] {
            try #require(chmod(tree.absolute("file"), mode) == 0)
            let (folder, output) = (tree.absolute("s\(mode)"), tree.absolute("out\(mode)"))
            let encoder = try StripeEncoder(.rs(2, 2))
            for _ in 0..<2 {
                let striped = try encoder.encode(
                    .file(tree.absolute("file")), into: folder, named: "file", replacing: true)
                #expect(striped.shards.allSatisfy { FileStatus(at: $0)?.mode == mode })
                // An older set that all may read is replaced by one that they may not.
                for shard in striped.shards { chmod(shard, 0o666) }
                chmod(striped.shards[0], mode | 0o044)
                chmod(striped.shards[1], mode)
            }
            unlink(folder + "/file.03.shard")
            let repair = try StripeSet([folder]).repair()
            #expect(try FileStatus(at: #require(repair.written[3]))?.mode == mode)
            _ = try StripeSet([folder]).decode(to: .file(output))
            #expect(FileStatus(at: output)?.mode == mode)
        }
    }

    @Test func `what is being written is its owner's alone until it is complete`() throws {
        let tree = try TemporaryTree()
        let partial = try PartialFile(replacing: tree.absolute("x"), mode: 0o644)
        #expect(FileStatus(at: tree.absolute("x.stripe-partial"))?.mode == 0o600)
        try partial.sync()
        try partial.commit()
        #expect(FileStatus(at: tree.absolute("x"))?.mode == 0o644)
    }

    @Test func `a file that somebody makes meanwhile is not replaced`() throws {
        let example = try StripedExample(.rs(2, 1), length: 100)
        func meanwhile(_ path: String) -> StripeRun {
            StripeRun(shouldStop: {
                if access(path, F_OK) != 0 { try? Data("theirs".utf8).write(to: URL(filePath: path)) }
                return false
            })
        }
        let output = example.tree.absolute("out")
        let decoded = #expect(throws: StripeError.self) {
            try example.set().decode(to: .file(output), run: meanwhile(output))
        }
        #expect(decoded?.problem == .exists && decoded?.found == "somebody made it meanwhile")
        #expect(try String(contentsOfFile: output, encoding: .utf8) == "theirs")
        let shard = example.tree.absolute("new/n.00.shard")
        let encoded = #expect(throws: StripeError.self) {
            try StripeEncoder(.rs(2, 1)).encode(
                .file(example.tree.absolute("file")), into: example.tree.absolute("new"), named: "n",
                run: meanwhile(shard))
        }
        #expect(encoded?.problem == .exists && encoded?.file == shard)
        #expect(try String(contentsOfFile: shard, encoding: .utf8) == "theirs")
        try FileManager.default.removeItem(atPath: example.shard(0))
        let repaired = #expect(throws: StripeError.self) {
            try example.set().repair(run: meanwhile(example.shard(0)))
        }
        #expect(repaired?.problem == .exists)
        #expect(try String(contentsOfFile: example.shard(0), encoding: .utf8) == "theirs")
    }

    @Test func `a place that cannot be is named as it was given, with what helps`() throws {
        let example = try StripedExample(.rs(2, 1), length: 100)
        let encoder = try StripeEncoder(.rs(2, 1))
        for (path, remedy) in [
            ("none/out", "make the folder in which it is to be, or choose another place"),
            ("file/out", "a part of its path is no folder: check the path"),
        ] {
            let output = example.tree.absolute(path)
            let decoded = #expect(throws: StripeError.self) { try example.set().decode(to: .file(output)) }
            #expect(decoded?.file == output && decoded?.remedy == remedy)
            let encoded = #expect(throws: StripeError.self) {
                try encoder.encode(.file(example.tree.absolute("file")), into: output, named: "n")
            }
            #expect(encoded?.file == output && encoded?.remedy == remedy)
        }
    }

    @Test(arguments: ["", ".", "..", "a/b", "a\0b", String(repeating: "x", count: 240)])
    func `a name that no file can have is refused`(name: String) throws {
        let tree = try TemporaryTree()
        try tree.write("x", to: "x")
        let error = #expect(throws: StripeError.self) {
            try StripeEncoder(.rs(2, 1)).encode(.file(tree.absolute("x")), into: tree.absolute("s"), named: name)
        }
        #expect(error?.problem == .impossibleStriping)
        #expect(!FileManager.default.fileExists(atPath: tree.absolute("s")))
    }

    @Test func `what cannot be read is named`() throws {
        let tree = try TemporaryTree()
        let encoder = try StripeEncoder(.rs(2, 1))
        for (path, problem) in [("nothing", StripeError.Problem.unreadable), ("", .notAFile)] {
            let error = #expect(throws: StripeError.self) {
                try encoder.encode(.file(tree.absolute(path)), into: tree.absolute("s"), named: "n")
            }
            #expect(error?.problem == problem)
        }
        try tree.write("x", to: "x")
        let parent = #expect(throws: StripeError.self) {
            try encoder.encode(.file(tree.absolute("x")), into: tree.absolute("no/such"), named: "n")
        }
        #expect(parent?.problem == .unwritable)
        let folder = #expect(throws: StripeError.self) {
            try encoder.encode(.file(tree.absolute("x")), into: tree.absolute("x"), named: "n")
        }
        #expect(folder?.problem == .notAFile)
    }

    @Test func `a pipe is striped to its end, and decoded into one`() throws {
        var ends: [CInt] = [0, 0]
        try #require(pipe(&ends) == 0)
        let text = [UInt8]("what comes through a pipe".utf8)
        #expect(write(ends[1], text, text.count) == text.count)
        close(ends[1])
        let tree = try TemporaryTree()
        let striped = try StripeEncoder(.rs(2, 1, unit: 4)).encode(
            .descriptor(ends[0], name: "standard input"), into: tree.absolute("s"), named: "piped")
        close(ends[0])
        #expect(striped.length == text.count)
        try #require(pipe(&ends) == 0)
        _ = try StripeSet([tree.absolute("s")]).decode(to: .descriptor(ends[1], name: "standard output"))
        close(ends[1])
        var read = [UInt8](repeating: 0, count: 100)
        #expect(Glibc.read(ends[0], &read, 100) == text.count)
        close(ends[0])
        #expect(Array(read[..<text.count]) == text)
    }

    @Test func `a code that is fatal to some loss is refused before anything is written`() throws {
        // storage.md 1.13: V-pow with five parities is maximum distance separable up to five data shards.
        #expect(throws: StorageMathError.self) { try StripeEncoder(.rs(6, 5)) }
        _ = try StripeEncoder(.rs(6, 5, .cauchy1))
    }

    @Test func `buffers are as large whatever the file, and threads are fewer where they would go beyond the limit`()
        throws
    {
        let striping = try Striping(ErasureLayout(data: 10, globalParities: 4), unit: 64 << 10)
        let stream = BatchShape(striping)
        #expect(BatchShape(striping, geometry: StripeGeometry(striping, length: 1 << 50)) == stream)
        #expect(stream.bufferBytes <= 2 * BatchShape.targetBytes + striping.unit * 18)
        #expect(BatchShape(striping, geometry: StripeGeometry(striping, length: 100)).bufferBytes < 1000)
        let wide = BatchShape(
            try Striping(ErasureLayout(data: 14, globalParities: 2), unit: 16 << 20))
        #expect(wide.stripes == 1)
        // One stripe is as much as the limit, and one thread there has to be.
        #expect(wide.workers(of: StripeRun(threads: 64)) == 1)
        #expect(stream.workers(of: StripeRun(threads: 8)) == 8)
        #expect(StripeRun(threads: 1000).threads == 64 && StripeRun(threads: -5).threads == 1)
    }
}
