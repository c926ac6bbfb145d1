import Foundation
public import Testing

/// Runs a script's own tests, which Python's unittest reports on standard error: `Benchmarks/RDMA/selftest`.
public func expectSelfTestPasses(_ script: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: repositoryRoot + "/" + script)
    let output = Pipe()
    process.standardError = output
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(text)", sourceLocation: sourceLocation)
    #expect(text.contains("\nOK"), sourceLocation: sourceLocation)
}
