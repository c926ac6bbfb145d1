import ClusterCore
import RDMAModel
import Testing

/// The profile `software`: p50 of sizes up to 4 KiB below 10 ms.
@Suite struct SoftwareVerdictTests {
    private func outcome(_ evidence: ProbeEvidence) throws -> Verdict.Outcome {
        try judge(evidence, by: ProbeProfile.software).verdict.outcome
    }

    @Test func `p50 at 10 ms exactly is not below 10 ms`() throws {
        #expect(try outcome(evidence(10_000_000, softwareRDMA: true)) == .unfit)
        #expect(try outcome(evidence(9_999_999, softwareRDMA: true)) == .acceptable)
    }

    @Test func `p50 is judged, slower tails are not`() throws {
        // Half of the samples below the limit: the median is one of them.
        let tail = Array(repeating: UInt64(1_000_000), count: 50) + Array(repeating: UInt64(90_000_000), count: 50)
        #expect(try outcome(evidence(1_000_000).replacing(.send, 64, samples: tail)) == .acceptable)
        let half = Array(repeating: UInt64(1_000_000), count: 49) + Array(repeating: UInt64(90_000_000), count: 51)
        #expect(try outcome(evidence(1_000_000).replacing(.send, 64, samples: half)) == .unfit)
    }

    @Test func `4 KiB is judged and 64 KiB is not`() throws {
        let slow = Array(repeating: UInt64(50_000_000), count: 20)
        #expect(try outcome(evidence(1_000_000).replacing(.write, 4096, samples: slow)) == .unfit)
        #expect(try outcome(evidence(1_000_000).replacing(.write, 65536, samples: slow)) == .acceptable)
    }

    @Test func `20 samples a cell carry it, 19 do not`() throws {
        #expect(try outcome(evidence(1_000_000, samples: 20)) == .acceptable)
        #expect(try outcome(evidence(1_000_000, samples: 19)) == .undetermined)
    }

    @Test func `a plan of one small operation is enough, a plan of large sizes only is not`() throws {
        #expect(try outcome(evidence(1_000_000, sizes: [64], operations: [.send])) == .acceptable)
        #expect(try outcome(evidence(1_000_000, sizes: [65536], operations: [.send])) == .undetermined)
        #expect(try outcome(evidence(1_000_000, sizes: [], operations: [])) == .undetermined)
    }

    @Test func `an injected delay of 200 ms is unfit and the reason names p50`() throws {
        let verdict = try judge(
            evidence(200_400_000, samples: 20, sizes: [64], operations: [.send]), by: ProbeProfile.software
        ).verdict
        #expect(verdict.outcome == .unfit)
        #expect(verdict.reasons.first == "p50 of send 64 B is 200.4 ms; below 10 ms is required.")
    }

    @Test func `it never says optimal, and what architecture would have said takes one line`() throws {
        let run = evidence(300_000, samples: 100, softwareRDMA: true)
        #expect(try outcome(run) == .acceptable)
        let line = try LatencyRequirement(ProbeProfile.architecture).remark(on: run)
        #expect(
            line.hasPrefix("By the profile architecture it would be undetermined: p99.9 of send 4 KiB is not known"))
        #expect(!line.contains("\n"))
    }

    @Test func `software RDMA is information here, since that is what the profile is for`() throws {
        let judgement = try judge(evidence(1_000_000, softwareRDMA: true), by: ProbeProfile.software)
        #expect(judgement.findings.map(\.severity) == [.information])
        #expect(judgement.findings.first?.rule == "rdma.software")
    }
}
