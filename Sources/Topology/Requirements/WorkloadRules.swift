import ClusterCore

/// Virtual machines: their size, and whether they can stand as they are meant to.
extension TopologyRule {
    static let workloadRules: [TopologyRule] = [
        TopologyRule(
            "workload.size", "virtual machines are not larger than they may be",
            reason: "A machine beyond the platform's limits does not start; a lower limit keeps loads movable.",
            remedy: "use smaller machines, or more of them",
            parameters: [
                Parameter("processors_maximum", "the most virtual processors of a machine"),
                Parameter("memory_maximum", "the most memory of a machine"),
            ]
        ) { judgement in
            let processors = try judgement.count("processors_maximum")
            let memory = try judgement.bytes("memory_maximum")
            try judgement.forWorkloads { judgement, cluster, workload in
                let subject = cluster.subject(of: workload)
                if let processors {
                    judgement.tell(
                        subject, "processors_maximum", required: "at most \(processors) virtual processors",
                        workload.processors, words: { "\($0)" }, { $0 <= processors })
                }
                if let memory {
                    judgement.tell(
                        subject, "memory_maximum", required: "at most \(memory.decimalText) of memory",
                        workload.memory, words: { "\($0.decimalText)" }, { $0 <= memory })
                }
            }
        },
        TopologyRule(
            "workload.fits", "each virtual machine fits on a node",
            reason: "A machine runs on one node: what several have free together does not help it.",
            remedy: "use smaller machines, or nodes with more memory"
        ) { judgement in
            try judgement.forWorkloads { judgement, cluster, workload in
                // The smallest node: where one fails, the machine goes to any of the others.
                let room = NodeRoom(of: cluster.nodes, host: cluster.design.hostMemory)
                judgement.tell(
                    cluster.subject(of: workload),
                    required: room.smallest.map {
                        $0 == .zero
                            ? "memory that host_memory leaves to machines: of the smallest node it leaves none"
                            : "at most \($0.decimalText), what the smallest node has for machines"
                    } ?? "room on every node",
                    measured: room.smallest == nil ? nil : workload.memory.map { "\($0.decimalText)" },
                    met: room.smallest.flatMap { room in workload.memory.map { $0 <= room } })
            }
        },
        TopologyRule(
            "workload.apart", "machines that must be apart have as many nodes or zones",
            reason: "Machines that stand in for each other must not fail together.",
            remedy: "take as many machines as there are nodes or zones, or write affinity: none"
        ) { judgement in
            try judgement.forWorkloads { judgement, cluster, workload in
                guard let affinity = workload.affinity else {
                    return judgement.tellUnknown(cluster.subject(of: workload), required: judgement.title)
                }
                let (places, word): (Int?, String)
                switch affinity {
                case .differentNodes: (places, word) = (cluster.nodes.count, "nodes")
                case .differentZones: (places, word) = (cluster.zoneSizes?.count, "zones")
                default: return
                }
                judgement.tell(
                    cluster.subject(of: workload),
                    required: places.map { "at most \($0), since there are \($0) \(word)" } ?? "as many \(word)",
                    measured: places == nil ? nil : workload.count.map { "\($0) machines" },
                    met: places.flatMap { places in workload.count.map { $0 <= places } })
            }
        },
        TopologyRule(
            "workload.together", "machines that must be together fit on one node or in one zone",
            reason: "What does not fit beside the others is not started there.",
            remedy: "use smaller machines or fewer of them, or write affinity: none"
        ) { judgement in
            try judgement.forWorkloads { judgement, cluster, workload in
                guard let affinity = workload.affinity else {
                    return judgement.tellUnknown(cluster.subject(of: workload), required: judgement.title)
                }
                let host = cluster.design.hostMemory
                let (room, word): (ByteCount?, String)
                switch affinity {
                case .sameNode: (room, word) = (NodeRoom(of: cluster.nodes, host: host).smallest, "one node")
                case .sameZone: (room, word) = (try cluster.smallestZone(host: host), "one zone")
                default: return
                }
                let demand = try MemoryDemand([workload]).total
                judgement.tell(
                    cluster.subject(of: workload),
                    required: room.map { "at most \($0.decimalText) together, the room of \(word)" }
                        ?? "room of \(word)",
                    measured: room == nil ? nil : demand.map { "\($0.decimalText)" },
                    met: room.flatMap { room in demand.map { $0 <= room } })
            }
        },
    ]
}

extension RuleJudgement {
    /// Goes through the groups of machines of each cluster; where none is written nobody can tell.
    mutating func forWorkloads(
        _ body: (inout RuleJudgement, InstalledCluster, HostedWorkload) throws -> Void
    ) throws {
        try forClusters { judgement, cluster in
            guard let workloads = cluster.design.workloads else {
                return judgement.tellUnknown(cluster.identifier, required: judgement.title)
            }
            for workload in workloads { try body(&judgement, cluster, workload) }
        }
    }
}

/// The memory that nodes have for virtual machines.
struct NodeRoom {
    /// Of the smallest node; `nil` where a node's memory, or what the host keeps, is not known.
    let smallest: ByteCount?

    init(of nodes: [ClusterNode], host: ByteCount?) {
        let sizes = nodes.compactMap { $0.hardware.memory?.size }
        guard sizes.count == nodes.count, let least = sizes.min(), let host else {
            smallest = nil
            return
        }
        smallest = (try? least.subtracting(host)) ?? .zero
    }
}

extension InstalledCluster {
    func subject(of workload: HostedWorkload) -> ComponentIdentifier { identifier.appending("workload", workload.name) }

    /// The nodes of each zone; empty where it is known that there are none, `nil` where that is not known.
    var zoneSizes: [String: [ClusterNode]]? {
        let named = nodes.filter { $0.zone != nil }
        if named.isEmpty, let kind = design.kind, kind != .rackAware, kind != .stretched { return [:] }
        guard named.count == nodes.count else { return nil }
        return Dictionary(grouping: nodes) { $0.zone ?? "" }
    }

    /// The memory for machines of the zone that has least; `nil` where that is not known.
    func smallestZone(host: ByteCount?) throws(UnitError) -> ByteCount? {
        guard let zones = zoneSizes, let host else { return nil }
        var least: ByteCount?
        for (_, nodes) in zones {
            var sum = ByteCount.zero
            for node in nodes {
                guard let size = node.hardware.memory?.size else { return nil }
                if size > host { sum = try sum.adding(size.subtracting(host)) }
            }
            least = min(least ?? sum, sum)
        }
        return least ?? .zero
    }
}
