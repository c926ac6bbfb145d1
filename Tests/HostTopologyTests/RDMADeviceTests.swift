import TestSupport
import Testing

@testable import HostTopology

/// RDMA devices of hosts that nobody here owns, from trees that hold what their `/sys` holds.
@Suite struct `RDMA devices of a tree` {
    private let tree: TemporaryTree
    private let root: HostRoot

    init() throws {
        tree = try TemporaryTree()
        root = HostRoot(path: tree.path)
    }

    private func device(_ name: String) throws -> RDMADevice {
        try #require(RDMADevice.all(at: root)?.first { $0.name == name })
    }

    @Test func `an adapter with two ports is read whole`() throws {
        try tree.unpack(Fixtures.mlx5RoCE)
        let devices = try #require(RDMADevice.all(at: root))
        #expect(devices.count == 1)
        let device = try device("mlx5_0")
        #expect(device.nodeType == 1)
        #expect(device.isSoftware == false)
        #expect(!device.isIWARP)
        #expect(device.firmware == "16.35.2000")
        #expect(device.numaNode == 1)
        #expect(device.ports.map(\.number) == [1, 2])
        #expect(device.ports.map(\.state) == [4, 1])
        #expect(device.ports.map(\.isActive) == [true, false])
        #expect(device.ports.map(\.linkLayer) == ["Ethernet", "Ethernet"])
        #expect(device.ports[0].gids.map(\.index) == [0, 1, 2, 3, 4])
        #expect(device.ports[0].gids.map(\.type) == ["IB/RoCE v1", "RoCE v2", "IB/RoCE v1", "RoCE v2", "IB/RoCE v1"])
        #expect(device.ports[0].gids.last?.netdev == "vlan711")
        #expect(device.ports[0].gids[2].value == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 1])
        #expect(device.ports[1].gids.isEmpty)
    }

    @Test func `a GID that is there as v1 and v2 goes as v2, one that is v1 alone as v1`() throws {
        try tree.unpack(Fixtures.mlx5RoCE)
        let device = try device("mlx5_0")
        #expect(device.wire(port: 1, gid: device.ports[0].gids[2].value) == .roceV2)
        #expect(device.wire(port: 1, gid: device.ports[0].gids[4].value) == .roceV1)
        #expect(device.wire(port: 1, gid: nil) == .roceV2)
        #expect(device.wire(port: 1, gid: [UInt8](repeating: 9, count: 16)) == .unknown)
        #expect(device.wire(port: 2, gid: nil) == .unknown)
        #expect(device.wire(port: 3, gid: nil) == .unknown)
    }

    @Test func `iWARP is told by the node type, whatever a GID is called`() throws {
        try tree.unpack(Fixtures.severalKinds)
        for name in ["irdma0", "siw0"] {
            let device = try device(name)
            #expect(device.isIWARP)
            #expect(device.wire(port: 1, gid: nil) == .iWARP)
        }
        #expect(try device("siw0").ports[0].gids.map(\.type) == ["IB/RoCE v1"])
    }

    @Test func `a device without a device behind it is software`() throws {
        try tree.unpack(Fixtures.severalKinds)
        let devices = try #require(RDMADevice.all(at: root))
        #expect(devices.map(\.name) == ["ibp1s0", "irdma0", "rxe0", "siw0"])
        #expect(devices.map(\.isSoftware) == [false, false, true, true])
        #expect(try device("rxe0").wire(port: 1, gid: nil) == .roceV2)
        #expect(try device("rxe0").ports[0].gids.map(\.netdev) == ["eth0", "eth0"])
    }

    /// As in a captured tree: the links of /sys are there, what they point to is not.
    @Test func `a link to hardware that was not captured is still hardware`() throws {
        try tree.unpack(Fixtures.severalKinds)
        try tree.remove("sys/class/infiniband/rxe0/parent")
        try tree.link("sys/class/infiniband/rxe0/device", to: "../../../0000:82:00.0")
        #expect(try device("rxe0").isSoftware == false)
        #expect(try device("rxe0").numaNode == nil)
    }

