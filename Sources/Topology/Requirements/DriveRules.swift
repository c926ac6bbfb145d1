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
                Parameter(
                    "large_memory", "memory above which the larger size holds", otherwise: "no larger size is asked"),
                Parameter(
                    "large_memory_size_minimum", "the least size with so much memory",
                    otherwise: "no larger size is asked"),
                Parameter("kinds", "what the drives may be", otherwise: "of any kind"),
            ]
        ) { judgement in
            let count = try judgement.needed.count("count_minimum")
            let plain = try judgement.needed.bytes("size_minimum")
            // One of both alone would say nothing.
            let asksLarger = judgement.has("large_memory") || judgement.has("large_memory_size_minimum")
            let large = asksLarger ? try judgement.needed.bytes("large_memory") : nil
            let larger = asksLarger ? try judgement.needed.bytes("large_memory_size_minimum") : nil
            let isMirrored = try judgement.needed.flag("mirrored")
            let kinds = try judgement.list("kinds")
            try judgement.forTemplates { judgement, use in
                var least = plain
                if let large, let larger, let memory = use.hardware.memory?.size, memory > large { least = larger }
                let drives = use.hardware.drives?.system
                let mirrored = use.hardware.drives?.systemMirrored
                let words =
                    "at least \(count) of \(least.decimalText)\(kinds.map { ", \($0.joined(separator: " or "))" } ?? "")"
                    + (isMirrored ? ", mirrored" : "")
                let fits = drives.map { $0.count >= count && $0.drives.allSatisfy { $0.size >= least } }
                let suits: Bool? =
                    if let kinds, let drives { drives.isOne(of: kinds) } else { kinds == nil ? true : nil }
                let parts = [fits, suits, isMirrored ? mirrored : true]
                let met: Bool? = parts.contains(false) ? false : parts.contains(nil) ? nil : true
                judgement.tell(
                    use.subject, suits == false ? "kinds" : "size_minimum", required: words,
                    measured: met == nil
                        ? nil
                        : (drives?.drives.map(\.words).joined(separator: ", ") ?? "not known")
                            + (mirrored == false ? ", not mirrored" : ""), met: met,
                    evidence: [use.evidence])
            }
        },
        TopologyRule(
            "node.all_flash", "all capacity drives are flash",
            reason: "Hard disks cannot keep up with writes that wait for two zones.", remedy: "use SSD or NVMe drives"
        ) { judgement in
            try judgement.forTemplates { judgement, use in
                let met = use.hardware.drives?.capacity?.isOne(of: [DriveKind.nvme.rawValue, DriveKind.ssd.rawValue])
                judgement.tell(
                    use.subject, required: "no hard disk", measured: met.map { $0 ? "flash" : "hard disks" }, met: met,
                    evidence: [use.evidence])
            }
        },
        TopologyRule(
            "node.cache_tier", "slow capacity drives have a cache before them, and a single node has none",
            reason: "Hard disks alone keep no virtual machine waiting for less than milliseconds, and no pool is "
                + "supported that has nothing faster; a single node cannot bind a cache.",
            remedy: "add cache drives (cache: 2x1.6TB:nvme), or use flash alone",
            parameters: [
                Parameter("kinds", "kinds of capacity drives that need a cache"),
                Parameter("nodes_minimum", "the smallest cluster that may have one", otherwise: "every cluster may"),
                Parameter("drives_maximum", "the most cache drives of a node", otherwise: "not asked"),
            ]
        ) { judgement in
            let kinds = try judgement.needed.list("kinds")
            let least = try judgement.count("nodes_minimum")
            let most = try judgement.count("drives_maximum")
            try judgement.forTemplates { judgement, use in
                guard use.cluster.design.kind != .disaggregated else { return }
                let drives = use.hardware.drives
                // Whether some capacity drive needs a cache: none of them does where all are of other kinds.
                let others = DriveKind.allCases.map(\.rawValue).filter { !kinds.contains($0) }
                let isNeeded =
                    others.isEmpty
                    ? drives?.capacity.map { $0.count > 0 } : drives?.capacity?.isOne(of: others).map { !$0 }
                let isThere = drives?.cache.map { $0.count > 0 }
                let isTooMuch = most.flatMap { most in drives?.cache.map { $0.count > most } } ?? false
                let isRefused = isTooMuch || least.map { use.cluster.nodes.count < $0 } == true
                let met: Bool?
                switch (isNeeded, isThere) {
                case _ where most == 0: met = isThere.map { !$0 }
                case (_, true?): met = !isRefused
                case (true?, false?): met = false
                case (false?, false?): met = true
                case (false?, nil): met = isRefused || most != nil ? nil : true
                default: met = nil
                }
                let words = isThere == true ? "a cache" : isNeeded == true ? "no cache" : "none needed"
                judgement.tell(
                    use.subject, isTooMuch ? "drives_maximum" : isThere == true ? "nodes_minimum" : "kinds",
                    required: most == 0
                        ? "no cache"
                        : "a cache before \(kinds.joined(separator: ", "))"
                            + (least.map { " (from \($0) nodes on)" } ?? ""),
                    measured: met == nil ? nil : words, met: met, evidence: [use.evidence])
            }
        },
        TopologyRule(
            "node.drive_controller", "drives of cache and capacity are passed through as they are",
            reason: "Storage reads of each drive how it is and where it sits, which a RAID controller or a SAN hides.",
            remedy: "attach the drives to a host bus adapter, and write drives: {controller: hba}",
            parameters: [Parameter("controllers", "what drives may be attached to")]
        ) { judgement in
            let known = try judgement.needed.list("controllers")
            try judgement.forTemplates { judgement, use in
                guard use.cluster.design.kind != .disaggregated else { return }
                judgement.tell(
                    use.subject, "controllers", required: known.joined(separator: " or "),
                    use.hardware.drives?.controller, evidence: [use.evidence], words: { $0.rawValue },
                    { known.contains($0.rawValue) })
            }
        },
        TopologyRule(
            "node.power_loss_protection", "flash drives keep what they acknowledged when power fails",
            reason: "Others lose it, or are slow since they wait until every write has reached the cells.",
            remedy: "use drives of the data centre class, and write drives: {power_loss_protection: true}"
        ) { judgement in
            try judgement.forTemplates { judgement, use in
                let drives = use.hardware.drives
                guard use.cluster.design.kind != .disaggregated else { return }
                let isDisk = [drives?.capacity, drives?.cache].map { $0?.isOne(of: [DriveKind.hdd.rawValue]) }
                let met = isDisk == [true, true] ? true : drives?.powerLossProtection
                judgement.tell(
                    use.subject, required: "power-loss protection",
                    measured: met.map { $0 ? "protected, or no flash" : "without" }, met: met,
                    evidence: [use.evidence])
            }
        },
        TopologyRule(
            "node.capacity", "the capacity drives of a node hold enough together",
            reason: "The local control plane, its updates and its logs live on them besides what the cluster is for.",
            remedy: "fit more or larger capacity drives", parameters: [Parameter("minimum", "the least of a node")]
        ) { judgement in
            let least = try judgement.needed.bytes("minimum")
            try judgement.forTemplates { judgement, use in
                judgement.tell(
                    use.subject, "minimum", required: "at least \(least.decimalText) of capacity drives",
                    use.hardware.drives?.capacity?.total, evidence: [use.evidence], words: { "\($0.decimalText)" },
                    { $0 >= least })
            }
        },
        TopologyRule(
            "cluster.drives", "a cluster has no more drives than it may hold",
            reason: "Pools have a limit.", remedy: "use fewer, larger drives, or several clusters",
            parameters: [Parameter("maximum", "the most drives of all nodes")]
        ) { judgement in
            let most = try judgement.needed.count("maximum")
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
            try judgement.requireOne(of: explanation.parameters.map(\.name))
            try judgement.forClusters { judgement, cluster in
                guard cluster.design.kind != .disaggregated else { return }
                var answers: [[Finding]] = []
                for guess in cluster.drivesByKinds {
                    guard let guess else {
                        return judgement.tell(
                            cluster.identifier, required: "capacity and cache drives of every node", measured: nil,
                            met: nil)
                    }
                    // More nodes than a pool has servers are another rule's business.
                    guard let pool = try? Pool(servers: guess, racks: cluster.design.kind == .rackAware ? 2 : 1) else {
                        return
                    }
                    let findings = try pool.plan([], by: profile).findings
                    answers.append(findings.filter { $0.rule == rule && $0.severity > .information })
                }
                // Whatever the drives are that nobody named: broken by all of it, or met by all, or not to be told.
                if let first = answers.first, answers.allSatisfy({ $0.isEmpty == first.isEmpty }) {
                    judgement.take(first, of: cluster.identifier)
                } else {
                    judgement.tell(
                        cluster.identifier, required: "the kind of every drive: nvme, ssd or hdd", measured: nil,
                        met: nil)
                }
            }
        }
    }
}

