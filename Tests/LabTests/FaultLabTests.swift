import ClusterCore
import Foundation
import RDMAModel
import Testing

/// What can go wrong between two hosts: each fault with its exact outcome, within its deadline.
@Suite(.serialized, .enabled(if: LabSession.isAskedFor, "lab tests are asked for with LAB_TESTS=1"))
struct FaultLabTests {
    // MARK: The control connection

    @Test(.once(over: "iwarp")) func `without a server the outcome is undetermined and names the control connection`()
        throws
    {
        let scenario = try ProbeScenario()
        let (report, outcome) = try scenario.probe("test h2 \(ProbeScenario.small)", within: 30)
        #expect(outcome.status == 2)
        #expect(report.verdict.outcome == .undetermined)
        #expect(report.connection.failedStep == .control)
        #expect(report.words.contains("ECONNREFUSED"), "\(report.words)")
        #expect(report.peer == nil)
    }

    @Test(.once(over: "iwarp")) func `a wrong port is told like a missing server`() throws {
        let scenario = try ProbeScenario()
        try scenario.serve()
        let (report, outcome) = try scenario.probe("test h2 --port 9 \(ProbeScenario.small)", within: 30)
        #expect(outcome.status == 2 && report.connection.failedStep == .control)
        #expect(report.words.contains("ECONNREFUSED"), "\(report.words)")
    }

    @Test(.once(over: "iwarp")) func `a host that does not exist ends within the deadline of its step`() throws {
        let scenario = try ProbeScenario()
        let (report, outcome) = try scenario.probe("test 10.77.0.99 --connect-timeout 3s", within: 20)
        #expect(outcome.status == 2 && report.connection.failedStep == .control)
    }

    @Test(.once(over: "iwarp")) func `a name that does not exist is named`() throws {
        let scenario = try ProbeScenario()
        let (report, outcome) = try scenario.probe("test no-such-host", within: 40)
        #expect(outcome.status == 2 && report.words.contains("no-such-host"), "\(report.words)")
    }

    @Test(.once(over: "iwarp")) func `random bytes on the control port are refused and the next client is served`()
        throws
    {
        let scenario = try ProbeScenario()
        try scenario.serve()
        let noise = "head -c 4096 /dev/urandom >&3; timeout 8 cat <&3 | tr -cd '[:print:]'"
        let outcome = try scenario.lab.run("bash -c 'exec 3<>/dev/tcp/10.77.0.2/18550; \(noise)'", within: 20)
        #expect(outcome.output.contains("not the protocol"), "\(outcome.output)\(outcome.diagnostics)")
        try scenario.expectServes()
    }

    @Test(.once(over: "iwarp"))
    func `another version of the protocol is refused by its number and the next client is served`() throws {
        let scenario = try ProbeScenario()
        try scenario.serve()
        // A hello of version 2: magic, version, kind 1, length 2, "{}".
        let hello = #"printf "RDPC\0\2\0\1\0\0\0\2{}" >&3; timeout 8 cat <&3 | tr -cd "[:print:]""#
        let outcome = try scenario.lab.run("bash -c 'exec 3<>/dev/tcp/10.77.0.2/18550; \(hello)'", within: 20)
        #expect(outcome.output.contains("version 1"), "\(outcome.output)\(outcome.diagnostics)")
        try scenario.expectServes()
    }

    @Test(.once(over: "iwarp")) func `a peer of another version is told by both numbers`() throws {
        let scenario = try ProbeScenario()
        let server =
            "import socket; s=socket.create_server(('10.77.0.2',18550)); print('serving :',flush=True); "
            + "c,_=s.accept(); c.sendall(b'RDPC'+bytes([0,7,0,3,0,0,0,0])); c.recv(65536); c.recv(1)"
        try scenario.lab.start("fake", "python3 -c \"\(server)\"", on: 2, ready: "serving")
        let (report, outcome) = try scenario.probe("test h2", within: 30)
        #expect(outcome.status == 2 && report.connection.failedStep == .control)
        #expect(report.words.contains("7") && report.words.contains("version"), "\(report.words)")
    }

    @Test(.once(over: "iwarp")) func `silent connections do not keep a client from being served`() throws {
        let scenario = try ProbeScenario()
        try scenario.serve("--sessions-per-peer 8")
        // More than a stranger may have, held open and silent.
        try scenario.lab.start(
            "silent",
            "bash -c 'for i in 3 4 5; do eval \"exec $i<>/dev/tcp/10.77.0.2/18550\"; done; echo open; sleep 60'",
            on: 1, ready: "open")
        try scenario.expectServes()
    }

    // MARK: The RDMA connection

