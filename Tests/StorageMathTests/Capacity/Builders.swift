import ClusterCore
import StorageMath

/// Shorthand for what the tests of capacity are about: sizes in terabytes.
func terabytes(_ count: Double) -> ByteCount { ByteCount(bytes: UInt64((count * 1000).rounded()) * 1_000_000_000) }

func drives(_ count: Int, _ size: Double, _ kind: DriveKind = .ssd) throws -> ServerDrives {
    try ServerDrives(capacity: [DriveGroup(kind, count: count, size: terabytes(size))])
}

/// A pool of servers with one drive of each size.
func pool(_ sizes: [Double], racks: Int = 1, reserve: ReserveRule = .normal) throws -> Pool {
    try Pool(servers: sizes.map { try drives(1, $0) }, racks: racks, reserve: reserve)
}

func volume(_ name: String, _ resiliency: String, _ size: Double) throws -> Volume {
    try Volume(name: name, resiliency: Resiliency(parsing: resiliency), size: terabytes(size))
}

func profile(_ profile: RuleProfile = StorageProfile.azureLocal23H2) throws -> ResolvedProfile {
    try profile.resolved(in: StorageProfile.builtIn)
}
