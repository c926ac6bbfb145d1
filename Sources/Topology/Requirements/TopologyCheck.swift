public import ClusterCore

/// One requirement of one part of an installation, and whether it is met.
public struct RequirementCheck: Sendable, Hashable {
    public let rule: RuleID
    public let subject: ComponentIdentifier
    /// What is asked, which tells requirements of one rule and one part apart.
    public let required: String
    public internal(set) var outcome: Outcome
    /// How much it matters when it is broken.
    public let severity: Severity
    /// What there is to say, unless it is met.
    public internal(set) var finding: Finding?

    /// Whether a requirement is met.
    public enum Outcome: String, Sendable, Hashable, Codable, CaseIterable {
        case met
        case notMet = "not_met"
        /// The model does not say what it would be told from.
        case undetermined
    }
}

/// A model held to a profile: every requirement that applies to it, and what is to be said of those that are not met.
public struct TopologyCheck: Sendable, Hashable {
    public let profile: String
    public let profileVersion: String
    /// Every requirement that was told, in the order of rules.
    public let checks: [RequirementCheck]
    /// What is to be said, as the profile has it reported on the day.
    public let findings: [Finding]
    /// What a cluster of that size is, cluster by cluster.
    public let classes: [ClusterClass]

    /// A cluster with its class by size.
    public struct ClusterClass: Sendable, Hashable {
        public let cluster: String
        public let nodes: Int
        public let size: SizeClass
    }

    /// Whether all requirements are met: broken where a critical finding stands, undetermined where a critical
    /// requirement could not be told.
    public var status: ExitStatus { findings.status }

    /// Holds an installation to a profile.
    /// - Parameters:
    ///   - policy: further rules of the user's own.
    ///   - values: how many values of the model the policy may look at.
    ///   - day: the day on which exemptions hold or not.
    /// - Throws: a ``/ClusterCore/ProfileError`` where a figure of the profile is of the wrong kind; a ``PolicyError`` where
    ///   the policy cannot be applied, or looks at too much.
    public init(
        of installation: Installation, by profile: ResolvedProfile, policy: Policy? = nil,
        values: Int = Policy.valueLimit, on day: CalendarDate
    ) throws {
        let facts = InstallationFacts(installation)
        var checks: [RequirementCheck] = []
        for rule in TopologyRule.all where profile.rules[rule.rule] != nil && profile.mode(of: rule.rule) != .off {
            var judgement = RuleJudgement(rule, facts, profile)
            try rule.judge(&judgement)
            checks += judgement.checks
        }
        var findings = profile.applied(to: checks.compactMap(\.finding), on: day)
        if let policy {
            let own = try policy.checks(of: installation, values: values)
            checks += own
            findings = policy.exempted(findings + policy.moded(own.compactMap(\.finding), on: day), on: day)
        }
        let exemptions = profile.exemptions + (policy?.exemptions ?? [])
        findings = (findings + UnusedExemption.findings(exemptions, checks, on: day)).ordered()
        self.profile = profile.name
        profileVersion = profile.version
        self.checks = checks
        self.findings = findings
        classes = installation.clusters.map {
            ClusterClass(cluster: $0.name, nodes: $0.nodes.count, size: SizeClass(nodes: $0.nodes.count))
        }
    }
}

/// What a cluster is by its number of nodes (AL-3).
public enum SizeClass: String, Sendable, Hashable, Codable, CaseIterable {
    /// 1 node.
    case single
    /// 2 to 4 nodes.
    case common
    /// 5 to 8 nodes.
    case large
    /// 9 nodes and more.
    case hyperScale = "hyper_scale"

    public init(nodes: Int) {
        switch nodes {
        case ...1: self = .single
        case 2...4: self = .common
        case 5...8: self = .large
        default: self = .hyperScale
        }
    }

    /// What that means, in a sentence (AL-2).
    public var meaning: String {
        switch self {
        case .single: "one node: no redundancy of the cluster, limited availability; for branches and the edge"
        case .common: "2 to 4 nodes: the most common size of production clusters, highly available"
        case .large: "5 to 8 nodes: for much capacity"
        case .hyperScale: "9 nodes and more: for the largest loads"
        }
    }
}
