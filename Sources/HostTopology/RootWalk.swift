#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A way below a folder, step by step, where the kernel has no openat2: each step is opened without following links, and
/// a link's text is walked in its place, from the folder on where it begins with `/`.
struct RootWalk {
    /// As many links as the kernel follows.
    private static let linkLimit = 40
    /// Deeper than the trees of a host are.
    private static let depthLimit = 128

    /// The folders on the way, the first being the root, which is not this walk's to close.
    private var folders: [CInt]
    /// The steps that are still to go, the next one last.
    private var steps: [Substring]
    private var links = 0

    /// Opens what is at the end of a path.
    /// - Parameter flags: as for open(2); with `O_NOFOLLOW` a link at the end is not followed.
    static func open(_ relative: String, below root: CInt, _ flags: CInt) throws(HostRoot.Unreadable) -> CInt {
        guard relative.utf8.count < 4096 else { throw HostRoot.Unreadable(code: ENAMETOOLONG) }
        var walk = RootWalk(folders: [root], steps: RootWalk.steps(of: relative))
        defer { walk.close() }
        return try walk.go(flags)
    }

    private init(folders: [CInt], steps: [Substring]) {
        self.folders = folders
        self.steps = steps
    }

    /// A path's steps, the next one last. What ends in `/` has to be a folder, as what ends in `/.`.
    private static func steps(of path: String) -> [Substring] {
        let steps = path.split(separator: "/", omittingEmptySubsequences: true)
        return (path.hasSuffix("/") ? steps + ["."] : steps).reversed()
    }

    private var here: CInt { folders[folders.count - 1] }

    private mutating func go(_ flags: CInt) throws(HostRoot.Unreadable) -> CInt {
        let place: CInt = 0o10_000_000
        while let step = steps.popLast() {
            if step == "." { continue }
            if step == ".." {
                // Above the root is the root.
                if folders.count > 1 { Glibc.close(folders.removeLast()) }
                continue
            }
            let found = unsafe openat(here, String(step), place | O_NOFOLLOW | O_CLOEXEC)
            guard found >= 0 else { throw HostRoot.Unreadable(code: errno) }
            var information = stat()
            guard unsafe fstat(found, &information) == 0 else { throw RootWalk.closing(found, errno) }
            let isLast = steps.isEmpty
            switch information.st_mode & S_IFMT {
            case S_IFLNK:
                if isLast, flags & O_NOFOLLOW != 0 {
                    guard flags & place != 0 else { throw RootWalk.closing(found, ELOOP) }
                    return found
                }
                try follow(found)
            case S_IFDIR:
                guard folders.count < RootWalk.depthLimit else { throw RootWalk.closing(found, ENAMETOOLONG) }
                folders.append(found)
            default:
                guard isLast else { throw RootWalk.closing(found, ENOTDIR) }
                Glibc.close(found)
                return try RootWalk.opened(unsafe openat(here, String(step), flags | O_NOFOLLOW))
            }
        }
        return try RootWalk.opened(unsafe openat(here, ".", flags))
    }

    /// Puts the text of a link in its place.
    private mutating func follow(_ link: CInt) throws(HostRoot.Unreadable) {
        defer { Glibc.close(link) }
        links += 1
        guard links <= RootWalk.linkLimit, let target = RootWalk.target(of: link) else {
            throw HostRoot.Unreadable(code: ELOOP)
        }
        guard !target.isEmpty else { throw HostRoot.Unreadable(code: ENOENT) }
        if target.hasPrefix("/") { while folders.count > 1 { Glibc.close(folders.removeLast()) } }
        steps += RootWalk.steps(of: target)
    }

    /// What a link that is open as a place holds; `nil` where it is none, too long or not UTF-8.
    static func target(of link: CInt) -> String? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe bytes.withUnsafeMutableBytes { buffer -> Int in
            guard let start = unsafe buffer.assumingMemoryBound(to: CChar.self).baseAddress else { return 0 }
            return unsafe readlinkat(link, "", start, buffer.count)
        }
        guard count > 0, count < bytes.count else { return nil }
        return String(validating: bytes.prefix(count), as: UTF8.self)
    }

    private static func opened(_ result: CInt) throws(HostRoot.Unreadable) -> CInt {
        guard result >= 0 else { throw HostRoot.Unreadable(code: errno) }
        return result
    }

    private static func closing(_ file: CInt, _ code: CInt) -> HostRoot.Unreadable {
        Glibc.close(file)
        return HostRoot.Unreadable(code: code)
    }

    private func close() {
        for folder in folders.dropFirst() { Glibc.close(folder) }
    }
}
