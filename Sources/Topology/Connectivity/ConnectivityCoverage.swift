public import ClusterCore

/// The proof that an allow-list lets out what is required, endpoint by endpoint, or what it misses.
public struct ConnectivityCoverage: Sendable, Hashable {
    /// An answer for each endpoint, in their order.
    public let answers: [Answer]
    /// Lines of the allow-list that no endpoint needs.
    public let unneededLines: [Int]
    /// Lines that name addresses, which prove nothing about names.
    public let addressLines: [Int]

    /// Whether an endpoint is let out.
    public struct Answer: Sendable, Hashable {
        /// The endpoint that was asked for.
        public let endpoint: Endpoint
        /// What became of it.
        public let verdict: Verdict
    }

    /// Whether an endpoint is let out, and by what.
    public enum Verdict: Sendable, Hashable {
        /// The line that covers it; the first one.
        case covered(line: Int)
        /// No line covers it, with the nearest miss in words where there is one.
        case missing(nearest: String?)
        /// Nobody can tell before a name is given.
        case undetermined(reason: String)
    }

    /// The endpoints that no line covers.
    public var missing: [Endpoint] {
        answers.compactMap { if case .missing = $0.verdict { $0.endpoint } else { nil } }
    }

    /// The endpoints of which nobody can tell.
    public var undetermined: [Endpoint] {
        answers.compactMap { if case .undetermined = $0.verdict { $0.endpoint } else { nil } }
    }
}

extension AllowList {
    /// Whether the list lets out every endpoint.
    ///
    /// An endpoint is covered where one entry allows its host, port, protocol and path. Takes time in proportion to the
    /// number of entries times that of endpoints.
    /// - Parameters:
    ///   - reach: how deep `*.` reaches where the list is enforced. A wildcard that is required reaches as deep.
    ///   - defaultPorts: what an entry without a port allows; the architecture's services are all on 443 (AL-101).
    public func coverage(
        of endpoints: [Endpoint], reach: WildcardReach = .anyDepth, defaultPorts: Set<UInt16> = [443]
    ) -> ConnectivityCoverage {
        var needed: Set<Int> = []
        let answers = endpoints.map { endpoint in
            var first: Int?
            for entry in entries where entry.host.covers(endpoint.host, reach: reach) {
                guard entry.allows(endpoint, defaultPorts) else { continue }
                needed.insert(entry.line)
                first = first ?? entry.line
            }
            let verdict: ConnectivityCoverage.Verdict
            if let first {
                verdict = .covered(line: first)
            } else if let own = endpoint.ownName,
                let entry = entries.first(where: {
                    endpoint.host.covers($0.host, reach: reach) && $0.allows(endpoint, defaultPorts)
                })
            {
                needed.insert(entry.line)
                verdict = .undetermined(
                    reason: "line \(entry.line) allows \(entry.host); the \(own.words) has not been named")
            } else {
                verdict = .missing(nearest: nearest(endpoint, reach, defaultPorts))
            }
            return ConnectivityCoverage.Answer(endpoint: endpoint, verdict: verdict)
        }
        return ConnectivityCoverage(
            answers: answers, unneededLines: entries.map(\.line).filter { !needed.contains($0) },
            addressLines: addressLines)
    }

    /// What comes near an endpoint that is missing, in words.
    private func nearest(_ endpoint: Endpoint, _ reach: WildcardReach, _ defaultPorts: Set<UInt16>) -> String? {
        for entry in entries where entry.host.covers(endpoint.host, reach: reach) {
            if let path = entry.path { return "line \(entry.line) allows the host below /\(path) alone" }
            if entry.openings.contains(where: { $0.has(endpoint.port, defaultPorts) }) {
                let other = EndpointTransport.allCases.filter { $0 != endpoint.transport }.map(\.rawValue)
                return "line \(entry.line) allows port \(endpoint.port) over \(other.joined(separator: ", ")) alone"
            }
            let isOpen = entry.openings.allSatisfy { $0.ports == nil }
            let ports = isOpen ? defaultPorts.sorted().map(String.init) : entry.openings.map(\.words)
            return "line \(entry.line) allows the host on port \(ports.joined(separator: ",")) alone"
                + (isOpen ? ", since it names none" : "")
        }
        for entry in entries {
            if entry.host.below == endpoint.host, endpoint.ownName == nil {
                return "line \(entry.line) allows \(entry.host), not the names below it"
            }
            if endpoint.host.below == entry.host {
                return "line \(entry.line) allows \(entry.host), which is not \(endpoint.host) itself"
            }
            if reach == .oneLabel, entry.host.covers(endpoint.host, reach: .anyDepth) {
                return "line \(entry.line) would cover it if its star reached deeper than one label"
            }
        }
        return nil
    }
}

extension AllowList.Entry {
    /// Whether it allows an endpoint's port, protocol and path, its host aside.
    fileprivate func allows(_ endpoint: Endpoint, _ defaultPorts: Set<UInt16>) -> Bool {
        let isOpen = openings.contains {
            ($0.transport == nil || $0.transport == endpoint.transport) && $0.has(endpoint.port, defaultPorts)
        }
        guard isOpen else { return false }
        guard let path else { return true }
        guard let wanted = endpoint.path else { return false }
        return wanted == path || wanted.hasPrefix(path + "/")
    }
}

extension AllowList.Opening {
    /// Whether it has a port, whatever the protocol.
    fileprivate func has(_ port: UInt16, _ defaultPorts: Set<UInt16>) -> Bool {
        ports?.contains(port) ?? defaultPorts.contains(port)
    }

    /// `443`, `8000-8100/tcp`.
    var words: String {
        let range = ports.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
        return (range ?? "any port named elsewhere") + (transport.map { "/\($0.rawValue)" } ?? "")
    }
}

extension OwnName {
    /// The name in a sentence.
    var words: String {
        switch self {
        case .keyVault: "key vault"
        case .arcGateway: "Arc gateway"
        case .witnessAccount: "witness account"
        }
    }
}

extension ConnectivityCoverage {
    /// The rule under which missing endpoints are told.
    public static let rule: RuleID = "connectivity.allow_list"

    /// A critical finding for each endpoint that is missing or of which nobody can tell, and a note where lines name
    /// addresses.
    public var findings: [Finding] {
        var findings = answers.compactMap { answer -> Finding? in
            let endpoint = answer.endpoint
            let required = "\(endpoint.address) over \(endpoint.transport.rawValue)"
            let subject = ComponentIdentifier(rawValue: "").appending("endpoint", endpoint.address)
            switch answer.verdict {
            case .covered: return nil
            case .missing(let nearest):
                return Finding(
                    rule: ConnectivityCoverage.rule, severity: .critical, outcome: .notMet, subject: subject,
                    required: .text(required), measured: .text(nearest ?? "no entry of the allow-list covers it"),
                    remedy: "add \(endpoint.address) to the allow-list", reference: endpoint.source)
            case .undetermined(let reason):
                return Finding(
                    rule: ConnectivityCoverage.rule, severity: .critical, outcome: .undetermined, subject: subject,
                    required: .text(required), evidence: [Evidence(source: "allow-list", value: reason)],
                    remedy: "give the name of your \(endpoint.ownName?.words ?? "service")",
                    reference: endpoint.source)
            }
        }
        if !addressLines.isEmpty {
            findings.append(
                Finding(
                    rule: ConnectivityCoverage.rule, severity: .information, subject: "allow-list",
                    measured: .text("\(addressLines.count) lines name addresses, the first is line \(addressLines[0])"),
                    remedy: "allow names: the addresses behind them change"))
        }
        return findings
    }
}
