import ClusterCore
import TestSupport
import Testing

@testable import HostTopology

/// Folders of a captured host that are missing or cannot be read: what they would tell is unknown, and what is left does not
/// stand for the whole.
@Suite struct MissingFoldersTests {
    private func tree() throws -> TemporaryTree {
        let tree = try TemporaryTree()
        try tree.build(host: "two-sockets")
        return tree
    }

    /// A link to itself, which root cannot read either.
    private func lock(_ path: String, in tree: TemporaryTree) throws {
        try tree.remove(path)
        try tree.link(path, to: path.split(separator: "/").last.map(String.init) ?? path)
    }

    private func outcomes(of tree: TemporaryTree) throws -> [RuleID: [PlacementResult.Outcome]] {
        let root = HostRoot(path: tree.path)
        let host = ObservedHost.read(at: root)
        let ports = host.storagePorts().ports
        let check = try PlacementCheck(
            of: host, interrupts: HostInterrupts(of: ports.compactMap(\.function.value), at: root), storage: ports,
            by: RuleProfile(name: "test", version: "1", rules: PlacementProfile.rules).resolved(in: []))
        return Dictionary(grouping: check.results, by: \.rule).mapValues { $0.map(\.outcome) }
    }

    @Test func `a node that is said to be in use is there, with nothing known, where its folder is missing`() throws {
        let tree = try tree()
        #expect(try outcomes(of: tree)["host.memory_nodes"] == [.met, .met])
        try tree.remove("sys/devices/system/node/node1")
        let host = ObservedHost.read(at: HostRoot(path: tree.path))
        #expect(host.numaNodes.value?.map(\.number) == [0, 1])
        #expect(host.numaNodes.value?[1].cpus.value == nil && host.numaNodes.value?[1].memory.value == nil)
        let told = try outcomes(of: tree)
        #expect(told["host.memory_nodes"] == [.undetermined, .undetermined])
        #expect(told["host.storage_locality"] == [.met, .undetermined])
        #expect(told["host.interrupts"] == [.met, .undetermined])
    }

    /// One of the two sockets is left of the files; the ports and the processors tell of the other.
    @Test func `one node that is left of two is not the only one`() throws {
        for online in ["0\n", "\n"] {
            let tree = try tree()
            try tree.remove("sys/devices/system/node/node1")
            try tree.write(online, to: "sys/devices/system/node/online")
            let told = try outcomes(of: tree)
            #expect(told["host.storage_locality"] == [.met, .undetermined], "\(online)")
            #expect(told["host.interrupts"] == [.met, .undetermined], "\(online)")
        }
    }

    @Test(arguments: ["", "/topology", "/topology/package_cpus_list"])
    func `a processor that tells nothing of its package is in the one that counts it in`(path: String) throws {
        let tree = try tree()
        let before = ObservedHost.read(at: HostRoot(path: tree.path)).packages.value?.map(\.cpus)
        #expect(before == [[0, 2, 4, 6], [1, 3, 5, 7]])
        try tree.remove("sys/devices/system/cpu/cpu5\(path)")
        let packages = ObservedHost.read(at: HostRoot(path: tree.path)).packages.value
        // Where even its folder is missing, it is not in the list of processors.
        #expect(packages?.map(\.cpus) == (path.isEmpty ? [[0, 2, 4, 6], [1, 3, 7]] : before))
    }

    @Test func `a processor that nobody counts in makes the packages unknown`() throws {
        let tree = try tree()
        for cpu in [1, 3, 5, 7] { try tree.remove("sys/devices/system/cpu/cpu\(cpu)/topology") }
        #expect(ObservedHost.read(at: HostRoot(path: tree.path)).packages.reason == .absent)
    }

    @Test func `an interface or a device that cannot be read is still there`() throws {
        let tree = try tree()
        let before = ObservedHost.read(at: HostRoot(path: tree.path))
        for path in ["sys/class/net/enp101s0", "sys/class/infiniband/mlx5_1"] { try lock(path, in: tree) }
        let after = ObservedHost.read(at: HostRoot(path: tree.path))
        #expect(after.networkInterfaces.value?.map(\.name) == before.networkInterfaces.value?.map(\.name))
        #expect(after.rdmaDevices.value?.map(\.name) == before.rdmaDevices.value?.map(\.name))
        let told = try outcomes(of: tree)
        #expect(told["host.storage_cards"] == [.undetermined])
        #expect(told["host.storage_roots"] == [.undetermined])
    }
}
