#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A file that a user names.
package enum InputFile {
    /// The whole content; `-` is standard input.
    /// - Parameter limit: the most that is read: a longer file is refused.
    package static func bytes(of path: String, limit: Int) throws(ReportedError) -> [UInt8] {
        let name = name(of: path)
        let descriptor = path == "-" ? dup(0) : unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ReportedError("cannot read \(name): \(Terminal.words(for: errno))") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count <= limit {
            let count = unsafe chunk.withUnsafeMutableBytes { buffer in
                unsafe read(descriptor, buffer.baseAddress, buffer.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw ReportedError("cannot read \(name): \(Terminal.words(for: errno))") }
            if count == 0 { return bytes }
            bytes += chunk.prefix(count)
        }
        throw ReportedError("cannot read \(name): it is longer than \(limit) bytes")
    }

    /// How a message calls a path.
    package static func name(of path: String) -> String { path == "-" ? "standard input" : path }
}
