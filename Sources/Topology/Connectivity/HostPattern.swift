/// A host name, or names with a wildcard in the first label: `mcr.microsoft.com`, `*.blob.core.windows.net`,
/// `azgn*.servicebus.windows.net`, `*`.
///
/// | written | means |
/// | --- | --- |
/// | `x.y` | that name alone |
/// | `*.x.y` | every name below `x.y`, as deep as ``WildcardReach`` says; never `x.y` itself |
/// | `a*b.x.y` | one label that begins with `a` and ends with `b`, before `x.y`; the star may stand for nothing |
/// | `*` | every name |
///
/// Names are compared without regard to case, and a dot at the end does not count (RFC 1034, 3.1). Names with other than ASCII
/// letters are refused: their ASCII form (`xn--…`, RFC 5891) is what resolvers ask for.
public struct HostPattern: Sendable, Hashable {
    /// What the first label is.
    enum First: Sendable, Hashable {
        /// A label as it stands.
        case label(String)
        /// `*`: one label, or more.
        case any
        /// One label with a star in it.
        case part(prefix: String, suffix: String)
    }

    let first: First
    /// The labels after the first.
    let rest: [String]

    init(first: First, rest: [String]) {
        self.first = first
        self.rest = rest
    }

    /// Whether it stands for more than one name.
    public var hasWildcard: Bool {
        if case .label = first { return false }
        return true
    }

    /// Every name below this one: `*.vault.azure.net` for `vault.azure.net`.
    /// - Returns: `nil` where this has a wildcard itself.
    public var below: HostPattern? {
        guard case .label(let label) = first else { return nil }
        return HostPattern(first: .any, rest: [label] + rest)
    }
}

/// How deep a leading `*.` reaches, which firewalls and proxies read differently.
public enum WildcardReach: String, Sendable, Hashable, Codable, CaseIterable {
    /// One label or more: `*.x` covers `a.x` and `a.b.x`.
    case anyDepth = "any_depth"
    /// One label: `*.x` covers `a.x` and not `a.b.x`, as in certificates (RFC 6125, 6.4.3).
    case oneLabel = "one_label"
}

// MARK: Covering

extension HostPattern {
    /// Whether every name that the other pattern stands for is one that this pattern stands for too.
    ///
    /// Exact, but for the greatest length of a label: a pattern that only 64 letters could escape counts as not covered.
    public func covers(_ other: HostPattern, reach: WildcardReach) -> Bool {
        switch first {
        case .label: return self == other
        case .any: return coversBelow(other, reach)
        case .part(let prefix, let suffix):
            guard other.rest == rest else { return false }
            switch other.first {
            case .any: return false
            case .label(let label):
                return label.utf8.count >= prefix.utf8.count + suffix.utf8.count && label.hasPrefix(prefix)
                    && label.hasSuffix(suffix)
            case .part(let itsPrefix, let itsSuffix):
                return itsPrefix.hasPrefix(prefix) && itsSuffix.hasSuffix(suffix)
            }
        }
    }

    private func coversBelow(_ other: HostPattern, _ reach: WildcardReach) -> Bool {
        // A lone star stands for every name, at any depth.
        if rest.isEmpty { return true }
        guard other.rest.count >= rest.count, other.rest.suffix(rest.count).elementsEqual(rest) else { return false }
        return reach == .anyDepth || other.rest.count == rest.count
    }
}

// MARK: Text

extension HostPattern: CustomStringConvertible {
    public var description: String {
        let head: String
        switch first {
        case .label(let label): head = label
        case .any: head = "*"
        case .part(let prefix, let suffix): head = "\(prefix)*\(suffix)"
        }
        return ([head] + rest).joined(separator: ".")
    }

    /// The longest name, in bytes (RFC 1035, 2.3.4, without the length bytes of the wire).
    public static let nameLimit = 253
    /// The longest label, in bytes (RFC 1035, 2.3.4).
    public static let labelLimit = 63

    /// Reads a name or a pattern.
    /// - Parameter place: where the text stands, for the error.
    public init(parsing text: String, place: String = "host") throws(TopologyError) {
        func error(_ bound: String, _ remedy: String) -> TopologyError {
            TopologyError(place, text, bound: bound, remedy: remedy)
        }
        guard text.utf8.count <= HostPattern.nameLimit + 1 else {
            throw error("at most \(HostPattern.nameLimit) bytes long", "write one host name")
        }
        for scalar in text.unicodeScalars where !scalar.isASCII {
            throw error(
                "ASCII (it has U+\(String(scalar.value, radix: 16, uppercase: true)))",
                "write an internationalised name in its ASCII form, xn--...")
        }
        var labels = text.lowercased().split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        if labels.count > 1, labels.last == "" { labels.removeLast() }
        guard labels.map(\.utf8.count).reduce(labels.count - 1, +) <= HostPattern.nameLimit else {
            throw error("at most \(HostPattern.nameLimit) bytes long", "write one host name")
        }
        for (index, label) in labels.enumerated() {
            guard !label.isEmpty else { throw error("a name without empty labels", "write single dots between labels") }
            guard label.utf8.count <= HostPattern.labelLimit else {
                throw error("made of labels of at most \(HostPattern.labelLimit) bytes", "write a name that DNS has")
            }
            let stars = label.utf8.count { $0 == UInt8(ascii: "*") }
            guard stars == 0 || (index == 0 && stars == 1) else {
                throw error("a pattern with one star, in its first label", "write *.example.com or a*.example.com")
            }
            guard label.utf8.allSatisfy({ HostPattern.mayStand($0) }) else {
                throw error("made of letters, digits, hyphens and dots", "write a host name without port or path")
            }
            guard label.utf8.first != UInt8(ascii: "-"), label.utf8.last != UInt8(ascii: "-") else {
                throw error("made of labels that neither begin nor end with a hyphen", "write a name that DNS has")
            }
        }
        if let last = labels.last, last.utf8.allSatisfy({ (48...57).contains($0) }) {
            throw error("a host name: it ends like an address", "write the name, since addresses behind names change")
        }
        rest = Array(labels.dropFirst())
        let head = labels[0]
        guard let star = head.firstIndex(of: "*") else {
            first = .label(head)
            return
        }
        first =
            head == "*"
            ? .any
            : .part(
                prefix: String(head[..<star]), suffix: String(head[head.index(after: star)...]))
    }

    private static func mayStand(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "*")
    }
}

extension HostPattern: Comparable {
    /// By the labels from the last to the first, so that names of one domain stand together.
    public static func < (left: HostPattern, right: HostPattern) -> Bool {
        let (one, other) = (left.description, right.description)
        let (a, b) = (one.split(separator: ".").reversed(), other.split(separator: ".").reversed())
        return a.lexicographicallyPrecedes(b)
    }
}

extension HostPattern: Codable {
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        try self.init(parsing: text)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
