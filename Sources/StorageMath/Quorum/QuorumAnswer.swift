public import ClusterCore

/// Whether a quorum is kept.
public enum QuorumAnswer: Sendable, Hashable {
    /// Whichever node is without a vote.
    case yes
    /// Never.
    case no
    /// It depends on which node is without a vote; this is the chance where each is as likely, 1/2 in the published
    /// tables ("50/50").
    case chance(Fraction)
}

extension QuorumAnswer: CustomStringConvertible {
    /// As the tables write it: `Yes`, `No`, `50/50`; another chance as a fraction.
    public var description: String {
        switch self {
        case .yes: "Yes"
        case .no: "No"
        case .chance(let fraction): fraction == Fraction.ratio(1, 2) ? "50/50" : fraction.description
        }
    }
}
