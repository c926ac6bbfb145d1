import ClusterCore

/// Load and control plane.
extension TopologyRule {
    static let operationRules: [TopologyRule] = [
        TopologyRule(
            "cluster.headroom", "the virtual machines fit the nodes that are left when some fail",
            reason: "A node that fails, or is updated, hands its machines to the others: what does not fit stays off.",
            remedy: "add memory or nodes, or take fewer or smaller machines",
            parameters: [Parameter("nodes_lost", "how many nodes may be gone")]
        ) { judgement in
            let lost = try judgement.needed.count("nodes_lost")
            let fewer = lost == 1 ? "one node fewer" : "\(lost) nodes fewer"
            try judgement.forClusters { judgement, cluster in
                guard cluster.nodes.count > lost, cluster.nodes.count > 1 else { return }
                guard let workloads = cluster.design.workloads else {
                    return judgement.tellUnknown(cluster.identifier, required: judgement.title)
                }
                let demand = try MemoryDemand(workloads)
                let room = try MemoryRoom(cluster, lost: lost)
                let parts = (demand: demand.total, room: room.left)
                judgement.tell(
                    cluster.identifier, "nodes_lost",
                    required: parts.room.map { "at most \($0.decimalText) of memory with \(fewer)" }
                        ?? "room with \(fewer)",
                    measured: parts.room == nil ? nil : parts.demand.map { "\($0.decimalText) of virtual machines" },
                    met: parts.room.flatMap { room in parts.demand.map { $0 <= room } })
            }
        },
        TopologyRule(
            "control.updates", "updates come by a way that the cluster's mode has",
            reason: "A cluster without a link to the cloud cannot be updated by it.",
            remedy: "write updates: {by: manual} and how media come in"
        ) { judgement in
            try judgement.forClusters { judgement, cluster in
                guard let control = cluster.design.controlPlane else {
                    return judgement.tellUnknown(cluster.identifier, required: judgement.title)
                }
                guard control.mode == .disconnected else { return }
                judgement.tell(
                    cluster.identifier, required: "updates by hand", cluster.design.updates?.by,
                    words: { $0.rawValue }, { $0 == .manual })
            }
        },
        TopologyRule(
            "updates.rolling", "updates go from node to node",
            reason: "Nodes that restart one after the other leave the virtual machines running on the others.",
            remedy: "update by Cluster-Aware Updating, and write updates: {rolling: true}"
        ) { judgement in
            try judgement.forClusters { judgement, cluster in
                guard cluster.nodes.count > 1 else { return }
                judgement.tell(
                    cluster.identifier, required: "one node after the other", cluster.design.updates?.rolling,
                    words: { $0 ? "one after the other" : "all at once" }, { $0 })
            }
        },
        TopologyRule(
            "updates.rollback", "there is a way back from an update",
            reason: "An update that breaks what runs must be undone in less time than it takes to find out why.",
            remedy: "plan how an update is undone, and write updates: {rollback: true}"
        ) { judgement in
            try judgement.forClusters { judgement, cluster in
                judgement.tell(
                    cluster.identifier, required: "a way back", cluster.design.updates?.rollback,
                    words: { $0 ? "there" : "none" }, { $0 })
            }
        },
        TopologyRule(
            "updates.regular", "updates come regularly",
            reason: "What an update mends is known to everybody from the day of its release.",
            remedy: "plan a window for updates as often as the figure says",
            parameters: [Parameter("every_maximum", "the longest time from one update to the next")]
        ) { judgement in
            let longest = try judgement.needed.duration("every_maximum")
            try judgement.forClusters { judgement, cluster in
                judgement.tell(
                    cluster.identifier, "every_maximum", required: "updates every \(longest.unitText) at most",
                    cluster.design.updates?.every, words: { "every \($0.unitText)" }, { $0 <= longest })
            }
        },
        TopologyRule(
            "control.witness", "a disconnected cluster has no witness in the cloud",
            reason: "Without a link to the cloud the witness never votes, and a cluster that counts on its vote stops.",
            remedy: "use a file share at the site as witness: witness: {kind: file_share, site: main}"
        ) { judgement in
            try judgement.forClusters { judgement, cluster in
                let mode = cluster.design.controlPlane?.mode
                let kind = cluster.design.witness?.kind
                let met: Bool?
                switch (mode, kind) {
                case (.connected?, _): met = true
                case (_, let kind?) where kind != .cloud: met = true
                case (.disconnected?, .cloud?): met = false
                default: met = nil
                }
                judgement.tell(
                    cluster.identifier, required: "a witness that is reached without the Internet",
                    measured: met == nil ? nil : kind?.rawValue ?? "connected", met: met)
            }
        },
        TopologyRule(
            "control.sync", "a disconnected cluster has a way for updates to come in",
            reason: "Without one it stays on the version that it was installed with.",
            remedy: "write control_plane: {mode: disconnected, sync: {by: portable_media, every: 30d}}",
            parameters: [Parameter("every_maximum", "the longest time between two", otherwise: "any time")]
        ) { judgement in
            let longest = try judgement.duration("every_maximum")
            try judgement.forClusters { judgement, cluster in
                guard let control = cluster.design.controlPlane else {
                    return judgement.tellUnknown(cluster.identifier, required: judgement.title)
                }
                guard control.mode == .disconnected else { return }
                let isNone = control.sync?.by == ControlPlane.Sync.Way.none
                let isLate = longest.flatMap { longest in control.sync?.every.map { $0 > longest } } ?? false
                let isKnown = control.sync != nil && (longest == nil || control.sync?.every != nil)
                let every = control.sync?.every.map { " every \($0.unitText)" } ?? ""
                judgement.tell(
                    cluster.identifier, "every_maximum",
                    required: "a link or portable media\(longest.map { ", every \($0.unitText) at most" } ?? "")",
                    measured: isNone ? "none" : isKnown || isLate ? "\(control.sync?.by.rawValue ?? "")\(every)" : nil,
                    met: isNone || isLate ? false : isKnown ? true : nil)
            }
        },
    ]
}

/// The memory of virtual machines: of dynamic memory the least, since that is what must be there.
struct MemoryDemand {
    /// `nil` where a group's count or memory is not known.
    let total: ByteCount?

    init(_ workloads: [HostedWorkload]) throws(UnitError) {
        var sum = ByteCount.zero
        for workload in workloads {
            guard let count = workload.count, count >= 0, let each = workload.leastMemory ?? workload.memory else {
                total = nil
                return
            }
            sum = try sum.adding(each.multiplied(by: UInt64(count)))
        }
        total = sum
    }
}

/// The memory that is left for virtual machines when the largest nodes are gone.
struct MemoryRoom {
    /// `nil` where a node's memory, or what the host keeps, is not known.
    let left: ByteCount?

    init(_ cluster: InstalledCluster, lost: Int) throws(UnitError) {
        let sizes = cluster.nodes.compactMap { $0.hardware.memory?.size }.sorted()
        guard sizes.count == cluster.nodes.count, let host = cluster.design.hostMemory else {
            left = nil
            return
        }
        var sum = ByteCount.zero
        for size in sizes.dropLast(lost) where size > host { sum = try sum.adding(size.subtracting(host)) }
        left = sum
    }
}
