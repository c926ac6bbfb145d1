import Foundation
import TestSupport
import Testing

/// Programs of Prometheus, where the system has them: Debian's packages prometheus and prometheus-alertmanager.
enum Promtool {
    static let isThere = FileManager.default.isExecutableFile(atPath: "/usr/bin/promtool")
    static let hasAlertmanager = FileManager.default.isExecutableFile(atPath: "/usr/bin/amtool")
    static let absence: Comment = "promtool and amtool come with Debian's prometheus and prometheus-alertmanager"

    struct Result {
        var status: Int32
        var text: String
    }

    /// Runs a program to its end. What it leaves behind (promtool does, of rules that it tests) goes afterwards.
    static func run(_ program: String, _ arguments: [String]) throws -> Result {
        let scratch = try TemporaryTree()
        defer { withExtendedLifetime(scratch) {} }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/timeout")
        process.arguments = ["60", "/usr/bin/\(program)"] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(["TMPDIR": scratch.path]) { _, new in new }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Result(status: process.terminationStatus, text: text)
    }
}
