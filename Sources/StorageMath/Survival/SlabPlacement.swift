/// Where the pieces of one slab of data lie: copies or symbols, each on a drive of its own.
public struct SlabPlacement: Sendable, Hashable {
    /// How the slab is stored.
    public let code: Code
    /// The drive of each piece, in the order of ``Code/symbolName(_:)``.
    public let drives: [DrivePosition]
    /// The cluster.
    public let cluster: ClusterLayout

    /// A slab; an error where there is not one drive for each piece, a drive is not in the cluster, or two pieces share
    /// one. Pieces may share a server: whether that is wise, the survival says.
    public init(_ code: Code, on drives: [DrivePosition], in cluster: ClusterLayout) throws(StorageMathError) {
        guard drives.count == code.symbols else {
            throw StorageMathError(
                "drives of a slab", "\(drives.count)", bound: "\(code.symbols), one for each piece of \(code)",
                remedy: "name a drive for each piece")
        }
        var seen: Set<DrivePosition> = []
        for drive in drives {
            try cluster.check(drive)
            guard seen.insert(drive).inserted else {
                throw StorageMathError(
                    "drive of a slab", "\(drive)", bound: "named once", remedy: "each piece has a drive of its own")
            }
        }
        self.init(unchecked: code, on: drives, in: cluster)
    }

    init(unchecked code: Code, on drives: [DrivePosition], in cluster: ClusterLayout) {
        self.code = code
        self.drives = drives
        self.cluster = cluster
    }

    /// What is left of the slab; an error where the failures are of another cluster. Quorum is not asked.
    public func survival(after failures: ClusterFailures) throws(StorageMathError) -> SlabSurvival {
        SlabSurvival(self, after: try cluster.union(of: [failures]))
    }
}

/// What failures leave of one slab.
public struct SlabSurvival: Sendable, Hashable {
    /// The slab.
    public let slab: SlabPlacement
    /// The pieces that are lost, in ascending order, counted from 0 as in ``Code/symbolName(_:)``.
    public let lost: [Int]
    /// The pieces that are left, in ascending order.
    public let left: [Int]
    /// Whether they are enough to read the data.
    public let isReadable: Bool

    init(_ slab: SlabPlacement, after failures: ClusterFailures) {
        self.slab = slab
        let isLost = slab.drives.map { failures.isDown($0) }
        lost = isLost.indices.filter { isLost[$0] }
        left = isLost.indices.filter { !isLost[$0] }
        isReadable = slab.code.isReadable(without: Set(lost))
    }
}

extension SlabSurvival: CustomStringConvertible {
    /// `1 of 3 copies is left: copy 3 (drive 1 of server 4)`.
    public var description: String {
        let code = slab.code
        guard !lost.isEmpty else { return "\(code): all \(code.symbols) pieces are left" }
        let names = left.map { "\(code.symbolName($0)) (\(slab.drives[$0]))" }.joined(separator: ", ")
        let list = left.isEmpty ? "" : ": \(names)"
        return "\(code): \(left.count) of \(code.symbols) left, \(isReadable ? "enough" : "too few")\(list)"
    }
}
