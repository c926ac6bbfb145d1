import ClusterCore
import TestSupport
import Testing

@testable import HostTopology

@Suite struct `hwloc XML` {
    private func host() throws -> ObservedHost {
        let tree = try TemporaryTree()
        try tree.build(host: "two-sockets")
        return ObservedHost.read(at: HostRoot(path: tree.path))
    }

    private func document(_ objects: String, version: String = "3.0", after: String = "") -> [UInt8] {
        Array(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <!DOCTYPE topology SYSTEM "hwloc2.dtd">
            <topology version="\(version)">
            <object type="Machine" os_index="0" cpuset="0x00000003" complete_cpuset="0x00000003" nodeset="0x1">
            \(objects)
            </object>
            \(after)
            </topology>
            """.utf8)
    }

    private func problem(_ bytes: [UInt8]) -> String {
        do throws(HwlocXMLError) {
            _ = try ObservedHost(hwlocXML: bytes)
            return "it was read"
        } catch { return error.description }
    }

    // MARK: There and back

    @Test func `a host of which no node is known is written with one that stands in, and read as not known`() throws {
        let tree = try TemporaryTree()
        try tree.build(host: "two-sockets")
        try tree.remove("sys/devices/system/node")
        let host = ObservedHost.read(at: HostRoot(path: tree.path))
        let text = try host.hwlocXML()
        #expect(text.contains("<object type=\"NUMANode\" os_index=\"0\""))
        #expect(!text.contains("nodeset=\"0x0\""))
        let again = try ObservedHost(hwlocXML: Array(text.utf8))
        #expect(again.numaNodes.reason == .notTold)
        #expect(again.packages.value?.map(\.cpus) == host.packages.value?.map(\.cpus))
    }

    @Test func `what is written is read as it was: processors, nodes, distances, caches, devices`() throws {
        let host = try host()
        let back = try ObservedHost(hwlocXML: Array(host.hwlocXML().utf8))
        #expect(back.name.value == "h1")
        #expect(back.kernel.value == "6.1.0-30-amd64")
        #expect(back.firmware.product.value == "PowerEdge R750")
        #expect(back.cpus.online.value == NumberSet(0...7))
        #expect(back.cpus.list.elements.map(\.package.value) == [0, 1, 0, 1, 0, 1, 0, 1])
        #expect(back.cpus.list.elements.map(\.numaNode.value) == [0, 1, 0, 1, 0, 1, 0, 1])
        #expect(back.packages.elements.map(\.cpus) == host.packages.elements.map(\.cpus))
        #expect(
            back.packages.elements.map { $0.cores.elements.map(\.cpus) }
                == host.packages.elements.map { $0.cores.elements.map(\.cpus) })
        for (old, new) in zip(host.numaNodes.elements, back.numaNodes.elements) {
            #expect(
                new.number == old.number && new.cpus.value == old.cpus.value && new.memory.value == old.memory.value)
            #expect(new.distances.value == old.distances.value)
        }
        let caches = { (host: ObservedHost) in
            Set(
                host.caches.elements.map {
                    "\($0.level) \($0.kind.value.map { "\($0)" } ?? "?") \($0.size.value?.bytes ?? 0) \($0.cpus)"
                })
        }
        #expect(caches(back) == caches(host) && caches(host).count == 10)
        for (old, new) in zip(host.pciDevices.elements, back.pciDevices.elements) {
            #expect(new.address == old.address)
            #expect(new.ancestors.value == old.ancestors.value, "\(new.address)")
            #expect(new.classCode.value == old.classCode.value.map { String($0.prefix(4)) })
            #expect(new.vendorID.value == old.vendorID.value && new.deviceID.value == old.deviceID.value)
            #expect(new.numaNode.value == old.numaNode.value, "\(new.address)")
            #expect(new.slot.value == old.slot.value)
        }
        #expect(back.pciDevices.elements.count == 10)
        #expect(back.networkInterfaces.elements.map(\.name) == ["eno1", "enp101s0", "enp23s0"])
        #expect(
            back.networkInterfaces.elements.map(\.pciAddress.value)
                == host.networkInterfaces.elements.map(\.pciAddress.value))
        #expect(back.rdmaDevices.elements.map(\.nodeGUID.value) == host.rdmaDevices.elements.map(\.nodeGUID.value))
        #expect(back.rdmaDevices.elements.map { $0.ports.elements.map(\.state.value) } == [[4], [4]])
        #expect(back.blockDevices.elements.map(\.size.value) == host.blockDevices.elements.map(\.size.value))
        #expect(back.blockDevices.elements.map(\.numaNode.value) == [0, 1])
    }

    @Test func `every fact of a document names the document as its source`() throws {
        let back = try ObservedHost(hwlocXML: Array(host().hwlocXML().utf8))
        #expect(back.isCaptured)
        #expect(back.cpus.online.source.kind == .hwloc)
        #expect(back.numaNodes.elements.allSatisfy { $0.memory.source.kind == .hwloc })
        #expect(back.pciDevices.elements.allSatisfy { $0.vendorID.source.kind == .hwloc })
        #expect(back.memory.total.source.kind == .derived)
    }

    @Test func `what hwloc does not write stays unknown`() throws {
        let back = try ObservedHost(hwlocXML: Array(host().hwlocXML().utf8))
        #expect(back.pciDevices.elements.allSatisfy { $0.speed.value == nil && $0.driver.value == nil })
        #expect(back.networkInterfaces.elements.allSatisfy { $0.hasCarrier.value == nil && $0.mtu.value == nil })
        #expect(
            back.firmware.secureBoot.value == nil && back.firmware.isUEFI.value == nil
                && back.firmware.tpms.value == nil)
        #expect(back.memory.correctsErrors == nil)
    }

    @Test func `what is written twice is the same, and reading it and writing it changes nothing`() throws {
        let text = try host().hwlocXML()
        let once = try ObservedHost(hwlocXML: Array(text.utf8)).hwlocXML()
        let twice = try ObservedHost(hwlocXML: Array(once.utf8)).hwlocXML()
        #expect(once == twice)
    }

    /// hwloc's own reader is the judge of what is written.
    @Test(.enabled(if: HwlocTool.isThere, "lstopo is not installed (Debian: hwloc-nox)"))
    func `lstopo reads what is written, and tells the same machine`() throws {
        let tree = try TemporaryTree()
        try tree.write(try host().hwlocXML(), to: "host.xml")
        let text = try HwlocTool.run([
            "--input", tree.absolute("host.xml"), "--of", "console", "--whole-io", "--no-factorize",
        ])
        func count(_ word: String) -> Int { text.components(word) }
        #expect(count("PU L#") == 8 && count("Core L#") == 4 && count("Package L#") == 2 && count("NUMANode L#") == 2)
        #expect(count("L3 L#") == 2 && count("L2 L#") == 4)
        for name in ["enp23s0", "enp101s0", "eno1", "mlx5_0", "mlx5_1", "nvme0n1", "nvme1n1"] {
            #expect(text.contains("\"\(name)\""), "\(name)\n\(text)")
        }
        #expect(text.contains("P#0 126GB") || text.contains("P#0 (126GB)") || text.contains("126GB"), "\(text)")
        let distances = try HwlocTool.run(["--input", tree.absolute("host.xml"), "--distances"])
        #expect(distances.split(separator: "\n").contains { $0.contains("10") && $0.contains("21") }, "\(distances)")
        // Near to the adapter is the first package alone.
        let again = try ObservedHost(
            hwlocXML: Array(HwlocTool.run(["--input", tree.absolute("host.xml"), "--of", "xml", "--whole-io"]).utf8))
        let port = try #require(again.networkInterfaces.elements.first { $0.name == "enp101s0" })
        #expect(port.pciAddress.value == "0000:65:00.0" && port.numaNode.value == 1)
    }

    @Test func `names that come from outside stay within their attributes`() throws {
        var host = try host()
        host.name = .known("a\"><object type='PU'/>&\u{1}\n\u{FFFE}", .file("x"))
        let text = try host.hwlocXML()
        #expect(try ObservedHost(hwlocXML: Array(text.utf8)).name.value == "a\"><object type='PU'/>&?\n?")
    }

    @Test func `a host without processors is no topology`() {
        let host = ObservedHost(unknownFrom: .file("x"), isCaptured: true)
        #expect(throws: HwlocExportError.noProcessors) { try host.hwlocXML() }
    }

    @Test func `parts that cut across each other are left out, and the rest stands`() throws {
        var host = try host()
        // Firmware that puts half of each package in a node.
        var nodes = host.numaNodes.elements
        nodes[0].cpus = .known(NumberSet(0...3), .file("x"))
        nodes[1].cpus = .known(NumberSet(4...7), .file("x"))
        host.numaNodes = .known(nodes, .file("x"))
        let back = try ObservedHost(hwlocXML: Array(host.hwlocXML().utf8))
        #expect(back.cpus.list.elements.count == 8)
        #expect(back.packages.elements.count + back.numaNodes.elements.count == 4)
        #expect(back.numaNodes.elements.allSatisfy { $0.memory.value != nil })
    }

    @Test func `at random, whatever parts a host has, what is written can be read`() {
        forRandom(60) { random in
            var host = ObservedHost(unknownFrom: .file("x"), isCaptured: true)
            let cpus = Int.random(in: 1...40, using: &random)
            host.cpus.online = .known(NumberSet(0..<cpus), .file("x"))
            func some() -> NumberSet {
                let low = Int.random(in: 0..<cpus, using: &random)
                return NumberSet(low...Int.random(in: low..<cpus + 5, using: &random))
            }
            host.numaNodes = .known(
                (0..<Int.random(in: 0...4, using: &random)).map { number in
                    var node = ObservedHost.NUMANode(number: 3 * number, unknownFrom: .file("x"))
                    if Bool.random(using: &random) { node.cpus = .known(some(), .file("x")) }
                    return node
                }, .file("x"))
            host.packages = .known(
                (0..<Int.random(in: 0...4, using: &random)).map { number in
                    ObservedHost.Package(
                        number: .known(number, .file("x")), cpus: some(), dies: .unknown(.absent, .file("x")),
                        cores: .known((0..<3).map { .init(number: .known($0, .file("x")), cpus: some()) }, .file("x")))
                }, .file("x"))
            let back = try ObservedHost(hwlocXML: Array(host.hwlocXML().utf8))
            return back.cpus.list.elements.map(\.number) == Array(0..<cpus)
                && back.numaNodes.elements.map(\.number) == host.numaNodes.elements.map(\.number)
        }
    }

    // MARK: What others wrote

    @Test func `nodes that share their processors keep to themselves whose they are`() throws {
        let node = { (number: Int) in
            "<object type=\"NUMANode\" os_index=\"\(number)\" cpuset=\"0x3\" nodeset=\"0x\(1 << number)\" local_memory=\"1024\"/>"
        }
        let pu =
            "<object type=\"PU\" os_index=\"0\" cpuset=\"0x1\"/><object type=\"PU\" os_index=\"1\" cpuset=\"0x2\"/>"
        let host = try ObservedHost(hwlocXML: document(node(0) + node(1) + pu))
        #expect(host.numaNodes.elements.map(\.cpus.value) == [nil, nil])
        #expect(host.cpus.list.elements.map(\.numaNode.value) == [nil, nil])
        #expect(host.memory.total.value == ByteCount(bytes: 2048))
        let one = try ObservedHost(hwlocXML: document(node(0) + pu))
        #expect(one.cpus.list.elements.map(\.numaNode.value) == [0, 0])
    }

    @Test func `sizes of devices are KiB in version 2, and say so in version 3`() throws {
        func size(_ text: String, version: String, type: String) throws -> UInt64? {
            let objects = """
                <object type="OSDev" name="sda" osdev_type="\(type)"><info name="Size" value="\(text)"/></object>
                """
            let host = try ObservedHost(hwlocXML: document(objects, version: version))
            return host.blockDevices.elements.first?.size.value?.bytes
        }
        #expect(try size("4", version: "2.0", type: "0") == 4096)
        #expect(try size("4KiB", version: "3.0", type: "1") == 4096)
        #expect(try size("18446744073709551615", version: "2.0", type: "0") == nil)
        #expect(try size("many", version: "3.0", type: "1") == nil)
    }

    @Test func `an RDMA device of version 3 is no network interface, though its type says both`() throws {
        let objects = """
            <object type="OSDev" name="ib0" osdev_type="16"/><object type="OSDev" name="mlx4_0" osdev_type="48"/>
            <object type="OSDev" name="dax0.0" osdev_type="3"/><object type="OSDev" name="dma0chan0" osdev_type="64"/>
            """
        let host = try ObservedHost(hwlocXML: document(objects))
        #expect(host.networkInterfaces.elements.map(\.name) == ["ib0"])
        #expect(host.rdmaDevices.elements.map(\.name) == ["mlx4_0"])
        #expect(host.blockDevices.elements.isEmpty)
    }

    @Test(arguments: [
        ("<topology/>", "1:1 the topology has no version"),
        ("<topology version='1.0'/>", "1:1 the topology has version 1.0"),
        ("<topology version='2.0'/>", "1:1 the topology holds no object of type Machine"),
        ("<html/>", "1:1 the outermost"),
        ("<topology", "1:1 the tag"), ("", "1:1 the document has no element"),
    ])
    func `what is no topology is refused with line and column`(text: String, words: String) {
        #expect(problem(Array(text.utf8)).hasPrefix(words), "\(problem(Array(text.utf8)))")
    }

    @Test(arguments: [
        "<object type='PU'/>", "<object type='PU' os_index='-1'/>", "<object type='PU' os_index='99999999999'/>",
        "<object type='PU' os_index='99999999999999999999999'/>", "<object type='PU' os_index='1' cpuset='0xf...f'/>",
        "<object type='NUMANode'/>", "<object type='Package' cpuset='junk'/>", "<object type='PCIDev'/>",
        "<object type='PCIDev' pci_busid='../../etc'/>", "<object type='Bridge' bridge_pci='x'/>",
        "<object type='L3Cache' depth='x'/>", "<object type='OSDev' name='x' osdev_type='-3'/>",
    ])
    func `an object that makes no sense is refused with its line`(object: String) {
        #expect(problem(document(object)).hasPrefix("5:1 "), "\(problem(document(object)))")
    }

    @Test func `distances that are no square are refused`() {
        let matrix = """
            <distances2 type="NUMANode" nbobjs="2" kind="5" name="NUMALatency" indexing="os"><indexes length="4">0 1 </indexes>
            <u64values length="6">10 20 </u64values></distances2>
            """
        #expect(problem(document("", after: matrix)).contains("2 nodes have 2 distances"))
    }
}

extension String {
    /// How often a text is in this one.
    fileprivate func components(_ word: String) -> Int {
        var (count, rest) = (0, self[...])
        while let range = rest.firstRange(of: word) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }
}
