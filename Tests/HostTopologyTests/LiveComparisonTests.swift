import ClusterCore
import FoundationEssentials
import TestSupport
import Testing

@testable import HostTopology

/// The running host as lstopo and numactl tell it. In a guest of the lab, which has both, nothing may be skipped.
@Suite struct `The running host beside others` {
    /// What a program prints; `nil` where it is not installed.
    private func output(_ program: String, _ arguments: [String]) throws -> String? {
        let tree = try TemporaryTree()
        guard Tar.run([program] + arguments, output: tree.absolute("out")) else {
            #expect(environment("LAB_DEVICE") == nil, "the lab's machines have \(program)")
            return nil
        }
        return try String(contentsOf: URL(filePath: tree.absolute("out")), encoding: .utf8)
    }

    @Test func `lstopo tells the same processors, nodes, packages, cores and PCI functions`() throws {
        guard let xml = try output("lstopo-no-graphics", ["--of", "xml", "--whole-io"]) else { return }
        let host = ObservedHost.read()
        let lstopo = LstopoMachine(xml: xml)
        #expect(!lstopo.cpus.isEmpty)
        let comparison = LstopoComparison(lstopo: lstopo, host: host)
        for difference in comparison.differences where difference.rule == nil {
            Issue.record("\(difference.fact): lstopo \(difference.lstopo), here \(difference.here)")
        }
    }

    @Test func `numactl tells the same nodes, processors, sizes and distances`() throws {
        guard let text = try output("numactl", ["--hardware"]) else { return }
        let host = ObservedHost.read()
        guard let nodes = host.numaNodes.value else { return }
        var compared = 0
        let lines = text.split(separator: "\n").map { $0.split { $0 == " " || $0 == ":" } }
        for words in lines {
            guard words.count >= 3, words[0] == "node", let number = Int(words[1]),
                let node = nodes.first(where: { $0.number == number })
            else { continue }
            switch words[2] {
            case "cpus":
                #expect(node.cpus.value == NumberSet(words.dropFirst(3).compactMap { Int($0) }))
            case "size":
                #expect(node.memory.value.map { Int($0.bytes >> 20) } == Int(words[3]))
            default: continue
            }
            compared += 1
        }
        // The rows of the matrix come last, each behind its node's number.
        for words in lines.suffix(nodes.count) {
            guard let number = words.first.flatMap({ Int($0) }), let node = nodes.first(where: { $0.number == number })
            else { continue }
            #expect(node.distances.value?.map(\.value) == words.dropFirst().compactMap { Int($0) })
            compared += 1
        }
        #expect(compared == nodes.count * 3, "\(text)")
    }

    /// A guest of the lab with so many nodes has one processor on each, and its NIC on the last.
    @Test(.enabled(if: environment("LAB_NODES") != nil, "only in a guest with several NUMA nodes"))
    func `a guest's nodes, its NIC behind the last, and a processor that was turned off`() throws {
        let count = try #require(environment("LAB_NODES").flatMap { Int($0) })
        let off = environment("LAB_OFFLINE").flatMap { Int($0) }
        let host = ObservedHost.read()
        let nodes = try #require(host.numaNodes.value)
        #expect(nodes.map(\.number) == Array(0..<count))
        #expect(host.findings == [])
        for node in nodes {
            #expect(node.cpus.value == (node.number == off ? [] : [node.number]))
            #expect(node.isWithoutCPUs == (node.number == off))
            #expect(node.distances.value?.map(\.node) == Array(0..<count))
            #expect(node.distance(to: node.number) == 10)
            #expect((node.distance(to: (node.number + 1) % count) ?? 0) > 10)
        }
        #expect(host.cpus.offline.value == NumberSet(off.map { [$0] } ?? []))
        let card = try #require(host.networkInterfaces.elements.first { $0.name == "eth0" })
        #expect(card.numaNode.value == count - 1)
        let function = try #require(host.pciDevices.elements.first { $0.address == card.pciAddress.value })
        #expect(function.numaNode.value == count - 1)
        let device = try #require(host.rdmaDevices.elements.first { $0.name == environment("LAB_DEVICE") })
        #expect(device.isSoftware.value == true)
        // siw tells of its interface only by its first address, which is the hardware's.
        #expect(device.ports.value?.first?.interface.value == "eth0")
        #expect(device.numaNode.value == count - 1)
    }
}
