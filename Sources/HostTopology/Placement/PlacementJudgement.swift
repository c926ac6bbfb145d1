import ClusterCore

/// One rule on its way through a host.
struct PlacementJudgement {
    let rule: PlacementRule
    let host: ObservedHost
    let interrupts: HostInterrupts
    let storage: [StoragePort]
    let profile: ResolvedProfile
    private(set) var results: [PlacementResult] = []

    init(
        _ rule: PlacementRule, _ host: ObservedHost, _ interrupts: HostInterrupts, _ storage: [StoragePort],
        _ profile: ResolvedProfile
    ) {
        self.rule = rule
        self.host = host
        self.interrupts = interrupts
        self.storage = storage
        self.profile = profile
    }

    func has(_ parameter: String) -> Bool { profile.rules[rule.rule]?.parameters[parameter] != nil }
    func count(_ parameter: String) throws -> Int { Int(clamping: try profile.count(rule.rule, parameter)) }
    func fraction(_ parameter: String) throws -> Fraction { try profile.fraction(rule.rule, parameter) }

    /// Whether the host has one NUMA node, so that everything is near; `nil` where that is not known: one node that is told of
    /// may be what is left of several, unless it has every processor that runs and no port is elsewhere.
    var hasOneNode: Bool? {
        guard let nodes = host.numaNodes.value else { return nil }
        let used = nodes.filter { $0.isOnline.value != false }
        guard used.count == 1, let only = used.first else { return used.isEmpty ? nil : false }
        guard let near = only.cpus.value, let online = host.cpus.online.value, online.isSubset(of: near),
            storage.allSatisfy({ ($0.numaNode.value ?? only.number) == only.number })
        else { return nil }
        return true
    }

    func node(_ number: Int?) -> ObservedHost.NUMANode? {
        number.flatMap { number in host.numaNodes.elements.first { $0.number == number } }
    }

    func function(_ port: StoragePort) -> ObservedHost.PCIDevice? {
        port.function.value.flatMap { address in host.pciDevices.elements.first { $0.address == address } }
    }

    /// Goes through the ports that carry storage; where none is known nobody can tell.
    mutating func forPorts(_ body: (inout PlacementJudgement, StoragePort) throws -> Void) throws {
        if storage.isEmpty { tellNoPorts() }
        for port in storage { try body(&self, port) }
    }

    mutating func tellNoPorts() {
        tell(
            host.identifier, required: rule.explanation.title, measured: nil, met: nil,
            evidence: [evidence("RDMA devices", host.rdmaDevices.map { $0.map(\.name).joined(separator: ", ") })])
    }

    /// A fact as evidence: where it comes from, and what it says or why it says nothing.
    func evidence<Value>(_ what: String, _ fact: Observed<Value>) -> Evidence {
        Evidence(
            source: "\(what) (\(fact.source))",
            value: fact.value.map { "\($0)" } ?? fact.reason.map { "unknown: \($0.rawValue)" })
    }

    /// Tells one requirement of one part.
    /// - Parameter met: whether what was measured meets it, or `nil` where that cannot be told.
    mutating func tell(
        _ subject: ComponentIdentifier, required: String, measured: String?, met: Bool?, evidence: [Evidence] = [],
        remedy: String? = nil
    ) {
        let severity = profile.severity(of: rule.rule, otherwise: .warning)
        let outcome: PlacementResult.Outcome = met.map { $0 ? .met : .notMet } ?? .undetermined
        var finding: Finding?
        if outcome != .met {
            finding = Finding(
                rule: rule.rule, severity: severity, outcome: outcome == .notMet ? .notMet : .undetermined,
                subject: subject,
                required: .text(required), measured: measured.map { .text($0) }, evidence: evidence,
                remedy: outcome == .notMet
                    ? remedy ?? rule.explanation.remedy
                    : remedy ?? "the host does not tell it; see the evidence for who was asked",
                reference: profile.rule(governing: rule.rule)?.source)
        }
        results.append(
            PlacementResult(
                rule: rule.rule, subject: subject, required: required, outcome: outcome, severity: severity,
                finding: finding))
    }
}
