import ClusterCore

/// One rule of a profile, read for the checks: figures that are left out are not asked for.
struct StorageRequirement {
    let rule: RuleID
    private let profile: ResolvedProfile

    init(_ rule: RuleID, _ profile: ResolvedProfile) {
        self.rule = rule
        self.profile = profile
    }

    func has(_ parameter: String) -> Bool { profile.rules[rule]?.parameters[parameter] != nil }

    func count(_ parameter: String) throws(ProfileError) -> Int64? {
        has(parameter) ? try profile.count(rule, parameter) : nil
    }

    func bytes(_ parameter: String) throws(ProfileError) -> ByteCount? {
        has(parameter) ? try profile.bytes(rule, parameter) : nil
    }

    func fraction(_ parameter: String) throws(ProfileError) -> Fraction? {
        has(parameter) ? try profile.fraction(rule, parameter) : nil
    }

    func flag(_ parameter: String) throws(ProfileError) -> Bool? {
        has(parameter) ? try profile.flag(rule, parameter) : nil
    }

    func list(_ parameter: String) throws(ProfileError) -> [String]? {
        has(parameter) ? try profile.list(rule, parameter) : nil
    }

    /// A finding by this rule, with the severity and the source that the profile gives it.
    func finding(
        _ subject: ComponentIdentifier, required: String, measured: String, evidence: [Evidence] = [], remedy: String
    ) -> Finding {
        Finding(
            rule: rule, severity: profile.severity(of: rule, otherwise: .warning), subject: subject,
            required: .text(required), measured: .text(measured), evidence: evidence, remedy: remedy,
            reference: profile.rule(governing: rule)?.source)
    }
}
