import ClusterCore

/// Which parts a picture of a host has.
struct HostPicture {
    let host: ObservedHost
    let marks: [String: Severity]
    let tree: HwlocTree?
    let devices: HwlocDevices
    private let nodes: [Int: ObservedHost.NUMANode]
    private let cpus: [Int: ObservedHost.CPU]
    private let fastest: Int?

    init(_ host: ObservedHost, _ marks: [String: Severity]) {
        self.host = host
        self.marks = marks
        tree = try? HwlocTree(host)
        devices = tree.map { HwlocDevices(host, $0) } ?? HwlocDevices(host)
        nodes = Dictionary(host.numaNodes.elements.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
        cpus = Dictionary(host.cpus.list.elements.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
        fastest = host.cpus.list.elements.compactMap(\.capacity.value).max()
    }

    /// The whole.
    var block: DrawingBlock {
        var blocks: [DrawingBlock] = []
        if let tree, let machine = tree.parts.first {
            let inner = content(of: machine, 0, tree)
            blocks += inner
        } else {
            blocks.append(DrawingBlock(role: .faint, lines: [.init("processors not known", .faint)]))
        }
        let pci = deviceBlocks(at: 0)
        if !pci.isEmpty {
            let words = (host.numaNodes.value?.count ?? 0) > 1 ? "PCI, near to no node that is known" : "PCI"
            blocks.append(DrawingBlock(role: .plain, lines: [.init(words, .heading)], blocks: pci))
        }
        if let loose = looseDevices { blocks.append(loose) }
        var lines = [DrawingBlock.Line(host.name.value ?? "host of unknown name", .heading)]
        let made = [host.firmware.vendor.value, host.firmware.product.value].compactMap(\.self).filter { !$0.isEmpty }
        let facts = [made.joined(separator: " "), host.kernel.value.map { "Linux \($0)" } ?? ""].filter { !$0.isEmpty }
        if !facts.isEmpty { lines.append(.init(facts.joined(separator: " · "), .faint)) }
        lines += [.init(processors), .init(memory)]
        return DrawingBlock(role: .plain, lines: lines, arrangement: .column, blocks: blocks)
    }

    /// The host in one sentence.
    var summary: String { "\(processors), \(memory)" }

    private func count(_ number: Int?, _ one: String, _ many: String) -> String {
        number.map { "\($0) \($0 == 1 ? one : many)" } ?? "\(many) not known"
    }

    private var processors: String {
        let cores = host.packages.value.map { $0.reduce(0) { $0 + $1.cores.elements.count } }.flatMap {
            $0 > 0 ? $0 : nil
        }
        return [
            count(host.packages.value?.count, "package", "packages"), count(cores, "core", "cores"),
            count(host.cpus.online.value?.count, "CPU", "CPUs"),
        ].joined(separator: ", ")
    }

    private var memory: String {
        let nodes = count(host.numaNodes.value?.count, "NUMA node", "NUMA nodes")
        return nodes + ", " + (host.memory.total.value.map { "\($0.binaryText) of memory" } ?? "memory not known")
    }

    // MARK: Processors and memory

    /// What is in a part: memory, then processors, then devices.
    private func content(of part: HwlocTree.Part, _ index: Int, _ tree: HwlocTree) -> [DrawingBlock] {
        var blocks: [DrawingBlock] = []
        let memory = memoryBlocks(part.nodes)
        if !memory.isEmpty {
            blocks.append(
                memory.count == 1 ? memory[0] : DrawingBlock(arrangement: .flow, isFramed: false, blocks: memory))
        }
        let inner = folded(part.parts.map { piece($0, tree) })
        if !inner.isEmpty { blocks.append(DrawingBlock(arrangement: .flow, isFramed: false, blocks: inner)) }
        if index > 0 {
            let pci = deviceBlocks(at: index)
            if !pci.isEmpty { blocks.append(DrawingBlock(role: .plain, lines: [.init("PCI", .heading)], blocks: pci)) }
        }
        return blocks
    }

    private func memoryBlocks(_ numbers: [Int]) -> [DrawingBlock] {
        numbers.compactMap { nodes[$0] }.map { node in
            var words = node.memory.value.map { $0 == .zero ? "no memory" : "\($0.binaryText)" } ?? "memory not known"
            if node.isWithoutCPUs == true { words += ", no CPUs" }
            let distances = node.distances.elements.map { "\($0.value)" }.joined(separator: " ")
            let role = role(of: "node:\(node.number)") ?? (node.isWithoutMemory == true ? .warning : .memory)
            return DrawingBlock(
                role: role, lines: [.init("NUMA node \(node.number)", .heading), .init(words)],
                hint: distances.isEmpty ? "" : "distances \(distances)")
        }
    }

    /// A part that may be one of several that are alike.
    private struct Piece {
        /// What is alike in those that are alike.
        var key: String
        var title: String
        var number: Int?
        var facts: String
        var role: DrawingRole
        var cpus: NumberSet
        var blocks: [DrawingBlock]
        /// How many alike have to be there to be drawn as one.
        var threshold: Int
    }

    private func piece(_ index: Int, _ tree: HwlocTree) -> Piece {
        var part = tree.parts[index]
        var index = index
        var caches: [String] = []
        // A cache of one core is told with the core.
        while part.type.hasSuffix("Cache"), part.parts.count == 1, part.nodes.isEmpty, devices.atPart[index] == nil {
            caches.append(HostPicture.cacheName(part))
            index = part.parts[0]
            part = tree.parts[index]
        }
        switch part.type {
        case "Core", "PU": return core(part, index, caches)
        case let type where type.hasSuffix("Cache"):
            let blocks = content(of: part, index, tree)
            let name = (caches + [HostPicture.cacheName(part)]).joined(separator: " · ")
            return Piece(
                key: "\(name)|\(HostPicture.key(blocks))", title: name, number: nil, facts: "", role: .cache,
                cpus: part.cpus, blocks: blocks, threshold: 2)
        default:
            let blocks = content(of: part, index, tree)
            let name = part.type == "Group" ? "group" : part.type.lowercased()
            let role: DrawingRole = part.type == "Package" ? .package : .die
            let model = part.type == "Package" ? host.cpus.model.value ?? "" : ""
            return Piece(
                key: "\(name)|\(HostPicture.key(blocks))", title: name, number: part.index, facts: model, role: role,
                cpus: part.cpus, blocks: blocks, threshold: 5)
        }
    }

    /// Whether a core does clearly less than the fastest: turbo steps of single cores are no kind of their own.
    private func isSlower(_ capacity: Int?) -> Bool {
        guard let capacity, let fastest else { return false }
        return capacity < fastest - fastest / 10
    }

    private func core(_ part: HwlocTree.Part, _ index: Int, _ caches: [String]) -> Piece {
        let cpu = part.cpus.first.flatMap { cpus[$0] }
        let kind = cpu?.kind.value
        let capacity = cpu?.capacity.value
        let isSlow = ["atom", "lowpower"].contains(kind) || isSlower(capacity)
        let threads = part.cpus.count
        var facts = threads == 1 ? [] : ["\(threads) threads"]
        if let capacity, capacity != 1024 || isSlow { facts.append("capacity \(capacity)") }
        facts += caches
        let name = part.type == "PU" ? "CPU" : kind.map { "\($0) core" } ?? "core"
        let words = facts.joined(separator: " · ")
        return Piece(
            key: "\(name)|\(words)", title: name == "core core" ? "core" : name, number: part.index, facts: words,
            role: isSlow ? .slowCore : .core, cpus: part.cpus, blocks: [], threshold: 2)
    }

    /// `L2 2 MiB`
    private static func cacheName(_ part: HwlocTree.Part) -> String {
        let level = part.attributes.first { $0.0 == "depth" }?.1 ?? ""
        let bytes = part.attributes.first { $0.0 == "cache_size" }.flatMap { UInt64($0.1) } ?? 0
        let letter = part.type.hasSuffix("iCache") ? "i" : ""
        return bytes == 0 ? "L\(level)\(letter)" : "L\(level)\(letter) \(ByteCount(bytes: bytes).binaryText)"
    }

    /// What blocks look like but for the numbers of processors, cores and nodes.
    private static func key(_ blocks: [DrawingBlock]) -> String {
        blocks.map { block in
            "(\(block.role)|\(unnumbered(block.lines).map(\.words).joined(separator: "|"))|\(key(block.blocks)))"
        }.joined()
    }

    /// Blocks that stand for several that are alike: without the numbers of the first.
    private static func unnumbered(_ blocks: [DrawingBlock]) -> [DrawingBlock] {
        blocks.map { block in
            var copy = block
            copy.lines = unnumbered(block.lines)
            copy.hint = ""
            copy.blocks = unnumbered(block.blocks)
            return copy
        }
    }

    private static func unnumbered(_ lines: [DrawingBlock.Line]) -> [DrawingBlock.Line] {
        lines.filter { $0.weight == .heading || !$0.words.hasPrefix("CPU") }.map { line in
            line.weight == .heading ? .init(withoutNumber(line.words), .heading) : line
        }
    }

    /// `core` of `core 4`.
    private static func withoutNumber(_ words: String) -> String {
        guard let space = words.lastIndex(of: " "), Int(words[words.index(after: space)...]) != nil else {
            return words
        }
        return String(words[..<space])
    }

    /// Pieces that are alike and follow each other as one, where there are enough of them.
    private func folded(_ pieces: [Piece]) -> [DrawingBlock] {
        var runs: [[Piece]] = []
        for piece in pieces {
            if let last = runs.last?.first, last.key == piece.key {
                runs[runs.count - 1].append(piece)
            } else {
                runs.append([piece])
            }
        }
        return runs.flatMap { run -> [DrawingBlock] in
            guard let first = run.first, run.count >= first.threshold else { return run.map { block([$0]) } }
            return [block(run)]
        }
    }

    private func block(_ run: [Piece]) -> DrawingBlock {
        guard let first = run.first else { return DrawingBlock() }
        let cpus = run.dropFirst().reduce(first.cpus) { $0.union($1.cpus) }
        let isCore = first.role == .core || first.role == .slowCore
        let number = first.number.map { isCore && first.title == "CPU" ? "" : " \($0)" } ?? ""
        var lines = [
            DrawingBlock.Line(run.count > 1 ? "\(run.count) × \(first.title)" : first.title + number, .heading)
        ]
        // A group is there for its node's sake, which is named within.
        if run.count == 1, first.title == "group" { lines = [] }
        if !first.facts.isEmpty { lines.append(.init(first.facts, .faint)) }
        if isCore || run.count > 1 || first.role == .package { lines.append(.init(HostPicture.cpuWords(cpus), .faint)) }
        return DrawingBlock(
            role: first.role, lines: lines, hint: "CPUs \(cpus.listText)", arrangement: .column,
            blocks: run.count > 1 ? HostPicture.unnumbered(first.blocks) : first.blocks)
    }

    /// `CPUs 0-7,16-23`, or how many where a list is long.
    static func cpuWords(_ cpus: NumberSet) -> String {
        let list = cpus.listText
        if cpus.count == 1 { return "CPU \(list)" }
        guard list.utf8.count > 24 else { return "CPUs \(list)" }
        return "CPUs \(cpus.first ?? 0) to \(cpus.last ?? 0), \(cpus.count) of them"
    }

    /// The role of what is marked; `nil` where nothing is.
    func role(of name: String) -> DrawingRole? {
        switch marks[name] {
        case .critical?: .critical
        case .warning?: .warning
        default: nil
        }
    }
}
