#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import CHostFiles

/// The folder that a ``HostRoot`` begins at, and the ways in it. Nothing is held open between two reads, so that as many
/// roots as there may be cost no descriptor, unless it is asked for: ``held()``.
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
    private let heldOpen: HeldFolders?

    convenience init(path: String, lookup: Lookup) { self.init(path: path, lookup: lookup, open: nil) }

    private init(path: String, lookup: Lookup, open: HeldFolders?) {
        self.path = path
        self.lookup = lookup
        heldOpen = open
    }

    /// The same folder for a reader of many files: what is opened on the way stays open until nobody has the result.
    func held() -> RootFolder { RootFolder(path: path, lookup: lookup, open: HeldFolders()) }

    /// `O_PATH` of fcntl.h, which is a place and no file that can be read.
    private static let place: CInt = 0o10_000_000
    /// Nothing that is opened so waits, becomes the terminal of the process, or reaches a program that it starts.
    private static let reading = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC

    /// Gives the folder itself, which need not be there yet when the root is made.
    private func withRoot<Result>(
        _ body: (CInt) throws(HostRoot.Unreadable) -> Result
    ) throws(HostRoot.Unreadable) -> Result {
        if let heldOpen { return try body(heldOpen.root { () throws(HostRoot.Unreadable) in try root() }) }
        let start = try root()
        defer { close(start) }
        return try body(start)
    }

    private func root() throws(HostRoot.Unreadable) -> CInt {
        let opened = unsafe Glibc.open(path, RootFolder.place | O_DIRECTORY | O_CLOEXEC)
        guard opened >= 0 else { throw HostRoot.Unreadable(code: errno) }
        return opened
    }

    /// Opens a file for reading. What is no file is not opened: opening a device may do something.
    func openFile(_ relative: String) throws(HostRoot.Unreadable) -> CInt {
        // In these file systems of the kernel there are no devices.
        let isKernels = path == "/" && (relative.hasPrefix("sys/") || relative.hasPrefix("proc/"))
        if let heldOpen, let file = try openFile(relative, near: heldOpen, isKernels: isKernels) { return file }
        if isKernels { return try RootFolder.file(open(relative, RootFolder.reading)) }
        return try withRoot { (start) throws(HostRoot.Unreadable) in
            let found = try open(relative, RootFolder.place | O_CLOEXEC, at: start)
            defer { close(found) }
            try RootFolder.require(S_IFREG, of: found)
            return try RootFolder.file(open(relative, RootFolder.reading, at: start))
        }
    }

    /// Opens a file in the folder that is held, which becomes that of the file; `nil` where the name itself leads elsewhere.
    private func openFile(
        _ relative: String, near held: HeldFolders, isKernels: Bool
    ) throws(HostRoot.Unreadable) -> CInt? {
        guard let length = RootFolder.folderLength(of: relative) else { return nil }
        let open = { (folder: String) throws(HostRoot.Unreadable) in
            try self.open(folder, RootFolder.place | O_DIRECTORY | O_CLOEXEC)
        }
        return try held.withFolder(of: relative, length, open: open) { (folder) throws(HostRoot.Unreadable) -> CInt? in
            if !isKernels {
                var information = stat()
                let result = unsafe relative.withCString {
                    unsafe fstatat(folder, $0 + length + 1, &information, AT_SYMLINK_NOFOLLOW)
                }
                guard result == 0 else { throw HostRoot.Unreadable(code: errno) }
                if information.st_mode & S_IFMT == S_IFLNK { return nil }
                try RootFolder.require(S_IFREG, information)
            }
            let file = unsafe relative.withCString {
                unsafe openat(folder, $0 + length + 1, RootFolder.reading | O_NOFOLLOW)
            }
            // A link, which has to be walked.
            if file < 0, errno == ELOOP { return nil }
            guard file >= 0 else { throw HostRoot.Unreadable(code: errno) }
            return try RootFolder.file(file)
        }
    }

    /// How many bytes of a path are before the slash of its last step; `nil` where that is no name in a folder.
    private static func folderLength(of relative: String) -> Int? {
        let count = relative.utf8.count
        guard count < 4096 else { return nil }
        return unsafe relative.withCString { text in
            guard unsafe strlen(text) == count, let slash = unsafe strrchr(text, CInt(UInt8(ascii: "/"))) else {
                return nil
            }
            let name = unsafe slash + 1
            let isStep = unsafe name[0] == 0 || strcmp(name, ".") == 0 || strcmp(name, "..") == 0
            return unsafe isStep ? nil : slash - UnsafeMutablePointer(mutating: text)
        }
    }

    /// What was opened, where it is a file.
    private static func file(_ opened: CInt) throws(HostRoot.Unreadable) -> CInt {
        do { try require(S_IFREG, of: opened) } catch {
            close(opened)
            throw error
        }
        return opened
    }

    /// Opens a folder for reading.
    func openFolder(_ relative: String) throws(HostRoot.Unreadable) -> CInt {
        try open(relative, RootFolder.reading | O_DIRECTORY)
    }

    /// Holds a folder that was opened for one reading, where folders are held, or closes it.
    func keep(_ descriptor: CInt, as relative: String) {
        if let heldOpen { heldOpen.keep(descriptor, as: relative) } else { close(descriptor) }
    }

    /// Opens something as a place, not for reading.
    /// - Parameter following: whether a link at the end is followed, or is the place itself.
    func openPlace(_ relative: String, following: Bool) throws(HostRoot.Unreadable) -> CInt {
        try open(relative, RootFolder.place | O_CLOEXEC | (following ? 0 : O_NOFOLLOW))
    }

    private static func require(_ kind: mode_t, of file: CInt) throws(HostRoot.Unreadable) {
        var information = stat()
        guard unsafe fstat(file, &information) == 0 else { throw HostRoot.Unreadable(code: errno) }
        try require(kind, information)
    }

    private static func require(_ kind: mode_t, _ information: stat) throws(HostRoot.Unreadable) {
        switch information.st_mode & S_IFMT {
        case kind: return
        case S_IFDIR: throw HostRoot.Unreadable(code: EISDIR)
        default: throw HostRoot.Unreadable(code: ENXIO)
        }
    }

    private func open(_ relative: String, _ flags: CInt) throws(HostRoot.Unreadable) -> CInt {
        // The live host's root is the process's own, so that nothing needs to be held open for it.
        if path == "/", lookup == .kernel { return try open(relative, flags, at: AT_FDCWD) }
        return try withRoot { (start) throws(HostRoot.Unreadable) in try open(relative, flags, at: start) }
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
        try withRoot { (start) throws(HostRoot.Unreadable) in try RootWalk.open(relative, below: start, flags) }
    }
}
