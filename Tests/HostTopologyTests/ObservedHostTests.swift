import ClusterCore
import FoundationEssentials
import TestSupport
import Testing

@testable import HostTopology

/// A made-up host, read fact by fact.
@Suite struct `An observed host` {
    private let tree: TemporaryTree
    private let host: ObservedHost

    init() throws {
        tree = try TemporaryTree()
        try ObservedFixture.build(in: tree)
        host = ObservedHost.read(at: HostRoot(path: tree.path))
    }

    @Test func `processors: which run, which are off, which belong together`() throws {
        #expect(host.name.value == "node1")
        #expect(host.isCaptured)
        #expect(host.cpus.online.value?.listText == "0-6")
        #expect(host.cpus.offline.value?.listText == "7")
        #expect(host.cpus.possible.value?.count == 16)
        #expect(host.cpus.allowed.value?.listText == "0-6")
        #expect(host.cpus.model.value == "Intel(R) Xeon(R) Gold 6444Y")
        let cpus = try #require(host.cpus.list.value)
        #expect(cpus.map(\.number) == Array(0..<8))
        #expect(cpus[7].isOnline.value == false)
        #expect(cpus[7].package.reason == .absent)
        #expect(cpus[5].numaNode.value == 1)
        #expect(cpus[7].numaNode.value == nil)
        #expect(cpus[5].maximumHertz.value == 3_200_000_000)
        let packages = try #require(host.packages.value)
        #expect(packages.map(\.number.value) == [0, 1])
        #expect(packages.map(\.cpus.listText) == ["0-3", "4-6"])
        #expect(packages[1].cores.value?.map(\.cpus.listText) == ["4-5", "6"])
        #expect(packages[1].dies.value?.count == 1)
        let caches = try #require(host.caches.value)
        #expect(caches.map { "L\($0.level) \($0.cpus)" } == ["L1 0-1", "L1 2-3", "L1 4-5", "L1 6", "L3 0-3", "L3 4-6"])
        #expect(caches[4].size.value == ByteCount(bytes: 16_777_216))
        #expect(caches[4].lineSize.reason == .absent)
    }

    /// An AMD 15h module, and the same with a number that is not told.
    @Test func `siblings with numbers of their own are cores of their own, and not known where a number is not told`() {
        let source = FactSource.derived("a test")
        let cpus = (0..<2).map { number in
            var cpu = ObservedHost.CPU(number: number, unknownFrom: source)
            cpu.isOnline = .known(true, source)
            cpu.packageCPUs = .known([0, 1], source)
            cpu.coreCPUs = .known([0, 1], source)
            cpu.core = .known(number, source)
            return cpu
        }
        func cores(_ cpus: [ObservedHost.CPU]) -> [String]? {
            PackageGrouping.packages(of: .known(cpus, source)).value?.first?.cores.value?.map(\.cpus.listText)
        }
        #expect(cores(cpus) == ["0", "1"])
        var untold = cpus
        untold[1].core = .unknown(.absent, source)
        #expect(cores(untold) == nil)
        untold[0].core = .unknown(.absent, source)
        #expect(cores(untold) == ["0-1"])
        untold = cpus
        untold[1].core = .known(0, source)
        #expect(cores(untold) == ["0-1"])
        untold[1].coreCPUs = .unknown(.absent, source)
        #expect(cores(untold) == nil)
    }

    @Test func `NUMA nodes: processors, memory, distances, and one that is memory only`() throws {
        let nodes = try #require(host.numaNodes.value)
        #expect(nodes.map(\.number) == [0, 1, 2])
        #expect(nodes.map(\.memory.value?.bytes) == [8_589_934_592, 17_179_869_184, 4_294_967_296])
        #expect(nodes.map(\.isWithoutCPUs) == [false, false, true])
        #expect(nodes[0].distances.value?.map(\.value) == [10, 21, 17])
        #expect(nodes[2].distance(to: 1) == 28)
        #expect(nodes[0].hugePages.value?.first?.count.value == 512)
        #expect(nodes[0].cpus.source == .file("sys/devices/system/node/node0/cpulist"))
        #expect(host.memory.total.value == ByteCount(bytes: 27 << 30))
    }

