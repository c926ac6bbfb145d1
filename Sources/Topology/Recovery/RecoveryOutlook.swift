public import ClusterCore

/// What happened, and to how much of an installation.
public enum RecoveryScenario: String, Sendable, Hashable, Codable, CaseIterable {
    /// One node fails (AL-119).
    case nodeFailure = "node_failure"
    /// The whole cluster is lost (AL-120).
    case clusterFailure = "cluster_failure"
    /// The site is lost with all that stands there (AL-121).
    case siteDisaster = "site_disaster"
}

/// How a cluster's machines come back after a failure: every way that the model has, whether it is there then, how much is
/// lost and how long it takes (AL-118 to AL-121).
public struct RecoveryOutlook: Sendable, Hashable {
    public let scenario: RecoveryScenario
    /// The ways in the order in which the model names them; restarting on other nodes comes first.
    public let ways: [RecoveryWay]
    /// Whether one of them is there, or `nil` where the model does not say enough.
    public let recovers: Bool?

    /// Looks at a cluster.
    public init(of cluster: InstalledCluster, in installation: Installation, after scenario: RecoveryScenario) {
        var ways: [RecoveryWay] = []
        if scenario == .nodeFailure { ways.append(RecoveryWay(restartOf: cluster)) }
        for backup in cluster.design.backups ?? [] {
            ways.append(RecoveryWay(backup, of: cluster, in: installation, after: scenario))
        }
        self.scenario = scenario
        self.ways = ways
        let isOpen = cluster.design.backups == nil || ways.contains { $0.isThere == nil }
        recovers = ways.contains { $0.isThere == true } ? true : isOpen ? nil : false
    }

    /// The ways that are there for sure.
    public var available: [RecoveryWay] { ways.filter { $0.isThere == true } }

    /// The least time until machines run again among the ways that are there; `nil` where it is not known of any.
    public var shortestTime: Duration? { available.compactMap { $0.time.most ?? $0.time.least }.min() }
}

/// A way back after a failure.
public struct RecoveryWay: Sendable, Hashable {
    /// What brings the machines back.
    public let kind: Kind
    /// Whether it is there in this scenario, or `nil` where the model does not say enough.
    public let isThere: Bool?
    /// Why it is not there, or what is not known.
    public let obstacle: String?
    /// Whether somebody has to do something.
    public let needsAction: Bool
    /// How old the newest data is that comes back.
    public let point: RecoveryEstimate
    /// How long it takes until machines run again.
    public let time: RecoveryEstimate

    /// What brings machines back.
    public enum Kind: Sendable, Hashable {
        /// They restart on other nodes of the cluster.
        case restart
        case backup(Backup.Kind)
    }
}

/// A span of time between bounds, either of which may be unknown, with who says so.
public struct RecoveryEstimate: Sendable, Hashable {
    public let least: Duration?
    public let most: Duration?
    public let source: Reference

    init(_ least: Duration?, _ most: Duration?, _ source: Reference) {
        self.least = least
        self.most = most
        self.source = source
    }

    /// What the model says in its own words.
    static func model(_ time: Duration) -> RecoveryEstimate {
        RecoveryEstimate(time, time, Reference(document: "the model"))
    }

    /// `30 s to 15 min`, `at least 1 h`.
    public var words: String {
        switch (least, most) {
        case (let least?, let most?) where least == most: least.unitText
        case (let least?, let most?): "\(least.unitText) to \(most.unitText)"
        case (let least?, nil): "at least \(least.unitText)"
        case (nil, let most?): "at most \(most.unitText)"
        case (nil, nil): "not known"
        }
    }
}

