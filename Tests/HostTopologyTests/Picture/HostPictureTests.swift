import ClusterCore
import TestSupport
import Testing

@testable import HostTopology

@Suite struct `Picture of a host` {
    private func host(_ change: (TemporaryTree) throws -> Void = { _ in }) throws -> ObservedHost {
        let tree = try TemporaryTree()
        try tree.build(host: "two-sockets")
        try change(tree)
        return ObservedHost.read(at: HostRoot(path: tree.path))
    }

    /// All texts, in the order in which they are drawn.
    private func texts(_ drawing: Drawing) -> [String] {
        func all(_ shapes: [Drawing.Shape]) -> [String] {
            shapes.flatMap { shape -> [String] in
                switch shape {
                case .text(let text): [text.words]
                case .group(let group): all(group.shapes)
                default: []
                }
            }
        }
        return all(drawing.shapes)
    }

    private func boxes(_ drawing: Drawing, _ role: DrawingRole) -> Int {
        func all(_ shapes: [Drawing.Shape]) -> Int {
            shapes.reduce(0) { count, shape in
                switch shape {
                case .box(let box): count + (box.role == role ? 1 : 0)
                case .group(let group): count + all(group.shapes)
                default: count
                }
            }
        }
        return all(drawing.shapes)
    }

    @Test func `packages, nodes, caches, cores and devices have their place, alike cores are one`() throws {
        let drawing = try host().drawing(metrics: .points())
        let texts = texts(drawing)
        #expect(texts.contains("package 0") && texts.contains("package 1"))
        #expect(texts.contains("NUMA node 0") && texts.contains("NUMA node 1"))
        #expect(texts.filter { $0 == "2 × core" }.count == 2)
        #expect(texts.contains("CPUs 0,2,4,6") && texts.contains("CPUs 1,3,5,7"))
        for name in ["enp23s0, mlx5_0", "enp101s0, mlx5_1", "eno1", "nvme0n1", "nvme1n1"] {
            #expect(texts.contains(name), "\(name) of \(texts)")
        }
        #expect(drawing.title == "Host h1")
        #expect(drawing.summary == "2 packages, 4 cores, 8 CPUs, 2 NUMA nodes, 251.77 GiB of memory")
    }

    @Test func `a device is drawn in the package whose node it is near to`() throws {
        let texts = texts(try host().drawing(metrics: .points()))
        let (first, second) = (
            try #require(texts.firstIndex(of: "package 0")), try #require(texts.firstIndex(of: "package 1"))
        )
        let near = try #require(texts.firstIndex(of: "enp23s0, mlx5_0"))
        let far = try #require(texts.firstIndex(of: "enp101s0, mlx5_1"))
        #expect(first < near && near < second && second < far)
    }

    @Test func `what is not known is said, never drawn as nothing`() throws {
        let empty = ObservedHost(unknownFrom: .file("x"), isCaptured: true)
        let texts = texts(empty.drawing(metrics: .characters()))
        #expect(texts.contains("processors not known"))
        #expect(texts.contains { $0.contains("memory not known") && $0.contains("NUMA nodes not known") })
        let memory = try host { try $0.remove("sys/devices/system/node/node1/meminfo") }
        #expect(self.texts(memory.drawing(metrics: .points())).contains("memory not known"))
    }

    @Test func `a device whose node is not told is near to nothing`() throws {
        let bridge = "sys/devices/pci0000:64/0000:64:02.0"
        let host = try host { tree in
            for function in [bridge, "\(bridge)/0000:65:00.0"] { try tree.write("-1\n", to: "\(function)/numa_node") }
        }
        #expect(texts(host.drawing(metrics: .points())).contains("PCI, near to no node that is known"))
    }

