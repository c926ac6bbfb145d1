import ConsoleIO
import Foundation
import TestSupport
import Testing

@testable import RDMAProbeCommand

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// `--output`: the whole report or the old file, and nothing beside it.
@Suite struct `Reports in files` {
    private let tree: TemporaryTree

    init() throws { tree = try TemporaryTree() }

    private func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: tree.path).sorted() }
    private func text(_ name: String) throws -> String {
        try String(contentsOfFile: tree.absolute(name), encoding: .utf8)
    }
    private func isLink(_ name: String) -> Bool {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: tree.absolute(name))) != nil
    }

    @Test func `a file is written whole, new or in place of an old one, and nothing is left beside it`() throws {
        let long = String(repeating: "é0123456789\n", count: 100_000)
        for content in ["", "a", long, "b"] {
            try AtomicFile.write(content, to: tree.absolute("r.txt"))
            #expect(try text("r.txt") == content)
            #expect(try names() == ["r.txt"])
        }
    }

    @Test func `a check changes nothing`() throws {
        try AtomicFile.check(tree.absolute("new.txt"))
        #expect(try names().isEmpty)
        try tree.write("old", to: "r.txt")
        try AtomicFile.check(tree.absolute("r.txt"))
        #expect(try text("r.txt") == "old")
        #expect(try names() == ["r.txt"])
    }

    @Test func `a link stays a link, and its file is written`() throws {
        try tree.write("old", to: "folder/real.txt")
        try tree.link("link.txt", to: "folder/real.txt")
        try AtomicFile.write("new", to: tree.absolute("link.txt"))
        #expect(isLink("link.txt"))
        #expect(try text("folder/real.txt") == "new")
        #expect(try names() == ["folder", "link.txt"])
    }

    @Test func `a device stays a device and takes what is written`() throws {
        try AtomicFile.check("/dev/null")
        try AtomicFile.write("text", to: "/dev/null")
        var information = stat()
        #expect(stat("/dev/null", &information) == 0)
        #expect(information.st_mode & S_IFMT == S_IFCHR)
        let error = #expect(throws: ReportedError.self) { try AtomicFile.write("text", to: "/dev/full") }
        #expect(
            error?.description == "cannot write /dev/full: No space left on device; choose another --output")
    }

    @Test func `a path that cannot be written is refused in both, by its own name`() throws {
        try tree.makeFolder("folder")
        try tree.write("", to: "file")
        for (name, words) in [
            ("none/r.txt", "No such file or directory"), ("file/r.txt", "Not a directory"),
            ("folder", "it is a folder"),
        ] {
            let path = tree.absolute(name)
            for attempt in [AtomicFile.check, { try AtomicFile.write("x", to: $0) }] as [(String) throws -> Void] {
                let error = #expect(throws: ReportedError.self) { try attempt(path) }
                #expect(error?.description == "cannot write \(path): \(words); choose another --output")
            }
        }
        #expect(try names() == ["file", "folder"])
    }

    // MARK: The tool

    @Test(
        .disabled(if: Executable.hasRDMA, "this host has an RDMA device"),
        arguments: ["text", "json", "csv", "junit", "prometheus", "oneline"])
    func `the tool writes the file that standard output would have had`(format: String) throws {
        let arguments = ["test", "127.0.0.1", "--format", format]
        let shown = try Executable.run(arguments)
        let written = try Executable.run(arguments + ["--output", "report"], directory: tree.path)
        #expect(written.status == 2)
        #expect(written.output.isEmpty)
        #expect(written.diagnostics.isEmpty)
        #expect(try names() == ["report"])
        func clean(_ text: String) -> [Substring] {
            text.split(separator: "\n").filter { !$0.contains("started_unix_s") && !$0.contains("timestamp") }
        }
        #expect(clean(try text("report")) == clean(shown.output))
    }

    @Test func `the tool says before the run that a file cannot be written`() throws {
        let outcome = try Executable.run([
            "test", "127.0.0.1", "--output", tree.absolute("none/r.txt"), "--progress", "always",
        ])
        #expect(outcome.status == 64)
        #expect(outcome.output.isEmpty)
        #expect(
            outcome.diagnostics
                == "rdmaprobe: cannot write \(tree.absolute("none/r.txt")): No such file or directory; choose another --output\n"
        )
        #expect(try names().isEmpty)
    }
}
