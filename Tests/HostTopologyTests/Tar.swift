#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import FoundationEssentials

/// The system's `tar`.
enum Tar {
    /// The names in an archive, or `nil` where it cannot be read.
    static func names(in archive: String, scratch: String) throws -> [Substring]? {
        guard run(["tar", "-tf", archive], output: scratch) else { return nil }
        return try String(contentsOf: URL(filePath: scratch), encoding: .utf8).split(separator: "\n")
    }

    /// Unpacks an archive but for what matches a pattern; what belongs to another user becomes this user's.
    /// - Returns: whether it could be unpacked.
    static func unpack(_ archive: String, into folder: String, without pattern: String) -> Bool {
        run(["tar", "--no-same-owner", "--exclude=\(pattern)", "-xf", archive, "-C", folder], output: "/dev/null")
    }

    /// Runs a program.
    /// - Returns: whether it ended well.
    static func run(_ words: [String], output: String) -> Bool {
        let arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        var child = pid_t()
        guard posix_spawnp(&child, words[0], &actions, nil, arguments, environ) == 0 else { return false }
        var status: CInt = 0
        while waitpid(child, &status, 0) < 0 { if errno != EINTR { return false } }
        return status == 0
    }
}
