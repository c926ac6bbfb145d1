#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What the system says of a file.
struct FileStatus: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case file, folder, link, other

        var words: String {
            switch self {
            case .file: "a file"
            case .folder: "a folder"
            case .link: "a symbolic link"
            case .other: "a pipe, socket or device"
            }
        }
    }

    var kind: Kind
    /// Whether it is a pipe, named or not.
    var isPipe: Bool
    var size: Int
    /// Permissions of owner, group and others.
    var mode: mode_t
    /// Names that the file has.
    var names: Int
    /// Which file it is.
    var device: UInt64
    var inode: UInt64
    /// The last change of the content.
    var changed: [Int]

    private init(_ information: stat) {
        kind =
            switch information.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            case S_IFLNK: .link
            default: .other
            }
        isPipe = information.st_mode & S_IFMT == S_IFIFO
        size = Int(information.st_size)
        mode = information.st_mode & 0o777
        names = Int(information.st_nlink)
        device = UInt64(information.st_dev)
        inode = UInt64(information.st_ino)
        changed = [information.st_mtim.tv_sec, information.st_mtim.tv_nsec]
    }

    /// Of an open file; `nil` where the system does not say.
    init?(of descriptor: CInt) {
        var information = stat()
        guard unsafe fstat(descriptor, &information) == 0 else { return nil }
        self.init(information)
    }

    /// Of what a path names, behind links unless they are asked for; `nil` where there is nothing.
    init?(at path: String, followingLinks: Bool = true) {
        var information = stat()
        let code = unsafe followingLinks ? stat(path, &information) : lstat(path, &information)
        guard code == 0 else { return nil }
        self.init(information)
    }

    /// An error where it is one of the files that are read, which nothing may replace.
    func requireApart(from read: [FileStatus], _ path: String) throws(StripeError) {
        guard kind == .file, read.contains(where: isSameFile) else { return }
        throw StripeError(
            .exists, path, found: "it is a file that is read, and would be replaced", remedy: "choose another name")
    }

    /// Whether both are one file.
    func isSameFile(as other: FileStatus) -> Bool { device == other.device && inode == other.inode }
}
