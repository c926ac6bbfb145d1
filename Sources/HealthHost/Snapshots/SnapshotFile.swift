#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A state that survives the end of its process at any moment: a file that is there whole, old or new.
///
/// A new content is written beside the file, forced to the disk and renamed over it; then the folder is forced too. A
/// process that is killed leaves the old content and perhaps a file `NAME.partial`, which the next write takes over. Two
/// processes that write at once are told apart by a lock on that file: the second is refused.
public struct SnapshotFile: Sendable, Hashable {
    public let path: String
    /// The most bytes that are read or written.
    public let sizeLimit: Int

    /// - Parameters:
    ///   - path: the file; its folder must be there.
    ///   - sizeLimit: the most bytes that it may hold.
    public init(path: String, sizeLimit: Int = 64 << 20) {
        self.path = path
        self.sizeLimit = sizeLimit
    }

    /// The content, or `nil` where there is no file yet.
    /// - Throws: ``SnapshotFailure`` where there is something that cannot be read whole.
    public func read() throws(SnapshotFailure) -> [UInt8]? {
        try RegularFile.read(path, limit: sizeLimit)?.bytes
    }

    /// Replaces the content.
    /// - Throws: ``SnapshotFailure``; the old content is then still there.
    public func write(_ bytes: [UInt8]) throws(SnapshotFailure) {
        guard bytes.count <= sizeLimit else {
            throw SnapshotFailure(path: path, words: "\(bytes.count) bytes are more than the limit of \(sizeLimit)")
        }
        let partial = path + ".partial"
        let descriptor = unsafe open(partial, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw SnapshotFailure(partial, "open", errno) }
        var isLeftOver = false
        defer {
            if isLeftOver { unsafe unlink(partial) }
            close(descriptor)
        }
        let busy = SnapshotFailure(path: path, words: "another process writes it at this moment; let one run at a time")
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            throw code == EWOULDBLOCK ? busy : SnapshotFailure(partial, "flock", code)
        }
        // Whoever held the lock may have renamed the file since: then it is the content now, and not to be touched.
        var (ours, named) = (stat(), stat())
        guard unsafe fstat(descriptor, &ours) == 0, unsafe lstat(partial, &named) == 0, ours.st_ino == named.st_ino,
            ours.st_dev == named.st_dev
        else { throw busy }
        isLeftOver = true
        guard ftruncate(descriptor, 0) == 0 else { throw SnapshotFailure(partial, "ftruncate", errno) }
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer -> Int in
                guard let start = buffer.baseAddress else { return 0 }
                return unsafe Glibc.write(descriptor, start + written, buffer.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SnapshotFailure(partial, "write", errno) }
            written += count
        }
        guard fsync(descriptor) == 0 else { throw SnapshotFailure(partial, "fsync", errno) }
        guard unsafe rename(partial, path) == 0 else { throw SnapshotFailure(path, "rename", errno) }
        isLeftOver = false
        try forceFolder()
    }

    /// Without this the new name could be lost with the power.
    private func forceFolder() throws(SnapshotFailure) {
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SnapshotFailure(folder, "open", errno) }
        defer { close(descriptor) }
        // Some file systems cannot force a folder and say so.
        guard fsync(descriptor) == 0 || errno == EINVAL || errno == ENOTSUP else {
            throw SnapshotFailure(folder, "fsync", errno)
        }
    }
}

/// Why a state could not be read or kept.
public struct SnapshotFailure: Error, Sendable, Hashable, CustomStringConvertible {
    public let path: String
    /// What went wrong, and what to do.
    public let words: String

    init(path: String, words: String) {
        self.path = path
        self.words = words
    }

    init(_ path: String, _ call: String, _ code: CInt) {
        let words = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
        self.init(path: path, words: "\(call) failed: \(words); check the folder, its rights and its room")
    }

    public var description: String { "\(path): \(words)" }
}