    @Test func `memory corrects errors where its controller's driver says so of every module`() throws {
        #expect(host.memory.correctsErrors == true)
        #expect(host.memory.modules.value?.first?.correctedErrors.value == 3)
        var other = host.memory
        var modules = try #require(other.modules.value)
        modules.append(modules[0])
        modules[1].errorMode = .unknown(.notTold, .derived("nothing"))
        other.modules = .known(modules, other.modules.source)
        #expect(other.correctsErrors == nil)
        modules[0].errorMode = .known("None", .derived("nothing"))
        other.modules = .known(modules, other.modules.source)
        #expect(other.correctsErrors == false)
        other.modules = .known([], other.modules.source)
        #expect(other.correctsErrors == nil)
    }

    @Test func `PCI functions: where they hang, what they are, how fast their link is`() throws {
        let devices = try #require(host.pciDevices.value)
        #expect(devices.map(\.address) == ["0000:02:00.0", "0000:3a:00.0", "0000:3b:00.0", "0000:3b:00.2"])
        let nic = devices[2]
        #expect(nic.ancestors.value == ["pci0000:3a", "0000:3a:00.0"])
        #expect(nic.parent == "0000:3a:00.0")
        #expect(nic.hostBridge == "pci0000:3a")
        #expect(devices[1].parent == nil)
        #expect(devices.map(\.isBridge) == [false, true, false, false])
        #expect(nic.vendorID.value == "15b3")
        #expect(nic.driver.value == "mlx5_core")
        #expect(nic.numaNode.value == 1)
        #expect(nic.localCPUs.value?.listText == "4-6")
        #expect(nic.speed.value == 8000)
        #expect(nic.maximumSpeed.value == 16_000)
        #expect(nic.width.value == 8)
        #expect(nic.maximumWidth.value == 16)
        #expect(nic.slot.value == "7")
        #expect(devices[3].slot.value == "7")
        #expect(nic.virtualFunctions.value == 1)
        #expect(devices[3].physicalFunction.value == "0000:3b:00.0")
        #expect(nic.physicalFunction.value == nil)
        #expect(devices[3].numaNode.reason == .notTold)
        #expect(devices[3].speed.reason == .notTold)
        #expect(devices[3].width.reason == .notTold)
    }

    @Test func `network interfaces and RDMA devices name their PCI function and node`() throws {
        let interfaces = try #require(host.networkInterfaces.value)
        #expect(interfaces.map(\.name) == ["ens1f0np0", "lo"])
        #expect(interfaces.map(\.isPhysical.value) == [true, false])
        #expect(interfaces[0].pciAddress.value == "0000:3b:00.0")
        #expect(interfaces[0].numaNode.value == 1)
        #expect(interfaces[0].speed.value == BitRate(bitsPerSecond: 100_000_000_000))
        #expect(interfaces[0].hasCarrier.value == true)
        #expect(interfaces[0].driver.value == "mlx5_core")
        #expect(interfaces[1].speed.reason == .notTold)
        #expect(interfaces[1].pciAddress.value == nil)
        let device = try #require(host.rdmaDevices.value?.first)
        #expect(device.name == "mlx5_0")
        #expect(device.isSoftware.value == false)
        #expect(device.numaNode.value == 1)
        #expect(device.pciAddress.value == "0000:3b:00.0")
        let port = try #require(device.ports.value?.first)
        #expect(port.state.value == 4)
        #expect(port.rate.value == BitRate(bitsPerSecond: 100_000_000_000))
        #expect(port.interface.value == "ens1f0np0")
    }

    @Test func `block devices, firmware and sensors`() throws {
        let drives = try #require(host.blockDevices.value)
        #expect(drives.map(\.name) == ["loop0", "nvme0n1"])
        #expect(drives.map(\.isPhysical.value) == [false, true])
        #expect(drives[1].size.value == ByteCount(bytes: 4_000_787_030_016))
        #expect(drives[1].model.value == "INTEL SSDPE2KX040T8")
        #expect(drives[1].transport.value == "nvme")
        #expect(drives[1].pciAddress.value == "0000:02:00.0")
        #expect(drives[1].numaNode.value == 0)
        #expect(drives[1].isRotational.value == false)
        #expect(host.firmware.product.value == "PowerEdge R760")
        #expect(host.firmware.isUEFI.value == true)
        #expect(host.firmware.secureBoot.value == true)
        #expect(host.firmware.setupMode.value == false)
        #expect(host.firmware.tpms.value?.first?.majorVersion.value == 2)
        #expect(host.firmware.iommus.value == ["dmar0"])
        #expect(host.firmware.iommuGroups.value == 2)
        let virtualization = host.firmware.virtualization
        #expect(virtualization.hasVirtualMachines.value == true)
        #expect(virtualization.hasNestedPaging.value == true)
        #expect(virtualization.isGuest.value == false)
        #expect(virtualization.allowsNesting.value == true)
        #expect(host.thermalZones.value?.first?.temperature.value == Celsius(millidegrees: 41_000))
    }

