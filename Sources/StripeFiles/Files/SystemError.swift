#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The system's words for what it refuses.
enum SystemError {
    static func words(for code: CInt) -> String {
        unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    }

    /// Why something cannot be read, from `errno`.
    static func reading(_ file: String, at offset: Int? = nil) -> StripeError {
        let code = errno
        if let limit = limit(code, file, "read") { return limit }
        let remedy =
            switch code {
            case ENOENT, ENOTDIR: "check the path"
            case EIO: "the drive or the connection fails: copy what is left of it elsewhere"
            default: "make it readable"
            }
        return StripeError(
            .unreadable, file, at: offset, found: "cannot be read: \(words(for: code))", remedy: remedy)
    }

    /// Why something cannot be written, from `errno`.
    static func writing(_ file: String, at offset: Int? = nil) -> StripeError {
        let code = errno
        if let limit = limit(code, file, "written") { return limit }
        let remedy =
            switch code {
            case ENOSPC, EDQUOT: "make room, or choose another place"
            case EFBIG: "raise the limit of file sizes (ulimit -f), or choose another place"
            case ENOENT: "make the folder in which it is to be, or choose another place"
            case ENOTDIR: "a part of its path is no folder: check the path"
            case EPIPE: "what reads it has ended before the end: see why, and run again"
            case EIO: "the drive or the connection fails: choose another place"
            default: "make its folder writable, or choose another place"
            }
        return StripeError(
            .unwritable, file, at: offset, found: "cannot be written: \(words(for: code))", remedy: remedy)
    }

    /// What says nothing of the file: this process or host has no more to give.
    private static func limit(_ code: CInt, _ file: String, _ verb: String) -> StripeError? {
        let remedy: String
        switch code {
        case EMFILE: remedy = "raise the limit of open files (ulimit -n)"
        case ENFILE: remedy = "the host has too many open files: end what holds them"
        case ENOMEM: remedy = "the host has too little memory: end what takes it"
        default: return nil
        }
        return StripeError(.limit, file, found: "cannot be \(verb): \(words(for: code))", remedy: remedy)
    }
}
