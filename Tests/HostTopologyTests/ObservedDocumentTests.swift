import ClusterCore
import FoundationEssentials
import TestSupport
import Testing

@testable import HostTopology

/// A host as a document: what is written is what was read, and nothing of it is passed over.
@Suite struct `The document of an observed host` {
    private func again(_ host: ObservedHost) throws -> ObservedHost {
        try JSONDecoder().decode(ObservedHost.self, from: JSONEncoder().encode(host))
    }

    /// Figures at the ends of what a file can say, and texts that JSON has to escape.
    private func hostile() throws -> TemporaryTree {
        let tree = try TemporaryTree()
        try ObservedFixture.build(in: tree)
        let texts = [
            "\"quoted\" \\ back / slash", "tab\tand\u{1}\u{7f}control", "\u{2028}\u{feff}é\u{1F4BE}", "null", "{}",
        ]
        for (index, text) in texts.enumerated() {
            try tree.write(text + "\n", to: "sys/block/odd\(index)/device/model")
            try tree.write("18446744073709551615\n", to: "sys/block/odd\(index)/queue/nr_requests")
            try tree.write("9223372036854775807\n", to: "sys/block/odd\(index)/size")
        }
        for name in ["a\"b\\c", "ü\u{301}", " ", "0000:00:00.0"] {
            try tree.write("18446744073709551615\n", to: "sys/class/net/\(name)/mtu")
            try tree.write("-1\n", to: "sys/class/net/\(name)/speed")
        }
        try tree.write("-273150\n", to: "sys/class/thermal/thermal_zone7/temp")
        try tree.write("0,1048575\n", to: "sys/devices/system/cpu/possible")
        return tree
    }

    @Test func `a full host, a hostile one and an empty one are the same after they were written`() throws {
        let (full, hostile, empty) = (try TemporaryTree(), try hostile(), try TemporaryTree())
        try ObservedFixture.build(in: full)
        for path in [full.path, hostile.path, empty.path] {
            let host = ObservedHost.read(at: HostRoot(path: path))
            #expect(try again(host) == host)
        }
        let host = ObservedHost.read(at: HostRoot(path: hostile.path))
        #expect(host.blockDevices.elements.contains { $0.queueDepth.value == .max })
        #expect(host.blockDevices.elements.contains { $0.model.value == "\"quoted\" \\ back / slash" })
    }

    @Test func `the running host is the same after it was written`() throws {
        let host = ObservedHost.read()
        #expect(try again(host) == host)
    }

    @Test(.enabled(if: conformanceData("hwloc") != nil, "CONFORMANCE_DATA holds no folder hwloc"))
    func `what hwloc's documents tell is the same after it was written`() throws {
        for file in HwlocXMLFile.all(in: try #require(conformanceData("hwloc"))) {
            let host = try ObservedHost(hwlocXML: [UInt8](Data(contentsOf: URL(filePath: file.path))))
            #expect(try again(host) == host, "\(file)")
        }
    }

    /// The document itself, gone through as JSON, is the other witness.
    @Test func `every fact that is written is gone through, and no other`() throws {
        for tree in [try hostile(), try TemporaryTree()] {
            let host = ObservedHost.read(at: HostRoot(path: tree.path))
            var all = 0
            var unknown: [String] = []
            var places: Set<String> = []
            host.forEachFact { place, reason, source in
                all += 1
                if let reason { unknown.append("\(source) \(reason)") }
                places.insert(place)
            }
            let written = FlatHost(host).facts
            #expect(all == written.count)
            #expect(unknown.count == written.values.count { $0.value == nil })
            #expect(places.isSuperset(of: ["name", "cpus.online", "firmware.virtualization.guest"]))
        }
        var places: Set<String> = []
        let tree = try hostile()
        ObservedHost.read(at: HostRoot(path: tree.path)).forEachFact { place, _, _ in places.insert(place) }
        #expect(
            places.isSuperset(of: [
                "cpus.list[].package", "packages[].cores[].number", "caches[].size_bytes",
                "numa_nodes[].huge_pages[].count", "pci_devices[].slot", "rdma_devices[].ports[].lid",
            ]))
    }
}
