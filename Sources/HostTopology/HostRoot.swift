#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A tree that holds `sys/`, `proc/`, `dev/`: the live host, or a captured one.
///
/// What is absent or cannot be read is `nil`, never empty and never zero. No read takes more than 64 KiB, unless it says
/// so, or follows more names than a directory may sensibly hold.
public struct HostRoot: Sendable, Hashable {
    /// Where the tree begins: `/` is the live host.
    public let path: String
    /// Remembers what is read, for a copy of it.
    let recorder: ReadRecorder?

    /// The live host.
    public static let live = HostRoot(path: "/")

    /// - Parameters:
    ///   - path: where the tree begins.
    ///   - recorder: remembers what is read, where a copy of it is to be made.
    public init(path: String, recorder: ReadRecorder? = nil) {
        self.path = path.hasSuffix("/") ? path : path + "/"
        self.recorder = recorder
    }

    /// Two roots are one where the trees are, whoever watches.
    public static func == (left: HostRoot, right: HostRoot) -> Bool { left.path == right.path }

    public func hash(into hasher: inout Hasher) { hasher.combine(path) }

    /// The most bytes that are read of a file.
    public static let fileLimit = 65_536
    /// The most names that are read of a directory.
    public static let directoryLimit = 16_384

    /// The full path of a file of the tree.
    public func absolute(_ relative: String) -> String { path + relative }

    /// A file's bytes, or `nil` where it is absent or unreadable.
    /// - Parameter limit: the most bytes that are read.
    public func bytes(of relative: String, limit: Int = HostRoot.fileLimit) -> [UInt8]? {
        switch read(relative, limit: limit) {
        case .success(let bytes):
            recorder?.record(.content(bytes), at: relative)
            return bytes
        case .failure(let failure):
            recorder?.record(.failure(failure.code), at: relative)
            return nil
        }
    }

    private struct Unreadable: Error {
        var code: CInt
    }

    private func read(_ relative: String, limit: Int) -> Result<[UInt8], Unreadable> {
        let descriptor = unsafe open(absolute(relative), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return .failure(Unreadable(code: errno)) }
        defer { close(descriptor) }
        // A file of /sys is no longer than a page, and there are thousands of them.
        let limit = max(0, limit)
        var result = [UInt8](repeating: 0, count: min(4096, limit))
        var filled = 0
        while filled < limit {
            if filled == result.count { result += [UInt8](repeating: 0, count: limit - filled) }
            let count = unsafe result.withUnsafeMutableBytes { buffer -> Int in
                guard let start = buffer.baseAddress else { return 0 }
                return unsafe Glibc.read(descriptor, start + filled, buffer.count - filled)
            }
            if count < 0 {
                if errno == EINTR { continue }
                return .failure(Unreadable(code: errno))
            }
            if count == 0 { break }
            filled += count
        }
        return .success(Array(result.prefix(filled)))
    }

    /// A file's text without the white space around it, or `nil` where it is absent, unreadable or not UTF-8.
    public func text(of relative: String) -> String? {
        guard let bytes = bytes(of: relative), let text = String(validating: bytes, as: UTF8.self) else { return nil }
        return trimmed(text)
    }

    /// A file's whole number, or `nil` where it is absent or holds anything else.
    public func integer(of relative: String) -> Int? { text(of: relative).flatMap { Int($0) } }

    /// The names in a directory in order, without `.` and `..`; `nil` where it is absent or unreadable.
    public func names(in relative: String) -> [String]? {
        guard let directory = unsafe opendir(absolute(relative)) else { return nil }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while names.count < HostRoot.directoryLimit, let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafePointer(to: entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        names.sort()
        recorder?.record(.folder(names), at: relative)
        return names
    }

    /// Whether there is something of that name. A link counts also where what it points to is not there: a captured tree
    /// holds the links of `/sys`, not always their targets.
    public func exists(_ relative: String) -> Bool {
        var information = stat()
        guard unsafe lstat(absolute(relative), &information) == 0 else { return false }
        recorder?.record(.exists, at: relative)
        return true
    }

    private func trimmed(_ text: String) -> String {
        let isSpace: (Character) -> Bool = { $0.isWhitespace || $0 == "\0" }
        return String(text.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}
