import ClusterCore
import Foundation
import RDMAModel
import Testing

/// A device that is removed while it is used, as by a driver that is loaded anew. Drivers of software RDMA wait until the
/// last process has closed the device, so whoever keeps it open keeps the removal from ending.
@Suite(.serialized, .enabled(if: LabSession.isAskedFor, "lab tests are asked for with LAB_TESTS=1"))
struct RemovedDeviceLabTests {
    private var device: String { ProbeScenario.isIWARP ? "siw0" : "rxe0" }

    private func remove(_ scenario: ProbeScenario) throws -> LabSession.Outcome {
        try scenario.lab.run("timeout 30 rdma link delete \(device)", on: 2, within: 60)
    }

    private func add(_ device: String, to netdev: String, _ scenario: ProbeScenario) throws {
        let type = ProbeScenario.isIWARP ? "siw" : "rxe"
        let outcome = try scenario.lab.run("rdma link add \(device) type \(type) netdev \(netdev)", on: 2, within: 30)
        try #require(outcome.status == 0, "\(outcome.diagnostics)")
    }

    @Test func `a server lets go of a device that is removed, says so, and serves it again once it is back`() throws {
        let scenario = try ProbeScenario()
        // While another device is left.
        try add("other", to: "lo", scenario)
        defer { _ = try? scenario.lab.run("rdma link delete other", on: 2, within: 30) }
        try scenario.serve()
        // Also what sessions had opened is let go of.
        try scenario.expectServes()
        let removed = try remove(scenario)
        #expect(removed.status == 0, "\(removed.diagnostics)\(scenario.farEnd())")
        try scenario.lab.await("10.77.0.2 is not served: \(device) was removed", from: "serve", on: 2)
        let (report, outcome) = try scenario.probe("test 10.77.0.2 \(ProbeScenario.small)", within: 30)
        #expect(outcome.status == 2 && report.connection.failedStep == .control, "\(report.words)")

        try add(device, to: "eth0", scenario)
        try scenario.lab.await("serving 10.77.0.2 again: \(device) is back", from: "serve", on: 2)
        try scenario.expectServes()
        try scenario.lab.signal("serve", "TERM", on: 2)
        _ = try scenario.lab.wait("serve", on: 2, within: 20)
    }

    @Test func `with its last device a server ends, a session too, and its verdict is not better than that`() throws {
        let scenario = try ProbeScenario()
        try scenario.serve()
        try scenario.lab.start(
            "client",
            "exec \(ProbeScenario.tool) test 10.77.0.2 \(ProbeScenario.patient) --operations write --sizes 64 "
                + "--count 1000000 --duration 60s --progress always --format json",
            on: 1)
        try scenario.lab.await("samples, now", from: "client", on: 1, within: 60)
        let removed = try remove(scenario)
        #expect(removed.status == 0, "\(removed.diagnostics)\(scenario.farEnd())")
        let server = try scenario.lab.wait("serve", on: 2, within: 20)
        #expect(server.status == 2)
        // The connection manager closes the connection first, or the server ends the session: as the kernel's modules came.
        let ends = ["session 1 from 10.77.0.1: done", "ended early: the RDMA device was removed"]
        #expect(ends.contains { server.output.contains($0) }, "\(server.output)")
        #expect(server.output.contains("no RDMA device is left"), "\(server.output)")
        let outcome = try scenario.lab.wait("client", on: 1, within: 50)
        let report = try ProbeScenario.report(outcome)
        #expect(report.verdict.outcome != .acceptable && outcome.status != 0, "\(report.words)")
        #expect(report.cell(.write, 64)?.lost == 1, "\(report.words)")

        try add(device, to: "eth0", scenario)
        try scenario.serve()
        try scenario.expectServes()
    }
}
