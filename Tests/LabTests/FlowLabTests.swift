import ClusterCore
import Foundation
import RDMAModel
import Testing

/// Bandwidth and latency under load, over a real kernel's software RDMA between two guests.
@Suite(.serialized, .enabled(if: LabSession.isAskedFor, "lab tests are asked for with LAB_TESTS=1"))
struct FlowLabTests {
    private static let flows = "\(ProbeScenario.patient) --operations read --sizes 64 --count 30 --duration 5s"

    @Test func `every operation flows one way and both ways, over one queue pair and several`() throws {
        let scenario = try ProbeScenario()
        try scenario.serve()
        for pairs in [1, 3] {
            let (report, outcome) = try scenario.probe(
                "test h2 \(Self.flows) --bandwidth send,write,read --directions one_way,both_ways "
                    + "--queue-pairs \(pairs) --bandwidth-duration 3s")
            #expect(outcome.status == 0, "\(report.words)")
            let bandwidth = try #require(report.bandwidth)
            let told = bandwidth.map { "\($0.operation) \($0.direction) \($0.postedBy)" }
            #expect(
                told
                    == ["send", "write", "read"].flatMap {
                        ["\($0) oneWay host", "\($0) bothWays host", "\($0) bothWays peer"]
                    })
            for flow in bandwidth {
                let mean = try #require(flow.meanBitsPerSecond)
                let stall = try #require(flow.longestStallNanoseconds)
                #expect(flow.messages > 0 && flow.queuePairs == pairs && flow.sizeBytes == 65536)
                #expect(mean > 0 && stall > 0 && stall <= flow.durationNanoseconds)
                // Three whole seconds at the lowest are no more than all that arrived.
                if let lowest = flow.lowestSecondBitsPerSecond, flow.durationNanoseconds >= 3_000_000_000 {
                    #expect(3 * lowest <= flow.messages * flow.sizeBytes * 8)
                }
                #expect(try #require(flow.cpuShare.host) >= 0 && #require(flow.cpuShare.peer) >= 0)
            }
        }
        try scenario.expectServes()
    }

    /// The network interface counts what the program says it sent.
    @Test func `what a flow of writes and of reads says it moved, the interface has seen`() throws {
        let scenario = try ProbeScenario()
        try scenario.serve()
        for (operation, counter) in [("write", "tx_bytes"), ("read", "rx_bytes")] {
            func seen() throws -> UInt64 {
                let text = try scenario.lab.run("cat /sys/class/net/eth0/statistics/\(counter)").output
                return try #require(UInt64(text.trimmingCharacters(in: .whitespacesAndNewlines)))
            }
            let before = try seen()
            let (report, _) = try scenario.probe("test h2 \(Self.flows) --bandwidth \(operation)")
            let flow = try #require(report.bandwidth?.first)
            let moved = try seen() - before
            #expect(moved >= flow.messages * flow.sizeBytes)
            // Headers, acknowledgements, retries and the latency cell are no second payload.
            #expect(moved < 2 * flow.messages * flow.sizeBytes + 1_000_000)
        }
    }

    @Test func `cells under load are measured beside the idle ones, and the load is told`() throws {
        let scenario = try ProbeScenario()
        try scenario.serve()
        let (report, outcome) = try scenario.probe(
            "test h2 \(ProbeScenario.patient) --operations write,read --sizes 4Ki --count 25 --duration 30s "
                + "--load write_flow --queue-pairs 2", within: 150)
        #expect(outcome.status == 0, "\(report.words)")
        #expect(
            report.latency.map(\.load) == [.idle, .idle, .writeFlow, .writeFlow])
        #expect(report.latency.allSatisfy { $0.samples >= 20 && $0.lost == 0 })
        let told = try #require(report.findings.first { $0.rule == "rdma.load" })
        guard case .integer(let rate, let unit)? = told.measured else {
            Issue.record("the load's rate is not told: \(told)")
            return
        }
        #expect(rate > 0 && unit == "bit/s")
        #expect(report.bandwidth == nil)
    }

    @Test func `a peer that is killed in the middle of a flow is reported, with what had arrived`() throws {
        let scenario = try ProbeScenario()
        try scenario.serve()
        let lab = scenario.lab
        try lab.start(
            "client",
            "\(ProbeScenario.tool) test h2 \(Self.flows) --bandwidth write --bandwidth-duration 60s --progress always "
                + "--format json", on: 1)
        try lab.await("flow: ", from: "client", on: 1, within: 60)
        try lab.signal("serve", "KILL", on: 2)
        let ended = try lab.wait("client", on: 1, within: 60)
        #expect(ended.status == 2)
        let report = try ProbeScenario.report(ended)
        #expect(report.verdict.outcome == .undetermined)
        #expect(report.words.contains("went away"), "\(report.words)")
        #expect(try #require(report.bandwidth?.first).messages > 0)
        try scenario.serve()
        try scenario.expectServes()
    }

    @Test func `a flow that is interrupted tells what had arrived, and the server serves on`() throws {
        let scenario = try ProbeScenario()
        try scenario.serve()
        let lab = scenario.lab
        try lab.start(
            "client",
            "\(ProbeScenario.tool) test h2 \(Self.flows) --bandwidth read --bandwidth-duration 60s --progress always "
                + "--format json", on: 1)
        try lab.await("flow: ", from: "client", on: 1, within: 60)
        try lab.signal("client", "INT", on: 1)
        let ended = try lab.wait("client", on: 1, within: 30)
        #expect(ended.status == 130)
        #expect(try #require(try ProbeScenario.report(ended).bandwidth?.first).messages > 0)
        try scenario.expectServes()
    }

    @Test func `the usual 8 MiB of locked memory suffice for flows and storage sizes at both ends`() throws {
        let scenario = try ProbeScenario()
        let user = "setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all prlimit --memlock=8388608"
        try scenario.serve(prefix: user)
        let (report, outcome) = try scenario.probe(
            "test h2 \(ProbeScenario.patient) --sizes 4Ki,512Ki --count 5 --duration 5s --bandwidth write "
                + "--queue-pairs 8 --bandwidth-duration 2s",
            prefix: user, within: 150)
        #expect([0, 2].contains(outcome.status) && report.bandwidth?.count == 1, "\(report.words)")
        for end in [report.host, report.peer].compactMap(\.self) {
            #expect(try #require(end.registeredBytes) <= 8_388_608)
        }
    }

    /// The memory of its own, in KiB, that the tool has.
    private func memory(_ scenario: ProbeScenario) throws -> Int {
        let outcome = try scenario.lab.run("grep RssAnon /proc/$(pidof rdmaprobe)/status", within: 60)
        return try #require(outcome.output.split(separator: " ").compactMap { Int($0) }.first, "\(outcome)")
    }

    @Test(
        .once(over: "iwarp"),
        arguments: [
            ("--operations read --sizes 64 --count 100000000 --duration 120s", "samples, now"),
            ("--operations read --sizes 64 --count 30 --bandwidth write --bandwidth-duration 120s", "flow: "),
        ])
    func `memory does not grow while a cell or a flow is measured`(plan: String, begun: String) throws {
        let scenario = try ProbeScenario()
        try scenario.serve()
        try scenario.lab.start(
            "client",
            "exec \(ProbeScenario.tool) test h2 \(ProbeScenario.patient) \(plan) --progress always --format json", on: 1
        )
        try scenario.lab.await(begun, from: "client", on: 1, within: 60)
        Thread.sleep(forTimeInterval: 4)
        let early = try memory(scenario)
        Thread.sleep(forTimeInterval: 6)
        let late = try memory(scenario)
        // In these seconds thousands of operations were done: a word for each would show.
        #expect(late - early <= 16, "\(early) kB and \(late) kB")
        try scenario.lab.signal("client", "INT", on: 1)
        #expect(try scenario.lab.wait("client", on: 1, within: 60).status == 130)
    }
}
