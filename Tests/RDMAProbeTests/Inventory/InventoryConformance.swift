import Foundation
import HostTopology
import RDMAModel
import RDMAProbe
import TestSupport
import Testing

/// Inventories of real machines that hwloc's testers captured, beside what hwloc itself says of them.
@Suite(.enabled(if: conformanceData("hwloc") != nil, "CONFORMANCE_DATA holds no folder hwloc"))
struct `Inventory Conformance` {
    /// An RDMA device in hwloc's output.
    private struct Known {
        var name: String
        var pciAddress: String
        var pciNumbers: String
        var informations: [String: String] = [:]
    }

    /// The devices with a `NodeGUID` in hwloc's XML, each with the PCI function that it stands in.
    private func known(in xml: String) -> [Known] {
        func attribute(_ name: String, of line: Substring) -> String? {
            guard let start = line.firstRange(of: " \(name)=\"")?.upperBound else { return nil }
            return String(line[start...].prefix { $0 != "\"" })
        }
        var found: [Known] = []
        var function = (address: "", numbers: "")
        var isDevice = false
        for line in xml.split(separator: "\n") {
            if line.contains("type=\"PCIDev\"") {
                function = (attribute("pci_busid", of: line) ?? "", attribute("pci_type", of: line) ?? "")
            }
            if line.contains("type=\"OSDev\"") {
                isDevice = !line.contains("/>")
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
        return found.filter { $0.informations["NodeGUID"] != nil }
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

    @Test
    func `R16 GUID, state, LID, GID and PCI function of every device are what hwloc says, and a copy says the same`()
        throws
    {
        var names: [String] = []
        for machine in CapturedMachine.all(in: try #require(conformanceData("hwloc"))).machines {
            let file = machine.name
            guard let answer = machine.answer, answer.hasSuffix(".xml") else { continue }
            let expected = known(in: try String(contentsOf: URL(filePath: answer), encoding: .utf8))
            guard !expected.isEmpty else { continue }
            let tree = try TemporaryTree()
            try unpack(machine.archive, into: tree)
            guard let path = CapturedMachine.root(below: tree.path) else { continue }
            let root = HostRoot(path: path)
            let inventory = DeviceInventory.read(at: root)
            #expect(inventory.devices?.map(\.name) == expected.map(\.name).sorted(), "\(file)")
            for known in expected {
                let device = try #require(inventory.devices?.first { $0.name == known.name })
                names.append(device.name)
                #expect(device.nodeGUID == known.informations["NodeGUID"])
                #expect(device.systemImageGUID == known.informations["SysImageGUID"])
                #expect(device.pci?.address == known.pciAddress)
                let numbers = "[\(device.pci?.vendorID ?? ""):\(device.pci?.deviceID ?? "")]"
                #expect(known.pciNumbers.contains(numbers), "\(known.pciNumbers)")
                #expect(!device.software && device.driver != nil && device.numaNode != nil)
                let port = try #require(device.ports.first)
                #expect(port.transport == .infiniBand)
                #expect(port.state.map { $0 == "active" ? "4" : $0 } == known.informations["Port1State"])
                #expect(
                    port.localIdentifier.map { "0x" + String($0, radix: 16) } == known.informations["Port1LID"])
                #expect(port.gids?.map(\.gid) == [try #require(known.informations["Port1GID0"])])
                #expect(port.netdev?.name == "ib0")
            }
            let copy = try TemporaryTree()
            try copy.untar(HostCapture.take(at: root, scrubbing: false).archive)
            #expect(
                DeviceInventory.read(at: HostRoot(path: copy.absolute(HostCapture.folder))) == inventory, "\(file)")
        }
        print("inventories beside hwloc: \(names)")
    }
}
