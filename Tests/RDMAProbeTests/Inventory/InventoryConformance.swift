import Foundation
import HostTopology
import RDMAModel
import RDMAProbe
import TestSupport
import Testing

/// Inventories of real machines that hwloc's testers captured, beside what the files of each tree say by a plain reading and,
/// where a document of hwloc's lies beside, what hwloc itself says.
@Suite(.enabled(if: conformanceData("hwloc") != nil, "CONFORMANCE_DATA holds no folder hwloc"))
struct `Inventory Conformance` {
    /// An RDMA device in hwloc's output.
    private struct Known {
        var name: String
        var pciAddress: String
        var pciNumbers: String
        var informations: [String: String] = [:]
    }

    /// The RDMA devices in hwloc's XML, each with the PCI function that it stands in.
    private func known(in xml: String) -> [Known] {
        func attribute(_ name: String, of line: Substring) -> String? {
            guard let start = line.firstRange(of: " \(name)=\"")?.upperBound else { return nil }
            return String(line[start...].prefix { $0 != "\"" })
        }
        // Version 2 numbers the kinds of devices, version 3 has a bit for each.
        let isOld = xml.contains("<topology version=\"2")
        var found: [Known] = []
        var function = (address: "", numbers: "")
        var isDevice = false
        for line in xml.split(separator: "\n") {
            if line.contains("type=\"PCIDev\"") {
                function = (attribute("pci_busid", of: line) ?? "", attribute("pci_type", of: line) ?? "")
            }
            if line.contains("type=\"OSDev\"") {
                let kind = attribute("osdev_type", of: line).flatMap { Int($0) } ?? 0
                let isRDMA = isOld ? kind == 3 : kind & 32 != 0
                isDevice = isRDMA && !line.contains("/>")
                guard isRDMA else { continue }
                found.append(
                    Known(
                        name: attribute("name", of: line) ?? "", pciAddress: function.address,
                        pciNumbers: function.numbers))
            }
            if isDevice, line.contains("<info "), let name = attribute("name", of: line), !found.isEmpty {
                found[found.count - 1].informations[name] = attribute("value", of: line)
            }
            if line.contains("</object>") { isDevice = false }
        }
        return found
    }

