import ClusterCore
import RDMAModel
import Testing

/// The profile `architecture`: storage latency below 1 ms required, below 0.5 ms optimal (AL-42).
@Suite struct ArchitectureVerdictTests {
    private func outcome(_ evidence: ProbeEvidence) throws -> Verdict.Outcome {
        try judge(evidence, by: ProbeProfile.architecture).verdict.outcome
    }

    @Test func `AL-42 storage latency at 1 ms exactly is not below 1 ms`() throws {
        #expect(try outcome(evidence(1_000_000)) == .unfit)
        #expect(try outcome(evidence(999_999)) == .acceptable)
    }

    @Test func `AL-42 storage latency at 0.5 ms exactly is not optimal`() throws {
        #expect(try outcome(evidence(500_000)) == .acceptable)
        #expect(try outcome(evidence(499_999)) == .optimal)
    }

    @Test func `AL-42 limits are parameters of the profile with the architecture as their source`() throws {
        let profile = try ProbeProfile.architecture.resolved(in: [])
        #expect(try profile.duration("rdma.latency", "required_below") == .milliseconds(1))
        #expect(try profile.duration("rdma.latency", "optimal_below") == .microseconds(500))
        #expect(try profile.source("rdma.latency", "required_below")?.architecture == [42])
    }

    /// A swap has eight bytes whatever the sizes.
    @Test(arguments: [4096, 65536] as [UInt64], Operation.allCases.filter { $0 != .compareAndSwap })
    func `p99.9 of 4 KiB and 64 KiB is judged for each operation`(size: UInt64, operation: Operation) throws {
        // 11 of 10 000 samples above the limit: the 9990th is one of them; with 10 it is not.
        let slow = Array(repeating: UInt64(2_000_000), count: 11)
        let fast = Array(repeating: UInt64(100_000), count: 9989)
        let broken = evidence(100_000).replacing(operation, size, samples: slow + fast)
        #expect(try outcome(broken) == .unfit)
        let held = evidence(100_000).replacing(operation, size, samples: slow.dropLast() + fast + [100_000])
        #expect(try outcome(held) == .optimal)
    }

    @Test(arguments: [64, 524_288] as [UInt64])
    func `other sizes are only reported`(size: UInt64) throws {
        let slow = evidence(100_000).replacing(.write, size, samples: Array(repeating: 9_000_000, count: 10_000))
        #expect(try outcome(slow) == .optimal)
    }

    @Test func `the reason of unfit names the cell, the percentile, the measured and the required figure`() throws {
        let slow = evidence(100_000).replacing(.read, 65536, samples: Array(repeating: 1_250_000, count: 10_000))
        let judgement = try judge(slow, by: ProbeProfile.architecture)
        #expect(judgement.verdict.reasons.first == "p99.9 of read 64 KiB is 1.25 ms; below 1 ms is required.")
        #expect(judgement.verdict.deciding == ProbePlan.Cell(operation: .read, pattern: .request, sizeBytes: 65536))
        let finding = try #require(judgement.findings.first)
        #expect(finding.rule == "rdma.latency")
        #expect(finding.severity == .critical)
        #expect(finding.required == .integer(1_000_000, unit: "ns"))
        #expect(finding.measured == .integer(1_250_000, unit: "ns"))
        #expect(finding.subject == "host:h1/operation:read/size:65536")
        #expect(finding.reference?.architecture == [42])
    }

    @Test func `a figure one nanosecond below the limit does not read as the limit`() throws {
        let judgement = try judge(evidence(999_999), by: ProbeProfile.architecture)
        #expect(judgement.verdict.reasons.first?.contains("0.999999 ms") == true)
    }

    @Test func `the worst figure comes first`() throws {
        let slow = evidence(100_000)
            .replacing(.send, 4096, samples: Array(repeating: 1_500_000, count: 10_000))
            .replacing(.write, 65536, samples: Array(repeating: 7_000_000, count: 10_000))
        let verdict = try judge(slow, by: ProbeProfile.architecture).verdict
        #expect(verdict.reasons.map { $0.contains("write 64 KiB") } == [true, false])
    }

    @Test(arguments: [64, 4096, 524_288] as [UInt64])
    func `one lost operation of any size is unfit`(size: UInt64) throws {
        let lossy = evidence(100_000).changing(.write, size) { $0.lost = 1 }
        let verdict = try judge(lossy, by: ProbeProfile.architecture).verdict
        #expect(verdict.outcome == .unfit)
        #expect(verdict.reasons.first?.hasPrefix("1 of 10001 operations of write") == true)
    }

    @Test func `a percentile that its samples do not carry leaves it undetermined: 9999 for p99.9`() throws {
        let few = evidence(100_000).replacing(.send, 4096, samples: Array(repeating: 100_000, count: 9999))
        let verdict = try judge(few, by: ProbeProfile.architecture).verdict
        #expect(verdict.outcome == .undetermined)
        #expect(verdict.reasons == ["p99.9 of send 4 KiB is not known: it needs 10000 samples, there are 9999."])
    }

