public import ClusterCore

/// What a cluster needs for some volumes: the answer to "what do I buy?".
public struct Sizing: Sendable, Hashable {
    /// The smallest pool of its kind in which all volumes fit with the reserve kept; `nil` where none does.
    public let pool: Pool?
    /// The plan of the volumes in it.
    public let plan: CapacityPlan?
    /// What was tried and why it did not do, smallest first.
    public let refused: [Refused]

    /// A size that does not do.
    public struct Refused: Sendable, Hashable {
        /// Servers, or drives of a server.
        public let count: Int
        /// The first reason.
        public let finding: Finding
    }
}

extension Sizing {
    /// The fewest servers with these drives in which the volumes fit.
    public static func servers(
        for volumes: [Volume], of drives: ServerDrives, racks: Int = 1, media: ClusterShape.Media? = nil,
        reserve: ReserveRule = .normal, by profile: ResolvedProfile
    ) throws -> Sizing {
        let counts = ClusterShape.serverRange.filter { racks == 1 || ($0 % 2 == 0 && $0 <= 8) }
        return try smallest(of: counts, for: volumes, by: profile) { count throws(StorageMathError) in
            try Pool(servers: count, of: drives, racks: racks, media: media, reserve: reserve)
        }
    }

    /// The fewest capacity drives of one size in each of some servers in which the volumes fit.
    public static func drives(
        for volumes: [Volume], servers: Int, kind: DriveKind, size: ByteCount, cache: [DriveGroup] = [], racks: Int = 1,
        reserve: ReserveRule = .normal, by profile: ResolvedProfile
    ) throws -> Sizing {
        try StorageMathError.require(
            servers, in: ClusterShape.serverRange, "servers", remedy: "a cluster has 1 to 16 servers (AL-1)")
        let most = ClusterShape.driveRange.upperBound / servers - cache.reduce(0) { $0 + $1.count }
        guard most >= 1 else { return Sizing(pool: nil, plan: nil, refused: []) }
        return try smallest(of: Array(1...most), for: volumes, by: profile) { count throws(StorageMathError) in
            try Pool(
                servers: servers,
                of: ServerDrives(capacity: [DriveGroup(kind, count: count, size: size)], cache: cache), racks: racks,
                reserve: reserve)
        }
    }

    private static func smallest(
        of counts: [Int], for volumes: [Volume], by profile: ResolvedProfile,
        _ pool: (Int) throws(StorageMathError) -> Pool
    ) throws -> Sizing {
        var refused: [Refused] = []
        for count in counts {
            let candidate = try pool(count)
            let plan = try candidate.plan(volumes, by: profile)
            if plan.volumes.allSatisfy(\.fits) { return Sizing(pool: candidate, plan: plan, refused: refused) }
            let reason = plan.findings.first { $0.rule == Pool.fitRule || $0.rule == Resiliency.rule }
            if let reason { refused.append(Refused(count: count, finding: reason)) }
        }
        return Sizing(pool: nil, plan: nil, refused: refused)
    }
}
