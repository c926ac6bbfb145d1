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
            let plain = PlainDevice.all(in: path) ?? []
            let read = RDMADevice.all(at: HostRoot(path: path)) ?? []
            #expect(read.map(\.name) == plain.map(\.name), "\(archive)")
            for (device, own) in zip(read, plain) {
                let place = "\(archive): \(device.name)"
                devices.append(device.name)
                #expect(device.nodeType == own.nodeType.flatMap { Int($0.prefix { $0 != ":" }) }, "\(place)")
                #expect(device.firmware == own.firmware, "\(place)")
                if own.isHardware { #expect(device.isSoftware == false && device.numaNode == own.numaNode, "\(place)") }
                #expect(device.ports.map(\.number) == own.ports.map(\.number), "\(place)")
                for (port, own) in zip(device.ports, own.ports) {
                    #expect(port.linkLayer == own.linkLayer, "\(place)")
                    #expect(port.state == own.state.flatMap { Int($0.prefix { $0 != ":" }) }, "\(place)")
                    // Of InfiniBand the subnet's prefix alone counts here as one.
                    let gids = Dictionary(
                        port.gids.map { ($0.index, $0.type) }, uniquingKeysWith: { first, _ in first })
                    for index in own.gids.keys {
                        #expect(gids[index] == .some(own.types[index]), "\(place) GID \(index)")
                    }
                    if own.linkLayer == "InfiniBand" {
                        #expect(device.wire(port: port.number, gid: nil) == .infiniBand, "\(place)")
                    }
                    if own.linkLayer == "Ethernet" { #expect(gids.count == own.gids.count, "\(place)") }
                }
            }
        }
        print("captured trees: RDMA devices \(devices.sorted())")
    }

    /// The tree of node_exporter's own tests, of which only some files were captured: no `node_type`, no GIDs, no `device`.
    @Test(.enabled(if: conformanceData("node_exporter/fixtures/sys.ttar") != nil, "no captured /sys of node_exporter"))
    func `R16 devices of which little was captured are read as far as they go, the rest is unknown`() throws {
        let tree = try TemporaryTree()
        try TextArchive.unpack(#require(conformanceData("node_exporter/fixtures/sys.ttar")), into: tree)
        let plain = PlainDevice.all(in: tree.path) ?? []
        let devices = RDMADevice.all(at: HostRoot(path: tree.path)) ?? []
        #expect(devices.map(\.name) == plain.map(\.name))
        for (device, own) in zip(devices, plain) {
            #expect((device.nodeType == nil) == (own.nodeType == nil), "\(own.name)")
            #expect(device.firmware == own.firmware, "\(own.name)")
            if own.numaNode == nil, !own.isHardware { #expect(device.numaNode == nil, "\(own.name)") }
            #expect(device.ports.map(\.number) == own.ports.map(\.number), "\(own.name)")
            for (port, own) in zip(device.ports, own.ports) {
                #expect(port.isActive == own.state.map { $0.hasPrefix("4:") })
                #expect(port.linkLayer == own.linkLayer)
                #expect(port.gids.isEmpty || !own.gids.isEmpty)
            }
        }
    }
}
