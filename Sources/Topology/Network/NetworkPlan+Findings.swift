public import ClusterCore

extension NetworkPlan {
    /// What a profile says of the plan.
    /// - Throws: ClusterCore's `ProfileError` where the profile has a figure of another kind.
    public func findings(by profile: ResolvedProfile) throws(ProfileError) -> [Finding] {
        var check = PlanCheck(profile: profile)
        for intent in intents {
            let rates: [(TrafficRole, RuleID)] = [
                (.management, NetworkProfile.management), (.compute, NetworkProfile.compute),
                (.storage, NetworkProfile.storage),
            ]
            for (role, rule) in rates where intent.roles.contains(role) {
                try check.rate(rule, rate(of: intent), subject: "intent:\(intent.name)/role:\(role.rawValue)")
            }
        }
        let hasStorage = demand.storagePath != .outside
        if hasStorage { try checkRDMA(&check) }
        if hasStorage, demand.nodes > 1, let least = try check.count(NetworkProfile.frames, "mtu_minimum"),
            demand.jumbo.mtu < least
        {
            check.tell(
                NetworkProfile.frames, "storage", required: "frames of at least \(least) bytes",
                measured: "\(demand.jumbo.mtu)",
                remedy: "set the adapters' jumbo packet to \(JumboPacket.large.rawValue)")
        }
        if demand.option == .fullyConverged, let most = try check.count(NetworkProfile.converged, "nodes_maximum"),
            demand.nodes > most
        {
            check.tell(
                NetworkProfile.converged, "intent:Converged", required: "at most \(most) hosts share one team for all",
                measured: "\(demand.nodes) hosts", remedy: "give storage adapters of its own")
        }
        try checkSwitches(&check)
        return check.findings.ordered()
    }

    /// The speed of an intent's ports: that of the role that asks for most.
    private func rate(of intent: NetworkIntent) -> BitRate {
        if intent.roles.contains(.storage) { return demand.storageRate }
        return intent.roles.contains(.compute) ? demand.computeRate : demand.managementRate
    }

    private func checkRDMA(_ check: inout PlanCheck) throws(ProfileError) {
        if let kind = demand.rdma, let kinds = try check.list(NetworkProfile.rdmaKinds, "kinds"),
            !kinds.contains(kind.rawValue)
        {
            check.tell(
                NetworkProfile.rdmaKinds, "storage", required: kinds.joined(separator: " or "), measured: kind.rawValue,
                remedy: "use adapters of another kind")
        }
        guard demand.rdma == nil, demand.nodes > 1 else { return }
        if try check.flag(NetworkProfile.storage, "rdma") == true {
            check.tell(
                NetworkProfile.storage, "storage", required: "RDMA", measured: "none", remedy: "use RDMA adapters")
        } else if let from = try check.count(NetworkProfile.storage, "rdma_from_nodes"), demand.nodes >= from {
            check.tell(
                NetworkProfile.storage, "storage", required: "RDMA recommended from \(from) hosts on",
                measured: "none, with \(demand.nodes) hosts", remedy: "use RDMA adapters", severity: .warning)
        }
    }

    private func checkSwitches(_ check: inout PlanCheck) throws(ProfileError) {
        if !cables.isEmpty, let most = try check.count(NetworkProfile.switchless, "nodes_maximum"), demand.nodes > most
        {
            check.tell(
                NetworkProfile.switchless, "storage", required: "at most \(most) hosts without storage switches",
                measured: "\(demand.nodes) hosts",
                evidence: [
                    Evidence(
                        source: "Microsoft, four-node-switchless-two-switches-two-links (2025-01-14)",
                        value: "four hosts are validated from 2411.1 on, deployed by template only")
                ],
                remedy: "deploy it by template, or connect storage over switches: sources disagree")
        }
        guard demand.nodes > 1, let least = try check.count(NetworkProfile.tor, "switches_minimum"),
            demand.torSwitches < least
        else { return }
        if let most = try check.count(NetworkProfile.tor, "single_nodes_maximum"), demand.nodes <= most { return }
        check.tell(
            NetworkProfile.tor, "tor", required: "\(least) switches in each rack", measured: "\(demand.torSwitches)",
            remedy: "add a second switch: the only one takes the cluster with it")
    }
}

