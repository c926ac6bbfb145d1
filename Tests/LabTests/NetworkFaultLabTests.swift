import ClusterCore
import Foundation
import RDMAModel
import Testing

/// What the network between two hosts can do to a measurement: cables, loss, packet sizes, floods.
@Suite(.serialized, .enabled(if: LabSession.isAskedFor, "lab tests are asked for with LAB_TESTS=1"))
struct NetworkFaultLabTests {
    /// 4.096 µs · 2¹⁷: the time after which the adapter sends again what was not acknowledged, as the tool sets it on
    /// RoCE (InfiniBand specification, 9.7.6.1.3: local acknowledgement timeout). iWARP has TCP's own.
    private static let acknowledgementTimeout: UInt64 = 4096 << 17

    private func start(_ scenario: ProbeScenario, _ plan: String) throws {
        try scenario.lab.start(
            "client",
            "exec \(ProbeScenario.tool) test 10.77.0.2 \(ProbeScenario.patient) \(plan) --progress always --format json",
            on: 1)
        try scenario.lab.await("samples, now", from: "client", on: 1, within: 60)
    }

    // MARK: The cable

    @Test func `a cable that is pulled for a moment costs time and no operation`() throws {
        try ProbeScenario.untouched { scenario in
            try scenario.serve()
            try start(scenario, "--operations write --sizes 64 --count 1000000 --duration 8s --events /tmp/events")
            try scenario.lab.request("link", ["host": 1, "state": "down"])
            Thread.sleep(forTimeInterval: 0.3)
            try scenario.lab.request("link", ["host": 1, "state": "up"])
            let outcome = try scenario.lab.wait("client", on: 1, within: 60)
            let report = try ProbeScenario.report(outcome)
            #expect(outcome.status == 0 && report.verdict.outcome == .acceptable, "\(report.words)")
            let cell = try #require(report.cell(.write, 64))
            #expect(cell.lost == 0)
            // The operation that was under way could not end before the cable was back.
            #expect(try #require(cell.maximum) >= 200_000_000)
            try expectFlap(report, scenario)
            try scenario.expectServes()
        }
    }

