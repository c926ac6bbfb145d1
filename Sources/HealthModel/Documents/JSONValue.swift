/// A value of JSON (RFC 8259) with whole numbers exact beyond 2⁵³ and no key lost.
///
/// Readers of JSON commonly turn numbers into doubles and keep one of two equal keys; counters of drives are above 2⁵³ and a
/// report that says a thing twice contradicts itself, so this reader does neither.
public enum JSONValue: Sendable, Hashable {
    case null
    case flag(Bool)
    /// A number: a whole one without exponent exactly where 64 bits can hold it, else the nearest double.
    case number(SignalValue)
    case text(String)
    case list([JSONValue])
    /// The members in the order of the text; no two have the same key.
    case object([JSONMember])

    /// The limits of a document.
    public struct Limits: Sendable, Hashable {
        /// Bytes of the whole.
        public var bytes: Int
        /// Lists and objects within one another.
        public var depth: Int
        /// Values of the whole.
        public var values: Int
        /// Bytes of one text, as it is written.
        public var textBytes: Int

        /// - Parameters:
        ///   - bytes: by default 16 MiB.
        ///   - depth: by default 64, at most 512.
        ///   - values: by default 1 million.
        ///   - textBytes: by default 1 MiB.
        public init(bytes: Int = 16 << 20, depth: Int = 64, values: Int = 1_000_000, textBytes: Int = 1 << 20) {
            self.bytes = bytes
            self.depth = min(depth, 512)
            self.values = values
            self.textBytes = textBytes
        }
    }

    /// Reads one document; nothing but blanks may follow it.
    public init(parsing bytes: [UInt8], source: String = "JSON", limits: Limits = Limits()) throws(SignalError) {
        guard bytes.count <= limits.bytes else {
            throw SignalError(
                .tooLarge, input: source, problem: "it has \(bytes.count) bytes", remedy: "read at most \(limits.bytes)"
            )
        }
        var reader = JSONReader(bytes: bytes, source: source, limits: limits)
        self = try reader.document()
    }

    /// A member of an object, or `nil` where there is none or this is none.
    public subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    /// The items of a list; empty where this is none.
    public var items: [JSONValue] {
        if case .list(let items) = self { return items }
        return []
    }

    /// The members of an object; empty where this is none.
    public var members: [JSONMember] {
        if case .object(let members) = self { return members }
        return []
    }

    /// The text, or `nil` where this is none.
    public var string: String? {
        if case .text(let text) = self { return text }
        return nil
    }

    /// The truth value, or `nil` where this is none.
    public var bool: Bool? {
        if case .flag(let flag) = self { return flag }
        return nil
    }

    /// The number, or `nil` where this is none.
    public var number: SignalValue? {
        if case .number(let number) = self { return number }
        return nil
    }

    /// The whole number of zero or more, or `nil` where this is none.
    public var unsigned: UInt64? { number?.unsigned }
}

/// A key and its value.
public struct JSONMember: Sendable, Hashable {
    /// The key.
    public let key: String
    /// The value.
    public let value: JSONValue

    public init(_ key: String, _ value: JSONValue) {
        self.key = key
        self.value = value
    }
}
