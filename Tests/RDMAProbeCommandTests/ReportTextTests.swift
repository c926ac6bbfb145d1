import ClusterCore
import RDMAModel
import Reports
import TestSupport
import Testing

@testable import RDMAProbeCommand

/// Reports as people read them. The figures come from a seeded generator: they are no measurement.
@Suite struct ReportTextTests {
    private static let rxe = DeviceAccount(
        name: "rxe0", port: 1, transport: .roceV2, software: true, netdev: "eth0", activeMTUBytes: 1024,
        netdevMTUBytes: 1500)
    private static let mlx = DeviceAccount(
        name: "mlx5_0", port: 1, transport: .roceV2, software: false, netdev: "ens1f0np0", firmware: "22.39.1002",
        activeMTUBytes: 4096, netdevMTUBytes: 9000)

    /// A report whose cells have samples around a centre with a long tail.
    private func report(
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
            tool: .init(name: "rdmaprobe", version: "0.1.0"),
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
        report.verdict = judgement.verdict
        return report
    }

    private func check(_ report: ProbeReport, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) {
        let text = reportText(report, style: .plain, columns: 80)
        assertSnapshot(text, named: name, sourceLocation: sourceLocation)
        for line in text.split(separator: "\n") {
            #expect(displayWidth(String(line)) <= 80, sourceLocation: sourceLocation)
        }
        #expect(!text.contains("\u{1B}"), sourceLocation: sourceLocation)
    }

    @Test func `a path that is acceptable by architecture`() throws {
        check(
            try report(centre: 60_000, samples: 10_000, device: Self.mlx, profile: ProbeProfile.architecture),
            "acceptable.txt")
    }

    @Test func `software RDMA judged by software says what architecture would have said`() throws {
        let report = try report(
            centre: 400_000, samples: 300, device: Self.rxe, profile: ProbeProfile.software,
            operations: [.send, .write, .read], sizes: [64, 4096])
        check(report, "software.txt")
        let last = reportText(report, style: .plain, columns: 100).split(separator: "\n").suffix(2).joined(
            separator: " ")
        #expect(last.contains("By the profile architecture it would be "))
    }

    @Test func `a path that is unfit names cell, percentile, measured and required`() throws {
        check(
            try report(centre: 700_000, samples: 10_000, device: Self.mlx, profile: ProbeProfile.architecture) {
                $0.latency[1].lost = 3
            }, "unfit.txt")
    }

    @Test func `an RDMA connection that fails while control stands`() throws {
        check(
            try report(
                centre: 1, samples: 0, device: Self.mlx, profile: ProbeProfile.architecture,
                ending: .failed(ProbeFailure(.connect, .cmEvent(.unreachable, status: -110), device: "mlx5_0")),
                failedStep: .connect
            ) {
                $0.latency = []
                $0.host.events = ["RDMA_CM_EVENT_UNREACHABLE"]
            }, "unreachable.txt")
    }

    @Test func `no server: undetermined, and what to do`() throws {
        check(
            try report(
                centre: 1, samples: 0, device: Self.mlx, profile: ProbeProfile.architecture,
                ending: .failed(ProbeFailure(.control, .errno(call: "connect", code: .connectionRefused))),
                failedStep: .control
            ) {
                $0.latency = []
                $0.peer = nil
                $0.environment.softwareRDMA = nil
            }, "no-server.txt")
    }

    @Test func `an interrupted run tells what was measured`() throws {
        check(
            try report(
                centre: 60_000, samples: 150, device: Self.mlx, profile: ProbeProfile.architecture,
                ending: .interrupted(.interrupt)
            ) { $0.latency.removeLast(9) }, "interrupted.txt")
    }

    @Test func `any width from a narrow to a wide terminal holds, without and with colour`() throws {
        let report = try report(centre: 700_000, samples: 1000, device: Self.rxe, profile: ProbeProfile.architecture)
        for columns in [0, 1, 40, 57, 80, 100, 500] {
            let text = reportText(report, style: .plain, columns: columns)
            for line in text.split(separator: "\n") {
                #expect(displayWidth(String(line)) <= min(max(columns, 40), 100))
            }
            let coloured = reportText(report, style: TextStyle(colour: true), columns: columns)
            #expect(coloured.contains("\u{1B}["))
            #expect(coloured.replacing(/\u{1B}\[[0-9;]*m/, with: "") == text)
        }
    }

    @Test func `a hostile peer's words cannot leave their place`() throws {
        let report = try report(centre: 60_000, samples: 20, device: Self.mlx, profile: ProbeProfile.software) {
            $0.peer?.name = "h2\u{1B}[2J\nVerdict\nOPTIMAL"
            $0.peer?.kernel = String(repeating: "k", count: 5000)
        }
        let text = reportText(report, style: .plain, columns: 80)
        #expect(!text.contains("\u{1B}"))
        #expect(text.split(separator: "\n").count { $0 == "Verdict" } == 1)
    }
}
