import ClusterCore
import RDMAModel
import Reports

/// An inventory for people: the host, then each device with its ports and their GIDs, then the findings.
/// - Parameter columns: the terminal's width; the text is laid out to between 40 and 100 columns.
func devicesText(_ inventory: DeviceInventory, style: TextStyle, columns: Int) -> String {
    var document = TextDocument()
    document.add(.heading("RDMA devices of \(outside(inventory.host.name ?? "a host without a name"))"))
    document.add(.facts(inventory.host.facts(count: inventory.devices?.count)))
    for device in inventory.devices ?? [] {
        document.add(.heading(device.title))
        document.add(.facts(device.facts))
        for port in device.ports {
            document.add(.heading("\(outside(device.name)) port \(port.number): \(port.title)"))
            document.add(.facts(port.facts))
            if let gids = port.gids, !gids.isEmpty { document.add(.table(port.gidTable(gids))) }
            if let chosen = port.chosen {
                document.add(.paragraph("GID \(chosen.index) would be used: \(chosen.reason)."))
            }
        }
    }
    if !inventory.findings.isEmpty {
        document.add(.heading("Findings"))
        document.add(.findings(inventory.findings))
    }
    return document.text(width: min(max(columns, 40), 100), style: style)
}

private func known(_ words: String?) -> String { words.map(outside) ?? "not known" }

extension InventoryHost {
    fileprivate func facts(count: Int?) -> [TextDocument.Fact] {
        var facts: [TextDocument.Fact] = []
        if let count {
            facts.append(.init("devices", "\(count)", tone: count == 0 ? .warning : .normal))
        } else {
            facts.append(.init("devices", "none: the kernel has no RDMA", tone: .warning))
        }
        if captured { facts.append(.init("read from", "a captured tree")) }
        facts.append(.init("kernel", kernel.map { "Linux \(outside($0))" } ?? "not known"))
        switch networkNamespaceMode {
        case .shared?: facts.append(.init("namespaces", "network namespaces share the devices"))
        case .exclusive?: facts.append(.init("namespaces", "each network namespace has its own devices"))
        case nil: facts.append(.init("namespaces", "not known"))
        }
        let memory =
            memlockLimitBytes.map { ByteCount(bytes: $0).binaryText.text }
            ?? (memlockUnlimited == true ? "no limit" : "not known")
        facts.append(.init("may lock", memory))
        return facts
    }
}

extension InventoryDevice {
    fileprivate var title: String {
        let kind = software == true ? "software" : [pci?.vendor, adapterType].compactMap(\.self).joined(separator: " ")
        return kind.isEmpty ? outside(name) : "\(outside(name)) (\(outside(kind)))"
    }

    fileprivate var facts: [TextDocument.Fact] {
        var facts = [TextDocument.Fact("driver", known(driver))]
        if firmware != nil || software != true { facts.append(.init("firmware", known(firmware))) }
        if let board { facts.append(.init("board", outside(board))) }
        if let pci { facts += pci.facts }
        if software != true {
            let processors = localCPUs.map { ", processors \(outside($0))" } ?? ""
            facts.append(.init("NUMA node", (numaNode.map { "\($0)" } ?? "not known") + processors))
        }
        facts.append(.init("node GUID", known(nodeGUID)))
        facts.append(.init("opened by", known(node)))
        facts.append(.init("limits", limits?.words ?? "not known"))
        if let inUse { facts.append(.init("in use", inUse.words)) }
        return facts
    }
}

