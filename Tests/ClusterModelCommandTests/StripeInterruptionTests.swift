import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// `clustermodel` while it runs.
private final class RunningTool {
    private let process: pid_t
    private let standardInput: CInt

    /// - Parameter output: the file for standard output; standard error goes to `/dev/null`.
    init(_ arguments: [String], output: String) throws {
        var ends: [CInt] = [0, 0]
        try #require(pipe(&ends) == 0)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        let path = Executable.path(of: "clustermodel")
        let words = ([path] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var child = pid_t()
        try #require(posix_spawn(&child, path, &actions, nil, words, environ) == 0)
        close(ends[0])
        process = child
        standardInput = ends[1]
    }

    /// Waits until something holds, as long as the tool runs, at most a minute.
    /// - Returns: whether it came to hold.
    func wait(until holds: () -> Bool) -> Bool {
        for _ in 0..<300_000 {
            if holds() { return true }
            var information = siginfo_t()
            if waitid(P_PID, id_t(process), &information, WEXITED | WNOHANG | WNOWAIT) == 0, information.si_signo != 0 {
                return holds()
            }
            usleep(200)
        }
        return false
    }

    /// Sends a signal and waits for the end, at most a minute.
    /// - Returns: the exit status, or `nil` where a signal ended it.
    func end(by signal: CInt) -> Int32? {
        kill(process, signal)
        var status: CInt = 0
        for turn in 0...6000 {
            if waitpid(process, &status, turn < 6000 ? WNOHANG : 0) == process { break }
            usleep(10_000)
            if turn == 5999 { kill(process, SIGKILL) }
        }
        close(standardInput)
        return status & 0x7f == 0 ? status >> 8 & 0xff : nil
    }
}

@Suite struct `clustermodel stripe when it is ended` {
    /// Units of 4 bytes: many stripes, so that the moments come one after the other however fast the arithmetic is.
    private func folder() throws -> StripedFolder { try StripedFolder(40_000, ["--layout", "4+2", "--unit", "4"]) }

