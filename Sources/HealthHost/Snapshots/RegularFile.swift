#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import HealthModel

/// A file that is read whole: never a pipe or a device, never more than a limit.
enum RegularFile {
    /// What tells one content of a file from another.
    struct Stamp: Sendable, Hashable {
        /// When it was last written.
        var time: SignalTime
        var size: Int64
        var inode: UInt64

        init(_ information: stat) {
            time = SignalTime(
                nanoseconds: Int64(information.st_mtim.tv_sec) * 1_000_000_000 + Int64(information.st_mtim.tv_nsec))
            size = Int64(information.st_size)
            inode = UInt64(information.st_ino)
        }
    }

    /// The content with its stamp, or `nil` where there is no file.
    static func read(
        _ path: String, limit: Int
    ) throws(SnapshotFailure) -> (bytes: [UInt8], stamp: Stamp)? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw SnapshotFailure(path, "open", errno)
        }
        defer { close(descriptor) }
        var information = stat()
        guard unsafe fstat(descriptor, &information) == 0 else { throw SnapshotFailure(path, "fstat", errno) }
        guard information.st_mode & S_IFMT == S_IFREG else {
            throw SnapshotFailure(path: path, words: "it is no file; name a file")
        }
        guard information.st_size <= limit else {
            throw SnapshotFailure(path: path, words: "it has more than \(limit) bytes; name the right file")
        }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SnapshotFailure(path, "read", errno) }
            if count == 0 { return (bytes, Stamp(information)) }
            bytes += chunk.prefix(count)
            guard bytes.count <= limit else {
                throw SnapshotFailure(path: path, words: "it grows beyond \(limit) bytes while it is read")
            }
        }
    }
}
