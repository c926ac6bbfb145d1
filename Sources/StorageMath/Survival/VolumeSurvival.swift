/// What failures leave of a volume.
public struct VolumeSurvival: Sendable, Hashable {
    /// Whether the volume can be used.
    public let state: State
    /// The slab hit hardest, for each part of the volume, mirror first.
    public let worstSlabs: [SlabSurvival]
    /// The votes, failure by failure.
    public let quorum: QuorumTrace
    /// Why the volume is offline; empty where it is not.
    public let reasons: [Reason]
    /// What single failure more would take the volume offline, at most one entry a kind; empty where none would, and
    /// where it is offline already. A cluster in one rack is not asked for its rack.
    public let nextFailures: [NextFailure]
    /// What was taken for granted because sources are silent or disagree.
    public let assumptions: [String]

    /// Whether the volume can be used.
    public enum State: Int, Sendable, Hashable, Comparable, CaseIterable {
        /// Nothing of it is affected.
        case online
        /// It can be used, and part of it has lost copies or symbols.
        case degraded
        /// Some of its data cannot be read, or a quorum is not certain.
        case offline

        /// Online comes before degraded, and degraded before offline.
        public static func < (left: State, right: State) -> Bool { left.rawValue < right.rawValue }
    }

    /// Why a volume is offline.
    public enum Reason: Sendable, Hashable {
        /// The slab hit hardest has too little left to be read.
        case data(Code, left: Int)
        /// The cluster loses its quorum, or may lose it: which node was without a vote decides.
        case clusterQuorum(QuorumAnswer)
        /// The pool has fewer votes left than it needs.
        case poolQuorum(left: Int, needed: Int)
    }

    /// A single failure more that takes the volume offline.
    public struct NextFailure: Sendable, Hashable {
        /// One such failure.
        public let example: FailedElement
        /// How many failures of its kind would.
        public let count: Int
        /// Out of how many of the kind that are still up.
        public let total: Int
        /// Why the volume would be offline.
        public let reasons: [Reason]
    }
}

extension VolumeSurvival.State: Codable, CustomStringConvertible {
    /// `online`, `degraded` or `offline`.
    public var description: String {
        switch self {
        case .online: "online"
        case .degraded: "degraded"
        case .offline: "offline"
        }
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let state = Self.allCases.first(where: { $0.description == text }) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\"\(text.prefix(64))\" is not online, degraded or offline")
        }
        self = state
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension VolumeSurvival.Reason: CustomStringConvertible {
    public var description: String {
        switch self {
        case .data(let code, let left): "data: some slab has \(left) of \(code.symbols) pieces left, too few (\(code))"
        case .clusterQuorum(.no): "cluster quorum: lost"
        case .clusterQuorum(let answer):
            "cluster quorum: not certain (\(answer)), it depends on which server has no vote"
        case .poolQuorum(let left, let needed): "pool quorum: \(left) votes left, \(needed) needed"
        }
    }
}

extension VolumeSurvival.NextFailure: CustomStringConvertible {
    /// `2 of 40 drives, such as drive 1 of server 3`.
    public var description: String {
        let kinds = total == 1 ? example.kind.rawValue : "\(example.kind.rawValue)s"
        return "\(count) of \(total) \(kinds), such as \(example)"
    }
}
