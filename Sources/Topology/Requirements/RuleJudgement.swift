import ClusterCore

/// One rule on its way through a model: what it is told from, and what was told so far.
struct RuleJudgement {
    let facts: InstallationFacts
    let rule: TopologyRule
    let profile: ResolvedProfile
    private(set) var checks: [RequirementCheck] = []

    var installation: Installation { facts.installation }
    private var id: RuleID { rule.rule }
    /// What the rule asks, in one line.
    var title: String { rule.explanation.title }

    init(_ rule: TopologyRule, _ facts: InstallationFacts, _ profile: ResolvedProfile) {
        self.rule = rule
        self.facts = facts
        self.profile = profile
    }

    // MARK: Figures

    /// Figures without which the rule asks nothing: where a profile names the rule and leaves one out, that is an error.
    var needed: NeededFigures { NeededFigures(rule: id, profile: profile) }

    /// Makes sure that the profile asks something: a rule without any of its figures would be met by whatever there is.
    func requireOne(of parameters: String...) throws(ProfileError) { try requireOne(of: parameters) }
    func requireOne(of parameters: [String]) throws(ProfileError) {
        if !parameters.contains(where: has) { _ = try profile.parameter(id, parameters.joined(separator: " or ")) }
    }

    // What a profile may leave out: the figure's explanation says what holds then (`otherwise`).

    func has(_ parameter: String) -> Bool { profile.rules[id]?.parameters[parameter] != nil }

    func count(_ parameter: String) throws -> Int? {
        has(parameter) ? Int(clamping: try profile.count(id, parameter)) : nil
    }

    func bytes(_ parameter: String) throws -> ByteCount? { has(parameter) ? try profile.bytes(id, parameter) : nil }
    func duration(_ parameter: String) throws -> Duration? {
        has(parameter) ? try profile.duration(id, parameter) : nil
    }
    func fraction(_ parameter: String) throws -> Fraction? {
        has(parameter) ? try profile.fraction(id, parameter) : nil
    }
    func flag(_ parameter: String) throws -> Bool { has(parameter) ? try profile.flag(id, parameter) : false }
    func list(_ parameter: String) throws -> [String]? { has(parameter) ? try profile.list(id, parameter) : nil }

    // MARK: What is told

    /// Tells one requirement of one part.
    /// - Parameters:
    ///   - parameter: the figure that decided, for what other sources say of it.
    ///   - measured: what the model says, or `nil` where it does not.
    ///   - met: whether that meets it, or `nil` where that cannot be told.
    ///   - part: what of the nodes it is about, where a rule tells of several.
    mutating func tell(
        _ subject: ComponentIdentifier, _ parameter: String? = nil, required: String, measured: String?, met: Bool?,
        evidence: [Evidence] = [], remedy: String? = nil, part: String? = nil
    ) {
        let severity = profile.severity(of: id, otherwise: .warning)
        let outcome: RequirementCheck.Outcome
        switch met {
        case true?: outcome = .met
        case false?: outcome = .notMet
        case nil: outcome = .undetermined
        }
        var finding: Finding?
        if outcome != .met {
            var evidence = evidence
            let setter = parameter.flatMap { profile.rules[id]?.parameters[$0]?.profile }
            if let parameter, let other = rule.disagreement(on: parameter, setBy: setter) {
                evidence.append(Evidence(source: "sources disagree", value: other.words))
            }
            if profile.chain.contains(TopologyProfile.azureLocal23H2.name),
                let dissent = ReadinessTest.dissent(on: id, part: part, severity: severity)
            {
                evidence.append(dissent)
            }
            let source = parameter.flatMap { profile.rules[id]?.parameters[$0]?.source }
            finding = Finding(
                rule: id, severity: severity, outcome: outcome == .notMet ? .notMet : .undetermined, subject: subject,
                required: .text(required), measured: measured.map { .text($0) }, evidence: evidence,
                remedy: outcome == .notMet
                    ? remedy ?? rule.explanation.remedy : "write it in the model; until then nobody can tell",
                reference: source ?? profile.rule(governing: id)?.source)
        }
        checks.append(
            RequirementCheck(
                rule: id, subject: subject, required: required, outcome: outcome, severity: severity, finding: finding))
    }

