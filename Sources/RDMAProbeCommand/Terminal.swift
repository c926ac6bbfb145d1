#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Standard output, standard error, and what stands behind them.
enum Terminal {
    enum Stream {
        /// Standard output: results, and nothing else.
        case output
        /// Standard error: progress and diagnostics.
        case diagnostics

        var descriptor: CInt { self == .output ? 1 : 2 }
    }

    /// A reader that has closed its end (`| head`) is no error of ours: the write says so, and no signal ends the
    /// process.
    static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

    /// Writes a text whole.
    /// - Returns: whether the other end took it all.
    @discardableResult
    static func write(_ text: String, to stream: Stream) -> Bool {
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
                if unsafe poll(&entry, 1, 5000) <= 0 { return false }
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }

    static func isTerminal(_ stream: Stream) -> Bool { isatty(stream.descriptor) == 1 }

    /// The columns of the terminal behind a stream; 80 where there is none.
    static func columns(of stream: Stream) -> Int {
        var size = winsize()
        guard unsafe ioctl(stream.descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return min(max(Int(size.ws_col), 60), 160)
    }

    /// A variable of the environment; an empty one counts as absent.
    static func environment(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        let text = unsafe String(cString: value)
        return text.isEmpty ? nil : text
    }

    /// Whether to colour a stream: on a terminal that can, unless NO_COLOR says otherwise (no-color.org).
    static func wantsColour(_ stream: Stream) -> Bool {
        isTerminal(stream) && environment("NO_COLOR") == nil && environment("TERM") != "dumb"
    }

    /// Seconds since 1970.
    static var unixSeconds: Int64 { Int64(time(nil)) }

    static func exit(_ status: Int32) -> Never { Glibc.exit(status) }
}
