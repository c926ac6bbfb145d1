public import ClusterCore

/// The profiles of storage that come along, and the rules in which a profile speaks to the planner.
///
/// | rule | parameter | meaning |
/// | --- | --- | --- |
/// | `storage.drives` | `per_server_minimum`, `per_server_maximum` | capacity drives of a server |
/// | | `per_server_minimum_flash` | the same where all are solid-state and nothing caches |
/// | | `size_minimum`, `size_maximum` | size of a capacity drive |
/// | `storage.cache` | `drives_minimum`, `drives_maximum` | cache drives of a server that has any |
/// | | `size_minimum`, `size_maximum` | size of a cache drive |
/// | | `kinds` | what cache drives are |
/// | | `hybrid_share_minimum`, `flash_share_minimum`, `share_maximum` | cache as a share of capacity |
/// | | `memory_per_terabyte` | memory that a server needs for a terabyte of cache |
/// | | `drive_writes_per_day_minimum`, `written_per_day_minimum` | endurance: either suffices |
/// | `storage.mirror_accelerated` | `destage_at`, `rotation`, `mirror_share` | fill at which data rotates, its unit, the share |
/// | `storage.rack_aware` | `round_trip_maximum` | between the two zones |
/// | `storage.replication` | `round_trip_maximum`, `recovery_point_alert` | synchronous, and when asynchronous is late |
/// | `storage.delimited` | `volume_servers` | servers that hold a delimited volume |
/// | `storage.pool` | `drives_maximum`, `per_server_maximum`, `size_maximum` | how large a pool may be |
/// | `storage.volumes` | `count_maximum`, `size_maximum`, `snapshot_size_maximum` | how many volumes, and how large |
/// | | `multiple_of_servers` | whether their number should be a multiple of the servers |
/// | `storage.use` | `at_most` | share of the pool that may be taken before one is told; of thin volumes |
/// | `storage.smb_encryption` | `bandwidth_share`, `processor_share` | what SMB encryption takes of links and processors |
///
/// A parameter that a profile leaves out is not asked for. Endurance and the rules `storage.mirror_accelerated`,
/// `storage.rack_aware`, `storage.replication` and `storage.delimited` are figures for whoever asks: no check here reads them.
public enum StorageProfile {
    /// What the architecture says (AL-13, AL-14, AL-15, AL-66, AL-131, AL-140).
    public static let architecture = RuleProfile(
        name: "architecture", version: "1", summary: "Storage as the architecture asks for it",
        rules: [
            drives: RuleSettings(
                parameters: [
                    "per_server_minimum": .count(4), "per_server_maximum": .count(16),
                    "size_minimum": .bytes(terabytes(1)), "size_maximum": .bytes(terabytes(16)),
                ],
                severity: .warning, source: Reference(architecture: [14, 15])),
            cache: RuleSettings(
                parameters: [
                    "drives_minimum": .count(2), "drives_maximum": .count(8),
                    "size_minimum": .bytes(gigabytes(800)), "size_maximum": .bytes(gigabytes(3200)),
                    "kinds": .list(["nvme"]),
                    "hybrid_share_minimum": .fraction(.ratio(1, 10)), "flash_share_minimum": .fraction(.ratio(1, 10)),
                    "share_maximum": .fraction(.ratio(1, 5)),
                ],
                severity: .warning, source: Reference(architecture: [13, 131])),
            use: RuleSettings(
                parameters: ["at_most": .fraction(.ratio(4, 5))], severity: .warning,
                source: Reference(architecture: [140])),
            EncryptionCost.rule: EncryptionCost.architecture.settings,
        ])

