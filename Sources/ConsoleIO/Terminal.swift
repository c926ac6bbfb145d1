#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Standard output, standard error, and what stands behind them.
package enum Terminal {
    package enum Stream {
        /// Standard output: results, and nothing else.
        case output
        /// Standard error: progress and diagnostics.
        case diagnostics

        var descriptor: CInt { self == .output ? 1 : 2 }
    }

    /// A reader that has closed its end (`| head`) is no error of ours: the write says so, and no signal ends the
    /// process.
    package static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

    /// A file that would grow beyond the limit of the process (`ulimit -f`) is an error of the write, and no signal ends
    /// the process.
    package static func ignoreFileLimits() { signal(SIGXFSZ, SIG_IGN) }

    /// Puts `/dev/null` where a caller closed standard input, output or error: the next socket would take its number,
    /// and a report would go to the peer.
    package static func holdStandardStreams() {
        for descriptor in CInt(0)...2 where fcntl(descriptor, F_GETFD) < 0 && errno == EBADF {
            _ = unsafe open("/dev/null", O_RDWR)
        }
    }

    /// Writes a text whole.
    /// - Returns: 0, or the errno value for which the other end did not take it all.
    @discardableResult
    package static func write(_ text: String, to stream: Stream) -> CInt {
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer -> Int in
                guard let start = buffer.baseAddress else { return 0 }
                return unsafe Glibc.write(stream.descriptor, start + written, buffer.count - written)
            }
            if count > 0 {
                written += count
            } else if errno == EAGAIN {
                var entry = pollfd(fd: stream.descriptor, events: Int16(POLLOUT), revents: 0)
                if unsafe poll(&entry, 1, 5000) <= 0 { return EAGAIN }
            } else if errno != EINTR {
                return errno
            }
        }
        return 0
    }

    /// Writes a line if that takes no waiting: nobody may be reading a full pipe or a stopped terminal.
    /// - Returns: whether it was written.
    package static func writeUnlessBlocked(_ line: String, to stream: Stream) -> Bool {
        // What is writable takes a page at least, so a shorter line never blocks (pipe(7)).
        let short = line.utf8.count <= 4096 ? line : String(line.prefix(500)) + "\n"
        var entry = pollfd(fd: stream.descriptor, events: Int16(POLLOUT), revents: 0)
        guard unsafe poll(&entry, 1, 0) == 1, entry.revents & Int16(POLLOUT) != 0 else { return false }
        return write(short, to: stream) == 0
    }

    /// Writes a command's answer to standard output. Whoever reads only the beginning (`| head`) has what he wants.
    package static func show(_ text: String) throws(ReportedError) {
        let code = write(text, to: .output)
        guard code == 0 || isReaderGone(code) else {
            throw ReportedError("cannot write to standard output: \(words(for: code))", followsAnswer: true)
        }
    }

    /// Whether a write failed because its reader has closed its end.
    package static func isReaderGone(_ code: CInt) -> Bool { code == EPIPE }

    /// The system's words for an errno value.
    package static func words(for code: CInt) -> String {
        unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    }

    package static func isTerminal(_ stream: Stream) -> Bool { isatty(stream.descriptor) == 1 }

    /// The columns of the terminal behind a stream; 80 where there is none.
    package static func columns(of stream: Stream) -> Int {
        var size = winsize()
        guard unsafe ioctl(stream.descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return min(max(Int(size.ws_col), 60), 160)
    }

    /// A variable of the environment; an empty one counts as absent.
    package static func environment(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        let text = unsafe String(cString: value)
        return text.isEmpty ? nil : text
    }

    /// Whether to colour a stream: on a terminal that can, unless NO_COLOR says otherwise (no-color.org).
    package static func wantsColour(_ stream: Stream) -> Bool {
        isTerminal(stream) && environment("NO_COLOR") == nil && environment("TERM") != "dumb"
    }

    /// Seconds since 1970.
    package static var unixSeconds: Int64 { Int64(time(nil)) }

    /// Seconds since some moment before the program began.
    package static var monotonicSeconds: Int64 {
        var now = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &now)
        return Int64(now.tv_sec)
    }

    package static func exit(_ status: Int32) -> Never { Glibc.exit(status) }
}
