#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import Synchronization

/// Folders of a tree that stay open for one reader of many files: the tree's own, and that of the file which was opened last
/// and is mostly that of the next one as well.
final class HeldFolders: Sendable {
    private struct Folder {
        let path: String
        let descriptor: CInt
    }

    private struct Folders {
        var root: CInt?
        var last: Folder?
    }

    private let folders = Mutex(Folders())

    deinit {
        folders.withLock { folders in
            if let root = folders.root { close(root) }
            if let last = folders.last { close(last.descriptor) }
        }
    }

    /// The tree's own folder, which is not the caller's to close.
    /// - Parameter open: opens it, where it is not open yet.
    func root(open: () throws(HostRoot.Unreadable) -> CInt) throws(HostRoot.Unreadable) -> CInt {
        try folders.withLock { (folders) throws(HostRoot.Unreadable) in
            if let root = folders.root { return root }
            let root = try open()
            folders.root = root
            return root
        }
    }

    /// Lends a folder of the tree, which is then the last.
    /// - Parameter open: opens it, where it is not the last one.
    func withFolder<Result>(
        _ path: Substring, open: (String) throws(HostRoot.Unreadable) -> CInt,
        _ body: (CInt) throws(HostRoot.Unreadable) -> Result
    ) throws(HostRoot.Unreadable) -> Result {
        // Nobody else has it meanwhile.
        let folder: Folder
        if let last = take(path) {
            folder = last
        } else {
            folder = Folder(path: String(path), descriptor: try open(String(path)))
        }
        defer { put(folder) }
        return try body(folder.descriptor)
    }

    private func take(_ path: Substring) -> Folder? {
        folders.withLock { folders in
            guard let last = folders.last, last.path == path else { return nil }
            folders.last = nil
            return last
        }
    }

    private func put(_ folder: Folder) {
        let before = folders.withLock { folders in
            defer { folders.last = folder }
            return folders.last
        }
        if let before { close(before.descriptor) }
    }
}
