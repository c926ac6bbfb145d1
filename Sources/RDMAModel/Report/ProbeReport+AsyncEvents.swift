public import ClusterCore

extension ProbeReport {
    /// What the asynchronous events of both ends come to: a port that went down, and events that end a session. What
    /// only tells something is among the events and no finding.
    public var asyncEventFindings: [Finding] { [host, peer].compactMap(\.self).flatMap(\.asyncEventFindings) }
}

extension EndAccount {
    /// The asynchronous events among what this end saw, in order.
    public var asyncEvents: [AsyncEvent] { events.compactMap(AsyncEvent.init(text:)) }

    fileprivate var asyncEventFindings: [Finding] {
        let events = asyncEvents
        var findings: [Finding] = []
        var told: Set<AsyncEventType> = []
        for type in events.map(\.type) where type.endsSession && told.insert(type).inserted {
            findings.append(finding(type, "\(type.explanation.meaning)", events))
        }
        if let last = events.last(where: { [.portError, .portActive].contains($0.type) }),
            events.contains(where: { $0.type == .portError })
        {
            let count = events.count { $0.type == .portError }
            let times = count == 1 ? "once" : "\(count) times"
            findings.append(
                finding(
                    .portError,
                    last.type == .portActive
                        ? "the port went down \(times) and came back" : "the port went down and was down at the end",
                    events))
        }
        return findings
    }

    private func finding(_ type: AsyncEventType, _ measured: String, _ events: [AsyncEvent]) -> Finding {
        let subject = ComponentIdentifier(rawValue: "").appending("host", name)
        return Finding(
            rule: AsyncEvent.rule, severity: .warning,
            subject: device.map { subject.appending("device", printable($0.name)) } ?? subject,
            required: .text("the adapter has no trouble to tell of"), measured: .text(measured),
            evidence: [
                Evidence(source: "ibv_get_async_event", value: events.prefix(8).map(\.text).joined(separator: ", "))
            ],
            remedy: type.explanation.remedyText)
    }
}

extension AsyncEvent {
    /// The rule under which findings report what an adapter told unasked.
    public static let rule: RuleID = "rdma.async_event"

    /// That what a device tells is not known, since it could not be read.
    /// - Parameters:
    ///   - subject: the end whose device it is.
    ///   - words: the call that failed, and why.
    public static func unknown(about subject: ComponentIdentifier, _ words: String) -> Finding {
        Finding(
            rule: rule, severity: .information, subject: subject,
            required: .text("the adapter has no trouble to tell of"),
            evidence: [Evidence(source: words)],
            remedy:
                "A link that went down, or a device that failed, would show in the operations alone: see the kernel's log."
        )
    }
}
