import Foundation
import TestSupport
import Testing

/// A file of seeded bytes and its shards, as `clustermodel stripe encode` makes them.
struct StripedFolder {
    let tree: TemporaryTree
    let content: [UInt8]

    var path: String { tree.path }
    var shards: String { path + "/shards" }
    func shard(_ index: Int) -> String { shards + "/disk.img.0\(index).shard" }

    init(_ length: Int, _ arguments: [String] = ["--layout", "4+2", "--unit", "1KiB"]) throws {
        tree = try TemporaryTree()
        var random = SeededRandom(seed: UInt64(length))
        content = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        try tree.write(content, to: "disk.img")
        let outcome = try ClusterModel.run(
            ["stripe", "encode", tree.absolute("disk.img"), "--into", tree.absolute("shards")] + arguments)
        try #require(outcome.status == 0, "\(outcome.diagnostics)")
    }

    func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }
    func write(_ bytes: [UInt8], to path: String) throws { try Data(bytes).write(to: URL(filePath: path)) }
    func remove(_ indices: Int...) throws {
        for index in indices { try FileManager.default.removeItem(atPath: shard(index)) }
    }
    func flip(_ index: Int, at byte: Int) throws {
        var bytes = try bytes(shard(index))
        bytes[byte] ^= 0x40
        try write(bytes, to: shard(index))
    }
    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: shards).sorted() }

    /// Whether `decode` gives the file back bit for bit.
    func comesBack() throws -> Bool {
        let output = path + "/copy"
        let outcome = try ClusterModel.run(["stripe", "decode", shards, "--output", output, "--force"])
        return try outcome.status == 0 && bytes(output) == content
    }
}

@Suite struct `clustermodel stripe` {
    @Test(arguments: [
        ["--layout", "4+2"], ["--layout", "6,2,2", "--threads", "2"], ["--layout", "3+2", "--convention", "Cauchy1"],
    ])
    func `a file that lost and damaged shards comes back bit for bit`(arguments: [String]) throws {
        let folder = try StripedFolder(50_000, arguments + ["--unit", "1KiB"])
        try folder.remove(1)
        try folder.flip(3, at: 2000)
        #expect(try ClusterModel.run(["stripe", "verify", folder.shards]).status == 1)
        #expect(try folder.comesBack())
        let (document, outcome) = try ClusterModel.json(["stripe", "repair", folder.shards])
        #expect(outcome.status == 0)
        let shards = try #require(document["shards"] as? [[String: Any]])
        #expect(shards.compactMap { $0["written"] as? String } == [folder.shard(1), folder.shard(3)])
        #expect(try ClusterModel.run(["stripe", "verify", folder.shards]).status == 0)
        #expect(try folder.comesBack())
    }

    @Test func `damage is told by shard, unit and byte`() throws {
        let folder = try StripedFolder(50_000)
        try folder.flip(2, at: 64 + 1028 * 5 + 7)
        let (document, outcome) = try ClusterModel.json(["stripe", "verify", folder.shards])
        #expect(outcome.status == 1)
        let shards = try #require(document["shards"] as? [[String: Any]])
        #expect(shards.map { $0["state"] as? String } == ["whole", "whole", "damaged", "whole", "whole", "whole"])
        #expect(shards[2]["first_lost_byte"] as? Int == 64 + 1028 * 5)
        let lost = try #require(shards[2]["lost_units"] as? [String: Any])
        #expect(lost["count"] as? Int == 1)
        #expect(lost["ranges"] as? [[String: Int]] == [["first": 5, "last": 5]])
        #expect(document["recoverable"] as? Bool == true)
        #expect(document["content_right"] as? Bool == true)
    }

