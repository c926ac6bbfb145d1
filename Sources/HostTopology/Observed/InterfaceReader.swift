import ClusterCore

/// Reads the network interfaces of a host.
struct InterfaceReader {
    let facts: FactReader
    private let folder = "sys/class/net"

    init(facts: FactReader) { self.facts = facts }

    func interfaces() -> Observed<[ObservedHost.Interface]> {
        facts.names(folder).map { names in
            // Files such as `bonding_masters` are no interfaces.
            names.filter { !facts.isFile("\(folder)/\($0)") }.map { interface($0) }
        }
    }

    private func interface(_ name: String) -> ObservedHost.Interface {
        let base = "\(folder)/\(name)"
        var interface = ObservedHost.Interface(name: name, unknownFrom: .file(base))
        interface.isPhysical = facts.isPhysical(base)
        interface.index = facts.number("\(base)/ifindex")
        interface.hardwareType = facts.number("\(base)/type")
        interface.hardwareAddress = facts.text("\(base)/address")
        interface.mtu = facts.count("\(base)/mtu").map { ByteCount(bytes: $0) }
        interface.speed = facts.refine(facts.count("\(base)/speed")) { megabits in
            // Some drivers say 0 or 4294967295 where there is no link.
            megabits > 0 && megabits < 100_000_000
                ? .value(BitRate(bitsPerSecond: megabits * 1_000_000)) : .reason(.notTold)
        }
        interface.duplex = facts.refine(facts.text("\(base)/duplex")) {
            $0 == "unknown" ? .reason(.notTold) : .value($0)
        }
        interface.isUp = facts.text("\(base)/flags").map { text in
            text.hasPrefix("0x") ? UInt32(text.dropFirst(2), radix: 16).map { $0 & 1 == 1 } : nil
        }
        interface.hasCarrier = facts.flag("\(base)/carrier")
        interface.operationalState = facts.refine(facts.text("\(base)/operstate")) {
            $0 == "unknown" ? .reason(.notTold) : .value($0)
        }
        interface.driver = facts.linkedName("\(base)/device/driver")
        interface.pciAddress = PCIReader.function(behind: base, facts)
        interface.numaNode = facts.numaNode(behind: base)
        interface.devicePort = facts.number("\(base)/dev_port")
        return interface
    }
}

extension FactReader {
    /// Whether hardware stands behind a device of a class: it has a `device`, or its own link goes through one.
    func isPhysical(_ folder: String) -> Observed<Bool> {
        if root.exists("\(folder)/device") { return .known(true, .file("\(folder)/device")) }
        // A folder where there should be a link is a tree of which not everything was captured.
        guard let target = root.linkTarget(of: folder) else { return .unknown(.absent, .file("\(folder)/device")) }
        let steps = target.split(separator: "/")
        // A link that does not lead among devices tells nothing.
        guard steps.contains("devices") else { return .unknown(.malformed, .file(folder)) }
        let isVirtual = steps.contains("virtual")
        return isVirtual || PCIReader.places(in: target).isEmpty
            ? .known(false, .file(folder)) : .known(true, .file(folder))
    }

    /// The NUMA node of what stands behind a device of a class. A virtio device is a child of its PCI function, which is
    /// what has the node.
    func numaNode(behind folder: String) -> Observed<Int> {
        let own = number("\(folder)/device/numa_node")
        // Above a function that does not know its node is a bridge, which has one of its own.
        return own.reason == .absent ? own.or(number("\(folder)/device/../numa_node")) : own
    }
}
