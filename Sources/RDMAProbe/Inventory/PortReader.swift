import ClusterCore
import HostTopology
import RDMAModel

/// Puts together what is told of one device's ports.
struct PortReader {
    let root: HostRoot
    let family: GIDChoice.Family?
    let device: RDMADevice
    let protocolName: String?
    let driver: String?
    let pci: PCIPlace?
    let answer: CalledFacts.VerbsAnswer?
    let interfaces: [String: NetworkInterface]
    let addresses: [CalledFacts.InterfaceFact]?

    private var isIWARP: Bool { device.isIWARP || protocolName == "iw" }

    private var isSRD: Bool {
        driver == "efa" || (pci?.vendorID == "1d0f" && pci?.deviceID?.hasPrefix("efa") == true)
    }

    func read(_ port: RDMADevice.Port, known: RDMANetlink.Port?) -> InventoryPort {
        let base = "sys/class/infiniband/\(device.name)/ports/\(port.number)"
        let own = answer?.ports.first { $0.number == port.number }
        var result = InventoryPort(number: port.number)
        result.linkLayer = port.linkLayer
        result.state = (port.state ?? known?.state ?? own?.state).map(InventoryPort.stateName)
        let physical = root.text(of: "\(base)/phys_state").flatMap { Int($0.prefix { $0 != ":" }) }
        result.physicalState = (physical ?? known?.physicalState ?? own?.physicalState).map(
            InventoryPort.physicalStateName)
        result.activeMTUBytes = own?.activeMTUBytes
        result.maximumMTUBytes = own?.maximumMTUBytes
        result.localIdentifier = root.text(of: "\(base)/lid").flatMap { text in
            // RoCE and iWARP have none, and say 0.
            text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16).flatMap { $0 == 0 ? nil : $0 } : nil
        }
        let gids = gids(of: port)
        result.netdev = netdevName(port, known, gids).flatMap(interface)
        result.gids = gids.map { gids in gids.map { described($0, result.netdev) } }
        result.rateText = root.text(of: "\(base)/rate").flatMap { $0.isEmpty ? nil : $0 }
        result.rate = InventoryPort.rate(
            text: result.rateText, linkLayer: port.linkLayer, netdevBitsPerSecond: result.netdev?.speed)
        choose(&result, gids ?? [])
        return result
    }

    // MARK: GIDs

    /// A GID from whichever source had it.
    private struct Entry {
        var index: Int
        var value: [UInt8]
        var type: GIDType?
        var netdev: String?
    }

    /// Verbs tells the whole table in one call; sysfs has a file for each of what may be a thousand slots.
    private func gids(of port: RDMADevice.Port) -> [Entry]? {
        if let table = answer?.gids {
            return table.filter { $0.port == port.number }.sorted { $0.index < $1.index }.compactMap { entry in
                guard let value = RDMADevice.gidBytes(entry.gid), value.contains(where: { $0 != 0 }),
                    port.linkLayer != "InfiniBand" || value.suffix(8).contains(where: { $0 != 0 })
                else { return nil }
                let type: GIDType? =
                    switch entry.type {
                    case 2: .roceV2
                    case 1: .roceV1
                    default: port.linkLayer == "InfiniBand" ? .infiniBand : nil
                    }
                return Entry(index: entry.index, value: value, type: isIWARP ? nil : type, netdev: entry.netdev)
            }
        }
        let folder = "sys/class/infiniband/\(device.name)/ports/\(port.number)/gids"
        guard root.names(in: folder) != nil else { return nil }
        return device.gids(ofPort: port.number, at: root).compactMap { gid in
            // An empty slot of an InfiniBand port holds the subnet's prefix and nothing behind it.
            if port.linkLayer == "InfiniBand", gid.value.suffix(8).allSatisfy({ $0 == 0 }) { return nil }
            let type: GIDType? =
                switch gid.type {
                case "RoCE v2": .roceV2
                case "IB/RoCE v1": port.linkLayer == "InfiniBand" ? .infiniBand : .roceV1
                default: port.linkLayer == "InfiniBand" ? .infiniBand : nil
                }
            return Entry(index: gid.index, value: gid.value, type: isIWARP || isSRD ? nil : type, netdev: gid.netdev)
        }
    }

    private func described(_ entry: Entry, _ netdev: InventoryInterface?) -> InventoryGID {
        var address: String?
        // Only a RoCE GID is an IP address; InfiniBand's is a prefix and a GUID, iWARP's a hardware address.
        if entry.type == .roceV1 || entry.type == .roceV2 {
            address = IPAddress(bytes: entry.value).map { "\($0.unmapped)" }
        }
        let name = entry.netdev ?? (isIWARP ? netdev?.name : nil)
        return InventoryGID(
            index: entry.index, gid: GIDText.text(entry.value), type: entry.type, netdev: name, address: address,
            netdevMTUBytes: name.flatMap { interfaces[$0]?.mtu })
    }

    private func choose(_ port: inout InventoryPort, _ gids: [Entry]) {
        if isSRD {
            port.transport = .srd
            port.transports = [.srd]
            port.chosen = gids.first.map { GIDChoice(index: $0.index, reason: "SRD: programs name it by its index") }
            return
        }
        if isIWARP {
            port.transport = .iWARP
            port.transports = [.iWARP]
            port.chosen = gids.first.map { GIDChoice(index: $0.index, reason: "iWARP: the IP address decides") }
            return
        }
        let candidates = gids.map {
            GIDChoice.Candidate(
                index: $0.index, value: $0.value, type: $0.type,
                isUp: $0.netdev.flatMap { interfaces[$0]?.isUp } ?? port.netdev?.up)
        }
        port.chosen = GIDChoice.best(of: candidates, family: port.linkLayer == "InfiniBand" ? nil : family)
        let types = Set(gids.compactMap(\.type))
        port.transports = GIDType.allCases.filter(types.contains).map(\.transport)
        if port.linkLayer == "InfiniBand" {
            port.transport = .infiniBand
            if port.transports.isEmpty { port.transports = [.infiniBand] }
        } else {
            port.transport = gids.first { $0.index == port.chosen?.index }?.type?.transport ?? .unknown
        }
    }

    // MARK: Network interface

    /// Netlink knows best; of a tree without it the GID table or sysfs tells.
    private func netdevName(
        _ port: RDMADevice.Port, _ known: RDMANetlink.Port?, _ gids: [Entry]?
    ) -> String? {
        if let name = known?.interface { return name }
        // Verbs tells the GID table where it is asked, sysfs otherwise.
        if let name = gids?.first?.netdev, !name.isEmpty { return name }
        return RDMADevice.interfaceInFiles(ofPort: port.number, of: device.name, at: root)
    }

    private func interface(_ name: String) -> InventoryInterface {
        let known = interfaces[name]
        var result = InventoryInterface(name: name)
        result.up = known?.isUp
        result.operationalState = known?.operationalState
        result.mtuBytes = known?.mtu
        result.speed = known?.bitsPerSecond
        result.hardwareAddress = known?.hardwareAddress
        result.numaNode = known?.numaNode
        result.addresses = addresses.map { all in all.filter { $0.interface == name }.map(\.address) }
        return result
    }
}
