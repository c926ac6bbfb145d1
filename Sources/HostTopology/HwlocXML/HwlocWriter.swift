import ClusterCore

/// Writes an hwloc document of version 2.
struct HwlocWriter {
    private var lines: [String] = []
    private var objects = 0
    private var depth = 1
    private var nodesOfHost: [Int: ObservedHost.NUMANode] = [:]
    private var devices = HwlocDevices()
    private var nodesets: [NumberSet] = []
    private var isWithoutNodes: Bool { nodesets.first?.isEmpty ?? true }

    var text: String { lines.map { $0 + "\n" }.joined() }

    mutating func write(_ host: ObservedHost, _ tree: HwlocTree) {
        for node in host.numaNodes.elements { nodesOfHost[node.number] = node }
        devices = HwlocDevices(host, tree)
        findNodesets(tree)
        lines = [
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<!DOCTYPE topology SYSTEM \"hwloc2.dtd\">",
            "<topology version=\"2.0\">",
        ]
        write(part: 0, host, tree)
        writeDistances(host)
        lines.append("</topology>")
    }

    // MARK: Elements

    /// What XML cannot hold is `?`: names come from outside.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            case "\"": result += "&quot;"
            case "\n", "\t", "\r": result += "&#\(scalar.value);"
            default:
                result += XMLCharacter.isAllowed(scalar) ? String(scalar) : "?"
            }
        }
        return result
    }

    private mutating func open(_ type: String, _ attributes: [(String, String)]) {
        objects += 1
        let words = attributes.map { " \($0.0)=\"\(HwlocWriter.escaped($0.1))\"" }.joined()
        let indentation = String(repeating: "  ", count: min(depth, 64))
        lines.append("\(indentation)<object type=\"\(type)\"\(words) gp_index=\"\(objects)\">")
        depth += 1
    }

    private mutating func close() {
        depth -= 1
        lines.append(String(repeating: "  ", count: min(depth, 64)) + "</object>")
    }

    private mutating func info(_ name: String, _ value: String?) {
        guard let value else { return }
        let indentation = String(repeating: "  ", count: min(depth, 64))
        lines.append("\(indentation)<info name=\"\(name)\" value=\"\(HwlocWriter.escaped(value))\"/>")
    }

    // MARK: Processors and memory

    /// The nodes whose memory is attached to a part, to what is in it, or to what it is in.
    private func nodeset(_ index: Int) -> NumberSet {
        // The stand-in is node 0.
        isWithoutNodes ? [0] : index < nodesets.count ? nodesets[index] : NumberSet()
    }

    /// Works the sets of nodes out: parts come after what they are in.
    private mutating func findNodesets(_ tree: HwlocTree) {
        var within = tree.parts.map { NumberSet($0.nodes) }
        for index in tree.parts.indices.reversed() {
            for inner in tree.parts[index].parts { within[index] = within[index].union(within[inner]) }
        }
        var around = [NumberSet](repeating: NumberSet(), count: tree.parts.count)
        for index in tree.parts.indices {
            let own = around[index].union(NumberSet(tree.parts[index].nodes))
            for inner in tree.parts[index].parts { around[inner] = own }
        }
        nodesets = zip(within, around).map { $0.union($1) }
    }

    private func sets(_ cpus: NumberSet, _ nodes: NumberSet) -> [(String, String)] {
        [
            ("cpuset", cpus.hwlocMaskText), ("complete_cpuset", cpus.hwlocMaskText), ("nodeset", nodes.hwlocMaskText),
            ("complete_nodeset", nodes.hwlocMaskText),
        ]
    }

    private mutating func write(part index: Int, _ host: ObservedHost, _ tree: HwlocTree) {
        let part = tree.parts[index]
        let nodes = nodeset(index)
        var attributes = part.index.map { [("os_index", "\($0)")] } ?? []
        attributes += sets(part.cpus, nodes)
        if index == 0 {
            attributes += [("allowed_cpuset", part.cpus.hwlocMaskText), ("allowed_nodeset", nodes.hwlocMaskText)]
        }
        if part.type == "Group" { attributes += [("kind", "1001"), ("subkind", "0")] }
        open(part.type, attributes + part.attributes)
        if index == 0 {
            info("OSName", "Linux")
            info("OSRelease", host.kernel.value)
            info("HostName", host.name.value)
            info("DMISysVendor", host.firmware.vendor.value)
            info("DMIProductName", host.firmware.product.value)
            info("DMIBoardName", host.firmware.board.value)
            info("DMIBIOSVendor", host.firmware.biosVendor.value)
            info("DMIBIOSVersion", host.firmware.biosVersion.value)
            info("DMIBIOSDate", host.firmware.biosDate.value)
        }
        if part.type == "Package" {
            info("CPUVendor", host.cpus.vendor.value)
            info("CPUModel", host.cpus.model.value)
        }
        for number in part.nodes { write(node: number, in: part) }
        if index == 0, isWithoutNodes { writeNodeInstead(part) }
        for inner in part.parts { write(part: inner, host, tree) }
        for device in devices.atPart[index] ?? [] { write(device) }
        close()
    }

    private mutating func write(node number: Int, in part: HwlocTree.Part) {
        guard let node = nodesOfHost[number] else { return }
        var attributes = [("os_index", "\(number)")] + sets(part.cpus, [number])
        if let memory = node.memory.value { attributes.append(("local_memory", "\(memory.bytes)")) }
        open("NUMANode", attributes)
        close()
    }

    /// hwloc has no topology without a node of memory. What is written in the place of what is not known says so, and is read
    /// as not known.
    private mutating func writeNodeInstead(_ part: HwlocTree.Part) {
        open("NUMANode", [("os_index", "0")] + sets(part.cpus, [0]))
        info(HwlocDocument.unknownNode, "1")
        close()
    }

    private mutating func writeDistances(_ host: ObservedHost) {
        let nodes = host.numaNodes.elements.filter { $0.isOnline.value != false }
        let numbers = nodes.map(\.number)
        var rows: [String] = []
        for node in nodes {
            let values = numbers.compactMap { node.distance(to: $0) }
            guard values.count == numbers.count else { return }
            rows.append(values.map { "\($0) " }.joined())
        }
        guard nodes.count > 1 else { return }
        let indexes = numbers.map { "\($0) " }.joined()
        lines.append(
            "  <distances2 type=\"NUMANode\" nbobjs=\"\(nodes.count)\" kind=\"5\" name=\"NUMALatency\" indexing=\"os\">"
        )
        lines.append("    <indexes length=\"\(indexes.utf8.count)\">\(indexes)</indexes>")
        lines += rows.map { "    <u64values length=\"\($0.utf8.count)\">\($0)</u64values>" }
        lines.append("  </distances2>")
    }

    // MARK: Devices

    private mutating func write(_ device: HwlocDevices.Device) {
        switch device.kind {
        case .hostBridge(let buses):
            open("Bridge", [("bridge_type", "0-1"), ("depth", "\(device.depth)"), ("bridge_pci", buses)])
        case .bridge(let pci, let buses):
            open(
                "Bridge",
                [("bridge_type", "1-1"), ("depth", "\(device.depth)"), ("bridge_pci", buses)]
                    + HwlocDevices.attributes(of: pci))
        case .function(let pci): open("PCIDev", HwlocDevices.attributes(of: pci))
        }
        if let pci = device.pci {
            info("PCISlot", pci.slot.value)
            writeSystemDevices(pci.address)
        }
        for inner in device.inner { write(inner) }
        close()
    }

    private mutating func writeSystemDevices(_ address: String) {
        for interface in devices.interfaces[address] ?? [] {
            open("OSDev", [("name", interface.name), ("osdev_type", "2")])
            info("Address", interface.hardwareAddress.value)
            close()
        }
        for rdma in devices.rdmaDevices[address] ?? [] {
            open("OSDev", [("name", rdma.name), ("osdev_type", "3")])
            info("NodeGUID", rdma.nodeGUID.value)
            for port in rdma.ports.elements {
                info("Port\(port.number)State", port.state.value.map { "\($0)" })
                info("Port\(port.number)LID", port.localIdentifier.value.map { "0x" + String($0, radix: 16) })
            }
            close()
        }
        for block in devices.blockDevices[address] ?? [] {
            open("OSDev", [("name", block.name), ("osdev_type", "0")])
            info("Size", block.size.value.map { "\($0.bytes / 1024)" })
            info("SectorSize", block.logicalBlock.value.map { "\($0.bytes)" })
            info("Vendor", block.vendor.value)
            info("Model", block.model.value)
            close()
        }
    }
}
