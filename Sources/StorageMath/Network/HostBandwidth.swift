public import ClusterCore

/// How a host shares its storage adapters, as Microsoft's example has it: half of the team is reserved for SMB, and of that
/// storage has 70 %, heartbeats 1 % (2 % on 10 GbE) and live migration the rest (host-network-requirements, 2025-08-25).
public struct HostBandwidth: Sendable, Hashable {
    /// Both adapters of the team.
    public let team: BitRate
    /// Reserved for SMB: half of the team.
    public let reserved: BitRate
    /// Software storage bus and cluster shared volumes: 70 % of what is reserved.
    public let storage: BitRate
    /// Cluster heartbeats: 1 % of what is reserved, 2 % where an adapter has 10 Gbit/s or less.
    public let heartbeat: BitRate
    /// Live migration: what is left.
    public let liveMigration: BitRate
    /// Whether live migration goes over RDMA: from 5 Gbit/s on.
    public var migratesOverRDMA: Bool { liveMigration.bitsPerSecond >= 5_000_000_000 }

    /// The shares of a team of adapters of one speed; bits are rounded down.
    /// - Throws: where there are no adapters or more than 16, or the sum does not fit.
    public init(adapters: Int = 2, of rate: BitRate) throws {
        try StorageMathError.require(adapters, in: 1...16, "adapters of a team", remedy: "count the ports of storage")
        team = try rate.multiplied(by: UInt64(adapters))
        reserved = try team.multiplied(by: .ratio(1, 2), rounding: .down)
        storage = try reserved.multiplied(by: .ratio(7, 10), rounding: .down)
        let isSlow = rate.bitsPerSecond <= 10_000_000_000
        heartbeat = try reserved.multiplied(by: .ratio(isSlow ? 2 : 1, 100), rounding: .down)
        liveMigration = BitRate(
            bitsPerSecond: reserved.bitsPerSecond - storage.bitsPerSecond - heartbeat.bitsPerSecond)
    }
}
