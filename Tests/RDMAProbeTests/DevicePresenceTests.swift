import Foundation
import HostTopology
import Testing

@testable import RDMAProbe

/// A device that was there: still there, or gone.
struct DevicePresenceTests {
    private func tree(_ nodes: [String: String]) throws -> URL {
        let tree = FileManager.default.temporaryDirectory.appending(path: "presence-\(UUID().uuidString)")
        for (node, device) in nodes { try write(device, of: node, in: tree) }
        return tree
    }

    private func write(_ device: String, of node: String, in tree: URL) throws {
        let folder = tree.appending(path: "sys/class/infiniband_verbs/\(node)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data("\(device)\n".utf8).write(to: folder.appending(path: "ibdev"))
    }

    @Test func `a device is gone with its node, and when another has it`() throws {
        let tree = try tree(["uverbs0": "mlx5_0", "uverbs1": "mlx5_1"])
        defer { try? FileManager.default.removeItem(at: tree) }
        let root = HostRoot(path: tree.path)
        let (first, second) = (DevicePresence(of: "mlx5_0", at: root), DevicePresence(of: "mlx5_1", at: root))
        #expect(first.isKnown && !first.isGone && second.isKnown && !second.isGone)
        try FileManager.default.removeItem(at: tree.appending(path: "sys/class/infiniband_verbs/uverbs0"))
        #expect(first.isGone && !second.isGone)
        // A device that comes while the other is away may get its node.
        try write("rxe0", of: "uverbs0", in: tree)
        #expect(first.isGone && !DevicePresence(of: "rxe0", at: root).isGone)
    }

    @Test func `a device that had no node is never gone`() throws {
        let tree = try tree([:])
        let presence = DevicePresence(of: "mlx5_0", at: HostRoot(path: tree.path))
        #expect(!presence.isKnown && !presence.isGone)
    }

    @Test func `all devices of a host are those of its nodes`() throws {
        let tree = try tree(["uverbs0": "mlx5_0", "uverbs7": "rxe0"])
        defer { try? FileManager.default.removeItem(at: tree) }
        // The folder has a file beside the nodes.
        try Data("6\n".utf8).write(to: tree.appending(path: "sys/class/infiniband_verbs/abi_version"))
        #expect(DevicePresence.all(at: HostRoot(path: tree.path)).map(\.device).sorted() == ["mlx5_0", "rxe0"])
    }
}
