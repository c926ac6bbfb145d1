import ClusterCore
import RDMAModel
import TestSupport
import Testing

/// What changed from one report to a later one, and what is only noise.
@Suite struct ReportComparisonTests {
    /// A report whose samples are drawn around a centre.
    private func report(
        seed: UInt64, centre: UInt64 = 100_000, samples: Int = 4000, change: (inout ProbeReport) -> Void = { _ in }
    ) throws -> ProbeReport {
        var random = SeededRandom(seed: seed)
        var report = try SampleReports.full()
        report.plan = ProbePlan(operations: [.write, .read], sizesBytes: [4096])
        report.latency = report.plan.cells.map { cell in
            LatencyCell(
                cell: cell, lost: 0, samples: (0..<samples).map { _ in centre + random.next() % (centre / 5) })
        }
        report.verdict = Verdict(outcome: .acceptable, profile: "architecture", reasons: [])
        change(&report)
        return report
    }

    private func shifts(_ comparison: ReportComparison) -> [ReportComparison.Shift] {
        comparison.cells.flatMap { $0.figures.map(\.shift) }
    }

    @Test func `a report compared with itself is the same`() throws {
        let report = try report(seed: 1)
        let comparison = ReportComparison(from: report, to: report)
        #expect(comparison.outcome == .notWorse)
        #expect(comparison.changes.isEmpty)
        // 4000 samples do not carry p99.9.
        #expect(shifts(comparison) == [.withinNoise, .withinNoise, .unknown, .withinNoise, .withinNoise, .unknown])
        #expect(ExitStatus(comparison.outcome).rawValue == 0)
    }

    @Test func `two runs of one distribution are within noise, and a tenth more is worse one way and better the other`()
        throws
    {
        for seed in UInt64(1)...20 {
            let old = try report(seed: seed)
            let same = ReportComparison(from: old, to: try report(seed: seed + 1000))
            #expect(same.outcome == .notWorse, "seed \(seed): \(same.reasons)")
            let slower = try report(seed: seed + 2000, centre: 110_000)
            let worse = ReportComparison(from: old, to: slower)
            #expect(worse.outcome == .changed && ExitStatus(worse.outcome).rawValue == 1)
            #expect(worse.cells.allSatisfy { $0.figures[0].shift == .worse && $0.figures[1].shift == .worse })
            let share = try #require(worse.cells[0].figures[0].shiftShare)
            #expect(share > 0.08 && share < 0.12)
            let better = ReportComparison(from: slower, to: old)
            #expect(better.outcome == .notWorse && better.cells[0].figures[0].shift == .better)
        }
    }

    @Test func `a tolerance takes a shift that does not exceed it, and no other`() throws {
        let (old, new) = (try report(seed: 1), try report(seed: 2, centre: 110_000))
        #expect(ReportComparison(from: old, to: new, tolerance: 0.2).outcome == .notWorse)
        #expect(ReportComparison(from: old, to: new, tolerance: 0.02).outcome == .changed)
    }

    @Test func `what was changed is named with both values, whatever the figures say`() throws {
        let changes: [(String, (inout ProbeReport) -> Void)] = [
            ("host/device/firmware", { $0.host.device?.firmware = "22.40.1000" }),
            ("peer/device/firmware", { $0.peer?.device?.firmware = "22.40.1000" }),
            ("host/device/driver", { $0.host.device?.driver = "mlx5_core" }),
            ("peer/device/rate_bits_per_second", { $0.peer?.device?.rate = 25_000_000_000 }),
            ("host/device/active_mtu_bytes", { $0.host.device?.activeMTUBytes = 1024 }),
            ("host/device/netdev_mtu_bytes", { $0.host.device?.netdevMTUBytes = 1500 }),
            ("host/device/gid", { $0.host.device?.gid = "fe80::1" }),
            ("host/device/name", { $0.host.device?.name = "mlx5_1" }),
            ("host/device/port", { $0.host.device?.port = 2 }),
            ("host/device/netdev", { $0.host.device?.netdev = "ens2f0np0" }),
            ("host/device/transport", { $0.host.device?.transport = .roceV1 }),
            ("host/device/software", { $0.host.device?.software = true }),
            ("host/kernel", { $0.host.kernel = "6.12.0" }), ("peer/address", { $0.peer?.address = "10.77.0.3" }),
            ("peer/name", { $0.peer?.name = "h3" }),
            ("environment/completion_wait", { $0.environment.completionWait = "event" }),
        ]
        for (place, change) in changes {
            let comparison = ReportComparison(from: try report(seed: 1), to: try report(seed: 1, change: change))
            #expect(comparison.changes.map(\.place) == [place])
            #expect(comparison.changes.first?.counts == true)
            #expect(comparison.outcome == .changed)
            #expect(comparison.reasons.count == 1 && comparison.reasons[0].hasPrefix("\(place) was "))
        }
    }

