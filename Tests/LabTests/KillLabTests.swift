import Foundation
import RDMAModel
import TestSupport
import Testing

/// Either end killed or stopped in each phase of a session: the other one says who failed and where, in time, and
/// neither host keeps anything of it.
@Suite(.serialized, .enabled(if: LabSession.isAskedFor, "lab tests are asked for with LAB_TESTS=1"))
struct KillLabTests {
    // MARK: The server

    @Test(arguments: SessionPhase.everyThird(from: 1))
    func `a server killed in any phase: undetermined, with the step and what was measured`(phase: SessionPhase) throws {
        try ProbeScenario.untouched { scenario in
            try scenario.serve()
            try scenario.startHeld(in: phase)
            try scenario.lab.signal("serve", "KILL", on: 2)
            _ = try scenario.lab.wait("serve", on: 2, within: 10)
            let (report, outcome) = try scenario.release()
            expectLoss(of: "h2", in: phase, report, outcome)
        }
    }

    @Test(
        .enabled(if: LabSession.isSoak, "soak: each takes ten seconds of waiting"), arguments: SessionPhase.allCases)
    func `a server stopped in any phase: undetermined within the deadlines`(phase: SessionPhase) throws {
        try ProbeScenario.untouched { scenario in
            try scenario.serve()
            try scenario.startHeld(in: phase)
            try scenario.lab.signal("serve", "STOP", on: 2)
            let (report, outcome) = try scenario.release()
            expectLoss(of: "h2", in: phase, report, outcome, connects: true)
        }
    }

    /// - Parameter connects: whether the far kernel still takes connections and acknowledges what arrives.
    private func expectLoss(
        of peer: String, in phase: SessionPhase, _ report: ProbeReport, _ outcome: LabSession.Outcome,
        connects: Bool = false
    ) {
        let words = Comment(rawValue: "\(phase): \(report.words) \(report.host.events)")
        #expect(outcome.status == (phase == .finish ? 0 : 2), words)
        #expect(report.verdict.outcome == (phase == .finish ? .acceptable : .undetermined), words)
        let step = report.connection.failedStep
        switch phase {
        case .control, .agreement:
            #expect(step == .control && report.peer == nil, words)
            let said =
                phase == .control && !connects ? "ECONNREFUSED" : connects ? "did not answer" : "closed the control"
            #expect(report.words.contains(said), words)
        case .address, .route, .connect:
            // The kernel of this host resolves an address and a route without the far end, and may be done with it
            // before the loss of the far end is looked at.
            let possible: [ConnectionStep.Name] = [.address, .route, .connect]
            #expect(step.map(possible.contains) == true, words)
        case .firstMessage: #expect(step == .firstMessage, words)
        case .cell, .endOfCell, .finish: #expect(step == nil, words)
        }
        switch phase {
        case .control, .agreement: break
        case .finish: #expect(report.host.events.contains { $0.contains("no last account") }, words)
        default: #expect(report.words.contains("The peer went away"), words)
        }
        if phase > .agreement { #expect(report.peer?.name == peer, "what the peer had said before stays") }
        #expect(report.latency.allSatisfy { $0.lost == 0 }, "a peer that is gone lost no operation of the path")
        let samples = report.latency.map(\.samples)
        switch phase {
        case .endOfCell: #expect(samples == [30], words)
        case .finish: #expect(samples == [30, 30], words)
        default: #expect(samples.allSatisfy { $0 == 0 }, words)
        }
    }

    // MARK: The client

    @Test(arguments: SessionPhase.everyThird(from: 2))
    func `a client killed in any phase: the server says so, keeps nothing and serves the next`(
        phase: SessionPhase
    ) throws {
        try ProbeScenario.untouched(isThorough: phase == .finish) { scenario in
            try scenario.serve()
            let before = try scenario.serverHoldings()
            try scenario.startHeld(in: phase)
            try scenario.lab.signal("client", "KILL", on: 1)
            try expectServerTells("the client went away", phase, scenario, within: 20)
            try scenario.expectServerHolds(before)
            try scenario.expectServes()
        }
    }

    @Test(
        .enabled(if: LabSession.isSoak, "soak: each takes half a minute of silence"), arguments: SessionPhase.allCases)
    func `a client stopped in any phase: the server ends the session in time and serves the next`(
        phase: SessionPhase
    ) throws {
        try ProbeScenario.untouched { scenario in
            try scenario.serve()
            let before = try scenario.serverHoldings()
            try scenario.startHeld(in: phase)
            try expectServerTells("the client said nothing in time", phase, scenario, within: 60)
            try scenario.expectServerHolds(before)
            try scenario.lab.signal("client", "KILL", on: 1)
            try scenario.expectServes()
        }
    }

    private func expectServerTells(
        _ problem: String, _ phase: SessionPhase, _ scenario: ProbeScenario, within seconds: Double
    ) throws {
        switch phase {
        case .control: break  // The server has not heard of the client.
        case .agreement:
            try scenario.lab.await("refused 10.77.0.1: \(problem)", from: "serve", on: 2, within: seconds)
        default:
            let line = "session 1 from 10.77.0.1: ended early: "
            try scenario.lab.await(line, from: "serve", on: 2, within: seconds)
            let said = try scenario.lab.output("serve", on: 2).output
            #expect(said.contains(line + problem), "\(said)")
        }
    }
}

extension SessionPhase: Comparable {
    static func < (left: Self, right: Self) -> Bool { left.order < right.order }
    private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
