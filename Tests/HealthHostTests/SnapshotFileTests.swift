import Foundation
import HealthHost
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@Suite struct `States kept in files` {
    @Test func `a state is there whole after each write, and nothing else is`() throws {
        let tree = try TemporaryTree()
        let file = SnapshotFile(path: tree.absolute("state"))
        #expect(try file.read() == nil)
        for size in [0, 1, 100_000, 3] {
            let content = [UInt8](repeating: UInt8(size % 251), count: size)
            try file.write(content)
            #expect(try file.read() == content)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: tree.path) == ["state"])
    }

    @Test func `what a killed process left is taken over`() throws {
        let tree = try TemporaryTree()
        try tree.write("half a st", to: "state.partial")
        try tree.write("old", to: "state")
        let file = SnapshotFile(path: tree.absolute("state"))
        #expect(try file.read() == Array("old".utf8))
        try file.write(Array("new".utf8))
        #expect(try file.read() == Array("new".utf8))
        #expect(!FileManager.default.fileExists(atPath: tree.absolute("state.partial")))
    }

    @Test func `a second writer at the same moment is refused and changes nothing`() throws {
        let tree = try TemporaryTree()
        let other = open(tree.absolute("state.partial"), O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        try #require(flock(other, LOCK_EX) == 0)
        defer { close(other) }
        let file = SnapshotFile(path: tree.absolute("state"))
        #expect(throws: SnapshotFailure.self) { try file.write([1]) }
        #expect(try file.read() == nil)
    }

    @Test func `what is no state is refused by name`() throws {
        let tree = try TemporaryTree()
        try tree.makeFolder("folder")
        #expect(throws: SnapshotFailure.self) { _ = try SnapshotFile(path: tree.absolute("folder")).read() }
        try tree.write("12345", to: "long")
        #expect(throws: SnapshotFailure.self) { _ = try SnapshotFile(path: tree.absolute("long"), sizeLimit: 4).read() }
        #expect(throws: SnapshotFailure.self) { try SnapshotFile(path: tree.absolute("none/state")).write([1]) }
        // Somebody's link where the partial file would be is not followed.
        try tree.write("precious", to: "target")
        try tree.link("linked.partial", to: tree.absolute("target"))
        #expect(throws: SnapshotFailure.self) { try SnapshotFile(path: tree.absolute("linked")).write([1]) }
        #expect(try String(contentsOf: URL(filePath: tree.absolute("target")), encoding: .utf8) == "precious")
    }
}
