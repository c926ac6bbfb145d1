/// One vote of a storage pool.
///
/// Each drive has a vote and the server that owns the pool resource one more, of which the page counts the drives' only
/// as the total; the pool has no dynamic quorum and takes no vote away (Microsoft, quorum, 2024-02: four servers of four
/// drives, two of them down: 8 + 1 of 16 votes).
public struct PoolVote: Sendable, Hashable {
    /// All capacity drives of the cluster: the total of votes.
    public let total: Int
    /// Drives that are up.
    public let drivesUp: Int
    /// Whether the owner's vote is counted (``PoolReading``).
    public let ownerVotes: Bool
    /// Whether the pool stays online.
    public let hasQuorum: Bool

    /// More than half of the drives.
    public var needed: Int { total / 2 + 1 }

    /// Votes that are left.
    public var left: Int { drivesUp + (ownerVotes ? 1 : 0) }

    init(total: Int, drivesUp: Int, ownerVotes: Bool, reading: PoolReading) {
        self.total = total
        self.drivesUp = drivesUp
        self.ownerVotes = ownerVotes
        let left = drivesUp + (ownerVotes ? 1 : 0)
        hasQuorum = reading == .promised ? drivesUp > 0 : left > total / 2
    }
}

extension PoolVote: CustomStringConvertible {
    /// `8 of 16 drives are up and the owner votes: 9 votes left, 9 needed: the pool stays online`.
    public var description: String {
        "\(drivesUp) of \(total) drives are up\(ownerVotes ? " and the owner votes" : ""): \(left) votes left, "
            + "\(needed) needed: the pool \(hasQuorum ? "stays online" : "goes offline")"
            + (hasQuorum && left < needed ? ", as its page promises" : "")
    }
}
