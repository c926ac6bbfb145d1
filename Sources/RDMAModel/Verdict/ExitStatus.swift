/// The exit status by which scripts read a run: one table for the suite's tools.
///
/// | status | meaning |
/// | --- | --- |
/// | 0 | the requirement is met: ``Verdict/Outcome/optimal`` or ``Verdict/Outcome/acceptable`` |
/// | 1 | measured, and not met: ``Verdict/Outcome/unfit`` |
/// | 2 | could not be determined: ``Verdict/Outcome/undetermined`` |
/// | 64 | wrong usage or unreadable input |
/// | 70 | a defect of the program |
/// | 130, 143 | ended by SIGINT or SIGTERM, after printing what is known |
public enum ExitStatus: Int32, Sendable, Hashable, CaseIterable {
    case requirementMet = 0
    case requirementNotMet = 1
    case undetermined = 2
    case usage = 64
    case defect = 70
    case interrupted = 130
    case terminated = 143

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
}

extension ExitStatus {
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

/// The signal that ended a run early.
public enum Interruption: String, Sendable, Hashable, Codable, CaseIterable {
    /// SIGINT, as Ctrl-C sends it.
    case interrupt = "SIGINT"
    /// SIGTERM
    case terminate = "SIGTERM"
}
