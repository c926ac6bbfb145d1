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

    /// Lends the folder of a file, which is then the last.
    /// - Parameters:
    ///   - length: how many bytes of the file's path are the folder's.
    ///   - open: opens it, where it is not the last one.
    func withFolder<Result>(
        of file: String, _ length: Int, open: (String) throws(HostRoot.Unreadable) -> CInt,
        _ body: (CInt) throws(HostRoot.Unreadable) -> Result
    ) throws(HostRoot.Unreadable) -> Result {
        // Nobody else has it meanwhile.
        let folder: Folder
        if let last = take(file, length) {
            folder = last
        } else {
            let path = String(Substring(file.utf8.prefix(length)))
            folder = Folder(path: path, descriptor: try open(path))
        }
        defer { put(folder) }
        return try body(folder.descriptor)
    }

    /// Makes a folder that is open the last.
    func keep(_ descriptor: CInt, as path: String) { put(Folder(path: path, descriptor: descriptor)) }

    private func take(_ file: String, _ length: Int) -> Folder? {
        folders.withLock { folders in
            // By their bytes, as the kernel tells names apart.
            guard let last = folders.last, last.path.utf8.count == length,
                unsafe last.path.withCString({ path in unsafe file.withCString { unsafe memcmp($0, path, length) } })
                    == 0
            else { return nil }
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
