import Foundation
import TestSupport
import Testing

/// What is computed around `make bench-ec`, over documents and counts that are known.
@Suite struct `The comparison with ISA-L` {
    @Test(.enabled(if: SchemaCheck.isPossible, "python3-jsonschema is not installed"))
    func `its document, its means and its thresholds of instructions hold to known values`() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: repositoryRoot + "/Benchmarks/ErasureCoding/selftest")
        let output = Pipe()
        process.standardError = output
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(text)")
        #expect(text.contains("\nOK"))
    }
}
