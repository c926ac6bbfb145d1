#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A tree that holds `sys/`, `proc/`, `dev/`: the live host, or a captured one.
///
/// What is absent or cannot be read is `nil`, never empty and never zero. No read takes more than 64 KiB, unless it says
/// so, or follows more names than a directory may sensibly hold.
///
/// No read leaves the tree: links and `..` are followed as if the tree were the whole file system, also links that begin
/// with `/`, and links of `/proc` that lead elsewhere without a path not at all. Only files and folders are opened, never
/// a device, a pipe or a socket, so that no read waits and none does anything.
public struct HostRoot: Sendable, Hashable {
    /// Where the tree begins: `/` is the live host.
    public let path: String
    /// Remembers what is read, for a copy of it.
    let recorder: ReadRecorder?
    let folder: RootFolder

    /// The live host.
    public static let live = HostRoot(path: "/")

    /// - Parameters:
    ///   - path: where the tree begins.
    ///   - recorder: remembers what is read, where a copy of it is to be made.
    public init(path: String, recorder: ReadRecorder? = nil) {
        self.init(path: path, recorder: recorder, lookup: .kernel)
    }

    /// - Parameter lookup: who finds the way in the tree.
    init(path: String, recorder: ReadRecorder? = nil, lookup: RootFolder.Lookup) {
        let path = path.hasSuffix("/") ? path : path + "/"
        self.init(path: path, recorder: recorder, folder: RootFolder(path: path, lookup: lookup))
    }

    private init(path: String, recorder: ReadRecorder?, folder: RootFolder) {
        self.path = path
        self.recorder = recorder
        self.folder = folder
    }

    /// The same tree for a reader of many files. Two descriptors stay open until nobody has the result any more, and a file
    /// beside the one before it costs no walk from the root. What is put in the place of a folder meanwhile may not be seen.
    func held() -> HostRoot { HostRoot(path: path, recorder: recorder, folder: folder.held()) }

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
        try? content(of: relative, limit: limit).get()
    }

    /// Why something could not be read: the errno value.
    struct Unreadable: Error, Hashable {
        var code: CInt
    }

    /// A file's bytes, or why there are none.
    func content(of relative: String, limit: Int = HostRoot.fileLimit) -> Result<[UInt8], Unreadable> {
        let result = read(relative, limit: limit)
        switch result {
        case .success(let bytes): recorder?.record(.content(bytes), at: relative)
        case .failure(let failure): recorder?.record(.failure(failure.code), at: relative)
        }
        return result
    }

    private func read(_ relative: String, limit: Int) -> Result<[UInt8], Unreadable> {
        let descriptor: CInt
        do { descriptor = try folder.openFile(relative) } catch { return .failure(error) }
        defer { close(descriptor) }
        // A file of /sys is no longer than a page, and there are thousands of them.
        let limit = max(0, limit)
        var result = [UInt8](repeating: 0, count: min(4096, limit))
        var filled = 0
        while filled < limit {
            if filled == result.count {
                result += [UInt8](repeating: 0, count: min(max(result.count, HostRoot.fileLimit), limit - filled))
            }
            let asked = result.count - filled
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
            // What sysfs gives at once is all that there is, as with any file that lies on a disk; /proc gives piece by piece.
            if count < asked, relative.hasPrefix("sys/") { break }
        }
        result.removeLast(result.count - filled)
        return .success(result)
    }

    /// A file's text without the white space around it, or `nil` where it is absent, unreadable or not UTF-8.
    public func text(of relative: String) -> String? { bytes(of: relative).flatMap(HostRoot.text) }

    /// The text of bytes without the white space around it; `nil` where they are not UTF-8.
    static func text(_ bytes: [UInt8]) -> String? {
        // Most files are one short line of ASCII, for which looking at bytes is enough.
        let isSpace: (UInt8) -> Bool = { $0 == 32 || $0 == 0 || (9...13).contains($0) }
        guard bytes.allSatisfy({ $0 < 0x80 }) else {
            return String(validating: bytes, as: UTF8.self).map { text in
                let isSpace: (Character) -> Bool = { $0.isWhitespace || $0 == "\0" }
                return String(text.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
            }
        }
        guard let first = bytes.firstIndex(where: { !isSpace($0) }), let last = bytes.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(validating: bytes[first...last], as: UTF8.self)
    }

    /// A file's whole number, or `nil` where it is absent or holds anything else.
    public func integer(of relative: String) -> Int? { text(of: relative).flatMap { Int($0) } }

    /// The names in a directory in order, without `.` and `..`; `nil` where it is absent or unreadable. A name that is not
    /// UTF-8 is left out: the kernel gives none.
    public func names(in relative: String) -> [String]? { try? listing(of: relative).get() }

    /// The names in a folder, or why there are none.
    func listing(of relative: String) -> Result<[String], Unreadable> {
        let descriptor: CInt
        do { descriptor = try folder.openFolder(relative) } catch { return .failure(error) }
        guard let directory = unsafe fdopendir(descriptor) else {
            let code = errno
            close(descriptor)
            return .failure(Unreadable(code: code))
        }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while names.count < HostRoot.directoryLimit, let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                unsafe String(validating: unsafe bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let name, name != ".", name != ".." { names.append(name) }
        }
        names.sort()
        recorder?.record(.folder(names), at: relative)
        return .success(names)
    }

    /// Whether there is something of that name. A link counts also where what it points to is not there: a captured tree
    /// holds the links of `/sys`, not always their targets.
    public func exists(_ relative: String) -> Bool {
        guard let descriptor = try? folder.openPlace(relative, following: false) else { return false }
        close(descriptor)
        recorder?.record(.exists, at: relative)
        return true
    }
}
