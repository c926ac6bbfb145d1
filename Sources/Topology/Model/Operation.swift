/// Who manages a cluster, and how that one reaches it.
public struct ControlPlane: Sendable, Hashable, Codable {
    public var mode: Mode
    /// How a disconnected cluster gets updates and tells its state.
    public var sync: Sync?

    public init(mode: Mode, sync: Sync? = nil) {
        self.mode = mode
        self.sync = sync
    }

    enum CodingKeys: String, CodingKey, CaseIterable { case mode, sync }

    /// Whether the cloud takes part.
    public enum Mode: String, Sendable, Hashable, Codable, CaseIterable { case connected, disconnected }

    /// How data comes in and goes out from time to time.
    public struct Sync: Sendable, Hashable, Codable {
        public var by: Way
        public var every: Duration?

        public init(by: Way, every: Duration? = nil) {
            self.by = by
            self.every = every
        }

        enum CodingKeys: String, CodingKey, CaseIterable { case by, every }

        /// The way that data takes.
        public enum Way: String, Sendable, Hashable, Codable, CaseIterable {
            /// A link that is there from time to time.
            case link
            /// Media that somebody carries.
            case portableMedia = "portable_media"
            case none
        }
    }
}

/// How updates come to a cluster.
public struct UpdateStrategy: Sendable, Hashable, Codable {
    public var by: Way?
    /// How far apart updates are.
    public var every: Duration?
    /// Whether one node after another is updated while the others carry the load.
    public var rolling: Bool?
    /// Whether there is a tried way back.
    public var rollback: Bool?

    public init() {}

    enum CodingKeys: String, CodingKey, CaseIterable { case by, every, rolling, rollback }

    /// What brings updates.
    public enum Way: String, Sendable, Hashable, Codable, CaseIterable {
        /// The cloud's orchestration.
        case cloud
        /// Somebody, with what was brought in.
        case manual
    }
}

/// A way to have the data back after a loss.
public struct Backup: Sendable, Hashable, Codable {
    public var kind: Kind
    /// The cluster of this model that it goes to, where it goes to one.
    public var to: String?
    /// How far back the newest copy may lie.
    public var recoveryPoint: Duration?
    /// How long it takes until all is back.
    public var recoveryTime: Duration?
    /// How far apart trials of the way back are.
    public var testedEvery: Duration?
    /// What of a running machine a copy holds.
    public var consistency: Consistency?
    /// How far apart copies are that a schedule makes.
    public var every: Duration?
    /// How long copies are kept.
    public var retention: Duration?
    /// Where copies are encrypted.
    public var encrypted: [Encryption]?
    /// Over what the copies in the cloud are spread.
    public var redundancy: Redundancy?

    public init(kind: Kind, to: String? = nil) {
        self.kind = kind
        self.to = to
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case kind, to
        case recoveryPoint = "recovery_point"
        case recoveryTime = "recovery_time"
        case testedEvery = "tested_every"
        case consistency, every, retention, encrypted, redundancy
    }

    /// What of a running machine a copy holds.
    public enum Consistency: String, Sendable, Hashable, Codable, CaseIterable {
        /// Its disks as after a power cut.
        case crash
        /// Its disks after its applications wrote down what they held.
        case application
    }

    /// Where a copy is encrypted.
    public enum Encryption: String, Sendable, Hashable, Codable, CaseIterable {
        case inTransit = "in_transit"
        case atRest = "at_rest"
    }

    /// Over what copies are spread.
    public enum Redundancy: String, Sendable, Hashable, Codable, CaseIterable {
        /// Devices of one building (LRS).
        case local
        /// Buildings of one region (ZRS).
        case zone
        /// Two regions (GRS).
        case geo
    }

    /// What copies the data, and where to.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// A vault in the cloud.
        case cloudBackup = "cloud_backup"
        /// Replication to the cloud, with fail-over.
        case cloudReplication = "cloud_replication"
        /// Another cluster.
        case secondaryCluster = "secondary_cluster"
        /// Backup software on the premises.
        case localSoftware = "local_software"
        /// Replicas of volumes on the premises.
        case volumeReplica = "volume_replica"

        /// Whether it needs the cloud.
        public var needsCloud: Bool { self == .cloudBackup || self == .cloudReplication }
    }
}
