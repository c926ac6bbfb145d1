import RDMAModel
import Verbs

// MARK: What goes wrong

extension ProbeSession {
    /// Looks for a request to stop, at the control connection and at the connection manager.
    ///
    /// It runs between operations that are timed, so it allocates nothing and takes no lock, its sign of life and the
    /// answer included; only what ends the measurement, and a load that runs beside it, may. Once a second it looks
    /// whatever the descriptors say.
    func lookAround() throws {
        let isAnyReady = lookWatch?.isAnyReady ?? true
        if !isAnyReady, MonotonicClock.now() &- lastSignOfLife < 1_000_000_000 { return }
        if cancellation.isCancelled { throw Interrupted() }
        try lookAtControl(step: .measurement)
        try showLife()
        try loadFlow?.check()
        try lookAtDevice(step: .measurement)
        // The connection manager's library allocates an event before it knows whether there is one.
        guard lookWatch?.wasReady(ProbeSession.eventsInLookWatch) ?? true else { return }
        if let event = try link?.nextEvent() {
            throw event.failure(at: .measurement, device: binding?.deviceName)
        }
    }

    /// Lets the far end know once a second that this end is there: it ends a session that it hears nothing of, so that
    /// a client that was stopped or forgotten does not keep its processor busy.
    private func showLife() throws {
        let now = MonotonicClock.now()
        guard let control, now &- lastSignOfLife > 1_000_000_000 else { return }
        lastSignOfLife = now
        do throws(ControlConnection.Failure) {
            try control.sendPing(until: .after(.milliseconds(100)))
            unansweredPings += 1
        } catch {
            throw controlFailure(error, step: .measurement)
        }
    }

    func lookAtControl(step: ProbeFailure.Step) throws {
        guard let control else { return }
        do throws(ControlConnection.Failure) {
            while let message = try control.poll() {
                switch message {
                case .pong: unansweredPings -= 1
                case .flowDone(let done): flowDone = done
                case .connected, .ready: earlyAnswer = message
                case .failed(let failed):
                    farFailure = failed
                    peer = failed.account
                    throw .protocolViolation("")
                default: break
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
            unansweredPings += 1
            while true {
                switch try control.receive(until: deadline) {
                case .pong:
                    // Answers to earlier ones may still be on their way and say nothing about now.
                    unansweredPings -= 1
                    if unansweredPings <= 0 { return failure }
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
