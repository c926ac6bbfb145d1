import ClusterCore
import TestSupport
import Testing

@testable import HostTopology

/// Each rule of placement on a host that keeps all of them, and on the same host with one thing changed.
@Suite struct `Placement of a host` {
    private let mellanox0 = "sys/devices/pci0000:16/0000:16:02.0/0000:17:00.0"
    private let mellanox1 = "sys/devices/pci0000:64/0000:64:02.0/0000:65:00.0"

    private func profile(_ changes: [RuleID: RuleSettings] = [:]) throws -> ResolvedProfile {
        try RuleProfile(
            name: "test", version: "1", rules: PlacementProfile.rules.merging(changes) { $1 }
        ).resolved(in: [])
    }

    /// What is told of a host, after a change of its files.
    private func check(
        _ changes: [RuleID: RuleSettings] = [:], storage: [String]? = nil, _ change: (TemporaryTree) throws -> Void
    ) throws -> PlacementCheck {
        let tree = try TemporaryTree()
        try tree.build(host: "two-sockets")
        try change(tree)
        let root = HostRoot(path: tree.path)
        let host = ObservedHost.read(at: root)
        let ports = host.storagePorts(named: storage).ports
        let interrupts = HostInterrupts(of: ports.compactMap(\.function.value), at: root)
        return try PlacementCheck(of: host, interrupts: interrupts, storage: ports, by: profile(changes))
    }

    private func outcomes(_ rule: RuleID, _ check: PlacementCheck) -> [PlacementResult.Outcome] {
        check.results.filter { $0.rule == rule }.map(\.outcome)
    }

    private func told(_ rule: RuleID, _ check: PlacementCheck) -> Finding? {
        check.findings.first { $0.rule == rule }
    }

    @Test func `a host as it should be keeps every rule, and each rule is told`() throws {
        let check = try check { _ in }
        #expect(check.findings == [])
        #expect(Set(check.results.map(\.rule)) == Set(PlacementRule.all.map(\.rule)))
        #expect(check.results.count { $0.rule == "host.storage_locality" } == 2)
    }

    @Test func `each rule has figures in the profile, words for what it asks, and figures that are explained`() {
        #expect(Set(PlacementProfile.rules.keys) == Set(PlacementRule.all.map(\.rule)))
        for rule in PlacementRule.all {
            let words = rule.explanation
            #expect(!words.title.isEmpty && !words.reason.isEmpty && !words.remedy.isEmpty)
            let set = Set(PlacementProfile.rules[rule.rule]?.parameters.keys.map { $0 } ?? [])
            #expect(set.isSubset(of: Set(words.parameters.map(\.name))), "\(rule.rule)")
            #expect(PlacementProfile.rules[rule.rule]?.source != nil, "\(rule.rule)")
        }
    }

    // MARK: What sits near to what

    @Test func `a storage port on a node whose processors are off is remote from those that serve it`() throws {
        let check = try check { tree in
            try tree.write("0,2,4,6\n", to: "sys/devices/system/cpu/online")
            try tree.write("1,3,5,7\n", to: "sys/devices/system/cpu/offline")
            try tree.write("\n", to: "sys/devices/system/node/node1/cpulist")
        }
        #expect(outcomes("host.storage_locality", check) == [.met, .notMet])
        let finding = try #require(told("host.storage_locality", check))
        #expect(finding.subject == "host:h1/interface:enp101s0")
        #expect("\(finding)".contains("which has no processor"))
    }

    @Test func `a storage port far from the processors that the profile names is remote`() throws {
        let settings = RuleSettings(parameters: ["processors": .text("0,2")], severity: .critical)
        let check = try check(["host.storage_locality": settings]) { _ in }
        let result = try #require(check.results.first { $0.outcome == .notMet })
        #expect(result.subject == "host:h1/interface:enp101s0")
        #expect(result.finding?.severity == .critical)
        #expect(check.results.count { $0.outcome == .notMet } == 1)
    }

