import ClusterCore
import HealthHost
import HostTopology
import TestSupport
import Testing
import Topology

@Suite struct `Embedding HealthHost` {
    @Test func `the example of the first page compiles, and tells what a captured host does not`() throws {
        let captured = try TemporaryTree()
        try captured.build(host: "two-sockets")
        let tree = captured.path
        // snippet
        let client = HTTPClient(timeout: .seconds(5), attempts: 3)
        let address = try HTTPAddress("http://127.0.0.1:9093")
        let sink = AlertmanagerSink(name: "operators", address: address, client: client)
        let state = SnapshotFile(path: "/var/lib/health/state")

        let node = HostNode(ObservedHost.read(at: HostRoot(path: tree)))  // or .live
        let profile = try TopologyProfile.architecture.resolved(in: TopologyProfile.builtIn)
        let today = try CalendarDate(parsing: "2026-11-28")
        let check = try TopologyCheck(of: node.installation(), by: profile, on: today)
        let unknown = check.findings.filter { $0.rule.isOrIsBelow("node") && $0.isUndetermined }
        // end of snippet
        #expect(sink.address.port == 9093)
        #expect(state.sizeLimit == 64 << 20)
        // Linux tells nothing of power supplies and of the management controller (AL-22, AL-23).
        #expect(Set(unknown.map(\.rule)).isSuperset(of: ["node.power_supplies", "node.bmc"]))
    }

    @Test func `the first page shows the example that is tested`() { assertSnippet(module: "HealthHost") }
}