    /// Checksums that are right over a wrong unit, as a broken memory makes them.
    @Test func `a shard that is wrong under right checksums is named and written anew`() throws {
        let folder = try StripedFolder(20_000)
        let right = try folder.bytes(folder.shard(1))
        var bytes = right
        bytes[64 + 1028 + 7] ^= 1
        var checksum: UInt32 = 0xffff_ffff
        // The place, shard 1 and stripe 1, then the unit: Docs/ShardFormat.md.
        for byte in [1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0] + bytes[64 + 1028..<64 + 2052] {
            checksum ^= UInt32(byte)
            for _ in 0..<8 { checksum = checksum & 1 == 1 ? checksum >> 1 ^ 0x82f6_3b78 : checksum >> 1 }
        }
        for place in 0..<4 { bytes[64 + 2052 + place] = UInt8(truncatingIfNeeded: ~checksum >> (8 * UInt32(place))) }
        try folder.write(bytes, to: folder.shard(1))
        let answer = try ClusterModel.run(["stripe", "verify", folder.shards])
        #expect(answer.status == 1)
        #expect(answer.output.contains("1: wrong is data 2."))
        #expect(answer.output.contains("The file can be had back. `repair` writes what is amiss anew."))
        let (document, _) = try ClusterModel.json(["stripe", "verify", folder.shards])
        let shards = try #require(document["shards"] as? [[String: Any]])
        #expect(shards.map { $0["state"] as? String } == ["whole", "wrong", "whole", "whole", "whole", "whole"])
        #expect(try !folder.comesBack())
        #expect(try ClusterModel.run(["stripe", "repair", folder.shards]).status == 0)
        #expect(try folder.bytes(folder.shard(1)) == right)
        #expect(try folder.comesBack())
    }

    @Test func `too much is lost: 1, with stripe and remedy`() throws {
        let folder = try StripedFolder(10_000)
        try folder.remove(0, 2, 5)
        for arguments in [["repair", folder.shards], ["decode", folder.shards, "--output", folder.path + "/out"]] {
            let (document, outcome) = try ClusterModel.json(["stripe"] + arguments)
            #expect(outcome.status == 1)
            #expect(document["schema"] as? String == "clustermodel.error/1")
            #expect(outcome.diagnostics.contains("stripe 0, bytes 0 to 4095 of the file, has lost 3 of 6 units"))
            #expect(outcome.diagnostics.contains("bring back one of these shards"))
        }
        let (document, outcome) = try ClusterModel.json(["stripe", "verify", folder.shards])
        #expect(outcome.status == 1)
        #expect(document["recoverable"] as? Bool == false)
        #expect(document["content_right"] is NSNull)
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/out"))
    }

    @Test func `a shard of another file is refused by name and never replaced`() throws {
        let folder = try StripedFolder(10_000)
        let other = try StripedFolder(9_999)
        let foreign = try other.bytes(other.shard(4))
        try folder.write(foreign, to: folder.shard(4))
        let verify = try ClusterModel.run(["stripe", "verify", folder.shards])
        #expect(verify.status == 1)
        #expect(verify.output.contains("Not used"))
        #expect(verify.output.split(separator: "\n").joined(separator: " ").contains("it is a shard of another file"))
        let set = try #require(try ClusterModel.json(["stripe", "verify", folder.shards]).document["set"] as? String)
        let repair = try ClusterModel.run(["stripe", "repair", folder.shards, "--set", set])
        #expect(repair.status == 64)
        #expect(repair.diagnostics.hasPrefix("clustermodel: \(folder.shard(4)): shard 4 belongs here"))
        #expect(try folder.bytes(folder.shard(4)) == foreign)
        let copy = folder.path + "/copy"
        let chosen = ["stripe", "decode", folder.shards, "--output", copy, "--set", set]
        #expect(try ClusterModel.run(chosen).status == 0)
        #expect(try folder.bytes(copy) == folder.content)
    }

    @Test func `of two files in a folder the one that is named comes back, and none where none is named`() throws {
        let folder = try StripedFolder(10_000)
        try folder.write([UInt8](repeating: 7, count: 9000), to: folder.path + "/b")
        let encode = ["stripe", "encode", folder.path + "/b", "--into", folder.shards, "--layout", "10+4"]
        #expect(try ClusterModel.run(encode).status == 0)
        let output = folder.path + "/out"
        let unnamed = try ClusterModel.run(["stripe", "decode", folder.shards, "--output", output])
        #expect(unnamed.status == 64)
        #expect(unnamed.diagnostics.contains("there are shards of 2 files: b (set "))
        #expect(unnamed.diagnostics.hasSuffix("choose it by its name or set (--name, --set)\n"))
        #expect(!FileManager.default.fileExists(atPath: output))
        #expect(try ClusterModel.run(["stripe", "repair", folder.shards]).status == 64)
        let (document, named) = try ClusterModel.json(
            ["stripe", "decode", folder.shards, "--output", output, "--name", "disk.img"])
        #expect(named.status == 0)
        #expect(document["name"] as? String == "disk.img")
        #expect(try folder.bytes(output) == folder.content)
        #expect(try ClusterModel.run(["stripe", "verify", folder.shards, "--name", "b"]).status == 0)
    }

