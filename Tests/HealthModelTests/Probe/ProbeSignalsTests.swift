import ClusterCore
import FoundationEssentials
import HealthModel
import RDMAModel
import TestSupport
import Testing

@Suite struct `Reports of rdmaprobe as signals` {
    private let now = ReadingTime(SignalTime(seconds: 5))

    /// A report of one host, written and read back as its document.
    private func report(_ outcome: Verdict.Outcome, cells: [LatencyCell]) throws -> ProbeReport {
        let report = ProbeReport(
            tool: .init(name: "rdmaprobe", version: "0.1.0"), host: EndAccount(name: "h1"), peer: nil,
            environment: .init(
                softwareRDMA: nil, completionWait: nil, runDeadlineNanoseconds: 0, startedUnixSeconds: 1_795_000_000),
            plan: ProbePlan(), connection: .init(steps: []), latency: cells, findings: [],
            verdict: Verdict(outcome: outcome, profile: "architecture", reasons: []))
        let body = String(decoding: try JSONEncoder().encode(report), as: UTF8.self)
        let document = #"{"schema": "rdmaprobe.report/1", "# + body.dropFirst()
        return try ProbeReport(healthDocument: Array(document.utf8))
    }

    private let cell = LatencyCell(
        operation: .write, pattern: .request, sizeBytes: 4096, load: .idle, samples: 1000, lost: 3, p99: 250_000)

    @Test func `AL-84 a latency is in seconds, and a percentile that was not measured gives no signal`() throws {
        let signals = try report(.acceptable, cells: [cell]).measurements(at: now)
        let latencies = signals.filter { $0.identity.name.text == "host_rdma_latency_seconds" }
        #expect(latencies.map { $0.identity["quantile"] } == ["0.99"])
        #expect(latencies.first?.value == .decimal(0.00025))
        #expect(latencies.first?.unit == .seconds)
        #expect(latencies.first?.identity["size_bytes"] == "4096")
        #expect(latencies.first?.time.time == SignalTime(seconds: 1_795_000_000))
        #expect(signals.first { $0.identity.name.text == "host_rdma_lost_operations" }?.value == .unsigned(3))
    }

    @Test func `a verdict that could not be found is no fitness`() throws {
        func fit(_ outcome: Verdict.Outcome) throws -> SignalValue? {
            try report(outcome, cells: []).measurements(at: now).first { $0.identity.name.text == "host_rdma_fit" }?
                .value
        }
        #expect(try fit(.optimal) == .unsigned(1))
        #expect(try fit(.acceptable) == .unsigned(1))
        #expect(try fit(.unfit) == .unsigned(0))
        #expect(try fit(.undetermined) == nil)
    }

    @Test func `what is no report, or says a thing twice, is refused by name`() {
        for text in [
            "{}", #"{"schema": "rdmaprobe.report/2"}"#, #"{"schema": "rdmaprobe.report/1"}"#,
            #"{"schema": "rdmaprobe.report/1", "schema": 1}"#,
        ] {
            #expect(throws: SignalError.self) { try ProbeReport(healthDocument: Array(text.utf8)) }
        }
    }
}
