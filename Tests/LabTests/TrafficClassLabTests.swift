import ClusterCore
import Foundation
import RDMAModel
import Testing

/// The class in which a measurement travels, as the packets on the wire have it.
@Suite(.serialized, .enabled(if: LabSession.isAskedFor, "lab tests are asked for with LAB_TESTS=1"))
struct TrafficClassLabTests {
    /// Counts the packets of the second host's interface until SIGTERM: lines of sender, kind, DSCP and number. Kinds are
    /// `data` and `management` (queue pair 1) of RoCE v2, and `tcp` with the port of the end that listens.
    private static let capture = """
        import collections, signal, socket, struct, sys
        seen = collections.Counter()
        def end(*_):
            for (sender, kind, dscp), count in sorted(seen.items()): print(sender, kind, dscp, count)
            sys.exit(0)
        signal.signal(signal.SIGTERM, end)
        tap = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        tap.bind(('eth0', 0))
        print('capturing', flush=True)
        while True:
            frame = tap.recv(65535)
            if len(frame) < 48 or frame[12:14] != b'\\x08\\x00': continue
            header = (frame[14] & 15) * 4
            payload = frame[14 + header:]
            source, target = struct.unpack('>HH', payload[:4])
            if frame[23] == 17 and target == 4791:
                kind = 'management' if payload[13:16] == b'\\x00\\x00\\x01' else 'data'
            elif frame[23] == 6: kind = 'tcp%d' % min(source, target)
            else: continue
            seen[socket.inet_ntoa(frame[26:30]), kind, frame[15] >> 2] += 1
        """

    /// The DSCPs of the payload's packets in each direction, by the sender's address.
    private func classes(
        _ scenario: ProbeScenario, _ options: String
    ) throws -> (report: ProbeReport, seen: [String: Set<Int>]) {
        let lab = scenario.lab
        try lab.request(
            "write",
            [
                "host": 2, "path": "/tmp/capture.py",
                "content_base64": Data(Self.capture.utf8).base64EncodedString(),
            ])
        try lab.start("capture", "exec python3 /tmp/capture.py", on: 2, ready: "capturing")
        let (report, outcome) = try scenario.probe(
            "test 10.77.0.2 \(ProbeScenario.patient) --operations read --sizes 4Ki --count 20 \(options)")
        #expect(outcome.status == 0, "\(report.words)")
        try lab.signal("capture", "TERM", on: 2)
        let printed = try lab.wait("capture", on: 2, within: 20)
        var seen: [String: Set<Int>] = [:]
        // The control connection listens at 18550, siw's connections at the port after it.
        let payload = ProbeScenario.isIWARP ? "tcp18551" : "data"
        for line in printed.output.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 4, words[1] == payload, let dscp = Int(words[2]) else { continue }
            seen[String(words[0]), default: []].insert(dscp)
        }
        #expect(Set(seen.keys) == ["10.77.0.1", "10.77.0.2"], "\(printed.output)\(printed.diagnostics)")
        return (report, seen)
    }

    @Test func `the DSCP that was asked for is in the packets of both ends, and 0 where none was`() throws {
        let scenario = try ProbeScenario()
        try scenario.serve()
        let usual = try classes(scenario, "")
        #expect(usual.seen.values.allSatisfy { $0 == [0] }, "\(usual.seen)")
        let marked = try classes(scenario, "--dscp 26")
        let told = marked.report.findings.first { $0.rule == "rdma.traffic_class" }
        if ProbeScenario.isIWARP {
            // siw gives its sockets no class, and the report claims none.
            #expect(marked.seen.values.allSatisfy { $0 == [0] }, "\(marked.seen)")
            #expect(marked.report.host.trafficClass == nil && marked.report.peer?.trafficClass == nil)
            #expect(told?.measured == nil && told?.severity == .information)
        } else {
            #expect(marked.seen.values.allSatisfy { $0 == [26] }, "\(marked.seen)")
            #expect(marked.report.host.trafficClass == 104 && marked.report.peer?.trafficClass == 104)
            #expect(told == nil)
        }
    }
}