    @Test func `a percentile written beside too few samples is not believed`() throws {
        let forged = evidence(100_000).changing(.send, 4096) { $0.samples = 9999 }
        #expect(try outcome(forged) == .undetermined)
    }

    @Test func `too few samples for p99.9 are unfit where their p50 already breaks the limit`() throws {
        let slow = evidence(100_000).replacing(.send, 4096, samples: Array(repeating: 200_000_000, count: 20))
        let verdict = try judge(slow, by: ProbeProfile.architecture).verdict
        #expect(verdict.outcome == .unfit)
        #expect(verdict.reasons.first?.contains("p50 is already 200 ms") == true)
        // 19 samples carry no percentile at all.
        let fewer = evidence(100_000).replacing(.send, 4096, samples: Array(repeating: 200_000_000, count: 19))
        #expect(try outcome(fewer) == .undetermined)
    }

    @Test(arguments: [64, 4096, 65536, 524_288] as [UInt64])
    func `a planned cell that is absent leaves it undetermined`(size: UInt64) throws {
        #expect(try outcome(evidence(100_000).removing(.write, size)) == .undetermined)
    }

    @Test func `absent cells are named once, together, and a run that measured nothing says that`() throws {
        let absent = evidence(100_000).removing(.write, 64).removing(.read, 65536)
        let judgement = try judge(absent, by: ProbeProfile.architecture)
        #expect(judgement.verdict.reasons == ["Not measured: write 64 B, read 64 KiB."])
        #expect(judgement.findings.map(\.severity) == [.warning])
        var nothing = evidence(100_000)
        nothing.cells = []
        #expect(try judge(nothing, by: ProbeProfile.architecture).verdict.reasons == ["Nothing was measured."])
    }

    @Test func `a plan that leaves out what the profile demands is undetermined`() throws {
        #expect(try outcome(evidence(100_000, operations: [.read])) == .undetermined)
        #expect(try outcome(evidence(100_000, sizes: [4096])) == .undetermined)
        #expect(try outcome(evidence(100_000, sizes: [4096, 65536])) == .optimal)
    }

    @Test func `a broken requirement is unfit whatever else is missing`() throws {
        let slow = evidence(100_000).replacing(.send, 4096, samples: Array(repeating: 5_000_000, count: 10_000))
            .removing(.read, 65536)
        for ending: ProbeEvidence.Ending in [
            .finished, .interrupted(.interrupt), .failed(ProbeFailure(.measurement, .peerClosed)),
        ] {
            var cut = slow
            cut.ending = ending
            #expect(try outcome(cut) == .unfit)
        }
    }

    @Test func `an interrupted run and a lost peer are undetermined where nothing is broken`() throws {
        #expect(try outcome(evidence(100_000, ending: .interrupted(.terminate))) == .undetermined)
        let lost = evidence(100_000, ending: .failed(ProbeFailure(.measurement, .peerClosed)))
        #expect(try outcome(lost) == .undetermined)
    }

    @Test func `RDMA that fails while control stands is unfit, and the reason names step and cause`() throws {
        let failure = ProbeFailure(.connect, .cmEvent(.unreachable, status: -110), device: "rxe0")
        var failed = evidence(100_000, ending: .failed(failure))
        failed.cells = []
        let judgement = try judge(failed, by: ProbeProfile.architecture)
        #expect(judgement.verdict.outcome == .unfit)
        #expect(judgement.verdict.reasons.first?.hasPrefix("The RDMA connection on rxe0 failed: ") == true)
        #expect(judgement.findings.first?.rule == "rdma.connection")
    }

    @Test func `what was measured over software RDMA says so, and an adapter does not`() throws {
        let software = try judge(evidence(100_000, softwareRDMA: true), by: ProbeProfile.architecture)
        #expect(software.findings.contains { $0.rule == "rdma.software" && $0.severity == .warning })
        #expect(software.verdict.reasons.last?.contains("software RDMA") == true)
        let adapter = try judge(evidence(100_000, softwareRDMA: false), by: ProbeProfile.architecture)
        #expect(!adapter.findings.contains { $0.rule == "rdma.software" })
        let unknown = try judge(evidence(100_000, softwareRDMA: nil), by: ProbeProfile.architecture)
        #expect(unknown.findings.contains { $0.rule == "rdma.software" && $0.measured == nil })
    }

    @Test func `an optimal verdict names the slowest figure and the losses`() throws {
        let verdict = try judge(evidence(100_000), by: ProbeProfile.architecture).verdict
        #expect(verdict.profile == "architecture")
        #expect(verdict.reasons.count == 3)
        #expect(verdict.reasons[0].contains("p99.9 of") && verdict.reasons[0].contains("0.1 ms"))
        #expect(verdict.reasons[2] == "No operation was lost.")
    }
}
