public import ClusterCore

/// Three-way mirrors that lie on some of a cluster's servers only, so that three failures need not hit one volume.
public struct DelimitedAllocation: Sendable, Hashable {
    /// Servers of the cluster, 6 to 16.
    public let clusterServers: Int
    /// Servers of the volume, 3 to all of them: 3 by the text of 2018-02, 4 by that of 2018-03 and later.
    public let volumeServers: Int

    /// Clusters in which volumes may be delimited (Microsoft, delimit-volume-allocation, 2018).
    public static let clusterRange = 6...16

    /// An error where the cluster has fewer than 6 or more than 16 servers, or the volume fewer than 3 or more than all.
    public init(clusterServers: Int, volumeServers: Int) throws(StorageMathError) {
        try StorageMathError.require(
            clusterServers, in: DelimitedAllocation.clusterRange, "servers of a cluster with delimited volumes",
            remedy: "leave volumes on all servers of a smaller cluster")
        try StorageMathError.require(
            volumeServers, in: 3...clusterServers, "servers of a delimited volume",
            remedy: "name 3 servers or more; 4 are recommended")
        self.clusterServers = clusterServers
        self.volumeServers = volumeServers
    }

    /// In how many ways a volume can be delimited: C(N, s), so that many volumes need not share all their servers.
    public var combinations: Int { Binomial.coefficient(clusterServers, volumeServers) }

    /// How probable it is that the volume stays online when so many servers fail at once (or drives in so many), each set
    /// of servers being as likely.
    ///
    /// With N servers of which s hold the volume: 1 − Σ over x ≥ 3 of C(s, x) C(N − s, f − x) / C(N, f), which is
    /// hypergeometric; and 0 where more than half the servers fail, as quorum is lost then (Microsoft,
    /// delimit-volume-allocation, 2018-03, Analysis). The cluster has a witness.
    /// An error where the count is below 0 or above the number of servers.
    public func survival(ofFailures failures: Int) throws(StorageMathError) -> Fraction {
        try StorageMathError.require(
            failures, in: 0...clusterServers, "failures", remedy: "count servers of the cluster")
        guard 2 * failures <= clusterServers else { return .zero }
        let survived = (0...min(2, failures)).reduce(0) { sum, own in
            sum + Binomial.coefficient(volumeServers, own)
                * Binomial.coefficient(clusterServers - volumeServers, failures - own)
        }
        // At most C(16, 8) = 12,870 either way.
        return Fraction.ratio(Int32(survived), Int32(Binomial.coefficient(clusterServers, failures)))
    }
}
