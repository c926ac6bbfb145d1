import ClusterCore
import HostTopology
import RDMAModel
import RDMAProbe
import TestSupport
import Testing

/// Inventories of hosts with adapters nobody here owns, and of the lab's guests, from trees of their files.
@Suite struct `Device inventory` {
    private func inventory(_ host: String, family: GIDChoice.Family? = nil) throws -> DeviceInventory {
        let tree = try TemporaryTree()
        try tree.build(host: host)
        return DeviceInventory.read(at: HostRoot(path: tree.path), family: family)
    }

    private func device(_ name: String, of inventory: DeviceInventory) throws -> InventoryDevice {
        try #require(inventory.devices?.first { $0.name == name })
    }

    // MARK: mlx5

    @Test func `an mlx5 adapter is told with its place, its link and its firmware`() throws {
        let device = try device("mlx5_0", of: inventory("mlx5"))
        #expect(device.software == false)
        #expect(device.driver == "mlx5_core")
        #expect(device.firmware == "22.39.1002")
        #expect(device.adapterType == "MT4125")
        #expect(device.board == "MT_0000000359")
        #expect(device.nodeType == "channel_adapter")
        #expect(device.nodeGUID == "0c42:a103:002b:3c4d")
        #expect(device.numaNode == 0)
        #expect(device.localCPUs == "0-15,32-47")
        let pci = try #require(device.pci)
        #expect(pci.address == "0000:3b:00.0")
        #expect(pci.vendorID == "15b3" && pci.deviceID == "101d" && pci.subsystemDeviceID == "0016")
        #expect(pci.vendor == "NVIDIA Mellanox")
        #expect(pci.speed == 8000 && pci.maximumSpeed == 16_000 && pci.width == 8 && pci.maximumWidth == 16)
        // Verbs and netlink were not captured with this tree.
        #expect(device.limits == nil && device.inUse == nil)
    }

    @Test func `a PCIe link below its maximum is a warning with both figures`() throws {
        let finding = try #require(try inventory("mlx5").findings.first { $0.rule == "rdma.pcie" })
        #expect(finding.severity == .warning)
        #expect(finding.required == .text("16 GT/s x16"))
        #expect(finding.measured == .text("8 GT/s x8"))
        #expect(finding.subject.rawValue.contains("device:mlx5_0"))
    }

    @Test func `of eight GIDs the RoCE v2 one of the IPv4 address is used, and no empty slot is told`() throws {
        let port = try device("mlx5_0", of: inventory("mlx5")).ports[0]
        #expect(port.gids?.map(\.index) == Array(0...7))
        #expect(port.chosen?.index == 3)
        #expect(port.transport == .roceV2)
        #expect(port.transports == [.roceV1, .roceV2])
        #expect(port.gids?[3].address == "10.0.0.1" && port.gids?[3].netdev == "ens1f0np0")
        #expect(port.gids?[7].address == "192.168.0.1" && port.gids?[7].netdev == "ens1f0np0.711")
        #expect(port.gids?[0].address == "fe80::e42:a1ff:fe2b:3c4d")
    }

    @Test(arguments: [(nil, 3), (.ipv4, 3), (.ipv6, 5)] as [(GIDChoice.Family?, Int)])
    func `the address family that is asked for decides the GID`(family: GIDChoice.Family?, index: Int) throws {
        #expect(try device("mlx5_0", of: inventory("mlx5", family: family)).ports[0].chosen?.index == index)
    }

    @Test func `a port has its speed and its MTU from the network interface, not from the VLAN's`() throws {
        let port = try device("mlx5_0", of: inventory("mlx5")).ports[0]
        #expect(port.netdev?.name == "ens1f0np0")
        #expect(port.netdev?.mtuBytes == 9000)
        #expect(port.rate == 100_000_000_000)
        #expect(port.rateText == "100 Gb/sec (4X EDR)")
        // Only verbs tells the RDMA MTU.
        #expect(port.activeMTUBytes == nil)
    }

