import RDMAModel
import Verbs

// MARK: What goes wrong

extension ProbeSession {
    /// Looks for a request to stop, at the control connection and at the connection manager.
    func lookAround() throws {
        if cancellation.isCancelled { throw Interrupted() }
        try lookAtControl(step: .measurement)
        if let event = try link?.nextEvent() {
            throw event.failure(at: .measurement, device: binding?.deviceName)
        }
    }

    func lookAtControl(step: ProbeFailure.Step) throws {
        guard let control else { return }
        do throws(ControlConnection.Failure) {
            while let message = try control.poll() {
                if case .failed(let failed) = message {
                    farFailure = failed
                    peer = failed.account
                    throw .protocolViolation("")
                }
            }
        } catch {
            throw controlFailure(error, step: step)
        }
    }

    /// What an error during RDMA work means, once it is known whether the peer is there.
    func classified(_ error: any Error, step: ProbeFailure.Step) throws -> any Error {
        switch error {
        case is Interrupted: return error
        case var failure as ProbeFailure:
            failure.step = failure.step == .measurement ? step : failure.step
            if failure.device == nil { failure.device = binding?.deviceName }
            return failure.shortfall == .peerLost ? failure : try explained(failure)
        case let verbs as VerbsError: return try explained(ProbeFailure(step, verbs, device: binding?.deviceName))
        default: return error
        }
    }

    /// The failure itself where the peer is alive, so that it is RDMA that failed; else that the peer is gone.
    func explained(_ failure: ProbeFailure) throws -> ProbeFailure {
        if failure.cause == .peerClosed || failure.end == .far || farFailure != nil { return failure }
        guard let control else { return ProbeFailure(failure.step, .peerClosed) }
        let deadline = Deadline.after(SessionSettings.aliveTime)
        do throws(ControlConnection.Failure) {
            try control.send(.ping, until: deadline)
            while true {
                switch try control.receive(until: deadline) {
                case .pong: return failure
                case .failed(let failed):
                    // The far end met the same failure from its side and is there to tell.
                    farFailure = failed
                    peer = failed.account
                    return failure
                default: continue
                }
            }
        } catch {
            if case .interrupted = error { throw Interrupted() }
            return ProbeFailure(failure.step, .peerClosed)
        }
    }
}
