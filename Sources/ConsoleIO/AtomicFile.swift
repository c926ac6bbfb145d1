#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A file that is there whole or not at all.
package enum AtomicFile {
    /// Writes beside the target and renames, so that nobody reads half a report and a failure keeps the old one. What is
    /// no file, such as `/dev/null` or a pipe, is written to and stays what it is; a link stays a link.
    package static func write(_ text: String, to path: String) throws { try write(bytes: Array(text.utf8), to: path) }

    /// As for a text.
    package static func write(bytes: [UInt8], to path: String) throws {
        guard let target = try file(at: path) else {
            let descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw failure(path) }
            defer { close(descriptor) }
            return try write(bytes, into: descriptor, path: path)
        }
        let temporary = partial(target)
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure(path) }
        var kept = false
        defer { if !kept { unsafe unlink(temporary) } }
        do {
            try write(bytes, into: descriptor, path: path)
        } catch {
            close(descriptor)
            throw error
        }
        let synced = fsync(descriptor) == 0
        guard close(descriptor) == 0, synced, unsafe rename(temporary, target) == 0 else { throw failure(path) }
        kept = true
    }

    /// Finds out before a long run whether its report can be written; leaves nothing behind.
    package static func check(_ path: String) throws {
        guard let target = try file(at: path) else {
            guard unsafe access(path, W_OK) == 0 else { throw failure(path) }
            return
        }
        let temporary = partial(target)
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure(path) }
        close(descriptor)
        unsafe unlink(temporary)
    }

    private static func partial(_ target: String) -> String { "\(target).\(getpid()).partial" }

    /// The path of the file itself where a path names one, behind all links, or where there is none yet; `nil` where it
    /// names something else that can be written to.
    private static func file(at path: String) throws -> String? {
        var information = stat()
        guard unsafe stat(path, &information) == 0 else { return path }
        switch information.st_mode & S_IFMT {
        case S_IFREG:
            guard let real = unsafe realpath(path, nil) else { return path }
            defer { unsafe free(real) }
            return unsafe String(cString: real)
        case S_IFDIR:
            throw ReportedError("cannot write \(path): it is a folder; choose another --output")
        default: return nil
        }
    }

    private static func write(_ bytes: [UInt8], into descriptor: CInt, path: String) throws {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer -> Int in
                guard let start = buffer.baseAddress else { return 0 }
                return unsafe Glibc.write(descriptor, start + written, buffer.count - written)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw failure(path)
            }
            written += count
        }
    }

    private static func failure(_ path: String) -> ReportedError {
        ReportedError("cannot write \(path): \(Terminal.words(for: errno)); choose another --output")
    }
}