    @Test func `standard input and output carry the file`() throws {
        let tree = try TemporaryTree()
        let outcome = try Executable.shell(
            """
            cd \(tree.path) && head -c 100000 /dev/zero | tr '\\0' x > in && \
            cat in | $R stripe encode - --into s --layout 2+1 --unit 4KiB >/dev/null && rm s/stdin.00.shard && \
            $R stripe decode s --output - | cmp - in && $R stripe decode s --output - | head -c 1 && ls s
            """, tool: "clustermodel")
        #expect(outcome.status == 0, "\(outcome.diagnostics)")
        #expect(outcome.output == "xstdin.01.shard\nstdin.02.shard\n")
    }

    @Test(arguments: [
        (["encode", "F", "--into", "D"], "Missing expected argument '--layout"),
        (["encode", "F", "--into", "D", "--layout", "4-2"], "\"4-2\" is not a code; write 4+2"),
        (["encode", "F", "--into", "D", "--layout", "0+2"], "data symbols"),
        (["encode", "F", "--into", "D", "--layout", "8,3,1"], "a divisor of 8"),
        (["encode", "F", "--into", "D", "--layout", "4+2", "--convention", "mine"], "choose among v-pow, cauchy1"),
        (["encode", "F", "--into", "D", "--layout", "6+5"], "singular"),
        (["encode", "F", "--into", "D", "--layout", "4+2", "--unit", "0"], "bytes of a stripe unit: 0 is not"),
        (["encode", "F", "--into", "D", "--layout", "4+2", "--unit", "1TiB"], "is not 1 to 16777216"),
        (["encode", "F", "--into", "D", "--layout", "4+2", "--threads", "65"], "--threads: 65 is not 1 to 64"),
        (["encode", "F", "--into", "D", "--layout", "4+2", "--name", "a/b"], "it is no name for shards"),
        (["encode", "missing", "--into", "D", "--layout", "4+2"], "cannot be read: No such file"),
        (["encode", ".", "--into", "D", "--layout", "4+2"], "it is a folder"),
        (["encode", "F", "--into", "F", "--layout", "4+2"], "it is no folder"),
        (["encode", "F", "--into", "/proc/none", "--layout", "4+2"], "cannot be written"),
        (["encode", "F", "--into", "S", "--layout", "4+2"], "it exists; choose another folder or name, or allow"),
        (["verify"], "Missing expected argument '<shards>"), (["verify", "missing"], "No such file or directory"),
        (["verify", "F"], "F, byte 0: it does not begin as a shard does"), (["repair", "."], "there is no shard"),
        (["decode", "S", "--output", "F"], "it exists; choose another name, or allow to replace it with --force"),
        (["decode", "S", "--output", "."], "it is a folder"),
        (["verify", "S", "--set", "12"], "set: \"12\" is not 32 hexadecimal digits"),
        (["verify", "S", "--name", "G"], "S: there is no shard called G"),
        (["decode", "S", "--output", "-", "--format", "json"], "standard output has the file"),
    ])
    func `a wrong call ends with 64 and names value and remedy`(arguments: [String], words: String) throws {
        let tree = try TemporaryTree()
        try tree.write("text", to: "F")
        let made = try Executable.run(
            ["stripe", "encode", "F", "--into", "S", "--layout", "2+1"], tool: "clustermodel", directory: tree.path)
        try #require(made.status == 0)
        let outcome = try Executable.run(["stripe"] + arguments, tool: "clustermodel", directory: tree.path)
        #expect(outcome.status == 64)
        #expect(outcome.output.isEmpty || arguments.contains("json"))
        #expect(outcome.diagnostics.contains(words), "\(outcome.diagnostics)")
        #expect(!FileManager.default.fileExists(atPath: tree.absolute("D")))
        guard !arguments.contains("json") else { return }
        let json = try Executable.run(
            ["stripe"] + arguments + ["--format", "json"], tool: "clustermodel", directory: tree.path)
        #expect(json.status == 64)
        #expect(json.output.contains("\"schema\" : \"clustermodel.error/1\""))
    }

