import ClusterCore
import Testing
import Topology

@Suite struct `Embedding Topology's plans and tables` {
    @Test func `AL-80 AL-101 plans and tables answer in ten lines`() throws {
        let endpoints = try ConnectivityNeed(region: .westEurope).endpoints()
        let allowed = try AllowList(parsing: Array("*.globalsign.com 80".utf8))
        let missing = allowed.coverage(of: endpoints).missing
        let plan = try NetworkPlan(NetworkDemand(nodes: 4))
        let commands = try plan.linuxCommands(node: 1, interfaces: ["ens1f0", "ens1f1"])
        let profile = try ControlPlaneProfile.azureLocal23H2.resolved(in: ControlPlaneProfile.builtIn)
        let situation = ControlPlaneSituation(mode: .connected, link: .down, daysSinceSync: 31)
        let answer = try situation.answer(to: .createVirtualMachine, by: profile)
        // Two hosts of globalsign.com are covered.
        #expect(missing.count == endpoints.count - 2)
        #expect(commands.count == 18)
        #expect(answer.availability == .unavailable)
    }
}
