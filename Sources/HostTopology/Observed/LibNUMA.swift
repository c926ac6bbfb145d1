import CNuma
import ClusterCore

/// What libnuma says of the running host.
struct LibNUMA: Sendable, Hashable {
    /// A node as libnuma sees it.
    struct Node: Sendable, Hashable {
        var number: Int
        /// `nil` where it does not know.
        var cpus: NumberSet?
        var memory: ByteCount?
        /// By the other node's number; 0, which is libnuma's "unknown", is left out.
        var distances: [Int: Int]
    }

    /// Every node that it knows of, in order of their numbers.
    var nodes: [Node]

    /// Asks libnuma for all the nodes that it knows of.
    ///
    /// Where a node's own files cannot be read it gives that node every processor, and warns on standard error of them and of
    /// distances; so it is asked for a node's processors only where the files tell them, and for distances only where no file of
    /// them is there and tells none.
    /// - Parameter nodes: the nodes that the files tell of.
    /// - Returns: `nil` where there is nobody to ask.
    static func read(nodes: Observed<[ObservedHost.NUMANode]>) -> LibNUMA? {
        guard cnuma_available() else { return nil }
        let told = Dictionary(nodes.elements.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
        let highest = cnuma_max_node()
        guard highest >= 0 else { return nil }
        let codes = (0...highest).filter { cnuma_has_node($0) }
        let asksDistances = told.values.allSatisfy { [nil, .absent].contains($0.distances.reason) }
        return LibNUMA(
            nodes: codes.map { code in
                var node = Node(number: Int(code), distances: [:])
                if told[node.number]?.cpus.value != nil {
                    // 8192 processors, the most that Linux is built for.
                    var mask = [UInt8](repeating: 0, count: 1024)
                    if unsafe cnuma_node_cpus(code, &mask, mask.count) == 0 { node.cpus = NumberSet(bytes: mask) }
                }
                let size = cnuma_node_bytes(code)
                if size >= 0 { node.memory = ByteCount(bytes: UInt64(size)) }
                for other in asksDistances ? codes : [] {
                    let distance = Int(cnuma_distance(code, other))
                    if distance > 0 { node.distances[Int(other)] = distance }
                }
                return node
            })
    }
}

extension NumberSet {
    /// The set of the bits of bytes, the lowest first.
    init(bytes: [UInt8]) {
        self.init()
        for (index, byte) in bytes.enumerated() where byte != 0 {
            for bit in 0..<8 where byte >> UInt8(bit) & 1 == 1 { insert(index * 8 + bit) }
        }
    }
}

extension ObservedHost {
    /// Fills in from libnuma what the files do not tell, and says where the two disagree: of a node, and of which nodes there
    /// are.
    mutating func compare(with library: LibNUMA?) {
        guard let library else { return }
        let list = "numa_nodes_ptr"
        var nodes = numaNodes.elements
        let numbers = Set(nodes.map(\.number))
        for told in library.nodes where !numbers.contains(told.number) {
            nodes.append(NUMANode(number: told.number, unknownFrom: .libnuma(list)))
            note(told.number, "", required: .text("no such node"), numaNodes.source, .text("a node"), list)
        }
        for place in nodes.indices {
            let number = nodes[place].number
            guard let told = library.nodes.first(where: { $0.number == number }) else {
                // One that is not in use need not be known to it.
                if nodes[place].isOnline.value != false {
                    note(number, "", required: .text("a node"), numaNodes.source, .text("no such node"), list)
                }
                continue
            }
            if let memory = told.memory {
                check(
                    &nodes[place].memory, memory, number, "memory", "numa_node_size64",
                    show: { .integer(Int64(clamping: $0.bytes), unit: "B") })
            }
            if let cpus = told.cpus {
                check(
                    &nodes[place].cpus, cpus, number, "processors", "numa_node_to_cpus",
                    show: { .text($0.isEmpty ? "none" : $0.listText) })
            }
            if !told.distances.isEmpty {
                let distances = told.distances.sorted { $0.key < $1.key }.map {
                    Distance(node: $0.key, value: $0.value)
                }
                check(
                    &nodes[place].distances, distances, number, "distances", "numa_distance",
                    show: { .text($0.map { "\($0.node): \($0.value)" }.joined(separator: ", ")) })
            }
        }
        guard !nodes.isEmpty else { return }
        numaNodes = .known(
            nodes.sorted { $0.number < $1.number }, numaNodes.value == nil ? .libnuma(list) : numaNodes.source)
    }

    private mutating func check<Value>(
        _ fact: inout Observed<Value>, _ told: Value, _ node: Int, _ what: String, _ call: String,
        show: (Value) -> Measure
    ) {
        guard let value = fact.value else {
            fact = .known(told, .libnuma(call))
            return
        }
        guard value != told else { return }
        note(node, "\(what) of ", required: show(value), fact.source, show(told), call)
    }

    /// - Parameter what: what of the node they disagree on, with `of` behind it; empty for whether there is one.
    private mutating func note(
        _ node: Int, _ what: String, required: Measure, _ source: FactSource, _ measured: Measure, _ call: String
    ) {
        findings.append(
            Finding(
                rule: HostRules.numaDisagrees.rule, severity: .warning,
                subject: ComponentIdentifier(rawValue: "numa_node:\(node)"), required: required, measured: measured,
                evidence: [
                    Evidence(source: "\(source)", value: "\(required)"),
                    Evidence(source: "\(FactSource.libnuma(call))", value: "\(measured)"),
                ],
                remedy: "The kernel's files and libnuma tell different things: \(what)this node. A control group or a "
                    + "container may hide part of the host from one of them, or a processor or memory was turned on or off "
                    + "meanwhile."))
    }
}
