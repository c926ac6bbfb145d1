@testable import HostTopology

/// What lstopo said of a machine, from its verbose text or its XML.
struct LstopoMachine {
    struct Memory: Hashable {
        /// Of one.
        var unit: UInt64
        var amount: UInt64

        /// Texts are rounded to whole units, half up.
        func isRounded(_ bytes: UInt64) -> Bool { (bytes + unit / 2) / unit == amount }
    }

    struct Node {
        var cpus: NumberSet
        /// `nil` where it was not told.
        var memory: Memory?
    }

    struct Set: Hashable {
        /// The number of the firmware.
        var number: Int?
        var cpus: NumberSet
    }

    struct PCI: Hashable {
        /// Four digits.
        var classCode: String
        var ids: String

        /// Whether another says the same, or zeros where this says nothing.
        func isTold(ofZero other: PCI) -> Bool {
            let (own, zeros) = (ids.split(separator: ":"), other.ids.split(separator: ":"))
            return (classCode == other.classCode || classCode.isEmpty && other.classCode == "0000")
                && own.count == zeros.count
                && zip(own, zeros).allSatisfy { $0 == $1 || ($0 == "?" && $1 == "0000") }
        }
    }

    var cpus = NumberSet()
    /// What it knows of and does not show.
    var hidden = NumberSet()
    var nodes: [Int: Node] = [:]
    /// By the numbers of both nodes.
    var distances: [Int: [Int: Int]] = [:]
    var packages: [Set] = []
    var cores: [Set] = []
    var pci: [String: PCI] = [:]
    var networks: Swift.Set<String> = []
    var rdma: Swift.Set<String> = []
    var disks: Swift.Set<String> = []
    /// The control group of the process that looked.
    var group: String?
}

/// One object of lstopo's tree.
private struct Item {
    var type: String
    var number: Int?
    /// lstopo's own number among those of its type.
    var index: Int?
    var own: NumberSet?
    var memory: LstopoMachine.Memory?
    var depth: Int
    var pci: (address: String, of: LstopoMachine.PCI)?
    var device: (name: String, kind: Int, isDisk: Bool)?
}

extension LstopoMachine {
    // MARK: Text

    /// Reads what `lstopo -v` printed.
    init(console text: String) {
        var items: [Item] = []
        var columns: [Int]?
        var isLatency = false
        var rows: [(Int, [Int])] = []
        for line in text.split(separator: "\n") {
            let indent = line.prefix { $0 == " " }.count
            let words = line.split(separator: " ")
            if line.contains(" processors not represented in topology: "), let mask = words.last {
                hidden = NumberSet(hwlocMask: mask) ?? []
            } else if line.hasPrefix("Topology infos:") {
                group = words.first { $0.hasPrefix("LinuxCgroup=") }.map { String($0.dropFirst(12)) }
            } else if line.contains(" matrix (name ") {
                isLatency = line.contains("(name NUMALatency ")
            } else if isLatency, line.hasPrefix(" index") {
                columns = words.dropFirst().compactMap { Int($0) }
            } else if isLatency, columns != nil, let row = words.first.flatMap({ Int($0) }),
                words.allSatisfy({ Int($0) != nil })
            {
                rows.append((row, words.dropFirst().compactMap { Int($0) }))
            } else if let item = LstopoMachine.item(line, words, indent) {
                items.append(item)
            }
        }
        add(items)
        // Its lines and columns are named by lstopo's own numbers of the nodes, which need not be in the order of the lines.
        let order = items.filter { $0.type == "NUMANode" }.sorted { ($0.index ?? 0) < ($1.index ?? 0) }
            .compactMap(\.number)
        let names = (columns ?? []).filter { order.indices.contains($0) }
        for (from, row) in rows where order.indices.contains(from) && row.count == names.count {
            for (to, value) in zip(names, row) { distances[order[from], default: [:]][order[to]] = value }
        }
    }

    /// `PU L#0 (P#0)`, `NUMANode L#0 (P#0 local=2048MiB total=2048MiB)`, `PCI L#0 (busid=… id=1000:0079 class=0104(RAID))`.
    private static func item(_ line: Substring, _ words: [Substring], _ indent: Int) -> Item? {
        guard words.count >= 2, words[1].hasPrefix("L#") || words[0] == "Machine" else { return nil }
        // `OSDev[Network]`, `NUMANode(HBM)`
        var item = Item(type: String(words[0].prefix { $0 != "[" && $0 != "(" }), depth: indent)
        item.number = words.first { $0.hasPrefix("(P#") }.flatMap { Int($0.dropFirst(3).prefix { $0.isNumber }) }
        item.index = words[1].hasPrefix("L#") ? Int(words[1].dropFirst(2)) : nil
        if item.type == "PU", let number = item.number { item.own = [number] }
        if let local = words.map({ $0.drop { $0 == "(" } }).first(where: { $0.hasPrefix("local=") }) {
            // Until hwloc 2.9 it wrote `KB` for 1024 bytes.
            let units: [Substring: UInt64] = [
                "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40, "KB": 1 << 10, "MB": 1 << 20,
                "GB": 1 << 30, "TB": 1 << 40,
            ]
            let digits = local.dropFirst(6).prefix { $0.isNumber }
            let unit = local.dropFirst(6 + digits.count).prefix { $0.isLetter }
            if let amount = UInt64(digits), let size = units[unit] { item.memory = Memory(unit: size, amount: amount) }
        }
        func value(_ name: String) -> Substring? {
            words.map { $0.drop { $0 == "(" } }.first { $0.hasPrefix("\(name)=") }?.dropFirst(name.count + 1)
        }
        if let address = value("busid"), let ids = value("id"), let code = value("class") {
            item.pci = (String(address), PCI(classCode: String(code.prefix(4)), ids: String(ids)))
        }
        if item.type == "OSDev", let name = line.split(separator: "\"").last {
            let kinds = words[0].drop { $0 != "[" }
            let kind = (kinds.contains("Network") ? 16 : 0) | (kinds.contains("OpenFabrics") ? 32 : 0)
            let isDisk = kinds.contains("Storage") && !kinds.hasSuffix("(NVM)")
            item.device = (String(name), kind | (kinds.contains("Storage") ? 1 : 0), isDisk)
        }
        return item
    }

