import ClusterCore

/// Ways back after a loss.
extension TopologyRule {
    static let recoveryRules: [TopologyRule] = [
        recovery(
            "recovery.cluster", .clusterFailure, "a lost cluster can be restored",
            reason: "Copies within a cluster are lost with it, so its data must come from elsewhere."),
        recovery(
            "recovery.site", .siteDisaster, "a lost site can be restored",
            reason: "What stands on the premises burns with them: a copy must be in the cloud or at another site."),
        TopologyRule(
            "recovery.hybrid", "backups are near for speed and far for disasters",
            reason: "From a copy on the premises machines are back sooner; only one elsewhere outlives the premises.",
            remedy: "keep a backup on the premises, and one in the cloud or at another site"
        ) { judgement in
            try judgement.forClusters { judgement, cluster in
                let outlook = RecoveryOutlook(of: cluster, in: judgement.installation, after: .siteDisaster)
                let isNear = cluster.design.backups.map { $0.contains { !$0.kind.needsCloud } }
                let isFar = outlook.recovers
                let met: Bool? = isNear == false || isFar == false ? false : isNear == nil || isFar == nil ? nil : true
                let words = [isNear == true ? "near" : nil, isFar == true ? "far" : nil].compactMap(\.self)
                judgement.tell(
                    cluster.identifier, required: "a backup on the premises and one that outlives them",
                    measured: met == nil
                        ? nil : words.isEmpty ? "neither" : words.joined(separator: " and ") + " alone",
                    met: met)
            }
        },
    ]

    private static func recovery(
        _ rule: RuleID, _ scenario: RecoveryScenario, _ title: String, reason: String
    ) -> TopologyRule {
        TopologyRule(
            rule, title, reason: reason,
            remedy: "write a backup that outlives it: another cluster at another site, or the cloud where connected"
        ) { judgement in
            try judgement.forClusters { judgement, cluster in
                let outlook = RecoveryOutlook(of: cluster, in: judgement.installation, after: scenario)
                judgement.tell(
                    cluster.identifier, required: title,
                    measured: outlook.recovers.map { _ in
                        outlook.ways.isEmpty ? "no backup" : outlook.words
                    }, met: outlook.recovers, evidence: outlook.evidence)
            }
        }
    }
}

extension RecoveryOutlook {
    /// The ways that are there, for a finding.
    fileprivate var words: String {
        available.isEmpty ? "no way back" : available.map(\.name).joined(separator: ", ")
    }

    /// Why others are not there.
    fileprivate var evidence: [Evidence] {
        ways.compactMap { way in way.obstacle.map { Evidence(source: way.name, value: $0) } }
    }
}

extension RecoveryWay {
    /// Its name as the model writes it.
    var name: String {
        switch kind {
        case .restart: "restart"
        case .backup(let kind): kind.rawValue
        }
    }
}
