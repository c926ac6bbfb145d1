import Foundation
import TestSupport

/// hwloc's own `lstopo`, where it is installed.
enum HwlocTool {
    static let path: String? = ["/usr/bin/lstopo-no-graphics", "/usr/bin/lstopo", "/usr/local/bin/lstopo"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    static var isThere: Bool { path != nil }

    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    static func run(_ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: path ?? "/nowhere")
        process.arguments = arguments
        let (output, problems) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = problems
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let words = String(decoding: problems.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(description: "\(arguments): \(words)\(text)") }
        return text
    }
}
