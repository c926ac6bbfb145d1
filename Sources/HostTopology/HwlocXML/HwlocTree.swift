import ClusterCore

/// The parts of a host that hold processors, within each other.
struct HwlocTree {
    struct Part {
        var type: String
        var index: Int?
        var cpus: NumberSet
        /// Attributes of its own, after the sets.
        var attributes: [(String, String)] = []
        var parts: [Int] = []
        /// Numbers of nodes whose memory is attached here.
        var nodes: [Int] = []
    }

    /// More processors than Linux is built for.
    private static let processorLimit = 16_384
    /// Parts within parts; hardware has a dozen.
    private static let depthLimit = 48

    private(set) var parts: [Part] = []
    /// For each node with processors, the part that it is.
    private(set) var partOfNode: [Int: Int] = [:]
    let cpus: NumberSet

    init(_ host: ObservedHost) throws(HwlocExportError) {
        // What is said to run and has no place of its own does not count: a line of a file may name a million.
        var cpus = NumberSet(host.cpus.list.elements.filter { $0.isOnline.value != false }.map(\.number))
        if cpus.isEmpty, let online = host.cpus.online.value, online.count <= HwlocTree.processorLimit { cpus = online }
        guard !cpus.isEmpty else { throw .noProcessors }
        self.cpus = cpus
        var candidates = HwlocTree.candidates(host, cpus)
        // The larger ones first, and of equal ones the one that hwloc has outside.
        let sizes = candidates.map(\.part.cpus.count)
        let order = candidates.indices.sorted { (sizes[$1], candidates[$0].rank) < (sizes[$0], candidates[$1].rank) }
        parts = [Part(type: "Machine", index: 0, cpus: cpus)]
        var depths = [0]
        var innermost: [Int: Int] = [:]
        for cpu in cpus { innermost[cpu] = 0 }
        for index in order {
            var part = candidates[index].part
            part.cpus = part.cpus.intersection(cpus)
            guard let first = part.cpus.first, let parent = innermost[first],
                part.cpus.allSatisfy({ innermost[$0] == parent }), depths[parent] < HwlocTree.depthLimit
            else { continue }
            // A group that is no smaller than what it is in says nothing but whose memory it is.
            if let node = candidates[index].node {
                if parts[parent].cpus == part.cpus {
                    partOfNode[node] = parent
                    parts[parent].nodes.append(node)
                    continue
                }
                partOfNode[node] = parts.count
                part.nodes = [node]
            }
            parts[parent].parts.append(parts.count)
            for cpu in part.cpus { innermost[cpu] = parts.count }
            parts.append(part)
            depths.append(depths[parent] + 1)
        }
        candidates = []
        // Memory without processors is anybody's.
        for node in host.numaNodes.elements where partOfNode[node.number] == nil && node.isOnline.value != false {
            parts[0].nodes.append(node.number)
        }
        let firsts = parts.map { $0.cpus.first ?? 0 }
        for index in parts.indices { parts[index].parts.sort { firsts[$0] < firsts[$1] } }
    }

    private typealias Candidate = (part: Part, rank: Int, node: Int?)

    private static func candidates(_ host: ObservedHost, _ online: NumberSet) -> [Candidate] {
        var found: [Candidate] = []
        for package in host.packages.elements {
            found.append((Part(type: "Package", index: package.number.value, cpus: package.cpus), 1, nil))
            if package.dies.elements.count > 1 {
                found += package.dies.elements.map {
                    (Part(type: "Die", index: $0.number.value, cpus: $0.cpus), 2, nil)
                }
            }
            found += package.cores.elements.map { (Part(type: "Core", index: $0.number.value, cpus: $0.cpus), 20, nil) }
        }
        for node in host.numaNodes.elements {
            guard let cpus = node.cpus.value, !cpus.isEmpty else { continue }
            found.append((Part(type: "Group", index: nil, cpus: cpus), 3, node.number))
        }
        for cache in host.caches.elements {
            guard let type = typeName(of: cache) else { continue }
            var part = Part(type: type.name, index: nil, cpus: cache.cpus)
            part.attributes = [
                ("cache_size", "\(cache.size.value?.bytes ?? 0)"), ("depth", "\(cache.level)"),
                ("cache_linesize", "\(cache.lineSize.value?.bytes ?? 0)"),
                ("cache_associativity", "\(cache.ways.value.map { $0 == 0 ? -1 : $0 } ?? 0)"),
                ("cache_type", "\(type.number)"),
            ]
            found.append((part, 10 + 2 * (5 - cache.level) + (type.number == 2 ? 1 : 0), nil))
        }
        for cpu in online { found.append((Part(type: "PU", index: cpu, cpus: [cpu]), 30, nil)) }
        return found
    }

    /// What hwloc calls a cache, and its kind by number; `nil` for those that it has no name for.
    private static func typeName(of cache: ObservedHost.Cache) -> (name: String, number: Int)? {
        switch cache.kind.value {
        case .unified? where (1...5).contains(cache.level): ("L\(cache.level)Cache", 0)
        case .data? where (1...5).contains(cache.level): ("L\(cache.level)Cache", 1)
        case .instruction? where (1...3).contains(cache.level): ("L\(cache.level)iCache", 2)
        default: nil
        }
    }
}
