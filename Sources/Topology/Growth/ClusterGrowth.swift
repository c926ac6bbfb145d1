public import ClusterCore
import StorageMath

/// What more nodes add to a cluster, and what they would break.
public struct ClusterGrowth: Sendable, Hashable {
    public let before: ClusterTotals
    public let after: ClusterTotals
    /// What the grown cluster breaks that the cluster of today does not: with such a finding it cannot grow like that.
    public let newFindings: [Finding]
    /// Why there is no way from the one to the other, whatever the grown cluster were like.
    public let obstacles: [String]

    /// Whether nothing stands against it.
    public var isPossible: Bool { obstacles.isEmpty && !newFindings.contains { $0.severity == .critical } }

    /// Adds nodes to the groups of a cluster, as many to each.
    /// - Parameters:
    ///   - count: how many for each group; a rack-aware cluster has a group for each zone, so it grows by pairs.
    ///   - cluster: its place in the model.
    /// - Throws: a ``ModelProblem`` where the grown model cannot be written out.
    public init(
        of model: ClusterModel, cluster: Int = 0, adding count: Int, by profile: ResolvedProfile, on day: CalendarDate
    ) throws {
        guard model.clusters.indices.contains(cluster) else {
            throw ModelProblem("/clusters", "there is no cluster \(cluster); there are \(model.clusters.count)")
        }
        var grown = model
        for index in grown.clusters[cluster].nodes.indices {
            guard let before = grown.clusters[cluster].nodes[index].count else {
                throw ModelProblem(
                    "/clusters/\(cluster)/nodes/\(index)", "a group with names does not grow; write count and prefix")
            }
            let (after, overflow) = before.addingReportingOverflow(count)
            guard !overflow else {
                throw ModelProblem("/clusters/\(cluster)/nodes/\(index)/count", "\(count) nodes more are too many")
            }
            grown.clusters[cluster].nodes[index].count = after
        }
        let (old, new) = (try model.installation(), try grown.installation())
        before = try ClusterTotals(of: old.clusters[cluster])
        after = try ClusterTotals(of: new.clusters[cluster])
        let known = Set(
            try TopologyCheck(of: old, by: profile, on: day).findings.map { "\($0.rule) \($0.subject)" })
        newFindings = try TopologyCheck(of: new, by: profile, on: day).findings.filter {
            !known.contains("\($0.rule) \($0.subject)")
        }
        obstacles = ClusterGrowth.obstacles(to: model.clusters[cluster])
    }

    /// Microsoft, cloud-deployment-network-considerations (2025-02-14) and rack-aware-cluster-requirements (2025-10).
    private static func obstacles(to cluster: Cluster) -> [String] {
        var found: [String] = []
        if cluster.nodes.contains(where: { $0.cabling?.values.contains(.mesh) == true }) {
            found.append("a cluster with storage without a switch does not scale out")
        }
        if cluster.kind == .rackAware, cluster.nodes.allSatisfy({ $0.count == 1 || $0.names?.count == 1 }) {
            found.append("a rack-aware cluster of one node in each zone does not scale out")
        }
        return found
    }
}

/// What a cluster has in all. What is not known of one node is not known of all.
public struct ClusterTotals: Sendable, Hashable {
    public let nodes: Int
    public let cores: Int?
    public let memory: ByteCount?
    /// Capacity drives, without copies taken into account.
    public let raw: ByteCount?
    /// What the storage ports carry.
    public let storageBandwidth: BitRate?
    /// The most that the nodes draw.
    public let draw: Watts?
    /// Units of height.
    public let units: Int?
    /// Ports on switches and other nodes.
    public let ports: Int?

    /// The sums over the nodes.
    public init(of cluster: InstalledCluster) throws(UnitError) {
        nodes = cluster.nodes.count
        cores = ClusterTotals.sum(cluster) { $0.processor?.allCores }
        units = ClusterTotals.sum(cluster) { $0.height }
        ports = ClusterTotals.sum(cluster) { node in
            node.adapters.flatMap { adapters in
                adapters.allSatisfy { $0.ports != nil } ? adapters.reduce(0) { $0 + ($1.ports ?? 0) } : nil
            }
        }
        var memory: ByteCount? = .zero
        var raw: ByteCount? = .zero
        var bandwidth: BitRate? = .zero
        var draw: Watts? = .zero
        for node in cluster.nodes.map(\.hardware) {
            memory = try ClusterTotals.add(memory, node.memory?.size)
            var drives: ByteCount?
            if let listed = node.drives?.capacity?.drives {
                drives = .zero
                for group in listed { drives = try ClusterTotals.add(drives, group.total) }
            }
            raw = try ClusterTotals.add(raw, drives)
            var storage: BitRate? = node.adapters == nil ? nil : .zero
            for adapter in node.adapters ?? [] where adapter.carries(.storage) != false {
                guard adapter.carries != nil, let ports = adapter.ports, let rate = adapter.rate else {
                    storage = nil
                    break
                }
                storage = try storage?.adding(rate.multiplied(by: UInt64(max(0, ports))))
            }
            if let sum = bandwidth, let storage { bandwidth = try sum.adding(storage) } else { bandwidth = nil }
            if let sum = draw, let most = node.draw?.most { draw = try sum.adding(most) } else { draw = nil }
        }
        self.memory = memory
        self.raw = raw
        storageBandwidth = bandwidth
        self.draw = draw
    }

    private static func add(_ sum: ByteCount?, _ next: ByteCount?) throws(UnitError) -> ByteCount? {
        guard let sum, let next else { return nil }
        return try sum.adding(next)
    }

    private static func sum(_ cluster: InstalledCluster, _ value: (NodeTemplate) -> Int?) -> Int? {
        var sum = 0
        for node in cluster.nodes {
            guard let next = value(node.hardware) else { return nil }
            let (total, overflow) = sum.addingReportingOverflow(next)
            guard !overflow else { return nil }
            sum = total
        }
        return sum
    }
}
