#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import RDMAModel
import Reports

/// A report that an earlier run wrote.
enum ReportFile {
    /// Reads the JSON document of a report; `-` is standard input.
    static func read(_ path: String) throws(ReportedError) -> ProbeReport {
        let name = path == "-" ? "standard input" : path
        let bytes = try bytes(of: path, name)
        do throws(JSONDocumentError) {
            return try JSONDocument.decode(ProbeReport.self, from: bytes, schema: ProbeReport.schema)
        } catch {
            throw ReportedError("\(name): \(error); a report is what --format json writes")
        }
    }

    /// The whole content, up to the limit of a document and a byte more, by which it is seen to be too long.
    private static func bytes(of path: String, _ name: String) throws(ReportedError) -> [UInt8] {
        let descriptor = path == "-" ? dup(0) : unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ReportedError("cannot read \(name): \(Terminal.words(for: errno))") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count <= JSONDocument.sizeLimit {
            let count = unsafe chunk.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw ReportedError("cannot read \(name): \(Terminal.words(for: errno))") }
            if count == 0 { break }
            bytes += chunk.prefix(count)
        }
        return bytes
    }
}