/// A round trip that was measured on a network of a plan.
public struct MeasuredRoundTrip: Sendable, Hashable {
    /// Whose traffic it is.
    public var traffic: Traffic
    /// The time, or `nil` where it was not measured.
    public var time: Duration?

    /// A measurement.
    public init(_ traffic: Traffic, _ time: Duration?) {
        self.traffic = traffic
        self.time = time
    }

    /// The four types of traffic (AL-40).
    public enum Traffic: String, Sendable, Hashable, Codable, CaseIterable {
        case management, storage, compute, cluster
    }

    /// What a profile says of it: nothing where it has no bound.
    /// - Throws: ClusterCore's `ProfileError` where the profile has a figure of another kind.
    public func findings(by profile: ResolvedProfile) throws(ProfileError) -> [Finding] {
        var check = PlanCheck(profile: profile)
        let rule: RuleID
        switch traffic {
        case .management: rule = NetworkProfile.management
        case .storage: rule = NetworkProfile.storage
        case .compute: rule = NetworkProfile.compute
        case .cluster: rule = NetworkProfile.cluster
        }
        guard let most = try check.duration(rule, "round_trip_maximum") else { return [] }
        let subject = "traffic:\(traffic.rawValue)"
        guard let time else {
            check.tell(
                rule, subject, required: "below \(most.unitText)", measured: nil, remedy: "measure it",
                severity: .information)
            return check.findings
        }
        if time >= most {
            check.tell(
                rule, subject, required: "below \(most.unitText)", measured: time.unitText,
                remedy: "look for a long path, a full link or a slow switch")
        } else if let best = try check.duration(rule, "round_trip_optimal"), time >= best {
            check.tell(
                rule, subject, required: "best below \(best.unitText)", measured: time.unitText,
                remedy: "look for a long path, a full link or a slow switch", severity: .information)
        }
        return check.findings
    }
}

/// A profile read for a check, and what the check found.
struct PlanCheck {
    let profile: ResolvedProfile
    var findings: [Finding] = []

    private func has(_ rule: RuleID, _ parameter: String) -> Bool { profile.rules[rule]?.parameters[parameter] != nil }

    func count(_ rule: RuleID, _ parameter: String) throws(ProfileError) -> Int? {
        has(rule, parameter) ? Int(clamping: try profile.count(rule, parameter)) : nil
    }

    func flag(_ rule: RuleID, _ parameter: String) throws(ProfileError) -> Bool? {
        has(rule, parameter) ? try profile.flag(rule, parameter) : nil
    }

    func list(_ rule: RuleID, _ parameter: String) throws(ProfileError) -> [String]? {
        has(rule, parameter) ? try profile.list(rule, parameter) : nil
    }

    func duration(_ rule: RuleID, _ parameter: String) throws(ProfileError) -> Duration? {
        has(rule, parameter) ? try profile.duration(rule, parameter) : nil
    }

    func rate(_ rule: RuleID, _ parameter: String) throws(ProfileError) -> BitRate? {
        has(rule, parameter) ? try profile.bitRate(rule, parameter) : nil
    }

    /// Holds the speed of ports to a rule.
    mutating func rate(_ rule: RuleID, _ rate: BitRate, subject: String) throws(ProfileError) {
        if let least = try self.rate(rule, "rate_minimum"), rate < least {
            tell(
                rule, subject, required: "ports of at least \(least)", measured: "\(rate)",
                remedy: "use faster adapters")
        } else if let wanted = try self.rate(rule, "rate_recommended"), rate < wanted {
            tell(
                rule, subject, required: "ports of \(wanted) recommended", measured: "\(rate)",
                remedy: "use faster adapters", severity: .information)
        }
    }

    mutating func tell(
        _ rule: RuleID, _ subject: String, required: String, measured: String?, evidence: [Evidence] = [],
        remedy: String, severity: Severity? = nil
    ) {
        findings.append(
            Finding(
                rule: rule, severity: severity ?? profile.severity(of: rule, otherwise: .warning),
                subject: ComponentIdentifier(rawValue: subject), required: .text(required),
                measured: measured.map { .text($0) }, evidence: evidence, remedy: remedy,
                reference: profile.rule(governing: rule)?.source))
    }
}
