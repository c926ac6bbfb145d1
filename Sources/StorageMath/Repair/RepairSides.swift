import ClusterCore

/// Which drives a repair can read from and write to, and which servers receive: no two symbols of a stripe may share a fault
/// domain, so a cluster that is no larger than its stripes has no other place for what was lost.
public struct RepairSides: Sendable, Hashable {
    /// Drives that are read.
    public let sources: Int
    /// Drives that are written.
    public let targets: Int
    /// Servers whose links bring what is read.
    public let receivingServers: Int
    /// What was taken for granted.
    public let assumptions: [String]
}

extension Pool {
    /// The sides of a repair of the server that has most capacity, or of one of its drives.
    ///
    /// - A drive of a cluster with more servers (of a rack) than its stripes have symbols is rebuilt anywhere; otherwise, and
    ///   where it is nested, on the other drives of its own server.
    /// - A server is rebuilt on the others of its rack where they are at least as many as the symbols; otherwise nothing can
    ///   be rebuilt before it returns or is replaced, and then onto its own drives.
    ///
    /// - Throws: where no drive is left to write to.
    public func repairSides(of scope: RepairScope, _ layout: Layout) throws(StorageMathError) -> RepairSides {
        let counts = servers.map(\.capacityCount)
        let all = counts.reduce(0, +)
        let lost = servers.indices.max { servers[$0].capacityBytes < servers[$1].capacityBytes } ?? 0
        let half = servers.count / shape.racks
        let rack = lost / half * half..<(lost / half + 1) * half
        let inRack = rack.reduce(0) { $0 + counts[$1] }
        let isNested = layout.parts.contains { $0.code.isNested }
        let width = layout.parts.map { $0.code.faultDomains(ofEachOf: shape.racks) }.max() ?? 1
        var assumptions: [String] = []
        let sides: (sources: Int, targets: Int, receiving: Int)
        switch scope {
        case .drive where isNested:
            assumptions.append("what a drive held is rebuilt within its server")
            sides = (counts[lost] - 1, counts[lost] - 1, 1)
        case .drive where half <= width:
            assumptions.append(
                "every other server holds a symbol of each stripe, so a drive is rebuilt on those beside it")
            sides = (all - counts[lost], counts[lost] - 1, 1)
        case .drive: sides = (all - 1, inRack - 1, half)
        case .server where half - 1 < width:
            assumptions.append(
                "no other server has a place for another symbol: it is rebuilt when it is back or replaced")
            sides = (all - counts[lost], counts[lost], 1)
        case .server: sides = (all - counts[lost], inRack - counts[lost], half - 1)
        }
        guard sides.targets > 0, sides.sources > 0 else {
            throw StorageMathError(
                "drives to rebuild on", "0", bound: "1 or more",
                remedy: "replace what failed: nothing can be rebuilt before")
        }
        return RepairSides(
            sources: sides.sources, targets: sides.targets, receivingServers: sides.receiving, assumptions: assumptions)
    }
}

extension Code {
    fileprivate var isNested: Bool {
        switch self {
        case .nestedCopies, .nestedParity: true
        case .copies, .erasure: false
        }
    }

    /// The servers of one rack that a stripe needs.
    fileprivate func faultDomains(ofEachOf racks: Int) -> Int {
        switch self {
        case .copies(let count): max(1, count / racks)
        case .erasure(let layout): layout.symbols
        case .nestedCopies, .nestedParity: 2
        }
    }
}