    @Test func `shards that cannot be opened leave the verdict open: 2`() throws {
        let folder = try StripedFolder(3000)
        for index in [0, 2, 5] {
            try folder.remove(index)
            // A link that leads to itself is refused to root too.
            try FileManager.default.createSymbolicLink(
                atPath: folder.shard(index), withDestinationPath: folder.shard(index))
        }
        let (document, verify) = try ClusterModel.json(["stripe", "verify", folder.shards])
        #expect(verify.status == 2)
        #expect(document["recoverable"] is NSNull)
        let states = try #require(document["shards"] as? [[String: Any]]).map { $0["state"] as? String }
        #expect(states == ["unreadable", "whole", "unreadable", "whole", "whole", "unreadable"])
        let text = try ClusterModel.run(["stripe", "verify", folder.shards]).output
        #expect(text.contains("Whether the file is lost is not known"))
        let decode = try ClusterModel.run(["stripe", "decode", folder.shards, "--output", folder.path + "/out"])
        #expect(decode.status == 2)
        #expect(decode.diagnostics.contains("disk.img.00.shard: cannot be read and 2 more"))
    }

    @Test func `a limit of open files is told as such, with its remedy`() throws {
        let folder = try StripedFolder(200_000, ["--layout", "60+4", "--unit", "64", "--convention", "cauchy1"])
        let outcome = try Executable.shell(
            "ulimit -n 40; exec $R stripe verify \(folder.shards)", tool: "clustermodel")
        #expect(outcome.status == 64)
        #expect(outcome.diagnostics.contains("Too many open files; raise the limit of open files (ulimit -n)"))
    }

    @Test func `a repair ends as a verification after it does`() throws {
        let folder = try StripedFolder(3000)
        try folder.remove(1)
        let stray = folder.shards + "/z69.shard"
        try folder.write([1, 2, 3], to: stray)
        let (document, repair) = try ClusterModel.json(["stripe", "repair", folder.shards])
        #expect(repair.status == 1)
        let rejected = try #require(document["rejected"] as? [[String: Any]])
        #expect(rejected.map { $0["path"] as? String } == [stray])
        #expect(try folder.names().contains("disk.img.01.shard"))
        #expect(try ClusterModel.run(["stripe", "verify", folder.shards]).status == 1)
        try FileManager.default.removeItem(atPath: stray)
        #expect(try ClusterModel.run(["stripe", "repair", folder.shards]).status == 0)
        #expect(try ClusterModel.run(["stripe", "verify", folder.shards]).status == 0)
    }

    @Test func `a reader that ends and a limit of open files have remedies of their own`() throws {
        let folder = try StripedFolder(300_000)
        let decode = try Executable.shell(
            "$R stripe decode \(folder.shards) --output - | head -c 1 >/dev/null", tool: "clustermodel")
        #expect(decode.diagnostics.contains("standard output: cannot be written: Broken pipe; what reads it has ended"))
        let encode = try Executable.shell(
            "ulimit -n 12; exec $R stripe encode \(folder.path)/disk.img --into \(folder.path)/n --layout 12+4",
            tool: "clustermodel")
        #expect(encode.status == 64)
        #expect(encode.diagnostics.contains("Too many open files; raise the limit of open files (ulimit -n)"))
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/n"))
    }

    @Test func `an answer never replaces the file or a shard`() throws {
        let folder = try StripedFolder(3000)
        let names = try folder.names()
        let shards = try (0..<6).map { try folder.bytes(folder.shard($0)) }
        let (image, new) = (folder.path + "/disk.img", folder.path + "/new")
        for arguments in [
            ["verify", folder.shards, "--output", folder.shard(2)],
            ["repair", folder.shards, "--output", folder.shards + "/./disk.img.03.shard"],
            ["encode", image, "--into", new, "--layout", "2+2", "--output", new + "/disk.img.00.shard"],
            ["encode", image, "--into", new, "--layout", "2+2", "--output", image],
        ] {
            let outcome = try ClusterModel.run(["stripe"] + arguments)
            #expect(outcome.status == 64)
            #expect(outcome.diagnostics.contains("and the answer would replace it; choose another file for the answer"))
        }
        #expect(!FileManager.default.fileExists(atPath: new))
        #expect(try folder.names() == names)
        #expect(try (0..<6).map { try folder.bytes(folder.shard($0)) } == shards)
        #expect(try folder.bytes(image) == folder.content)
        let apart = ["stripe", "verify", folder.shards, "--output", folder.path + "/answer"]
        #expect(try ClusterModel.run(apart).status == 0)
    }

    @Test func `shards that are there are replaced with --force alone`() throws {
        let folder = try StripedFolder(3000)
        let old = try folder.bytes(folder.shard(0))
        let call = ["stripe", "encode", folder.path + "/disk.img", "--into", folder.shards, "--layout", "2+1"]
        #expect(try ClusterModel.run(call).status == 64)
        #expect(try folder.bytes(folder.shard(0)) == old)
        #expect(try ClusterModel.run(call + ["--force"]).status == 0)
        #expect(try folder.names().count == 3)
        #expect(try folder.comesBack())
    }