    /// What Microsoft's pages say of Azure Local and Storage Spaces Direct.
    public static let azureLocal23H2 = RuleProfile(
        name: "azureLocal23H2", version: "1", summary: "Storage as Microsoft's pages on Azure Local have it",
        rules: [
            drives: RuleSettings(
                parameters: [
                    "per_server_minimum": .count(4), "per_server_minimum_flash": .count(2),
                    "size_minimum": .bytes(gigabytes(500)),
                ],
                severity: .critical,
                source: Reference(document: "Microsoft, system-requirements-23h2", date: "2025-10-15")),
            cache: RuleSettings(
                parameters: [
                    "drives_minimum": .count(2), "size_minimum": .bytes(gigabytes(32)),
                    "kinds": .list(["nvme", "ssd"]),
                    "hybrid_share_minimum": .fraction(.ratio(1, 10)), "flash_share_minimum": .fraction(.ratio(1, 20)),
                    "memory_per_terabyte": .bytes(gigabytes(4)),
                    "drive_writes_per_day_minimum": .count(3), "written_per_day_minimum": .bytes(terabytes(4)),
                ],
                severity: .warning, source: Reference(document: "Microsoft, choose-drives")),
            pool: RuleSettings(
                parameters: [
                    "drives_maximum": .count(416), "per_server_maximum": .bytes(terabytes(400)),
                    "size_maximum": .bytes(terabytes(4000)),
                ],
                severity: .critical,
                source: Reference(document: "Microsoft, storage-spaces-direct-hardware-requirements")),
            volumes: RuleSettings(
                parameters: [
                    "count_maximum": .count(64), "size_maximum": .bytes(terabytes(64)),
                    "snapshot_size_maximum": .bytes(terabytes(10)), "multiple_of_servers": .flag(true),
                ],
                severity: .warning, source: Reference(document: "Microsoft, plan-volumes")),
            use: RuleSettings(
                parameters: ["at_most": .fraction(.ratio(7, 10))], severity: .warning,
                source: Reference(document: "Microsoft, thin-provisioning")),
            mirrorAccelerated: RuleSettings(
                parameters: [
                    "destage_at": .fraction(.ratio(85, 100)), "rotation": .bytes(ByteCount(bytes: 64 << 20)),
                    "mirror_share": .fraction(.ratio(1, 5)),
                ],
                source: Reference(document: "Microsoft, mirror-accelerated-parity")),
            rackAware: RuleSettings(
                parameters: ["round_trip_maximum": .duration(.milliseconds(1))], severity: .critical,
                source: Reference(document: "Microsoft, rack-aware-cluster-requirements", date: "2026-02")),
            replication: RuleSettings(
                parameters: [
                    "round_trip_maximum": .duration(.milliseconds(5)), "recovery_point_alert": .duration(.seconds(30)),
                ],
                severity: .warning, source: Reference(document: "Microsoft, storage-replica-overview")),
            delimited: RuleSettings(
                parameters: ["volume_servers": .count(4)], severity: .information,
                source: Reference(document: "Microsoft, delimit-volume-allocation", date: "2018-03")),
            EncryptionCost.rule: EncryptionCost.off.settings,
        ])

    /// What older pages of Microsoft say where newer ones differ: smaller pools, delimited volumes on three servers, a later
    /// alert of asynchronous replication.
    public static let windowsServer2016 = RuleProfile(
        name: "windowsServer2016", version: "1", summary: "Storage as Microsoft's pages on Windows Server 2016 have it",
        extends: "azureLocal23H2",
        rules: [
            pool: RuleSettings(
                parameters: ["per_server_maximum": .bytes(terabytes(100)), "size_maximum": .bytes(terabytes(1000))],
                source: Reference(document: "Microsoft, storage-spaces-direct-hardware-requirements")),
            drives: RuleSettings(parameters: ["per_server_minimum_flash": .count(4)]),
            delimited: RuleSettings(
                parameters: ["volume_servers": .count(3)],
                source: Reference(document: "Microsoft, delimit-volume-allocation", date: "2018-02")),
            replication: RuleSettings(
                parameters: ["recovery_point_alert": .duration(.seconds(300))],
                source: Reference(document: "Microsoft, WMI classes of Storage Replica")),
        ])

    /// The profiles that need no file, by which a user's own may be extended.
    public static let builtIn: [RuleProfile] = [architecture, azureLocal23H2, windowsServer2016]

    /// A built-in profile by its name.
    public static func named(_ name: String) -> RuleProfile? { builtIn.first { $0.name == name } }

    static let drives: RuleID = "storage.drives"
    static let cache: RuleID = "storage.cache"
    static let pool: RuleID = "storage.pool"
    static let volumes: RuleID = "storage.volumes"
    static let use: RuleID = "storage.use"
    static let mirrorAccelerated: RuleID = "storage.mirror_accelerated"
    static let rackAware: RuleID = "storage.rack_aware"
    static let replication: RuleID = "storage.replication"
    static let delimited: RuleID = "storage.delimited"

    private static func gigabytes(_ count: UInt64) -> ByteCount { ByteCount(bytes: count * 1_000_000_000) }
    private static func terabytes(_ count: UInt64) -> ByteCount { ByteCount(bytes: count * 1_000_000_000_000) }
}
