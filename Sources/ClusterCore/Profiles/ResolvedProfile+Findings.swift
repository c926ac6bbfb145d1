extension ResolvedProfile {
    /// The exemption that holds for a rule and a component on a day, the one that holds longest, or `nil`.
    public func exemption(for rule: RuleID, _ subject: ComponentIdentifier, on day: CalendarDate) -> Exemption? {
        exemptions.filter { $0.covers(rule, subject) && $0.holds(on: day) }.max { $0.expires < $1.expires }
    }

    /// The findings as this profile has them reported on a day, in order.
    ///
    /// - A rule that is off loses its findings.
    /// - A finding under an exemption that holds becomes information, with the exemption as evidence.
    /// - A rule that is audited has its critical findings reported as warnings.
    /// - Every exemption that no longer holds is a finding of its own, ``expiredExemption``, as information.
    public func applied(to findings: [Finding], on day: CalendarDate) -> [Finding] {
        let reported = findings.compactMap { finding -> Finding? in
            let mode = mode(of: finding.rule)
            guard mode != .off else { return nil }
            var finding = finding
            if finding.severity > .information,
                let exemption = exemption(for: finding.rule, finding.subject, on: day)
            {
                finding.severity = .information
                finding.evidence.append(exemption.evidence)
            } else if mode == .audit, finding.severity == .critical {
                finding.severity = .warning
                finding.evidence.append(Evidence(source: "mode", value: "audit (profile \(name))"))
            }
            return finding
        }
        let expired = exemptions.filter { !$0.holds(on: day) }.map { $0.expiryFinding(on: day) }
        return (reported + expired).ordered()
    }

    /// The rule under which an exemption that no longer holds is reported.
    public static let expiredExemption: RuleID = "profile.exemption_expired"
}

extension Exemption {
    /// The exemption as evidence of a finding that it covers.
    fileprivate var evidence: Evidence {
        Evidence(source: "exemption", value: "until \(expires), \(owner): \(reason)")
    }

    fileprivate func expiryFinding(on day: CalendarDate) -> Finding {
        Finding(
            rule: ResolvedProfile.expiredExemption, severity: .information, subject: subject,
            required: .text("expires \(expires)"), measured: .text("\(day)"),
            evidence: [Evidence(source: "exemption from \(rule)", value: "\(owner): \(reason)")],
            remedy: "renew the exemption or take it out of the profile")
    }
}