    private func unpack(_ archive: String, into tree: TemporaryTree) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        // Tens of thousands of files of processors and caches, which nothing here reads.
        process.arguments = [
            "tar", "--no-same-owner", "--exclude=*/sys/devices/system/*", "-xf", archive, "-C", tree.path,
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "tar cannot unpack \(archive)")
    }

    private func compare(_ device: InventoryDevice, _ plain: PlainDevice, _ place: String) {
        #expect(device.nodeGUID == plain.nodeGUID, "\(place)")
        #expect(device.systemImageGUID == plain.systemImageGUID, "\(place)")
        #expect(device.firmware == plain.firmware, "\(place)")
        #expect(device.adapterType == plain.adapterType && device.board == plain.board, "\(place)")
        #expect((device.nodeType == nil) == (plain.nodeType == nil), "\(place)")
        if plain.isHardware {
            #expect(device.software == false, "\(place)")
            #expect(device.pci?.address == plain.address, "\(place)")
            #expect(device.pci?.vendorID == plain.vendorID, "\(place)")
            #expect(device.driver == plain.driver && device.numaNode == plain.numaNode, "\(place)")
        }
        #expect(device.ports.map(\.number) == plain.ports.map(\.number), "\(place)")
        let isIWARP = plain.nodeType?.hasPrefix("4") == true
        for (port, own) in zip(device.ports, plain.ports) {
            let place = "\(place) port \(own.number)"
            // `4: ACTIVE`
            let state = own.state?.split(separator: " ").last.map { $0.lowercased() }
            #expect(port.state == state, "\(place)")
            #expect(port.linkLayer == own.linkLayer && port.rateText == own.rate, "\(place)")
            #expect(port.localIdentifier == own.localIdentifier, "\(place)")
            let gids = Dictionary((port.gids ?? []).map { ($0.index, $0) }, uniquingKeysWith: { first, _ in first })
            #expect(gids.mapValues(\.gid) == own.gids, "\(place)")
            for (index, gid) in gids where !isIWARP {
                #expect(gid.netdev == own.gidInterfaces[index], "\(place) GID \(index)")
                switch own.types[index] {
                case "RoCE v2": #expect(gid.type == .roceV2, "\(place) GID \(index)")
                case "IB/RoCE v1" where own.linkLayer == "Ethernet":
                    #expect(gid.type == .roceV1, "\(place) GID \(index)")
                default: #expect(own.linkLayer == "InfiniBand" ? gid.type == .infiniBand : gid.type == nil)
                }
            }
            if own.linkLayer == "InfiniBand" { #expect(port.transport == .infiniBand, "\(place)") }
            if own.linkLayer == "Ethernet", !isIWARP {
                let types = Set(own.types.values)
                #expect(port.transports.contains(.roceV2) == types.contains("RoCE v2"), "\(place)")
                if types.isEmpty { #expect(port.transport == .unknown, "\(place)") }
                if types == ["RoCE v2"] { #expect(port.transport == .roceV2, "\(place)") }
                if types == ["IB/RoCE v1"] { #expect(port.transport == .roceV1, "\(place)") }
            }
            let interfaces = plain.interfaces(of: own)
            // iWARP's first GID is a hardware address, by which its interface is found too.
            if !isIWARP {
                #expect(port.netdev.map { interfaces.contains($0.name) } ?? (interfaces.count != 1), "\(place)")
            }
        }
    }

    private func compare(_ device: InventoryDevice, _ known: Known, _ place: String) {
        // A virtual function that was given none says zero, and so does hwloc then.
        func isSame(_ own: String?, _ name: String) -> Bool {
            guard let told = known.informations[name] else { return true }
            return own == told || own == nil && !told.contains { $0 != "0" && $0 != ":" }
        }
        #expect(isSame(device.nodeGUID, "NodeGUID") && isSame(device.systemImageGUID, "SysImageGUID"), "\(place)")
        if !known.pciAddress.isEmpty {
            #expect(device.pci?.address == known.pciAddress, "\(place)")
            let numbers = "[\(device.pci?.vendorID ?? ""):\(device.pci?.deviceID ?? "")]"
            #expect(known.pciNumbers.contains(numbers), "\(place): \(known.pciNumbers)")
        }
        for port in device.ports {
            let title = "Port\(port.number)"
            if let state = known.informations[title + "State"].flatMap({ Int($0) }) {
                #expect(port.state == InventoryPort.stateName(state), "\(place)")
            }
            if let told = known.informations[title + "LID"] {
                #expect("0x" + String(port.localIdentifier ?? 0, radix: 16) == told, "\(place)")
            }
            for (name, gid) in known.informations where name.hasPrefix(title + "GID") {
                let index = Int(name.dropFirst(title.count + 3))
                #expect(port.gids?.first { $0.index == index }?.gid == gid, "\(place) \(name)")
            }
        }
    }

    @Test
    func
        `R16 every device is what its files and hwloc say, where there is none there is none, and a copy says the same`()
        throws
    {
        let machines = CapturedMachine.all(in: try #require(conformanceData("hwloc"))).machines
        var (names, trees, beside): ([String], Int, Int) = ([], 0, 0)
        for archive in Set(machines.map(\.archive)).sorted() {
            let file = URL(filePath: archive).lastPathComponent
            let tree = try TemporaryTree()
            try unpack(archive, into: tree)
            guard let path = CapturedMachine.root(below: tree.path) else { continue }
            trees += 1
            let plain = PlainDevice.all(in: path)
            let inventory = DeviceInventory.read(at: HostRoot(path: path))
            #expect(inventory.devices?.map(\.name) == plain?.map(\.name), "\(file)")
            for own in plain ?? [] {
                let device = try #require(inventory.devices?.first { $0.name == own.name }, "\(file): \(own.name)")
                names.append(own.name)
                compare(device, own, "\(file): \(own.name)")
            }
            for machine in machines where machine.archive == archive {
                guard let answer = machine.answer, answer.hasSuffix(".xml") else { continue }
                for known in known(in: try String(contentsOf: URL(filePath: answer), encoding: .utf8)) {
                    let place = "\(machine.name): \(known.name)"
                    let device = try #require(inventory.devices?.first { $0.name == known.name }, "\(place)")
                    compare(device, known, place)
                    beside += 1
                }
            }
            guard plain?.isEmpty == false else { continue }
            let copy = try TemporaryTree()
            try copy.untar(HostCapture.take(at: HostRoot(path: path), scrubbing: false).archive)
            #expect(
                DeviceInventory.read(at: HostRoot(path: copy.absolute(HostCapture.folder))) == inventory, "\(file)")
        }
        #expect(trees > 0)
        print("inventories of \(trees) trees: \(names), beside hwloc \(beside)")
    }
}
