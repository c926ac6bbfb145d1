import RDMAModel
import Verbs

extension ConnectionEvent {
    /// What the event means where another one, or none, was expected.
    func failure(at step: ProbeFailure.Step, device: String?) -> ProbeFailure {
        ProbeFailure(step, .cmEvent(CMEvent(rawValue: code), status: status), device: device)
    }
}

extension ControlMessage.RefusalNotice {
    /// The refusal as a report has it.
    var refusal: ProbeFailure.Refusal {
        switch reason {
        case .busy: .busy(limit: number ?? 0)
        case .notAllowed: .notAllowed(address: address ?? words)
        case .version: .version(ours: UInt64(ControlFrame.version), theirs: number ?? 0)
        case .cannotPrepare: .cannotPrepare(words)
        case .plan: .plan(words)
        case .unsupported: .unsupported(words)
        case .other: .other(words)
        }
    }
}
