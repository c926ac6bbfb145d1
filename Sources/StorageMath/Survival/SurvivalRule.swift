/// The survival of a volume by counting alone, for many sets of failures: no slab is built.
///
/// Gives the state of ``VolumePlacement/survival(after:reading:)`` for failures that happen at once, which a test says.
struct SurvivalRule {
    private let drives: [Int]
    private let driveCount: Int
    private let hasWitness: Bool
    private let reading: PoolReading
    private let holders: UInt32
    private let parts: [Part]

    /// What happens at once, counted.
    struct Failures {
        /// The servers that are down, a bit each; server 1 is bit 0.
        var down: UInt32 = 0
        /// The drives that failed by themselves, by server.
        var failed: [Int]
        /// The servers of which at least one drive failed by itself.
        var damaged: UInt32 = 0
        var witness = false
    }

    private enum Part {
        /// So many pieces in each of the sets of servers; all are needed to be lost for the data to be lost.
        case copies(each: Int, halves: [UInt32])
        case symbols(Int, tolerated: Int)
        case nestedCopies
        case nestedParity(columns: Int)
    }

    init(_ placement: VolumePlacement, reading: PoolReading) {
        let cluster = placement.cluster
        func bits(_ servers: some Sequence<Int>) -> UInt32 { servers.reduce(0) { $0 | 1 << UInt32($1 - 1) } }
        drives = cluster.drives
        driveCount = cluster.driveCount
        hasWitness = cluster.hasWitness
        self.reading = reading
        let holders = bits(placement.servers)
        self.holders = holders
        parts = placement.layout.parts.map { part in
            switch part.code {
            case .copies(let count) where cluster.racks == 2 && count % 2 == 0:
                .copies(each: count / 2, halves: (1...2).map { bits(cluster.servers(inRack: $0)) & holders })
            case .copies(let count): .copies(each: count, halves: [holders])
            case .erasure(let layout): .symbols(layout.symbols, tolerated: layout.lossesTolerated)
            case .nestedCopies: .nestedCopies
            case .nestedParity(let columns): .nestedParity(columns: columns)
            }
        }
    }

    func state(after failures: Failures) -> VolumeSurvival.State {
        guard hasQuorum(failures) else { return .offline }
        let affected = (failures.down | failures.damaged) & holders
        guard affected != 0 else { return .online }
        return parts.allSatisfy { isReadable($0, affected, failures) } ? .degraded : .offline
    }

    private func isReadable(_ part: Part, _ affected: UInt32, _ failures: Failures) -> Bool {
        switch part {
        case .copies(let each, let halves): halves.contains { (affected & $0).nonzeroBitCount < each }
        case .symbols(let count, let tolerated): min(affected.nonzeroBitCount, count) <= tolerated
        case .nestedCopies: lost(of: 0, 2, failures) + lost(of: 1, 2, failures) < 4
        case .nestedParity(let columns):
            min(lost(of: 0, columns, failures), lost(of: 1, columns, failures)) <= 1
        }
    }

    private func lost(of server: Int, _ pieces: Int, _ failures: Failures) -> Int {
        failures.down & 1 << UInt32(server) != 0 ? pieces : min(pieces, failures.failed[server])
    }

    /// Whether both quorums are kept for certain: where a server has to be without a vote, it is one that stays.
    private func hasQuorum(_ failures: Failures) -> Bool {
        let servers = drives.count
        let left = servers - failures.down.nonzeroBitCount
        guard left > 0 else { return false }
        let votes: (total: Int, left: Int)
        if servers % 2 == 1 {
            votes = (servers, left)
        } else if hasWitness {
            votes = (servers + 1, left + (failures.witness ? 0 : 1))
        } else {
            // While no server fails, the one without a vote is not missed.
            votes = (servers - 1, left == servers ? servers - 1 : left - 1)
        }
        guard 2 * votes.left > votes.total else { return false }
        var up = 0
        for server in 0..<servers where failures.down & 1 << UInt32(server) == 0 {
            up += drives[server] - failures.failed[server]
        }
        switch reading {
        case .promised: return up > 0
        case .text: return up + 1 > driveCount / 2
        case .table:
            let owner = (hasWitness && !failures.witness) || servers - left <= 1
            return up + (owner ? 1 : 0) > driveCount / 2
        }
    }
}
