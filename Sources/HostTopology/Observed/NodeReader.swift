import ClusterCore

/// Reads the NUMA nodes of a host.
struct NodeReader {
    let facts: FactReader
    private let folder = "sys/devices/system/node"

    init(facts: FactReader) { self.facts = facts }

    /// The nodes in order of their numbers; unknown where the kernel tells of none.
    func nodes() -> Observed<[ObservedHost.NUMANode]> {
        let online = online()
        return numbers(online).map { numbers in numbers.map { node($0, all: numbers, online: online) } }
    }

    /// The numbers of the nodes in order: of those that have a folder, and of those that are said to be in use, since a folder
    /// may be missing in a captured tree.
    func numbers() -> Observed<[Int]> { numbers(online()) }

    private func numbers(_ online: Observed<NumberSet>) -> Observed<[Int]> {
        facts.refine(facts.names(folder)) { names in
            let numbers = Set(FactReader.numbers(in: names, after: "node")).union(online.value ?? NumberSet())
            return numbers.isEmpty ? .reason(.absent) : .value(numbers.sorted())
        }
    }

    /// A host without a node in use does not run.
    private func online() -> Observed<NumberSet> {
        facts.refine(facts.list("\(folder)/online")) { set in
            set.isEmpty || set.count > NodeReader.limit ? .reason(.malformed) : .value(set)
        }
    }

    /// The most nodes that Linux is built for (`CONFIG_NODES_SHIFT` is at most 10).
    private static let limit = 1024

    private func node(_ number: Int, all: [Int], online: Observed<NumberSet>) -> ObservedHost.NUMANode {
        let base = "\(folder)/node\(number)"
        var node = ObservedHost.NUMANode(number: number, unknownFrom: .file(base))
        node.isOnline = online.map { $0.contains(number) }
        node.cpus = facts.list("\(base)/cpulist").or(facts.mask("\(base)/cpumap"))
        node.memory = MemoryReader.kibibytes(of: "MemTotal", in: facts.text("\(base)/meminfo"), facts)
        node.hugePages = MemoryReader(facts: facts).hugePages("\(base)/hugepages")
        node.distances = distances(base, all: all, online: online)
        return node
    }

    /// A row has an entry for each node that is online, in order.
    private func distances(
        _ base: String, all: [Int], online: Observed<NumberSet>
    ) -> Observed<[ObservedHost.Distance]> {
        facts.refine(facts.text("\(base)/distance")) { text in
            let row = text.split { $0 == " " || $0 == "\n" || $0 == "\t" }.map { Int($0) }
            let running = online.value.map { set in all.filter { set.contains($0) } }
            let nodes = running?.count == row.count ? running ?? all : all
            guard nodes.count == row.count else { return .reason(.malformed) }
            var distances: [ObservedHost.Distance] = []
            for (node, value) in zip(nodes, row) {
                // 255 is what firmware says of a node that cannot be reached, 0 what libnuma says of none.
                guard let value, (1...255).contains(value) else { return .reason(.malformed) }
                distances.append(ObservedHost.Distance(node: node, value: value))
            }
            return .value(distances)
        }
    }
}
