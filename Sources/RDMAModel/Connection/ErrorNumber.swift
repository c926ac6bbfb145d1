/// An error number of the Linux kernel with its C name, so that a report reads the same wherever it is rendered.
///
/// The numbers are those of `asm-generic/errno-base.h` and `asm-generic/errno.h`, which x86-64 and arm64 share.
public struct ErrorNumber: RawRepresentable, Sendable, Hashable, Codable {
    public let rawValue: Int32

    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// The number in a status of the connection manager, which carries it negative.
    public init(status: Int32) { rawValue = status == .min ? .max : abs(status) }

    /// `EPERM`
    public static let notPermitted = ErrorNumber(rawValue: 1)
    /// `ENOENT`
    public static let noSuchFile = ErrorNumber(rawValue: 2)
    /// `EAGAIN`
    public static let tryAgain = ErrorNumber(rawValue: 11)
    /// `ENOMEM`
    public static let noMemory = ErrorNumber(rawValue: 12)
    /// `EACCES`
    public static let accessDenied = ErrorNumber(rawValue: 13)
    /// `ENODEV`
    public static let noDevice = ErrorNumber(rawValue: 19)
    /// `EINVAL`
    public static let invalid = ErrorNumber(rawValue: 22)
    /// `ENOSYS`
    public static let notImplemented = ErrorNumber(rawValue: 38)
    /// `EADDRINUSE`
    public static let addressInUse = ErrorNumber(rawValue: 98)
    /// `EADDRNOTAVAIL`
    public static let addressNotAvailable = ErrorNumber(rawValue: 99)
    /// `ENETUNREACH`
    public static let networkUnreachable = ErrorNumber(rawValue: 101)
    /// `ECONNRESET`
    public static let connectionReset = ErrorNumber(rawValue: 104)
    /// `ETIMEDOUT`
    public static let timedOut = ErrorNumber(rawValue: 110)
    /// `ECONNREFUSED`
    public static let connectionRefused = ErrorNumber(rawValue: 111)
    /// `EHOSTUNREACH`
    public static let hostUnreachable = ErrorNumber(rawValue: 113)

    /// The C name, `ENOMEM`; `errno 4711` where it is not known.
    public var name: String { Self.table[rawValue]?.name ?? "errno \(rawValue)" }

    /// The meaning and the C name: `out of memory, ENOMEM`.
    public var words: String { Self.table[rawValue].map { "\($0.meaning), \($0.name)" } ?? name }

    private static let table: [Int32: (name: String, meaning: String)] = [
        1: ("EPERM", "not permitted"),
        2: ("ENOENT", "no such file"),
        3: ("ESRCH", "no such process"),
        4: ("EINTR", "interrupted"),
        5: ("EIO", "input or output failed"),
        6: ("ENXIO", "no such device or address"),
        9: ("EBADF", "not an open file"),
        11: ("EAGAIN", "try again"),
        12: ("ENOMEM", "out of memory"),
        13: ("EACCES", "access denied"),
        14: ("EFAULT", "bad address in memory"),
        16: ("EBUSY", "busy"),
        17: ("EEXIST", "exists"),
        19: ("ENODEV", "no such device"),
        22: ("EINVAL", "invalid"),
        23: ("ENFILE", "too many open files in the system"),
        24: ("EMFILE", "too many open files in the process"),
        28: ("ENOSPC", "no space left"),
        32: ("EPIPE", "the other end is closed"),
        38: ("ENOSYS", "not implemented"),
        71: ("EPROTO", "protocol error"),
        90: ("EMSGSIZE", "message too long"),
        92: ("ENOPROTOOPT", "no such option"),
        93: ("EPROTONOSUPPORT", "protocol not supported"),
        95: ("EOPNOTSUPP", "not supported"),
        97: ("EAFNOSUPPORT", "address family not supported"),
        98: ("EADDRINUSE", "address in use"),
        99: ("EADDRNOTAVAIL", "no such address here"),
        100: ("ENETDOWN", "network down"),
        101: ("ENETUNREACH", "network unreachable"),
        103: ("ECONNABORTED", "connection aborted"),
        104: ("ECONNRESET", "connection reset"),
        105: ("ENOBUFS", "no buffers"),
        106: ("EISCONN", "connected already"),
        107: ("ENOTCONN", "not connected"),
        110: ("ETIMEDOUT", "timed out"),
        111: ("ECONNREFUSED", "connection refused"),
        112: ("EHOSTDOWN", "host down"),
        113: ("EHOSTUNREACH", "no route to the host"),
    ]
}

extension ErrorNumber: CustomStringConvertible {
    public var description: String { name }
}
