public import ClusterCore

/// What the links between two rooms or sites must carry, and how far they may reach.
public enum SiteLinks {
    /// The bandwidth between the two zones of a rack-aware cluster: machines in a zone × storage ports × speed of a port
    /// (Microsoft, rack-aware-cluster-requirements, 2026-02).
    public static func rackAwareBandwidth(
        machinesPerZone: Int, ports: Int = 2, rate: BitRate
    ) throws -> BitRate {
        try StorageMathError.require(
            machinesPerZone, in: 1...4, "machines in a zone", remedy: "a zone holds at most 4 machines")
        try StorageMathError.require(ports, in: 1...16, "storage ports", remedy: "count the ports of one machine")
        return try rate.multiplied(by: UInt64(machinesPerZone * ports))
    }

    /// How far apart two sites may be for a round trip, by light in fibre alone: 200 km a millisecond, there and back. Metres.
    public static func fibreDistance(roundTrip: Duration) throws -> Int {
        let longest = Duration.seconds(1)
        guard roundTrip >= .zero, roundTrip <= longest else {
            throw StorageMathError(
                "round trip", roundTrip.unitText, bound: "0 s to 1 s", remedy: "write what was measured, such as 5ms")
        }
        let (seconds, attoseconds) = roundTrip.components
        let microseconds = Int(seconds) * 1_000_000 + Int(attoseconds / 1_000_000_000_000)
        return microseconds * 100
    }

    /// The least that a write takes with synchronous replication: the round trip and the write of the remote log, which both
    /// come before the acknowledgement (Microsoft, storage-replica-overview).
    public static func synchronousWrite(roundTrip: Duration, remoteLog: Duration) -> Duration { roundTrip + remoteLog }
}
