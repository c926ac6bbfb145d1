#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A file that is open, read and written at offsets, from any thread.
final class OpenFile: Sendable {
    /// What errors call it.
    let path: String
    let descriptor: CInt

    /// Takes a descriptor over.
    init(_ descriptor: CInt, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    /// Opens a file that exists, behind any links; what is no file is refused without waiting for it.
    convenience init(reading path: String) throws(StripeError) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw SystemError.reading(path) }
        self.init(descriptor, path: path)
        let kind = try status().kind
        guard kind == .file else {
            throw StripeError(.notAFile, path, found: "it is \(kind.words)", remedy: "name a file")
        }
    }

    func status() throws(StripeError) -> FileStatus {
        guard let status = FileStatus(of: descriptor) else { throw SystemError.reading(path) }
        return status
    }

    /// Fills a range of a buffer from an offset.
    /// - Returns: how many bytes there were: fewer only at the end of the file.
    func read(_ range: Range<Int>, of buffer: inout [UInt8], at offset: Int) throws(StripeError) -> Int {
        var done = 0
        while done < range.count {
            let count = unsafe buffer.withUnsafeMutableBytes { bytes -> Int in
                guard let start = bytes.baseAddress else { return 0 }
                return unsafe pread(descriptor, start + range.lowerBound + done, range.count - done, offset + done)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw SystemError.reading(path, at: offset + done)
            }
            if count == 0 { break }
            done += count
        }
        return done
    }

    /// Writes a range of a buffer at an offset, whole.
    func write(_ range: Range<Int>, of buffer: [UInt8], at offset: Int) throws(StripeError) {
        var done = 0
        while done < range.count {
            let count = unsafe buffer.withUnsafeBytes { bytes -> Int in
                guard let start = bytes.baseAddress else { return 0 }
                return unsafe pwrite(descriptor, start + range.lowerBound + done, range.count - done, offset + done)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw SystemError.writing(path, at: offset + done)
            }
            done += count
        }
    }

    /// Returns once what was written is on the medium.
    func sync() throws(StripeError) {
        guard fsync(descriptor) == 0 else { throw SystemError.writing(path) }
    }
}
