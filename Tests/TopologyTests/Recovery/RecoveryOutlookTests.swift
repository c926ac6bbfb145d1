import ClusterCore
import Testing
import Topology

@Suite struct `Ways back after a failure` {
    private func outlook(
        _ example: ExampleModel = .four, after scenario: RecoveryScenario,
        _ change: (inout ClusterModel) -> Void = { _ in }
    ) throws -> RecoveryOutlook {
        var model = try example.read()
        change(&model)
        let installation = try model.installation()
        return RecoveryOutlook(of: installation.clusters[0], in: installation, after: scenario)
    }

    private func backups(_ backups: [Backup]) -> (inout ClusterModel) -> Void { { $0.clusters[0].backups = backups } }

    /// A second cluster, at the same site or at another.
    private func secondCluster(
        at site: String, _ kind: Backup.Kind = .secondaryCluster
    ) -> (inout ClusterModel) -> Void {
        { model in
            if site != "main" { model.sites?.append(Site(name: site)) }
            var rack = Rack(name: "rack9")
            rack.site = site
            model.racks?.append(rack)
            var group = NodeGroup(template: "node", count: 2, prefix: "far")
            group.rack = "rack9"
            model.clusters.append(Cluster(name: "c2", nodes: [group]))
            model.clusters[0].backups = [Backup(kind: kind, to: "c2")]
        }
    }

    @Test func `AL-111 AL-119 after one node machines restart on others, by themselves and without loss`() throws {
        let found = try outlook(after: .nodeFailure)
        #expect(found.recovers == true)
        let restart = try #require(found.ways.first)
        #expect(restart.kind == .restart)
        #expect(!restart.needsAction)
        #expect(restart.point.most == .zero)
        // Microsoft, rack-aware-cluster-overview, 2025-10: 3 to 5 minutes.
        #expect(restart.time.least == .seconds(180) && restart.time.most == .seconds(300))
    }

    @Test func `AL-106 AL-119 one node has no other, and two without a witness no majority`() throws {
        #expect(try outlook(.one, after: .nodeFailure).ways.first?.isThere == false)
        #expect(try outlook(.two, after: .nodeFailure).ways.first?.isThere == true)
        #expect(
            try outlook(.two, after: .nodeFailure) { $0.clusters[0].witness?.kind = .none }.ways.first?.isThere == false
        )
        let unknown = try outlook(.two, after: .nodeFailure) { $0.clusters[0].witness = nil }.ways.first
        #expect(unknown?.isThere == nil && unknown?.obstacle != nil)
    }

    @Test(
        arguments: [
            (.cloudBackup, true, true), (.cloudReplication, true, true), (.localSoftware, true, false),
        ] as [(Backup.Kind, Bool, Bool)])
    func `AL-116 AL-117 AL-120 AL-121 what outlives a cluster, and what a site`(
        kind: Backup.Kind, cluster: Bool, site: Bool
    ) throws {
        #expect(try outlook(after: .clusterFailure, backups([Backup(kind: kind)])).recovers == cluster)
        #expect(try outlook(after: .siteDisaster, backups([Backup(kind: kind)])).recovers == site)
    }

    @Test func `AL-117 AL-120 without a link nothing comes back from the cloud`() throws {
        let found = try outlook(after: .clusterFailure) {
            $0.clusters[0].controlPlane?.mode = .disconnected
            $0.clusters[0].backups = [Backup(kind: .cloudBackup)]
        }
        #expect(found.recovers == false)
        #expect(found.ways.first?.obstacle?.contains("disconnected") == true)
        let unknown = try outlook(after: .clusterFailure) {
            $0.clusters[0].controlPlane = nil
            $0.clusters[0].backups = [Backup(kind: .cloudBackup)]
        }
        #expect(unknown.recovers == nil)
    }

    @Test func `AL-95 AL-121 another cluster outlives a site only at another site, which must be known`() throws {
        #expect(try outlook(after: .siteDisaster, secondCluster(at: "far")).recovers == true)
        #expect(try outlook(after: .siteDisaster, secondCluster(at: "main")).recovers == false)
        #expect(try outlook(after: .clusterFailure, secondCluster(at: "main")).recovers == true)
        let lost = try outlook(after: .siteDisaster) {
            secondCluster(at: "far")(&$0)
            $0.clusters[1].nodes[0].rack = nil
        }
        #expect(lost.recovers == nil)
        #expect(try outlook(after: .siteDisaster, backups([Backup(kind: .volumeReplica)])).recovers == nil)
        #expect(try outlook(after: .clusterFailure) { $0.clusters[0].backups = nil }.recovers == nil)
        #expect(try outlook(after: .clusterFailure, backups([])).recovers == false)
    }

    /// Microsoft, disaster-recovery-vm-resiliency, 2025-10-23: replication to the cloud from 30 s, Hyper-V Replica every 30 s,
    /// 5 min or 15 min.
    @Test func `AL-94 AL-118 what the model says goes before what pages say`() throws {
        func way(_ backup: Backup) throws -> RecoveryWay {
            try #require(try outlook(after: .clusterFailure, backups([backup])).ways.last)
        }
        let replicated = try way(Backup(kind: .cloudReplication))
        #expect(replicated.point.least == .seconds(30) && replicated.point.most == nil)
        #expect(replicated.time.words == "1m to 1h")
        #expect(try way(Backup(kind: .secondaryCluster)).point.most == .seconds(900))
        // How old a backup is follows from its schedule, which no page knows.
        #expect(try way(Backup(kind: .cloudBackup)).point.words == "not known")
        var own = Backup(kind: .cloudReplication)
        (own.recoveryPoint, own.recoveryTime) = (.seconds(120), .seconds(1800))
        #expect(try way(own).point.least == .seconds(120) && way(own).point.most == .seconds(120))
        #expect(try way(own).point.source.document == "the model")
    }

    @Test func `AL-118 near and far: the architecture's example has both, and the near one is sooner back`() throws {
        let found = try outlook(.architecture, after: .clusterFailure)
        #expect(found.available.count == 2)
        #expect(found.shortestTime == .seconds(7200))
        #expect(try outlook(.architecture, after: .siteDisaster).shortestTime == .seconds(28_800))
    }
}