    @Test func `it is the same after it was written as JSON and read again`() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let text = try encoder.encode(host)
        #expect(try JSONDecoder().decode(ObservedHost.self, from: text) == host)
        let empty = ObservedHost.read(at: HostRoot(path: tree.absolute("nothing")))
        #expect(try JSONDecoder().decode(ObservedHost.self, from: encoder.encode(empty)) == empty)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(FactSource.self, from: Data("\"elsewhere:x\"".utf8))
        }
    }

    @Test func `of an empty tree nothing is known, and nothing is zero, false or an empty list`() {
        let empty = ObservedHost.read(at: HostRoot(path: tree.absolute("nothing")))
        #expect(FlatHost(empty).facts.values.allSatisfy { $0.value == nil })
        #expect(FlatHost(empty).facts.count > 30)
        #expect(FlatHost(host).facts.values.filter { $0.value != nil }.count > 150)
    }
}

/// The running host against the kernel's own answers and libnuma's.
@Suite struct `The running host observed` {
    @Test func `it has processors and memory, and libnuma does not disagree`() throws {
        let host = ObservedHost.read()
        #expect(!host.isCaptured)
        #expect(try #require(host.cpus.online.value).count > 0)
        #expect(try #require(host.memory.total.value) > .zero)
        #expect(host.findings == [])
        if let nodes = host.numaNodes.value {
            let library = try #require(LibNUMA.read(nodes: host.numaNodes))
            #expect(library.nodes.map(\.number) == nodes.map(\.number))
        }
    }

    @Test
    func `where libnuma says something else a finding names both answers, and what files do not tell it fills in`() {
        let source = FactSource.file("sys/devices/system/node/node0/meminfo")
        var host = ObservedHost(unknownFrom: .derived("a test"), isCaptured: false)
        var node = ObservedHost.NUMANode(number: 0, unknownFrom: source)
        node.memory = .known(ByteCount(bytes: 4096), source)
        node.cpus = .known([0, 1], source)
        host.numaNodes = .known([node], source)
        let told = LibNUMA(
            nodes: [.init(number: 0, cpus: [0], memory: ByteCount(bytes: 4096), distances: [0: 10])])
        host.compare(with: told)
        #expect(host.findings.map(\.rule) == ["host.numa_disagrees"])
        #expect(host.findings.first?.required == .text("0-1"))
        #expect(host.findings.first?.measured == .text("0"))
        #expect(host.numaNodes.value?.first?.cpus.value == [0, 1])
        #expect(
            host.numaNodes.value?.first?.distances
                == .known([.init(node: 0, value: 10)], .libnuma("numa_distance")))
    }

    @Test func `a node that only libnuma or only the files know is told, and one that is not in use need not be known`()
    {
        let source = FactSource.file("sys/devices/system/node")
        var host = ObservedHost(unknownFrom: .derived("a test"), isCaptured: false)
        let nodes = [0, 1, 2].map { number in
            var node = ObservedHost.NUMANode(number: number, unknownFrom: source)
            node.isOnline = .known(number != 2, source)
            return node
        }
        host.numaNodes = .known(nodes, source)
        host.compare(
            with: LibNUMA(nodes: [
                .init(number: 0, memory: ByteCount(bytes: 4096), distances: [:]),
                .init(number: 7, memory: ByteCount(bytes: 8192), distances: [7: 10]),
            ]))
        #expect(host.numaNodes.value?.map(\.number) == [0, 1, 2, 7])
        #expect(host.findings.map(\.subject.rawValue) == ["numa_node:7", "numa_node:1"])
        #expect(host.findings.map(\.measured) == [.text("a node"), .text("no such node")])
        // Nobody could tell the processors of a node whose file nobody could read.
        let memory = host.numaNodes.value?.map(\.memory.value?.bytes)
        #expect(memory == [4096, nil, nil, 8192])
        #expect(host.numaNodes.value?.allSatisfy { $0.cpus.value == nil } == true)
        #expect(host.numaNodes.value?.last?.distances.source == .libnuma("numa_distance"))
    }

    @Test func `nodes that no file tells of are those of libnuma, and without either none is known`() {
        let source = FactSource.file("sys/devices/system/node")
        var host = ObservedHost(unknownFrom: source, isCaptured: false)
        host.compare(with: LibNUMA(nodes: []))
        #expect(host.numaNodes.value == nil && host.findings.isEmpty)
        host.compare(with: LibNUMA(nodes: [.init(number: 0, distances: [:])]))
        #expect(host.numaNodes.value?.map(\.number) == [0] && host.numaNodes.source == .libnuma("numa_nodes_ptr"))
        #expect(host.findings.count == 1)
    }
}

