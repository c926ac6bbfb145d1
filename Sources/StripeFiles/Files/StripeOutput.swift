#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import Threads

/// Where a decoded file goes.
public enum StripeOutput: Sendable, Hashable {
    /// A file at a path, which is there whole or not at all. What is no file, such as `/dev/null` or a pipe, is written
    /// to and stays what it is.
    case file(String)
    /// An open descriptor, written to from where it stands and left open; errors call it by the name.
    case descriptor(Int32, name: String)

    /// What errors call it.
    public var name: String {
        switch self {
        case .file(let path): path
        case .descriptor(_, let name): name
        }
    }
}

/// Writes an output from its beginning to its end, once.
final class OutputWriter: Sendable {
    private let partial: PartialFile?
    private let stream: OpenFile?
    private let name: String
    private let offset = Guarded(0)
    /// Whether the other end may not take what is written for long.
    private let mayBlock: Bool

    /// - Parameters:
    ///   - replaces: whether a file that is there may be replaced.
    ///   - read: files that are read meanwhile, none of which is replaced or written to.
    ///   - mode: the permissions of a new file.
    ///   - run: may stop the wait for the reader of a named pipe.
    init(
        _ output: StripeOutput, replaces: Bool, mode: mode_t?, apartFrom read: [FileStatus], _ run: StripeRun
    ) throws(StripeError) {
        name = output.name
        switch output {
        case .file(let path):
            let status = FileStatus(at: path)
            switch status?.kind {
            case .folder:
                throw StripeError(.notAFile, path, found: "it is a folder", remedy: "choose another name")
            case .other:
                stream = try OutputWriter.open(path, isPipe: status?.isPipe == true, run)
                partial = nil
            case .file where !replaces:
                throw StripeError(
                    .exists, path, found: "it exists", remedy: "choose another name, or allow to replace it")
            case .file, .link, nil:
                partial = try PartialFile(replacing: path, otherwise: mode, apartFrom: read)
                stream = nil
            }
        case .descriptor(let given, let name):
            let descriptor = fcntl(given, F_DUPFD_CLOEXEC, 0)
            guard descriptor >= 0 else { throw SystemError.writing(name) }
            let file = OpenFile(descriptor, path: name)
            try file.status().requireApart(from: read, name)
            stream = file
            partial = nil
        }
        mayBlock = try stream.map { file throws(StripeError) in try file.status().kind != .file } ?? false
    }

    /// Opens what is no file. A named pipe is opened once somebody reads it.
    private static func open(_ path: String, isPipe: Bool, _ run: StripeRun) throws(StripeError) -> OpenFile {
        while true {
            let descriptor = unsafe Glibc.open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
            if descriptor >= 0 { return OpenFile(descriptor, path: path) }
            if errno == EINTR { continue }
            guard errno == ENXIO, isPipe else { throw SystemError.writing(path) }
            try run.checkStop(path)
            usleep(20_000)
        }
    }

    /// Writes the first bytes of a buffer.
    func write(_ count: Int, of buffer: [UInt8], _ run: StripeRun) throws(StripeError) {
        try offset.withLock { offset throws(StripeError) in
            if let partial {
                try partial.file.write(0..<count, of: buffer, at: offset)
            } else if let stream {
                try send(buffer[..<count], to: stream.descriptor, run)
            }
            offset += count
        }
    }

    /// Puts a file in its place.
    func finish() throws(StripeError) {
        guard let partial else { return }
        try partial.sync()
        try partial.commit()
    }

    private func send(_ bytes: ArraySlice<UInt8>, to descriptor: CInt, _ run: StripeRun) throws(StripeError) {
        var left = bytes
        while !left.isEmpty {
            if mayBlock {
                var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                try run.checkStop(name)
                if unsafe poll(&entry, 1, 100) == 0 { continue }
            }
            // What is writable takes a page at least, so a shorter piece never blocks (pipe(7)).
            let piece = mayBlock ? left.prefix(4096) : left
            let count = unsafe piece.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR || errno == EAGAIN { continue }
                throw SystemError.writing(name)
            }
            left = left.dropFirst(count)
        }
    }
}
