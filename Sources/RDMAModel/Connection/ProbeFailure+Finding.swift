public import ClusterCore

extension ProbeFailure {
    /// One sentence that names the step, the end, the device and what happened.
    public var sentence: String {
        var place = step.words
        if let device { place += " on \(printable(device))" }
        if end == .far { place += " at the far end" }
        return "\(place.prefix(1).uppercased())\(place.dropFirst()) failed: \(explanation.meaning)."
    }

    /// The failure as a finding: critical where it shows the path to be unfit, a warning where it only keeps the
    /// probe from measuring.
    /// - Parameter subject: the host that met it; the device is added where it is known.
    public func finding(about subject: ComponentIdentifier) -> Finding {
        let explanation = explanation
        return Finding(
            rule: shortfall.rule, severity: shortfall.outcome == .unfit ? .critical : .warning,
            subject: device.map { subject.appending("device", printable($0)) } ?? subject,
            required: .text("\(step.words) succeeds"), measured: .text(explanation.meaning), evidence: evidence,
            remedy: explanation.remedyText)
    }

    /// What was read to know it: the call and its error number, the event and its status, the completion.
    private var evidence: [Evidence] {
        switch cause {
        case .errno(let call, let code):
            [Evidence(source: printable(call), value: "\(code.name) (\(code.rawValue))")]
        case .cmEvent(let event, let status): [Evidence(source: event.name, value: "status \(status)")]
        case .asyncEvent(let event): [Evidence(source: "ibv_get_async_event", value: event.text)]
        case .completion(let status, let vendorError):
            [
                Evidence(source: "ibv_poll_cq", value: status.description),
                Evidence(source: "vendor_err", value: "\(vendorError)"),
            ]
        case .deviceNode(let path): [Evidence(source: printable(path))]
        case .lockedMemory(let limit, _, let call):
            [
                Evidence(source: printable(call), value: "ENOMEM (12)"),
                Evidence(source: "RLIMIT_MEMLOCK", value: limit.map { "\($0) bytes" }),
            ]
        case .deadline(let nanoseconds): [Evidence(source: step.words, value: "no answer in \(nanoseconds) ns")]
        case .refused, .peerClosed, .protocolViolation, .toldByPeer: [Evidence(source: "control connection")]
        default: []
        }
    }
}
