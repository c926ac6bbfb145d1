#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import Fuzzing

/// A folder in memory, where there is one, whose content changes with each input. No path and no link leads out of it.
final class Tree {
    nonisolated(unsafe) static let original = Tree("original")
    nonisolated(unsafe) static let copy = Tree("copy")

    let path: String
    private var files: [String] = []
    private var folders: [String] = []

    private init(_ name: String) {
        path = (access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp") + "/fuzz-tree-\(getpid())-\(name)"
        mkdir(path, 0o700)
        atexit {
            for tree in [Tree.original, Tree.copy] {
                tree.clear()
                rmdir(tree.path)
            }
        }
    }

    /// Removes all that was put in.
    func clear() {
        for file in files { unlink(file) }
        for folder in folders.reversed() { rmdir(folder) }
        files = []
        folders = []
    }

    func write(_ bytes: [UInt8], to name: String) {
        guard let file = prepare(name) else { return }
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return }
        files.append(file)
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { break }
            done += count
        }
        close(descriptor)
    }

    func link(_ name: String, to target: String) {
        // As many steps up as the link is deep lead to the top of the tree; more lead out.
        var depth = name.split(separator: "/").count - 1
        for part in target.split(separator: "/") {
            depth += part == ".." ? -1 : part == "." ? 0 : 1
            guard depth >= 0 else { return }
        }
        guard !target.hasPrefix("/"), !target.isEmpty, target.utf8.count < 256, !target.utf8.contains(0),
            let file = prepare(name)
        else { return }
        if symlink(target, file) == 0 { files.append(file) }
    }

    /// The path of a file whose folders are there; `nil` for a name that no host has.
    private func prepare(_ name: String) -> String? {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count > 1, parts.count <= 24, name.utf8.count < 512, !name.utf8.contains(0),
            parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." && $0.utf8.count < 128 })
        else { return nil }
        var folder = path
        for part in parts.dropLast() {
            folder += "/" + part
            var information = stat()
            // Through a link a folder might lead elsewhere in the tree, and might be removed too early.
            if lstat(folder, &information) == 0 {
                guard information.st_mode & S_IFMT == S_IFDIR else { return nil }
            } else {
                guard mkdir(folder, 0o700) == 0 else { return nil }
                folders.append(folder)
            }
        }
        return path + "/" + name
    }

    /// Unpacks an archive of the form `ustar`.
    func unpack(_ archive: [UInt8]) {
        var offset = 0
        func field(_ begin: Int, _ width: Int) -> String {
            String(decoding: archive[(offset + begin)..<(offset + begin + width)].prefix { $0 != 0 }, as: UTF8.self)
        }
        while offset + 512 <= archive.count, archive[offset] != 0 {
            let prefix = field(345, 155)
            let name = (prefix.isEmpty ? "" : prefix + "/") + field(0, 100)
            let size = Int(field(124, 12), radix: 8) ?? 0
            let kind = archive[offset + 156]
            require(offset + 512 + size <= archive.count, "\(name) has \(size) bytes")
            switch kind {
            case UInt8(ascii: "0"): write(Array(archive[(offset + 512)..<(offset + 512 + size)]), to: name)
            case UInt8(ascii: "2"): link(name, to: field(157, 100))
            case UInt8(ascii: "5"):
                // A folder is there once something in it is asked for.
                _ = prepare(name + "x")
            default: require(false, "\(name) is of kind \(kind)")
            }
            offset += 512 + (size + 511) / 512 * 512
        }
    }
}