    @Test func `what a virtual function does not know is unknown, never zero and never SDR`() throws {
        let inventory = try inventory("mlx5")
        let device = try device("mlx5_1", of: inventory)
        #expect(device.numaNode == nil)
        #expect(device.pci?.speed == nil && device.pci?.width == nil && device.pci?.isBelowMaximum == nil)
        let port = device.ports[0]
        #expect(port.state == "down" && port.physicalState == "disabled")
        #expect(port.rate == nil && port.rateText == "2.5 Gb/sec (1X SDR)")
        #expect(port.netdev?.name == "ens1f0v0" && port.netdev?.up == false && port.netdev?.speed == nil)
        #expect(port.gids == [] && port.chosen == nil && port.transport == .unknown)
        let own = inventory.findings.filter { $0.subject.rawValue.contains("device:mlx5_1") }
        #expect(Set(own.map(\.rule)) == ["rdma.port", "rdma.netdev", "rdma.gid", "rdma.unknown"])
        #expect(own.contains { "\($0.measured.map { "\($0)" } ?? "")".contains("NUMA node") })
        #expect(!own.contains { $0.rule == "rdma.pcie" })
    }

    /// cma_resolve_iboe_route() of drivers/infiniband/core/cma.c takes the path's MTU from the interface of the address.
    @Test func `a VLAN whose MTU is smaller than its adapter's makes the RDMA packets small where its GID is used`()
        throws
    {
        let tree = try TemporaryTree()
        try tree.build(host: "mlx5")
        let root = HostRoot(path: tree.path)
        #expect(!DeviceInventory.read(at: root).findings.contains { $0.rule == "rdma.mtu" })
        try tree.write("1500\n", to: "sys/class/net/ens1f0np0.711/mtu")
        #expect(!DeviceInventory.read(at: root).findings.contains { $0.rule == "rdma.mtu" })
        for index in 2...3 {
            try tree.write("ens1f0np0.711\n", to: "sys/class/infiniband/mlx5_0/ports/1/gid_attrs/ndevs/\(index)")
        }
        let inventory = DeviceInventory.read(at: root)
        let port = try device("mlx5_0", of: inventory).ports[0]
        #expect(port.netdev?.mtuBytes == 9000 && port.chosen?.index == 3 && port.gids?[3].netdevMTUBytes == 1500)
        let finding = try #require(inventory.findings.first { $0.rule == "rdma.mtu" })
        #expect(finding.measured == .integer(1024, unit: "B"))
        #expect(finding.evidence == [Evidence(source: "/sys/class/net/ens1f0np0.711/mtu", value: "1500")])
    }

    @Test func `rxe on a real adapter, as kernels before 5_11 show it, has no place on the PCI bus`() throws {
        let tree = try TemporaryTree()
        try tree.build(host: "rxe")
        try tree.link("sys/devices/virtual/infiniband/rxe0/device", to: "../../../pci0000:00/0000:00:03.0")
        try tree.write("0x15b3\n", to: "sys/devices/pci0000:00/0000:00:03.0/vendor")
        let device = try device("rxe0", of: DeviceInventory.read(at: HostRoot(path: tree.path)))
        #expect(device.software == true && device.pci == nil)
    }

    // MARK: Other adapters

    @Test func `bnxt_re, with no folder of port counters, is RoCE v2`() throws {
        let device = try device("bnxt_re0", of: inventory("bnxt_re"))
        #expect(device.pci?.vendor == "Broadcom" && device.pci?.isBelowMaximum == false)
        #expect(device.ports[0].transport == .roceV2 && device.ports[0].transports == [.roceV2])
        #expect(device.ports[0].chosen?.index == 1)
        #expect(device.ports[0].netdev?.name == "enp129s0f0np0")
    }

    @Test func `of two functions of one irdma adapter each has its own transport`() throws {
        let inventory = try inventory("irdma")
        #expect(inventory.devices?.map(\.name) == ["iwp175s0f1", "rocep175s0f0"])
        let roce = try device("rocep175s0f0", of: inventory)
        #expect(roce.ports[0].transport == .roceV2 && roce.nodeType == "channel_adapter")
        let iwarp = try device("iwp175s0f1", of: inventory)
        #expect(iwarp.ports[0].transport == .iWARP && iwarp.nodeType == "rnic")
        // The kernel calls the GID's type "IB/RoCE v1" there.
        #expect(iwarp.ports[0].gids?[0].type == nil && iwarp.ports[0].gids?[0].address == nil)
        #expect(iwarp.ports[0].netdev?.name == "ens3f1")
        #expect(iwarp.ports[0].transports == [.iWARP])
    }

