import FoundationEssentials
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A built tool of the suite, as a shell would run it.
public enum Executable {
    /// A tool lies beside the tests' own program, wherever SwiftPM builds both.
    public static func path(of tool: String) -> String {
        guard let own = realpath("/proc/self/exe", nil) else { return tool }
        defer { free(own) }
        return String(cString: own).split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
            separator: "/")
            + "/" + tool
    }

    /// How a run ended.
    public struct Outcome {
        /// The exit status, or `nil` where a signal ended it or it did not end.
        public var status: Int32?
        public var output = ""
        public var diagnostics = ""
    }

    /// What standard input or output is.
    public enum Stream {
        case usual, closed, terminal
        case file(String)
    }

    /// Runs the tool.
    /// - Parameters:
    ///   - environment: variables to set beside PATH and a sanitizer's; nothing else is handed on, so that no setting of
    ///     the tester counts.
    ///   - output: a terminal takes standard error as well.
    public static func run(
        _ arguments: [String], tool: String = "rdmaprobe", environment: [String: String] = [:], input: Stream = .usual,
        output: Stream = .usual,
        directory: String? = nil
    ) throws -> Outcome {
        try run([path(of: tool)] + arguments, environment, input, output, directory)
    }

    /// Runs a line of the shell in which `$R` is the tool.
    public static func shell(
        _ line: String, tool: String = "rdmaprobe", environment: [String: String] = [:]
    ) throws -> Outcome {
        try run(["/bin/sh", "-c", line], environment.merging(["R": path(of: tool)]) { $1 }, .usual, .usual, nil)
    }

    private static func run(
        _ words: [String], _ environment: [String: String], _ input: Stream, _ output: Stream, _ directory: String?
    ) throws -> Outcome {
        try #require(access(words[0], X_OK) == 0, "the tool is not built: \(words[0])")
        let folder = FileManager.default.temporaryDirectory.path() + "/tool-run-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (outputFile, diagnosticsFile) = (folder + "/output", folder + "/diagnostics")
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if case .closed = input {
            posix_spawn_file_actions_addclose(&actions, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        posix_spawn_file_actions_addopen(&actions, 2, diagnosticsFile, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        var terminal: CInt?
        defer { if let terminal { close(terminal) } }
        switch output {
        case .usual: posix_spawn_file_actions_addopen(&actions, 1, outputFile, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        case .file(let name): posix_spawn_file_actions_addopen(&actions, 1, name, O_WRONLY, 0)
        case .closed: posix_spawn_file_actions_addclose(&actions, 1)
        case .terminal:
            let (main, name) = try openTerminal()
            terminal = main
            posix_spawn_file_actions_addopen(&actions, 1, name, O_RDWR, 0)
            posix_spawn_file_actions_adddup2(&actions, 1, 2)
        }
        let words = directory.map { ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", $0] + words } ?? words
        // A sanitizer's settings go along: the tool was built with what they are about.
        var variables = ProcessInfo.processInfo.environment
            .filter { ["ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS"].contains($0.key) }
            .merging(environment) { $1 }
        variables["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        let arguments = words.map { strdup($0) } + [nil]
        let settings = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in arguments + settings { free(pointer) } }
        var child = pid_t()
        try #require(posix_spawn(&child, words[0], &actions, nil, arguments, settings) == 0, "cannot run \(words[0])")
        var outcome = Outcome()
        var shown: [UInt8] = []
        outcome.status = wait(for: child) { if let terminal { shown += readTerminal(terminal) } }
        outcome.output = terminal == nil ? text(outputFile) : String(decoding: shown, as: UTF8.self)
        outcome.diagnostics = text(diagnosticsFile)
        return outcome
    }

    private static func text(_ file: String) -> String {
        (try? Data(contentsOf: URL(filePath: file))).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// Waits for a child's end; after two minutes it is ended, which no run here needs.
    private static func wait(for child: pid_t, _ meanwhile: () -> Void) -> Int32? {
        var status: CInt = 0
        for turn in 0... {
            meanwhile()
            let ended = waitpid(child, &status, WNOHANG)
            if ended == child { break }
            if turn > 24_000 {
                Issue.record("the run did not end within two minutes")
                kill(child, SIGKILL)
                waitpid(child, &status, 0)
                return nil
            }
            usleep(5000)
        }
        meanwhile()
        return status & 0x7f == 0 ? status >> 8 & 0xff : nil
    }

    // MARK: A terminal

    private static func openTerminal() throws -> (CInt, String) {
        let main = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
        var (locked, number): (CInt, CInt) = (0, 0)
        // TIOCSPTLCK and TIOCGPTN of asm-generic/ioctls.h: what unlockpt(3) and ptsname(3) ask.
        try #require(ioctl(main, 0x4004_5431, &locked) == 0 && ioctl(main, 0x8004_5430, &number) == 0, "no terminal")
        return (main, "/dev/pts/\(number)")
    }

    private static func readTerminal(_ main: CInt) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = chunk.withUnsafeMutableBytes { read(main, $0.baseAddress, $0.count) }
            if count <= 0 { return bytes }
            bytes += chunk.prefix(count)
        }
    }
}