    // MARK: XML

    /// Reads what lstopo exported, an object a line as it writes them.
    init(xml text: String) {
        var items: [Item] = []
        var depth = 0
        var indexes: [Int] = []
        var values: [Int] = []
        var isLatency = false
        // Version 2 numbers the kinds of devices, version 3 has a bit for each.
        let isOld = text.contains("<topology version=\"2")
        for line in text.split(separator: "\n") {
            let tag = line.drop { $0 == " " }
            if tag.hasPrefix("</object>") {
                depth -= 1
            } else if tag.hasPrefix("<object ") {
                items.append(LstopoMachine.item(LstopoMachine.attributes(tag), depth, isOld))
                if !tag.hasSuffix("/>") { depth += 1 }
                let attributes = LstopoMachine.attributes(tag)
                if attributes["type"] == "Machine", let all = attributes["complete_cpuset"],
                    let own = attributes["cpuset"]
                {
                    hidden = (NumberSet(hwlocMask: all) ?? []).subtracting(NumberSet(hwlocMask: own) ?? [])
                }
            } else if tag.hasPrefix("<info name=\"LinuxCgroup\"") {
                group = LstopoMachine.attributes(tag)["value"]
            } else if tag.hasPrefix("<distances2 ") {
                isLatency = tag.contains("type=\"NUMANode\"") && tag.contains("name=\"NUMALatency\"")
                (indexes, values) = ([], [])
            } else if isLatency, tag.hasPrefix("<indexes") {
                indexes += LstopoMachine.numbers(tag)
            } else if isLatency, tag.hasPrefix("<u64values") {
                values += LstopoMachine.numbers(tag)
            }
            if isLatency, tag.hasPrefix("</distances2>"), values.count == indexes.count * indexes.count {
                isLatency = false
                for (row, from) in indexes.enumerated() {
                    for (column, to) in indexes.enumerated() {
                        distances[from, default: [:]][to] = values[row * indexes.count + column]
                    }
                }
            }
        }
        add(items)
    }

    private static func numbers(_ tag: Substring) -> [Int] {
        tag.drop { $0 != ">" }.dropFirst().prefix { $0 != "<" }.split(separator: " ").compactMap { Int($0) }
    }

    private static func attributes(_ tag: Substring) -> [String: String] {
        var result: [String: String] = [:]
        let parts = tag.split(separator: "\"", omittingEmptySubsequences: false)
        for index in stride(from: 0, to: parts.count - 1, by: 2) {
            guard let name = parts[index].split(separator: " ").last?.dropLast() else { continue }
            result[String(name)] = String(parts[index + 1])
        }
        return result
    }

    private static func item(_ attributes: [String: String], _ depth: Int, _ isOld: Bool) -> Item {
        var item = Item(
            type: attributes["type"] ?? "", number: attributes["os_index"].flatMap { Int($0) }, depth: depth)
        item.own = attributes["cpuset"].flatMap { NumberSet(hwlocMask: $0) }
        item.memory = attributes["local_memory"].flatMap { UInt64($0) }.map { Memory(unit: 1, amount: $0) }
        // `0200 [8086:1521] [1028:0000] 01 00`
        if let address = attributes["pci_busid"], let type = attributes["pci_type"]?.split(separator: " "),
            type.count > 1
        {
            item.pci = (address, PCI(classCode: String(type[0]), ids: String(type[1].dropFirst().dropLast())))
        }
        if item.type == "OSDev", let name = attributes["name"], let kind = attributes["osdev_type"].flatMap({ Int($0) })
        {
            let bit = isOld ? [0: 1, 2: 16, 3: 32][kind] ?? 0 : kind
            item.device = (name, bit, attributes["subtype"] != "NVM")
        }
        return item
    }

    // MARK: The tree

    private mutating func add(_ items: [Item]) {
        for (index, item) in items.enumerated() {
            if item.type == "PU", let number = item.number { cpus.insert(number) }
            switch item.type {
            case "NUMANode":
                guard let number = item.number else { continue }
                // Its processors are those of what it hangs below; memory may hang below a cache of memory.
                var parent = index
                var depth = item.depth
                while parent > 0, items[parent].depth >= depth || items[parent].type == "MemCache" {
                    if items[parent].depth < depth { depth = items[parent].depth }
                    parent -= 1
                }
                nodes[number] = Node(cpus: item.own ?? below(parent, items), memory: item.memory)
            case "Package": packages.append(Set(number: item.number, cpus: item.own ?? below(index, items)))
            case "Core": cores.append(Set(number: item.number, cpus: item.own ?? below(index, items)))
            default: break
            }
            if let pci = item.pci { self.pci[pci.address] = pci.of }
            if let device = item.device {
                if device.kind & 32 != 0 {
                    rdma.insert(device.name)
                } else if device.kind & 16 != 0 {
                    networks.insert(device.name)
                } else if device.kind & 1 != 0, device.isDisk {
                    disks.insert(device.name)
                }
            }
        }
    }

    private func below(_ index: Int, _ items: [Item]) -> NumberSet {
        var result = NumberSet()
        for item in items[(index + 1)...].prefix(while: { $0.depth > items[index].depth }) where item.type == "PU" {
            if let number = item.number { result.insert(number) }
        }
        return result
    }
}
