import FoundationEssentials
import TestSupport
import Testing

@testable import HostTopology

/// Trees of real machines that hwloc's testers captured: nobody here wrote them, and nothing of them is in this repository.
@Suite(
    .enabled(
        if: environment("CONFORMANCE_DATA") != nil, "CONFORMANCE_DATA does not name the folder of public test data"))
struct `Captured trees Conformance` {
    /// The roots of captured trees: folders that hold `sys`.
    private func roots(below folder: String, depth: Int = 3) -> [String] {
        guard depth > 0, let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return [] }
        if names.contains("sys") { return [folder] }
        return names.sorted().flatMap { roots(below: folder + "/" + $0, depth: depth - 1) }
    }

    @Test func `R16 every RDMA device of every captured tree is read, with a port and its link layer`() throws {
        let data = try #require(environment("CONFORMANCE_DATA")) + "/hwloc"
        let archives = try FileManager.default.contentsOfDirectory(atPath: data).filter { $0.hasSuffix(".tar.bz2") }
            .sorted()
        #expect(!archives.isEmpty)
        var devices: [String] = []
        for archive in archives {
            let unpacked = try TemporaryTree()
            let path = data + "/" + archive
            let names = try #require(
                try Tar.names(in: path, scratch: unpacked.absolute("names")), "tar cannot read \(archive)")
            guard names.contains(where: { $0.contains("/class/infiniband/") }) else { continue }
            // Tens of thousands of files of processors and caches, which nothing here reads.
            try #require(
                Tar.unpack(path, into: unpacked.path, without: "*/sys/devices/system/*"), "tar cannot unpack \(archive)"
            )
            for path in roots(below: unpacked.path) {
                let root = HostRoot(path: path)
                for device in RDMADevice.all(at: root) ?? [] {
                    devices.append(device.name)
                    #expect(!device.isSoftware, "\(archive): \(device.name)")
                    #expect(!device.ports.isEmpty, "\(archive): \(device.name)")
                    for port in device.ports {
                        #expect(["InfiniBand", "Ethernet"].contains(port.linkLayer), "\(archive): \(device.name)")
                        #expect(port.state != nil, "\(archive): \(device.name)")
                        #expect(!port.gids.isEmpty, "\(archive): \(device.name)")
                        #expect(device.wire(port: port.number, gid: nil) != .unknown, "\(archive): \(device.name)")
                    }
                }
            }
        }
        #expect(devices.contains("mlx4_0") && devices.contains("qib0"), "\(devices)")
    }

    /// The tree of node_exporter's own tests, of which only some files were captured: no `node_type`, no GIDs, no `device`.
    @Test func `R16 devices of which little was captured are read as far as they go, the rest is unknown`() throws {
        let archive = try String(
            contentsOf: URL(
                filePath: try #require(environment("CONFORMANCE_DATA")) + "/node_exporter/fixtures/sys.ttar"),
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