    @Test func `an RDMA connection request without a token is rejected and the next client is served`() throws {
        let scenario = try ProbeScenario()
        try scenario.serve()
        let outcome = try scenario.lab.run("timeout -s KILL 10 rping -c -a 10.77.0.2 -p 18551 -C 1 -v", within: 20)
        #expect(outcome.status != 0)
        try scenario.lab.await("no token", from: "serve", on: 2)
        try scenario.expectServes()
    }

    @Test func `RDMA that fails while the control connection stands is unfit`() throws {
        let scenario = try ProbeScenario()
        // A far end that agrees to everything and has no RDMA listener where it says.
        let server = """
            import socket,json,struct
            s=socket.create_server(('10.77.0.2',18550)); print('serving :',flush=True)
            c,_=s.accept()
            def frame(kind,body): return b'RDPC'+struct.pack('>HHI',1,kind,len(body))+body
            def read():
                h=b''
                while len(h)<12: h+=c.recv(12-len(h))
                k,n=struct.unpack('>HI',h[6:12]); b=b''
                while len(b)<n: b+=c.recv(n-len(b))
                return k,b
            read()
            account=dict(name='h2',events=[])
            c.sendall(frame(2,json.dumps(dict(rdmaPort=20000,token='00'*16,account=account)).encode()))
            while True:
                k,b=read()
                if k==10: c.sendall(frame(11,b''))
                if k==12: c.sendall(frame(13,json.dumps(account).encode())); break
            """
        try scenario.lab.request(
            "write",
            [
                "host": 2, "path": "/tmp/fake.py", "content_base64": Data(server.utf8).base64EncodedString(),
                "mode": 0o644,
            ])
        try scenario.lab.start("fake", "python3 /tmp/fake.py", on: 2, ready: "serving")
        let (report, outcome) = try scenario.probe("test h2 \(ProbeScenario.small)", within: 40)
        #expect(outcome.status == 1, "\(report.words)")
        #expect(report.verdict.outcome == .unfit && report.connection.failedStep == .connect)
        #expect(report.connection.steps.map(\.name) == [.control, .address, .route])
        if ProbeScenario.isIWARP {
            #expect(report.words.contains("ECONNREFUSED"), "\(report.words)")
        } else {
            #expect(report.words.contains("RDMA_CM_EVENT_REJECTED"), "\(report.words)")
        }
    }

    @Test(.once(over: "iwarp")) func `a server killed before it answers leaves the outcome undetermined`() throws {
        let scenario = try ProbeScenario()
        try scenario.serve()
        // The kernel takes the connection, the stopped server never answers.
        try scenario.lab.signal("serve", "STOP", on: 2)
        try scenario.lab.start(
            "client", "exec \(ProbeScenario.tool) test h2 \(ProbeScenario.small) --progress always --format json", on: 1
        )
        try scenario.lab.await("connecting: control", from: "client", on: 1)
        Thread.sleep(forTimeInterval: 0.5)
        try scenario.lab.signal("serve", "KILL", on: 2)
        let outcome = try scenario.lab.wait("client", on: 1, within: 20)
        let report = try ProbeScenario.report(outcome)
        #expect(outcome.status == 2 && report.connection.failedStep == .control, "\(report.words)")
    }

    @Test func `a server killed while RDMA connects leaves the outcome undetermined`() throws {
        let scenario = try ProbeScenario()
        try scenario.serve()
        try scenario.lab.request("netem", ["host": 2, "spec": "delay 600ms"])
        try scenario.lab.start(
            "client",
            "exec \(ProbeScenario.tool) test h2 \(ProbeScenario.small) --connect-timeout 10s --progress always "
                + "--format json", on: 1)
        try scenario.lab.await("connecting: connect", from: "client", on: 1)
        try scenario.lab.signal("serve", "KILL", on: 2)
        let outcome = try scenario.lab.wait("client", on: 1, within: 30)
        let report = try ProbeScenario.report(outcome)
        #expect(outcome.status == 2, "\(report.words)")
        #expect(report.verdict.outcome == .undetermined && report.latency.isEmpty)
    }

    // MARK: The measurement

    @Test func `a server killed while measuring leaves what was measured and an undetermined outcome`() throws {
        let scenario = try ProbeScenario()
        try scenario.serve()
        try startLongClient(scenario)
        try scenario.lab.signal("serve", "KILL", on: 2)
        let outcome = try scenario.lab.wait("client", on: 1, within: 25)
        let report = try ProbeScenario.report(outcome)
        #expect(outcome.status == 2, "\(report.words)")
        #expect(report.verdict.outcome == .undetermined)
        #expect(report.latency.count == 1 && report.latency[0].samples > 0 && report.latency[0].lost == 0)
        #expect(report.peer?.name == "h2", "what the peer had said before stays")
    }

