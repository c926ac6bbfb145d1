public import ClusterCore

/// Judges what a run found out by a profile.
///
/// ```swift
/// let judgement = try judge(evidence, by: ProbeProfile.architecture)
/// print(judgement.verdict.outcome, judgement.verdict.reasons)
/// exit(ExitStatus(judgement.verdict.outcome).rawValue)
/// ```
/// - Parameters:
///   - evidence: what the run found out.
///   - profile: a built-in one, or one that may extend them.
///   - day: the day on which the profile's exemptions are looked at; without one none holds.
/// - Throws: `ProfileError` where the profile cannot be used; a usage error of whoever wrote it.
public func judge(
    _ evidence: ProbeEvidence, by profile: RuleProfile, on day: CalendarDate? = nil
) throws(ProfileError) -> Judgement {
    try judge(evidence, by: profile.resolved(in: ProbeProfile.builtIn), on: day)
}

/// Judges what a run found out by a profile that is resolved already.
public func judge(
    _ evidence: ProbeEvidence, by profile: ResolvedProfile, on day: CalendarDate? = nil
) throws(ProfileError) -> Judgement {
    let requirement = try LatencyRequirement(profile)
    return requirement.judge(evidence) { finding in
        day.flatMap { profile.exemption(for: finding.rule, finding.subject, on: $0) }
    }
}

extension LatencyRequirement {
    /// One line for people on what this requirement says about a run that was judged by another.
    public func remark(on evidence: ProbeEvidence) -> String {
        let verdict = judge(evidence).verdict
        let reason = verdict.reasons.first.map { ": \($0)" } ?? "."
        return "By the profile \(profile) it would be \(verdict.outcome.rawValue)\(reason)"
    }
}