    /// What the device told of a cable that was pulled and plugged in again: rxe of both, siw of Linux 6.1 of neither,
    /// since its port stays up without a carrier.
    private func expectFlap(_ report: ProbeReport, _ scenario: ProbeScenario) throws {
        let stream = try scenario.lab.run("cat /tmp/events; rm /tmp/events").output
        let told = ["IBV_EVENT_PORT_ERR", "IBV_EVENT_PORT_ACTIVE"]
        let found = report.findings.filter { $0.rule == AsyncEvent.rule }
        if ProbeScenario.isIWARP {
            #expect(report.host.asyncEvents == [] && found == [] && !stream.contains("async_event"), "\(report.words)")
        } else {
            #expect(report.host.asyncEvents.map(\.text) == told.map { "\($0) (port 1)" }, "\(report.host.events)")
            #expect(found.map(\.measured) == [.text("the port went down once and came back")], "\(report.words)")
            for name in told { #expect(stream.contains("{\"name\":\"\(name)\",\"port\":1}"), "\(stream)") }
        }
        // The far end's cable was left alone.
        #expect(report.peer?.asyncEvents == [])
    }

    @Test func `a cable that stays pulled: the peer is lost, what was measured stays, the server serves again`() throws
    {
        try ProbeScenario.untouched { scenario in
            try scenario.serve()
            let before = try scenario.serverHoldings()
            try start(scenario, "--operations write --sizes 64 --count 1000000 --duration 60s")
            try scenario.lab.request("link", ["host": 1, "state": "down"])
            defer { _ = try? scenario.lab.request("link", ["host": 1, "state": "up"]) }
            // 5 s for the operation, 4 s for the peer to show that it lives, 4 s for its account.
            let outcome = try scenario.lab.wait("client", on: 1, within: 30)
            let report = try ProbeScenario.report(outcome)
            #expect(outcome.status == 2 && report.verdict.outcome == .undetermined, "\(report.words)")
            #expect(report.words.contains("The peer went away"), "\(report.words)")
            #expect(report.latency.count == 1 && report.latency[0].samples > 0 && report.latency[0].lost == 0)
            try scenario.lab.request("link", ["host": 1, "state": "up"])
            try scenario.lab.await("session 1 from 10.77.0.1: ended early", from: "serve", on: 2, within: 60)
            try scenario.expectServerHolds(before)
            try scenario.expectServes()
        }
    }

    @Test func `a cable pulled at the far end looks the same from here`() throws {
        try ProbeScenario.untouched { scenario in
            try scenario.serve()
            try start(scenario, "--operations send --sizes 64 --count 1000000 --duration 60s")
            try scenario.lab.request("link", ["host": 2, "state": "down"])
            defer { _ = try? scenario.lab.request("link", ["host": 2, "state": "up"]) }
            let outcome = try scenario.lab.wait("client", on: 1, within: 30)
            let report = try ProbeScenario.report(outcome)
            #expect(outcome.status == 2 && report.words.contains("The peer went away"), "\(report.words)")
            try scenario.lab.request("link", ["host": 2, "state": "up"])
            try scenario.expectServes()
        }
    }

    // MARK: Loss

    @Test func `1 % loss at 64 B is sent again after the stated acknowledgement timeout, and no operation is lost`()
        throws
    {
        try ProbeScenario.untouched { scenario in
            try scenario.serve()
            try scenario.lab.request("netem", ["host": 1, "spec": "loss 1%"])
            let sentAgain = try segmentsSentAgain(scenario)
            // One packet of this host an operation at least: without any loss in 1500 once in 3 million runs.
            let (report, outcome) = try scenario.probe(
                "test 10.77.0.2 \(ProbeScenario.patient) --operations write --sizes 64 --count 1500 --duration 60s",
                within: 120)
            #expect(outcome.status == 0 && report.verdict.outcome == .acceptable, "\(report.words)")
            let cell = try #require(report.cell(.write, 64))
            #expect(cell.samples == 1500 && cell.lost == 0)
            let stated = report.environment.acknowledgementTimeoutNanoseconds
            if ProbeScenario.isIWARP {
                // TCP decides: its probe goes out after about two round trips (RFC 8985, section 7).
                #expect(stated == nil)
                #expect(try segmentsSentAgain(scenario) > sentAgain, "nothing was lost")
            } else {
                #expect(stated == NetworkFaultLabTests.acknowledgementTimeout)
                // How long a lost packet takes is not asserted: rxe starts its timer only where none is pending, so one
                // that began with an earlier operation may end soon after this one was lost.
                let repeated = report.host.counters?.first { $0.source == "completer_retry_err" }?.change
                #expect(try #require(repeated) > 0, "nothing was lost")
            }
        }
    }

    /// `RetransSegs` of the first host's TCP (RFC 4022, tcpRetransSegs).
    private func segmentsSentAgain(_ scenario: ProbeScenario) throws -> Int {
        let outcome = try scenario.lab.run("awk '/^Tcp:/ && $13 != \"RetransSegs\" { print $13 }' /proc/net/snmp")
        return try #require(Int(outcome.output.filter(\.isNumber)), "\(outcome)")
    }

    // MARK: Packet sizes

    @Test func `an MTU of 1500 at both ends is told, over RoCE with the RDMA MTU of 1024, and every size is measured`()
        throws
    {
        try ProbeScenario.untouched { scenario in
            try setMTU(1500, on: [1, 2], scenario)
            defer { try? setMTU(9000, on: [1, 2], scenario) }
            try scenario.serve()
            let (report, outcome) = try scenario.probe("test 10.77.0.2 \(ProbeScenario.small)")
            #expect(outcome.status == 0, "\(report.words)")
            #expect(report.latency.count == 6 && report.latency.allSatisfy { $0.samples >= 20 && $0.lost == 0 })
            for device in [report.host.device, report.peer?.device] {
                #expect(device?.netdevMTUBytes == 1500)
                #expect(!report.findings.contains { $0.rule == MTUMismatch.rule })
                // iWARP cuts as TCP does; what siw tells for it is a label.
                if !ProbeScenario.isIWARP { #expect(device?.activeMTUBytes == 1024) }
            }
        }
    }

    @Test func `an MTU of 1500 against 9000: TCP agrees on one, over RoCE what fills a larger packet is lost`() throws {
        try ProbeScenario.untouched { scenario in
            try setMTU(1500, on: [2], scenario)
            defer { try? setMTU(9000, on: [2], scenario) }
            try scenario.serve()
            let (report, outcome) = try scenario.probe(
                "test 10.77.0.2 \(ProbeScenario.small)")
            #expect(report.host.device?.netdevMTUBytes == 9000 && report.peer?.device?.netdevMTUBytes == 1500)
            #expect(report.cell(.read, 64).map { $0.samples >= 20 && $0.lost == 0 } == true, "\(report.words)")
            let told = try #require(report.findings.first { $0.rule == MTUMismatch.rule })
            let active = ProbeScenario.isIWARP ? ["", ""] : [" (RDMA MTU 4096)", " (RDMA MTU 1024)"]
            #expect(told.measured == .text("9000 on eth0 of h1\(active[0]), 1500 on eth0 of h2\(active[1])"))
            #expect(told.remedy?.contains("`ip link set eth0 mtu 9000` on h2") == true)
            if ProbeScenario.isIWARP {
                #expect(outcome.status == 0, "\(report.words)")
                #expect(report.latency.count == 6 && report.latency.allSatisfy { $0.lost == 0 })
                #expect(told.severity == .warning)
            } else {
                // The connection takes the client's RDMA MTU of 4096. The far end's NIC takes such packets in, and its
                // kernel sends none: a read is the first operation that needs that.
                #expect(report.host.device?.activeMTUBytes == 4096 && report.peer?.device?.activeMTUBytes == 1024)
                #expect(outcome.status == 1 && report.verdict.outcome == .unfit, "\(report.words)")
                #expect(report.cell(.read, 4096)?.lost == 1 && report.cell(.read, 4096)?.samples == 0)
                #expect(report.latency.filter { $0.lost > 0 }.count == 1)
                // The cause stands ahead of what it looks like.
                #expect(told.severity == .critical && report.findings.first == told)
                #expect(report.verdict.reasons.first?.contains("different MTUs: 9000 on eth0 of h1") == true)
            }
        }
    }

    private func setMTU(_ mtu: Int, on hosts: [Int], _ scenario: ProbeScenario) throws {
        for host in hosts {
            let outcome = try scenario.lab.run("ip link set eth0 mtu \(mtu)", on: host)
            guard outcome.status == 0 else { throw LabSession.Problem(description: outcome.diagnostics) }
        }
    }

    // MARK: Floods

    @Test(.once(over: "roce")) func `a flood of connections from one address leaves a client of another one served`()
        throws
    {
        try ProbeScenario.untouched(isThorough: true) { scenario in
            try scenario.serve("--any")
            try scenario.expectServes()
            let before = try scenario.serverHoldings()
            let memoryBefore = try scenario.serverResidentBytes()
            let flood = """
                import resource, socket, sys, time
                resource.setrlimit(resource.RLIMIT_NOFILE, (1024, 1024))
                held, made = [], 0
                print('flooding', flush=True)
                while made < \(LabSession.isSoak ? 10_000 : 400):
                    s = socket.socket(); s.settimeout(5)
                    try: s.connect(('10.77.0.2', 18550)); made += 1
                    except OSError: time.sleep(0.01)
                    held.append(s)
                    if len(held) > 200: held.pop(0).close()
                print('made', made, flush=True)
                """
            try scenario.lab.request(
                "write",
                [
                    "host": 1, "path": "/tmp/flood.py",
                    "content_base64": Data(flood.utf8).base64EncodedString(), "mode": 0o644,
                ])
            // Another address of the same host is another peer to the server.
            try scenario.lab.start(
                "client",
                "exec \(ProbeScenario.tool) test fd77::2 \(ProbeScenario.patient) --operations send,read --sizes 64 "
                    + "--count 1000000 --duration 6s --progress always --format json", on: 1)
            try scenario.lab.await("samples, now", from: "client", on: 1, within: 60)
            try scenario.lab.start("flood", "exec python3 /tmp/flood.py", on: 1, ready: "flooding")
            let outcome = try scenario.lab.wait("client", on: 1, within: 120)
            let report = try ProbeScenario.report(outcome)
            #expect(outcome.status == 0, "\(report.words)")
            #expect(report.latency.count == 2 && report.latency.allSatisfy { $0.samples > 0 && $0.lost == 0 })
            let flooded = try scenario.lab.wait("flood", on: 1, within: LabSession.isSoak ? 600 : 120)
            #expect(flooded.status == 0 && flooded.output.contains("made"), "\(flooded.diagnostics)")
            try scenario.expectServerHolds(before)
            #expect(try scenario.serverResidentBytes() < memoryBefore + 8 << 20, "a server grows by less than 8 MiB")
            try scenario.expectServes()
        }
    }
}