/// What processors say of each other and of what they share.
@Suite struct `Processors that contradict each other` {
    private func host(_ change: (TemporaryTree) throws -> Void) throws -> ObservedHost {
        let tree = try TemporaryTree()
        try ObservedFixture.build(in: tree)
        try change(tree)
        return ObservedHost.read(at: HostRoot(path: tree.path))
    }

    private let cpu = "sys/devices/system/cpu"

    @Test func `packages and cores are not known where two processors put each other in different ones`() throws {
        #expect(try host { _ in }.packages.value?.map(\.cpus.listText) == ["0-3", "4-6"])
        let packages = try host { try $0.write("1\n", to: "\(cpu)/cpu1/topology/package_cpus_list") }.packages
        #expect(packages.reason == .malformed)
        let cores = try host { try $0.write("1\n", to: "\(cpu)/cpu1/topology/core_cpus_list") }.packages.value
        #expect(cores?.map(\.cpus.listText) == ["0-3", "4-6"])
        #expect(cores?[0].cores.reason == .malformed && cores?[1].cores.value?.count == 2)
    }

    @Test func `a cache that does not tell what it is makes the list unknown, unless one that shares it tells`() throws
    {
        let all = try host { _ in }.caches
        #expect(all.value?.count == 6)
        let shared = try host { try $0.remove("\(cpu)/cpu1/cache/index0/level") }.caches
        #expect(shared == all)
        let alone = try host { try $0.remove("\(cpu)/cpu6/cache/index0/level") }.caches
        #expect(alone == .unknown(.absent, .file("\(cpu)/cpu6/cache/index0/level")))
    }

    @Test func `a processor that runs without a folder of caches makes the list unknown where others have one`() throws
    {
        let caches = try host { try $0.remove("\(cpu)/cpu6/cache") }.caches
        #expect(caches == .unknown(.absent, .file("\(cpu)/cpu6/cache")))
    }

    /// Processor 1 shares the cache of processor 0 and does not tell that it is one of data.
    @Test func `a cache is one, whichever of its processors does not tell its kind`() throws {
        let caches = try host { tree in
            try tree.write("1\n", to: "\(cpu)/cpu1/cache/index9/level")
            try tree.write("Instruction\n", to: "\(cpu)/cpu1/cache/index9/type")
            try tree.write("1\n", to: "\(cpu)/cpu1/cache/index9/shared_cpu_list")
            try tree.write("junk\n", to: "\(cpu)/cpu1/cache/index0/type")
        }.caches
        #expect(
            caches.value?.map { "L\($0.level) \($0.cpus)" } == [
                "L1 0-1", "L1 1", "L1 2-3", "L1 4-5", "L1 6", "L3 0-3", "L3 4-6",
            ])
    }

    /// As in hwloc's tree 64fake-4n2s2ca2c2t, whose lists and masks disagree.
    @Test func `a list of sharers without the processor itself gives way to the mask beside it`() throws {
        let caches = try host { tree in
            try tree.write("0\n", to: "\(cpu)/cpu6/cache/index0/shared_cpu_list")
            try tree.write("00000040\n", to: "\(cpu)/cpu6/cache/index0/shared_cpu_map")
        }.caches
        #expect(caches.value?.contains { $0.level == 1 && $0.cpus == [6] } == true)
    }

    /// As in hwloc's tree 128ia64-17n4s2c, whose files `online` are empty.
    @Test func `a processor with a place in the topology runs, where its own file says nothing`() throws {
        func told(_ text: String) throws -> [Bool?] {
            try host { tree in
                try tree.remove("\(cpu)/online")
                for number in [3, 7] { try tree.write(text, to: "\(cpu)/cpu\(number)/online") }
            }.cpus.list.elements.filter { [3, 7].contains($0.number) }.map(\.isOnline.value)
        }
        #expect(try told("") == [true, nil])
        #expect(try told("0\n") == [false, false])
    }
}