    @Test func `a port whose node is not told is neither near nor far, unless there is one node`() throws {
        // Neither the adapter nor the bridge above it tells.
        func forget(_ tree: TemporaryTree) throws {
            try tree.write("-1\n", to: "\(mellanox0)/numa_node")
            try tree.write("-1\n", to: "sys/devices/pci0000:16/0000:16:02.0/numa_node")
        }
        let check = try check { try forget($0) }
        #expect(outcomes("host.storage_locality", check).sorted { $0.rawValue < $1.rawValue } == [.met, .undetermined])
        #expect(outcomes("host.interrupts", check).sorted { $0.rawValue < $1.rawValue } == [.met, .undetermined])
        let single = try self.check { tree in
            try forget(tree)
            try tree.remove("sys/devices/system/node/node1")
            try tree.write("0\n", to: "sys/devices/system/node/online")
            try tree.write("0-7\n", to: "sys/devices/system/node/node0/cpulist")
            try tree.write("-1\n", to: "\(mellanox1)/numa_node")
            try tree.write("-1\n", to: "sys/devices/pci0000:64/0000:64:02.0/numa_node")
        }
        #expect(outcomes("host.storage_locality", single) == [.met, .met])
        let none = try self.check { try $0.remove("sys/devices/system/node") }
        #expect(outcomes("host.storage_locality", none) == [.undetermined, .undetermined])
    }

