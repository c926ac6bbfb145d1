import ClusterCore
import RDMAModel
import TestSupport
import Testing

/// Two ends with different MTUs: told whatever came of it, and ahead of what it looks like.
@Suite struct MTUMismatchTests {
    private func end(
        _ name: String, netdev: UInt64?, active: UInt64?, transport: Transport = .roceV2
    ) -> EndAccount {
        EndAccount(
            name: name,
            device: DeviceAccount(
                name: "mlx5_0", port: 1, transport: transport, software: false, netdev: "ens1", activeMTUBytes: active,
                netdevMTUBytes: netdev))
    }

    private func mismatch(
        _ here: (UInt64?, UInt64?), _ there: (UInt64?, UInt64?), transport: Transport = .roceV2
    ) -> MTUMismatch? {
        MTUMismatch(
            here: end("h1", netdev: here.0, active: here.1, transport: transport),
            there: end("h2", netdev: there.0, active: there.1, transport: transport))
    }

    private func judged(
        _ mismatch: MTUMismatch?, ending: ProbeEvidence.Ending = .finished,
        change: (inout LatencyCell) -> Void = { _ in }
    ) throws -> Judgement {
        var run = evidence(100_000, ending: ending).changing(.read, 4096, change)
        run.mtuMismatch = mismatch
        return try judge(run, by: ProbeProfile.architecture)
    }

    @Test func `ends that agree, or of which one does not tell, are no mismatch`() {
        #expect(mismatch((9000, 4096), (9000, 4096)) == nil)
        #expect(mismatch((nil, nil), (9000, 4096)) == nil)
        #expect(mismatch((9000, nil), (nil, 4096)) == nil)
        #expect(MTUMismatch(here: EndAccount(name: "h1"), there: nil) == nil)
        #expect(MTUMismatch(here: end("h1", netdev: 9000, active: 4096), there: EndAccount(name: "h2")) == nil)
    }

    @Test func `over InfiniBand the interface is IPoIB and says nothing, the port's RDMA MTU does`() throws {
        #expect(mismatch((2044, 4096), (65_520, 4096), transport: .infiniBand) == nil)
        let found = try #require(mismatch((2044, 4096), (2044, 2048), transport: .infiniBand))
        #expect(found.words == "RDMA MTU 4096 on ens1 of h1, RDMA MTU 2048 on ens1 of h2")
    }

    @Test func `a run that passed warns, and its verdict is the same as without`() throws {
        let found = try #require(mismatch((9000, 4096), (1500, 1024)))
        let judgement = try judged(found)
        #expect(judgement.verdict == (try judged(nil)).verdict)
        let told = try #require(judgement.findings.first { $0.rule == MTUMismatch.rule })
        #expect(told.severity == .warning)
        #expect(told.measured == .text("9000 on ens1 of h1 (RDMA MTU 4096), 1500 on ens1 of h2 (RDMA MTU 1024)"))
        #expect(told.evidence.map(\.value) == ["9000", "4096", "1500", "1024"])
        #expect(told.remedy?.contains("`ip link set ens1 mtu 9000` on h2") == true)
    }

    @Test func `the remedy raises the smaller one, whichever end has it`() throws {
        let found = try #require(mismatch((1500, 1024), (9000, 4096)))
        let told = try #require(try judged(found).findings.first { $0.rule == MTUMismatch.rule })
        #expect(told.remedy?.contains("`ip link set ens1 mtu 9000` on h1") == true)
    }

    @Test(arguments: [
        ProbeFailure(.measurement, .completion(.receiverNotReady, vendorError: 0)),
        ProbeFailure(.measurement, .completion(.retriesExceeded, vendorError: 129)),
        ProbeFailure(.firstMessage, .deadline(afterNanoseconds: 5_000_000_000)),
    ])
    func `where an operation or the connection is lost it stands ahead of that, in findings and reasons`(
        failure: ProbeFailure
    ) throws {
        let found = try #require(mismatch((9000, 4096), (1500, 1024)))
        let judgement = try judged(found, ending: .failed(failure))
        let without = try judged(nil, ending: .failed(failure))
        #expect(judgement.verdict.outcome == .unfit && without.verdict.outcome == .unfit)
        #expect(judgement.findings.first?.rule == MTUMismatch.rule)
        #expect(judgement.findings.first?.severity == .critical)
        #expect(judgement.findings.dropFirst().map(\.rule) == without.findings.map(\.rule))
        #expect(judgement.verdict.reasons.dropFirst() == without.verdict.reasons[...])
        let ordered = judgement.findings.reversed().orderedByCause()
        #expect(ordered.first?.rule == MTUMismatch.rule)
    }

    @Test func `operations that were lost while the run went on are explained too, a slow one is not`() throws {
        let found = try #require(mismatch((9000, 4096), (1500, 1024)))
        let lossy = try judged(found) { $0.lost = 3 }
        #expect(lossy.findings.first?.rule == MTUMismatch.rule && lossy.findings.first?.severity == .critical)
        var slow = evidence(2_000_000)
        slow.mtuMismatch = found
        let judgement = try judge(slow, by: ProbeProfile.architecture)
        #expect(judgement.verdict.outcome == .unfit && judgement.findings.first?.rule == "rdma.latency")
        #expect(judgement.findings.first { $0.rule == MTUMismatch.rule }?.severity == .warning)
    }

    @Test func `a peer that went away is not explained by it`() throws {
        let found = try #require(mismatch((9000, 4096), (1500, 1024)))
        let judgement = try judged(found, ending: .failed(ProbeFailure(.measurement, .peerClosed)))
        #expect(judgement.verdict.outcome == .undetermined)
        #expect(judgement.findings.first { $0.rule == MTUMismatch.rule }?.severity == .warning)
        #expect(!judgement.verdict.reasons.contains { $0.contains("different MTUs") })
    }

    @Test func `9000 against 9216 leaves RDMA's packets of one size: it is only told, and explains no loss`() throws {
        let found = try #require(mismatch((9000, 4096), (9216, 4096)))
        #expect(found.sparesRDMA)
        let judgement = try judged(found) { $0.lost = 3 }
        #expect(judgement.findings.first { $0.rule == MTUMismatch.rule }?.severity == .information)
        #expect(!judgement.verdict.reasons.contains { $0.contains("different MTUs") })
    }

    @Test func `iWARP tells no RDMA MTU, and different interfaces are a warning`() throws {
        let found = try #require(mismatch((9000, nil), (1500, nil), transport: .iWARP))
        #expect(found.words == "9000 on ens1 of h1, 1500 on ens1 of h2")
        #expect(try judged(found).findings.first { $0.rule == MTUMismatch.rule }?.severity == .warning)
    }

    @Test func `a hostile peer's name cannot leave its place`() throws {
        let found = try #require(
            MTUMismatch(
                here: end("h1", netdev: 9000, active: nil), there: end("h2\u{1B}[2J\n", netdev: 1500, active: nil)))
        #expect(!found.words.contains("\u{1B}") && !found.words.contains("\n"))
    }
}
