import ClusterCore

/// Reads the block devices of a host. Nothing here opens a device.
struct BlockReader {
    let facts: FactReader
    private let folder = "sys/block"

    init(facts: FactReader) { self.facts = facts }

    func devices() -> Observed<[ObservedHost.BlockDevice]> {
        let own = facts.names(folder)
        // A captured tree may hold some in the class alone, in which partitions are among the devices.
        let classFolder = "sys/class/block"
        let known = Set(own.value ?? [])
        let others = (facts.names(classFolder).value ?? []).filter { name in
            !known.contains(name)
                && !["partition", "start"].contains { facts.root.exists("\(classFolder)/\(name)/\($0)") }
        }
        guard !others.isEmpty else { return own.map { names in names.map { device("\(folder)/\($0)", $0) } } }
        let devices = known.sorted().map { ($0, "\(folder)/\($0)") } + others.map { ($0, "\(classFolder)/\($0)") }
        return .known(devices.sorted { $0.0 < $1.0 }.map { device($0.1, $0.0) }, .file(classFolder))
    }

    private func device(_ base: String, _ name: String) -> ObservedHost.BlockDevice {
        var device = ObservedHost.BlockDevice(name: name, unknownFrom: .file(base))
        device.isPhysical = facts.isPhysical(base)
        // In sectors of 512 bytes, whatever the device's own are.
        device.size = facts.count("\(base)/size").map { $0 < 1 << 54 ? ByteCount(bytes: $0 * 512) : nil }
        device.isRotational = facts.flag("\(base)/queue/rotational")
        device.isRemovable = facts.flag("\(base)/removable")
        device.isReadOnly = facts.flag("\(base)/ro")
        device.model = facts.text("\(base)/device/model")
        device.vendor = facts.text("\(base)/device/vendor")
        device.logicalBlock = size("\(base)/queue/logical_block_size")
        device.physicalBlock = size("\(base)/queue/physical_block_size")
        device.queueDepth = facts.count("\(base)/queue/nr_requests")
        device.transport = transport(base, name)
        device.pciAddress = PCIReader.function(behind: base, facts)
        device.numaNode = facts.numaNode(behind: base).or(node(ofFunction: device.pciAddress))
        return device
    }

    private func size(_ path: String) -> Observed<ByteCount> {
        facts.refine(facts.count(path)) { $0 == 0 ? .reason(.notTold) : .value(ByteCount(bytes: $0)) }
    }

    private func node(ofFunction address: Observed<String>) -> Observed<Int> {
        switch address {
        case .known(let address, _): facts.number("sys/bus/pci/devices/\(address)/numa_node")
        case .unknown(let reason, let source): .unknown(reason, source)
        }
    }

    /// What the way to the device goes through.
    private func transport(_ base: String, _ name: String) -> Observed<String> {
        if name.hasPrefix("nvme") { return .known("nvme", .derived(base)) }
        guard let target = facts.root.linkTarget(of: base) else { return .unknown(.absent, .file(base)) }
        let parts = target.split(separator: "/")
        let ways: [(prefix: String, name: String)] = [
            ("usb", "usb"), ("ata", "ata"), ("virtio", "virtio"), ("mmc", "mmc"), ("host", "scsi"),
        ]
        for way in ways where parts.contains(where: { $0.isNumbered(way.prefix) }) {
            return .known(way.name, .file(base))
        }
        return .unknown(.notTold, .file(base))
    }
}

extension Substring {
    /// Whether it is a word and a number, such as `ata3`.
    fileprivate func isNumbered(_ word: String) -> Bool {
        let digits = dropFirst(word.utf8.count)
        return hasPrefix(word) && !digits.isEmpty && digits.allSatisfy { $0.isASCII && $0.isNumber }
    }
}