    /// As in the tree of node_exporter's tests, where `i40iw0` and `mlx4_0` have no link `device`. Only drivers of adapters have
    /// `hca_type` and `board_id`; rxe and siw have no firmware, and `fw_ver` of theirs is an empty line.
    @Test(
        arguments: [
            (["hca_type": "I40IW"], false), (["board_id": "SM_1141000001000"], false), (["fw_ver": "2.31.5050"], false),
            (["fw_ver": "0.2"], false), (["fw_ver": ""], true), (["fw_ver": "0.0.0"], true),
            (["fw_ver": "", "hca_type": "x"], false), (["node_type": "1: CA"], nil), (["hca_type": ""], nil),
            (["parent": "eth0", "hca_type": "x"], true),
        ] as [([String: String], Bool?)])
    func `without a link to hardware in a captured tree, what only adapters have tells, and else nothing does`(
        files: [String: String], isSoftware: Bool?
    ) throws {
        for (name, text) in files { try tree.write(text + "\n", to: "sys/class/infiniband/x0/\(name)") }
        #expect(try device("x0").isSoftware == isSoftware)
    }

    @Test func `firmware of a captured tree that was cut to nothing does not make an adapter software`() throws {
        try tree.write("", to: "sys/class/infiniband/x0/fw_ver")
        #expect(try device("x0").isSoftware == nil)
    }

    /// Linux before 5.11: rxe_register_device() and siw_device_create() name the device of the network interface as parent,
    /// so that there is a link `device`; RHEL 8, Debian 11 and Ubuntu 20.04 have such kernels.
    @Test func `rxe and siw that name the adapter below them as their device are software all the same`() throws {
        try tree.unpack(Fixtures.severalKinds)
        try tree.write("0x15b3\n", to: "sys/devices/pci0000:80/0000:82:00.0/vendor")
        try tree.write("Software iWARP stack\n", to: "sys/class/infiniband/siw0/node_desc")
        for name in ["rxe0", "siw0"] {
            try tree.link("sys/class/infiniband/\(name)/device", to: "../../../devices/pci0000:80/0000:82:00.0")
            #expect(try device(name).isSoftware == true)
        }
        let observed = ObservedHost.read(at: root).rdmaDevices.elements
        #expect(observed.filter { $0.isSoftware.value == true }.map(\.name) == ["rxe0", "siw0"])
    }

    @Test func `a link to a device that was not captured tells of no device`() throws {
        try tree.unpack(Fixtures.severalKinds)
        try tree.link("sys/class/infiniband/scif0", to: "../../devices/scif_dma_0/infiniband/scif0")
        #expect(RDMADevice.all(at: root)?.map(\.name) == ["ibp1s0", "irdma0", "rxe0", "siw0"])
    }

    @Test func `what is not told is unknown: firmware that is empty, a NUMA node of -1`() throws {
        try tree.unpack(Fixtures.severalKinds)
        #expect(try device("siw0").firmware == nil)
        #expect(try device("rxe0").firmware == nil)
        #expect(try device("ibp1s0").numaNode == nil)
        #expect(try device("irdma0").numaNode == 0)
    }

    @Test func `InfiniBand is told by its link layer`() throws {
        try tree.unpack(Fixtures.severalKinds)
        let device = try device("ibp1s0")
        #expect(device.wire(port: 1, gid: nil) == .infiniBand)
        #expect(device.ports[0].state == 2)
        #expect(device.ports[0].isActive == false)
    }

    /// rxe has 1024 slots, nearly all of them empty, and the type of an empty slot cannot be read.
    @Test func `of 1024 slots the two that are filled are read`() throws {
        try tree.unpack(Fixtures.severalKinds)
        for index in 2..<1024 {
            try tree.write(
                "0000:0000:0000:0000:0000:0000:0000:0000\n", to: "sys/class/infiniband/rxe0/ports/1/gids/\(index)")
        }
        try tree.write("0000:0000:0000:0000:0000:ffff:0a00:0002\n", to: "sys/class/infiniband/rxe0/ports/1/gids/777")
        #expect(try device("rxe0").ports[0].gids.map(\.index) == [0, 1, 777])
        #expect(try device("rxe0").ports[0].gids.last?.type == nil)
        let quick = RDMADevice.all(at: root, readsGIDs: false)
        #expect(quick?.flatMap(\.ports).flatMap(\.gids).isEmpty == true)
        #expect(quick?.map(\.name) == RDMADevice.all(at: root)?.map(\.name))
    }

    // MARK: Nothing, and nonsense

    @Test func `a kernel without RDMA has no list, one without a device an empty one`() throws {
        #expect(RDMADevice.all(at: root) == nil)
        try tree.makeFolder("sys/class/infiniband")
        #expect(RDMADevice.all(at: root) == [])
    }

    @Test func `a device of which nothing can be read is one of which nothing is known`() throws {
        try tree.makeFolder("sys/class/infiniband/x0")
        let device = try device("x0")
        #expect(device.nodeType == nil)
        #expect(device.isSoftware == nil)
        #expect(device.firmware == nil)
        #expect(device.numaNode == nil)
        #expect(device.ports == [])
        #expect(device.wire(port: 1, gid: nil) == .unknown)
    }

