public import ClusterCore

/// Every operation in one situation: the decision table's column (AL-80).
public struct DecisionTable: Sendable, Hashable {
    /// The situation.
    public let situation: ControlPlaneSituation
    /// The operations in their order, each with its answer.
    public let rows: [Row]

    /// An operation and its answer.
    public struct Row: Sendable, Hashable {
        /// The operation.
        public let operation: ControlPlaneOperation
        /// Whether it can be done, and why.
        public let answer: ControlPlaneAnswer
    }

    /// The table of a situation.
    /// - Throws: ClusterCore's `ProfileError` where the profile has a clock that is no count.
    public init(_ situation: ControlPlaneSituation, by profile: ResolvedProfile) throws(ProfileError) {
        self.situation = situation
        var rows: [Row] = []
        for operation in ControlPlaneOperation.allCases {
            rows.append(Row(operation: operation, answer: try situation.answer(to: operation, by: profile)))
        }
        self.rows = rows
    }
}
