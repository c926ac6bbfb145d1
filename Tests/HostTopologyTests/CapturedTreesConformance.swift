import FoundationEssentials
import TestSupport
import Testing

@testable import HostTopology

/// Trees of real machines that hwloc's testers captured: nobody here wrote them, and nothing of them is in this repository.
@Suite(.enabled(if: environment("CONFORMANCE_DATA") != nil, "CONFORMANCE_DATA does not name a folder"))
struct `Captured trees Conformance` {
    @Test(.enabled(if: conformanceData("hwloc") != nil, "CONFORMANCE_DATA holds no folder hwloc"))
    func `R16 every RDMA device of every captured tree is read, with the ports that the tree holds`() throws {
        let machines = CapturedMachine.all(in: try #require(conformanceData("hwloc"))).machines
        var devices: [String] = []
        for archive in Set(machines.map(\.archive)).sorted() {
            let unpacked = try TemporaryTree()
            // What is no archive is no captured tree.
            guard let names = try Tar.names(in: archive, scratch: unpacked.absolute("names")) else { continue }
            guard names.contains(where: { $0.contains("/class/infiniband/") }) else { continue }
            // Tens of thousands of files of processors and caches, which nothing here reads.
            try #require(
                Tar.unpack(archive, into: unpacked.path, without: "*/sys/devices/system/*"),
                "tar cannot unpack \(archive)"
            )
            guard let path = CapturedMachine.root(below: unpacked.path) else { continue }
            for device in RDMADevice.all(at: HostRoot(path: path)) ?? [] {
                let place = "\(archive): \(device.name)"
                func holds(_ path: String) -> Bool { names.contains { $0.hasSuffix("/\(device.name)/ports/\(path)") } }
                devices.append(device.name)
                // Who captures a machine captures its hardware.
                #expect(!device.isSoftware, "\(place)")
                #expect(device.ports.isEmpty == !holds("1/state"), "\(place)")
                for port in device.ports where holds("\(port.number)/link_layer") {
                    #expect(["InfiniBand", "Ethernet"].contains(port.linkLayer), "\(place)")
                    #expect(device.wire(port: port.number, gid: nil) != .unknown, "\(place)")
                }
                for port in device.ports {
                    #expect((port.state != nil) == holds("\(port.number)/state"), "\(place)")
                    #expect(port.gids.isEmpty == !holds("\(port.number)/gids/0"), "\(place)")
                }
            }
        }
        print("captured trees: RDMA devices \(devices.sorted())")
    }

    /// The tree of node_exporter's own tests, of which only some files were captured: no `node_type`, no GIDs, no `device`.
    @Test(.enabled(if: conformanceData("node_exporter/fixtures/sys.ttar") != nil, "no captured /sys of node_exporter"))
    func `R16 devices of which little was captured are read as far as they go, the rest is unknown`() throws {
        let archive = try String(
            contentsOf: URL(filePath: try #require(conformanceData("node_exporter/fixtures/sys.ttar"))),
            encoding: .utf8)
        let tree = try TemporaryTree()
        var files = 0
        // `Path: NAME`, `Lines: N`, N lines.
        let lines = archive.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where line.hasPrefix("Path: sys/class/infiniband/") {
            guard let count = Int(lines[index + 1].dropFirst("Lines: ".count)) else { continue }
            try tree.write(
                lines[(index + 2)..<(index + 2 + count)].joined(separator: "\n") + "\n",
                to: String(line.dropFirst("Path: ".count)))
            files += 1
        }
        #expect(files > 30)
        let devices = try #require(RDMADevice.all(at: HostRoot(path: tree.path)))
        #expect(devices.map(\.name) == ["i40iw0", "mlx4_0"])
        for device in devices {
            #expect(device.nodeType == nil)
            #expect(device.numaNode == nil)
            #expect(device.firmware?.isEmpty == false)
            #expect(!device.ports.isEmpty)
            for port in device.ports {
                #expect(port.isActive == true)
                #expect(port.linkLayer == "InfiniBand")
                #expect(port.gids.isEmpty)
            }
        }
    }
}
