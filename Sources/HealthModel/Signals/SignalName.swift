/// The name of a metric, as in `node_memory_MemTotal_bytes`.
///
/// One to ``lengthLimit`` bytes of UTF-8 without control characters. Names of the old form, letters, digits, `_` and `:`,
/// are those that every system understands (``isClassic``).
public struct SignalName: Sendable, Hashable, Comparable {
    /// The name.
    public let text: String

    /// The longest name, in bytes of UTF-8.
    public static let lengthLimit = 256

    /// Checks a name.
    public init(_ text: String) throws(SignalError) {
        guard SignalText.isAcceptable(text, limit: SignalName.lengthLimit), !text.isEmpty else {
            throw SignalError(
                .badName, input: "signal name", problem: "\"\(text)\" is empty, too long or holds control characters",
                remedy: "use 1 to \(SignalName.lengthLimit) bytes of printable text")
        }
        self.text = text
    }

    /// A name that the caller has checked.
    init(unchecked text: String) { self.text = text }

    /// Whether the name is `[a-zA-Z_:][a-zA-Z0-9_:]*`.
    public var isClassic: Bool { SignalText.isIdentifier(text, colon: true) }

    public static func < (left: SignalName, right: SignalName) -> Bool { left.text < right.text }
}

extension SignalName: CustomStringConvertible {
    public var description: String { text }
}

/// One label of a signal: `device="nvme0n1"`.
public struct SignalLabel: Sendable, Hashable, Comparable {
    /// The label's name.
    public let name: String
    /// Its value, never empty in a ``SignalIdentity``.
    public let value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// By name, then by value.
    public static func < (left: SignalLabel, right: SignalLabel) -> Bool {
        left.name == right.name ? left.value < right.value : left.name < right.name
    }
}

/// What a text in a signal's identity may hold.
enum SignalText {
    /// Whether a text has no control characters and at most so many bytes.
    static func isAcceptable(_ text: String, limit: Int) -> Bool {
        let bytes = text.utf8
        return bytes.count <= limit && bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }

    /// Whether a text is `[a-zA-Z_][a-zA-Z0-9_]*`, with `:` as a letter where asked for.
    static func isIdentifier(_ text: String, colon: Bool) -> Bool {
        var isFirst = true
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): break
            case UInt8(ascii: ":") where colon: break
            case UInt8(ascii: "0")...UInt8(ascii: "9") where !isFirst: break
            default: return false
            }
            isFirst = false
        }
        return !isFirst
    }
}
