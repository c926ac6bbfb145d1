/// One thing that a check found out: the unit in which every part of the suite states what is true.
///
/// A finding says which rule was applied to what, what the rule requires, what was measured, on which evidence,
/// and what to do. Reports render findings; they never compute them.
///
/// A value that is not known is `nil`, never zero and never "fine".
public struct Finding: Sendable, Hashable, Codable {
    /// The rule that was applied.
    public var rule: RuleID
    /// How much it matters; of a requirement that cannot be told, how much it would matter.
    public var severity: Severity
    /// Whether a requirement is broken or cannot be told; `nil` where none was held to anything.
    public var outcome: Outcome?
    /// What the finding is about.
    public var subject: ComponentIdentifier
    /// What the rule asks for, or `nil` where the rule only reports.
    @Explicit public var required: Measure?
    /// What was measured or read, or `nil` where it is not known.
    @Explicit public var measured: Measure?
    /// Where the measured value comes from: files, attributes, samples.
    public var evidence: [Evidence]
    /// What to do about it, or `nil` where nothing needs doing.
    @Explicit public var remedy: String?
    /// Where the requirement is written.
    @Explicit public var reference: Reference?

    /// What became of a requirement that is not met.
    public enum Outcome: String, Sendable, Hashable, Codable, CaseIterable {
        /// It is broken.
        case notMet = "not_met"
        /// What it would be told from is not known.
        case undetermined
    }

    public init(
        rule: RuleID, severity: Severity, outcome: Outcome? = nil, subject: ComponentIdentifier,
        required: Measure? = nil, measured: Measure? = nil, evidence: [Evidence] = [], remedy: String? = nil,
        reference: Reference? = nil
    ) {
        self.rule = rule
        self.severity = severity
        self.outcome = outcome
        self.subject = subject
        self.required = required
        self.measured = measured
        self.evidence = evidence
        self.remedy = remedy
        self.reference = reference
    }
}

/// How much a finding matters.
public enum Severity: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// Worth knowing; nothing is wrong.
    case information
    /// Works, but not as it should.
    case warning
    /// A requirement is broken.
    case critical

    public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .information: 0
        case .warning: 1
        case .critical: 2
        }
    }
}

/// Where a measured value comes from.
public struct Evidence: Sendable, Hashable, Codable {
    /// A file, an attribute, a call or a sample: `/sys/class/infiniband/mlx5_0/ports/1/state`, `rdma_connect`.
    public var source: String
    /// What was read there, or `nil` where the source is absent or unreadable.
    @Explicit public var value: String?

    public init(source: String, value: String? = nil) {
        self.source = source
        self.value = value
    }
}
