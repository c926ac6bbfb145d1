/// The name of a rule: lower-case words joined by dots, from the general to the special, as in
/// `rdma.latency.p99_9`.
public struct RuleID: RawRepresentable, Sendable, Hashable, Codable, Comparable, CustomStringConvertible,
    ExpressibleByStringLiteral
{
    public let rawValue: String

    /// The name, or `nil` where it is not lower-case words of `a–z`, `0–9`, `_` and `-`, joined by dots.
    public init?(rawValue: String) {
        guard RuleID.isWellFormed(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    /// A name known when the program is written.
    /// - Precondition: the name is well formed.
    public init(stringLiteral value: String) {
        precondition(RuleID.isWellFormed(value), "a rule is named by lower-case words joined by dots: \(value)")
        rawValue = value
    }

    public var description: String { rawValue }
    public static func < (left: RuleID, right: RuleID) -> Bool { left.rawValue < right.rawValue }

    private static func isWellFormed(_ text: String) -> Bool {
        guard !text.isEmpty, text.utf8.count <= 128 else { return false }
        return text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { word in
            guard let first = word.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) else { return false }
            return word.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
            }
        }
    }
}

/// The name of a part of a cluster or of a host: pairs of kind and name from the whole to the part, as in
/// `host:h1/device:rxe0/port:1`, or the path of a file on a host.
public struct ComponentIdentifier: RawRepresentable, Sendable, Hashable, Codable, CustomStringConvertible,
    ExpressibleByStringLiteral
{
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }
    public init(stringLiteral value: String) { rawValue = value }

    /// A part of this component: `host.appending("device", "rxe0")`.
    public func appending(_ kind: String, _ name: String) -> ComponentIdentifier {
        ComponentIdentifier(rawValue: rawValue.isEmpty ? "\(kind):\(name)" : "\(rawValue)/\(kind):\(name)")
    }

    public var description: String { rawValue }
}
