extension Sequence<Finding> {
    /// The findings in the order in which they are reported: critical ones first, of these what is broken before
    /// what cannot be told, then by rule, then by subject, numbers in names by their value (`port:2` before `port:10`).
    /// Findings that agree in all of it keep their order.
    public func ordered() -> [Finding] {
        enumerated().sorted { left, right in
            let (one, other) = (left.element, right.element)
            if one.severity != other.severity { return one.severity > other.severity }
            if one.isUndetermined != other.isUndetermined { return other.isUndetermined }
            if one.rule != other.rule { return one.rule < other.rule }
            if one.subject != other.subject { return one.subject < other.subject }
            return left.offset < right.offset
        }.map(\.element)
    }

    /// The greatest severity, or `nil` where there are no findings.
    public var greatestSeverity: Severity? { self.map(\.severity).max() }

    /// How a run ends that found these: not met where something critical is broken, undetermined where a critical
    /// requirement cannot be told.
    public var status: ExitStatus {
        let critical = filter { $0.severity == .critical }
        if critical.contains(where: { !$0.isUndetermined }) { return .requirementNotMet }
        return critical.isEmpty ? .requirementMet : .undetermined
    }
}

extension Finding {
    /// Whether it tells of a requirement that cannot be told.
    public var isUndetermined: Bool { outcome == .undetermined }
}

extension ComponentIdentifier: Comparable {
    /// By text, runs of digits by their value, the same in every locale: `port:2` is before `port:10`.
    public static func < (left: ComponentIdentifier, right: ComponentIdentifier) -> Bool {
        var (one, other) = (Array(left.rawValue.utf8)[...], Array(right.rawValue.utf8)[...])
        while let a = one.first, let b = other.first {
            if a.isASCIIDigit, b.isASCIIDigit {
                let (first, second) = (one.takeNumber(), other.takeNumber())
                if first.count != second.count { return first.count < second.count }
                if first != second { return first.lexicographicallyPrecedes(second) }
            } else if a != b {
                return a < b
            } else {
                one.removeFirst()
                other.removeFirst()
            }
        }
        if one.isEmpty != other.isEmpty { return one.isEmpty }
        // Equal but for leading zeros: the plain order decides, so that only equal identifiers are level.
        return left.rawValue < right.rawValue
    }
}

extension UInt8 {
    fileprivate var isASCIIDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}

extension ArraySlice<UInt8> {
    /// Takes the digits at the start, without leading zeros.
    fileprivate mutating func takeNumber() -> ArraySlice<UInt8> {
        let digits = prefix { $0.isASCIIDigit }
        self = dropFirst(digits.count)
        return digits.drop { $0 == UInt8(ascii: "0") }
    }
}