    @Test func `what only one report knows is told and does not count`() throws {
        let blind = try report(seed: 1) { $0.host.device?.firmware = nil }
        let comparison = ReportComparison(from: try report(seed: 1), to: blind)
        #expect(comparison.changes == [.init(place: "host/device/firmware", old: "22.39.1002", new: nil)])
        #expect(comparison.outcome == .notWorse)
    }

    // MARK: What is missing

    @Test func `a cell or a figure that the new report lacks leaves it undetermined, one that it adds does not`() throws
    {
        let old = try report(seed: 1)
        let fewer = try report(seed: 1) { $0.latency.removeLast() }
        let without = ReportComparison(from: old, to: fewer)
        #expect(without.outcome == .undetermined && ExitStatus(without.outcome).rawValue == 2)
        #expect(without.reasons == ["read 4 KiB is not in the new report."])
        #expect(ReportComparison(from: fewer, to: old).outcome == .notWorse)
        let few = ReportComparison(from: old, to: try report(seed: 1, samples: 300))
        #expect(few.outcome == .undetermined)
        #expect(few.reasons.first == "p99 of write 4 KiB is not known in the new report.")
    }

    @Test func `reports without a figure in common cannot be compared`() throws {
        let nothing = try report(seed: 1) { $0.latency = [] }
        #expect(ReportComparison(from: nothing, to: nothing).outcome == .undetermined)
        let other = try report(seed: 1) { report in
            for index in report.latency.indices { report.latency[index].pattern = .echo }
        }
        let comparison = ReportComparison(from: try report(seed: 1), to: other)
        #expect(comparison.outcome == .undetermined)
        #expect(comparison.cells.count == 4)
    }

    @Test func `a figure that its samples do not carry is not believed`() throws {
        let forged = try report(seed: 1, samples: 100) { $0.latency[0].p99 = 1 }
        let comparison = ReportComparison(from: forged, to: forged)
        #expect(comparison.cells[0].figures[1].old == nil)
    }

    // MARK: Losses and verdicts

    @Test func `losses that come are worse, that go are better, and that were there are noise`() throws {
        let lossy = try report(seed: 1) { $0.latency[0].lost = 2 }
        let more = try report(seed: 1) { $0.latency[0].lost = 3 }
        let clean = try report(seed: 1)
        #expect(ReportComparison(from: clean, to: lossy).outcome == .changed)
        #expect(ReportComparison(from: clean, to: lossy).cells[0].loss == .worse)
        #expect(ReportComparison(from: lossy, to: clean).cells[0].loss == .better)
        #expect(ReportComparison(from: lossy, to: more).cells[0].loss == .withinNoise)
    }

    @Test func `a path that is unfit now is worse, also where nothing could be measured`() throws {
        let dead = try report(seed: 1) {
            $0.latency = []
            $0.verdict.outcome = .unfit
        }
        let comparison = ReportComparison(from: try report(seed: 1), to: dead)
        #expect(comparison.outcome == .changed)
        #expect(comparison.reasons.first == "The verdict was acceptable and is unfit.")
    }

    /// A run that was interrupted after its last cell has the figures of one that was not.
    @Test func `a verdict that is open now leaves the comparison open, whatever the figures say`() throws {
        for before in [Verdict.Outcome.optimal, .acceptable] {
            let old = try report(seed: 1) { $0.verdict.outcome = before }
            let open = try report(seed: 1) { $0.verdict.outcome = .undetermined }
            let comparison = ReportComparison(from: old, to: open)
            #expect(comparison.outcome == .undetermined)
            #expect(comparison.reasons == ["The verdict was \(before.rawValue) and is undetermined."])
            #expect(ReportComparison(from: open, to: old).outcome == .notWorse)
            #expect(ReportComparison(from: open, to: open).outcome == .notWorse)
        }
    }

    @Test func `reports without intervals are compared by their histograms`() throws {
        func plain(_ report: ProbeReport) -> ProbeReport {
            var report = report
            for index in report.latency.indices { report.latency[index].intervals = nil }
            return report
        }
        let (old, new) = (try report(seed: 1), try report(seed: 2, centre: 200_000))
        #expect(ReportComparison(from: plain(old), to: new).outcome == .changed)
        #expect(ReportComparison(from: plain(old), to: try report(seed: 3)).outcome == .notWorse)
    }
}