    @Test(.enabled(if: environment("SANITIZER") != "thread", "ThreadSanitizer writes larger files itself"))
    func `a limit of file sizes, as a full disk, is a clear error that leaves nothing`() throws {
        let folder = try StripedFolder(100_000, ["--layout", "2+1", "--unit", "4KiB"])
        try folder.remove(1)
        let names = try folder.names()
        for command in [
            "repair \(folder.shards)", "decode \(folder.shards) --output \(folder.path)/out",
            "encode \(folder.path)/disk.img --into \(folder.path)/new --layout 2+1",
        ] {
            // In blocks of 512 bytes.
            let outcome = try Executable.shell("ulimit -f 40; exec $R stripe \(command)", tool: "clustermodel")
            #expect(outcome.status == 64)
            #expect(outcome.diagnostics.contains("cannot be written: File too large; raise the limit"))
        }
        #expect(try folder.names() == names)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["disk.img", "shards"])
    }

    @Test func `the answers for people`() throws {
        let tree = try TemporaryTree()
        try tree.write(String(repeating: "The same text each time.\n", count: 400), to: "notes.txt")
        func answer(_ arguments: [String], _ name: String, status: Int32 = 0) throws {
            let outcome = try Executable.run(["stripe"] + arguments, tool: "clustermodel", directory: tree.path)
            #expect(outcome.status == status, "\(outcome.diagnostics)")
            for line in outcome.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
            assertSnapshot(outcome.output, named: "stripe-\(name).txt")
        }
        try answer(["encode", "notes.txt", "--into", "s", "--layout", "6,2,2", "--unit", "256"], "encode")
        try tree.remove("s/notes.txt.02.shard")
        try tree.remove("s/notes.txt.09.shard")
        var bytes = Array(try Data(contentsOf: URL(filePath: tree.absolute("s/notes.txt.00.shard"))))
        for unit in [0, 2, 3] { bytes[64 + 260 * unit] ^= 1 }
        try tree.write(bytes, to: "s/notes.txt.00.shard")
        // As a drive gives sectors that it lost.
        try tree.write([UInt8](repeating: 0, count: 512), to: "s/notes.txt.09.shard")
        try answer(["verify", "s"], "verify", status: 1)
        try answer(["decode", "s", "--output", "copy"], "decode")
        try answer(["repair", "s"], "repair")
        for lost in 1...5 { try tree.remove("s/notes.txt.0\(lost).shard") }
        try answer(["verify", "s"], "verify-lost", status: 1)
    }

    @Test(arguments: [[], ["encode"], ["verify"], ["repair"], ["decode"]])
    func `help is as recorded, within 80 columns`(command: [String]) throws {
        let outcome = try ClusterModel.run(["stripe"] + command + ["--help"])
        #expect(outcome.status == 0)
        for line in outcome.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        assertSnapshot(outcome.output, named: "help-stripe\(command.map { "-" + $0 }.joined()).txt")
    }

    @Test(.enabled(if: SchemaCheck.isPossible, "python3-jsonschema is not installed"))
    func `documents hold to their schema, which describes each of their keys`() throws {
        let folder = try StripedFolder(5000)
        var documents: [String] = []
        func take(_ arguments: [String]) throws {
            documents.append(try ClusterModel.run(["stripe"] + arguments + ["--format", "json"]).output)
        }
        try take(["encode", folder.path + "/disk.img", "--into", folder.path + "/other", "--layout", "2,1,1"])
        try take(["verify", folder.shards])
        try folder.remove(0)
        try folder.flip(1, at: 100)
        try folder.write([1], to: folder.shards + "/x.shard")
        try folder.write([1], to: folder.shard(2) + ".stripe-partial")
        try take(["verify", folder.shards])
        try take(["decode", folder.shards, "--output", folder.path + "/out"])
        try take(["repair", folder.shards])
        try folder.remove(0, 1, 2)
        try take(["verify", folder.shards])
        for document in documents { #expect(try SchemaCheck.problems(document, schema: "clustermodel.stripe-1") == []) }
        let keys = try SchemaCheck.keys(ofSchema: "clustermodel.stripe-1", documents: documents)
        #expect(keys.written.subtracting(keys.described) == [])
        // No shard here contradicts the others under right checksums.
        let unseen = ["first", "last"].map { "/disagreeing_stripes/ranges[]/\($0)" }
        #expect(keys.described.subtracting(keys.written) == Set(unseen))
    }
}