extension PCIPlace {
    fileprivate var facts: [TextDocument.Fact] {
        var identity = known(address)
        if let vendorID, let deviceID { identity += ", \(vendorID):\(deviceID)" }
        if let subsystemVendorID, let subsystemDeviceID {
            identity += " (subsystem \(subsystemVendorID):\(subsystemDeviceID))"
        }
        func link(_ speed: UInt64?, _ width: UInt64?) -> String? {
            guard speed != nil || width != nil else { return nil }
            return "\(speed.map { PCIPlace.speedWords($0) } ?? "? GT/s") x\(width.map { "\($0)" } ?? "?")"
        }
        let now = link(speed, width) ?? "not known"
        let most = link(maximumSpeed, maximumWidth)
        let words =
            isBelowMaximum == true
            ? "\(now), of at most \(most ?? "?")" : most == nil || now == most ? now : "\(now), at most \(most ?? "?")"
        return [
            .init("PCI", identity), .init("PCIe link", words, tone: isBelowMaximum == true ? .warning : .normal),
        ]
    }
}

extension DeviceLimits {
    fileprivate var words: String {
        "\(queuePairs) queue pairs of \(workRequests) requests, \(completionQueues) completion queues of "
            + "\(completionQueueEntries), \(memoryRegions) memory regions of "
            + "\(ByteCount(bytes: memoryRegionBytes).binaryText.text), \(readsAsResponder) reads at once"
    }
}

extension DeviceObjects {
    fileprivate var words: String {
        let parts: [(UInt64?, String)] = [
            (queuePairs, "queue pairs"), (completionQueues, "completion queues"), (memoryRegions, "memory regions"),
            (protectionDomains, "protection domains"), (connections, "connections"),
        ]
        return parts.compactMap { count, what in count.map { "\($0) \(what)" } }.joined(separator: ", ")
    }
}

extension InventoryPort {
    fileprivate var title: String {
        let others = transports.filter { $0 != transport }
        return transport.words + (others.isEmpty ? "" : ", also \(others.map(\.words).joined(separator: ", "))")
    }

    fileprivate var facts: [TextDocument.Fact] {
        let link = [state, physicalState.map { $0.split(separator: "_").joined(separator: " ") }].compactMap(\.self)
        var facts = [
            TextDocument.Fact(
                "state", link.isEmpty ? "not known" : link.map(outside).joined(separator: ", "),
                tone: isActive == false ? .warning : .normal),
            TextDocument.Fact("rate", rate.map { "\(BitRate(bitsPerSecond: $0))" } ?? "not known"),
        ]
        let mtu = activeMTUBytes.map { "\($0)" } ?? "not known"
        facts.append(.init("RDMA MTU", maximumMTUBytes.map { "\(mtu) of at most \($0)" } ?? mtu))
        if let netdev {
            facts.append(.init("interface", netdev.words))
        } else {
            facts.append(.init("interface", "none told"))
        }
        if let localIdentifier { facts.append(.init("LID", "\(localIdentifier)")) }
        if gids?.isEmpty == true { facts.append(.init("GIDs", "none", tone: .warning)) }
        if gids == nil { facts.append(.init("GIDs", "not known")) }
        return facts
    }

    fileprivate func gidTable(_ gids: [InventoryGID]) -> TextTable {
        var table = TextTable(columns: [
            .init("GID", .right), .init("type"), .init("interface", mayBeCut: true), .init("value"),
        ])
        for gid in gids {
            table.add([
                .init("\(gid.index)", gid.index == chosen?.index ? .strong : .normal),
                .init(gid.type?.transport.words ?? "-"), .init(gid.netdev.map(outside) ?? "-"),
                .init(gid.address ?? gid.gid),
            ])
        }
        return table
    }
}

extension InventoryInterface {
    fileprivate var words: String {
        var parts = [outside(name)]
        if let up { parts.append(up ? "up" : "down") }
        if let operationalState, up.map({ $0 ? "up" : "down" }) != operationalState {
            parts.append(outside(operationalState))
        }
        parts.append(mtuBytes.map { "MTU \($0)" } ?? "MTU not known")
        if let hardwareAddress { parts.append(outside(hardwareAddress)) }
        parts += (addresses ?? []).map(outside)
        if let numaNode { parts.append("NUMA node \(numaNode)") }
        return parts.joined(separator: ", ")
    }
}
