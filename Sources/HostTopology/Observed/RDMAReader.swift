import ClusterCore

/// Reads the RDMA devices of a host, as far as its files tell of them.
struct RDMAReader {
    let facts: FactReader
    private let folder = "sys/class/infiniband"

    init(facts: FactReader) { self.facts = facts }

    func devices() -> Observed<[ObservedHost.RDMA]> {
        facts.names(folder).map { names in
            // A link to a device that is not there, as a captured tree may hold, tells that there was one.
            names.filter { !facts.isFile("\(folder)/\($0)") }.map { device($0) }
        }
    }

    private func device(_ name: String) -> ObservedHost.RDMA {
        let base = "\(folder)/\(name)"
        var device = ObservedHost.RDMA(name: name, unknownFrom: .file(base))
        device.nodeType = facts.text("\(base)/node_type").map(RDMADevice.leadingInteger)
        device.isSoftware = facts.isPhysical(base).map { !$0 }
        if device.isSoftware.value == false, RDMADevice.saysSoftware(base, at: facts.root) {
            device.isSoftware = .known(true, .file(base))
        }
        device.firmware = facts.text("\(base)/fw_ver")
        device.nodeGUID = facts.refine(facts.text("\(base)/node_guid")) { text in
            // A virtual function that was given none says zero.
            text.contains { $0 != "0" && $0 != ":" } ? .value(text) : .reason(.notTold)
        }
        device.driver = facts.linkedName("\(base)/device/driver")
        device.pciAddress = PCIReader.function(behind: base, facts)
        device.ports = facts.names("\(base)/ports").map { names in
            FactReader.numbers(in: names, after: "").map { port($0, of: name) }
        }
        device.numaNode = RDMAReader.numaNode(
            of: name, interface: device.ports.elements.first?.interface.value, facts)
        return device
    }

    private func port(_ number: Int, of device: String) -> ObservedHost.RDMAPort {
        let base = "\(folder)/\(device)/ports/\(number)"
        // Where the port's first address names no interface, other files together do.
        let named = facts.text("\(base)/gid_attrs/ndevs/0")
        let found = RDMADevice.interfaceInFiles(ofPort: number, of: device, at: facts.root)
        let interface: Observed<String> =
            named.value != nil
            ? named
            : found.map { Observed.known($0, .derived("\(folder)/\(device)")) } ?? .unknown(.absent, named.source)
        return ObservedHost.RDMAPort(
            number: number, state: facts.text("\(base)/state").map(RDMADevice.leadingInteger),
            linkLayer: facts.text("\(base)/link_layer"), rate: facts.text("\(base)/rate").map(RDMAReader.rate),
            localIdentifier: facts.text("\(base)/lid").map { text in
                text.hasPrefix("0x") ? Int(text.dropFirst(2), radix: 16) : nil
            }, interface: interface)
    }

    /// The rate of `100 Gb/sec (4X EDR)` or `2.5 Gb/sec (1X SDR)`.
    static func rate(_ text: String) -> BitRate? {
        let words = text.split(separator: " ")
        guard words.count >= 2, words[1] == "Gb/sec" else { return nil }
        let parts = words[0].split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = UInt64(parts[0]), whole < 1_000_000 else { return nil }
        guard parts.count == 2 else { return whole == 0 ? nil : BitRate(bitsPerSecond: whole * 1_000_000_000) }
        guard parts[1].utf8.count == 1, let tenth = UInt64(parts[1]) else { return nil }
        return BitRate(bitsPerSecond: whole * 1_000_000_000 + tenth * 100_000_000)
    }

    /// The NUMA node of a device: its own, or that of its interface, since a software device has no place of its own.
    static func numaNode(of device: String, interface: String?, _ facts: FactReader) -> Observed<Int> {
        let own = facts.numaNode(behind: "sys/class/infiniband/\(device)")
        guard own.value == nil, let folder = interface.flatMap(NetworkInterface.folder) else { return own }
        return own.or(facts.numaNode(behind: folder))
    }
}
