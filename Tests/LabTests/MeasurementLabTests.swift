import ClusterCore
import Foundation
import RDMAModel
import Testing

/// What the tool is for, over a real kernel's software RDMA between two guests.
@Suite(.serialized, .enabled(if: LabSession.isAskedFor, "lab tests are asked for with LAB_TESTS=1"))
struct MeasurementLabTests {
    @Test(arguments: ["10.77.0.2", "fd77::2"])
    func `AL-54 two hosts connect, every operation is measured and a verdict given`(address: String) throws {
        let scenario = try ProbeScenario()
        try scenario.serve()
        let (report, outcome) = try scenario.probe("test \(address) \(ProbeScenario.small)")
        #expect(outcome.status == 0, "\(report.words)")
        #expect([.optimal, .acceptable].contains(report.verdict.outcome))
        #expect(
            report.connection.steps.map(\.name) == [.control, .address, .route, .connect, .accept, .firstMessage])
        #expect(report.connection.steps.allSatisfy { $0.durationNanoseconds > 0 })
        #expect(report.connection.failedStep == nil)
        #expect(report.latency.count == 6)
        for cell in report.latency {
            #expect(cell.samples >= 20 && cell.lost == 0, "\(cell.operation) \(cell.sizeBytes)")
            let minimum = try #require(cell.minimum)
            let maximum = try #require(cell.maximum)
            let p50 = try #require(cell.p50)
            #expect(minimum <= p50 && p50 <= maximum && minimum > 1000)
            #expect(cell.p99 == nil, "p99 needs 1000 samples")
        }
        #expect(report.environment.softwareRDMA == true)
        #expect(report.words.contains("software"))
        #expect(report.host.name == "h1" && report.peer?.name == "h2")
        for end in [report.host, report.peer].compactMap(\.self) {
            #expect(end.device?.name == ProbeScenario.device)
            #expect(end.device?.transport == (ProbeScenario.isIWARP ? .iWARP : .roceV2))
            #expect(end.device?.software == true)
            #expect(end.device?.netdev != nil && end.device?.netdevMTUBytes != nil)
            #expect(end.events.contains("RDMA_CM_EVENT_ESTABLISHED"))
        }
        #expect(report.host.address == (address.contains(":") ? "fd77::1" : "10.77.0.1"))
    }

    @Test func `the payload goes both ways in an echo, and a read has none`() throws {
        let scenario = try ProbeScenario()
        try scenario.serve()
        let (report, outcome) = try scenario.probe(
            "test h2 --pattern echo \(ProbeScenario.small)")
        #expect(outcome.status == 0, "\(report.words)")
        #expect(report.latency.count == 6)
        for cell in report.latency {
            #expect(cell.pattern == (cell.operation == .read ? .request : .echo))
            #expect(cell.samples >= 20 && cell.lost == 0)
        }
    }

    @Test func `samples are timed by the clock that was asked for, and the report says which and how far they parted`()
        throws
    {
        let scenario = try ProbeScenario()
        try scenario.serve()
        let source = try scenario.lab.run("cat /sys/devices/system/clocksource/clocksource0/current_clocksource").output
            .trimmingCharacters(in: .whitespacesAndNewlines)
        for choice in ["counter", "auto", "system"] {
            let (report, outcome) = try scenario.probe("test h2 \(ProbeScenario.small) --clock \(choice)")
            if choice == "counter", source != "tsc" {
                // A busy machine's guest may be on another clock; then the counter is refused, not replaced.
                #expect(outcome.status == 2 && report.latency.isEmpty, "\(report.words)")
                continue
            }
            #expect(outcome.status == 0 && report.latency.count == 6, "\(report.words)")
            let isCounter = choice != "system" && source == "tsc"
            #expect(report.environment.clock == (isCounter ? "tsc" : "CLOCK_MONOTONIC_RAW"))
            #expect((report.environment.clockDeviationShare != nil) == isCounter)
            #expect(report.environment.clockDeviationShare ?? 0 <= 1e-4)
        }
    }

    @Test func `compare and swap is measured over RoCE, and over iWARP told to be not offered`() throws {
        let scenario = try ProbeScenario()
        try scenario.serve()
        let (report, outcome) = try scenario.probe(
            "test h2 \(ProbeScenario.small) \(ProbeScenario.patient) --operations compare_and_swap,read")
        if ProbeScenario.isIWARP {
            #expect(outcome.status == 2 && report.latency.isEmpty, "\(report.words)")
            #expect(report.words.contains("compare_and_swap is not offered by this device"), "\(report.words)")
            #expect(report.words.contains("leave it out of --operations"))
        } else {
            #expect(outcome.status == 0, "\(report.words)")
            let cell = try #require(report.cell(.compareAndSwap, 8))
            #expect(cell.samples == 60 && cell.lost == 0 && cell.pattern == .request)
            #expect(report.latency.count == 3 && report.latency.allSatisfy { $0.samples >= 20 })
        }
        try scenario.expectServes()
    }

    /// `tc` counts what it drops of what the first host sends; the far program counts what arrives there.
    @Test func `datagrams are measured over RoCE, and what is lost is what the network dropped; iWARP has none`() throws
    {
        let scenario = try ProbeScenario()
        try scenario.serve()
        let plan =
            "test h2 \(ProbeScenario.patient) --operations read --sizes 64 --count 150 --duration 60s "
            + "--datagrams 64,1Ki --datagram-timeout 500ms"
        guard !ProbeScenario.isIWARP else {
            let (report, outcome) = try scenario.probe(plan)
            #expect(outcome.status == 2 && report.datagrams == [], "\(report.words)")
            #expect(report.words.contains("datagrams are not offered by this device: iWARP has none"))
            return try scenario.expectServes()
        }
        let (clean, _) = try scenario.probe(plan)
        for cell in try #require(clean.datagrams) {
            #expect(cell.sent == 150 && cell.lost == 0 && cell.lostThere == 0, "\(clean.words)")
            #expect(try #require(cell.minimum) > 1000)
        }
        #expect(clean.datagrams?.map(\.sizeBytes) == [64, 1024])
        try scenario.lab.request("netem", ["host": 1, "spec": "loss 5%"])
        let (report, outcome) = try scenario.probe(plan, within: 200)
        let counted = try scenario.lab.run("tc -s qdisc show dev eth0").output
        let dropped = try #require(
            counted.firstMatch(of: /dropped (\d+)/).flatMap { UInt64($0.1) }, "\(counted)")
        let cells = try #require(report.datagrams)
        #expect(outcome.status == 0 && cells.count == 2, "\(report.words)")
        let there = cells.compactMap(\.lostThere).reduce(0, +)
        // Without any loss in 300 messages once in 5 million runs; the rest of what was dropped is of the connection.
        #expect(there > 0 && there <= dropped, "\(there) of \(dropped)")
        // The way back loses nothing.
        #expect(cells.allSatisfy { cell in cell.lost == cell.lostThere.map { $0 + cell.late } }, "\(cells)")
        #expect(report.words.contains("rdma.datagram_loss"))
        try scenario.lab.request("netem", ["host": 1, "spec": NSNull()])
        try scenario.expectServes()
    }

    @Test func `storage sizes fit the usual 8 MiB of locked memory at both ends`() throws {
        let scenario = try ProbeScenario()
        let user = "setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all prlimit --memlock=8388608"
        try scenario.serve(prefix: user)
        let (report, outcome) = try scenario.probe(
            "test h2 --sizes 64Ki,512Ki --count 5 --duration 3s --profile software", prefix: user)
        // The profile judges sizes up to 4 KiB, and there are none.
        #expect(outcome.status == 2, "\(report.words)")
        #expect(report.latency.count == 6 && report.latency.allSatisfy { $0.samples > 0 && $0.lost == 0 })
        for end in [report.host, report.peer].compactMap(\.self) {
            #expect(end.memlockLimitBytes == 8_388_608)
            #expect(try #require(end.registeredBytes) <= 8_388_608)
        }
    }

    @Test(.once(over: "roce")) func `an architecture profile finds the emulated path unfit or undetermined, never fit`()
        throws
    {
        let scenario = try ProbeScenario()
        try scenario.serve()
        let (report, outcome) = try scenario.probe("test h2 --sizes 4Ki,64Ki --count 40 --duration 3s")
        #expect([1, 2].contains(outcome.status), "\(report.words)")
        #expect(report.verdict.profile == "architecture")
        #expect(report.findings.contains { $0.reference?.architecture.contains(42) == true })
    }

    @Test func `one host measures its own device`() throws {
        let scenario = try ProbeScenario()
        let (report, outcome) = try scenario.probe(
            "selftest \(ProbeScenario.patient) --sizes 64 --count 60 --duration 5s")
        #expect(outcome.status == 0, "\(report.words)")
        #expect(report.host.name == "h1" && report.peer?.name == "h1")
        #expect(report.latency.count == 3 && report.latency.allSatisfy { $0.samples >= 20 })
    }

    @Test(.once(over: "roce")) func `a report for people fits 80 columns and ends with the verdict`() throws {
        let scenario = try ProbeScenario()
        try scenario.serve()
        let outcome = try scenario.lab.run("\(ProbeScenario.tool) test h2 --profile software --sizes 64 --count 60")
        #expect([0, 1].contains(outcome.status), "\(outcome.diagnostics)")
        let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.allSatisfy { $0.count <= 80 })
        let headings = try ["Connection", "Latency", "Verdict"].map { heading in
            try #require(lines.lastIndex { $0 == heading })
        }
        #expect(headings == headings.sorted())
        let verdict = headings[2]
        #expect(lines[verdict + 1].hasPrefix(outcome.status == 0 ? "ACCEPTABLE: " : "UNFIT: "))
        #expect(!outcome.output.contains("\u{1b}"))
        #expect(outcome.output.contains("architecture"), "what the other profile would have said")
        #expect(outcome.diagnostics.isEmpty)
    }

    @Test(.once(over: "roce")) func `events are written as the run goes and agree with the report`() throws {
        let scenario = try ProbeScenario()
        try scenario.serve()
        let (report, outcome) = try scenario.probe(
            "test h2 \(ProbeScenario.patient) --sizes 64,4Ki --count 60 --duration 5s --events /tmp/events")
        #expect(outcome.status == 0, "\(report.words)")
        let lines = try scenario.lab.run("cat /tmp/events; rm /tmp/events").output.split(separator: "\n")
        let events = try lines.map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        let names = events.compactMap { $0["event"] as? String }
        #expect(names.first == "started" && names.last == "ended")
        #expect(
            events.compactMap { $0["step"] as? String }
                == report.connection.steps.map(\.name.rawValue).filter { $0 != "accept" })
        #expect(names.count { $0 == "cell_begun" } == 6 && names.count { $0 == "finding" } == report.findings.count)
        let measured = events.compactMap { $0["latency"] as? [String: Any] }
        #expect(measured.compactMap { $0["samples"] as? UInt64 } == report.latency.map(\.samples))
        #expect(measured.compactMap { $0["max_ns"] as? UInt64 } == report.latency.compactMap(\.maximum))
        let times = events.compactMap { $0["elapsed_ns"] as? UInt64 }
        #expect(times == times.sorted() && times.count == events.count)
    }

    @Test(.once(over: "roce"))
    func `a server serves clients one after another and four of a peer at once, and refuses the fifth`() throws {
        let scenario = try ProbeScenario()
        try scenario.serve()
        let lab = scenario.lab
        for number in 1...4 {
            try lab.start(
                "client\(number)",
                "\(ProbeScenario.tool) test h2 --operations read --sizes 64 --count 1000000 --duration 180s "
                    + "--progress always --format json", on: 1)
        }
        for number in 1...4 { try lab.await("samples, now", from: "client\(number)", on: 1, within: 60) }
        let (report, outcome) = try scenario.probe("test h2 \(ProbeScenario.small)")
        #expect(outcome.status == 2)
        #expect(report.connection.failedStep == .control)
        #expect(report.words.contains("busy") || report.words.contains("4"), "\(report.words)")
        for number in 1...4 { try lab.signal("client\(number)", "INT", on: 1) }
        for number in 1...4 {
            let ended = try lab.wait("client\(number)", on: 1, within: 30)
            #expect(ended.status == 130)
            #expect(try ProbeScenario.report(ended).latency.contains { $0.samples > 0 })
        }
        try scenario.expectServes()
    }
}
