#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import CHostFiles

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
        var result: [UInt8] = []
        while result.count < limit {
            // Nearly all files of /sys are short, and there are thousands of them.
            let asked = min(result.isEmpty ? 1024 : max(result.count, HostRoot.fileLimit), limit - result.count)
            let piece: [UInt8]
            do { piece = try HostRoot.piece(of: descriptor, count: asked) } catch { return .failure(error) }
            if result.isEmpty { result = piece } else { result += piece }
            // What sysfs gives at once is all that there is, as with any file that lies on a disk; /proc gives piece by piece.
            if piece.isEmpty || piece.count < asked && relative.hasPrefix("sys/") { break }
        }
        return .success(result)
    }

    /// The next bytes of a file; none at its end.
    private static func piece(of descriptor: CInt, count: Int) throws(Unreadable) -> [UInt8] {
        while true {
            var code: CInt = 0
            let piece = unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { buffer in
                let read = unsafe Glibc.read(descriptor, buffer.baseAddress, count)
                if read < 0 { code = errno }
                return unsafe [UInt8](buffer[..<max(0, read)])
            }
            if code == 0 { return piece }
            guard code == EINTR else { throw Unreadable(code: code) }
        }
    }

    /// A file's text without the white space around it, or `nil` where it is absent, unreadable or not UTF-8.
    public func text(of relative: String) -> String? { bytes(of: relative).flatMap(HostRoot.text) }

    /// The text of bytes without the white space around it; `nil` where they are not UTF-8.
    static func text(_ bytes: [UInt8]) -> String? {
        // Most files are one short line of ASCII, for which looking at bytes is enough.
        func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 0 || (9...13).contains(byte) }
        guard bytes.allSatisfy({ $0 < 0x80 }) else {
            return String(validating: bytes, as: UTF8.self).map { text in
                let isSpace: (Character) -> Bool = { $0.isWhitespace || $0 == "\0" }
                return String(text.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
            }
        }
        var (start, end) = (0, bytes.count)
        while start < end, isSpace(bytes[start]) { start += 1 }
        while end > start, isSpace(bytes[end - 1]) { end -= 1 }
        return String(decoding: bytes[start..<end], as: UTF8.self)
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
        // Who lists a folder mostly reads files of it next.
        defer { folder.keep(descriptor, as: relative) }
        var names: [String] = []
        do { try HostRoot.list(descriptor, into: &names) } catch { return .failure(error) }
        names.sort()
        recorder?.record(.folder(names), at: relative)
        return .success(names)
    }

    /// Reads the names in an open folder: a call fills 4 KiB with records, as `struct linux_dirent64` of getdents64(2) has them.
    private static func list(_ folder: CInt, into names: inout [String]) throws(Unreadable) {
        var records = [UInt8](repeating: 0, count: 4096)
        while names.count < directoryLimit {
            let filled = unsafe records.withUnsafeMutableBytes {
                unsafe chostfiles_getdents(folder, $0.baseAddress, $0.count)
            }
            guard filled >= 0 else { throw Unreadable(code: CInt(-filled)) }
            if filled == 0 { return }
            var start = 0
            while start + 19 < filled, names.count < directoryLimit {
                let length = unsafe records.withUnsafeBytes {
                    unsafe Int($0.loadUnaligned(fromByteOffset: start + 16, as: UInt16.self))
                }
                guard length > 19, start + length <= filled else { break }
                let name = String(
                    validating: records[(start + 19)..<(start + length)].prefix { $0 != 0 }, as: UTF8.self)
                if let name, name != ".", name != ".." { names.append(name) }
                start += length
            }
        }
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
