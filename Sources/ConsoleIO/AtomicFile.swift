#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A file that is there whole or not at all.
package enum AtomicFile {
    /// How long a pipe may have no reader, and a reader may take nothing.
    package static let patience = Duration.seconds(30)

    /// Writes beside the target and renames, so that nobody reads half a report and a failure keeps the old one. What is
    /// no file, such as `/dev/null` or a pipe, is written to and stays what it is; a link stays a link.
    /// - Parameter patience: how long a pipe is waited for, before its reader is there and while it takes nothing.
    package static func write(
        _ text: String, to path: String, patience: Duration = AtomicFile.patience
    ) throws { try write(bytes: Array(text.utf8), to: path, patience: patience) }

    /// As for a text.
    package static func write(bytes: [UInt8], to path: String, patience: Duration = AtomicFile.patience) throws {
        guard let target = try file(at: path) else {
            let descriptor = try openStream(path, patience)
            defer { close(descriptor) }
            return try write(bytes, into: descriptor, path: path, patience)
        }
        let temporary = partial(target)
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure(path) }
        var kept = false
        defer { if !kept { unsafe unlink(temporary) } }
        do {
            try write(bytes, into: descriptor, path: path, patience)
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

    /// Opens what is no file, a named pipe once somebody reads it.
    private static func openStream(_ path: String, _ patience: Duration) throws -> CInt {
        let end = ContinuousClock.now + patience
        while true {
            let descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
            if descriptor >= 0 { return descriptor }
            let code = errno
            if code == EINTR { continue }
            guard code == ENXIO, isPipe(path) else {
                errno = code
                throw failure(path)
            }
            guard ContinuousClock.now < end else { throw waited(path, "nobody reads the pipe", patience) }
            usleep(20_000)
        }
    }

    private static func isPipe(_ path: String) -> Bool {
        var information = stat()
        return unsafe stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFIFO
    }

    private static func write(
        _ bytes: [UInt8], into descriptor: CInt, path: String, _ patience: Duration
    ) throws {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer -> Int in
                guard let start = buffer.baseAddress else { return 0 }
                return unsafe Glibc.write(descriptor, start + written, buffer.count - written)
            }
            if count < 0 {
                if errno == EINTR { continue }
                guard errno == EAGAIN else { throw failure(path) }
                guard try isReady(descriptor, path, patience) else {
                    throw waited(path, "its reader takes nothing", patience)
                }
                continue
            }
            written += count
        }
    }

    /// Waits until a pipe takes more; whether it does.
    private static func isReady(_ descriptor: CInt, _ path: String, _ patience: Duration) throws -> Bool {
        let end = ContinuousClock.now + patience
        while true {
            let left = (end - .now) / .milliseconds(1)
            if left <= 0 { return false }
            var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            let count = unsafe poll(&entry, 1, CInt(min(left.rounded(.up), 1000)))
            if count > 0 { return true }
            if count < 0, errno != EINTR { throw failure(path) }
        }
    }

    private static func waited(_ path: String, _ found: String, _ patience: Duration) -> ReportedError {
        ReportedError(
            "cannot write \(path): \(found), and \(patience) were waited; start the reader first, or choose another "
                + "--output")
    }

    private static func failure(_ path: String) -> ReportedError {
        ReportedError("cannot write \(path): \(Terminal.words(for: errno)); choose another --output")
    }
}
