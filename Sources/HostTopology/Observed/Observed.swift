/// A fact of a host: what it is and where that is told, or why it is not known.
///
/// What is not known is never 0, -1 or empty. In JSON: `{"value": 2, "source": "file:sys/…"}` or
/// `{"unknown": "absent", "source": "file:sys/…"}`.
public enum Observed<Value: Sendable & Hashable & Codable>: Sendable, Hashable {
    /// It is known, and by whom.
    case known(Value, FactSource)
    /// It is not known: why, and who was asked.
    case unknown(UnknownReason, FactSource)

    /// The value; `nil` where it is not known.
    public var value: Value? {
        if case .known(let value, _) = self { value } else { nil }
    }

    /// Why it is not known; `nil` where it is.
    public var reason: UnknownReason? {
        if case .unknown(let reason, _) = self { reason } else { nil }
    }

    /// Who told it, or was asked.
    public var source: FactSource {
        switch self {
        case .known(_, let source), .unknown(_, let source): source
        }
    }

    /// The fact in another form.
    /// - Parameter transform: `nil` where the value is none of that form; then it is `malformed`.
    public func map<Result>(_ transform: (Value) -> Result?) -> Observed<Result> {
        switch self {
        case .known(let value, let source):
            transform(value).map { .known($0, source) } ?? .unknown(.malformed, source)
        case .unknown(let reason, let source): .unknown(reason, source)
        }
    }

    /// This fact, or the other where this is not known. Where neither is, this one says why.
    public func or(_ other: @autoclosure () -> Observed) -> Observed {
        guard value == nil else { return self }
        let other = other()
        return other.value == nil ? self : other
    }
}

extension Observed where Value: Collection {
    /// What there is of it, for going through it: nothing where it is not known.
    public var elements: [Value.Element] { value.map(Array.init) ?? [] }
}

/// Why a fact is not known.
public enum UnknownReason: String, Sendable, Hashable, Codable, CaseIterable {
    /// There is nothing that would tell it.
    case absent
    /// It is there and cannot be read.
    case unreadable
    /// It is there and empty.
    case empty
    /// What is there is nothing that it could be.
    case malformed
    /// It is there and says that it does not know: `-1`, `Unknown`, a speed without a link.
    case notTold = "not_told"
    /// Reading it would wake a device that sleeps.
    case asleep
    /// It is beyond what is read of any host.
    case beyondLimit = "beyond_limit"
    /// Nobody asked.
    case notRead = "not_read"
}

/// Who tells a fact. In JSON and in words it is one text, `file:sys/class/net/eth0/mtu`.
public struct FactSource: Sendable, Hashable {
    /// The kinds of sources.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A file or a folder below the host's root.
        case file
        /// A call of libnuma.
        case libnuma
        /// It follows from other facts.
        case derived
        /// An hwloc XML document.
        case hwloc
    }

    /// What kind of source it is.
    public var kind: Kind
    /// The path, the call, the facts that it follows from, or the object.
    public var name: String

    public init(_ kind: Kind, _ name: String) {
        self.kind = kind
        self.name = name
    }

    /// A file or a folder below the host's root.
    public static func file(_ path: String) -> FactSource { FactSource(.file, path) }
    /// A call of libnuma.
    public static func libnuma(_ call: String) -> FactSource { FactSource(.libnuma, call) }
    /// What follows from other facts.
    public static func derived(_ facts: String) -> FactSource { FactSource(.derived, facts) }
    /// An object of an hwloc XML document.
    public static func hwloc(_ object: String) -> FactSource { FactSource(.hwloc, object) }
}

extension FactSource: CustomStringConvertible {
    public var description: String { "\(kind.rawValue):\(name)" }
}

extension FactSource: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let kind = Kind(rawValue: String(parts[0])) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "\"\(text.prefix(40))\" is no source: file:, libnuma:, derived: or hwloc: and a name")
        }
        self.init(kind, String(parts[1]))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension Observed: Codable {
    private enum Key: String, CodingKey { case value, unknown, source }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let source = try container.decode(FactSource.self, forKey: .source)
        if let reason = try container.decodeIfPresent(UnknownReason.self, forKey: .unknown) {
            self = .unknown(reason, source)
        } else {
            self = .known(try container.decode(Value.self, forKey: .value), source)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .known(let value, let source):
            try container.encode(value, forKey: .value)
            try container.encode(source, forKey: .source)
        case .unknown(let reason, let source):
            try container.encode(reason, forKey: .unknown)
            try container.encode(source, forKey: .source)
        }
    }
}
