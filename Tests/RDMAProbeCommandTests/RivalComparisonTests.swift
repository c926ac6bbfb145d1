import Foundation
import TestSupport
import Testing

/// What `make bench-rdma` computes from its measurements, over numbers that are known from elsewhere.
@Suite struct `The comparison with perftest` {
    @Test(.enabled(if: SchemaCheck.isPossible, "python3-jsonschema is not installed"))
    func `its statistics, its readers of the rivals' output and its document hold to known values`() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: repositoryRoot + "/Benchmarks/RDMA/selftest")
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