    @Test func `an EFA is SRD only, whatever its GID looks like`() throws {
        let inventory = try inventory("efa")
        let device = try device("rdmap0s6", of: inventory)
        #expect(device.driver == "efa" && device.nodeType == "unspecified" && device.software == false)
        #expect(device.ports[0].transport == .srd && device.ports[0].transports == [.srd])
        #expect(device.ports[0].gids?.count == 1 && device.ports[0].gids?[0].type == nil)
        #expect(device.ports[0].netdev == nil && device.ports[0].chosen?.index == 0)
        let finding = try #require(inventory.findings.first { $0.rule == "rdma.transport" })
        #expect(finding.remedy?.contains("no reliable connections") == true)
    }

    @Test func `an InfiniBand port without a subnet manager is told, and its slots that hold only a prefix are not`()
        throws
    {
        let inventory = try inventory("infiniband")
        let port = try device("ibp65s0", of: inventory).ports[0]
        #expect(port.transport == .infiniBand && port.state == "init" && port.physicalState == "link_up")
        #expect(port.rate == 200_000_000_000)
        #expect(port.gids?.map(\.index) == [0] && port.gids?[0].type == .infiniBand)
        #expect(port.gids?[0].address == nil)
        #expect(port.localIdentifier == 65_535)
        #expect(inventory.findings.contains { $0.rule == "rdma.port" && $0.remedy?.contains("subnet manager") == true })
        #expect(inventory.host.networkNamespaceMode == .exclusive)
        #expect(inventory.findings.contains { $0.rule == "rdma.namespace" })
        #expect(inventory.host.name == "node1" && inventory.host.memlockUnlimited == true)
        #expect(inventory.host.memlockLimitBytes == nil)
    }

    // MARK: Software, as captured in the lab

    @Test func `of rxe's 1024 slots the three that are filled are told, and no PCI place is made up`() throws {
        let inventory = try inventory("rxe")
        let device = try device("rxe0", of: inventory)
        #expect(device.software == true && device.pci == nil && device.numaNode == nil && device.firmware == nil)
        #expect(device.driver == "rxe" && device.node == "/dev/infiniband/uverbs0")
        #expect(device.inUse?.queuePairs == 1 && device.inUse?.connections == 0)
        let port = device.ports[0]
        #expect(port.gids?.map(\.address) == ["fe80::5054:ff:fe4c:4101", "10.77.0.1", "fd77::1"])
        #expect(port.chosen?.index == 1 && port.transport == .roceV2)
        #expect(port.netdev?.name == "eth0" && port.netdev?.mtuBytes == 9000)
        #expect(inventory.host.name == "h1" && inventory.host.memlockLimitBytes == 8_388_608)
        #expect(inventory.host.networkNamespaceMode == .shared)
        #expect(!inventory.findings.contains { $0.severity > .information })
    }

    @Test func `siw is iWARP although its GID says RoCE v1, and netlink tells its interface, which sysfs does not`()
        throws
    {
        let device = try device("siw0", of: inventory("siw"))
        #expect(device.software == true && device.nodeType == "rnic" && device.driver == "siw")
        #expect(device.ports[0].transport == .iWARP)
        #expect(device.ports[0].netdev?.name == "eth0")
        #expect(device.ports[0].gids?.count == 1 && device.ports[0].gids?[0].type == nil)
    }

    /// Documentation/ABI/testing/sysfs-class-net; siw of Linux 6.1 does not handle NETDEV_CHANGE and stays active.
    @Test(arguments: [("down", true), ("lowerlayerdown", true), ("up", false), ("unknown", false), ("dormant", false)])
    func `an active port whose interface has no carrier is a warning`(word: String, isTold: Bool) throws {
        let tree = try TemporaryTree()
        try tree.build(host: "siw")
        try tree.write("\(word)\n", to: "sys/class/net/eth0/operstate")
        let inventory = DeviceInventory.read(at: HostRoot(path: tree.path))
        #expect(try device("siw0", of: inventory).ports[0].state == "active")
        let finding = inventory.findings.first { $0.rule == "rdma.netdev" }
        #expect((finding != nil) == isTold)
        #expect(finding.map { $0.measured == .text("eth0 has no carrier (\(word))") } != false)
    }

