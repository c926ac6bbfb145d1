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
    private let path: String
    /// Whether there was a file to replace: else one that was made meanwhile is somebody's, and stays.
    private let replaces: Bool
    /// The permissions that it gets when it is complete.
    private let mode: mode_t?
    private let isCommitted = Guarded(false)

    /// Begins a file in place of the one at a path, in whose folder it is made. A link stays a link: what it points to
    /// is replaced.
    ///
    /// Nobody but the owner reads it before it is complete.
    /// - Parameters:
    ///   - mode: the permissions of the new file; without them those of the file that it replaces.
    ///   - otherwise: the permissions where there is no file to replace; without them what is usual here.
    ///   - read: files that are read meanwhile, none of which is replaced.
    init(
        replacing path: String, mode: mode_t? = nil, otherwise: mode_t? = nil, apartFrom read: [FileStatus] = []
    ) throws(StripeError) {
        target = try PartialFile.realPath(of: path)
        for status in [FileStatus(at: target), FileStatus(at: target + PartialFile.suffix, followingLinks: false)] {
            try status?.requireApart(from: read, path)
        }
        let old = FileStatus(at: target)
        replaces = old != nil
        self.mode = mode ?? old?.mode ?? otherwise
        self.path = target + PartialFile.suffix
        file = try PartialFile.create(self.path, of: target, mode: self.mode == nil ? 0o644 : 0o600)
    }

    deinit { if !isCommitted.withLock({ $0 }) { unsafe unlink(path) } }

    /// Gives it its permissions, and returns once it is on the medium.
    func sync() throws(StripeError) {
        if let mode, fchmod(file.descriptor, mode) != 0 { throw SystemError.writing(target) }
        try file.sync()
    }

    /// Puts it in the place of the old one. The caller has synced it.
    ///
    /// An error where there was nothing to replace and is now, or the new name does not come to the medium.
    func commit() throws(StripeError) {
        if replaces {
            guard unsafe rename(path, target) == 0 else { throw SystemError.writing(target) }
        } else {
            try renameToNew()
        }
        isCommitted.withLock { $0 = true }
        try Path.syncFolder(Path.folder(of: target))
    }

    /// A link is refused where there is something, and a renaming is not.
    private func renameToNew() throws(StripeError) {
        if unsafe link(path, target) == 0 {
            unsafe unlink(path)
            return
        }
        let code = errno
        if code != EEXIST {
            // A file system without links: a look before is the best there is.
            if [EPERM, ENOTSUP, ENOSYS, EMLINK].contains(code), FileStatus(at: target, followingLinks: false) == nil {
                guard unsafe rename(path, target) == 0 else { throw SystemError.writing(target) }
                return
            }
            errno = code
            throw SystemError.writing(target)
        }
        throw StripeError(
            .exists, target, found: "somebody made it meanwhile",
            remedy: "look at it, and choose another name or run again")
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

    private static func create(
        _ path: String, of target: String, mode: mode_t
    ) throws(StripeError) -> OpenFile {
        for _ in 0..<32 {
            let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
            if descriptor < 0 {
                guard errno == EEXIST else { throw SystemError.writing(target) }
                try remove(path)
                continue
            }
            let file = OpenFile(descriptor, path: target)
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
        // A process that was killed between the link and the end of the other name leaves both.
        let target = FileStatus(at: String(path.dropLast(suffix.count)), followingLinks: false)
        guard status.kind == .file, status.names == 1 || target?.isSameFile(as: status) == true else {
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
