#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A file that is there whole or not at all.
enum AtomicFile {
    /// Writes beside the target and renames, so that nobody reads half a report and a failure keeps the old one.
    static func write(_ text: String, to path: String) throws {
        let temporary = "\(path).\(getpid()).partial"
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure("cannot create", temporary) }
        var kept = false
        defer { if !kept { unsafe unlink(temporary) } }
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer -> Int in
                guard let start = buffer.baseAddress else { return 0 }
                return unsafe Glibc.write(descriptor, start + written, buffer.count - written)
            }
            if count < 0 {
                if errno == EINTR { continue }
                let error = failure("cannot write", temporary)
                close(descriptor)
                throw error
            }
            written += count
        }
        let synced = fsync(descriptor) == 0
        guard close(descriptor) == 0, synced, unsafe rename(temporary, path) == 0 else {
            throw failure("cannot finish", path)
        }
        kept = true
    }

    private static func failure(_ what: String, _ path: String) -> ReportedError {
        let reason = unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "error \(errno)"
        return ReportedError("\(what) \(path): \(reason); choose another --output")
    }
}
