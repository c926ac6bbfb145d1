public import ClusterCore

/// The counters of a host's RDMA devices, once or twice read: the document `rdmaprobe.counters/1`.
public struct CounterDocument: Sendable, Hashable, Codable {
    public var tool: ProbeReport.Tool
    /// The host's name.
    @Explicit public var hostName: String?
    /// Whether they were read from a captured tree.
    public var captured: Bool
    /// The time between the two readings; `nil` where there was one. Then `before` and `change` are not known.
    @Explicit public var durationNanoseconds: UInt64?
    public var counters: [CounterChange]
    /// What the changes say, the gravest first.
    public var findings: [Finding]

    /// The name and major version of the document.
    public static let schema = "rdmaprobe.counters/1"

    private enum CodingKeys: String, CodingKey {
        case tool, captured, counters, findings
        case hostName = "host_name"
        case durationNanoseconds = "duration_ns"
    }

    public init(tool: ProbeReport.Tool, hostName: String?, captured: Bool) {
        self.tool = tool
        self.captured = captured
        counters = []
        findings = []
        self.hostName = hostName
    }

    /// Adds what the counters say.
    /// - Parameter software: whether the devices are software; `nil` where that is not known.
    public mutating func explain(software: Bool?) {
        let host = ComponentIdentifier(rawValue: "").appending("host", hostName ?? "unknown")
        findings = counters.findings(host: host, software: software).ordered()
        let silent = counters.filter { $0.after == nil && $0.before == nil }
        if let first = silent.first {
            findings.append(
                Finding(
                    rule: "rdma.counter.unknown", severity: .information, subject: host,
                    measured: .text("counters that are there and tell no number: \(silent.count)"),
                    evidence: [Evidence(source: first.source)],
                    remedy: "A virtual function, or a port without performance management, has none: read them on the "
                        + "physical function."))
        }
    }
}
