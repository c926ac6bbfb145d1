import ClusterCore
import RDMAModel
import TestSupport
import Testing

@testable import RDMAProbe

/// The traffic class that is asked for, and the one in force.
@Suite struct `A simulated traffic class` {
    let trees = try? HostTrees()

    private func run(_ trafficClass: UInt8?, isIWARP: Bool = false) throws -> Outcome {
        var scenario = Scenario(seed: 1)
        scenario.trafficClass = trafficClass
        scenario.isIWARP = isIWARP
        return scenario.run(try #require(trees))
    }

    @Test func `what is asked for is in force at both ends, and nothing is found about it`() throws {
        let report = try #require(try run(104).report)
        #expect(report.environment.requestedTrafficClass == 104)
        #expect(report.host.trafficClass == 104 && report.peer?.trafficClass == 104)
        #expect(!report.findings.contains { $0.rule == "rdma.traffic_class" })
    }

    @Test func `the default is told where nothing is asked for`() throws {
        let report = try #require(try run(nil).report)
        #expect(report.environment.requestedTrafficClass == nil)
        #expect(report.host.trafficClass == 0 && report.peer?.trafficClass == 0)
    }

    @Test func `over iWARP it is not known, and never said to be what was asked for`() throws {
        let report = try #require(try run(104, isIWARP: true).report)
        #expect(report.verdict.outcome == .acceptable)
        #expect(report.host.trafficClass == nil && report.peer?.trafficClass == nil)
        let found = report.findings.filter { $0.rule == "rdma.traffic_class" }
        #expect(found.count == 2 && found.allSatisfy { $0.severity == .information && $0.measured == nil })
    }
}