extension RecoveryWay {
    /// Machines restart by themselves where the cluster keeps its quorum (AL-111, AL-119).
    fileprivate init(restartOf cluster: InstalledCluster) {
        let witness = cluster.design.witness?.kind
        let isThere: Bool?
        let obstacle: String?
        switch cluster.nodes.count {
        case ...1: (isThere, obstacle) = (false, "there is no other node")
        case 2 where witness == nil: (isThere, obstacle) = (nil, "whether there is a witness is not known")
        case 2 where witness == Witness.Kind.none:
            (isThere, obstacle) = (false, "without a witness two nodes have no majority")
        default: (isThere, obstacle) = (true, nil)
        }
        // Copies are written synchronously, so nothing is lost.
        self.init(
            kind: .restart, isThere: isThere, obstacle: obstacle, needsAction: false,
            point: RecoveryEstimate(.zero, .zero, Reference(architecture: [112])),
            time: RecoveryEstimate(
                .seconds(180), .seconds(300),
                Reference(document: "Microsoft, rack-aware-cluster-overview", date: "2025-10")))
    }

    fileprivate init(
        _ backup: Backup, of cluster: InstalledCluster, in installation: Installation,
        after scenario: RecoveryScenario
    ) {
        let (isThere, obstacle) = RecoveryWay.presence(of: backup, cluster, installation, scenario)
        self.init(
            kind: .backup(backup.kind), isThere: isThere, obstacle: obstacle, needsAction: true,
            point: backup.recoveryPoint.map(RecoveryEstimate.model) ?? backup.kind.point,
            time: backup.recoveryTime.map(RecoveryEstimate.model) ?? backup.kind.time)
    }

    private static func presence(
        of backup: Backup, _ cluster: InstalledCluster, _ installation: Installation, _ scenario: RecoveryScenario
    ) -> (Bool?, String?) {
        if backup.kind.needsCloud {
            switch cluster.design.controlPlane?.mode {
            case .connected?: return (true, nil)
            case .disconnected?: return (false, "a disconnected cluster reaches no cloud")
            case nil: return (nil, "whether the cluster is connected is not known")
            }
        }
        switch (scenario, backup.kind) {
        case (.nodeFailure, _), (.clusterFailure, .localSoftware), (.clusterFailure, .secondaryCluster):
            return (true, nil)
        case (.siteDisaster, .localSoftware): return (false, "it is lost with the premises")
        default: break
        }
        guard let name = backup.to, let other = installation.clusters.first(where: { $0.name == name }) else {
            return (nil, "to which cluster it goes is not known")
        }
        guard scenario == .siteDisaster else { return (true, nil) }
        // A node whose rack is not known may stand anywhere.
        func sites(_ cluster: InstalledCluster) -> Set<String>? {
            var found: Set<String> = []
            for node in cluster.nodes {
                guard let site = installation.site(ofRack: node.rack) else { return nil }
                found.insert(site.name)
            }
            return found
        }
        guard let own = sites(cluster), let far = sites(other) else {
            return (nil, "at which sites the clusters stand is not known")
        }
        return own.isDisjoint(with: far) ? (true, nil) : (false, "\(name) stands at the same site")
    }
}

extension Backup.Kind {
    /// How old the newest copy is, as pages have it; a backup's age is its schedule's, which only the model knows.
    var point: RecoveryEstimate {
        let page = Reference(
            architecture: [94], document: "Microsoft, disaster-recovery-vm-resiliency", date: "2025-10-23")
        switch self {
        case .cloudReplication: return RecoveryEstimate(.seconds(30), nil, page)
        // Hyper-V Replica copies every 30 seconds, 5 or 15 minutes.
        case .secondaryCluster, .volumeReplica: return RecoveryEstimate(.seconds(30), .seconds(900), page)
        case .cloudBackup, .localSoftware: return RecoveryEstimate(nil, nil, Reference(architecture: [93, 116]))
        }
    }

    /// How long it takes: the architecture speaks of minutes for replication to the cloud, of hours to days else.
    var time: RecoveryEstimate {
        switch self {
        case .cloudReplication: RecoveryEstimate(.seconds(60), .seconds(3600), Reference(architecture: [94]))
        case .secondaryCluster, .volumeReplica, .cloudBackup, .localSoftware:
            RecoveryEstimate(.seconds(3600), nil, Reference(architecture: [120, 121]))
        }
    }
}
