#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import CHostFiles

/// The folder that a ``HostRoot`` begins at, and the ways in it. Nothing is held open between two reads, so that as many
/// roots as there may be cost no descriptor.
final class RootFolder: Sendable {
    /// Who follows links and `..` on the way.
    enum Lookup: Sendable {
        /// The kernel, by openat2; where it has none, each step is looked at.
        case kernel
        /// Each step is looked at.
        case steps
    }

    private let path: String
    private let lookup: Lookup

    init(path: String, lookup: Lookup) {
        self.path = path
        self.lookup = lookup
    }

    /// `O_PATH` of fcntl.h, which is a place and no file that can be read.
    private static let place: CInt = 0o10_000_000
    /// Nothing that is opened so waits, becomes the terminal of the process, or reaches a program that it starts.
    private static let reading = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC

    /// The folder itself, which the caller closes. It need not be there yet when the root is made.
    private func root() throws(HostRoot.Unreadable) -> CInt {
        let opened = unsafe Glibc.open(path, RootFolder.place | O_DIRECTORY | O_CLOEXEC)
        guard opened >= 0 else { throw HostRoot.Unreadable(code: errno) }
        return opened
    }

    /// Opens a file for reading. What is no file is not opened: opening a device may do something.
    func openFile(_ relative: String) throws(HostRoot.Unreadable) -> CInt {
        // In these file systems of the kernel there are no devices.
        let isKernels = path == "/" && (relative.hasPrefix("sys/") || relative.hasPrefix("proc/"))
        let start = try isKernels ? AT_FDCWD : root()
        defer { if !isKernels { close(start) } }
        if !isKernels {
            let found = try open(relative, RootFolder.place | O_CLOEXEC, at: start)
            defer { close(found) }
            try RootFolder.require(S_IFREG, of: found)
        }
        let file = try isKernels ? open(relative, RootFolder.reading) : open(relative, RootFolder.reading, at: start)
        do { try RootFolder.require(S_IFREG, of: file) } catch {
            close(file)
            throw error
        }
        return file
    }

    /// Opens a folder for reading.
    func openFolder(_ relative: String) throws(HostRoot.Unreadable) -> CInt {
        try open(relative, RootFolder.reading | O_DIRECTORY)
    }

    /// Opens something as a place, not for reading.
    /// - Parameter following: whether a link at the end is followed, or is the place itself.
    func openPlace(_ relative: String, following: Bool) throws(HostRoot.Unreadable) -> CInt {
        try open(relative, RootFolder.place | O_CLOEXEC | (following ? 0 : O_NOFOLLOW))
    }

    private static func require(_ kind: mode_t, of file: CInt) throws(HostRoot.Unreadable) {
        var information = stat()
        guard unsafe fstat(file, &information) == 0 else { throw HostRoot.Unreadable(code: errno) }
        switch information.st_mode & S_IFMT {
        case kind: return
        case S_IFDIR: throw HostRoot.Unreadable(code: EISDIR)
        default: throw HostRoot.Unreadable(code: ENXIO)
        }
    }

    private func open(_ relative: String, _ flags: CInt) throws(HostRoot.Unreadable) -> CInt {
        // The live host's root is the process's own, so that nothing needs to be held open for it.
        if path == "/", lookup == .kernel { return try open(relative, flags, at: AT_FDCWD) }
        let start = try root()
        defer { close(start) }
        return try open(relative, flags, at: start)
    }

    /// - Parameter start: the folder that the root is; on the running host anything.
    private func open(_ relative: String, _ flags: CInt, at start: CInt) throws(HostRoot.Unreadable) -> CInt {
        // A text with a zero in it would name something else.
        guard !relative.utf8.contains(0) else { throw HostRoot.Unreadable(code: ENOENT) }
        guard lookup == .kernel else { return try RootWalk.open(relative, below: start, flags) }
        let isOwn = path == "/"
        let place = isOwn ? "/" + relative : relative.isEmpty ? "." : relative
        let resolve = CHOSTFILES_NO_MAGIC_LINKS | (isOwn ? 0 : CHOSTFILES_IN_ROOT)
        for _ in 0..<16 {
            var result: CInt = -1
            switch unsafe chostfiles_openat2(start, place, flags, UInt64(resolve), &result) {
            case 0: return result
            // Something on the way was moved meanwhile, or a signal came.
            case EAGAIN, EINTR: continue
            case ENOSYS, EPERM: return try walk(relative, flags)
            case let code: throw HostRoot.Unreadable(code: code)
            }
        }
        throw HostRoot.Unreadable(code: EAGAIN)
    }

    private func walk(_ relative: String, _ flags: CInt) throws(HostRoot.Unreadable) -> CInt {
        let start = try root()
        defer { close(start) }
        return try RootWalk.open(relative, below: start, flags)
    }
}