    @Test func `a peer that freezes while measuring is gone, not unfit`() throws {
        let scenario = try ProbeScenario()
        try scenario.serve()
        try startLongClient(scenario)
        try scenario.lab.request("freeze", ["host": 2])
        defer { _ = try? scenario.lab.request("thaw", ["host": 2]) }
        let outcome = try scenario.lab.wait("client", on: 1, within: 40)
        let report = try ProbeScenario.report(outcome)
        #expect(outcome.status == 2, "\(report.words)")
        #expect(report.latency.first?.samples ?? 0 > 0)
    }

    @Test(.once(over: "iwarp")) func `a client killed while measuring leaves the server to the next`() throws {
        let scenario = try ProbeScenario()
        try scenario.serve()
        try startLongClient(scenario)
        try scenario.lab.signal("client", "KILL", on: 1)
        try scenario.lab.await("ended early", from: "serve", on: 2)
        try scenario.expectServes()
    }

    @Test(.once(over: "iwarp")) func `a client that is stopped does not keep its session for ever`() throws {
        let scenario = try ProbeScenario()
        try scenario.serve()
        try startLongClient(scenario)
        try scenario.lab.signal("client", "STOP", on: 1)
        try scenario.lab.await("said nothing in time", from: "serve", on: 2, within: 60)
        try scenario.lab.signal("client", "KILL", on: 1)
        try scenario.expectServes()
    }

    @Test func `a delay of 200 ms turns the verdict to unfit and names the percentile`() throws {
        let scenario = try ProbeScenario()
        try scenario.serve()
        try scenario.lab.request("netem", ["host": 2, "spec": "delay 200ms"])
        let (report, outcome) = try scenario.probe(
            "test h2 --profile software --operations write --sizes 64 --count 25 --duration 30s", within: 90)
        #expect(outcome.status == 1, "\(report.words)")
        #expect(report.verdict.outcome == .unfit)
        #expect(report.verdict.reasons.first?.contains("p50") == true, "\(report.verdict.reasons)")
        let cell = try #require(report.cell(.write, 64))
        #expect(try #require(cell.minimum) >= 200_000_000 && cell.lost == 0)
    }

    @Test func `SIGINT while connecting prints a report and ends with 130`() throws {
        let scenario = try ProbeScenario()
        try scenario.serve()
        try scenario.lab.signal("serve", "STOP", on: 2)
        try scenario.lab.start(
            "client", "exec \(ProbeScenario.tool) test h2 --progress always --format json", on: 1)
        try scenario.lab.await("connecting: control", from: "client", on: 1)
        try scenario.lab.signal("client", "INT", on: 1)
        let outcome = try scenario.lab.wait("client", on: 1, within: 10)
        let report = try ProbeScenario.report(outcome)
        #expect(outcome.status == 130 && report.verdict.outcome == .undetermined)
        #expect(report.words.contains("SIGINT"))
    }

    @Test(.once(over: "roce"), arguments: [("INT", 130), ("TERM", 143)])
    func `a signal while measuring prints what was measured and leaves nothing behind`(
        signal: String, status: Int
    ) throws {
        let scenario = try ProbeScenario()
        try scenario.serve()
        let before = try resources(scenario)
        try startLongClient(scenario)
        try scenario.lab.signal("client", signal, on: 1)
        let outcome = try scenario.lab.wait("client", on: 1, within: 15)
        let report = try ProbeScenario.report(outcome)
        #expect(outcome.status == status, "\(report.words)")
        #expect(report.latency.count == 1 && report.latency[0].samples > 0 && report.latency[0].lost == 0)
        #expect(try resources(scenario, until: before) == before)
        try scenario.expectServes()
    }

    private func startLongClient(_ scenario: ProbeScenario) throws {
        try scenario.lab.start(
            "client",
            "exec \(ProbeScenario.tool) test h2 \(ProbeScenario.patient) --operations send --sizes 64 --count 1000000 "
                + "--duration 60s --progress always --format json", on: 1)
        try scenario.lab.await("samples, now", from: "client", on: 1, within: 60)
    }

    /// Queue pairs, memory, domains and ids of the tool on both hosts; asked again for a few seconds, since the far end
    /// tears its session down after the client has ended.
    private func resources(_ scenario: ProbeScenario, until wanted: [Int]? = nil) throws -> [Int] {
        let deadline = Date().addingTimeInterval(10)
        while true {
            var counts: [Int] = []
            for host in 1...2 {
                for kind in ["qp", "cq", "mr", "pd", "cm_id"] {
                    let lines = try scenario.lab.run("rdma resource show \(kind) | grep -c rdmaprobe; true", on: host)
                    counts.append(Int(lines.output.filter(\.isNumber)) ?? -1)
                }
            }
            if wanted == nil || counts == wanted || Date() > deadline { return counts }
        }
    }

