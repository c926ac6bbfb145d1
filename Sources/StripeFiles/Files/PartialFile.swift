#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import Threads

/// A file that is being written beside the one that it will replace, so that whoever looks finds the old one whole or
/// the new one whole, whenever the process ends.
///
/// It is locked as long as it is written. What a killed process left behind has no lock any more: so the next run knows
/// it and takes it away, and does not take away what another process is writing.
final class PartialFile: Sendable {
    /// What its name ends with.
    static let suffix = ".stripe-partial"

    /// The file that it will replace, behind all links.
    let target: String
    let file: OpenFile
    private let isCommitted = Guarded(false)

    /// Begins a file in place of the one at a path, in whose folder it is made. A link stays a link: what it points to
    /// is replaced.
    /// - Parameter read: files that are read meanwhile, none of which is replaced.
    init(replacing path: String, apartFrom read: [FileStatus] = []) throws(StripeError) {
        target = try PartialFile.realPath(of: path)
        for status in [FileStatus(at: target), FileStatus(at: target + PartialFile.suffix, followingLinks: false)] {
            try status?.requireApart(from: read, path)
        }
        let mode = FileStatus(at: target)?.mode
        file = try PartialFile.create(target + PartialFile.suffix)
        if let mode { fchmod(file.descriptor, mode) }
    }

    deinit { if !isCommitted.withLock({ $0 }) { unsafe unlink(file.path) } }

    /// Puts it in the place of the old one. The caller has synced it.
    func commit() throws(StripeError) {
        guard unsafe rename(file.path, target) == 0 else { throw SystemError.writing(target) }
        isCommitted.withLock { $0 = true }
        let folder = unsafe open(Path.folder(of: target), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        // The new name is as good as the old one until it is on the medium too.
        if folder >= 0 {
            fsync(folder)
            close(folder)
        }
    }

    /// Takes away what a process that was killed left beside a path.
    /// - Returns: whether there was something.
    @discardableResult
    static func removeLeftover(beside path: String) throws(StripeError) -> Bool {
        guard let target = try? realPath(of: path) else { return false }
        return try remove(target + suffix)
    }

    /// Whether there is something beside a path that nobody writes any more, or that somebody is writing.
    static func leftover(beside path: String) -> String? {
        guard let target = try? realPath(of: path) else { return nil }
        return FileStatus(at: target + suffix, followingLinks: false) == nil ? nil : target + suffix
    }

    private static func realPath(of path: String) throws(StripeError) -> String {
        guard let status = FileStatus(at: path, followingLinks: false) else { return path }
        guard status.kind == .link else {
            guard status.kind == .file else {
                throw StripeError(.notAFile, path, found: "it is \(status.kind.words)", remedy: "choose another name")
            }
            return path
        }
        guard let real = unsafe realpath(path, nil) else {
            throw StripeError(
                .notAFile, path, found: "it is a link to what is not there",
                remedy: "bring back what it points to, or remove the link")
        }
        defer { unsafe free(real) }
        let target = unsafe String(cString: real)
        guard let kind = FileStatus(at: target)?.kind, kind == .file else {
            throw StripeError(.notAFile, path, found: "it is a link to no file", remedy: "choose another name")
        }
        return target
    }

    private static func create(_ path: String) throws(StripeError) -> OpenFile {
        for _ in 0..<32 {
            let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
            if descriptor < 0 {
                guard errno == EEXIST else { throw SystemError.writing(path) }
                try remove(path)
                continue
            }
            let file = OpenFile(descriptor, path: path)
            // Between the two calls another process may have taken it for a leftover.
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0, let own = FileStatus(of: descriptor),
                let named = FileStatus(at: path, followingLinks: false), own.isSameFile(as: named)
            {
                return file
            }
        }
        throw busy(path)
    }

    @discardableResult
    private static func remove(_ path: String) throws(StripeError) -> Bool {
        guard let status = FileStatus(at: path, followingLinks: false) else { return false }
        guard status.kind == .file, status.names == 1 else {
            throw StripeError(
                .exists, path, found: "it is in the way, and not what this program leaves there",
                remedy: "look at it, and remove or rename it")
        }
        let descriptor = unsafe open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return false }
            throw SystemError.writing(path)
        }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw busy(path) }
        guard let own = FileStatus(of: descriptor), let named = FileStatus(at: path, followingLinks: false),
            own.isSameFile(as: named)
        else { return false }
        guard unsafe unlink(path) == 0 else { throw SystemError.writing(path) }
        return true
    }

    private static func busy(_ path: String) -> StripeError {
        StripeError(.busy, path, found: "another process is writing it", remedy: "wait until that one has ended")
    }
}
