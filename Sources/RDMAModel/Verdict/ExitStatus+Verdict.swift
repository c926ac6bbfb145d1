public import ClusterCore

extension ExitStatus {
    /// The status of a run that ended by itself with this outcome, or of one that a signal ended, whatever its outcome.
    public init(_ outcome: Verdict.Outcome, interruptedBy interruption: Interruption? = nil) {
        self =
            switch (interruption, outcome) {
            case (.interrupt, _): .interrupted
            case (.terminate, _): .terminated
            case (nil, .optimal), (nil, .acceptable): .requirementMet
            case (nil, .unfit): .requirementNotMet
            case (nil, .undetermined): .undetermined
            }
    }

    /// The status of a comparison: 0 nothing is worse or changed, 1 something is, 2 it cannot be told.
    public init(_ outcome: ReportComparison.Outcome) {
        self =
            switch outcome {
            case .notWorse: .requirementMet
            case .changed: .requirementNotMet
            case .undetermined: .undetermined
            }
    }
}
