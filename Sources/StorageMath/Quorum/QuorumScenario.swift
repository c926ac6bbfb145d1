/// The three questions of the published tables on quorum.
public enum QuorumScenario: String, Sendable, Hashable, Codable, CaseIterable {
    /// One server fails.
    case oneFailure = "one_failure"
    /// One server fails, then another.
    case oneThenAnother = "one_then_another"
    /// Two servers fail at once.
    case twoAtOnce = "two_at_once"
}

extension ClusterLayout {
    /// The votes behind a cell of the tables (Microsoft, quorum, 2024-02; AL-109): the servers with the highest numbers
    /// fail. In a cluster with equal servers it does not matter which.
    ///
    /// An error where the cluster has too few servers for the question.
    public func quorum(
        in scenario: QuorumScenario, reading: PoolReading = .table
    ) throws(StorageMathError) -> QuorumTrace {
        let last = drives.count
        let steps: [[Int]]
        switch scenario {
        case .oneFailure: steps = [[last]]
        case .oneThenAnother: steps = [[last], [last - 1]]
        case .twoAtOnce: steps = [[last, last - 1]]
        }
        var failures: [ClusterFailures] = []
        for step in steps { failures.append(try ClusterFailures(step.map { .server($0) }, in: self)) }
        return try quorum(after: failures, reading: reading)
    }
}
