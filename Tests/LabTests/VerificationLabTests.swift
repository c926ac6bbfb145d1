import Foundation
import RDMAModel
import Testing

/// Payloads compared byte by byte over a real kernel's software RDMA.
@Suite(.serialized, .enabled(if: LabSession.isAskedFor, "lab tests are asked for with LAB_TESTS=1"))
struct VerificationLabTests {
    @Test func `every byte of every operation and size arrives as it was sent`() throws {
        let scenario = try ProbeScenario()
        try scenario.serve()
        let (report, outcome) = try scenario.probe(
            "test h2 \(ProbeScenario.patient) --sizes 1,64,4Ki,64Ki --count 20 --duration 5s --verify 8")
        #expect(outcome.status == 0, "\(report.words)")
        let verification = try #require(report.verification)
        #expect(verification.count == 12 && verification.allSatisfy { $0.messages == 8 })
    }

    /// Changes a byte of the server's memory from outside, again and again, between arrival and comparison. Of a plan of
    /// writes and reads of 4 KiB it has two slots and an answer of 64 bytes, the window of writes and that of reads.
    private static let corruptor = """
        import os, sys, time
        while True:
            pids = [p for p in os.listdir("/proc") if p.isdigit() and os.path.exists(f"/proc/{p}/exe")
                and os.path.basename(os.readlink(f"/proc/{p}/exe")) == "rdmaprobe"]
            for pid in pids:
                maps = [line.split() for line in open(f"/proc/{pid}/maps")]
                for before, here, after in zip(maps, maps[1:], maps[2:]):
                    start, end = [int(x, 16) for x in here[0].split("-")]
                    # Memory that a session exposes has a page before and after it that nothing may touch.
                    if (before[1], here[1], after[1]) != ("---p", "rw-p", "---p") or end - start != 12288: continue
                    with open(f"/proc/{pid}/mem", "r+b", buffering=0) as memory:
                        try:
                            for turn in range(100000):
                                memory.seek(start + 192 + 100)
                                memory.write(bytes([turn % 256]))
                        except OSError: pass
            time.sleep(0.01)
        """

    @Test func `a byte that changed at the far end is not accepted`() throws {
        let scenario = try ProbeScenario()
        try scenario.serve()
        try scenario.lab.request(
            "write",
            [
                "host": 2, "path": "/tmp/corruptor.py",
                "content_base64": Data(Self.corruptor.utf8).base64EncodedString(),
            ])
        try scenario.lab.start("corruptor", "exec python3 /tmp/corruptor.py", on: 2)
        let (report, outcome) = try scenario.probe(
            "test h2 \(ProbeScenario.patient) --operations write,read --sizes 4Ki --count 20 --duration 5s "
                + "--verify 10000 --operation-timeout 30s", within: 150)
        #expect(outcome.status == 1, "\(report.words)")
        #expect(report.words.contains("bytes are wrong from byte 100 on"), "\(report.words)")
        #expect(report.latency.isEmpty)
    }
}