    @Test(
        arguments: [
            ("4: ACTIVE", 4, true), ("1: DOWN", 1, false), ("0: NOP", 0, false), ("5: ACTIVE_DEFER", 5, false),
            ("4", 4, true),
            ("", nil, nil), ("ACTIVE", nil, nil), (": ACTIVE", nil, nil), ("four: ACTIVE", nil, nil),
            ("4 ACTIVE", nil, nil),
            ("\u{0}4: ACTIVE", 4, true), ("99999999999999999999: ACTIVE", nil, nil),
        ] as [(String, Int?, Bool?)])
    func `a port's state is the number before the colon`(text: String, state: Int?, isActive: Bool?) throws {
        try tree.unpack(Fixtures.mlx5RoCE)
        try tree.write(text + "\n", to: "sys/class/infiniband/mlx5_0/ports/1/state")
        #expect(try device("mlx5_0").ports[0].state == state)
        #expect(try device("mlx5_0").ports[0].isActive == isActive)
    }

    @Test(arguments: [
        "", "fe80::1", "fe80:0000:0000:0000:0202:c9ff:fe00", "fe80:0000:0000:0000:0202:c9ff:fe00:0001:0002",
        "fe80:0:0:0:202:c9ff:fe00:1",
        "+e80:0000:0000:0000:0202:c9ff:fe00:0001", "-000:0000:0000:0000:0202:c9ff:fe00:0001",
        "fg80:0000:0000:0000:0202:c9ff:fe00:0001",
        "ｆ80:0000:0000:0000:0202:c9ff:fe00:0001", "::::::::", ":::::::",
    ])
    func `a text that is no GID is left out`(text: String) throws {
        #expect(RDMADevice.gidBytes(text) == nil)
        try tree.unpack(Fixtures.severalKinds)
        try tree.write(text + "\n", to: "sys/class/infiniband/rxe0/ports/1/gids/0")
        #expect(try device("rxe0").ports[0].gids.map(\.index) == [1])
    }

    /// One file at a time is gone, empty, a folder, random bytes, or a mebibyte: R16.
    @Test func `R16 no state of any file makes the reader trap, and the other devices stay as they are`() throws {
        try tree.unpack(Fixtures.severalKinds)
        let whole = try #require(RDMADevice.all(at: root))
        let files = Fixtures.severalKinds.split(separator: "\n").filter { $0.hasPrefix("== ") }.map {
            String($0.dropFirst(3))
        }
        #expect(files.count > 25)
        var random = SeededRandom(seed: 16)
        for file in files {
            let content = try #require(root.bytes(of: file))
            let name = file.split(separator: "/")[3]
            for mutation in 0..<5 {
                try tree.remove(file)
                switch mutation {
                case 0: break
                case 1: try tree.write("", to: file)
                case 2: try tree.makeFolder(file)
                case 3: try tree.write((0..<64).map { _ in random.edgy(UInt8.self) }, to: file)
                default: try tree.write([UInt8](repeating: UInt8(ascii: "4"), count: 1 << 20), to: file)
                }
                let devices = try #require(RDMADevice.all(at: root), "\(file), mutation \(mutation)")
                #expect(devices.map(\.name) == whole.map(\.name), "\(file), mutation \(mutation)")
                #expect(
                    devices.filter { $0.name != name } == whole.filter { $0.name != name },
                    "\(file), mutation \(mutation)")
                if mutation == 0 {
                    try tree.write(content, to: file)
                } else {
                    try tree.remove(file)
                    try tree.write(content, to: file)
                }
            }
        }
        #expect(RDMADevice.all(at: root) == whole)
    }

    @Test func `names of ports and slots that are no numbers are passed over`() throws {
        try tree.unpack(Fixtures.mlx5RoCE)
        for name in ["", "a", "1x", "99999999999999999999"] where !name.isEmpty {
            try tree.write("4: ACTIVE\n", to: "sys/class/infiniband/mlx5_0/ports/\(name)/state")
            try tree.write(
                "fe80:0000:0000:0000:0202:c9ff:fe00:0001\n", to: "sys/class/infiniband/mlx5_0/ports/1/gids/\(name)")
        }
        #expect(try device("mlx5_0").ports.map(\.number) == [1, 2])
        #expect(try device("mlx5_0").ports[0].gids.map(\.index) == [0, 1, 2, 3, 4])
    }
}
