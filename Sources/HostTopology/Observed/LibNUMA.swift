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

    var nodes: [Node]

    /// Asks libnuma. It writes to standard error and makes things up where a node's files are not there, so it is only
    /// asked for nodes whose files are.
    /// - Parameter nodes: the nodes that the files tell of.
    /// - Returns: `nil` where there is nobody to ask.
    static func read(nodes: Observed<[ObservedHost.NUMANode]>) -> LibNUMA? {
        guard let known = nodes.value?.filter({ $0.cpus.value != nil }), !known.isEmpty, cnuma_available() else {
            return nil
        }
        let numbers = known.map(\.number)
        return LibNUMA(
            nodes: numbers.compactMap { number in
                guard let code = Int32(exactly: number), code <= cnuma_max_node() else { return nil }
                // 8192 processors, the most that Linux is built for.
                var mask = [UInt8](repeating: 0, count: 1024)
                let isKnown = unsafe cnuma_node_cpus(code, &mask, mask.count) == 0
                let size = cnuma_node_bytes(code)
                var distances: [Int: Int] = [:]
                for other in numbers {
                    let distance = Int32(exactly: other).map { Int(cnuma_distance(code, $0)) } ?? 0
                    if distance > 0 { distances[other] = distance }
                }
                return Node(
                    number: number, cpus: isKnown ? NumberSet(bytes: mask) : nil,
                    memory: size >= 0 ? ByteCount(bytes: UInt64(size)) : nil, distances: distances)
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
    /// Fills in from libnuma what the files do not tell, and says where the two disagree.
    mutating func compare(with library: LibNUMA?) {
        guard let library, var nodes = numaNodes.value else { return }
        for place in nodes.indices {
            let number = nodes[place].number
            guard let told = library.nodes.first(where: { $0.number == number }) else { continue }
            let subject = "numa_node:\(number)"
            if let memory = told.memory {
                check(
                    &nodes[place].memory, memory, subject, "memory", "numa_node_size64",
                    show: { .integer(Int64(clamping: $0.bytes), unit: "B") })
            }
            if let cpus = told.cpus {
                check(
                    &nodes[place].cpus, cpus, subject, "processors", "numa_node_to_cpus",
                    show: { .text($0.isEmpty ? "none" : $0.listText) })
            }
            if !told.distances.isEmpty {
                let distances = told.distances.sorted { $0.key < $1.key }.map {
                    Distance(node: $0.key, value: $0.value)
                }
                check(
                    &nodes[place].distances, distances, subject, "distances", "numa_distance",
                    show: { .text($0.map { "\($0.node): \($0.value)" }.joined(separator: ", ")) })
            }
        }
        numaNodes = .known(nodes, numaNodes.source)
    }

    private mutating func check<Value>(
        _ fact: inout Observed<Value>, _ told: Value, _ subject: String, _ what: String, _ call: String,
        show: (Value) -> Measure
    ) {
        guard let value = fact.value else {
            fact = .known(told, .libnuma(call))
            return
        }
        guard value != told else { return }
        findings.append(
            Finding(
                rule: HostRules.numaDisagrees.rule, severity: .warning, subject: ComponentIdentifier(rawValue: subject),
                required: show(value), measured: show(told),
                evidence: [
                    Evidence(source: "/\(fact.source.name)", value: "\(show(value))"),
                    Evidence(source: call, value: "\(show(told))"),
                ],
                remedy: "The kernel's files and libnuma tell different \(what) of this node: a control group or a "
                    + "container may hide part of the host from one of them, or a processor was turned on or off "
                    + "meanwhile."))
    }
}
