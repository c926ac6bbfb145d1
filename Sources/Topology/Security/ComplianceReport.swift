public import ClusterCore

/// A posture held to a profile, control by control, with a score (AL-73, AL-90).
public struct ComplianceReport: Sendable, Hashable {
    /// The profile's name.
    public let profile: String
    /// The day on which it was held.
    public let day: CalendarDate
    /// The cluster or the host.
    public let subject: ComponentIdentifier
    /// The controls that the profile asks for, in their order.
    public let rows: [Row]

    /// A control and how it complies.
    public struct Row: Sendable, Hashable {
        /// The control.
        public let control: SecurityControl
        /// What the profile asks for.
        public let required: ControlState
        /// How it stands, or `nil` where it is not known.
        public let state: ControlState?
        /// Whether that is enough.
        public let verdict: Verdict
        /// Where the state comes from.
        public let evidence: [Evidence]
        /// Where the requirement is written.
        public let reference: Reference?

        public init(
            control: SecurityControl, required: ControlState, state: ControlState?, verdict: Verdict,
            evidence: [Evidence] = [], reference: Reference? = nil
        ) {
            self.control = control
            self.required = required
            self.state = state
            self.verdict = verdict
            self.evidence = evidence
            self.reference = reference
        }
    }

    /// A report as it was kept.
    public init(profile: String, day: CalendarDate, subject: ComponentIdentifier, rows: [Row]) {
        self.profile = profile
        self.day = day
        self.subject = subject
        self.rows = rows
    }

    /// Whether a control complies.
    public enum Verdict: String, Sendable, Hashable, Codable, CaseIterable {
        case compliant
        case notCompliant = "not_compliant"
        /// It could not be read.
        case unknown
        /// The mode has no such control.
        case notApplicable = "not_applicable"
        /// It does not comply, and somebody answers for that until a day.
        case exempt
    }

    /// How many controls have a verdict.
    public func count(of verdict: Verdict) -> Int { rows.count { $0.verdict == verdict } }

    /// The score of the controls that apply. What is not known and what is exempt does not comply.
    public var score: ComplianceScore {
        ComplianceScore(compliant: count(of: .compliant), rules: rows.count - count(of: .notApplicable))
    }
}

/// How many rules a cluster complies with.
public struct ComplianceScore: Sendable, Hashable, Codable {
    /// Rules that it complies with.
    public let compliant: Int
    /// Rules in all.
    public let rules: Int

    /// A score; what is below zero is zero, and no more comply than there are.
    public init(compliant: Int, rules: Int) {
        self.rules = max(0, rules)
        self.compliant = min(max(0, compliant), self.rules)
    }

    /// The share, from 0 to 1, or `nil` where no rule applies.
    public var share: Fraction? {
        rules > 0 ? try? Fraction(Int64(compliant), over: Int64(rules)) : nil
    }

    /// Whole percent, rounded down, so that 100 means all; `nil` where no rule applies.
    public var wholePercent: Int? {
        guard rules > 0 else { return nil }
        let (product, overflow) = compliant.multipliedReportingOverflow(by: 100)
        return overflow ? compliant / (rules / 100) : product / rules
    }
}

extension SecurityPosture {
    /// Holds the posture to a profile on a day; exemptions count until their last day.
    /// - Throws: ClusterCore's `ProfileError` where the profile names a control without a state or with one that is no text,
    ///   ``TopologyError`` where it is no state.
    public func compliance(with profile: ResolvedProfile, on day: CalendarDate) throws -> ComplianceReport {
        var rows: [ComplianceReport.Row] = []
        for control in SecurityControl.allCases {
            let rule = SecurityProfile.rule(of: control)
            guard profile.asks(rule) else { continue }
            let word = try profile.text(rule, "state")
            guard let required = ControlState(rawValue: word) else {
                throw TopologyError(
                    "state of the rule \(rule)", word, bound: "on, audit or off",
                    remedy: "write what the control has to be")
            }
            let state = state(of: control)
            let verdict: ComplianceReport.Verdict
            if !control.applies(in: mode) {
                verdict = .notApplicable
            } else if let state, state >= required {
                verdict = .compliant
            } else if profile.exemption(for: rule, subject, on: day) != nil {
                verdict = .exempt
            } else {
                verdict = state == nil ? .unknown : .notCompliant
            }
            rows.append(
                ComplianceReport.Row(
                    control: control, required: required, state: state, verdict: verdict,
                    evidence: controls[control]?.evidence ?? [], reference: profile.rules[rule]?.source))
        }
        return ComplianceReport(profile: profile.name, day: day, subject: subject, rows: rows)
    }

    /// The findings of a compliance report as a profile has them reported: what does not comply, and what is not known.
    /// - Throws: as ``compliance(with:on:)``.
    public func findings(by profile: ResolvedProfile, on day: CalendarDate) throws -> [Finding] {
        let report = try compliance(with: profile, on: day)
        let findings = try report.rows.compactMap { row -> Finding? in
            guard row.verdict != .compliant, row.verdict != .notApplicable else { return nil }
            let rule = SecurityProfile.rule(of: row.control)
            var evidence = row.evidence
            if row.control == .smbEncryption {
                evidence.append(
                    Evidence(
                        source: "sources disagree",
                        value:
                            "AL-66 says on by default; it is a switch of the deployment, and Validate-DCB asserts it off"
                    ))
            }
            if row.control == .longPasswords {
                let least = try profile.count(rule, SecurityProfile.leastLength)
                evidence.append(Evidence(source: "least length", value: "\(least) characters"))
            }
            return Finding(
                rule: rule,
                severity: profile.severity(of: rule, otherwise: .warning),
                // What is not known may be on, so it is no broken requirement yet.
                outcome: row.state == nil ? .undetermined : .notMet,
                subject: subject,
                required: .text(row.required.rawValue), measured: row.state.map { .text($0.rawValue) },
                evidence: evidence, remedy: row.control.remedy(isKnown: row.state != nil), reference: row.reference)
        }
        return profile.applied(to: findings, on: day)
    }
}

extension SecurityControl {
    /// What to do where it is not as it should be.
    fileprivate func remedy(isKnown: Bool) -> String {
        guard isKnown else { return "find out about \(name): what cannot be read counts as not there" }
        let restart = needsRestart == true ? "; it takes effect after a restart" : ""
        switch self {
        case .secureBoot, .tpm2, .virtualization, .ioVirtualization, .executeDisable:
            return "turn on \(name) in the firmware"
        case .encryptedDataVolumes:
            return "encrypt the volumes in a maintenance window: virtual machines on them are paused while it begins"
        case .longPasswords: return "set \(name), the same on all machines"
        case .recoveryKeysBackedUp: return "export the recovery keys and keep them outside of the cluster"
        default: return "turn on \(name)\(restart)"
        }
    }
}
