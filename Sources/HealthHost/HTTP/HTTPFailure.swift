/// Why a request was not taken.
public enum HTTPFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The text is no address that can be sent to.
    case badAddress(String, remedy: String)
    /// The host's name has no address, in the resolver's words.
    case unresolved(host: String, words: String)
    /// A call of the system failed.
    case system(call: String, code: Int32, words: String)
    /// Time was up while waiting for something.
    case late(waitingFor: String)
    /// What came back is no answer of HTTP/1.
    case garbled(String)
    /// The receiver sends elsewhere, which is not followed: alerts go only where their owner wrote.
    case redirected(status: Int, to: String)
    /// The receiver refused, with the beginning of what it said.
    case refused(status: Int, words: String)

    /// Whether trying again can help.
    public var isTransient: Bool {
        switch self {
        case .badAddress, .redirected, .garbled: false
        case .unresolved, .system, .late: true
        // RFC 9110: 408 Request Timeout; RFC 6585: 429 Too Many Requests; 5xx: the server's fault.
        case .refused(let status, _): status >= 500 || status == 429 || status == 408
        }
    }

    public var description: String {
        switch self {
        case .badAddress(let text, let remedy): "\"\(text)\" cannot be sent to: \(remedy)"
        case .unresolved(let host, let words):
            "the name \(host) has no address (\(words)): check the name and the resolver"
        case .system(let call, let code, let words):
            "\(call) failed: \(words) (errno \(code)); check that the receiver listens there"
        case .late(let what): "time was up while waiting for \(what): check the receiver, or allow more time"
        case .garbled(let what): "the receiver does not speak HTTP: \(what); check host and port"
        case .redirected(let status, let target):
            "the receiver answers \(status) and sends to \"\(target)\", which is not followed: write that address if it is right"
        case .refused(let status, let words): "the receiver answers \(status)\(words.isEmpty ? "" : ": \(words)")"
        }
    }
}
