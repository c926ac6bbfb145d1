import Foundation
import TestSupport

/// A library of `Tests/Lab/guest` that is preloaded into a program under test.
enum PreloadedLibrary {
    /// Compiles its source, and puts it into a guest.
    /// - Returns: its path there.
    static func put(_ name: String, on host: Int = 1, of lab: LabSession) throws -> String {
        let library = NSTemporaryDirectory() + "\(name)-\(getpid()).so"
        defer { try? FileManager.default.removeItem(atPath: library) }
        let compiler = Process()
        compiler.executableURL = URL(fileURLWithPath: "/usr/bin/gcc-12")
        compiler.arguments = [
            "-O", "-shared", "-fPIC", "-o", library, "\(repositoryRoot)/Tests/Lab/guest/\(name).c",
        ]
        try compiler.run()
        compiler.waitUntilExit()
        let content = try Data(contentsOf: URL(fileURLWithPath: library)).base64EncodedString()
        let path = "/tmp/\(name).so"
        try lab.request("write", ["host": host, "path": path, "content_base64": content, "mode": 0o755])
        return path
    }
}
