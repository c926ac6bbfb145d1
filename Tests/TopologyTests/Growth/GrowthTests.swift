import ClusterCore
import Testing
import Topology

@Suite struct `Growth of a cluster` {
    private func growth(
        _ example: ExampleModel, by count: Int, _ change: (inout ClusterModel) -> Void = { _ in }
    ) throws -> ClusterGrowth {
        var model = try example.read()
        change(&model)
        let profile = try #require(TopologyProfile.named(model.profile ?? ""))
        return try ClusterGrowth(
            of: model, adding: count, by: profile.resolved(in: TopologyProfile.builtIn),
            on: CalendarDate(parsing: "2026-11-27"))
    }

    @Test func `AL-122 AL-123 AL-124 AL-125 what more of something interrupts`() {
        #expect(ScaleUp.processors.interruption == .nodeByNode)
        #expect(ScaleUp.processors.caution.contains("memory"))
        #expect(ScaleUp.memory.interruption == .nodeByNode)
        #expect(ScaleUp.drives.interruption == .none)
        #expect(ScaleUp.adapters.interruption == .briefOutage)
        #expect(ScaleUp.adapterRates == [10, 25, 40, 100])
    }

    @Test func `AL-126 a node comes in by five steps, the hardware first and the balance last`() {
        #expect(ScaleOutStep.allCases == [.prepareHardware, .joinDomain, .installSystem, .addNode, .rebalance])
        #expect(ScaleOutStep.addNode.instruction.contains("Add-ClusterNode"))
    }

    @Test(arguments: [1, 2, 4, 12])
    func `AL-127 what nodes add is as much as they are`(count: Int) throws {
        let growth = try growth(.four, by: count) { $0.givePower("16kW") }
        #expect(growth.after.nodes == 4 + count)
        #expect(growth.before.cores == 4 * 32)
        #expect(growth.after.cores == (4 + count) * 32)
        #expect(growth.before.memory == (try size("2048GB")))
        #expect(growth.before.raw == (try size("92.16TB")))
        #expect(growth.before.storageBandwidth == (try rate("200Gbps")))
        let raw = try #require(growth.after.raw)
        #expect(raw.bytes * 4 == 92_160_000_000_000 * UInt64(4 + count))
        #expect(growth.after.units == (4 + count) * 2)
        #expect(growth.after.ports == (4 + count) * 4)
        #expect(growth.isPossible)
        // 900 W a node more are above the 5 kW of the example's supplies.
        #expect(try !self.growth(.four, by: count).isPossible)
    }

    @Test func `AL-128 beyond 16 nodes a cluster does not grow`() throws {
        let growth = try growth(.sixteen, by: 1)
        #expect(!growth.isPossible)
        #expect(growth.newFindings.map(\.rule) == ["cluster.nodes"])
    }

    /// Microsoft: switchless never scales out; a rack-aware cluster grows by pairs, 2+2 to 4+4, and 1+1 does not.
    @Test func `AL-128 without a switch a cluster does not grow, rack-aware it grows by pairs`() throws {
        #expect(try growth(.two, by: 1).obstacles.count == 1)
        #expect(try growth(.rackAware2, by: 1).after.nodes == 6)
        #expect(try growth(.rackAware4, by: 1).newFindings.contains { $0.rule == "cluster.nodes" })
        var model = try ExampleModel.rackAware2.read()
        model.clusters[0].nodes[0].count = 1
        model.clusters[0].nodes[1].count = 1
        let grown = try ClusterGrowth(
            of: model, adding: 1, by: TopologyProfile.rackAware.resolved(in: TopologyProfile.builtIn),
            on: CalendarDate(parsing: "2026-11-27"))
        #expect(!grown.isPossible)
    }

    @Test func `what is not known of a node is not known of the cluster`() throws {
        var model = try ExampleModel.four.read()
        model.changeLastNode { $0.memory = nil }
        let totals = try ClusterTotals(of: #require(model.installation().clusters.first))
        #expect(totals.memory == nil)
        #expect(totals.cores == 128)
    }

    @Test func `no number of nodes ends the process`() throws {
        for count in [Int.min, -4, -1, 0, 5000, Int.max] { _ = try? growth(.four, by: count) }
        #expect(throws: ModelProblem.self) { _ = try growth(.four, by: .max) }
    }
}
