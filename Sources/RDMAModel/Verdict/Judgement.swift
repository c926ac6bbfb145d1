public import ClusterCore

/// A verdict with the findings that it rests on.
public struct Judgement: Sendable, Hashable {
    public var verdict: Verdict
    /// The findings, the gravest first.
    public var findings: [Finding]
    /// Everything that the verdict was concluded from, a requirement at a time, also what is met.
    public var checks: [RuleCheck]

    public init(verdict: Verdict, findings: [Finding], checks: [RuleCheck] = []) {
        self.verdict = verdict
        self.findings = findings
        self.checks = checks
    }
}

extension LatencyRequirement {
    /// Judges what a run found out.
    ///
    /// 1. A requirement that was measured and is broken makes the path unfit, whatever else is missing.
    /// 2. Otherwise missing evidence (a cell not measured, a percentile that its samples do not carry, a run that was
    ///    cut short) leaves it undetermined.
    /// 3. Otherwise every requirement is met: optimal where every judged figure lies below the stricter limit.
    ///
    /// So the verdict is never better than the evidence: taking a cell, a percentile or the end of a run away never
    /// turns it into a better one. A percentile that its samples do not carry still breaks the requirement where a
    /// lower percentile of the same cell, which they do carry, already does.
    ///
    /// A broken requirement that is exempted counts as met, never as optimal, and its reason names the exemption.
    /// - Parameters:
    ///   - evidence: what the run found out.
    ///   - exemption: the exemption that holds for a finding, if any.
    public func judge(
        _ evidence: ProbeEvidence, exemption: (Finding) -> Exemption? = { _ in nil }
    ) -> Judgement {
        var claims = Claims()
        judgeEnding(of: evidence, into: &claims)
        judgeLosses(of: evidence, into: &claims)
        judgeLatency(of: evidence, into: &claims)
        judgeDatagrams(of: evidence, into: &claims)
        judgeCoverage(of: evidence, into: &claims)
        claims.exempt(exemption)
        return conclude(claims, evidence)
    }
}

/// What the parts of a judgement have to say.
struct Claims {
    /// Requirements that are broken, the deciding ones first.
    var broken: [Claim] = []
    /// Evidence that is missing.
    var missing: [Claim] = []
    /// Judged figures that meet the requirement.
    var met: [Claim] = []
    /// Findings that no claim carries.
    var notes: [Finding] = []
}

extension Claims {
    /// Moves what is exempted from the broken requirements to the met ones.
    mutating func exempt(_ exemption: (Finding) -> Exemption?) {
        let all = broken
        broken = []
        for claim in all {
            guard var finding = claim.finding, let exemption = exemption(finding) else {
                broken.append(claim)
                continue
            }
            let terms = "until \(exemption.expires), \(exemption.owner): \(exemption.reason)"
            finding.severity = .information
            finding.evidence.append(Evidence(source: "exemption", value: terms))
            var excused = claim
            excused.finding = finding
            excused.optimal = false
            excused.sentence += " It is exempted \(printable(terms))."
            met.append(excused)
        }
    }
}

/// One thing that counts for or against a verdict.
struct Claim {
    /// The rule that was applied.
    var rule: RuleID
    var sentence: String
    /// The cell that it is about.
    var cell: ProbePlan.Cell?
    /// The judged figure as a multiple of the limit, to put the worst first; infinite for what has no figure.
    var excess = Double.infinity
    /// Whether the figure lies below the stricter limit.
    var optimal = false
    var finding: Finding?
    /// The cells that are missing, where that is the claim.
    var absent: [ProbePlan.Cell] = []
}
