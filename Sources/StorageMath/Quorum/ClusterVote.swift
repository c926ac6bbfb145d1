/// One vote of a cluster: who has a vote before servers fail, and what is left of the votes after.
///
/// Dynamic quorum (Microsoft, quorum, 2024-02): an odd number of nodes all vote and a witness does not; an even number
/// vote with the witness, or without one have one node's vote set to zero. Those that are left must hold more than half
/// of the votes, and become the new total.
public struct ClusterVote: Sendable, Hashable {
    /// The servers with a vote, in ascending order.
    public let voters: [Int]
    /// The server that is up and has no vote.
    public let withoutVote: Int?
    /// Whether the witness has a vote.
    public let witnessVotes: Bool
    /// The servers that fail now.
    public let failing: [Int]
    /// Whether the witness fails now.
    public let witnessFails: Bool
    /// All votes.
    public let total: Int
    /// Votes that are left.
    public let left: Int

    /// More than half of all votes.
    public var needed: Int { total / 2 + 1 }

    /// Whether what is left is more than half.
    public var hasQuorum: Bool { left >= needed }

    /// The servers that stay up, in ascending order.
    public var survivors: [Int] {
        (voters + (withoutVote.map { [$0] } ?? [])).filter { !failing.contains($0) }.sorted()
    }

    /// Which server is without a vote, where one has to be: the cluster's choice, which decides the 50/50 cases.
    enum Unlucky { case survivor, failing }

    init(up: [Int], hasWitness: Bool, failing: [Int], witnessFails: Bool, unlucky: Unlucky) {
        let even = !up.isEmpty && up.count % 2 == 0
        var withoutVote: Int?
        if even && !hasWitness {
            let survivor = up.last { !failing.contains($0) }
            withoutVote = unlucky == .survivor ? survivor ?? failing.last : failing.last ?? survivor
        }
        let voters = up.filter { $0 != withoutVote }
        self.voters = voters
        self.withoutVote = withoutVote
        self.failing = failing
        self.witnessFails = witnessFails
        witnessVotes = even && hasWitness
        total = voters.count + (witnessVotes ? 1 : 0)
        left = voters.count { !failing.contains($0) } + (witnessVotes && !witnessFails ? 1 : 0)
    }
}

extension ClusterVote: CustomStringConvertible {
    /// `servers 1, 2, 3, 4 and the witness vote: 5 votes, 3 needed; 3, 4 fail; 3 left: quorum is kept`.
    public var description: String {
        var text = voters.isEmpty ? "no server votes" : "\(voters.count == 1 ? "server" : "servers") \(list(voters))"
        if !voters.isEmpty {
            text += witnessVotes ? " and the witness vote" : voters.count == 1 ? " votes" : " vote"
        }
        if let withoutVote { text += ", \(withoutVote) has no vote" }
        text += ": \(total) \(total == 1 ? "vote" : "votes"), \(needed) needed; "
        if !failing.isEmpty { text += "\(list(failing)) \(failing.count == 1 ? "fails" : "fail"); " }
        if witnessFails { text += "the witness fails; " }
        return text + "\(left) left: quorum is \(hasQuorum ? "kept" : "lost")"
    }

    private func list(_ servers: [Int]) -> String { servers.map(String.init).joined(separator: ", ") }
}
