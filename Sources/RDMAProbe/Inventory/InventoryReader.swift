import ClusterCore
public import HostTopology
public import RDMAModel

extension DeviceInventory {
    /// Reads the RDMA devices of this host, or of a captured tree. Changes nothing; a device is opened to be asked and
    /// closed again.
    ///
    /// Whatever cannot be read is `nil`, and a finding says so: there is always an inventory.
    /// - Parameters:
    ///   - root: the host, or a captured tree.
    ///   - family: the kind of address that a peer would be reached by, for the choice of the GID.
    public static func read(at root: HostRoot = .live, family: GIDChoice.Family? = nil) -> DeviceInventory {
        InventoryReader(at: root, family: family).read()
    }
}

/// Puts together what sysfs, netlink and verbs tell of the devices of a host.
struct InventoryReader {
    let root: HostRoot
    let family: GIDChoice.Family?
    private let names: [String]?
    private let netlink: RDMANetlink
    private let called: CalledFacts
    private let interfaces: [String: NetworkInterface]

    init(at root: HostRoot, family: GIDChoice.Family?) {
        self.root = root
        self.family = family
        names = RDMADevice.all(at: root, readsGIDs: false)?.map(\.name)
        netlink = RDMANetlink(at: root)
        called = CalledFacts(of: names ?? [], at: root)
        interfaces = Dictionary(
            NetworkInterface.names(at: root).compactMap { NetworkInterface(named: $0, at: root) }.map { ($0.name, $0) },
            uniquingKeysWith: { first, _ in first })
    }

    func read() -> DeviceInventory {
        var failures: [Failure] = []
        var findings: [Finding] = []
        let memory = Host.lockedMemory(at: root)
        var limit: UInt64?
        if case .bytes(let bytes)? = memory { limit = bytes }
        var host = InventoryHost(
            name: root.text(of: "proc/sys/kernel/hostname"), kernel: root.text(of: "proc/sys/kernel/osrelease"),
            captured: root != .live, memlockLimitBytes: limit, memlockUnlimited: memory.map { $0 == .unlimited })
        let devices = RDMADevice.all(at: root, readsGIDs: false).map { devices in
            let known = ask("devices", &failures) { () throws(NetlinkError) in try netlink.devices() } ?? []
            let counts =
                ask("objects in use", &failures) { () throws(NetlinkError) in try netlink.objectCounts() } ?? [:]
            let shared = ask("namespaces", &failures) { () throws(NetlinkError) in
                try netlink.sharesNetworkNamespaces()
            }
            host.networkNamespaceMode = (shared ?? nil).map { $0 ? .shared : .exclusive }
            return devices.map { device in
                let own = known.first { $0.name == device.name }
                if root == .live { findings += accessFindings(device.name) }
                return read(device, own, counts: own.flatMap { counts[$0.index] }, &failures)
            }
        }
        return DeviceInventory(
            tool: .init(name: "rdmaprobe", version: RDMAProbeVersion.current), host: host, devices: devices,
            findings: findings + netlinkFindings(failures)
        ).explained()
    }

    // MARK: Netlink

    /// What could not be asked, and why.
    private struct Failure {
        var question: String
        var error: NetlinkError
    }

    private func ask<Answer>(
        _ question: String, _ failures: inout [Failure], _ body: () throws(NetlinkError) -> Answer
    ) -> Answer? {
        do throws(NetlinkError) { return try body() } catch {
            failures.append(Failure(question: question, error: error))
            return nil
        }
    }

    /// One finding for each reason.
    private func netlinkFindings(_ failures: [Failure]) -> [Finding] {
        var reasons: [NetlinkError] = []
        for failure in failures where !reasons.contains(failure.error) { reasons.append(failure.error) }
        return reasons.map { reason in
            let questions = failures.filter { $0.error == reason }.map(\.question)
            return Finding(
                rule: "rdma.netlink", severity: reason == .notCaptured ? .information : .warning,
                subject: "netlink:rdma", measured: .text("\(questions.joined(separator: ", ")): \(reason)"),
                evidence: [
                    Evidence(source: root == .live ? "NETLINK_RDMA" : "/\(RDMANetlink.captureFolder)")
                ],
                remedy: reason == .notCaptured
                    ? "`rdmaprobe capture` on that host keeps these answers too."
                    : "What only netlink tells is not known; see `rdma dev`, `rdma link` and `rdma system`.")
        }
    }

    // MARK: A device