    private func size(_ path: String) -> Int {
        (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? -1
    }

    @Test func `a repair that is killed at any moment loses nothing`() throws {
        var leftovers = 0
        for moment in 0..<6 {
            let folder = try folder()
            let whole = try (0..<6).map { try folder.bytes(folder.shard($0)) }
            try folder.remove(4)
            try folder.flip(1, at: 64 + 8 * 900)
            let before = try folder.bytes(folder.shard(1))
            let partials = [1, 4].map { folder.shard($0) + ".stripe-partial" }
            let tool = try RunningTool(
                ["stripe", "repair", folder.shards, "--threads", "\(moment % 2 + 1)"], output: "/dev/null")
            let came = tool.wait {
                switch moment {
                case 0: true
                case 1: size(partials[1]) == 0
                case 2: size(partials[1]) > 0
                case 3: size(partials[1]) > whole[4].count * 2 / 3
                // The first shard has its place, the second may not.
                case 4: (try? folder.bytes(folder.shard(1))) == whole[1]
                default: size(folder.shard(4)) > 0
                }
            }
            #expect(came)
            _ = tool.end(by: SIGKILL)
            leftovers += partials.count { size($0) >= 0 }

            for index in 0..<6 where index != 4 && index != 1 {
                #expect(try folder.bytes(folder.shard(index)) == whole[index])
            }
            let damaged = try folder.bytes(folder.shard(1))
            #expect(damaged == before || damaged == whole[1])
            if size(folder.shard(4)) >= 0 { #expect(try folder.bytes(folder.shard(4)) == whole[4]) }
            #expect(try folder.comesBack())
            #expect(try ClusterModel.run(["stripe", "repair", folder.shards]).status == 0)
            #expect(try folder.names() == (0..<6).map { "disk.img.0\($0).shard" })
            #expect(try (0..<6).map { try folder.bytes(folder.shard($0)) } == whole)
        }
        #expect(leftovers > 0)
    }

    @Test func `a decoding that is killed leaves the old file`() throws {
        let folder = try folder()
        try folder.write([1, 2, 3], to: folder.path + "/out")
        let tool = try RunningTool(
            ["stripe", "decode", folder.shards, "--output", folder.path + "/out", "--force"], output: "/dev/null")
        #expect(tool.wait { size(folder.path + "/out.stripe-partial") >= 0 })
        _ = tool.end(by: SIGKILL)
        let bytes = try folder.bytes(folder.path + "/out")
        #expect(bytes == [1, 2, 3] || bytes == folder.content)
        let again = try ClusterModel.run(
            ["stripe", "decode", folder.shards, "--output", folder.path + "/out", "--force"])
        #expect(again.status == 0)
        #expect(try folder.bytes(folder.path + "/out") == folder.content)
        #expect(size(folder.path + "/out.stripe-partial") < 0)
    }

    @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
    func `a signal ends an encoding of a stream with its status, and leaves nothing`(
        signal: CInt, status: Int32
    ) throws {
        let tree = try TemporaryTree()
        let tool = try RunningTool(
            ["stripe", "encode", "-", "--into", tree.absolute("s"), "--layout", "4+2", "--format", "json"],
            output: tree.absolute("output"))
        // It waits for a stream that never comes.
        #expect(tool.wait { size(tree.absolute("s/stdin.05.shard.stripe-partial")) >= 0 })
        #expect(tool.end(by: signal) == status)
        #expect(!FileManager.default.fileExists(atPath: tree.absolute("s")))
        let output = try String(contentsOfFile: tree.absolute("output"), encoding: .utf8)
        #expect(output.contains("clustermodel.error/1") && output.contains("stopped as asked"))
    }

    @Test func `a signal ends a repair with 130, and the shards are as they were`() throws {
        let folder = try folder()
        try folder.remove(0, 5)
        let names = try folder.names()
        let tool = try RunningTool(["stripe", "repair", folder.shards], output: "/dev/null")
        #expect(tool.wait { size(folder.shard(0) + ".stripe-partial") >= 0 })
        let status = tool.end(by: SIGINT)
        // It may just have been done.
        #expect(status == 130 || status == 0)
        #expect(try folder.names().filter { $0.hasSuffix(".stripe-partial") } == [])
        if status == 130 { #expect(try folder.names() == names) }
    }

    @Test func `the first signal ends the wait for the other end of a named pipe, with 130`() throws {
        let folder = try folder()
        let pipe = folder.path + "/pipe"
        try #require(mkfifo(pipe, 0o600) == 0)
        let encoding = try RunningTool(
            ["stripe", "encode", pipe, "--into", folder.path + "/new", "--layout", "2+1"], output: "/dev/null")
        usleep(500_000)
        #expect(encoding.end(by: SIGINT) == 130)
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/new"))
        let decoding = try RunningTool(["stripe", "decode", folder.shards, "--output", pipe], output: "/dev/null")
        usleep(500_000)
        #expect(decoding.end(by: SIGINT) == 130)
    }

    @Test func `named pipes carry the file, whichever end comes first`() throws {
        let folder = try folder()
        for turn in 0..<2 {
            let pipe = folder.path + "/pipe\(turn)"
            try #require(mkfifo(pipe, 0o600) == 0)
            let (early, late) = turn == 0 ? ("", "sleep 0.3; ") : ("sleep 0.3; ", "")
            let outcome = try Executable.shell(
                """
                cd \(folder.path) && (\(late)exec cat disk.img >\(pipe)) & cd \(folder.path) && \(early)$R stripe encode \(pipe) \
                --into n\(turn) --name p --layout 2+1 >/dev/null && ((\(late)exec cat \(pipe) >copy\(turn)) & \
                \(early)$R stripe decode n\(turn) --output \(pipe) >/dev/null; wait) && cmp disk.img copy\(turn)
                """, tool: "clustermodel")
            #expect(outcome.status == 0, "\(outcome.diagnostics)")
        }
    }
}
