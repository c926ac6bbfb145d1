import ClusterCore
public import HostTopology
public import Topology

/// A host that was read, as a node of a cluster's model, so that the rules of a model hold for it: for the running host, for a
/// captured tree and for a document of hwloc's alike.
///
/// What the host does not tell is `nil` there, so that a rule says "not known" and never "fine". So is a figure that no model
/// can have (``/Topology/ModelRange``): a device that tells such a one does not tell the truth.
public struct HostNode: Sendable {
    /// The host that was read.
    public let host: ObservedHost

    /// Takes a host as a node.
    public init(_ host: ObservedHost) { self.host = host }

    /// What the node is called in the model: names of hosts may be longer and odder than a model allows, and a host of unknown name
    /// is `host`.
    public var name: String {
        let kept = (host.name.value ?? "").unicodeScalars.filter {
            $0.isASCII && ($0.properties.isAlphabetic || "0123456789-._".unicodeScalars.contains($0))
        }
        let text = String(String.UnicodeScalarView(kept.prefix(64)))
        return text.isEmpty ? "host" : text
    }

    /// The model of a cluster that holds this host alone, to hold it to the rules that are about a node (`node.*`).
    /// - Throws: ``/Topology/ModelProblem`` where the host makes no node that a model can hold.
    public func installation() throws(ModelProblem) -> Installation {
        var model = ClusterModel(
            name: name, templates: ["host": template],
            clusters: [Cluster(name: "host", nodes: [NodeGroup(template: "host", names: [name])])])
        model.production = true
        return try model.installation()
    }

    /// The hardware (AL-5 to AL-23, AL-60 to AL-62), as a model of a whole cluster would write it down.
    public var template: NodeTemplate {
        var template = NodeTemplate()
        template.vendor = host.firmware.vendor.value.flatMap { $0.isEmpty ? nil : $0 }
        template.model = host.firmware.product.value.flatMap { $0.isEmpty ? nil : $0 }
        template.processor = processor
        template.memory = Memory(size: memory, ecc: host.memory.correctsErrors)
        template.adapters = adapters
        template.firmware = firmware
        template.tpm = tpm
        return template
    }

    // MARK: Processors

    private var processor: Processor {
        var processor = Processor()
        processor.model = host.cpus.model.value
        processor.family = host.cpus.model.value.flatMap(HostNode.family)
        if let packages = host.packages.value, !packages.isEmpty {
            processor.sockets = HostNode.figure(packages.count, ModelRange.sockets)
            // Where sockets differ, or some cores are off, no figure for one socket is true of all.
            let cores = Set(packages.map { $0.cores.value?.count })
            let isComplete = cores.count == 1 && host.cpus.offline.value?.isEmpty == true
            processor.cores = isComplete ? HostNode.figure(cores.first ?? nil, ModelRange.cores) : nil
        }
        let features = self.features
        processor.features = features.there
        processor.untoldFeatures = features.untold
        return processor
    }

    private var features: (there: [Processor.Feature], untold: [Processor.Feature]) {
        let virtualization = host.firmware.virtualization
        let facts: [(Processor.Feature, Bool?)] = [
            // "lm" is the long mode of 64-bit x86.
            (.x86, host.cpus.flags.value.map { $0.contains("lm") }),
            (.virtualization, virtualization.hasVirtualMachines.value), (.slat, virtualization.hasNestedPaging.value),
            (.ioVirtualization, host.firmware.iommus.value.map { !$0.isEmpty }),
            (.noExecute, virtualization.hasNoExecute.value),
        ]
        return (facts.filter { $0.1 == true }.map(\.0), facts.filter { $0.1 == nil }.map(\.0))
    }

    /// `Intel Xeon Scalable` of `Intel(R) Xeon(R) Gold 6338 CPU @ 2.00GHz`; `nil` where the name tells no family, as in guests.
    static func family(of model: String) -> String? {
        var words: [String] = []
        for word in model.split(separator: " ").prefix(16) {
            var text = String(word)
            for mark in ["(R)", "(TM)", "(r)", "(tm)"] {
                while let range = text.firstRange(of: mark) { text.removeSubrange(range) }
            }
            if !text.isEmpty { words.append(text) }
        }
        let name = words.joined(separator: " ")
        if name.hasPrefix("AMD EPYC") { return "AMD EPYC" }
        if name.hasPrefix("Intel Xeon"), words.count > 2 {
            return ["Platinum", "Gold", "Silver", "Bronze"].contains(words[2])
                ? "Intel Xeon Scalable" : words[2] == "Processor" ? nil : name
        }
        return name.isEmpty ? nil : name
    }

