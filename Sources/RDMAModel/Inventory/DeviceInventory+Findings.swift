import ClusterCore

// What an inventory says for itself: what is not as it should be, and what is not known.

extension DeviceInventory {
    /// The findings of the devices, the gravest first; those that are there already stay.
    public func explained() -> DeviceInventory {
        var told = self
        guard let devices else {
            told.findings.append(
                Finding(
                    rule: "rdma.device", severity: .warning, subject: subject,
                    evidence: [Evidence(source: "/sys/class/infiniband")],
                    remedy: host.captured
                        ? "The tree holds no sys/class/infiniband: it was captured on a kernel without RDMA, or in part."
                        : "The kernel has no RDMA: load the adapter's driver (`modprobe mlx5_ib`, `bnxt_re`, `irdma`), "
                            + "and see `lspci` and `dmesg`."))
            told.findings = told.findings.ordered()
            return told
        }
        if devices.isEmpty {
            told.findings.append(
                Finding(
                    rule: "rdma.device", severity: .warning, subject: subject, required: .text("an RDMA device"),
                    measured: .integer(0, unit: "devices"),
                    evidence: [Evidence(source: "/sys/class/infiniband", value: "empty")],
                    remedy: host.networkNamespaceMode == .exclusive
                        ? "Network namespaces have devices of their own here: see `rdma dev` in the initial one."
                        : "See `rdma dev`, `lspci` and `dmesg`: the adapter's driver has registered no RDMA device."))
        }
        told.findings += hostFindings
        for device in devices {
            let place = subject.appending("device", device.name)
            told.findings += device.findings(at: place)
            for port in device.ports {
                told.findings += port.findings(of: device, at: place.appending("port", "\(port.number)"))
            }
        }
        told.findings = told.findings.ordered()
        return told
    }

    private var subject: ComponentIdentifier {
        ComponentIdentifier(rawValue: "").appending("host", host.name ?? "unknown")
    }

    private var hostFindings: [Finding] {
        var findings: [Finding] = []
        // The default of systemd; what the probe's own sizes need.
        let usual: UInt64 = 8_388_608
        if let limit = host.memlockLimitBytes, limit < usual {
            findings.append(
                Finding(
                    rule: "rdma.memlock", severity: .warning, subject: subject,
                    required: .integer(Int64(usual), unit: "B"), measured: .integer(Int64(clamping: limit), unit: "B"),
                    evidence: [Evidence(source: "/proc/self/limits", value: "Max locked memory \(limit)")],
                    remedy: "Raise the limit of locked memory: `ulimit -l`, LimitMEMLOCK= of the unit, or "
                        + "/etc/security/limits.conf. RDMA pins the memory that it uses."))
        }
        if host.networkNamespaceMode == .exclusive {
            findings.append(
                Finding(
                    rule: "rdma.namespace", severity: .information, subject: subject, measured: .text("exclusive"),
                    evidence: [Evidence(source: "netlink RDMA_NLDEV_CMD_SYS_GET", value: "netns_mode 0")],
                    remedy: "Each network namespace sees only its own devices: `rdma dev set NAME netns …` moves one."))
        }
        var missing: [(what: String, source: String)] = []
        if host.networkNamespaceMode == nil {
            missing.append(("network namespace mode", "netlink RDMA_NLDEV_CMD_SYS_GET"))
        }
        if host.memlockLimitBytes == nil, host.memlockUnlimited == nil {
            missing.append(("limit of locked memory", "/proc/self/limits"))
        }
        return findings + unknowns(missing, at: subject)
    }
}

/// One finding for everything that is not known of a component, so that the list stays short.
private func unknowns(_ missing: [(what: String, source: String)], at subject: ComponentIdentifier) -> [Finding] {
    guard !missing.isEmpty else { return [] }
    return [
        Finding(
            rule: "rdma.unknown", severity: .information, subject: subject,
            measured: .text("not known: \(missing.map(\.what).joined(separator: ", "))"),
            evidence: missing.map { Evidence(source: $0.source) })
    ]
}

extension InventoryDevice {
    fileprivate func findings(at subject: ComponentIdentifier) -> [Finding] {
        let base = "/sys/class/infiniband/\(name)"
        var findings: [Finding] = []
        if let pci, pci.isBelowMaximum == true {
            func words(_ speed: UInt64?, _ width: UInt64?) -> String {
                "\(speed.map { PCIPlace.speedWords($0) } ?? "?") x\(width.map { "\($0)" } ?? "?")"
            }
            findings.append(
                Finding(
                    rule: "rdma.pcie", severity: .warning, subject: subject,
                    required: .text(words(pci.maximumSpeed, pci.maximumWidth)),
                    measured: .text(words(pci.speed, pci.width)),
                    evidence: [
                        Evidence(source: "\(base)/device/current_link_speed"),
                        Evidence(source: "\(base)/device/current_link_width"),
                    ],
                    remedy: "The adapter can do more than its slot gives: see the slot's lanes and generation, risers, "
                        + "and the firmware's PCIe settings. Some adapters lower the speed while idle."))
        }
        if ports.contains(where: { $0.transport == .srd }) {
            findings.append(
                Finding(
                    rule: "rdma.transport", severity: .information, subject: subject, measured: .text("SRD only"),
                    evidence: [Evidence(source: "driver", value: driver)],
                    remedy: "An Elastic Fabric Adapter has no reliable connections: storage over RDMA and `rdmaprobe "
                        + "test` do not run on it; programs use it through libfabric."))
        }
        var missing: [(what: String, source: String)] = []
        if nodeType == nil { missing.append(("node type", "\(base)/node_type")) }
        if software == nil { missing.append(("whether it is software", "\(base)/device")) }
        if driver == nil {
            missing.append(("driver", software == true ? "netlink GET_CHARDEV" : "\(base)/device/driver"))
        }
        if software != true {
            if firmware == nil { missing.append(("firmware", "\(base)/fw_ver")) }
            if numaNode == nil { missing.append(("NUMA node", "\(base)/device/numa_node")) }
            if pci?.isBelowMaximum == nil {
                missing.append(("PCIe link beside its maximum", "\(base)/device/current_link_speed"))
            }
        }
        if limits == nil { missing.append(("limits", "ibv_query_device")) }
        if inUse == nil { missing.append(("objects in use", "netlink RDMA_NLDEV_CMD_RES_GET")) }
        return findings + unknowns(missing, at: subject)
    }
}

