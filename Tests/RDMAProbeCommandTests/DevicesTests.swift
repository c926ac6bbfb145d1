import HostTopology
import RDMAModel
import RDMAProbe
import Reports
import TestSupport
import Testing

@testable import RDMAProbeCommand

/// `rdmaprobe devices`, over hosts that nobody here owns.
@Suite struct `Devices` {
    static let hosts = ["mlx5", "bnxt_re", "irdma", "efa", "infiniband", "rxe", "siw"]

    private func inventory(_ host: String) throws -> DeviceInventory {
        let tree = try TemporaryTree()
        try tree.build(host: host)
        return DeviceInventory.read(at: HostRoot(path: tree.path))
    }

    @Test(arguments: hosts) func `the list for people is as recorded, within 80 columns`(host: String) throws {
        let text = devicesText(try inventory(host), style: .plain, columns: 80)
        for line in text.split(separator: "\n") { #expect(displayWidth(String(line)) <= 80, "\(line)") }
        #expect(!text.contains("\u{1B}"))
        assertSnapshot(text, named: "devices-\(host).txt")
    }

    @Test(.enabled(if: SchemaCheck.isPossible, "python3-jsonschema is not installed"))
    func `every document is valid by its schema, and one that is wrong is not`() throws {
        for host in Self.hosts {
            let document = try JSONDocument.encode(try inventory(host), schema: DeviceInventory.schema)
            #expect(try SchemaCheck.problems(document, schema: "rdmaprobe.devices-1") == [], "\(host)")
        }
        let document = try JSONDocument.encode(try inventory("rxe"), schema: DeviceInventory.schema)
        for (good, bad) in [
            ("\"software\" : true", "\"software\" : \"yes\""), ("\"numa_node\" : null", "\"numa_node\" : -1"),
            ("\"transport\" : \"roce_v2\"", "\"transport\" : \"RoCE v2\""),
            ("rdmaprobe.devices/1", "rdmaprobe.devices/2"), ("\"mtu_bytes\" : 9000", "\"mtu_bytes\" : \"9000\""),
        ] {
            let broken = document.replacing(good, with: bad, maxReplacements: 1)
            #expect(broken != document)
            #expect(try !SchemaCheck.problems(broken, schema: "rdmaprobe.devices-1").isEmpty, "\(bad)")
        }
    }

    @Test func `every key that is written is described, and every key that is described is written`() throws {
        var full = try inventory("mlx5")
        full.devices?[0].limits = DeviceLimits(
            queuePairs: 1, workRequests: 1, scatterGatherEntries: 1, completionQueues: 1, completionQueueEntries: 1,
            memoryRegions: 1, memoryRegionBytes: 1, protectionDomains: 1, readsAsResponder: 1, readsAsInitiator: 1)
        var documents = [try JSONDocument.encode(full, schema: DeviceInventory.schema)]
        for host in Self.hosts {
            documents.append(try JSONDocument.encode(try inventory(host), schema: DeviceInventory.schema))
        }
        let keys = try SchemaCheck.keys(ofSchema: "rdmaprobe.devices-1", documents: documents)
        #expect(keys.written.subtracting(keys.described) == [])
        // A finding's parts that no inventory has.
        let parts = keys.described.subtracting(keys.written)
        #expect(parts.allSatisfy { $0.hasPrefix("/findings[]/reference/") }, "\(parts)")
    }

    // MARK: The command

    @Test func `a tree is read by --root, and the status says that there is a device`() throws {
        let tree = try TemporaryTree()
        try tree.build(host: "bnxt_re")
        for directory in [nil, tree.path] {
            let outcome = try Executable.run(
                ["devices", "--root", directory == nil ? tree.path : ".", "--format", "json"], directory: directory)
            #expect(outcome.status == 0)
            #expect(outcome.diagnostics.isEmpty)
            let read = try JSONDocument.decode(
                DeviceInventory.self, from: Array(outcome.output.utf8), schema: DeviceInventory.schema)
            #expect(read == DeviceInventory.read(at: HostRoot(path: tree.path)))
            #expect(read.devices?.map(\.name) == ["bnxt_re0"])
        }
    }

    @Test func `a tree without a device ends with 2 and still gives a document`() throws {
        let tree = try TemporaryTree()
        try tree.makeFolder("sys/class/infiniband")
        let outcome = try Executable.run(["devices", "--root", tree.path, "--format", "json"])
        #expect(outcome.status == 2)
        #expect(outcome.output.hasPrefix("{\n  \"schema\" : \"rdmaprobe.devices/1\",\n  \"devices\" : ["))
    }

    @Test(arguments: [
        (["devices", "--root", "/none/at/all"], "no folder that holds sys/"),
        (["devices", "--family", "ipv5"], "'any', 'ipv4' or 'ipv6'"),
        (["devices", "--format", "xml"], "'text' and 'json'"), (["devices", "mlx5_0"], "Unexpected argument 'mlx5_0'"),
    ])
    func `a wrong call ends with 64 and says what to write`(arguments: [String], words: String) throws {
        let outcome = try Executable.run(arguments)
        #expect(outcome.status == 64)
        #expect(outcome.output.isEmpty)
        #expect(outcome.diagnostics.contains(words), "\(outcome.diagnostics)")
    }

    @Test(.enabled(if: !Executable.hasRDMA, "this host has an RDMA device"))
    func `a host without RDMA is told so, with 2`() throws {
        let outcome = try Executable.run(["devices"])
        #expect(outcome.status == 2)
        #expect(outcome.output.contains("rdma.device"))
        #expect(outcome.diagnostics.isEmpty)
    }
}
