import Foundation

/// A program that is started, with what it prints thrown away, and waited for.
struct Program {
    let path: String?
    /// What to do where the program is not there.
    let remedy: String

    /// `clustermodel`, built for release: with BENCHMARK_SMOKE a debug build does, too.
    static let clustermodel: Program = {
        let environment = ProcessInfo.processInfo.environment
        let remedy = "build it with `swift build -c release --product clustermodel`, or name it by CLUSTERMODEL=FILE"
        if let named = environment["CLUSTERMODEL"] { return Program(path: named, remedy: remedy) }
        let builds = environment["BENCHMARK_SMOKE"] == nil ? ["release"] : ["debug", "release"]
        let paths = builds.map { "\(ClusterExample.checkout)/.build/\($0)/clustermodel" }
        return Program(path: paths.first { access($0, X_OK) == 0 }, remedy: remedy)
    }()

    /// Python, where it has the module yaml.
    static let python: Program = {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        let paths: [String] = folders.map { "\($0)/python3" }
        return Program(path: paths.first { access($0, X_OK) == 0 }, remedy: "install python3-yaml")
    }()

    /// Whether it starts and has what is asked of it.
    var isUsable: Bool { (try? run(["-c", "import yaml; yaml.CSafeLoader"])) != nil }

    /// Starts it and waits until it ends.
    /// - Throws: where it cannot be started, or ends by a signal or with 64 and more, which means that it did not do its work.
    func run(_ arguments: [String]) throws {
        guard let path else { throw Failure(words: "no program: \(remedy)") }
        var files = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&files)
        defer { posix_spawn_file_actions_destroy(&files) }
        for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_addopen(&files, descriptor, "/dev/null", O_WRONLY, 0)
        }
        let environment = ProcessInfo.processInfo.environment.map { "\($0)=\($1)" }
        let words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
        let settings: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
        defer { for word in words + settings { free(word) } }
        var child: pid_t = 0
        let failure = posix_spawn(&child, path, &files, nil, words, settings)
        guard failure == 0 else { throw Failure(words: "\(path): \(String(cString: strerror(failure)))") }
        var status: CInt = 0
        while waitpid(child, &status, 0) == -1, errno == EINTR {}
        let code = (status >> 8) & 0xFF
        guard status & 0x7F == 0, code < 64 else { throw Failure(words: "\(path) ended with status \(status)") }
    }

    struct Failure: Error, CustomStringConvertible {
        let words: String
        var description: String { words }
    }
}