    private func read(
        _ device: RDMADevice, _ known: RDMANetlink.Device?, counts: [String: UInt64]?, _ failures: inout [Failure]
    ) -> InventoryDevice {
        let base = "sys/class/infiniband/\(device.name)"
        func text(_ name: String) -> String? { root.text(of: "\(base)/\(name)").flatMap { $0.isEmpty ? nil : $0 } }
        let function = pciFunction(of: base)
        let user = known.flatMap { known in
            ask("character device of \(device.name)", &failures) { () throws(NetlinkError) in
                try netlink.userDevice(ofDevice: known.index)
            }
        }
        var result = InventoryDevice(name: device.name, software: device.isSoftware)
        result.driver = user?.driver ?? function?.driver
        result.nodeType = (device.nodeType ?? known?.nodeType).map(InventoryReader.nodeTypeName)
        let answer = called.verbs[device.name]
        result.firmware = device.firmware
        result.adapterType = text("hca_type")
        result.board = text("board_id")
        result.description = text("node_desc")
        // A virtual function that was given none says zero.
        let isGiven: (String) -> String? = { $0.contains { $0 != "0" && $0 != ":" } ? $0 : nil }
        result.nodeGUID = text("node_guid").flatMap(isGiven)
        result.systemImageGUID = text("sys_image_guid").flatMap(isGiven)
        result.node = (user?.name ?? verbsNode(of: device.name)).map { "/dev/infiniband/\($0)" }
        result.numaNode = function?.numaNode
        result.localCPUs = function?.localCPUs
        if device.isSoftware != true { result.pci = function.map(PCIPlace.init) ?? PCIPlace() }
        result.limits = answer?.limits
        result.inUse = counts.map {
            DeviceObjects(
                queuePairs: $0["qp"], completionQueues: $0["cq"], memoryRegions: $0["mr"], protectionDomains: $0["pd"],
                connections: $0["cm_id"])
        }
        let ports =
            known.flatMap { known in
                ask("ports of \(device.name)", &failures) { () throws(NetlinkError) in
                    try netlink.ports(ofDevice: known.index)
                }
            } ?? []
        let reader = PortReader(
            root: root, family: family, device: device, protocolName: known?.protocolName, driver: result.driver,
            pci: result.pci, answer: answer, interfaces: interfaces, addresses: called.addresses)
        result.ports = device.ports.map { port in
            reader.read(port, known: ports.first { $0.number == port.number })
        }
        return result
    }

    /// Some drivers hang their RDMA device below a function's own child.
    private func pciFunction(of base: String) -> PCIFunction? {
        let own = PCIFunction(at: "\(base)/device", of: root)
        guard own != nil, own?.vendorID == nil, own?.address == nil,
            let above = PCIFunction(at: "\(base)/device/..", of: root), above.vendorID != nil
        else { return own }
        return above
    }

    private func verbsNode(of device: String) -> String? {
        (root.names(in: "sys/class/infiniband_verbs") ?? []).first {
            root.text(of: "sys/class/infiniband_verbs/\($0)/ibdev") == device
        }
    }

    private func accessFindings(_ device: String) -> [Finding] {
        guard let failure = called.failures[device] else { return [] }
        let node = Readiness.unusableDeviceNode(device, at: root)
        return [
            Finding(
                rule: "rdma.access", severity: .warning, subject: ComponentIdentifier(rawValue: "device:\(device)"),
                required: .text("a device that can be opened"), measured: .text(failure),
                evidence: [Evidence(source: node ?? "ibv_open_device", value: failure)],
                remedy: node.map {
                    "\($0) is absent or may not be opened: `modprobe ib_uverbs`, and see its owner and mode (0666 by "
                        + "default)."
                } ?? "Install the adapter's user-space driver (`ibverbs-providers`), and see /dev/infiniband.")
        ]
    }

    /// `RDMA_NODE_…` of ib_verbs.h.
    static func nodeTypeName(_ number: Int) -> String {
        switch number {
        case 1: "channel_adapter"
        case 2: "switch"
        case 3: "router"
        case 4: "rnic"
        case 5, 6: "usnic"
        case 7: "unspecified"
        default: "unknown_\(number)"
        }
    }
}

extension PCIPlace {
    init(_ function: PCIFunction) {
        self.init(address: function.address)
        vendorID = function.vendorID
        deviceID = function.deviceID
        subsystemVendorID = function.subsystemVendorID
        subsystemDeviceID = function.subsystemDeviceID
        vendor = function.vendorID.flatMap(PCIPlace.vendorName)
        speed = function.speed
        maximumSpeed = function.maximumSpeed
        width = function.width
        maximumWidth = function.maximumWidth
    }
}
