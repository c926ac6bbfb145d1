extension RuleID {
    /// The more general rule, `rdma.latency` for `rdma.latency.p99_9`, or `nil` at the top.
    public var parent: RuleID? {
        guard let dot = rawValue.lastIndex(of: ".") else { return nil }
        return RuleID(rawValue: String(rawValue[..<dot]))
    }

    /// Whether this is the other rule or one of those below it.
    public func isOrIsBelow(_ other: RuleID) -> Bool {
        self == other || rawValue.hasPrefix(other.rawValue + ".")
    }
}

extension ComponentIdentifier {
    /// Whether this is the other component or a part of it. The empty identifier stands for the whole, of which
    /// everything is a part.
    public func isOrIsPart(of other: ComponentIdentifier) -> Bool {
        self == other || other.rawValue.isEmpty || rawValue.hasPrefix(other.rawValue + "/")
    }
}
