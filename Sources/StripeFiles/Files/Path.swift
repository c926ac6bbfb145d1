#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Paths of folders and of files in them.
enum Path {
    /// The folder of a file.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The last part of a path.
    static func name(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }

    /// A path without what adds nothing to it.
    private static func plain(_ path: String) -> String {
        let parts = path.split(separator: "/").filter { $0 != "." }
        return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }

    static func join(_ folder: String, _ name: String) -> String {
        folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }

    /// Whether there is nothing at a path, nor behind a link there.
    static func isNothing(_ path: String) -> Bool {
        FileStatus(at: path) == nil && [ENOENT, ENOTDIR].contains(errno)
    }

    /// Whether two paths name one file, behind links; where neither names one yet, whether they would.
    static func isSame(_ one: String, _ other: String) -> Bool {
        switch (FileStatus(at: one), FileStatus(at: other)) {
        case (let one?, let other?): return one.isSameFile(as: other)
        case (nil, nil):
            let (one, other) = (plain(one), plain(other))
            // Each turn takes a part away, and some folder is there at last.
            return one == other
                || (name(of: one) == name(of: other) && (one + other).contains("/")
                    && isSame(folder(of: one), folder(of: other)))
        default: return false
        }
    }

    /// The most names of shards that are read of a folder.
    static let shardLimit = 4096

    /// The names in a folder that end as those of shards do, in order; an error where it cannot be read or has too many.
    static func shardNames(in folder: String) throws(StripeError) -> [String] {
        guard let directory = unsafe opendir(folder) else { throw SystemError.reading(folder) }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafePointer(to: entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            guard name.hasSuffix(ShardName.suffix) else { continue }
            names.append(name)
            guard names.count <= shardLimit else {
                throw StripeError(
                    .severalSets, folder, found: "it has more than \(shardLimit) shards",
                    remedy: "name the shards of one file")
            }
        }
        return names.sorted()
    }

    /// Makes a folder where there is none; its parent must be there.
    /// - Returns: whether it was made.
    static func makeFolder(_ path: String) throws(StripeError) -> Bool {
        if unsafe mkdir(path, 0o755) == 0 {
            try syncFolder(folder(of: plain(path)))
            return true
        }
        guard errno == EEXIST else { throw SystemError.writing(path) }
        guard let status = FileStatus(at: path), status.kind == .folder else {
            throw StripeError(.notAFile, path, found: "it is no folder", remedy: "choose another folder")
        }
        return false
    }

    /// Returns once the names in a folder are on the medium. Where the folder cannot be opened, or its file system has no
    /// such thing, they are as good as they get.
    static func syncFolder(_ path: String) throws(StripeError) {
        let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 || [EINVAL, ENOTSUP, EROFS].contains(errno) else {
            throw SystemError.writing(path)
        }
    }

    static func removeFolder(_ path: String) { unsafe rmdir(path) }
    static func removeFile(_ path: String) throws(StripeError) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else { throw SystemError.writing(path) }
    }
}
