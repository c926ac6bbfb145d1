public import ClusterCore

/// How much of a pool stays unallocated, so that volumes can be repaired in place when drives fail.
public enum ReserveRule: Sendable, Hashable {
    /// One capacity drive a server, of at most four servers; where servers hold capacity drives of more than one kind,
    /// one of each kind (Microsoft, plan-volumes). Of mixed sizes the largest counts: the page is silent.
    case normal
    /// One capacity drive a server with no maximum, for volumes whose allocation is delimited (Microsoft,
    /// delimit-volume-allocation, 2018).
    case delimited
    /// A fixed size, as an operator may set it.
    case fixed(ByteCount)
}

extension Pool {
    /// The reserve: `min(servers, 4)` capacity drives of each kind, the largest of each.
    public var reserveBytes: ByteCount {
        if case .fixed(let size) = reserve { return size }
        return ByteCount(bytes: largestDrives.values.reduce(0) { $0 + UInt64(reserveServers ?? 0) * $1.bytes })
    }

    /// The servers on which a drive stays free; `nil` where the reserve is a fixed size.
    var reserveServers: Int? {
        switch reserve {
        case .normal: min(servers.count, 4)
        case .delimited: servers.count
        case .fixed: nil
        }
    }

    /// The largest capacity drive of each kind.
    var largestDrives: [DriveKind: ByteCount] {
        servers.flatMap(\.capacity).reduce(into: [:]) { $0[$1.kind] = max($0[$1.kind] ?? .zero, $1.size) }
    }

    /// What the reserve takes for granted; empty where sources say all of it.
    public var reserveAssumptions: [String] {
        guard reserve == .normal || reserve == .delimited else { return [] }
        let sizes = servers.flatMap(\.capacity).reduce(into: [DriveKind: Set<ByteCount>]()) {
            $0[$1.kind, default: []].insert($1.size)
        }
        return sizes.values.contains { $0.count > 1 }
            ? ["the reserve counts the largest capacity drive, since no source says which counts of mixed sizes"] : []
    }
}
