public import ClusterCore

/// How eagerly the load balancer of virtual machines moves them from a node (Microsoft, vm-load-balancing).
public enum LoadBalancerLevel: String, Sendable, Hashable, Codable, CaseIterable {
    /// From nodes above 80 %.
    case low
    /// From nodes above 70 %.
    case medium
    /// From nodes more than 5 % above the average of all.
    case high

    /// From one look at the nodes to the next.
    public static let interval = Duration.seconds(30 * 60)

    /// Whether machines are moved from a node.
    /// - Parameters:
    ///   - load: the node's share of processors or of memory in use, whichever is greater.
    ///   - average: that of all nodes.
    /// - Throws: where the sum of average and margin does not fit.
    public func moves(load: Fraction, average: Fraction) throws(UnitError) -> Bool {
        switch self {
        case .low: load > .ratio(80, 100)
        case .medium: load > .ratio(70, 100)
        case .high: load > (try average.adding(.ratio(5, 100)))
        }
    }
}