    /// What is plugged in, where all modules are known, else what the kernel has: less by what it and the firmware keep.
    private var memory: ByteCount? {
        if let modules = host.memory.modules.value, !modules.isEmpty {
            let sizes = modules.compactMap { $0.size.value?.bytes }
            let (sum, overflow) = sizes.reduce((UInt64(0), false)) { total, next in
                let (sum, overflow) = total.0.addingReportingOverflow(next)
                return (sum, total.1 || overflow)
            }
            if sizes.count == modules.count, !overflow, sum > 0 {
                return HostNode.figure(ByteCount(bytes: sum), ModelRange.memory)
            }
        }
        return HostNode.figure(host.memory.total.value, ModelRange.memory)
    }

    private static func figure<Value: Comparable>(_ value: Value?, _ range: ClosedRange<Value>) -> Value? {
        value.flatMap { range.contains($0) ? $0 : nil }
    }

    // MARK: Firmware

    private var firmware: Firmware {
        var firmware = Firmware()
        // The kernel tells whether it was started by UEFI, not of which version.
        if host.firmware.isUEFI.value == false {
            firmware.uefi = "none"
            // Without UEFI there is none.
            firmware.secureBoot = false
        } else {
            firmware.secureBoot = host.firmware.secureBoot.value
        }
        return firmware
    }

    private var tpm: String? {
        guard let modules = host.firmware.tpms.value else { return nil }
        if modules.isEmpty { return "none" }
        let versions = modules.map(\.majorVersion.value)
        if versions.contains(2) { return "2.0" }
        return versions.contains(where: { $0 == nil }) ? nil : "1.2"
    }

    // MARK: Adapters

    /// Ports that are alike in one group.
    private var adapters: [AdapterGroup]? {
        guard let interfaces = host.networkInterfaces.value, !interfaces.contains(where: isUnknown) else { return nil }
        var groups: [AdapterGroup] = []
        var cards: [Int: Set<String>] = [:]
        for interface in interfaces where isPort(interface) {
            let function = host.pciDevices.elements.first { $0.address == interface.pciAddress.value }
            var group = AdapterGroup(name: "")
            group.rate = HostNode.figure(interface.speed.value, ModelRange.portRate)
            group.vendor = function?.vendorName
            group.rdma = transport(of: interface)
            group.mtu = HostNode.figure(interface.mtu.value.flatMap { Int(exactly: $0.bytes) }, ModelRange.mtu)
            let card = interface.pciAddress.value.map { String($0.prefix { $0 != "." }) }
            let index = groups.firstIndex { own in
                own.rate == group.rate && own.vendor == group.vendor && own.rdma == group.rdma && own.mtu == group.mtu
            }
            let place = index ?? groups.count
            if index == nil {
                group.name = "ports\(groups.count + 1)"
                group.ports = 0
                groups.append(group)
            }
            groups[place].ports = min(1024, (groups[place].ports ?? 0) + 1)
            if let card { cards[place, default: []].insert(card) }
        }
        for (place, names) in cards { groups[place].cards = min(names.count, groups[place].ports ?? 0) }
        return groups
    }

    /// Whether nothing tells if an interface is a port of hardware, so that nobody can count the ports.
    private func isUnknown(_ interface: ObservedHost.Interface) -> Bool {
        interface.name != "lo" && interface.isPhysical.value == nil && interface.hardwareType.value == nil
            && interface.pciAddress.value == nil
    }

    /// Whether an interface is a port of hardware, for traffic of the cluster; virtual functions are no further ports.
    private func isPort(_ interface: ObservedHost.Interface) -> Bool {
        guard interface.isPhysical.value != false, [1, 32, nil].contains(interface.hardwareType.value) else {
            return false
        }
        let function = host.pciDevices.elements.first { $0.address == interface.pciAddress.value }
        return function?.physicalFunction.value == nil && (interface.isPhysical.value == true || function != nil)
    }

    /// How an interface does RDMA; `nil` where that is not known.
    private func transport(of interface: ObservedHost.Interface) -> RDMATransport? {
        guard let devices = host.rdmaDevices.value else { return nil }
        let own = devices.filter { device in
            let named = device.ports.elements.compactMap(\.interface.value)
            return named.isEmpty
                ? device.pciAddress.value != nil && device.pciAddress.value == interface.pciAddress.value
                : named.contains(interface.name)
        }
        guard let device = own.first(where: { $0.isSoftware.value != true }) else { return RDMATransport.none }
        if device.nodeType.value == 4 { return .iwarp }
        let layers = device.ports.elements.compactMap(\.linkLayer.value)
        if layers.contains("InfiniBand") { return .infiniband }
        // Adapters of these drivers speak version 2; older ones may speak 1 alone.
        let modern = ["mlx5_core", "mlx5_ib", "bnxt_en", "bnxt_re", "ice", "irdma", "i40e", "qedr", "qede", "hns_roce"]
        return layers.contains("Ethernet") && modern.contains(device.driver.value ?? "") ? .roceV2 : nil
    }
}
