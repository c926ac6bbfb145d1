import ClusterCore
import HostTopology
import RDMAModel
import Verbs

// MARK: Before the control connection

extension ProbeSession {
    func resolveHost() throws -> [SocketAddress] {
        let (host, port) = (options.host, options.port)
        let found = try BlockingCall.run(until: .after(options.stepTime), cancellation: cancellation) {
            SocketAddress.resolve(host, port: port)
        }
        switch found {
        case .success(let addresses) where !addresses.isEmpty: return addresses
        case .success: throw ProbeFailure(.control, .nameNotFound(name: host, reason: "no address"))
        case .failure(let error): throw ProbeFailure(.control, .nameNotFound(name: host, reason: error.words))
        case nil: throw ProbeFailure(.control, .deadline(afterNanoseconds: options.stepTime.nanosecondsClamped))
        }
    }

    /// Finds a pair of addresses over which the peer's control connection can be made: a name may have several, and
    /// the server may listen on some of them.
    /// - Throws: what failed with the first pair.
    func reach(_ peers: [SocketAddress]) throws -> (AddressBinding, ControlConnection) {
        var first: (any Error)?
        for peer in peers where options.source == nil || options.source?.isIPv4 == peer.address.isIPv4 {
            guard !cancellation.isCancelled else { throw Interrupted() }
            // A name may have many addresses of which none answers.
            if first != nil, runDeadline.isOver { break }
            do {
                let binding = try bindSource(towards: peer)
                return (binding, try connectControl(to: peer))
            } catch let error as ProbeFailure {
                first = first ?? error
            }
        }
        let kind = options.source.map { $0.isIPv4 ? "IPv4" : "IPv6" } ?? "IP"
        throw first ?? ProbeFailure(.control, .nameNotFound(name: options.host, reason: "no \(kind) address"))
    }

    /// Finds the address to measure from and asks the connection manager which device it takes for it.
    private func bindSource(towards peer: SocketAddress) throws -> AddressBinding {
        let source = try chooseSource(towards: peer)
        self.source = source
        let binding = try verbs(.device) { () throws(VerbsError) in try AddressBinding(source) }
        if let wanted = options.device, wanted != binding.deviceName {
            throw ProbeFailure(.device, .otherDevice(found: binding.deviceName), device: wanted)
        }
        self.binding = binding
        return binding
    }

    private func chooseSource(towards peer: SocketAddress) throws -> SocketAddress {
        if let source = options.source {
            return SocketAddress(address: source, port: 0, scope: source.isLinkLocal ? peer.scope : 0)
        }
        if let device = options.device {
            let own = RDMAAddress.all().filter { $0.device == device }
            let sameKind = own.filter { $0.interface.address.isIPv4 == peer.address.isIPv4 }
            let near = sameKind.first { $0.interface.subnet?.contains(peer.address) ?? false } ?? sameKind.first
            guard let near else {
                let kind = peer.address.isIPv4 ? "IPv4" : "IPv6"
                throw ProbeFailure(
                    .device, .unsupported("an \(kind) address on the device's interface"), device: device)
            }
            return SocketAddress(address: near.interface.address, port: 0)
        }
        guard let source = TCP.routeSource(to: peer) else {
            throw ProbeFailure(.control, .errno(call: "connect", code: .networkUnreachable))
        }
        return source
    }

    private func connectControl(to peer: SocketAddress) throws -> ControlConnection {
        do {
            let descriptor = try TCP.connect(
                to: peer, from: options.source != nil || options.device != nil ? source : nil,
                until: .after(options.stepTime), cancellation: cancellation)
            return ControlConnection(adopting: descriptor, cancellation: cancellation)
        } catch let error as CallFailed {
            if error.code == ErrorNumber.timedOut.rawValue {
                throw ProbeFailure(.control, .deadline(afterNanoseconds: options.stepTime.nanosecondsClamped))
            }
            throw ProbeFailure(.control, error.cause)
        }
    }
}

// MARK: The control connection

extension ProbeSession {
    func agree() throws -> ControlMessage.Welcome {
        try step(.control) {
            let hello = ControlMessage.Hello(
                toolVersion: options.toolVersion, plan: options.plan,
                rdmaSource: source.map { "\($0.address)" } ?? "")
            let answer = try ask(.hello(hello), step: .control)
            switch answer {
            case .welcome(let welcome):
                peer = welcome.account
                let missing = welcome.missing(for: options.plan)
                guard missing.isEmpty else {
                    let names = missing.map(\.rawValue).joined(separator: ", ")
                    throw ProbeFailure(
                        .control,
                        .refused(.other("its version does not know \(names); run the same version on both hosts")))
                }
                return welcome
            case .refusal(let notice): throw ProbeFailure(.control, .refused(notice.refusal))
            default:
                throw ProbeFailure(.control, .protocolViolation("hello was answered with \(answer.name)"))
            }
        }
    }

    /// Sends a message and waits for its answer; a far end that reports its own failure instead ends the run.
    func ask(_ question: ControlMessage, step: ProbeFailure.Step) throws -> ControlMessage {
        guard let control else { throw ProbeFailure(step, .peerClosed) }
        let deadline = Deadline.after(SessionSettings.answerTime)
        do throws(ControlConnection.Failure) {
            do throws(ControlConnection.Failure) { try control.send(question, until: deadline) } catch {
                // A far end that declines says so and closes: what it said still waits to be read.
                guard case .closed = error else { throw error }
            }
            while true {
                switch try control.receive(until: deadline) {
                case .pong: unansweredPings -= 1
                case .failed(let failed):
                    farFailure = failed
                    peer = failed.account
                    throw .protocolViolation("")
                case let answer: return answer
                }
            }
        } catch {
            throw controlFailure(error, step: step)
        }
    }

    func controlFailure(_ error: ControlConnection.Failure, step: ProbeFailure.Step) -> any Error {
        if let farFailure, step > .control {
            return ProbeFailure(farFailure.step, .toldByPeer(farFailure.words), end: .far)
        }
        switch error {
        case .interrupted: return Interrupted()
        case .deadline:
            // After the agreement a peer that does not answer any more is gone; before it, it is none of ours.
            return step == .control
                ? ProbeFailure(step, .deadline(afterNanoseconds: SessionSettings.answerTime.nanosecondsClamped))
                : ProbeFailure(step, .peerClosed)
        case .closed where step == .control: return ProbeFailure(.control, .peerClosed)
        default: return ProbeFailure(step == .control ? .control : step, error.cause ?? .peerClosed)
        }
    }
}