extension PCIPlace {
    /// `16 GT/s`, `2.5 GT/s`.
    public static func speedWords(_ megatransfers: UInt64) -> String {
        let (whole, rest) = megatransfers.quotientAndRemainder(dividingBy: 1000)
        return rest == 0 ? "\(whole) GT/s" : "\(whole).\(rest / 100) GT/s"
    }
}

extension InventoryPort {
    fileprivate func findings(of device: InventoryDevice, at subject: ComponentIdentifier) -> [Finding] {
        let base = "/sys/class/infiniband/\(device.name)/ports/\(number)"
        var findings: [Finding] = []
        if let state, state != "active" {
            findings.append(
                Finding(
                    rule: "rdma.port", severity: .warning, subject: subject, required: .text("active"),
                    measured: .text(state + (physicalState.map { ", \($0)" } ?? "")),
                    evidence: [Evidence(source: "\(base)/state", value: state)],
                    remedy: linkLayer == "InfiniBand"
                        ? "See the cable, and that a subnet manager runs: without one a port stays at init."
                        : "See the cable, the switch's port and `ip link`: the network interface must be up."))
        }
        if netdev?.up == false {
            findings.append(
                Finding(
                    rule: "rdma.netdev", severity: .warning, subject: subject, required: .text("up"),
                    measured: .text("\(netdev?.name ?? "") is down"),
                    evidence: [Evidence(source: "/sys/class/net/\(netdev?.name ?? "")/flags")],
                    remedy: "Set it up: `ip link set \(netdev?.name ?? "NAME") up`."))
        }
        // Software iWARP (siw of Linux 6.1) says that it is active also where its interface has no carrier.
        if let netdev, netdev.up != false, state == nil || state == "active", linkLayer != "InfiniBand",
            let word = netdev.operationalState, ["down", "lowerlayerdown", "notpresent"].contains(word)
        {
            findings.append(
                Finding(
                    rule: "rdma.netdev", severity: .warning, subject: subject, required: .text("up"),
                    measured: .text("\(netdev.name) has no carrier (\(word))"),
                    evidence: [Evidence(source: "/sys/class/net/\(netdev.name)/operstate", value: word)],
                    remedy: "See the cable and the switch's port, whatever the RDMA device says of its own state."))
        }
        if gids?.isEmpty == true {
            findings.append(
                Finding(
                    rule: "rdma.gid", severity: .warning, subject: subject, required: .text("a GID"),
                    measured: .integer(0, unit: "GIDs"), evidence: [Evidence(source: "\(base)/gids")],
                    remedy: "Give the port's network interface an address and set it up: GIDs are made from addresses.")
            )
        }
        if transport == .roceV1 {
            findings.append(
                Finding(
                    rule: "rdma.gid", severity: .warning, subject: subject, required: .text("RoCE v2"),
                    measured: .text("RoCE v1"),
                    evidence: [Evidence(source: "\(base)/gid_attrs/types/\(chosen.map { "\($0.index)" } ?? "")")],
                    remedy: "RoCE v1 is not routed, and its congestion is not marked: use an adapter, firmware and "
                        + "driver that offer RoCE v2."))
        }
        findings += mtuFindings(at: subject)
        var missing: [(what: String, source: String)] = []
        if transport == .unknown { missing.append(("transport", "\(base)/gid_attrs/types")) }
        if state == nil { missing.append(("state", "\(base)/state")) }
        if physicalState == nil { missing.append(("physical state", "\(base)/phys_state")) }
        if rate == nil { missing.append(("rate", "\(base)/rate")) }
        if activeMTUBytes == nil || maximumMTUBytes == nil { missing.append(("RDMA MTU", "ibv_query_port")) }
        if netdev == nil, transport != .srd { missing.append(("network interface", "netlink RDMA_NLDEV_CMD_PORT_GET")) }
        if gids == nil { missing.append(("GIDs", "\(base)/gids")) }
        return findings + unknowns(missing, at: subject)
    }

    private func mtuFindings(at subject: ComponentIdentifier) -> [Finding] {
        // Of the GID that would be used: a VLAN's interface has an MTU of its own.
        let own = gids?.first { $0.index == chosen?.index }
        let (name, bytes) =
            own?.netdevMTUBytes == nil ? (netdev?.name, netdev?.mtuBytes) : (own?.netdev, own?.netdevMTUBytes)
        guard transport == .roceV1 || transport == .roceV2, let name, let mtu = bytes,
            let room = InventoryPort.roceMTU(netdevMTUBytes: mtu), room < min(maximumMTUBytes ?? 4096, 4096)
        else { return [] }
        return [
            Finding(
                rule: "rdma.mtu", severity: .information, subject: subject, required: .integer(4096, unit: "B"),
                measured: .integer(Int64(clamping: room), unit: "B"),
                evidence: [Evidence(source: "/sys/class/net/\(name)/mtu", value: "\(mtu)")],
                remedy: "A network MTU of 4192 or more, such as 9000, on both hosts and every switch between them "
                    + "makes room for RDMA packets of 4096 bytes. Both ends must agree.")
        ]
    }
}
