import Foundation
import RDMAModel
import TestSupport

/// A phase of a session in which a scenario catches the client.
enum SessionPhase: String, CaseIterable, Sendable {
    /// Before the control connection is made.
    case control
    /// Connected, before the client says what it wants.
    case agreement
    /// Agreed, before the address is resolved.
    case address
    /// Before the route is resolved.
    case route
    /// Before RDMA is connected.
    case connect
    /// Connected, before the first message.
    case firstMessage
    /// Before the first operation of a cell.
    case cell
    /// All samples of the first cell are taken, before the far end hears of it.
    case endOfCell
    /// All cells are measured, before the far end is asked for its account.
    case finish

    /// All phases in the full matrix, otherwise every third, over iWARP the ones after those of RoCE.
    static func everyThird(from first: Int) -> [SessionPhase] {
        let first = (ProbeScenario.isIWARP ? first + 1 : first) % 3
        return LabSession.isSoak ? allCases : allCases.enumerated().filter { $0.offset % 3 == first }.map(\.element)
    }

    /// What makes the program stop there: see Tests/Lab/guest/hold.c.
    var environment: String {
        switch self {
        case .control: "HOLD_TEXT='connecting: control'"
        case .agreement: "HOLD_FRAME=1"
        case .address: "HOLD_TEXT='connecting: address'"
        case .route: "HOLD_TEXT='connecting: route'"
        case .connect: "HOLD_TEXT='connecting: connect'"
        case .firstMessage: "HOLD_TEXT='connecting: first message'"
        case .cell: "HOLD_TEXT='[1/'"
        case .endOfCell: "HOLD_FRAME=7"
        case .finish: "HOLD_FRAME=12"
        }
    }
}

extension ProbeScenario {
    /// Starts a client on the first host that stops itself in a phase, and waits until it has.
    /// - Parameter plan: two cells at least, so that the end of a cell is not the end of all.
    func startHeld(
        in phase: SessionPhase,
        plan: String = "--operations send,read --sizes 64 --count 30 --duration 30s \(patient)"
    ) throws {
        let library = try PreloadedLibrary.put("hold", of: lab)
        try lab.start(
            "client",
            "exec env LD_PRELOAD=\(library) \(phase.environment) \(ProbeScenario.tool) test 10.77.0.2 \(plan) "
                + "--progress always --format json", on: 1)
        try lab.await("\nheld\n", from: "client", on: 1, within: 60)
        // It has said that it is about to stop.
        let stopped = try lab.run(
            "p=$(pidof rdmaprobe); until grep -q '^State:.T' /proc/$p/status; do sleep 0.05; done", within: 30)
        guard stopped.status == 0, !stopped.timedOut else {
            throw LabSession.Problem(
                description: "the client did not stop in \(phase): \(try lab.output("client", on: 1))")
        }
    }

    /// Lets the held client go on and reads what it says in the end.
    func release(within seconds: Double = 40) throws -> (report: ProbeReport, outcome: LabSession.Outcome) {
        try lab.signal("client", "CONT", on: 1)
        let outcome = try lab.wait("client", on: 1, within: seconds)
        return (try ProbeScenario.report(outcome), outcome)
    }
}
