import ClusterCore
import HostTopology
import TestSupport
import Testing

@Suite struct `Embedding HostTopology` {
    @Test func `the example of the first page compiles and tells what a captured host is fit for`() throws {
        let tree = try TemporaryTree()
        try tree.unpack(Fixtures.mlx5RoCE)
        let path = tree.path
        // snippet
        let root = HostRoot(path: path)  // or HostRoot.live
        var lines: [String] = []
        for device in RDMADevice.all(at: root) ?? [] {
            for port in device.ports where port.isActive != false {
                let wire = device.wire(port: port.number, gid: nil)
                let node = device.numaNode.map { "NUMA node \($0)" } ?? "NUMA node unknown"
                lines.append("\(device.name), port \(port.number): \(wire), \(node)")
            }
        }
        let locked = Host.lockedMemoryLimit(at: root).map { ByteCount(bytes: $0).humanText }
        // end of snippet
        #expect(lines == ["mlx5_0, port 1: roceV2, NUMA node 1"])
        #expect(locked == nil)
    }

    @Test func `the first page shows the example that is tested`() { assertSnippet(module: "HostTopology") }
}
