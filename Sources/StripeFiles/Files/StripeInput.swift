#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What is striped.
public enum StripeInput: Sendable, Hashable {
    /// A file at a path, behind any links; a pipe or device is read to its end, a folder refused.
    case file(String)
    /// An open descriptor, read to its end and left open; errors call it by the name.
    case descriptor(Int32, name: String)

    /// What errors call it.
    public var name: String {
        switch self {
        case .file(let path): path
        case .descriptor(_, let name): name
        }
    }
}

/// Reads an input from its beginning to its end, once.
final class InputReader: Sendable {
    let name: String
    private let file: OpenFile
    /// A file's state when it was opened; `nil` for a stream.
    private let opened: FileStatus?
    /// What it is, wherever reading begins.
    let status: FileStatus

    init(_ input: StripeInput) throws(StripeError) {
        name = input.name
        let descriptor: CInt
        switch input {
        // A named pipe has its writer come later: that is waited for where a run can be stopped.
        case .file(let path): descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        case .descriptor(let given, _): descriptor = fcntl(given, F_DUPFD_CLOEXEC, 0)
        }
        guard descriptor >= 0 else { throw SystemError.reading(name) }
        file = OpenFile(descriptor, path: name)
        status = try file.status()
        guard status.kind != .folder else {
            throw StripeError(.notAFile, name, found: "it is a folder", remedy: "name a file, or pack it first")
        }
        opened = status.kind == .file && lseek(descriptor, 0, SEEK_CUR) == 0 ? status : nil
    }

    /// The permissions of a file, which its shards get; `nil` of a stream.
    var mode: mode_t? { status.kind == .file ? status.mode : nil }

    /// Bytes that are expected; `nil` for a stream.
    var expected: Int? { opened?.size }

    /// Fills a buffer; fewer bytes only at the end. Waits for a stream no longer than until the run is to stop.
    func fill(_ buffer: inout [UInt8], _ run: StripeRun) throws(StripeError) -> Int {
        var done = 0
        while done < buffer.count {
            if opened == nil {
                var entry = pollfd(fd: file.descriptor, events: Int16(POLLIN), revents: 0)
                try run.checkStop(name)
                if unsafe poll(&entry, 1, 100) == 0 { continue }
            }
            let count = unsafe buffer.withUnsafeMutableBytes { bytes -> Int in
                guard let start = bytes.baseAddress else { return 0 }
                return unsafe Glibc.read(file.descriptor, start + done, bytes.count - done)
            }
            if count < 0 {
                if errno == EINTR || errno == EAGAIN { continue }
                throw SystemError.reading(name)
            }
            if count == 0 { break }
            done += count
        }
        return done
    }

    /// An error where a file is not what it was when it was opened.
    func checkUnchanged(read length: Int) throws(StripeError) {
        guard let opened else { return }
        let now = try file.status()
        guard now.size == length, now.size == opened.size, now.changed == opened.changed else {
            throw StripeError(
                .changed, name, found: "it changed while it was read",
                remedy: "stripe it when nobody writes it, or a copy of it")
        }
    }
}
