import Foundation

extension TemporaryTree {
    /// Unpacks an archive by the system's `tar`, which nobody here wrote.
    /// - Returns: the names in it, as `tar` lists them.
    @discardableResult
    public func untar(_ archive: [UInt8]) throws -> [String] {
        try write(archive, to: "archive.tar")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["tar", "--no-same-owner", "-xvf", absolute("archive.tar"), "-C", path]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw SchemaCheck.Broken(description: "tar cannot read the archive")
        }
        return text.split(separator: "\n").map(String.init)
    }
}
