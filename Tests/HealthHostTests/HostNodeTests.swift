import ClusterCore
import HealthHost
import HostTopology
import TestSupport
import Testing
import Topology

/// A host that was read, as a node of a model.
@Suite struct `A host as a node` {
    private func node(_ change: (TemporaryTree) throws -> Void = { _ in }) throws -> HostNode {
        let tree = try TemporaryTree()
        try tree.build(host: "two-sockets")
        try change(tree)
        return HostNode(ObservedHost.read(at: HostRoot(path: tree.path)))
    }

    private func outcomes(_ node: HostNode) throws -> [RuleID: Set<RequirementCheck.Outcome>] {
        let check = try TopologyCheck(
            of: node.installation(), by: TopologyProfile.architecture.resolved(in: TopologyProfile.builtIn),
            on: CalendarDate(parsing: "2026-11-28"))
        return Dictionary(grouping: check.checks.filter { $0.rule.isOrIsBelow("node") }, by: \.rule).mapValues {
            Set($0.map(\.outcome))
        }
    }

    @Test func `AL-5 AL-9 AL-21 a node has what its host's files tell`() throws {
        let template = try node().template
        #expect(template.processor?.sockets == 2 && template.processor?.cores == 2)
        #expect(template.processor?.family == "Intel Xeon Scalable")
        #expect(template.processor?.features?.contains(.virtualization) == true)
        #expect(template.tpm == "2.0")
        #expect(template.supplies == nil && template.bmc == nil)
        let told = try outcomes(node())
        #expect(told["node.virtualization"] == [.met] && told["node.tpm"] == [.met])
    }

    @Test func `of a host of which nothing is known no requirement of a node is met or broken`() throws {
        let empty = try TemporaryTree()
        let node = HostNode(ObservedHost.read(at: HostRoot(path: empty.path)))
        #expect(node.name == "host")
        let told = try outcomes(node)
        #expect(!told.isEmpty && told.values.allSatisfy { $0 == [.undetermined] }, "\(told)")
    }

    @Test func `an odd name of a host is a name in the model`() throws {
        let odd = try node { try $0.write("näme 1/..\u{7f}-x\n", to: "proc/sys/kernel/hostname") }
        #expect(odd.name == "nme1..-x")
        _ = try odd.installation()
    }
}
