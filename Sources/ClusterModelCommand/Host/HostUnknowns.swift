import ClusterCore
import HostTopology

/// What a host does not tell, as findings: a document says `null` there, and these say why.
enum HostUnknowns {
    static let explanation = RuleExplanation(
        "host.unknown", "a host tells what it is asked",
        reason: "A document says null where a fact is not known; this says of what, why, and who was asked.",
        remedy: """
            read the host as root, load the driver that tells it, or capture the tree anew; what a hypervisor hides from a \
            guest stays unknown
            """)

    static var rule: RuleID { explanation.rule }

    /// One finding for each kind of fact and reason, with how many facts it is about and the first place that was asked.
    static func findings(of host: ObservedHost) -> [Finding] {
        var counts = Counter()
        counts.add("name", host.name)
        counts.add("kernel", host.kernel)
        counts.add("processors.online", host.cpus.online)
        counts.add("processors.offline", host.cpus.offline)
        counts.add("processors.model", host.cpus.model)
        counts.add("memory_bytes", host.memory.total)
        counts.add("packages", host.packages)
        counts.add("numa_nodes", host.numaNodes)
        for node in host.numaNodes.elements {
            counts.add("numa_nodes[].cpus", node.cpus)
            counts.add("numa_nodes[].memory_bytes", node.memory)
            counts.add("numa_nodes[].distances", node.distances)
        }
        counts.add("pci_devices", host.pciDevices)
        for device in host.pciDevices.elements {
            counts.add("pci_devices[].class", device.classCode)
            counts.add("pci_devices[].numa_node", device.numaNode)
            counts.add("pci_devices[].parent", device.ancestors)
        }
        counts.add("network_interfaces", host.networkInterfaces)
        for interface in host.networkInterfaces.elements where interface.isPhysical.value != false {
            counts.add("network_interfaces[].speed_bits_per_second", interface.speed)
            counts.add("network_interfaces[].numa_node", interface.numaNode)
            counts.add("network_interfaces[].mtu_bytes", interface.mtu)
        }
        counts.add("rdma_devices", host.rdmaDevices)
        for device in host.rdmaDevices.elements {
            counts.add("rdma_devices[].numa_node", device.numaNode)
            counts.add("rdma_devices[].ports", device.ports)
        }
        counts.add("block_devices", host.blockDevices)
        for device in host.blockDevices.elements where device.isPhysical.value != false {
            counts.add("block_devices[].size_bytes", device.size)
        }
        counts.add("firmware.uefi", host.firmware.isUEFI)
        counts.add("firmware.secure_boot", host.firmware.secureBoot)
        counts.add("firmware.tpms", host.firmware.tpms)
        counts.add("firmware.iommus", host.firmware.iommus)
        return counts.findings(about: host.identifier)
    }

    private struct Counter {
        private struct Key: Hashable {
            var field: String
            var reason: UnknownReason
        }

        private var asked: [String: Int] = [:]
        private var unknown: [Key: (count: Int, source: FactSource)] = [:]
        private var order: [Key] = []

        mutating func add<Value>(_ field: String, _ fact: Observed<Value>) {
            asked[field, default: 0] += 1
            guard let reason = fact.reason else { return }
            let key = Key(field: field, reason: reason)
            if unknown[key] == nil { order.append(key) }
            unknown[key, default: (0, fact.source)].count += 1
        }

        func findings(about subject: ComponentIdentifier) -> [Finding] {
            order.compactMap { key in
                guard let (count, source) = unknown[key], let all = asked[key.field] else { return nil }
                let words = all == 1 ? key.field : "\(key.field), \(count) of \(all)"
                return Finding(
                    rule: rule, severity: .information, subject: subject,
                    measured: .text("\(words): \(HostUnknowns.words(key.reason))"),
                    evidence: [Evidence(source: "\(source)", value: nil)])
            }
        }
    }

    private static func words(_ reason: UnknownReason) -> String {
        switch reason {
        case .absent: "nothing tells it"
        case .unreadable: "it cannot be read"
        case .empty: "what tells it is empty"
        case .malformed: "what tells it holds nothing that it could be"
        case .notTold: "the kernel says that it does not know"
        case .asleep: "reading it would wake a device"
        case .beyondLimit: "it is beyond what is read of any host"
        case .notRead: "nobody asked"
        }
    }
}
