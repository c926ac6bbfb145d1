/// How a value is compared with a threshold. A document says it: "keep below 70" is `>=` 70, "more than 90" is `>` 90.
public enum Comparator: String, Sendable, Hashable, Codable, CaseIterable {
    case less = "<"
    case atMost = "<="
    case greater = ">"
    case atLeast = ">="
    case equal = "=="
    case different = "!="

    /// Whether the value stands so to the threshold, by IEEE 754: NaN is only different.
    @inline(__always)
    public func holds(_ value: Double, _ threshold: Double) -> Bool {
        switch self {
        case .less: value < threshold
        case .atMost: value <= threshold
        case .greater: value > threshold
        case .atLeast: value >= threshold
        case .equal: value == threshold
        case .different: value != threshold
        }
    }

    /// Where values get worse.
    public var direction: Direction {
        switch self {
        case .greater, .atLeast: .up
        case .less, .atMost: .down
        case .equal, .different: .none
        }
    }

    /// Where values get worse: upwards, downwards, or neither.
    public enum Direction: Sendable, Hashable, CaseIterable {
        case up
        case down
        case none
    }
}
