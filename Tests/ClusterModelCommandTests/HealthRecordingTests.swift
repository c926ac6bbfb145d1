import Foundation
import TestSupport
import Testing

@Suite struct `What clustermodel health record does to a file that is there` {
    /// A recording of this host at 100 ms, and its bytes.
    private func recorded() throws -> (tree: TemporaryTree, path: String, bytes: [UInt8]) {
        let tree = try TemporaryTree()
        let path = tree.absolute("host.health")
        let outcome = try ClusterModel.run(
            ["health", "record", path, "--for", "300ms", "--every", "100ms", "--node", "n1"])
        try #require(outcome.status == 0, "\(outcome.diagnostics)")
        return (tree, path, try bytes(path))
    }

    private func bytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path))) }

    private func resume(_ path: String, _ arguments: [String] = ["--node", "n1"]) throws -> Executable.Outcome {
        try ClusterModel.run(["health", "record", path, "--resume", "--for", "100ms"] + arguments)
    }

    /// The places at which records begin: four bytes of length, one of kind, the payload, four of checksum.
    private func records(_ bytes: [UInt8]) -> [(offset: Int, kind: UInt8)] {
        var found: [(Int, UInt8)] = []
        var place = 8
        while place + 9 <= bytes.count {
            found.append((place, bytes[place + 4]))
            let length = (0..<4).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
            place += length + 9
        }
        return found
    }

    @Test func `a damaged recording is not gone on with, and stays byte for byte as it was`() throws {
        let (tree, path, bytes) = try recorded()
        let moments = records(bytes).filter { $0.kind == 5 }
        try #require(moments.count >= 2)
        // A bit of a value, and the length of a record, which then seems to reach beyond the end; good intervals follow both.
        let samples = try #require(records(bytes).first { $0.kind == 3 })
        for place in [bytes.count / 3, samples.offset + 2] {
            var damaged = bytes
            damaged[place] ^= 0x40
            try tree.write(damaged, to: "host.health")
            let outcome = try resume(path)
            #expect(outcome.status == 64)
            #expect(outcome.diagnostics.contains("byte"), "\(outcome.diagnostics)")
            #expect(try self.bytes(path) == damaged, "byte \(place)")
        }
        // Bytes behind the end are no recording's either.
        try tree.write(bytes + [0], to: "host.health")
        #expect(try resume(path).status == 64)
        #expect(try self.bytes(path) == bytes + [0])
    }

    @Test func `what a kill left of an interval is cut off, and said so`() throws {
        let (tree, path, bytes) = try recorded()
        let moments = records(bytes).filter { $0.kind == 5 }
        // The length of a moment's record is 17: 4 + 1 + 8 + 4.
        let whole = try #require(moments.last).offset + 17
        try tree.write(Array(bytes[..<(whole - 5)]), to: "host.health")
        let (document, outcome) = try ClusterModel.json(
            ["health", "record", path, "--resume", "--for", "100ms", "--node", "n1"])
        #expect(outcome.status == 0, "\(outcome.diagnostics)")
        let before = moments[moments.count - 2].offset + 17
        #expect(document["cut_bytes"] as? Int == whole - 5 - before)
        #expect(try self.bytes(path).starts(with: bytes[..<before]))
        // Of a recording that came to its end nothing is cut.
        let again = try ClusterModel.json(["health", "record", path, "--resume", "--for", "100ms", "--node", "n1"])
        #expect(again.document["cut_bytes"] as? Int == 0)
    }

    @Test func `another node or another pace does not go into the same recording`() throws {
        let (tree, path, bytes) = try recorded()
        defer { withExtendedLifetime(tree) {} }
        for (arguments, word) in [
            (["--node", "other"], "of the node n1"), (["--node", "n1", "--every", "50ms"], "every 100ms"),
        ] {
            let outcome = try resume(path, arguments)
            #expect(outcome.status == 64)
            #expect(outcome.diagnostics.contains(word), "\(outcome.diagnostics)")
            #expect(try self.bytes(path) == bytes)
        }
        #expect(try resume(path, ["--node", "n1", "--every", "100ms"]).status == 0)
    }

    @Test func `where there is no room for an interval the file ends with the one before`() throws {
        let tree = try TemporaryTree()
        let path = tree.absolute("host.health")
        // 64 blocks of 512 bytes; what a shell calls a block is that of POSIX.
        let outcome = try Executable.shell(
            "ulimit -f 64; exec \"$R\" health record \(path) --for 1h --every 10ms --node n1", tool: "clustermodel")
        #expect(outcome.status == 64, "\(outcome.diagnostics)")
        let bytes = try bytes(path)
        let all = records(bytes)
        #expect(bytes.count <= 64 * 512)
        #expect(all.last?.kind == 5 || all.count == 1, "\(all.suffix(3))")
        #expect(all.last.map { $0.offset + 17 } == bytes.count || all.count == 1)
    }

    @Test func `the end of a terminal ends a recording as it should end`() throws {
        let tree = try TemporaryTree()
        let path = tree.absolute("host.health")
        let line =
            "\"$R\" health record \(path) --for 1h --every 20ms --node n1 & p=$!; sleep 1; kill -HUP $p; wait $p; echo $?"
        let outcome = try Executable.shell(line, tool: "clustermodel")
        #expect(outcome.output.hasSuffix("143\n"), "\(outcome.output)")
        #expect(records(try bytes(path)).last?.kind == 6)
    }

    @Test func `a size that holds nothing, and a host that says nothing, are told`() throws {
        let tree = try TemporaryTree()
        try tree.makeFolder("empty")
        let path = tree.absolute("host.health")
        let small = try ClusterModel.run(["health", "record", path, "--max-size", "10"])
        #expect(small.status == 64)
        #expect(!FileManager.default.fileExists(atPath: path))
        let nothing = try ClusterModel.json(
            [
                "health", "record", path, "--root", tree.absolute("empty"), "--node", "n1", "--for", "50ms", "--every",
                "20ms",
            ])
        #expect(nothing.outcome.status == 2)
        #expect((nothing.document["problem_texts"] as? [String])?.first?.contains("no signal was read") == true)
    }
}
