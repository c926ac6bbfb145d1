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
                Parameter("processors_maximum_generation_1", "the most virtual processors of one of generation 1"),
                Parameter("memory_maximum_generation_1", "the most memory of one of generation 1"),
                Parameter("disks_maximum", "the most virtual disks of a machine at its SCSI controllers"),
            ]
        ) { judgement in
            let processors = try judgement.needed.count("processors_maximum")
            let memory = try judgement.needed.bytes("memory_maximum")
            let firstProcessors = try judgement.needed.count("processors_maximum_generation_1")
            let firstMemory = try judgement.needed.bytes("memory_maximum_generation_1")
            let mostDisks = try judgement.needed.count("disks_maximum")
            try judgement.forWorkloads { judgement, cluster, workload in
                let subject = cluster.subject(of: workload)
                let isFirst = workload.generation.map { $0 == 1 }
                let cores = isFirst == true ? firstProcessors : processors
                let fitsCores = workload.isWithin(cores, isFirst == nil ? firstProcessors : nil, \.processors)
                judgement.tell(
                    subject, isFirst == true ? "processors_maximum_generation_1" : "processors_maximum",
                    required: "at most \(cores) virtual processors",
                    measured: fitsCores == nil ? nil : workload.processors.map { "\($0)" }, met: fitsCores)
                let size = isFirst == true ? firstMemory : memory
                let fitsMemory = workload.isWithin(size, isFirst == nil ? firstMemory : nil, \.memory)
                judgement.tell(
                    subject, isFirst == true ? "memory_maximum_generation_1" : "memory_maximum",
                    required: "at most \(size.decimalText) of memory",
                    measured: fitsMemory == nil ? nil : workload.memory.map { "\($0.decimalText)" }, met: fitsMemory)
                // Nobody writes down a disk or two, so what is left out is no question.
                if let disks = workload.disks {
                    judgement.tell(
                        subject, "disks_maximum", required: "at most \(mostDisks) virtual disks", measured: "\(disks)",
                        met: disks <= mostDisks)
                }
            }
        },
        TopologyRule(
            "workload.per_node", "a node runs no more machines and virtual processors than it may",
            reason: "The hypervisor refuses more, however small they are.",
            remedy: "use fewer, larger machines, or more nodes",
            parameters: [
                Parameter("machines_maximum", "the most running machines of a node"),
                Parameter("processors_maximum", "the most virtual processors of a node"),
            ]
        ) { judgement in
            let machines = try judgement.needed.count("machines_maximum")
            let processors = try judgement.needed.count("processors_maximum")
            try judgement.forClusters { judgement, cluster in
                guard let workloads = cluster.design.workloads else {
                    return judgement.tellUnknown(cluster.identifier, required: judgement.title)
                }
                // Spread as evenly as can be: the fullest node then has the least that it can have.
                func fullest(_ sum: Int?) -> Int? { sum.map { ($0 + cluster.nodes.count - 1) / cluster.nodes.count } }
                let demand = MachineCount(workloads)
                judgement.tell(
                    cluster.identifier, "machines_maximum", required: "at most \(machines) machines on a node",
                    fullest(demand.machines), words: { "\($0)" }, { $0 <= machines })
                judgement.tell(
                    cluster.identifier, "processors_maximum",
                    required: "at most \(processors) virtual processors on a node",
                    fullest(demand.processors), words: { "\($0)" }, { $0 <= processors })
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

extension HostedWorkload {
    /// Whether a figure of each machine is within a limit, and within a lower one that may hold: `nil` where that decides.
    fileprivate func isWithin<Figure: Comparable>(
        _ most: Figure, _ lower: Figure?, _ figure: KeyPath<HostedWorkload, Figure?>
    ) -> Bool? {
        guard let value = self[keyPath: figure] else { return nil }
        if value > most { return false }
        return value <= lower ?? most ? true : nil
    }
}

/// How many machines there are, and how many virtual processors they have together.
private struct MachineCount {
    /// `nil` where a group's count is not known.
    let machines: Int?
    /// `nil` where a group's count or processors are not known.
    let processors: Int?

    init(_ workloads: [HostedWorkload]) {
        func sum(_ values: [Int?]) -> Int? {
            values.reduce(Optional(0)) { sum, next in
                // Groups are at most a million machines of 4096 processors each.
                sum.flatMap { sum in next.map { sum + max(0, $0) } }
            }
        }
        machines = sum(workloads.map(\.count))
        processors = sum(
            workloads.map { group in group.count.flatMap { count in group.processors.map { max(0, count) * $0 } } })
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