    @Test func `a function that does not tell its node takes no other of its bus along`() throws {
        let host = try host { try $0.write("-1\n", to: "sys/devices/pci0000:64/0000:64:02.0/numa_node") }
        let texts = texts(host.drawing(metrics: .points()))
        #expect(!texts.contains("PCI, near to no node that is known"))
        let second = try #require(texts.firstIndex(of: "package 1"))
        #expect(second < (try #require(texts.firstIndex(of: "enp101s0, mlx5_1"))))
        let again = try ObservedHost(hwlocXML: Array(host.hwlocXML().utf8))
        let interface = try #require(again.networkInterfaces.value?.first { $0.name == "enp101s0" })
        #expect(interface.numaNode.value == 1)
    }

    @Test func `marks give what findings are about its own colour`() throws {
        let host = try host()
        let plain = host.drawing(metrics: .points())
        #expect(boxes(plain, .warning) == 0 && boxes(plain, .critical) == 0)
        let marked = host.drawing(metrics: .points(), marks: ["0000:17:00.0": .warning, "node:1": .critical])
        #expect(boxes(marked, .warning) == 1 && boxes(marked, .critical) == 1)
    }

    @Test func `slower cores are told apart, and alike ones folded by kind`() throws {
        var host = try host()
        var list = host.cpus.list.elements
        for index in list.indices {
            let isSlow = [2, 3, 6, 7].contains(list[index].number)
            list[index].kind = .known(isSlow ? "atom" : "core", .file("x"))
        }
        host.cpus.list = .known(list, .file("x"))
        let drawing = host.drawing(metrics: .points())
        #expect(boxes(drawing, .slowCore) == 2 && boxes(drawing, .core) == 2)
        #expect(texts(drawing).contains { $0.hasPrefix("atom core") })
    }

    @Test func `4096 processors and 10 000 functions are folded into a picture of a page`() {
        var host = ObservedHost(unknownFrom: .file("x"), isCaptured: true)
        let source = FactSource.file("x")
        host.cpus.online = .known(NumberSet(0..<4096), source)
        host.packages = .known(
            (0..<16).map { package in
                .init(
                    number: .known(package, source), cpus: NumberSet(package * 256..<(package + 1) * 256),
                    dies: .known([], source),
                    cores: .known(
                        (0..<128).map { core in
                            let first = package * 256 + core * 2
                            return .init(number: .known(core, source), cpus: [first, first + 1])
                        }, source))
            }, source)
        host.pciDevices = .known(
            (0..<10_000).map { number in
                let domain = String(65_536 + number / 256, radix: 16).dropFirst()
                let bus = String(256 + number % 256, radix: 16).dropFirst()
                var device = ObservedHost.PCIDevice(address: "\(domain):\(bus):00.0", unknownFrom: source)
                device.ancestors = .known(["pci0000:00"], source)
                device.classCode = .known("010802", source)
                return device
            }, source)
        let drawing = host.drawing(metrics: .characters(width: 80))
        #expect(texts(drawing).contains("16 × package"))
        #expect(texts(drawing).contains("10000 × NVMe"))
        #expect(drawing.height < 60)
        // What stands for all has no number of the first.
        #expect(texts(drawing).contains { $0.hasPrefix("128 × core") && !$0.contains("CPUs") })
        #expect(drawing.width <= 80)
        #expect(!drawing.shapes.isEmpty)
    }

    @Test func `names from outside change neither the picture's boxes nor its width`() throws {
        var host = try host()
        var interfaces = host.networkInterfaces.elements
        interfaces[0].name = String(repeating: "<b>\u{1B}[31m漢", count: 5000)
        host.networkInterfaces = .known(interfaces, .file("x"))
        let drawing = host.drawing(metrics: .characters(width: 80))
        #expect(drawing.width <= 80)
    }

