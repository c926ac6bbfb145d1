public import ClusterCore

/// How sure an interval is: the share of such intervals that hold the true value, if the assumptions hold.
public enum Confidence: String, Sendable, Hashable, Codable, CaseIterable {
    /// 9 in 10.
    case ninety = "90%"
    /// 19 in 20.
    case ninetyFive = "95%"
    /// 99 in 100.
    case ninetyNine = "99%"

    /// The share.
    public var share: Fraction {
        switch self {
        case .ninety: .ratio(90, 100)
        case .ninetyFive: .ratio(95, 100)
        case .ninetyNine: .ratio(99, 100)
        }
    }

    /// The quantile of the normal distribution that leaves half of the rest above it (NIST/SEMATECH handbook,
    /// 1.3.6.7.1).
    var quantile: Double {
        switch self {
        case .ninety: 1.644854
        case .ninetyFive: 1.959964
        case .ninetyNine: 2.575829
        }
    }
}