    // MARK: The host

    private static let user = "setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all"

    @Test func `locked memory that is short is named with its limit, on this host`() throws {
        let scenario = try ProbeScenario()
        try scenario.serve()
        let (report, outcome) = try scenario.probe(
            "test h2 --sizes 512Ki", prefix: "\(FaultLabTests.user) prlimit --memlock=65536", within: 40)
        #expect(outcome.status == 2, "\(report.words)")
        #expect(report.words.contains("65536") || report.words.contains("64 KiB"), "\(report.words)")
        #expect(report.words.contains("memlock") || report.words.contains("ulimit"), "\(report.words)")
    }

    @Test func `locked memory that is short is named with its limit, on the far host`() throws {
        let scenario = try ProbeScenario()
        try scenario.serve(prefix: "\(FaultLabTests.user) prlimit --memlock=65536")
        let (report, outcome) = try scenario.probe("test h2 --sizes 512Ki", within: 40)
        #expect(outcome.status == 2, "\(report.words)")
        #expect(report.connection.failedStep == .control && report.words.contains("65536"), "\(report.words)")
    }

    @Test func `without device nodes the outcome is undetermined and the node is named`() throws {
        let scenario = try ProbeScenario()
        let hide = "unshare -m sh -c 'mount -t tmpfs none /dev/infiniband && exec \"$@\"' --"
        let (report, outcome) = try scenario.probe("test h2", prefix: hide, within: 30)
        #expect(outcome.status == 2 && report.words.contains("/dev/infiniband"), "\(report.words)")
    }

    @Test(.once(over: "iwarp"))
    func `nodes that may not be opened are named, although the kernel says they do not exist`() throws {
        let scenario = try ProbeScenario()
        let close = "chmod 600 /dev/infiniband/rdma_cm /dev/infiniband/uverbs0"
        let open = "chmod 666 /dev/infiniband/rdma_cm /dev/infiniband/uverbs0"
        _ = try scenario.lab.run(close)
        defer { _ = try? scenario.lab.run(open) }
        let (report, outcome) = try scenario.probe("test h2", prefix: FaultLabTests.user, within: 30)
        #expect(outcome.status == 2 && report.words.contains("/dev/infiniband/rdma_cm"), "\(report.words)")
    }

    @Test(.once(over: "iwarp")) func `a device that is not there is named beside those that are`() throws {
        let scenario = try ProbeScenario()
        let (report, outcome) = try scenario.probe("test h2 --device mlx5_7", within: 30)
        #expect(outcome.status == 2)
        #expect(report.words.contains("mlx5_7") && report.words.contains(ProbeScenario.device), "\(report.words)")
    }

    @Test func `an address without RDMA is told apart from a missing device`() throws {
        let scenario = try ProbeScenario()
        let (report, outcome) = try scenario.probe("test h2 --source 127.0.0.1", within: 30)
        #expect(outcome.status == 2, "\(report.words)")
        #expect(report.words.contains("127.0.0.1") || report.words.contains("ENODEV"), "\(report.words)")
    }

    @Test(.once(over: "iwarp")) func `a host outside the served networks is refused`() throws {
        let scenario = try ProbeScenario()
        try scenario.serve("--allow 192.0.2.0/24")
        let (report, outcome) = try scenario.probe("test 10.77.0.2", within: 30)
        #expect(outcome.status == 2 && report.words.contains("10.77.0.1"), "\(report.words)")
    }

    @Test func `a server refuses an address that is no RDMA one and names those that are`() throws {
        let scenario = try ProbeScenario()
        let outcome = try scenario.lab.run("\(ProbeScenario.tool) serve --listen 192.0.2.1", within: 20)
        #expect(outcome.status == 2 && outcome.diagnostics.contains("10.77.0.1"), "\(outcome.diagnostics)")
        let wildcard = try scenario.lab.run("\(ProbeScenario.tool) serve --listen 0.0.0.0", within: 20)
        #expect(wildcard.status == 2 && wildcard.diagnostics.contains("--any"), "\(wildcard.diagnostics)")
    }

    @Test func `a run changes nothing on the host`() throws {
        try ProbeScenario.untouched(isThorough: true) { scenario in
            try scenario.serve()
            try scenario.expectServes()
            try scenario.lab.signal("serve", "TERM", on: 2)
            #expect(try scenario.lab.wait("serve", on: 2, within: 15).status == 143)
        }
    }
}
