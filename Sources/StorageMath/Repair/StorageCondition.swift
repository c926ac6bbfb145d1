public import ClusterCore

/// What is known of a cluster's storage at one moment: servers, repair jobs and volumes.
///
/// A list that could not be read is `nil`, which is not the same as an empty one.
public struct StorageCondition: Sendable, Hashable, Codable {
    /// The servers, by name.
    public var servers: [Server]?
    /// The storage jobs.
    public var jobs: [Job]?
    /// The volumes (virtual disks).
    public var volumes: [Volume]?

    public init(servers: [Server]?, jobs: [Job]?, volumes: [Volume]?) {
        self.servers = servers
        self.jobs = jobs
        self.volumes = volumes
    }

    /// A server.
    public struct Server: Sendable, Hashable, Codable {
        /// Its name.
        public var name: String
        /// Its state.
        public var state: State

        /// What a server's storage does. It goes from down to resyncing to up, not from down to up (Microsoft,
        /// understand-storage-resync, 2019-01-14).
        public enum State: String, Sendable, Hashable, Codable, CaseIterable {
            /// In service, all that it stores being current.
            case up
            /// Back, and catching up on what was written meanwhile.
            case resyncing
            /// Its drives are in maintenance mode.
            case maintenance
            /// Not there.
            case down
            /// Not known.
            case unknown
        }

        public init(name: String, state: State) {
            self.name = name
            self.state = state
        }
    }

    /// A storage job, such as a repair.
    public struct Job: Sendable, Hashable, Codable {
        /// Its name: `Repair`, `Regeneration`.
        public var name: String
        /// Its state.
        public var state: State
        /// Bytes done; `nil` where not known.
        public var processed: ByteCount?
        /// Bytes to do in all; `nil` where not known.
        public var total: ByteCount?

        /// Whether a job runs.
        public enum State: String, Sendable, Hashable, Codable, CaseIterable {
            /// At work.
            case running
            /// Waiting or held.
            case suspended
            /// Done.
            case completed
            /// Given up.
            case failed
            /// Not known.
            case unknown
        }

        public init(name: String, state: State, processed: ByteCount? = nil, total: ByteCount? = nil) {
            self.name = name
            self.state = state
            self.processed = processed
            self.total = total
        }

        /// What share is done, from the bytes; `nil` where they are not known, there are none, or more were done than
        /// there are.
        ///
        /// A reported percentage is not read: in Microsoft's own example (maintain-servers, 2018-10-08) one of three
        /// does not follow from its bytes.
        public var progress: Fraction? {
            guard let processed, let total, processed <= total else { return nil }
            return try? processed.share(of: total)
        }
    }

    /// A volume.
    public struct Volume: Sendable, Hashable, Codable {
        /// Its name.
        public var name: String
        /// Its health.
        public var health: Health
        /// Failures that its layout withstands when it is healthy (``Layout/failuresTolerated``); `nil` where not
        /// known.
        public var failuresTolerated: Int?

        /// The health that the system reports.
        public enum Health: String, Sendable, Hashable, Codable, CaseIterable {
            /// All copies are there and current.
            case healthy
            /// Copies are missing or stale.
            case warning
            /// Data is not accessible.
            case unhealthy
            /// Not known.
            case unknown
        }

        public init(name: String, health: Health, failuresTolerated: Int?) {
            self.name = name
            self.health = health
            self.failuresTolerated = failuresTolerated
        }
    }
}