    @Test func `interrupts that go to the other node are found, by where they really go`() throws {
        let check = try check { try $0.write("1\n", to: "proc/irq/101/effective_affinity_list") }
        #expect(outcomes("host.interrupts", check).sorted { $0.rawValue < $1.rawValue } == [.met, .notMet])
        let finding = try #require(told("host.interrupts", check))
        #expect(finding.subject == "host:h1/interface:enp23s0")
        #expect(finding.measured == .text("1 of 4 on far processors"))
        #expect(
            finding.evidence.contains { $0.source.contains("proc/irq/101/effective_affinity_list") && $0.value == "1" })
    }

    @Test func `without effective affinity the allowed one counts, and without either nobody can tell`() throws {
        let allowed = try check { tree in
            try tree.remove("proc/irq/101/effective_affinity_list")
            try tree.write("0-7\n", to: "proc/irq/101/smp_affinity_list")
        }
        #expect(outcomes("host.interrupts", allowed).sorted { $0.rawValue < $1.rawValue } == [.met, .notMet])
        let untold = try check { try $0.remove("proc/irq/101") }
        #expect(outcomes("host.interrupts", untold).sorted { $0.rawValue < $1.rawValue } == [.met, .undetermined])
        let none = try check { try $0.remove("\(mellanox0)/msi_irqs") }
        #expect(outcomes("host.interrupts", none).sorted { $0.rawValue < $1.rawValue } == [.met, .undetermined])
        // One far interrupt is enough, whatever the others would say.
        let both = try check { tree in
            try tree.remove("proc/irq/101")
            try tree.write("3\n", to: "proc/irq/102/effective_affinity_list")
        }
        #expect(outcomes("host.interrupts", both).sorted { $0.rawValue < $1.rawValue } == [.met, .notMet])
    }

    @Test func `the share of far interrupts is the profile's figure`() throws {
        let quarter = try Fraction(1, over: 4)
        let settings = RuleSettings(parameters: ["far_share_maximum": .fraction(quarter)], severity: .warning)
        let one = try check(["host.interrupts": settings]) {
            try $0.write("1\n", to: "proc/irq/101/effective_affinity_list")
        }
        #expect(outcomes("host.interrupts", one) == [.met, .met])
        let two = try check(["host.interrupts": settings]) { tree in
            try tree.write("1\n", to: "proc/irq/101/effective_affinity_list")
            try tree.write("1\n", to: "proc/irq/102/effective_affinity_list")
        }
        #expect(outcomes("host.interrupts", two).sorted { $0.rawValue < $1.rawValue } == [.met, .notMet])
    }

    @Test func `a node with processors and without memory, or with much less than others, is found`() throws {
        func memory(_ text: String?) throws -> [PlacementResult.Outcome] {
            let check = try check { tree in
                let file = "sys/devices/system/node/node1/meminfo"
                if let text { try tree.write("Node 1 MemTotal: \(text) kB\n", to: file) } else { try tree.remove(file) }
            }
            return outcomes("host.memory_nodes", check)
        }
        #expect(try memory("0") == [.met, .notMet])
        #expect(try memory("65999999") == [.met, .notMet])
        #expect(try memory("66000000") == [.met, .met])
        // What is not told of one may be more than all others have.
        #expect(try memory(nil) == [.undetermined, .undetermined])
    }

    @Test func `a node of memory alone is no node that lacks anything`() throws {
        let check = try check { tree in
            try tree.write("0-2\n", to: "sys/devices/system/node/online")
            try tree.write("\n", to: "sys/devices/system/node/node2/cpulist")
            try tree.write("Node 2 MemTotal: 1000000000 kB\n", to: "sys/devices/system/node/node2/meminfo")
        }
        #expect(outcomes("host.memory_nodes", check) == [.met, .met])
    }

    // MARK: What fails together

    @Test func `AL-29 two storage ports of one card fail together`() throws {
        let check = try check(storage: ["enp23s0", "enp23s1"]) { try secondPort($0) }
        #expect(outcomes("host.storage_cards", check) == [.notMet])
        #expect(told("host.storage_cards", check)?.measured == .text("2 ports, all at slot 2"))
        #expect(told("host.storage_cards", check)?.reference?.architecture == [29])
        let apart = try self.check(storage: ["enp23s0", "enp101s0"]) { try secondPort($0) }
        #expect(outcomes("host.storage_cards", apart) == [.met])
        // Without slots, functions of one device are one card all the same.
        let unnamed = try self.check(storage: ["enp23s0", "enp23s1"]) { tree in
            try secondPort(tree)
            try tree.remove("sys/bus/pci/slots")
        }
        #expect(told("host.storage_cards", unnamed)?.measured == .text("2 ports, all at 0000:17:00"))
    }

    @Test func `AL-29 two cards behind one root port fail together`() throws {
        let check = try check(storage: ["enp23s0", "enp26s0"]) { tree in
            try move(tree, "0000:16:02.0/0000:18:00.0/0000:19:01.0/0000:1a:00.0")
        }
        #expect(outcomes("host.storage_cards", check) == [.met])
        #expect(outcomes("host.storage_roots", check) == [.notMet])
        #expect(told("host.storage_roots", check)?.measured == .text("2 ports, all at 0000:16:02.0"))
        let apart = try self.check(storage: ["enp23s0", "enp26s0"]) { tree in
            try move(tree, "0000:16:03.0/0000:18:00.0/0000:19:01.0/0000:1a:00.0")
        }
        #expect(outcomes("host.storage_roots", apart) == [.met])
    }

    @Test func `AL-29 one port is no redundancy, and ports of unknown place are not apart`() throws {
        let one = try check(storage: ["enp23s0"]) { _ in }
        #expect(outcomes("host.storage_cards", one) == [.notMet])
        #expect(told("host.storage_cards", one)?.measured == .text("1 port, all at slot 2"))
        let unknown = try check { try $0.remove("sys/bus/pci/devices/0000:65:00.0") }
        #expect(outcomes("host.storage_cards", unknown) == [.undetermined])
        #expect(outcomes("host.storage_roots", unknown) == [.undetermined])
    }

    // MARK: Ports by themselves

    @Test func `a slot that carries less than the port is found, with what the card could do`() throws {
        let check = try check { tree in
            try tree.write("8.0 GT/s PCIe\n", to: "\(mellanox0)/current_link_speed")
            try tree.write("8\n", to: "\(mellanox0)/current_link_width")
        }
        #expect(outcomes("host.slot_bandwidth", check).sorted { $0.rawValue < $1.rawValue } == [.met, .notMet])
        let finding = try #require(told("host.slot_bandwidth", check))
        // 8 lanes of 8 GT/s at 128 in 130 bits: 63.02 Gbit/s in each direction.
        #expect(finding.measured == .text("63.02 Gbit/s for 100 Gbit/s"))
        #expect(finding.subject == "host:h1/pci:0000:17:00.0")
        #expect(finding.remedy?.contains("seat it anew") == true)
        let narrow = try self.check { tree in
            for file in ["current_link_width", "max_link_width"] { try tree.write("4\n", to: "\(mellanox0)/\(file)") }
        }
        #expect(self.told("host.slot_bandwidth", narrow)?.remedy?.contains("seat it anew") == false)
    }

    @Test func `both ports of a card count against its one slot`() throws {
        let check = try check(storage: ["enp23s0", "enp23s1"]) { tree in
            try secondPort(tree)
            try tree.write("8\n", to: "\(mellanox0)/current_link_width")
        }
        // 8 lanes of 16 GT/s carry one port of 100 Gbit/s and not two.
        #expect(told("host.slot_bandwidth", check)?.measured == .text("126.03 Gbit/s for 200 Gbit/s"))
        let one = try self.check(storage: ["enp23s0"]) { try $0.write("8\n", to: "\(mellanox0)/current_link_width") }
        #expect(outcomes("host.slot_bandwidth", one) == [.met])
    }

    @Test func `a port or a slot of unknown speed is not fast enough`() throws {
        let port = try check { tree in
            try tree.write("-1\n", to: "\(mellanox0)/net/enp23s0/speed")
            try tree.remove("\(mellanox0)/infiniband/mlx5_0/ports/1/rate")
        }
        #expect(outcomes("host.slot_bandwidth", port).sorted { $0.rawValue < $1.rawValue } == [.met, .undetermined])
        let slot = try check { try $0.write("Unknown\n", to: "\(mellanox0)/current_link_speed") }
        #expect(outcomes("host.slot_bandwidth", slot).sorted { $0.rawValue < $1.rawValue } == [.met, .undetermined])
    }

    @Test func `AL-134 a storage port without RDMA, or whose RDMA port is down, is found`() throws {
        let none = try check(storage: ["eno1"]) { _ in }
        #expect(outcomes("host.rdma", none) == [.notMet])
        let down = try check { try $0.write("1: DOWN\n", to: "\(mellanox1)/infiniband/mlx5_1/ports/1/state") }
        #expect(outcomes("host.rdma", down).sorted { $0.rawValue < $1.rawValue } == [.met, .notMet])
        let untold = try check { try $0.remove("\(mellanox1)/infiniband/mlx5_1/ports/1/state") }
        #expect(outcomes("host.rdma", untold).sorted { $0.rawValue < $1.rawValue } == [.met, .undetermined])
        let unread = try check(storage: ["enp23s0"]) { try $0.remove("sys/class/infiniband") }
        #expect(outcomes("host.rdma", unread) == [.undetermined])
    }

    @Test func `AL-134 a storage port with small packets is found`() throws {
        let small = try check { try $0.write("8999\n", to: "\(mellanox1)/net/enp101s0/mtu") }
        #expect(outcomes("host.storage_mtu", small).sorted { $0.rawValue < $1.rawValue } == [.met, .notMet])
        let untold = try check { try $0.remove("\(mellanox1)/net/enp101s0/mtu") }
        #expect(outcomes("host.storage_mtu", untold).sorted { $0.rawValue < $1.rawValue } == [.met, .undetermined])
    }

    @Test func `where no port is known to carry storage, every rule of ports says that nobody can tell`() throws {
        let check = try check { try $0.remove("sys/class/infiniband") }
        let ports = check.results.filter { $0.rule != "host.memory_nodes" }
        #expect(Set(ports.map(\.outcome)) == [.undetermined])
        #expect(Set(ports.map(\.rule)).count == PlacementRule.all.count - 1)
    }

    // MARK: Changes

    /// A second function of the first adapter with an interface of its own.
    private func secondPort(_ tree: TemporaryTree) throws {
        let path = "pci0000:16/0000:16:02.0/0000:17:00.1"
        try function(tree, path, interface: "enp23s1")
    }

    /// A third adapter somewhere below the host bridge `pci0000:16`.
    private func move(_ tree: TemporaryTree, _ path: String) throws {
        try function(tree, "pci0000:16/\(path)", interface: "enp26s0")
    }

    private func function(_ tree: TemporaryTree, _ path: String, interface name: String) throws {
        let address = String(path.split(separator: "/").last ?? "")
        let folder = "sys/devices/\(path)"
        try tree.link("sys/bus/pci/devices/\(address)", to: "../../../devices/\(path)")
        for (file, text) in [
            ("class", "0x020000"), ("vendor", "0x15b3"), ("device", "0x101d"), ("numa_node", "0"),
            ("current_link_speed", "16.0 GT/s PCIe"), ("current_link_width", "16"), ("net/\(name)/speed", "100000"),
            ("net/\(name)/mtu", "9000"), ("net/\(name)/type", "1"),
        ] { try tree.write(text + "\n", to: "\(folder)/\(file)") }
        try tree.link("sys/class/net/\(name)", to: "../../devices/\(path)/net/\(name)")
        try tree.link("\(folder)/net/\(name)/device", to: "../../../\(address)")
    }
}