extension InstalledCluster {
    /// The drives of all nodes as storage plans with them; several times where the kind of some is not known, once for
    /// each that they may be. `nil` where no drives can be told.
    fileprivate var drivesByKinds: [[ServerDrives]?] {
        let lists = nodes.map { ($0.hardware.drives?.capacity, $0.hardware.drives?.cache) }
        let capacityKinds = lists.allSatisfy { $0.0?.isKindKnown ?? true } ? [DriveKind.ssd] : DriveKind.allCases
        let cacheKinds = lists.allSatisfy { $0.1?.isKindKnown ?? true } ? [DriveKind.ssd] : DriveKind.allCases
        return capacityKinds.flatMap { kind in
            cacheKinds.map { cacheKind in
                var servers: [ServerDrives] = []
                for (capacity, cache) in lists {
                    // Without a word on the cache nobody knows whether there is one; "none" says so.
                    guard
                        let server = try? ServerDrives(
                            capacity: capacity?.groups(taking: kind) ?? [],
                            cache: cache?.groups(taking: cacheKind) ?? []), cache != nil
                    else { return nil }
                    servers.append(server)
                }
                return servers
            }
        }
    }
}

extension DriveList {
    /// Whether all drives are of one of these kinds, or `nil` where that is not known of some, and of no other that they
    /// are not.
    fileprivate func isOne(of kinds: [String]) -> Bool? {
        let found = drives.map { $0.kind.map { kinds.contains($0.rawValue) } }
        return found.contains(false) ? false : found.contains(nil) ? nil : true
    }
}

extension ListedDrives {
    /// The drives for a finding: `2 of 480 GB, hdd`.
    fileprivate var words: String { "\(count) of \(size.decimalText)\(kind.map { ", \($0.rawValue)" } ?? "")" }
}