    @Test func `without netlink siw's interface is found by the hardware address in its GID`() throws {
        let tree = try TemporaryTree()
        try tree.build(host: "siw")
        try tree.remove("rdmaprobe")
        let inventory = DeviceInventory.read(at: HostRoot(path: tree.path))
        let device = try device("siw0", of: inventory)
        #expect(device.ports[0].netdev?.name == "eth0")
        #expect(device.driver == nil && device.inUse == nil && inventory.host.networkNamespaceMode == nil)
        let finding = try #require(inventory.findings.first { $0.rule == "rdma.netlink" })
        #expect(finding.severity == .information && finding.remedy?.contains("capture") == true)
    }

    // MARK: Nothing, and nonsense

    @Test func `a tree without RDMA has no list, one without devices an empty one, and both say what to do`() throws {
        let tree = try TemporaryTree()
        try tree.makeFolder("sys/class")
        let none = DeviceInventory.read(at: HostRoot(path: tree.path))
        #expect(none.devices == nil)
        #expect(none.findings.map(\.rule).contains("rdma.device"))
        try tree.makeFolder("sys/class/infiniband")
        let empty = DeviceInventory.read(at: HostRoot(path: tree.path))
        #expect(empty.devices == [])
        #expect(empty.findings.first { $0.rule == "rdma.device" }?.measured == .integer(0, unit: "devices"))
    }

    @Test func `an answer of netlink that is cut is told and costs only what it would have said`() throws {
        let tree = try TemporaryTree()
        try tree.build(host: "rxe")
        let root = HostRoot(path: tree.path)
        let whole = DeviceInventory.read(at: root)
        let file = "rdmaprobe/netlink/devices"
        try tree.write(Array(try #require(root.bytes(of: file)).prefix(50)), to: file)
        let cut = DeviceInventory.read(at: root)
        #expect(cut.devices?.map(\.name) == whole.devices?.map(\.name))
        #expect(cut.devices?[0].ports[0].gids == whole.devices?[0].ports[0].gids)
        #expect(cut.devices?[0].driver == nil)
        let finding = try #require(cut.findings.first { $0.rule == "rdma.netlink" })
        #expect(finding.severity == .warning)
        #expect("\(finding.measured.map { "\($0)" } ?? "")".contains("byte 0 announces 108 bytes and 50 are there"))
    }

    /// One file at a time is gone, empty, a folder, random bytes or long: R16.
    @Test(arguments: ["irdma", "siw", "efa"])
    func `R16 no state of any file stops the inventory or changes another device`(host: String) throws {
        let tree = try TemporaryTree()
        try tree.build(host: host)
        let root = HostRoot(path: tree.path)
        let whole = DeviceInventory.read(at: root)
        let files = try repositoryText("Tests/Hosts/\(host).host").split(separator: "\n").filter {
            $0.hasPrefix("== ") && !$0.contains("{") && !$0.contains("counters/")
        }.map { String($0.dropFirst(3)) }
        #expect(files.count > 20)
        var random = SeededRandom(seed: 17)
        for file in files {
            let content = try #require(root.bytes(of: file))
            for mutation in [0, 2, 3] {
                try tree.remove(file)
                switch mutation {
                case 0: break
                case 2: try tree.makeFolder(file)
                default: try tree.write((0..<64).map { _ in random.edgy(UInt8.self) }, to: file)
                }
                let read = DeviceInventory.read(at: root)
                #expect(read.devices?.map(\.name) == whole.devices?.map(\.name), "\(file), mutation \(mutation)")
                if mutation > 0 { try tree.remove(file) }
                try tree.write(content, to: file)
            }
        }
        #expect(DeviceInventory.read(at: root) == whole)
    }
}
