import ClusterCore

/// Backups: that there are some, that they can be counted on, and what a vault in the cloud gives (AL-93).
extension TopologyRule {
    static let backupRules: [TopologyRule] = [
        TopologyRule(
            "backup.some", "a cluster has a backup",
            reason: "Copies within a cluster do not outlive it, nor somebody's mistake.",
            remedy: "write down how backups are made"
        ) { judgement in
            try judgement.forClusters { judgement, cluster in
                judgement.tell(
                    cluster.identifier, required: "a backup outside the cluster", cluster.design.backups,
                    words: { $0.isEmpty ? "none" : $0.map(\.kind.rawValue).joined(separator: ", ") }, { !$0.isEmpty })
            }
        },
        TopologyRule(
            "backup.cloud", "a disconnected cluster counts on no backup in the cloud",
            reason: "What needs the cloud does not run without a link to it.",
            remedy: "use a second cluster, backup software on the premises or replicas of volumes"
        ) { judgement in
            try judgement.forClusters { judgement, cluster in
                guard let control = cluster.design.controlPlane, let backups = cluster.design.backups else {
                    return judgement.tellUnknown(cluster.identifier, required: judgement.title)
                }
                guard control.mode == .disconnected else { return }
                let cloud = backups.filter(\.kind.needsCloud)
                judgement.tell(
                    cluster.identifier, required: "backups on the premises",
                    measured: cloud.isEmpty ? "on the premises" : cloud.map(\.kind.rawValue).joined(separator: ", "),
                    met: cloud.isEmpty)
            }
        },
        TopologyRule(
            "backup.tested", "backups are tried",
            reason: "A backup that nobody ever restored is a hope.", remedy: "plan trials of the way back",
            parameters: [Parameter("every_maximum", "the longest time between two trials", otherwise: "any time")]
        ) { judgement in
            let longest = try judgement.duration("every_maximum")
            try judgement.forBackups { judgement, subject, backup in
                judgement.tell(
                    subject, "every_maximum", required: longest.map { "a trial every \($0.unitText)" } ?? "a trial",
                    backup.testedEvery, words: { "every \($0.unitText)" }, { $0 <= longest ?? $0 })
            }
        },
        TopologyRule(
            "backup.consistent", "a backup in the cloud holds machines as their applications left them",
            reason: "A copy of a running disk is like one after a power cut: a database must repair itself first.",
            remedy: "have the backup ask the guests to flush (VSS, or scripts around the copy)"
        ) { judgement in
            try judgement.forVaults { judgement, subject, backup in
                judgement.tell(
                    subject, required: "consistent for applications", backup.consistency, words: { $0.rawValue },
                    { $0 == .application })
            }
        },
        TopologyRule(
            "backup.scheduled", "a backup in the cloud is made by a schedule that keeps its recovery point",
            reason: "Between two copies everything is lost; what somebody must start is forgotten.",
            remedy: "write every, at most as long as recovery_point"
        ) { judgement in
            try judgement.forVaults { judgement, subject, backup in
                let point = backup.recoveryPoint
                judgement.tell(
                    subject, required: point.map { "a copy every \($0.unitText) at most" } ?? "a copy by a schedule",
                    backup.every, words: { "every \($0.unitText)" }, { $0 <= point ?? $0 })
            }
        },
        TopologyRule(
            "backup.retention", "a backup in the cloud keeps copies longer than until the next one",
            reason: "What is found broken after days is in every newer copy, too.",
            remedy: "write retention, as long as law and the slowest discovery of a mistake ask"
        ) { judgement in
            try judgement.forVaults { judgement, subject, backup in
                judgement.tell(
                    subject, required: backup.every.map { "kept longer than \($0.unitText)" } ?? "kept for a time",
                    backup.retention, words: { "kept for \($0.unitText)" }, { $0 > backup.every ?? .zero })
            }
        },
        TopologyRule(
            "backup.encrypted", "a backup in the cloud is encrypted on its way and where it lies",
            reason: "It holds everything that the cluster holds, in somebody else's building.",
            remedy: "turn both on: encrypted: [in_transit, at_rest]"
        ) { judgement in
            try judgement.forVaults { judgement, subject, backup in
                judgement.tell(
                    subject, required: "in transit and at rest", backup.encrypted,
                    words: { $0.isEmpty ? "not encrypted" : $0.map(\.rawValue).joined(separator: ", ") + " alone" },
                    { Set($0) == Set(Backup.Encryption.allCases) })
            }
        },
        TopologyRule(
            "backup.redundant", "a backup in the cloud lies in two regions",
            reason: "A region that is lost takes a vault that lies in it alone along.",
            remedy: "choose geo-redundant storage (GRS) for the vault"
        ) { judgement in
            try judgement.forVaults { judgement, subject, backup in
                judgement.tell(
                    subject, required: "geo-redundant storage", backup.redundancy, words: { $0.rawValue },
                    { $0 == .geo })
            }
        },
    ]
}

extension RuleJudgement {
    fileprivate mutating func forBackups(
        _ body: (inout RuleJudgement, ComponentIdentifier, Backup) throws -> Void
    ) throws {
        try forClusters { judgement, cluster in
            for (index, backup) in (cluster.design.backups ?? []).enumerated() {
                try body(&judgement, cluster.identifier.appending("backup", "\(index + 1)"), backup)
            }
        }
    }

    /// Goes through what is backed up to a vault in the cloud.
    fileprivate mutating func forVaults(
        _ body: (inout RuleJudgement, ComponentIdentifier, Backup) throws -> Void
    ) throws {
        try forBackups { judgement, subject, backup in
            if backup.kind == .cloudBackup { try body(&judgement, subject, backup) }
        }
    }
}
