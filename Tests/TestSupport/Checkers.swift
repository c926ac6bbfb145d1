import Foundation
public import Testing

/// Programs of others that read what the tools write: Scripts/fetch-checkers fetches them, `make test` before the tests.
/// Where the variable CI is set, their absence is a failure.
public enum Checkers {
    /// The folder that holds them, or `nil` where they were not fetched.
    public static let folder: String? = {
        if let given = environment("CHECKERS") { return given }
        let found = try? run("\(repositoryRoot)/Scripts/fetch-checkers", ["--where"])
        return found?.status == 0 ? found?.output.split(separator: "\n").last.map(String.init) : nil
    }()

    public static let areAskedFor = folder != nil || environment("CI") != nil
    public static let absence: Comment = "the checkers are not fetched: run Scripts/fetch-checkers"

    /// Runs `Tests/Checkers/check` over documents.
    public static func check(_ kind: String, _ documents: [String]) throws -> (
        status: Int32, output: String, diagnostics: String
    ) {
        let folder = try #require(folder, absence)
        let tree = try TemporaryTree()
        for (index, document) in documents.enumerated() { try tree.write(document, to: "\(index)") }
        return try run(
            "\(folder)/python/bin/python",
            ["\(repositoryRoot)/Tests/Checkers/check", folder, kind] + documents.indices.map { tree.absolute("\($0)") })
    }

    /// Runs a program of Python over a text on its standard input, without any package.
    public static func python(_ program: String, input: String) throws -> String {
        let tree = try TemporaryTree()
        try tree.write(input, to: "input")
        let result = try run("/usr/bin/env", ["python3", "-c", program, tree.absolute("input")])
        try #require(result.status == 0, "\(result.diagnostics)")
        return result.output
    }

    private static func run(
        _ program: String, _ arguments: [String]
    ) throws -> (status: Int32, output: String, diagnostics: String) {
        let tree = try TemporaryTree()
        for name in ["output", "diagnostics"] { try tree.write("", to: name) }
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: tree.absolute("output")))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: tree.absolute("diagnostics")))
        try process.run()
        process.waitUntilExit()
        func text(_ name: String) throws -> String { try String(contentsOfFile: tree.absolute(name), encoding: .utf8) }
        return (process.terminationStatus, try text("output"), try text("diagnostics"))
    }
}
