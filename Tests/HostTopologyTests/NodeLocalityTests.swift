import HostTopology
import TestSupport
import Testing

/// The NUMA node of a device, from trees of hosts.
@Suite struct NodeLocalityTests {
    private func tree(_ files: [String: String]) throws -> TemporaryTree {
        let tree = try TemporaryTree()
        for (path, text) in files { try tree.write(text, to: path) }
        return tree
    }

    private func locality(
        _ files: [String: String], netdev: String? = "ens1"
    ) throws -> Result<NodeLocality, NodeLocality.Absence> {
        let tree = try tree(files)
        return Result { () throws(NodeLocality.Absence) in
            try NodeLocality.of(device: "mlx5_0", netdev: netdev, at: HostRoot(path: tree.path))
        }
    }

    private static let twoNodes = [
        "sys/devices/system/node/node0/cpulist": "0-7,16-23\n", "sys/devices/system/node/node1/cpulist": "8-15,24-31\n",
        "sys/devices/system/node/possible": "0-1\n",
    ]

    @Test func `an adapter's node is the one that its PCI device names, with that node's processors`() throws {
        var files = Self.twoNodes
        files["sys/class/infiniband/mlx5_0/device/numa_node"] = "1\n"
        files["sys/class/net/ens1/device/numa_node"] = "0\n"
        #expect(try locality(files) == .success(NodeLocality(node: 1, processors: "8-15,24-31")))
    }

    @Test func `a software device's node is that of its interface`() throws {
        var files = Self.twoNodes
        files["sys/class/net/ens1/device/numa_node"] = "1\n"
        #expect(try locality(files) == .success(NodeLocality(node: 1, processors: "8-15,24-31")))
        #expect(try locality(files, netdev: nil) == .failure(.unknownNode))
    }

    @Test(arguments: ["-1\n", "", "one\n", "7\n", "99999999999999999999\n"])
    func `a node that is not told, or is not there, is unknown and never node 0`(text: String) throws {
        var files = Self.twoNodes
        files["sys/class/infiniband/mlx5_0/device/numa_node"] = text
        #expect(try locality(files) == .failure(.unknownNode))
    }

    @Test func `one node, or none that the kernel tells of, is no place to be held to`() throws {
        #expect(try locality(["sys/devices/system/node/node0/cpulist": "0-3\n"]) == .failure(.oneNode))
        #expect(try locality(["sys/devices/system/cpu/online": "0-3\n"]) == .failure(.noNodes))
        #expect(try locality(["sys/devices/system/node/nodes/cpulist": "0-3\n"]) == .failure(.noNodes))
    }
}
