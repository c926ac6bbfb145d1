import ConsoleIO
import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// `--output` on a named pipe: the answer goes to whoever reads it, and nobody is waited for without end.
@Suite struct `Answers into named pipes` {
    private let tree: TemporaryTree
    private var pipe: String { tree.absolute("pipe") }

    init() throws {
        tree = try TemporaryTree()
        try #require(mkfifo(tree.absolute("pipe"), 0o600) == 0)
    }

    private func refusal(of text: String) -> String? {
        let error = #expect(throws: ReportedError.self) {
            try AtomicFile.write(text, to: pipe, patience: .milliseconds(100))
        }
        return error?.description
    }

    @Test func `a pipe that nobody reads is refused by name after a while, and stays a pipe`() throws {
        #expect(
            refusal(of: "answer") == "cannot write \(pipe): nobody reads the pipe, and 0.1 seconds were waited; "
                + "start the reader first, or choose another --output")
        var information = stat()
        #expect(stat(pipe, &information) == 0 && information.st_mode & S_IFMT == S_IFIFO)
        #expect(try FileManager.default.contentsOfDirectory(atPath: tree.path) == ["pipe"])
    }

    @Test func `a reader that takes nothing is told as such`() throws {
        let reader = open(pipe, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        try #require(reader >= 0)
        defer { close(reader) }
        // What the pipe itself holds is taken.
        try AtomicFile.write("answer", to: pipe, patience: .milliseconds(100))
        let long = String(repeating: "x", count: 4 << 20)
        #expect(refusal(of: long)?.contains("its reader takes nothing, and 0.1 seconds were waited") == true)
    }

    @Test func `more than a pipe holds comes whole to a slow reader`() throws {
        let long = (0..<100_000).map { "\($0)\n" }.joined()
        let (pipe, copy) = (pipe, tree.absolute("copy"))
        let end = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            var bytes = Data()
            let file = FileHandle(forReadingAtPath: pipe)
            while let part = try? file?.read(upToCount: 50_000), !part.isEmpty {
                bytes += part
                usleep(2000)
            }
            try? bytes.write(to: URL(filePath: copy))
            end.signal()
        }
        try AtomicFile.write(long, to: pipe, patience: .seconds(20))
        #expect(end.wait(timeout: .now() + 20) == .success)
        #expect(try String(contentsOfFile: copy, encoding: .utf8) == long)
    }

    @Test func `the answer of a command comes whole, whichever end of the pipe is there first`() throws {
        let folder = try StripedFolder(200_000, ["--layout", "4+2", "--unit", "1KiB"])
        // Damage in every other stripe: a document of many stretches.
        for index in 0..<2 {
            var bytes = try folder.bytes(folder.shard(index))
            for stripe in stride(from: 0, to: 48, by: 2) { bytes[64 + stripe * 1028] ^= 1 }
            try folder.write(bytes, to: folder.shard(index))
        }
        for (turn, waits) in [("", "sleep 0.3; "), ("sleep 0.3; ", "")].enumerated() {
            let outcome = try Executable.shell(
                """
                cd \(tree.path) && (\(waits.0)exec cat pipe >copy\(turn)) & cd \(tree.path) && \(waits.1)$R stripe verify \
                \(folder.shards) --format json --output pipe; echo $?; wait; \
                $R stripe verify \(folder.shards) --format json >plain; cmp plain copy\(turn)
                """, tool: "clustermodel")
            #expect(outcome.output == "1\n" && outcome.diagnostics == "", "\(outcome.output)\(outcome.diagnostics)")
        }
    }
}
