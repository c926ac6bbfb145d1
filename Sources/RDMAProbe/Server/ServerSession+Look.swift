import RDMAModel
import Verbs

// MARK: A look at everything else, while something is measured

extension ServerSession {
    /// What a look around found.
    enum Look {
        /// Nothing that ends what is served.
        case goesOn
        /// The client has ended what is served.
        case ended
        /// The client is done altogether.
        case clientIsDone
    }

    /// Looks at whatever may end what is served at this moment: the server's end, the session's time, a client that has
    /// fallen silent, the connection's and the device's events, what the client says.
    /// - Parameters:
    ///   - silenceEnds: when a client that says nothing counts as gone; moved on with each of its messages.
    ///   - take: what to make of a message of its own; `nil` for one that does not belong here.
    func lookAround(
        _ silenceEnds: inout Deadline, _ take: (ControlMessage) throws -> Look?
    ) throws -> Look {
        if cancellation.isCancelled { throw Interrupted() }
        if deadline.isOver || silenceEnds.isOver { throw ControlConnection.Failure.deadline }
        drainEvents()
        if let event = endingDeviceEvent() { throw ProbeFailure(.measurement, .asyncEvent(event)) }
        while let message = try control.poll() {
            silenceEnds = .after(SessionSettings.silenceLimit)
            switch message {
            case .ping: try answerPing()
            case .finish:
                try farewell()
                return .clientIsDone
            default:
                guard let look = try take(message) else {
                    throw ControlConnection.Failure.protocolViolation("\(message.name) came where it does not belong")
                }
                if look != .goesOn { return look }
            }
        }
        return .goesOn
    }

    func drainEvents() {
        guard let link else { return }
        do throws(VerbsError) {
            while try link.nextEvent() != nil {}
        } catch {
            // What is measured does not need these events, so their loss is told and nothing ends.
            link.noteOnce(words(of: error))
        }
    }
}
