import ClusterCore
import RDMAModel
import TestSupport

/// Reports for tests of how they are shown. The figures come from a seeded generator: they are no measurement.
enum SampleReport {
    static let rxe = DeviceAccount(
        name: "rxe0", port: 1, transport: .roceV2, software: true, netdev: "eth0", driver: "rxe", activeMTUBytes: 1024,
        netdevMTUBytes: 1500)
    static let mlx = DeviceAccount(
        name: "mlx5_0", port: 1, transport: .roceV2, software: false, netdev: "ens1f0np0", driver: "mlx5",
        firmware: "22.39.1002",
        rate: 100_000_000_000, activeMTUBytes: 4096, netdevMTUBytes: 9000)

    /// A report whose cells have samples around a centre with a long tail.
    static func make(
        centre: UInt64, samples: Int, device: DeviceAccount, profile: RuleProfile,
        ending: ProbeEvidence.Ending = .finished, failedStep: ConnectionStep.Name? = nil,
        operations: [RDMAModel.Operation] = [.send, .write, .read], sizes: [UInt64] = [64, 4096, 65536, 524_288],
        change: (inout ProbeReport) -> Void = { _ in }
    ) throws -> ProbeReport {
        var random = SeededRandom(seed: 3)
        let plan = ProbePlan(operations: operations, sizesBytes: sizes, count: UInt64(samples))
        let cells = plan.cells.map { cell in
            LatencyCell(
                cell: cell, lost: 0,
                samples: (0..<samples).map { _ in
                    let body = centre + centre * (random.next() % 64) / 100 + cell.sizeBytes / 8
                    return random.next() % 250 == 0 ? body * (2 + random.next() % 7) : body
                })
        }
        let steps: [ConnectionStep] = [
            .init(name: .control, durationNanoseconds: 3_120_400), .init(name: .address, durationNanoseconds: 812_000),
            .init(name: .route, durationNanoseconds: 64_300), .init(name: .connect, durationNanoseconds: 5_240_000),
            .init(name: .accept, durationNanoseconds: 1_900_000),
            .init(name: .firstMessage, durationNanoseconds: 640_000),
        ]
        var report = ProbeReport(
            tool: .init(name: "rdmaprobe", version: "0.1.0"), target: "10.77.0.2",
            host: EndAccount(name: "h1", kernel: "6.1.0-56-amd64", device: device, address: "10.77.0.1"),
            peer: EndAccount(name: "h2", kernel: "6.1.0-56-amd64", device: device, address: "10.77.0.2"),
            environment: .init(
                softwareRDMA: device.software, completionWait: device.software ? "event" : "poll",
                runDeadlineNanoseconds: 90_000_000_000, startedUnixSeconds: nil),
            plan: plan,
            connection: .init(
                steps: failedStep.map { failed in Array(steps.prefix { $0.name != failed }) } ?? steps,
                failedStep: failedStep),
            latency: cells, findings: [], verdict: Verdict(outcome: .undetermined, profile: "", reasons: []))
        change(&report)
        let judgement = try judge(ProbeEvidence(report, ending: ending), by: profile)
        report.findings = judgement.findings
        report.checks = judgement.checks
        report.verdict = judgement.verdict
        return report
    }
}
