public import ClusterCore

/// The share of a cluster that is gone while some of its servers are down, and what load may run so that the rest still
/// holds it (AL-110).
public struct CapacityLoss: Sendable, Hashable {
    /// Servers of the cluster, all alike.
    public let servers: Int
    /// Servers that are down at once.
    public let failing: Int

    /// A loss; an error where the servers are not 1 to 16, or more fail than there are.
    public init(servers: Int, failing: Int) throws(StorageMathError) {
        try StorageMathError.require(
            servers, in: ClusterShape.serverRange, "servers", remedy: "a cluster has 1 to 16 servers (AL-1)")
        try StorageMathError.require(
            failing, in: 0...servers, "failing servers", remedy: "no more can fail than there are")
        self.servers = servers
        self.failing = failing
    }

    /// What is gone: *k*/*n*.
    public var lost: Fraction { .ratio(Int32(failing), Int32(servers)) }

    /// The largest load, as a share of all servers, that those that are left can hold: (*n* − *k*)/*n*. A cluster that admits
    /// more has no place for it when so many fail.
    public var largestLoad: Fraction { .ratio(Int32(servers - failing), Int32(servers)) }

    /// Whether a load, as a share of all servers, may be admitted.
    public func admits(_ load: Fraction) -> Bool { load >= .zero && load <= largestLoad }
}
