import ClusterCore

/// The votes behind an answer, failure by failure, so that a person can follow them.
public struct QuorumTrace: Sendable, Hashable {
    /// Whether the cluster keeps its quorum through all steps.
    public let cluster: QuorumAnswer
    /// The steps in the course of events that is better for the cluster: where a server has to be without a vote, it
    /// is one that fails next. Ends with the step at which the cluster has lost its quorum.
    public let steps: [Step]
    /// The steps in the worse course, where it differs: the server without a vote is one that stays.
    public let worseSteps: [Step]

    /// Whether the pool keeps its quorum through all steps, given that the cluster does.
    public var pool: QuorumAnswer { steps.allSatisfy(\.pool.hasQuorum) ? .yes : .no }

    /// What fails at once, and how cluster and pool vote on it.
    public struct Step: Sendable, Hashable {
        /// What fails in this step.
        public let failures: [FailedElement]
        /// The cluster's vote.
        public let cluster: ClusterVote
        /// The pool's vote.
        public let pool: PoolVote
    }
}

extension ClusterLayout {
    /// How cluster and pool vote on failures: those of one step at once, the steps one after another; the cluster
    /// counts its votes anew after each (dynamic quorum), the pool does not.
    ///
    /// Sources: Microsoft, quorum, 2024-02 (AL-109); ``PoolReading`` says where pages disagree. At least one server must
    /// be up, and a failed server takes its drives along.
    /// An error where failures are of another cluster, or there are more than 1,000 steps.
    public func quorum(
        after steps: [ClusterFailures], reading: PoolReading = .table
    ) throws(StorageMathError) -> QuorumTrace {
        // The check, before anything is counted.
        _ = try union(of: steps)
        let better = votes(on: steps, .failing, reading)
        let worse = votes(on: steps, .survivor, reading)
        let answer: QuorumAnswer
        if better.contains(where: { !$0.cluster.hasQuorum }) {
            answer = .no
        } else {
            // A course differs where half of an even number of servers fail, one of them being without a vote in half
            // of the cases. There are four halvings of 16.
            let halvings = better.count {
                $0.cluster.withoutVote != nil && $0.cluster.left == $0.cluster.needed
                    && $0.cluster.failing.count * 2 == $0.cluster.voters.count + 1
            }
            answer = halvings == 0 ? .yes : .chance(Fraction.ratio(1, Int32(1) << Int32(halvings)))
        }
        return QuorumTrace(cluster: answer, steps: better, worseSteps: answer == .yes || answer == .no ? [] : worse)
    }

    private func votes(
        on steps: [ClusterFailures], _ unlucky: ClusterVote.Unlucky, _ reading: PoolReading
    ) -> [QuorumTrace.Step] {
        var result: [QuorumTrace.Step] = []
        var sum = ClusterFailures(unchecked: [], in: self)
        var witness = hasWitness
        for step in steps {
            let up = servers.filter { !sum.isDown($0) }
            sum = ClusterFailures(unchecked: sum.elements.union(step.elements), in: self)
            let witnessFails = witness && sum.elements.contains(.witness)
            let vote = ClusterVote(
                up: up, hasWitness: witness, failing: up.filter { sum.isDown($0) }, witnessFails: witnessFails,
                unlucky: unlucky)
            witness = witness && !witnessFails
            let ownerVotes: Bool
            switch reading {
            case .text, .promised: ownerVotes = vote.hasQuorum
            case .table: ownerVotes = vote.hasQuorum && (witness || drives.count - vote.survivors.count <= 1)
            }
            let pool = PoolVote(total: driveCount, drivesUp: sum.drivesUp, ownerVotes: ownerVotes, reading: reading)
            result.append(QuorumTrace.Step(failures: step.elements.sorted(), cluster: vote, pool: pool))
            if !vote.hasQuorum { break }
        }
        return result
    }
}

extension QuorumTrace: CustomStringConvertible {
    /// A line for each vote.
    public var description: String {
        var lines = steps.enumerated().flatMap { $1.lines(number: $0 + 1) }
        if !worseSteps.isEmpty {
            lines.append("or, where the server without a vote is one that stays:")
            lines += worseSteps.enumerated().flatMap { $1.lines(number: $0 + 1) }
        }
        return lines.joined(separator: "\n")
    }
}

extension QuorumTrace.Step {
    fileprivate func lines(number: Int) -> [String] {
        let what =
            failures.isEmpty
            ? "nothing fails"
            : failures.map(\.description).joined(separator: ", ") + (failures.count == 1 ? " fails" : " fail")
        return ["step \(number): \(what)", "  cluster: \(cluster)", "  pool: \(pool)"]
    }
}
