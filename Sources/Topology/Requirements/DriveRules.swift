import ClusterCore
import StorageMath

/// Drives by their role.
extension TopologyRule {
    static let driveRules: [TopologyRule] = [
        TopologyRule(
            "node.system_drives", "the system has drives of its own that are large enough",
            reason: "The system, its dumps and its updates must fit, and outlive a drive where they are mirrored.",
            remedy: "fit the system's drives as asked",
            parameters: [
                Parameter("count_minimum", "the fewest drives"), Parameter("size_minimum", "the least size of each"),
                Parameter("mirrored", "whether they must mirror each other"),
                Parameter("large_memory", "memory above which the larger size holds"),
                Parameter("large_memory_size_minimum", "the least size with so much memory"),
            ]
        ) { judgement in
            let count = try judgement.count("count_minimum") ?? 1
            let plain = try judgement.bytes("size_minimum") ?? .zero
            let large = try judgement.bytes("large_memory")
            let larger = try judgement.bytes("large_memory_size_minimum")
            let isMirrored = try judgement.flag("mirrored")
            try judgement.forTemplates { judgement, use in
                var least = plain
                if let large, let larger, let memory = use.hardware.memory?.size, memory > large { least = larger }
                let drives = use.hardware.drives?.system
                let mirrored = use.hardware.drives?.systemMirrored
                let words = "at least \(count) of \(least.decimalText)\(isMirrored ? ", mirrored" : "")"
                let fits = drives.map { $0.count >= count && $0.groups.allSatisfy { $0.size >= least } }
                let met: Bool?
                switch (fits, isMirrored ? mirrored : true) {
                case (false?, _), (_, false?): met = false
                case (true?, true?): met = true
                default: met = nil
                }
                judgement.tell(
                    use.subject, "size_minimum", required: words,
                    measured: met == nil
                        ? nil
                        : (drives?.groups.map { "\($0.count) of \($0.size.decimalText)" }.joined(separator: ", ")
                            ?? "not known") + (mirrored == false ? ", not mirrored" : ""), met: met,
                    evidence: [use.evidence])
            }
        },
        TopologyRule(
            "node.all_flash", "all capacity drives are flash",
            reason: "Hard disks cannot keep up with writes that wait for two zones.", remedy: "use SSD or NVMe drives"
        ) { judgement in
            try judgement.forTemplates { judgement, use in
                judgement.tell(
                    use.subject, required: "no hard disk", use.hardware.drives?.capacity, evidence: [use.evidence],
                    words: { $0.groups.contains { $0.kind == .hdd } ? "hard disks" : "flash" },
                    { !$0.groups.contains { $0.kind == .hdd } })
            }
        },
        TopologyRule(
            "cluster.drives", "a cluster has no more drives than it may hold",
            reason: "Pools have a limit.", remedy: "use fewer, larger drives, or several clusters",
            parameters: [Parameter("maximum", "the most drives of all nodes")]
        ) { judgement in
            let most = try judgement.count("maximum") ?? .max
            try judgement.forClusters { judgement, cluster in
                let lists = cluster.nodes.flatMap { [$0.hardware.drives?.capacity, $0.hardware.drives?.cache] }
                let sum = lists.reduce(0) { $0 + ($1?.count ?? 0) }
                let isKnown = lists.allSatisfy { $0 != nil }
                judgement.tell(
                    cluster.identifier, "maximum", required: "at most \(most) drives",
                    measured: isKnown || sum > most ? "\(sum)" : nil, met: sum > most ? false : isKnown ? true : nil)
            }
        },
    ]

    /// What storage's planner asks of a node's drives.
    static let storageRules: [TopologyRule] = StorageRules.ofServers.map { storage($0) }

    /// A rule whose requirement storage's own planner tells.
    private static func storage(_ explanation: RuleExplanation) -> TopologyRule {
        let rule = explanation.rule
        return TopologyRule(explanation) { judgement in
            let profile = judgement.profile
            try judgement.forClusters { judgement, cluster in
                guard cluster.design.kind != .disaggregated else { return }
                var servers: [ServerDrives] = []
                for node in cluster.nodes {
                    // Without a word on the cache nobody knows whether there is one; "none" says so.
                    guard let drives = node.hardware.drives, let capacity = drives.capacity, let cache = drives.cache,
                        let server = try? ServerDrives(capacity: capacity.groups, cache: cache.groups)
                    else {
                        return judgement.tell(
                            cluster.identifier, required: "capacity and cache drives of every node", measured: nil,
                            met: nil)
                    }
                    servers.append(server)
                }
                // More nodes than a pool has servers are another rule's business.
                guard let pool = try? Pool(servers: servers, racks: cluster.design.kind == .rackAware ? 2 : 1) else {
                    return
                }
                let findings = try pool.plan([], by: profile).findings
                judgement.take(
                    findings.filter { $0.rule == rule && $0.severity > .information }, of: cluster.identifier)
            }
        }
    }
}
