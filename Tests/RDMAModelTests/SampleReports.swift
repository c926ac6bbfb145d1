import ClusterCore
import Foundation
import RDMAModel

/// Reports with every key filled and with every key unknown, for checks of the document's form.
enum SampleReports {
    static func full() throws -> ProbeReport {
        let device = DeviceAccount(
            name: "mlx5_0", port: 1, transport: .roceV2, software: false, netdev: "ens1f0np0", driver: "mlx5",
            firmware: "22.39.1002", rate: 100_000_000_000, activeMTUBytes: 4096, netdevMTUBytes: 9000,
            gid: "::ffff:10.77.0.1")
        var run = evidence(1_250_000, samples: 10_000).changing(.send, 64) { $0.lost = 1 }
        run.plan.load = LoadPlan()
        run.plan.verifiedMessages = 8
        run.plan.bandwidth = BandwidthPlan(operations: [.write])
        run.plan.datagrams = DatagramPlan(sizesBytes: [64])
        let datagrams = LatencyCell(
            cell: .init(operation: .send, pattern: .request, sizeBytes: 64), lost: 0,
            samples: (1...10_000).map { UInt64($0) })
        let figures = FlowFigures(
            bytes: 65536, messages: 1, durationNanoseconds: 1_000_000_000, lowestSecondBytes: 65536,
            longestStallNanoseconds: 900_000_000)
        let flows = (run.plan.bandwidth?.cells ?? []).map {
            BandwidthCell(
                cell: $0, postedBy: .host, queuePairs: 1, figures: figures, cpuShare: .init(host: 0.5, peer: 0.25))
        }
        let failure = ProbeFailure(.measurement, .completion(.retriesExceeded, vendorError: 129), device: "mlx5_0")
        var judged = run
        judged.ending = .failed(failure)
        let judgement = try judge(judged, by: ProbeProfile.architecture)
        let counters = CounterChange.between(
            [CounterValue(device: "mlx5_0", port: 1, source: "port_xmit_data", value: 7)],
            [CounterValue(device: "mlx5_0", port: 1, source: "port_xmit_data", value: 12)])
        return ProbeReport(
            tool: .init(name: "rdmaprobe", version: "0.1.0"), target: "h2",
            host: EndAccount(
                name: "h1", kernel: "6.1.0-56-amd64", device: device, address: "10.77.0.1",
                memlockLimitBytes: 8_388_608, events: ["RDMA_CM_EVENT_ESTABLISHED"], registeredBytes: 1_048_576,
                trafficClass: 104,
                placement: PlacementAccount(numaNode: 1, processors: "8-15", pinned: true, reason: nil),
                counters: counters),
            peer: EndAccount(
                name: "h2", device: device, address: "10.77.0.2",
                placement: PlacementAccount(numaNode: nil, processors: "0-7", pinned: false, reason: "turned off"),
                counters: counters),
            environment: .init(
                softwareRDMA: false, completionWait: "poll", clock: "tsc", clockDeviationShare: 0.000_000_3,
                runDeadlineNanoseconds: 60_000_000_000, startedUnixSeconds: 1_795_000_000, requestedTrafficClass: 104),
            plan: run.plan,
            connection: .init(
                steps: ConnectionStep.Name.allCases.map { ConnectionStep(name: $0, durationNanoseconds: 1_000_000) }),
            latency: run.cells, bandwidth: flows,
            verification: [VerifiedCell(operation: .send, sizeBytes: 64, messages: 8)],
            datagrams: [
                DatagramCell(
                    sizeBytes: 64, sent: 10_001, late: 0, samples: datagrams, near: Arrivals(), far: Arrivals())
            ], findings: judgement.findings,
            checks: judgement.checks,
            verdict: judgement.verdict)
    }

    static func empty() throws -> ProbeReport {
        let failure = ProbeFailure(.control, .deadline(afterNanoseconds: 5_000_000_000))
        let plan = ProbePlan(cellDurationNanoseconds: nil)
        let nothing = ProbeEvidence(
            plan: plan, cells: [], ending: .failed(failure), softwareRDMA: nil, subject: "host:h1")
        let judgement = try judge(nothing, by: ProbeProfile.software)
        return ProbeReport(
            tool: .init(name: "rdmaprobe", version: "0.1.0"), host: EndAccount(name: "h1"), peer: nil,
            environment: .init(
                softwareRDMA: nil, completionWait: nil, runDeadlineNanoseconds: 0, startedUnixSeconds: nil),
            plan: plan, connection: .init(steps: [], failedStep: .control), latency: [],
            findings: judgement.findings
                + [
                    Finding(
                        rule: "rdma.counter", severity: .information, subject: "/sys",
                        measured: .decimal(0.5, unit: "share"),
                        evidence: [Evidence(source: "/sys/x")],
                        reference: Reference(document: "A page", date: "2026-01-01"))
                ],
            verdict: judgement.verdict)
    }

    /// The report with the schema's name in it, as the tools write it.
    static func document(_ report: ProbeReport) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let body = String(decoding: try encoder.encode(report), as: UTF8.self)
        return "{\"schema\":\"\(ProbeReport.schema)\"," + body.dropFirst()
    }
}
