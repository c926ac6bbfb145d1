import ClusterCore
import RDMAModel
import Testing

/// What a failure means for the verdict and what it tells the user.
@Suite struct ProbeFailureTests {
    typealias Row = (ProbeFailure, Shortfall)

    @Test(
        arguments: [
            (ProbeFailure(.device, .noDevice(named: nil, found: [])), .localDeviceAbsent),
            (ProbeFailure(.device, .noDevice(named: "mlx5_9", found: ["rxe0"])), .localDeviceAbsent),
            (ProbeFailure(.device, .portNotActive(state: "DOWN")), .localDeviceAbsent),
            (ProbeFailure(.address, .otherDevice(found: "rxe0"), device: "siw0"), .localDeviceAbsent),
            (ProbeFailure(.device, .deviceNode(path: "/dev/infiniband/uverbs0")), .localResources),
            (ProbeFailure(.resources, .lockedMemory(limitBytes: 65536, neededBytes: 1 << 20)), .localResources),
            (ProbeFailure(.resources, .errno(call: "ibv_reg_mr", code: .noMemory)), .localResources),
            (ProbeFailure(.control, .errno(call: "connect", code: .connectionRefused)), .controlConnection),
            (ProbeFailure(.control, .deadline(afterNanoseconds: 1)), .controlConnection),
            (ProbeFailure(.control, .nameNotFound(name: "h9", reason: "no such name")), .controlConnection),
            (ProbeFailure(.control, .protocolViolation("random bytes")), .controlConnection),
            // Whatever was measured until then, who answers otherwise than agreed shows nothing about RDMA.
            (ProbeFailure(.measurement, .protocolViolation("a message that cannot be read")), .controlConnection),
            (ProbeFailure(.firstMessage, .protocolViolation("pong came instead of connected")), .controlConnection),
            (ProbeFailure(.control, .peerClosed), .controlConnection),
            (ProbeFailure(.control, .refused(.busy(limit: 16))), .refused),
            (ProbeFailure(.control, .refused(.version(ours: 1, theirs: 2))), .refused),
            (ProbeFailure(.connect, .refused(.cannotPrepare("memlock"))), .refused),
            (ProbeFailure(.resources, .errno(call: "ibv_reg_mr", code: .noMemory), end: .far), .refused),
            (ProbeFailure(.address, .cmEvent(.addressError, status: -110)), .rdmaConnection),
            (ProbeFailure(.route, .cmEvent(.routeError, status: -19)), .rdmaConnection),
            (ProbeFailure(.connect, .cmEvent(.unreachable, status: -110)), .rdmaConnection),
            (ProbeFailure(.connect, .cmEvent(.rejected, status: 8)), .rdmaConnection),
            (ProbeFailure(.connect, .errno(call: "rdma_connect", code: .connectionRefused)), .rdmaConnection),
            (ProbeFailure(.connect, .deadline(afterNanoseconds: 1)), .rdmaConnection),
            (ProbeFailure(.accept, .cmEvent(.connectError, status: -22), end: .far), .rdmaConnection),
            (ProbeFailure(.firstMessage, .completion(.retriesExceeded, vendorError: 0)), .rdmaConnection),
            (ProbeFailure(.firstMessage, .deadline(afterNanoseconds: 1)), .rdmaConnection),
            (ProbeFailure(.measurement, .completion(.retriesExceeded, vendorError: 0)), .operationLost),
            (ProbeFailure(.measurement, .deadline(afterNanoseconds: 1)), .operationLost),
            (ProbeFailure(.measurement, .toldByPeer("IBV_WC_RETRY_EXC_ERR"), end: .far), .operationLost),
            (ProbeFailure(.accept, .toldByPeer("rdma_accept failed"), end: .far), .rdmaConnection),
            (ProbeFailure(.connect, .peerClosed), .peerLost),
            (ProbeFailure(.measurement, .peerClosed), .peerLost),
        ] as [Row])
    func `each failure has its row in the table of what not connected means`(failure: ProbeFailure, row: Shortfall) {
        #expect(failure.shortfall == row)
        let finding = failure.finding(about: "host:h1")
        #expect(finding.severity == (row.outcome == .unfit ? .critical : .warning))
        #expect(finding.rule == row.rule)
        #expect(finding.remedy?.isEmpty == false)
        #expect(failure.sentence.hasSuffix("."))
    }

    @Test(
        arguments: [
            (.localDeviceAbsent, .undetermined), (.localResources, .undetermined),
            (.controlConnection, .undetermined), (.refused, .undetermined), (.rdmaConnection, .unfit),
            (.operationLost, .unfit), (.peerLost, .undetermined), (.notMeasured, .undetermined),
            (.tooFewSamples, .undetermined), (.interrupted, .undetermined),
        ] as [(Shortfall, Verdict.Outcome)])
    func `only RDMA that fails while the peer is there shows the path unfit`(row: Shortfall, outcome: Verdict.Outcome) {
        #expect(row.outcome == outcome)
    }

