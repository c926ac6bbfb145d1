import HostTopology
import RDMAModel
import TestSupport
import Testing

@testable import RDMAProbe

/// What a host lacks before anything is opened, from made-up trees.
@Suite struct `Readiness of a host` {
    private let tree: TemporaryTree

    init() throws { tree = try TemporaryTree() }

    /// A device with its node and one port.
    private func add(_ name: String, uverbs: Int, state: String = "4: ACTIVE") throws {
        try tree.write("1: CA\n", to: "sys/class/infiniband/\(name)/node_type")
        try tree.write("\(state)\n", to: "sys/class/infiniband/\(name)/ports/1/state")
        try tree.write("\(name)\n", to: "sys/class/infiniband_verbs/uverbs\(uverbs)/ibdev")
        try tree.write("", to: "dev/infiniband/uverbs\(uverbs)")
        try tree.write("", to: "dev/infiniband/rdma_cm")
    }

    private func failure(_ device: String? = nil) -> ProbeFailure? {
        do throws(ProbeFailure) {
            try Readiness.check(device: device, at: HostRoot(path: tree.path))
            return nil
        } catch { return error }
    }

    @Test func `a device with its nodes and a port that is active is ready`() throws {
        try add("mlx5_0", uverbs: 0)
        #expect(failure() == nil)
        #expect(failure("mlx5_0") == nil)
    }

    @Test func `a kernel without RDMA and one without a device have no device`() throws {
        #expect(failure() == ProbeFailure(.device, .noDevice(named: nil, found: [])))
        #expect(failure("mlx5_0") == ProbeFailure(.device, .noDevice(named: "mlx5_0", found: []), device: "mlx5_0"))
        try tree.makeFolder("sys/class/infiniband")
        #expect(failure() == ProbeFailure(.device, .noDevice(named: nil, found: [])))
    }

    @Test func `a name that no device has is told with those that there are`() throws {
        try add("mlx5_1", uverbs: 1)
        try add("mlx5_0", uverbs: 0)
        let expected = ProbeFailure(.device, .noDevice(named: "mlx5_2", found: ["mlx5_0", "mlx5_1"]), device: "mlx5_2")
        #expect(failure("mlx5_2") == expected)
        #expect(failure("MLX5_0")?.cause == .noDevice(named: "MLX5_0", found: ["mlx5_0", "mlx5_1"]))
        #expect(failure("")?.cause == .noDevice(named: "", found: ["mlx5_0", "mlx5_1"]))
        #expect(failure("../mlx5_0")?.cause == .noDevice(named: "../mlx5_0", found: ["mlx5_0", "mlx5_1"]))
        #expect(expected.shortfall.outcome == .undetermined)
    }

    @Test func `the connection manager's node that is absent is named`() throws {
        try add("mlx5_0", uverbs: 0)
        try tree.remove("dev/infiniband/rdma_cm")
        #expect(failure()?.cause == .deviceNode(path: tree.absolute("dev/infiniband/rdma_cm")))
        #expect(failure("mlx5_0")?.device == "mlx5_0")
    }

    @Test func `the device's node that is absent is named`() throws {
        try add("mlx5_0", uverbs: 3)
        try tree.remove("dev/infiniband/uverbs3")
        #expect(
            failure()
                == ProbeFailure(.device, .deviceNode(path: tree.absolute("dev/infiniband/uverbs3")), device: "mlx5_0"))
        #expect(failure()?.shortfall.outcome == .undetermined)
    }

    @Test func `one device with a node is enough where none is asked for`() throws {
        try add("mlx5_0", uverbs: 0)
        try add("mlx5_1", uverbs: 1)
        try tree.remove("dev/infiniband/uverbs0")
        #expect(failure() == nil)
        #expect(failure("mlx5_1") == nil)
        #expect(failure("mlx5_0")?.cause == .deviceNode(path: tree.absolute("dev/infiniband/uverbs0")))
    }

    @Test func `a device whose node is not told is not accused`() throws {
        try add("mlx5_0", uverbs: 0)
        try tree.remove("sys/class/infiniband_verbs")
        #expect(failure() == nil)
    }

    @Test(arguments: ["1: DOWN", "2: INIT", "3: ARMED", "0: NOP", "5: ACTIVE_DEFER"])
    func `a port that is not active is told with its state`(state: String) throws {
        try add("mlx5_0", uverbs: 0, state: state)
        #expect(failure() == ProbeFailure(.device, .portNotActive(state: state), device: "mlx5_0"))
        #expect(failure("mlx5_0")?.cause == .portNotActive(state: state))
    }

    @Test func `one port that is active is enough, on any device where none is asked for`() throws {
        try add("mlx5_0", uverbs: 0, state: "1: DOWN")
        try add("mlx5_1", uverbs: 1)
        #expect(failure() == nil)
        #expect(failure("mlx5_0")?.cause == .portNotActive(state: "1: DOWN"))
        try tree.write("4: ACTIVE\n", to: "sys/class/infiniband/mlx5_0/ports/2/state")
        #expect(failure("mlx5_0") == nil)
    }

    @Test func `a port whose state is not told is not accused`() throws {
        for state in ["", "ACTIVE", "N/A"] {
            try add("mlx5_0", uverbs: 0, state: state)
            #expect(failure() == nil, "\(state)")
        }
    }

    @Test func `the state that is told is that of the device that has a port`() throws {
        try tree.write("1: CA\n", to: "sys/class/infiniband/a0/node_type")
        try add("b0", uverbs: 0, state: "1: DOWN")
        #expect(failure() == ProbeFailure(.device, .portNotActive(state: "1: DOWN"), device: "b0"))
    }

    @Test func `words from a tree come into the report as they can be printed`() throws {
        try add("mlx5_0", uverbs: 0, state: "1: DOWN\u{1B}[31m")
        let meaning = try #require(failure()).explanation.meaning
        #expect(!meaning.unicodeScalars.contains("\u{1B}"), "\(meaning)")
    }
}