    /// A processor of two kinds of cores with long lists of facts, as of NVIDIA's GB10.
    @Test func `within 80 columns what a core is made of is parted, and neither CPUs nor caches are cut`() throws {
        let source = FactSource.derived("a test")
        var host = ObservedHost(unknownFrom: source, isCaptured: true)
        let all = NumberSet(0...9)
        host.cpus.online = .known(all, source)
        host.cpus.list = .known(
            all.map { number in
                var cpu = ObservedHost.CPU(number: number, unknownFrom: source)
                cpu.isOnline = .known(true, source)
                cpu.package = .known(0, source)
                cpu.packageCPUs = .known(all, source)
                cpu.coreCPUs = .known([number], source)
                cpu.core = .known(number, source)
                cpu.capacity = .known(number < 5 ? 1017 : 718, source)
                return cpu
            }, source)
        host.packages = PackageGrouping.packages(of: host.cpus.list)
        func cache(_ level: Int, _ kind: ObservedHost.Cache.Kind, _ kibibytes: UInt64, _ cpus: NumberSet)
            -> ObservedHost.Cache
        {
            ObservedHost.Cache(
                level: level, kind: .known(kind, source), size: .known(ByteCount(bytes: kibibytes << 10), source),
                lineSize: .unknown(.absent, source), ways: .unknown(.absent, source), cpus: cpus)
        }
        host.caches = .known(
            all.flatMap {
                [cache(1, .data, 64, [$0]), cache(1, .instruction, 64, [$0]), cache(2, .unified, 2048, [$0])]
            }
                + [cache(3, .unified, 16384, all)], source)
        for width in [60, 80] {
            let drawing = host.drawing(metrics: .characters(width: width))
            let words = texts(drawing).joined(separator: " · ")
            #expect(drawing.width <= width)
            #expect(!words.contains("…"), "\(width)")
            for fact in ["5 × core", "CPUs 0-4", "CPUs 5-9", "capacity 718", "L1i 64 KiB", "L2 2 MiB"] {
                #expect(words.contains(fact), "\(width): \(fact)")
            }
        }
    }

    @Test func `within 40 columns the heading is parted between its facts and words, and not cut`() throws {
        var host = try host()
        host.firmware.vendor = .known("Dell Inc.", .file("x"))
        host.firmware.product = .known("PowerEdge R760xd2 with a long name", .file("x"))
        host.kernel = .known("6.1.0-28-amd64", .file("x"))
        let drawing = host.drawing(metrics: .characters(width: 40))
        let heading = Array(texts(drawing).prefix { !$0.hasPrefix("package") })
        #expect(
            heading == [
                "h1", "Dell Inc. PowerEdge R760xd2 with a", "long name · Linux 6.1.0-28-amd64",
                "2 packages, 4 cores, 8 CPUs", "2 NUMA nodes, 251.77 GiB of memory",
            ])
        #expect(drawing.width <= 40)
        // What is not known is as long.
        let empty = ObservedHost(unknownFrom: .file("x"), isCaptured: true)
        let words = texts(empty.drawing(metrics: .characters(width: 40)))
        #expect(words.joined(separator: " ").contains("NUMA nodes not known, memory not known"))
        #expect(!words.contains { $0.contains("…") })
    }

    /// Every machine that hwloc's testers captured as XML has a picture within its width.
    @Test(.enabled(if: conformanceData("hwloc") != nil, "CONFORMANCE_DATA holds no folder hwloc"))
    func `every captured machine has a picture that keeps to its width`() throws {
        for path in HwlocXMLFile.all(in: try #require(conformanceData("hwloc"))).map(\.path) {
            let host = try ObservedHost(hwlocXML: HostPictureTests.bytes(path))
            let name = path.split(separator: "/").last ?? ""
            #expect(host.drawing(metrics: .characters(width: 80)).width <= 80, "\(name)")
            #expect(host.drawing(metrics: .points(width: 1200)).width <= 1200, "\(name)")
        }
    }
}

/// Files that tests of pictures read.
private enum HostPictureTests {
    static func bytes(_ path: String) throws -> [UInt8] {
        try #require(HostRoot(path: "/").bytes(of: String(path.dropFirst()), limit: 1 << 24))
    }
}
