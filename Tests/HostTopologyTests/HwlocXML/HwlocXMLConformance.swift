import ClusterCore
import Foundation
import TestSupport
import Testing

@testable import HostTopology

/// Documents that hwloc wrote of real machines, beside the captured trees that it wrote them from. Nobody here wrote either.
@Suite(.enabled(if: conformanceData("hwloc") != nil, "CONFORMANCE_DATA holds no folder hwloc"))
struct `hwloc XML Conformance` {
    private func machines() throws -> [HwlocXMLFile] {
        HwlocXMLFile.all(in: try #require(conformanceData("hwloc")))
    }

    private func document(_ machine: HwlocXMLFile) throws -> ObservedHost {
        try ObservedHost(hwlocXML: [UInt8](Data(contentsOf: URL(filePath: machine.path))))
    }

    @Test func `every document is read, and tells processors and memory`() throws {
        for machine in try machines() {
            let host = try document(machine)
            #expect(!host.cpus.list.elements.isEmpty, "\(machine)")
            #expect(!host.numaNodes.elements.isEmpty, "\(machine)")
            #expect(host.cpus.list.elements.map(\.number) == host.cpus.online.value.map { Array($0) }, "\(machine)")
        }
    }

    /// What is written of it keeps what hwloc's 2.0 form can hold.
    @Test func `every document is the same after it was written and read again`() throws {
        for machine in try machines() {
            let host = try document(machine)
            let back = try ObservedHost(hwlocXML: Array(host.hwlocXML().utf8))
            #expect(back.cpus.list.elements.map(\.number) == host.cpus.list.elements.map(\.number), "\(machine)")
            // In any order, and without those of which a control group left no processor: an object needs one to have a place.
            func packages(_ host: ObservedHost) -> Set<NumberSet> {
                Set(host.packages.elements.map(\.cpus)).subtracting([[]])
            }
            #expect(packages(back) == packages(host), "\(machine)")
            #expect(back.numaNodes.elements.map(\.number) == host.numaNodes.elements.map(\.number), "\(machine)")
            #expect(
                back.numaNodes.elements.map(\.memory.value) == host.numaNodes.elements.map(\.memory.value), "\(machine)"
            )
            #expect(back.numaNodes.elements.map(\.distances.value) == host.numaNodes.elements.map(\.distances.value))
            #expect(back.pciDevices.elements.map(\.address) == host.pciDevices.elements.map(\.address), "\(machine)")
            #expect(back.pciDevices.elements.map(\.vendorID.value) == host.pciDevices.elements.map(\.vendorID.value))
            #expect(back.rdmaDevices.elements.map(\.name) == host.rdmaDevices.elements.map(\.name), "\(machine)")
            #expect(
                back.networkInterfaces.elements.map(\.name)
                    == host.networkInterfaces.elements.filter { $0.pciAddress.value != nil }.map(\.name), "\(machine)")
        }
    }

    /// hwloc's own reader accepts what is written, machine by machine.
    @Test(.enabled(if: HwlocTool.isThere, "lstopo is not installed (Debian: hwloc-nox)"))
    func `lstopo reads every document that is written`() throws {
        for machine in try machines() {
            let host = try document(machine)
            let tree = try TemporaryTree()
            try tree.write(try host.hwlocXML(), to: "host.xml")
            let again = try ObservedHost(
                hwlocXML: Array(
                    HwlocTool.run(["--input", tree.absolute("host.xml"), "--of", "xml", "--whole-io"]).utf8))
            #expect(again.cpus.list.elements.map(\.number) == host.cpus.list.elements.map(\.number), "\(machine)")
            #expect(
                again.numaNodes.elements.map(\.memory.value) == host.numaNodes.elements.map(\.memory.value),
                "\(machine)")
            #expect(again.pciDevices.elements.map(\.address) == host.pciDevices.elements.map(\.address), "\(machine)")
        }
    }

    private func hasRegisters(_ address: String, _ root: String) -> Bool {
        let config = try? Data(contentsOf: URL(filePath: "\(root)/sys/bus/pci/devices/\(address)/config"))
        return (config?.count ?? 0) >= 64
    }

    @Test func `a document says what the tree says from which it was made`() throws {
        var agreed: [String: Int] = [:]
        for machine in try machines() {
            let host = try document(machine)
            let unpacked = try TemporaryTree()
            guard let archive = machine.archive, Tar.unpack(archive, into: unpacked.path, without: "*/nothing/*"),
                let root = CapturedMachine.root(below: unpacked.path)
            else { continue }
            let tree = ObservedHost.read(at: HostRoot(path: root))
            let name = machine.description
            let online = tree.cpus.online.value ?? NumberSet(tree.cpus.list.elements.map(\.number))
            #expect(host.cpus.online.value?.isSubset(of: online) == true, "\(name)")
            agreed["processors", default: 0] += 1
            for node in host.numaNodes.elements {
                guard let own = tree.numaNodes.elements.first(where: { $0.number == node.number }) else { continue }
                if let cpus = node.cpus.value, let others = own.cpus.value, !others.isEmpty {
                    #expect(cpus.isSubset(of: others), "\(name) node \(node.number)")
                }
                if let memory = node.memory.value, let other = own.memory.value {
                    #expect(memory == other, "\(name) node \(node.number)")
                    agreed["memory of nodes", default: 0] += 1
                }
            }
            let functions = Dictionary(tree.pciDevices.elements.map { ($0.address, $0) }, uniquingKeysWith: { $1 })
            for device in host.pciDevices.elements {
                let own = try #require(functions[device.address], "\(name) \(device.address)")
                #expect(device.vendorID.value == own.vendorID.value, "\(name) \(device.address)")
                #expect(device.deviceID.value == own.deviceID.value, "\(name) \(device.address)")
                #expect(
                    own.classCode.value?.hasPrefix(device.classCode.value ?? "?") == true, "\(name) \(device.address)")
                // hwloc knows what is behind a bridge from the bridge's registers, which not every tree holds.
                let bridges = own.ancestors.elements.dropFirst()
                guard bridges.allSatisfy({ hasRegisters($0, root) }) else { continue }
                if let ours = own.ancestors.value, let theirs = device.ancestors.value {
                    #expect(theirs == ours, "\(name) \(device.address)")
                    agreed["places of functions", default: 0] += 1
                }
            }
            let names = Set(tree.networkInterfaces.elements.map(\.name))
            for interface in host.networkInterfaces.elements {
                #expect(names.contains(interface.name), "\(name) \(interface.name)")
            }
            for drive in host.blockDevices.elements {
                guard let own = tree.blockDevices.elements.first(where: { $0.name == drive.name }) else { continue }
                if let size = drive.size.value, let other = own.size.value {
                    // hwloc writes whole KiB.
                    #expect(size.bytes == other.bytes / 1024 * 1024, "\(name) \(drive.name)")
                    agreed["sizes of drives", default: 0] += 1
                }
            }
        }
        print("hwloc XML and trees agree: \(agreed.sorted { $0.key < $1.key })")
    }
}
