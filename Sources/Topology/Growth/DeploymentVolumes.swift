public import ClusterCore
public import StorageMath

/// The volumes that a deployment makes by itself: those for machines, one a node, and one for the infrastructure.
///
/// One node and two have two copies of everything, more nodes three (Microsoft, deploy-via-portal, 2026-01-22); a rack-aware
/// cluster has two where a zone has one node, else four (rack-aware-cluster-requirements, 2025-10).
public struct DeploymentVolumes: Sendable, Hashable {
    /// Volumes for machines.
    public let machines: Int
    /// How all of them keep their data.
    public let resiliency: Resiliency

    /// The volumes of a cluster.
    /// - Returns: `nil` where there are no nodes, or where a rack-aware cluster has zones that differ.
    public init?(nodes: Int, isRackAware: Bool = false) {
        guard nodes > 0, !isRackAware || nodes.isMultiple(of: 2) else { return nil }
        machines = nodes
        resiliency = nodes <= 2 ? .twoWayMirror : isRackAware ? .fourWayMirror : .threeWayMirror
    }

    /// The volume of the infrastructure, as planners count it (Azure/odinforazurelocal v0.23.01).
    public static let infrastructure = ByteCount(bytes: 256_000_000_000)
    /// The history of performance that a cluster keeps, as planners count it (the same).
    public static let performanceHistory = ByteCount(bytes: 20_000_000_000)
}