    @Test func `a device node without permission reads as absent, and the remedy says so`() {
        // Measured: uverbs0 with mode 0600 makes ibv_open_device fail with ENOENT, not EACCES.
        let failure = ProbeFailure(.device, .errno(call: "ibv_open_device", code: .noSuchFile), device: "rxe0")
        let finding = failure.finding(about: "host:h1")
        #expect(finding.remedy?.contains("permissions shut this user out") == true)
        #expect(finding.remedy?.contains("/dev/infiniband") == true)
        #expect(finding.subject == "host:h1/device:rxe0")
        #expect(finding.evidence == [Evidence(source: "ibv_open_device", value: "ENOENT (2)")])
    }

    @Test func `locked memory that does not suffice tells the limit and the bytes that are needed`() {
        let failure = ProbeFailure(.resources, .lockedMemory(limitBytes: 65536, neededBytes: 1_050_000))
        let explanation = failure.explanation
        #expect(explanation.meaning.contains("1050000 bytes are needed"))
        #expect(explanation.meaning.contains("the limit is 65536 bytes"))
        // 1 050 000 / 1024 = 1025.4; ulimit counts KiB.
        #expect(explanation.remedies[0].contains("ulimit -l 1026"))
    }

    @Test func `out of memory from a verbs call is the limit of locked memory first`() {
        let failure = ProbeFailure(.resources, .errno(call: "ibv_create_cq", code: .noMemory))
        #expect(failure.explanation.causes[0].contains("RLIMIT_MEMLOCK"))
    }

    @Test func `no such device from route resolution points at the GID and at 127.0.0.1`() {
        let failure = ProbeFailure(.route, .errno(call: "rdma_resolve_route", code: .noDevice))
        #expect(failure.explanation.causes[0].contains("127.0.0.1"))
        #expect(failure.explanation.causes[1].contains("GID"))
    }

    @Test func `a kernel without RDMA says so`() {
        let failure = ProbeFailure(.device, .errno(call: "ibv_get_device_list", code: .notImplemented))
        #expect(failure.explanation.meaning.contains("the kernel has no RDMA"))
    }

    @Test func `the sentence names the step, the device, the end and the event`() {
        let failure = ProbeFailure(.connect, .cmEvent(.rejected, status: 28), device: "rxe0", end: .far)
        #expect(failure.sentence.hasPrefix("The RDMA connection on rxe0 at the far end failed: "))
        #expect(failure.finding(about: "host:h1").evidence.first?.source == "RDMA_CM_EVENT_REJECTED")
        #expect(failure.step.connectionStep == .connect)
    }

    @Test func `what the far end met is told in its words, and is no breach of the protocol`() {
        let failure = ProbeFailure(
            .measurement, .toldByPeer("a completion with IBV_WC_RETRY_EXC_ERR (12)."), end: .far)
        #expect(
            failure.sentence == "The measurement at the far end failed: a completion with IBV_WC_RETRY_EXC_ERR (12).")
        #expect(ProbeFailure(.accept, .toldByPeer(""), end: .far).sentence.hasSuffix("did not say why."))
    }

    @Test func `words of a peer carry no control characters into findings and are cut`() {
        let hostile = "\u{1B}[2J\u{202E}" + String(repeating: "x", count: 10_000)
        for cause in [
            ProbeFailure.Cause.refused(.other(hostile)), .refused(.plan(hostile)), .refused(.unsupported(hostile)),
            .refused(.cannotPrepare(hostile)),
            .refused(.notAllowed(address: hostile)), .protocolViolation(hostile), .dataDiffers(hostile),
            .toldByPeer(hostile),
            .nameNotFound(name: hostile, reason: hostile), .otherDevice(found: hostile),
            .noDevice(named: hostile, found: [hostile]), .portNotActive(state: hostile), .unsupported(hostile),
        ] {
            let finding = ProbeFailure(.control, cause, device: hostile).finding(about: "host:h1")
            let text = "\(finding.measured?.description ?? "")\(finding.remedy ?? "")\(finding.subject)"
            let control = text.unicodeScalars.count { $0 == "\u{1B}" || $0 == "\u{202E}" }
            #expect(control == 0)
            let length = text.count
            #expect(length < 3000)
        }
    }

    @Test func `every step and cause explains itself without a placeholder`() {
        let causes: [ProbeFailure.Cause] =
            CMEvent.known.map { .cmEvent($0, status: -5) }
            + CompletionStatus.known.map { .completion($0, vendorError: 3) }
            + (Int32(0)...140).map { .errno(call: "a call", code: ErrorNumber(rawValue: $0)) }
            + [.deadline(afterNanoseconds: 1_500_000_000), .peerClosed]
        for step in ProbeFailure.Step.allCases {
            for cause in causes {
                let explanation = ProbeFailure(step, cause).explanation
                #expect(!explanation.meaning.isEmpty)
                #expect(!explanation.meaning.hasSuffix("."))
            }
        }
    }
}
