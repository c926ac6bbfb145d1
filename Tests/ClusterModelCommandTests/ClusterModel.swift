import Foundation
import TestSupport
import Testing

/// `clustermodel` as a shell runs it.
enum ClusterModel {
    static func run(_ arguments: [String]) throws -> Executable.Outcome {
        try Executable.run(arguments, tool: "clustermodel")
    }

    /// The document that a command gives with `--format json`, and how the run ended.
    static func json(_ arguments: [String]) throws -> (document: [String: Any], outcome: Executable.Outcome) {
        let outcome = try run(arguments + ["--format", "json"])
        let parsed = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        return (try #require(parsed as? [String: Any]), outcome)
    }

    /// The text for people, none of whose lines is wider than a terminal, held to a snapshot.
    static func assertText(_ arguments: [String], named name: String, status: Int32 = 0) throws {
        let outcome = try run(arguments)
        #expect(outcome.status == status, "\(outcome.diagnostics)")
        for line in outcome.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        assertSnapshot(outcome.output, named: name, testFile: #filePath)
    }
}