    /// Tells of a value that it is there and meets a condition.
    mutating func tell<Value>(
        _ subject: ComponentIdentifier, _ parameter: String? = nil, required: String, _ value: Value?,
        evidence: [Evidence] = [], remedy: String? = nil, words: (Value) -> String, _ isMet: (Value) -> Bool
    ) {
        tell(
            subject, parameter, required: required, measured: value.map(words), met: value.map(isMet),
            evidence: evidence, remedy: remedy)
    }

    /// Tells that nobody can tell, since the model says nothing of it.
    mutating func tellUnknown(_ subject: ComponentIdentifier? = nil, required: String) {
        tell(
            subject ?? ComponentIdentifier(rawValue: "model:\(installation.name)"), required: required, measured: nil,
            met: nil)
    }

    /// Takes over what another part of the suite found by this rule.
    mutating func take(_ findings: [Finding], of subject: ComponentIdentifier) {
        let severity = profile.severity(of: id, otherwise: .warning)
        for var finding in findings {
            finding.subject = subject
            finding.outcome = .notMet
            checks.append(
                RequirementCheck(
                    rule: id, subject: subject, required: finding.required?.description ?? title, outcome: .notMet,
                    severity: severity, finding: finding))
        }
        if findings.isEmpty {
            checks.append(
                RequirementCheck(
                    rule: id, subject: subject, required: title, outcome: .met, severity: severity, finding: nil))
        }
    }
}

/// The figures of a rule that a profile may not leave out.
struct NeededFigures {
    let rule: RuleID
    let profile: ResolvedProfile

    func count(_ parameter: String) throws(ProfileError) -> Int { Int(clamping: try profile.count(rule, parameter)) }
    func bytes(_ parameter: String) throws(ProfileError) -> ByteCount { try profile.bytes(rule, parameter) }
    func rate(_ parameter: String) throws(ProfileError) -> BitRate { try profile.bitRate(rule, parameter) }
    func duration(_ parameter: String) throws(ProfileError) -> Duration { try profile.duration(rule, parameter) }
    func celsius(_ parameter: String) throws(ProfileError) -> Celsius { try profile.celsius(rule, parameter) }
    func watts(_ parameter: String) throws(ProfileError) -> Watts { try profile.watts(rule, parameter) }
    func fraction(_ parameter: String) throws(ProfileError) -> Fraction { try profile.fraction(rule, parameter) }
    func flag(_ parameter: String) throws(ProfileError) -> Bool { try profile.flag(rule, parameter) }
    func list(_ parameter: String) throws(ProfileError) -> [String] { try profile.list(rule, parameter) }
    func text(_ parameter: String) throws(ProfileError) -> String { try profile.text(rule, parameter) }
}

extension RuleJudgement {
    /// Goes through the kinds of nodes of each cluster: nodes of one template are alike, so each is told once.
    mutating func forTemplates(_ body: (inout RuleJudgement, TemplateUse) throws -> Void) throws {
        for use in facts.templateUses { try body(&self, use) }
    }

    /// Goes through the racks; without one nobody can tell.
    mutating func forRacks(_ body: (inout RuleJudgement, Rack) throws -> Void) throws {
        if installation.racks.isEmpty { tellUnknown(required: title) }
        for rack in installation.racks { try body(&self, rack) }
    }

    /// Goes through the sites; without one nobody can tell.
    mutating func forSites(_ body: (inout RuleJudgement, Site) throws -> Void) throws {
        if installation.sites.isEmpty { tellUnknown(required: title) }
        for site in installation.sites { try body(&self, site) }
    }

    mutating func forClusters(_ body: (inout RuleJudgement, InstalledCluster) throws -> Void) throws {
        for cluster in installation.clusters { try body(&self, cluster) }
    }
}

extension ResolvedProfile {
    /// Whether a rule is named and not turned off: then the figures that decide must be there.
    func asks(_ rule: RuleID) -> Bool { rules[rule] != nil && mode(of: rule) != .off }
}
