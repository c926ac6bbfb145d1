public import ClusterCore

extension Sequence<CounterChange> {
    /// What the changes say, a finding a counter: rises that matter, and counters that cannot tell. Traffic says nothing.
    /// - Parameters:
    ///   - host: the host, for the findings' subject.
    ///   - software: whether the devices are software, where repeated requests are usual and no sign of loss.
    public func findings(host: ComponentIdentifier, software: Bool?) -> [Finding] {
        compactMap { $0.finding(host: host, software: software) } + markedButSilent(host) + gone(host)
    }

    /// Counters that told something and do not any more, a finding for each device or port.
    private func gone(_ host: ComponentIdentifier) -> [Finding] {
        let gone = filter { $0.before != nil && $0.after == nil }
        var subjects: [ComponentIdentifier] = []
        for change in gone where !subjects.contains(change.subject(host)) { subjects.append(change.subject(host)) }
        return subjects.map { subject in
            let own = gone.filter { $0.subject(host) == subject }
            return Finding(
                rule: "rdma.counter.unknown", severity: .warning, subject: subject,
                measured: .text("counters that told a number before and none after: \(own.count)"),
                evidence: own.prefix(4).map(\.evidence),
                remedy: "What they counted meanwhile is not known: see whether the device went away or was reset, in "
                    + "`dmesg` and `rdma dev`, and measure again.")
        }
    }

    /// Packets come marked, and nobody is asked to slow down: one half of congestion control is off.
    private func markedButSilent(_ host: ComponentIdentifier) -> [Finding] {
        filter { $0.name == "marked_packets" && ($0.change ?? 0) > 0 }.compactMap { marked in
            // A device may count the same twice, as mlx5 does where its optional counters are on.
            let all = filter {
                $0.name == "congestion_sent" && $0.device == marked.device && $0.port == marked.port
            }
            guard let sent = all.first, all.allSatisfy({ $0.change == 0 }), let change = marked.change else {
                return nil
            }
            return Finding(
                rule: "rdma.counter.congestion", severity: .warning, subject: marked.subject(host),
                required: .text("senders are asked to slow down"),
                measured: .text("\(change) packets came marked and nobody was asked to slow down"),
                evidence: [marked.evidence, sent.evidence],
                remedy: "Turn on congestion notification (NP) of this adapter for the priority that RDMA uses.")
        }
    }
}

extension CounterChange {
    /// Software answers late whenever its processor is busy, and what was late is repeated.
    private static let usualInSoftware: Set<String> = ["duplicate_requests", "retries", "retransmission_timeouts"]

    /// The rule under which a rise of a counter is reported.
    public static func rule(of name: String) -> RuleID { RuleID(rawValue: "rdma.counter.\(name)") ?? "rdma.counter" }

    /// Whether it rose and that is a finding: it stands for something that went wrong.
    /// - Parameter software: whether the device is software, where repeated requests are usual.
    public func isTrouble(software: Bool?) -> Bool {
        guard let definition = CounterDefinition.named(source), definition.remedy != nil, let change, change > 0 else {
            return false
        }
        return software != true || !CounterChange.usualInSoftware.contains(definition.name)
    }

    /// Whether it rose and tells that somebody was slowed down: no fault, and an explanation of latency.
    public var tellsOfCongestion: Bool {
        guard let change, change > 0, let name = CounterDefinition.named(source)?.name else { return false }
        return CounterDefinition.slowing.contains(name)
    }

    fileprivate func subject(_ host: ComponentIdentifier) -> ComponentIdentifier {
        let device = host.appending("device", device)
        return port.map { device.appending("port", "\($0)") } ?? device
    }

    fileprivate var evidence: Evidence {
        Evidence(
            source: source,
            value: "\(before.map { "\($0)" } ?? "not known") before, \(after.map { "\($0)" } ?? "not known") after")
    }

    fileprivate func finding(host: ComponentIdentifier, software: Bool?) -> Finding? {
        guard let definition = CounterDefinition.named(source) else { return nil }
        if software == true, CounterChange.usualInSoftware.contains(definition.name), change != nil { return nil }
        if let change, isTrouble(software: software) {
            return Finding(
                rule: CounterChange.rule(of: definition.name),
                severity: definition.severity, subject: subject(host),
                measured: .text(
                    "\(definition.meaning) \(saturated ? "At least " : "")\(change) \(definition.unit.rawValue)."),
                evidence: [evidence], remedy: definition.remedy)
        }
        if saturated, change == nil {
            return Finding(
                rule: "rdma.counter.saturated", severity: .information, subject: subject(host),
                measured: .text("\(source) stands at its end, \(after ?? definition.maximum), and counts no further."),
                evidence: [evidence],
                remedy: "Set it back (`perfquery -R`, as root) to see whether it still rises.")
        }
        if change == nil, before != nil, after != nil, definition.unit != .objects {
            return Finding(
                rule: "rdma.counter.reset", severity: .information, subject: subject(host),
                measured: .text("\(source) fell: it was set back meanwhile, and its rise is not known."),
                evidence: [evidence])
        }
        return nil
    }
}
