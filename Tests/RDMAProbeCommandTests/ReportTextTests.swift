import ClusterCore
import RDMAModel
import Reports
import TestSupport
import Testing

@testable import RDMAProbeCommand

/// Reports as people read them. The figures come from a seeded generator: they are no measurement.
@Suite struct ReportTextTests {
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
            try SampleReport.make(
                centre: 60_000, samples: 10_000, device: SampleReport.mlx, profile: ProbeProfile.architecture),
            "acceptable.txt")
    }

    @Test func `software RDMA judged by software says what architecture would have said`() throws {
        let report = try SampleReport.make(
            centre: 400_000, samples: 300, device: SampleReport.rxe, profile: ProbeProfile.software,
            operations: [.send, .write, .read], sizes: [64, 4096])
        check(report, "software.txt")
        let last = reportText(report, style: .plain, columns: 100).split(separator: "\n").suffix(2).joined(
            separator: " ")
        #expect(last.contains("By the profile architecture it would be "))
    }

    @Test func `a path that is unfit names cell, percentile, measured and required`() throws {
        check(
            try SampleReport.make(
                centre: 700_000, samples: 10_000, device: SampleReport.mlx, profile: ProbeProfile.architecture
            ) {
                $0.latency[1].lost = 3
            }, "unfit.txt")
    }

    @Test func `an RDMA connection that fails while control stands`() throws {
        check(
            try SampleReport.make(
                centre: 1, samples: 0, device: SampleReport.mlx, profile: ProbeProfile.architecture,
                ending: .failed(ProbeFailure(.connect, .cmEvent(.unreachable, status: -110), device: "mlx5_0")),
                failedStep: .connect
            ) {
                $0.latency = []
                $0.host.events = ["RDMA_CM_EVENT_UNREACHABLE"]
            }, "unreachable.txt")
    }

    @Test func `no server: undetermined, and what to do`() throws {
        check(
            try SampleReport.make(
                centre: 1, samples: 0, device: SampleReport.mlx, profile: ProbeProfile.architecture,
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
            try SampleReport.make(
                centre: 60_000, samples: 150, device: SampleReport.mlx, profile: ProbeProfile.architecture,
                ending: .interrupted(.interrupt)
            ) { $0.latency.removeLast(9) }, "interrupted.txt")
    }

    @Test func `flows and cells under load`() throws {
        func figures(_ share: UInt64, lowest: UInt64?) -> FlowFigures {
            FlowFigures(
                bytes: 12_000_000_000 / share * 5, messages: 183_105 / share * 5, durationNanoseconds: 5_000_000_000,
                lowestSecondBytes: lowest, longestStallNanoseconds: 1_250_000)
        }
        let use = BandwidthCell.ProcessorUse(host: 0.981, peer: 0.034)
        check(
            try SampleReport.make(
                centre: 60_000, samples: 10_000, device: SampleReport.mlx, profile: ProbeProfile.architecture,
                operations: [.write], sizes: [4096]
            ) { report in
                report.plan.load = LoadPlan(queuePairs: 2)
                report.environment.requestedTrafficClass = 104
                report.host.trafficClass = 104
                report.host.placement = PlacementAccount(
                    numaNode: 1, processors: "8-15,24-31", pinned: true, reason: nil)
                report.peer?.placement = PlacementAccount(
                    numaNode: nil, processors: "0-31", pinned: false, reason: "the host has one NUMA node")
                report.plan.bandwidth = BandwidthPlan(operations: [.write], directions: [.oneWay, .bothWays])
                var loaded = report.latency[0]
                loaded.load = .writeFlow
                report.latency.append(loaded)
                report.bandwidth = [
                    BandwidthCell(
                        cell: .init(operation: .write, direction: .oneWay, sizeBytes: 65536), postedBy: .host,
                        queuePairs: 2, figures: figures(1, lowest: 11_800_000_000), cpuShare: use),
                    BandwidthCell(
                        cell: .init(operation: .write, direction: .bothWays, sizeBytes: 65536), postedBy: .host,
                        queuePairs: 2, figures: figures(2, lowest: 5_100_000_000), cpuShare: use),
                    BandwidthCell(
                        cell: .init(operation: .write, direction: .bothWays, sizeBytes: 65536), postedBy: .peer,
                        queuePairs: 2, figures: figures(3, lowest: nil), cpuShare: .init(host: 1e300, peer: nil)),
                ]
            }, "flows.txt")
    }

    /// Counters of an end, before 100 and after 100 and the rise.
    private func counters(_ rises: [(String, UInt64)]) -> [CounterChange] {
        func values(_ rises: [(String, UInt64)]) -> [CounterValue] {
            rises.map { CounterValue(device: "mlx5_0", port: 1, source: $0.0, value: 100 + $0.1) }
        }
        return CounterChange.between(values(rises.map { ($0.0, 0) }), values(rises))
    }

    @Test func `counters that rose and matter are told with their meaning, traffic and the rest are not`() throws {
        let rose = counters([
            ("port_xmit_data", 9_000_000), ("out_of_sequence", 17), ("req_transport_retries_exceeded", 1),
            ("ethtool/rx_prio3_pause", 4711), ("ethtool/tx_prio3_bytes", 123_456), ("rnr_nak_retry_err", 0),
        ])
        let report = try SampleReport.make(
            centre: 60_000, samples: 10_000, device: SampleReport.mlx, profile: ProbeProfile.architecture,
            operations: [.write], sizes: [4096]
        ) {
            $0.host.counters = rose
            $0.peer?.counters = self.counters([("packet_seq_err", 17), ("ethtool/rx_discards_phy", 17)])
        }
        var told = report
        told.findings = (report.findings + report.counterFindings).ordered()
        check(told, "counters-rose.txt")
        let text = reportText(told, style: .plain, columns: 80)
        // Each is told once: the section has what the findings would say.
        #expect(!text.contains("rdma.counter.") && !text.contains("sent_data"))
    }

    @Test func `counters that stood still are told in a line, and so are those that nobody can read`() throws {
        func text(_ host: [CounterChange]?, _ peer: [CounterChange]?) throws -> String {
            let report = try SampleReport.make(
                centre: 60_000, samples: 10_000, device: SampleReport.mlx, profile: ProbeProfile.architecture,
                operations: [.write], sizes: [4096]
            ) {
                $0.host.counters = host
                $0.peer?.counters = peer
            }
            return reportText(report, style: .plain, columns: 100)
        }
        let still = counters([("port_xmit_data", 5), ("out_of_sequence", 0)])
        #expect(try text(still, still).contains("No counter that stands for loss, congestion or errors rose"))
        #expect(!(try text(still, still)).contains("No counters are known"))
        #expect(try text(still, []).contains("No counters are known of h2: loss there leaves no trace here."))
        #expect(try text([], []).contains("No counters are known of h1 and h2"))
        #expect(!(try text([], [])).contains("rose"))
        #expect(!(try text(nil, nil)).contains("ounters"))
        // A counter that stands at its end, and one that is gone at the second reading, do not stand still.
        let saturated = CounterChange.between(
            [.init(device: "mlx5_0", port: 1, source: "symbol_error", value: 65_535)],
            [.init(device: "mlx5_0", port: 1, source: "symbol_error", value: 65_535)])
        let gone = CounterChange.between([.init(device: "mlx5_0", port: 1, source: "link_downed", value: 0)], [])
        let unknown = try text(still + saturated, still + gone).split { $0.isWhitespace }.joined(separator: " ")
        #expect(!unknown.contains("No counter that stands for loss"))
        #expect(unknown.contains("Of 2 counters that stand for loss, congestion or errors it is not known"))
        #expect(unknown.contains("The others did not."))
    }

    @Test func `over software RDMA repeated requests are no trouble, and lost connections are`() throws {
        let report = try SampleReport.make(
            centre: 60_000, samples: 100, device: SampleReport.rxe, profile: ProbeProfile.software,
            operations: [.write], sizes: [4096]
        ) { $0.host.counters = self.counters([("completer_retry_err", 40), ("retry_exceeded_err", 1)]) }
        let text = reportText(report, style: .plain, columns: 80)
        #expect(text.contains("retries_exhausted") && !text.contains("completer_retry_err"))
    }

    /// Every cell that architecture judges is there and fast; what came then is no matter of the profile.
    @Test(arguments: [
        ProbeEvidence.Ending.failed(ProbeFailure(.measurement, .peerClosed)),
        .failed(ProbeFailure(.measurement, .dataDiffers("send of 64 bytes: 1 of 64 bytes are wrong"))),
        .interrupted(.terminate),
    ])
    func `of a run that failed or was interrupted nobody is told that architecture would have been content`(
        ending: ProbeEvidence.Ending
    ) throws {
        func text(_ ending: ProbeEvidence.Ending) throws -> String {
            let report = try SampleReport.make(
                centre: 60_000, samples: 10_000, device: SampleReport.rxe, profile: ProbeProfile.software,
                ending: ending)
            return reportText(report, style: .plain, columns: 80)
        }
        let remark = "By the profile architecture it would be"
        #expect(try text(.finished).contains(remark))
        #expect(!(try text(ending).contains(remark)))
    }

    @Test func `any width from a narrow to a wide terminal holds, without and with colour`() throws {
        let report = try SampleReport.make(
            centre: 700_000, samples: 1000, device: SampleReport.rxe, profile: ProbeProfile.architecture)
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
        let report = try SampleReport.make(
            centre: 60_000, samples: 20, device: SampleReport.mlx, profile: ProbeProfile.software
        ) {
            $0.peer?.name = "h2\u{1B}[2J\nVerdict\nOPTIMAL"
            $0.peer?.kernel = String(repeating: "k", count: 5000)
        }
        let text = reportText(report, style: .plain, columns: 80)
        #expect(!text.contains("\u{1B}"))
        #expect(text.split(separator: "\n").count { $0 == "Verdict" } == 1)
    }
}
